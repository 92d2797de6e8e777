"""The access log, which is only ever added to."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.access_log import AccessLogEntry, SharedReads
from gateway.store.dialects import is_postgresql
from gateway.store.tables import access_log

_OF_THE_READER: Final = ("username", "client_id", "request_id")
_OF_THE_RECORD: Final = ("at", "operation", "action", "subject_type", "subject_id", "prison_number", "outcome")
_COLUMNS: Final = (*_OF_THE_READER, *_OF_THE_RECORD)


def _rows_of_arrays(alias: str, names: Sequence[str]) -> sa.FromClause:
    """Make rows of one array for each column: there is one value less to be bound for each row and column."""
    of_type = {name: sa.DateTime(timezone=True) if name == "at" else sa.Text() for name in names}
    arrays = sa.func.unnest(*(sa.bindparam(f"all_{name}", type_=ARRAY(type_)) for name, type_ in of_type.items()))
    return arrays.table_valued(*names).render_derived(name=alias)


def _inserting(*parts: sa.FromClause) -> sa.Insert:
    """Make the statement that writes each row of one part with each of the others."""
    columns = {column.name: column for part in parts for column in part.c}
    chosen = sa.select(*(columns[name] for name in _COLUMNS)).select_from(parts[0])
    for other in parts[1:]:
        chosen = chosen.join(other, sa.true())
    return sa.insert(access_log).from_select(_COLUMNS, chosen)


_INSERT: Final = sa.insert(access_log)
_INSERT_ARRAYS: Final = _inserting(_rows_of_arrays("entries", _COLUMNS))
_INSERT_SHARED: Final = _inserting(
    _rows_of_arrays("readers", _OF_THE_READER), _rows_of_arrays("records", _OF_THE_RECORD)
)


async def append(conn: AsyncConnection, entries: Sequence[AccessLogEntry]) -> None:
    """Write entries in their order."""
    if not entries:
        return
    rows = [(entry.username, entry.client_id, entry.request_id, *_of_the_record(entry)) for entry in entries]
    if is_postgresql(conn):
        await conn.execute(_INSERT_ARRAYS, _arrays(_COLUMNS, rows))
    else:
        await conn.execute(_INSERT, [dict(zip(_COLUMNS, row, strict=True)) for row in rows])


async def append_shared(conn: AsyncConnection, reads: SharedReads) -> None:
    """Write an entry for each reader and record. What is sent to PostgreSQL does not grow with their product."""
    if not reads.entries or not reads.readers:
        return
    if not is_postgresql(conn):
        await append(conn, reads.apart())
        return
    readers = [(reader.username, reader.client_id, reader.request_id) for reader in reads.readers]
    records = [_of_the_record(entry) for entry in reads.entries]
    await conn.execute(_INSERT_SHARED, _arrays(_OF_THE_READER, readers) | _arrays(_OF_THE_RECORD, records))


def _arrays(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {f"all_{name}": list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}


def _of_the_record(entry: AccessLogEntry) -> tuple[Any, ...]:
    return (
        entry.at,
        entry.operation,
        entry.action.value,
        entry.subject_type.value,
        entry.subject_id,
        entry.prison_number,
        entry.outcome.value,
    )
