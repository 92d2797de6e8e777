"""Journeys that are only planned, in the hands of a transaction that changes the day of their move."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import JourneyId
from gateway.domain.journeys import JourneyState
from gateway.domain.moves import Move
from gateway.store.tables import journeys


async def shift(conn: AsyncConnection, locked: Move, *, since: date, to: date, at: datetime) -> dict[JourneyId, int]:
    """Put planned journeys of a locked move from one day to another; return the versions that they now have.

    Those of other days stay, and so do those that set off, ended or were turned down, and those of a contractor that
    has no part in the move any more.
    """
    statement = (
        sa.update(journeys)
        .where(
            journeys.c.move_id == locked.id,
            journeys.c.supplier.in_([one for one in (locked.supplier, locked.receiving_supplier) if one is not None]),
            journeys.c.state == JourneyState.PROPOSED.value,
            journeys.c.date == since,
        )
        .values(date=to, updated_at=at, version=journeys.c.version + 1)
        .returning(journeys.c.id, journeys.c.version)
    )
    return {JourneyId(row.id): row.version for row in await conn.execute(statement)}
