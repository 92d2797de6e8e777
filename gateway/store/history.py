"""The history of changes: appended with each, read for things in scope."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.changes import Author, Change
from gateway.store.tables import changes


async def append(conn: AsyncConnection, found: Iterable[Change], author: Author) -> None:
    """Write who made which changes."""
    rows = [
        {
            "subject_type": one.subject_type.value,
            "subject_id": one.subject_id,
            "version": one.version,
            "at": one.at,
            "username": one.username,
            "client_id": author.client_id,
            "request_id": author.request_id,
            "fields": [{"name": field.name, "before": field.before, "after": field.after} for field in one.fields],
        }
        for one in found
    ]
    if rows:
        await conn.execute(sa.insert(changes), rows)
