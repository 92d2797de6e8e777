"""Locks that make changes take turns where no row stands for what they would both do."""

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.store.dialects import is_postgresql


async def take(conn: AsyncConnection, kind: str, key: str) -> None:
    """Wait until no other transaction, on any node, holds the lock of a key; it is held to the transaction's end.

    On SQLite a transaction that writes is alone anyway.
    """
    await take_all(conn, kind, [key])


async def take_all(conn: AsyncConnection, kind: str, keys: Iterable[str]) -> None:
    """Wait likewise for the locks of several keys, in one order for all who do: nobody waits in a circle."""
    wanted = [_number(kind, key) for key in sorted(set(keys))]
    if wanted and is_postgresql(conn):
        listed = (
            sa.func.unnest(sa.literal(wanted, postgresql.ARRAY(sa.BigInteger))).table_valued("number").render_derived()
        )
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(listed.c.number)))


def _number(kind: str, key: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{kind}:{key}".encode(), digest_size=8).digest(), signed=True)
