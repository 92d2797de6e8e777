"""Lodgings in the hands of a transaction that changes their move."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.moves import Lodging, Move
from gateway.store.lodgings import lodging_of
from gateway.store.tables import lodgings


async def all_of(conn: AsyncConnection, locked: Move) -> tuple[Lodging, ...]:
    """Read all lodgings of a move that was locked, cancelled ones too, by their first day."""
    rows = await conn.execute(
        sa.select(lodgings)
        .where(lodgings.c.move_id == locked.id)
        .order_by(lodgings.c.start_date, lodgings.c.end_date, lodgings.c.id)
    )
    return tuple(map(lodging_of, rows))
