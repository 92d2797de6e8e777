"""Idempotency keys: what a client's key stands for, on every node and after every restart."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.store.dialects import insert_if_new
from gateway.store.tables import idempotency_keys


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A key as one account of one client application gave it to one operation: those of others are apart."""

    client: str
    username: str
    key: str
    operation: str = "bookMove"


@dataclass(frozen=True, slots=True)
class FirstUse:
    """The request that used a key first (a digest of what it asked), and the thing that came of it."""

    fingerprint: str
    subject_id: UUID


async def first_use(conn: AsyncConnection, key: IdempotencyKey) -> FirstUse | None:
    """Read what a key was used for; None where it never was."""
    row = (
        await conn.execute(
            sa.select(idempotency_keys.c.fingerprint, idempotency_keys.c.subject_id).where(
                idempotency_keys.c.client == key.client,
                idempotency_keys.c.username == key.username,
                idempotency_keys.c.operation == key.operation,
                idempotency_keys.c.key == key.key,
            )
        )
    ).one_or_none()
    return None if row is None else FirstUse(row.fingerprint, row.subject_id)


async def claim(conn: AsyncConnection, key: IdempotencyKey, use: FirstUse, *, at: datetime) -> FirstUse | None:
    """Use a key for what this transaction makes; return the earlier use instead where there is one.

    Another transaction that is just using the same key is waited for. One that fails leaves the key unused.
    """
    row = {
        "client": key.client,
        "username": key.username,
        "operation": key.operation,
        "key": key.key,
        "fingerprint": use.fingerprint,
        "subject_id": use.subject_id,
        "created_at": at,
    }
    made = await conn.execute(insert_if_new(conn, idempotency_keys).values(row))
    return None if made.rowcount == 1 else await first_use(conn, key)


async def any_from(conn: AsyncConnection, *, before: datetime) -> bool:
    """Say whether any key was first used before an instant."""
    return bool(await conn.scalar(sa.select(sa.exists().where(idempotency_keys.c.created_at < before))))


async def forget(conn: AsyncConnection, *, before: datetime) -> int:
    """Drop keys that were first used before an instant; return how many there were."""
    return (await conn.execute(sa.delete(idempotency_keys).where(idempotency_keys.c.created_at < before))).rowcount
