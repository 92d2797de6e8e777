"""The grants that viewers were last seen with, and those that they had before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.event_log import LogPosition
from gateway.store.carriage import Json
from gateway.store.dialects import upsert
from gateway.store.event_log import now
from gateway.store.tables import former_grants, viewer_grants

MOST_FORMER: Final = 20
"""Former grants of one account that are looked at, the latest first."""


@dataclass(frozen=True, slots=True)
class KeptGrants:
    grants: Json
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class FormerGrants:
    grants: Json
    fetched_at: datetime
    replaced_at: datetime


async def get(conn: AsyncConnection, username: str, auth_source: str) -> KeptGrants | None:
    statement = sa.select(viewer_grants.c.grants, viewer_grants.c.fetched_at).where(
        viewer_grants.c.username == username, viewer_grants.c.auth_source == auth_source
    )
    row = (await conn.execute(statement)).one_or_none()
    return None if row is None else KeptGrants(row.grants, row.fetched_at)


async def put(conn: AsyncConnection, username: str, auth_source: str, kept: KeptGrants) -> None:
    """Keep what an account was seen with, and what it had before as its former grants, if that was something else."""
    await _set_aside(conn, username, auth_source, kept.grants, at=kept.fetched_at)
    row = {
        "username": username,
        "auth_source": auth_source,
        "grants": kept.grants,
        "fetched_at": kept.fetched_at,
    }
    await conn.execute(upsert(conn, viewer_grants), [row])


async def forget(conn: AsyncConnection, username: str, auth_source: str, *, at: datetime) -> None:
    """Forget what an account was last seen with: it has nothing any more. What it had are its former grants."""
    await _set_aside(conn, username, auth_source, None, at=at)
    await conn.execute(
        sa.delete(viewer_grants).where(viewer_grants.c.username == username, viewer_grants.c.auth_source == auth_source)
    )


async def former(conn: AsyncConnection, username: str, auth_source: str, *, since: LogPosition) -> list[FormerGrants]:
    """Return what an account had been seen with at some time since a position of the log, and no longer is."""
    until = sa.tuple_(former_grants.c.until_transaction, former_grants.c.until_number)
    since_then = sa.tuple_(sa.literal(since.transaction_id, sa.BigInteger), sa.literal(since.number, sa.BigInteger))
    rows = await conn.execute(
        sa.select(former_grants.c.grants, former_grants.c.fetched_at, former_grants.c.replaced_at)
        .where(former_grants.c.username == username, former_grants.c.auth_source == auth_source, until >= since_then)
        .order_by(former_grants.c.id.desc())
        .limit(MOST_FORMER)
    )
    return [FormerGrants(row.grants, row.fetched_at, row.replaced_at) for row in rows]


async def any_former(conn: AsyncConnection, *, before: datetime) -> bool:
    """Tell whether there are former grants from before a moment."""
    return bool(await conn.scalar(sa.select(sa.exists().where(former_grants.c.replaced_at < before))))


async def forget_former(conn: AsyncConnection, *, before: datetime) -> int:
    """Drop former grants from before a moment; return how many they were."""
    return (await conn.execute(sa.delete(former_grants).where(former_grants.c.replaced_at < before))).rowcount


async def _set_aside(
    conn: AsyncConnection, username: str, auth_source: str, grants: Json | None, *, at: datetime
) -> None:
    known = await get(conn, username, auth_source)
    if known is None or known.grants == grants:
        return
    position = await now(conn)
    await conn.execute(
        sa.insert(former_grants).values(
            username=username,
            auth_source=auth_source,
            grants=known.grants,
            fetched_at=known.fetched_at,
            until_transaction=position.transaction_id,
            until_number=position.number,
            replaced_at=at,
        )
    )
