"""The access log, which is only ever added to."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.access_log import AccessLogEntry
from gateway.store.tables import access_log

_INSERT: Final = sa.insert(access_log)


async def append(conn: AsyncConnection, entries: Sequence[AccessLogEntry]) -> None:
    """Write entries in their order."""
    rows = [
        {
            "at": entry.at,
            "username": entry.username,
            "client_id": entry.client_id,
            "operation": entry.operation,
            "action": entry.action.value,
            "subject_type": entry.subject_type.value,
            "subject_id": entry.subject_id,
            "prison_number": entry.prison_number,
            "outcome": entry.outcome.value,
            "request_id": entry.request_id,
        }
        for entry in entries
    ]
    if rows:
        await conn.execute(_INSERT, rows)
