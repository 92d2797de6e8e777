"""The grants that viewers were last seen with."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.store.carriage import Json
from gateway.store.dialects import upsert
from gateway.store.tables import viewer_grants


@dataclass(frozen=True, slots=True)
class KeptGrants:
    grants: Json
    fetched_at: datetime


async def get(conn: AsyncConnection, username: str, auth_source: str) -> KeptGrants | None:
    statement = sa.select(viewer_grants.c.grants, viewer_grants.c.fetched_at).where(
        viewer_grants.c.username == username, viewer_grants.c.auth_source == auth_source
    )
    row = (await conn.execute(statement)).one_or_none()
    return None if row is None else KeptGrants(row.grants, row.fetched_at)


async def put(conn: AsyncConnection, username: str, auth_source: str, kept: KeptGrants) -> None:
    row = {
        "username": username,
        "auth_source": auth_source,
        "grants": kept.grants,
        "fetched_at": kept.fetched_at,
    }
    await conn.execute(upsert(conn, viewer_grants), [row])


async def forget(conn: AsyncConnection, username: str, auth_source: str) -> None:
    await conn.execute(
        sa.delete(viewer_grants).where(viewer_grants.c.username == username, viewer_grants.c.auth_source == auth_source)
    )
