"""What an event is told about, found by its id: the move that it belongs to."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import EscortRecordId, LodgingId, MoveId, MoveReference
from gateway.domain.scope import Scope
from gateway.store.escort_record_tables import person_escort_records
from gateway.store.scoping import visible_moves, visible_records
from gateway.store.tables import lodgings, moves


async def move_of_lodging(conn: AsyncConnection, lodging_id: LodgingId, *, within: Scope) -> MoveId | None:
    """Return whose lodging it is; None where there is none in scope."""
    return await conn.scalar(
        sa.select(moves.c.id)
        .join(lodgings, lodgings.c.move_id == moves.c.id)
        .where(lodgings.c.id == lodging_id, visible_moves(within))
    )


async def move_of_record(conn: AsyncConnection, record_id: EscortRecordId, *, within: Scope) -> MoveId | None:
    """Return whose dPER it is; None where there is none in scope."""
    return await conn.scalar(
        sa.select(moves.c.id)
        .join(person_escort_records, person_escort_records.c.move_id == moves.c.id)
        .where(person_escort_records.c.id == record_id, visible_records(person_escort_records, within))
    )


async def reference_of(conn: AsyncConnection, move_id: MoveId, *, within: Scope) -> MoveReference | None:
    """Return a move's reference; None where there is no such move in scope."""
    return await conn.scalar(sa.select(moves.c.reference).where(moves.c.id == move_id, visible_moves(within)))


async def known_reference(conn: AsyncConnection, reference: str, *, within: Scope) -> MoveReference | None:
    """Return a reference that a move in scope has; None where none has it."""
    return await conn.scalar(sa.select(moves.c.reference).where(moves.c.reference == reference, visible_moves(within)))
