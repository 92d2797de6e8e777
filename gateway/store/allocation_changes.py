"""Allocations in the hands of a transaction that changes them."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import AllocationId
from gateway.domain.moves import Move, MoveStatus
from gateway.store.tables import allocations, moves

Row = dict[str, object]


async def lock_of(conn: AsyncConnection, locked: Move) -> Row | None:
    """Read the row of the allocation that a move belongs to, for changing its counts; None where there is none.

    The move was found within the scope of whoever changes it. Its allocation may be beyond that; its counts follow
    all the same.
    """
    row = (
        await conn.execute(sa.select(allocations).where(allocations.c.id == locked.allocation_id).with_for_update())
    ).one_or_none()
    return None if row is None else dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


async def places_of(conn: AsyncConnection, allocation_id: AllocationId, *, locked: Move) -> tuple[int, int]:
    """Count the open places of the allocation of a locked move, and how many of them have a person."""
    row = (
        await conn.execute(
            sa.select(sa.func.count(), sa.func.count(moves.c.prison_number)).where(
                moves.c.allocation_id == allocation_id,
                moves.c.allocation_id == locked.allocation_id,
                moves.c.status != MoveStatus.CANCELLED.value,
            )
        )
    ).one()
    return row[0], row[1]


async def save(conn: AsyncConnection, allocation_id: AllocationId, changed: Row) -> None:
    """Write columns of a row that was locked."""
    await conn.execute(sa.update(allocations).where(allocations.c.id == allocation_id).values(changed))
