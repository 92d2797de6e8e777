"""Allocations in the hands of a transaction that changes them.

An allocation is locked before any of its moves. Whoever changes one of the moves keeps to that too, so that nobody
waits in a circle.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.allocations import Allocation
from gateway.domain.ids import AllocationId
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.scope import Scope
from gateway.store.allocations import allocation_of
from gateway.store.move_changes import LostUpdate
from gateway.store.moves_writer import allocation_row
from gateway.store.scoping import visible_allocations
from gateway.store.tables import allocations, moves

_COUNTED: Final = (moves.c.authorised_at.is_not(None), moves.c.status != MoveStatus.CANCELLED.value)
"""What a place is: proposals are none yet, and nobody but their senders may learn of them."""


async def lock(conn: AsyncConnection, allocation_id: AllocationId, *, within: Scope) -> Allocation | None:
    """Read an allocation for changing it: others that would wait. None where it is absent or out of scope."""
    mine = sa.and_(allocations.c.id == allocation_id, visible_allocations(within))
    return await _locked(conn, sa.select(allocations).where(mine))


async def lock_of(conn: AsyncConnection, locked: Move) -> Allocation | None:
    """Read the allocation of a move that is being changed, for its counts to follow.

    The move was found within the scope of whoever changes it. Its allocation may be beyond that.
    """
    return await _locked(conn, sa.select(allocations).where(allocations.c.id == locked.allocation_id))


async def places_of(conn: AsyncConnection, *, locked: Allocation) -> tuple[int, int]:
    """Count the places of a locked allocation, and how many of them have a person."""
    row = (
        await conn.execute(
            sa.select(sa.func.count(), sa.func.count(moves.c.prison_number)).where(
                moves.c.allocation_id == locked.id, *_COUNTED
            )
        )
    ).one()
    return row[0], row[1]


async def save(conn: AsyncConnection, before: Allocation, after: Allocation, *, at: datetime) -> None:
    """Write a changed allocation over the version that it was made from.

    Raises:
        LostUpdate: the row is another version by now.

    """
    row = allocation_row(after, created_at=at, updated_at=at)
    del row["created_at"]
    statement = sa.update(allocations).where(allocations.c.id == before.id, allocations.c.version == before.version)
    if (await conn.execute(statement.values(row))).rowcount != 1:
        raise LostUpdate


async def _locked(conn: AsyncConnection, statement: sa.Select[tuple[object, ...]]) -> Allocation | None:
    row = (await conn.execute(statement.with_for_update(of=allocations))).one_or_none()
    if row is None:
        return None
    # Counted only now: whoever held the lock until a moment ago may have filled places.
    counted = allocation_of(row, 0)
    _, filled = await places_of(conn, locked=counted)
    return allocation_of(row, filled)
