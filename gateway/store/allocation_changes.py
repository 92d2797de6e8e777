"""Allocations in the hands of a transaction that changes them.

Whoever changes an allocation or one of its moves holds the allocation's row first, and its moves' rows after that.
"""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.allocations import Allocation
from gateway.domain.ids import AllocationId, MoveId
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.scope import Scope
from gateway.store.allocations import allocation_of, with_filled_count
from gateway.store.moves import move_of
from gateway.store.scoping import visible_allocations
from gateway.store.tables import allocations, moves, person_escort_records

Row = dict[str, object]


async def lock(conn: AsyncConnection, allocation_id: AllocationId, *, within: Scope) -> Allocation | None:
    """Read an allocation for changing it or its moves. None where it is absent or out of scope."""
    held = await conn.scalar(
        sa.select(allocations.c.id)
        .where(allocations.c.id == allocation_id, visible_allocations(within))
        .with_for_update()
    )
    if held is None:
        return None
    row = (await conn.execute(with_filled_count().where(allocations.c.id == allocation_id))).one()
    return allocation_of(row)


async def row_of(conn: AsyncConnection, *, locked: Allocation | Move) -> Row | None:
    """Read the row of an allocation that was locked, by itself or by way of one of its moves."""
    allocation_id = locked.id if isinstance(locked, Allocation) else locked.allocation_id
    row = (await conn.execute(sa.select(allocations).where(allocations.c.id == allocation_id))).one_or_none()
    return None if row is None else dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


async def places_of(conn: AsyncConnection, *, locked: Allocation | Move) -> tuple[int, int]:
    """Count the open places of an allocation, and how many of them have a person."""
    allocation_id = locked.id if isinstance(locked, Allocation) else locked.allocation_id
    row = (
        await conn.execute(
            sa.select(sa.func.count(), sa.func.count(moves.c.prison_number)).where(
                moves.c.allocation_id == allocation_id, moves.c.status != MoveStatus.CANCELLED.value
            )
        )
    ).one()
    return row[0], row[1]


async def moves_of(conn: AsyncConnection, *, locked: Allocation) -> list[Move]:
    """Read the moves of a locked allocation for changing them, in the order of their references."""
    rows = await conn.execute(
        sa.select(moves).where(moves.c.allocation_id == locked.id).order_by(moves.c.reference).with_for_update(of=moves)
    )
    return [move_of(row) for row in rows]


async def has_escort_record(conn: AsyncConnection, *, locked: Move) -> bool:
    """Say whether a dPER was started for a move."""
    move_id: MoveId = locked.id
    return bool(await conn.scalar(sa.select(sa.exists().where(person_escort_records.c.move_id == move_id))))


async def save(conn: AsyncConnection, allocation_id: AllocationId, changed: Row) -> None:
    """Write columns of a row that was locked."""
    await conn.execute(sa.update(allocations).where(allocations.c.id == allocation_id).values(changed))
