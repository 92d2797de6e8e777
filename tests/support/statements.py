"""What is sent to databases: by SQLAlchemy, or to PostgreSQL's driver directly."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import asyncpg  # type: ignore[import-untyped]
import sqlalchemy as sa

Sent = tuple[str, tuple[object, ...]]
"""A statement, and its parameters. Many rows in one statement are one."""


@contextmanager
def sent_statements() -> Iterator[list[Sent]]:
    """Collect the statements that are sent to any database."""
    sent: list[Sent] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        sent.append((statement, parameters))

    fetch = asyncpg.Connection.fetch

    async def noting(self: Any, query: str, *args: object, **options: object) -> Any:
        sent.append((query, args))
        return await fetch(self, query, *args, **options)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        with patch.object(asyncpg.Connection, "fetch", noting):
            yield sent
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
