"""The access log, which is only ever added to."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.access_log import AccessLogEntry
from gateway.store.dialects import is_postgresql
from gateway.store.tables import access_log

_COLUMNS: Final = (
    "at",
    "username",
    "client_id",
    "operation",
    "action",
    "subject_type",
    "subject_id",
    "prison_number",
    "outcome",
    "request_id",
)


def _of_arrays() -> sa.Insert:
    """Make the statement that takes one array for each column: one row less to be bound for each entry."""
    of_type = {name: sa.DateTime(timezone=True) if name == "at" else sa.Text() for name in _COLUMNS}
    arrays = sa.func.unnest(*(sa.bindparam(f"all_{name}", type_=ARRAY(type_)) for name, type_ in of_type.items()))
    rows = arrays.table_valued(*_COLUMNS).render_derived()
    return sa.insert(access_log).from_select(_COLUMNS, sa.select(*(rows.c[name] for name in _COLUMNS)))


_INSERT: Final = sa.insert(access_log)
_INSERT_ARRAYS: Final = _of_arrays()


async def append(conn: AsyncConnection, entries: Sequence[AccessLogEntry]) -> None:
    """Write entries in their order."""
    if not entries:
        return
    rows = [_row(entry) for entry in entries]
    if is_postgresql(conn):
        columns = zip(_COLUMNS, zip(*rows, strict=True), strict=True)
        await conn.execute(_INSERT_ARRAYS, {f"all_{name}": list(values) for name, values in columns})
    else:
        await conn.execute(_INSERT, [dict(zip(_COLUMNS, row, strict=True)) for row in rows])


def _row(entry: AccessLogEntry) -> tuple[Any, ...]:
    """Return the values of the columns, in their order."""
    return (
        entry.at,
        entry.username,
        entry.client_id,
        entry.operation,
        entry.action.value,
        entry.subject_type.value,
        entry.subject_id,
        entry.prison_number,
        entry.outcome.value,
        entry.request_id,
    )
