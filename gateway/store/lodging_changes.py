"""Lodgings in the hands of a transaction that changes their move."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.events import Event
from gateway.domain.ids import LodgingId, MoveId
from gateway.domain.moves import Lodging, Move
from gateway.store.events import event_of
from gateway.store.lodgings import lodging_of
from gateway.store.moves_writer import lodging_row
from gateway.store.tables import events, lodgings


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


async def told_of(conn: AsyncConnection, lodging_id: LodgingId, types: Iterable[str], *, locked: Move) -> list[Event]:
    """Read the events of some types of a lodging of a move that was locked, in the order in which they occurred."""
    rows = await conn.execute(
        sa.select(events)
        .where(events.c.move_id == locked.id, events.c.lodging_id == lodging_id, events.c.type.in_(sorted(types)))
        .order_by(events.c.occurred_at, events.c.position)
    )
    return [event_of(row) for row in rows]


async def insert(conn: AsyncConnection, lodging: Lodging) -> None:
    await conn.execute(sa.insert(lodgings).values(lodging_row(lodging)))


async def save(conn: AsyncConnection, lodging: Lodging) -> None:
    """Write a lodging of a move that was locked over what it was."""
    await conn.execute(sa.update(lodgings).where(lodgings.c.id == lodging.id).values(lodging_row(lodging)))
