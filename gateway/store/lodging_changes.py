"""Lodgings in the hands of a transaction that changes their move."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import MoveId
from gateway.domain.moves import Lodging, Move
from gateway.store.lodgings import lodging_of
from gateway.store.tables import lodgings


async def all_of(conn: AsyncConnection, locked: Move) -> tuple[Lodging, ...]:
    """Read all lodgings of a move that was locked, cancelled ones too, by their first day."""
    return tuple((await of_each(conn, locked=[locked]))[locked.id])


async def of_each(conn: AsyncConnection, *, locked: Sequence[Move]) -> defaultdict[MoveId, list[Lodging]]:
    """Read all lodgings of moves that were locked, likewise, in one statement."""
    rows = await conn.execute(
        sa.select(lodgings)
        .where(lodgings.c.move_id.in_([move.id for move in locked]))
        .order_by(lodgings.c.start_date, lodgings.c.end_date, lodgings.c.id)
    )
    found: defaultdict[MoveId, list[Lodging]] = defaultdict(list)
    for stay in map(lodging_of, rows):
        found[stay.move_id].append(stay)
    return found
