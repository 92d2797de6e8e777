"""The access log, which is only ever added to."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.access_log import AccessLogEntry, AccessNote, SharedReads
from gateway.store.dialects import is_postgresql
from gateway.store.tables import access_log

_OF_THE_READER: Final = ("username", "client_id", "request_id")
_OF_THE_RECORD: Final = ("at", "operation", "action", "subject_type", "subject_id", "prison_number", "outcome")
_COLUMNS: Final = (*_OF_THE_READER, *_OF_THE_RECORD)
_OF_THE_NOTE: Final = (*_OF_THE_READER, "at", "operation", "action", "subject_type", "outcome")
_OF_ITS_RECORD: Final = ("subject_id", "prison_number")
_NOTE: Final = "note"
"""The number of a note among those that are written together."""
_PLACE: Final = "place"
_TYPES: Final[dict[str, sa.types.TypeEngine[Any]]] = {"at": sa.DateTime(timezone=True), _NOTE: sa.Integer()}


def _rows_of_arrays(alias: str, names: Sequence[str], *, ordered: bool = False) -> sa.FromClause:
    """Make rows of one array for each column: there is one value less to be bound for each row and column."""
    arrays = sa.func.unnest(
        *(sa.bindparam(f"{alias}_{name}", type_=ARRAY(_TYPES.get(name, sa.Text()))) for name in names)
    )
    rows = arrays.table_valued(*names, with_ordinality=_PLACE) if ordered else arrays.table_valued(*names)
    return rows.render_derived(name=alias)


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


def _inserting_notes() -> sa.Insert:
    """Make the statement that writes the records of notes, each with its note, in their order."""
    notes = _rows_of_arrays("notes", (_NOTE, *_OF_THE_NOTE))
    records = _rows_of_arrays("records", (_NOTE, *_OF_ITS_RECORD), ordered=True)
    columns = {column.name: column for part in (notes, records) for column in part.c}
    chosen = (
        sa.select(*(columns[name] for name in _COLUMNS))
        .select_from(records)
        .join(notes, notes.c[_NOTE] == records.c[_NOTE])
        .order_by(records.c[_PLACE])
    )
    return sa.insert(access_log).from_select(_COLUMNS, chosen)


_INSERT_NOTES: Final = _inserting_notes()


async def append(conn: AsyncConnection, entries: Sequence[AccessLogEntry]) -> None:
    """Write entries in their order."""
    if not entries:
        return
    rows = [(entry.username, entry.client_id, entry.request_id, *_of_the_record(entry)) for entry in entries]
    if is_postgresql(conn):
        await conn.execute(_INSERT_ARRAYS, _arrays("entries", _COLUMNS, rows))
    else:
        await conn.execute(_INSERT, [dict(zip(_COLUMNS, row, strict=True)) for row in rows])


async def append_notes(conn: AsyncConnection, notes: Sequence[AccessNote]) -> None:
    """Write an entry for each record of notes, in their order. What is common to a note is sent once."""
    if not is_postgresql(conn):
        await append(conn, [entry for note in notes for entry in note.apart()])
        return
    rows = [
        (
            number,
            note.username,
            note.client_id,
            note.request_id,
            note.at,
            note.operation,
            note.action.value,
            note.subject_type.value,
            note.outcome.value,
        )
        for number, note in enumerate(notes)
    ]
    records = [(number, *record) for number, note in enumerate(notes) for record in note.records]
    if records:
        given = _arrays("notes", (_NOTE, *_OF_THE_NOTE), rows) | _arrays("records", (_NOTE, *_OF_ITS_RECORD), records)
        await conn.execute(_INSERT_NOTES, given)


async def append_shared(conn: AsyncConnection, reads: SharedReads) -> None:
    """Write an entry for each reader and record. What is sent to PostgreSQL does not grow with their product."""
    if not reads.entries or not reads.readers:
        return
    if not is_postgresql(conn):
        await append(conn, reads.apart())
        return
    readers = [(reader.username, reader.client_id, reader.request_id) for reader in reads.readers]
    records = [_of_the_record(entry) for entry in reads.entries]
    given = _arrays("readers", _OF_THE_READER, readers) | _arrays("records", _OF_THE_RECORD, records)
    await conn.execute(_INSERT_SHARED, given)


def _arrays(alias: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {f"{alias}_{name}": list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}


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
