"""What an event is told about, found by its id: the move that has to be held, and the allocation before it."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import AllocationId, EscortRecordId, LodgingId, MoveId, MoveReference
from gateway.domain.scope import Scope
from gateway.store.scoping import visible_moves
from gateway.store.tables import allocations, lodgings, moves, person_escort_records


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
        .where(person_escort_records.c.id == record_id, visible_moves(within))
    )


async def hold_allocation_of(conn: AsyncConnection, move_id: MoveId, *, within: Scope) -> AllocationId | None:
    """Lock the allocation that a move in scope is a place of, where it is one.

    Whoever changes allocations locks them before their moves; a change of a move that may change its allocation
    has to do likewise, or two of them could wait for each other.
    """
    allocation_id = await conn.scalar(
        sa.select(moves.c.allocation_id).where(moves.c.id == move_id, visible_moves(within))
    )
    if allocation_id is None:
        return None
    return await conn.scalar(sa.select(allocations.c.id).where(allocations.c.id == allocation_id).with_for_update())


async def reference_of(conn: AsyncConnection, move_id: MoveId, *, within: Scope) -> MoveReference | None:
    """Return a move's reference; None where there is no such move in scope."""
    return await conn.scalar(sa.select(moves.c.reference).where(moves.c.id == move_id, visible_moves(within)))


async def is_reference(conn: AsyncConnection, reference: str, *, within: Scope) -> bool:
    """Say whether a move in scope has this reference."""
    return bool(await conn.scalar(sa.select(sa.exists().where(moves.c.reference == reference, visible_moves(within)))))
