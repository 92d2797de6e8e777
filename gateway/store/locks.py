"""Locks that make changes take turns where no row stands for what they would both do."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.store.dialects import is_postgresql


async def take(conn: AsyncConnection, kind: str, key: str) -> None:
    """Wait until no other transaction, on any node, holds the lock of a key; it is held to the transaction's end.

    On SQLite a transaction that writes is alone anyway.
    """
    if is_postgresql(conn):
        digest = hashlib.blake2b(f"{kind}:{key}".encode(), digest_size=8).digest()
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(int.from_bytes(digest, signed=True))))
