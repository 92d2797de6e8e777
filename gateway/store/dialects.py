"""Statements that SQLite and PostgreSQL need to have put differently."""

from collections.abc import Callable, Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import Insert

from gateway.store.engine import Source

Branch = Callable[[sa.ColumnElement[str]], sa.Select[tuple[object, object]]]
"""Builds an ordered, limited select of `key` and `id` for one place."""


def is_postgresql(source: Source) -> bool:
    return source.dialect.name == "postgresql"


def insert_if_new(conn: AsyncConnection, table: sa.Table, *, by: Sequence[str] = ()) -> Insert:
    """Insert a row, or do nothing where its primary key is taken: also by a transaction that is then waited for.

    `by` names the columns of another key that counts instead.
    """
    insert = postgresql.insert(table) if is_postgresql(conn) else sqlite.insert(table)
    return insert.on_conflict_do_nothing(index_elements=by or [column.name for column in table.primary_key])


def upsert(conn: AsyncConnection, table: sa.Table, *, keeping: Collection[str] = ()) -> Insert:
    """Insert a row, or where its primary key is taken give that row the new values of all other columns.

    Columns to be kept are left as they are in a row that exists.
    """
    insert = postgresql.insert(table) if is_postgresql(conn) else sqlite.insert(table)
    keys = [column.name for column in table.primary_key]
    kept = {*keys, *keeping}
    return insert.on_conflict_do_update(
        index_elements=keys,
        set_={column.name: insert.excluded[column.name] for column in table.columns if column.name not in kept},
    )


def for_each_place(source: Source, places: Sequence[str], branch: Branch) -> list[sa.Select[tuple[object, object]]]:
    """Build one branch for every place, to be put together by UNION.

    PostgreSQL gets a single lateral join over the list of places, so that the statement and its plan stay the same
    however many there are. SQLite has no lateral joins and plans cheaply: it gets a branch each.
    """
    if len(places) == 1 or not is_postgresql(source):
        return [_enclosed(branch(sa.literal(place))) for place in places]
    listed = (
        sa.func.unnest(sa.literal(list(places), postgresql.ARRAY(sa.String))).table_valued("agency_id").render_derived()
    )
    found = branch(listed.c.agency_id).lateral()
    return [sa.select(found.c.key, found.c.id).select_from(listed.join(found, sa.true()))]


def _enclosed(select: sa.Select[tuple[object, object]]) -> sa.Select[tuple[object, object]]:
    """Wrap a limited select: SQLite allows no ORDER BY or LIMIT directly within a UNION."""
    inner = select.subquery()
    return sa.select(inner.c.key, inner.c.id)
