"""Escort checks that are still to be made: they wait here for NOMIS, across restarts."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import MoveId
from gateway.store.dialects import insert_if_new
from gateway.store.tables import escort_checks


async def add(conn: AsyncConnection, move_id: MoveId, *, due_at: datetime) -> None:
    """Have the person of a move checked from an instant on."""
    await conn.execute(insert_if_new(conn, escort_checks).values(move_id=move_id, due_at=due_at, attempts=0))


async def is_due(conn: AsyncConnection, *, at: datetime) -> bool:
    """Say whether any check is due, in anybody's hands or not."""
    return bool(await conn.scalar(sa.select(sa.exists().where(escort_checks.c.due_at <= at))))


async def lease(conn: AsyncConnection, *, at: datetime, until: datetime, limit: int) -> dict[MoveId, int]:
    """Take checks that are due, the longest waiting first; return how often each was tried before.

    Until then they are nobody else's: other transactions pass over them. Whoever does not settle them by then has
    given them up.
    """
    statement = (
        sa.select(escort_checks.c.move_id, escort_checks.c.attempts)
        .where(escort_checks.c.due_at <= at)
        .order_by(escort_checks.c.due_at, escort_checks.c.move_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = {MoveId(row.move_id): int(row.attempts) for row in await conn.execute(statement)}
    if taken:
        await conn.execute(sa.update(escort_checks).where(escort_checks.c.move_id.in_(taken)).values(due_at=until))
    return taken


async def postpone(conn: AsyncConnection, move_ids: Sequence[MoveId], *, due_at: datetime) -> None:
    """Have another try later."""
    await conn.execute(
        sa.update(escort_checks)
        .where(escort_checks.c.move_id.in_(move_ids))
        .values(due_at=due_at, attempts=escort_checks.c.attempts + 1)
    )


async def take(conn: AsyncConnection, move_id: MoveId) -> bool:
    """Take a check off the queue; False where somebody else did."""
    done = await conn.execute(sa.delete(escort_checks).where(escort_checks.c.move_id == move_id))
    return done.rowcount == 1
