"""The dPERs for which NOMIS is to be asked, and when: they wait here across restarts and outages."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import EscortRecordId
from gateway.store.dialects import is_postgresql
from gateway.store.nomis_record_tables import per_nomis_refreshes as refreshes


async def hasten(conn: AsyncConnection, record_ids: Collection[EscortRecordId], *, at: datetime) -> None:
    """Have NOMIS asked for records at an instant, or earlier where that was planned already."""
    rows = [{"record_id": one, "due_at": at, "attempts": 0} for one in sorted(set(record_ids))]
    if not rows:
        return
    insert = postgresql.insert(refreshes) if is_postgresql(conn) else sqlite.insert(refreshes)
    await conn.execute(
        insert.on_conflict_do_update(
            index_elements=["record_id"],
            set_={"due_at": insert.excluded.due_at},
            where=refreshes.c.due_at > insert.excluded.due_at,
        ),
        rows,
    )


async def is_due(conn: AsyncConnection, *, at: datetime) -> bool:
    """Say whether any is due and in nobody's hands."""
    return bool(await conn.scalar(sa.select(sa.exists().where(_due(at)))))


async def lease(conn: AsyncConnection, *, at: datetime, until: datetime, limit: int) -> dict[EscortRecordId, int]:
    """Take what is due, the longest waiting first; return how often each failed since it last succeeded.

    Until then they are nobody else's: other transactions pass over them. Whoever does not settle them by then has
    given them up.
    """
    statement = (
        sa.select(refreshes.c.record_id, refreshes.c.attempts)
        .where(_due(at))
        .order_by(refreshes.c.due_at, refreshes.c.record_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = {EscortRecordId(row.record_id): int(row.attempts) for row in await conn.execute(statement)}
    if taken:
        await conn.execute(sa.update(refreshes).where(refreshes.c.record_id.in_(taken)).values(leased_until=until))
    return taken


async def plan(conn: AsyncConnection, record_id: EscortRecordId, *, due_at: datetime, attempts: int) -> None:
    """Give a record back, to be asked for again at an instant."""
    await conn.execute(
        sa.update(refreshes)
        .where(refreshes.c.record_id == record_id)
        .values(due_at=due_at, leased_until=None, attempts=attempts)
    )


async def drop(conn: AsyncConnection, record_ids: Collection[EscortRecordId]) -> None:
    """Ask no more for records."""
    await conn.execute(sa.delete(refreshes).where(refreshes.c.record_id.in_(record_ids)))


def _due(at: datetime) -> sa.ColumnElement[bool]:
    free = sa.or_(refreshes.c.leased_until.is_(None), refreshes.c.leased_until <= at)
    return sa.and_(refreshes.c.due_at <= at, free)
