"""Questions to the store that are asked again and again: put into SQL once, and answered as the driver answers.

Between a statement and its rows SQLAlchemy spends more than the database on the questions of every page. So a question
is compiled once for the database's dialect; on PostgreSQL the driver is then given its SQL and values directly, and on
SQLite, which is not served from under load, SQLAlchemy goes on doing all of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import asyncpg  # type: ignore[import-untyped]
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import operators, visitors

from gateway.store.dialects import is_postgresql
from gateway.store.engine import READS_ALONE, Database, Source

KEYS: Final = "keys"
"""The parameter that holds the keys which are looked for."""

Row = Sequence[Any]
"""The values of the selected columns, in their order."""

_TAKEN_AS_THEY_ARE: Final = (sa.String, sa.Integer, sa.Boolean, sa.Date, sa.Uuid, sa.DateTime, sa.TypeDecorator)


class ReadingFailed(Exception):
    """The store could not be read. Says which fault it was; the driver's own words may quote values."""


def among(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a column has one of the values that are given as `KEYS` at each use."""
    return column.in_(sa.bindparam(KEYS, expanding=True))


class Question:
    """A statement, given its keys and other values at each use.

    Rows are tuples or like them, and read by position. Columns must be of a type that both drivers give as it is meant:
    text, numbers, truth values, dates, instants and ids, but no JSON.
    """

    def __init__(self, statement: sa.Select[Any], *, takes_keys: bool = True, planned_once: bool = False) -> None:
        """Raise TypeError for a column of another type.

        A statement that takes no keys, and has a value of its own for each parameter, is compiled in half the time.
        `planned_once` says of such a one that PostgreSQL may find one plan for all its values.
        """
        for column in statement.selected_columns:
            if not isinstance(column.type, _TAKEN_AS_THEY_ARE):
                message = f"{column} needs SQLAlchemy to be read"
                raise TypeError(message)
        self.statement: Final = statement
        self._takes_keys = takes_keys
        self._planned_once = planned_once
        self._written: _Written | None = None

    async def rows(self, source: Source, given: Mapping[str, object] | None = None) -> Sequence[Row]:
        """Ask.

        Raises:
            ReadingFailed: PostgreSQL could not answer.
            sqlalchemy.exc.SQLAlchemyError: SQLite could not, or it was asked within a transaction.

        """
        given = {} if given is None else given
        if is_postgresql(source) and (isinstance(source, Database) or _reads_alone(source)):
            return await self._from_the_driver(source, given)
        if isinstance(source, Database):
            async with source.read() as conn:
                return await self.rows(conn, given)
        selected: Sequence[Row] = (await source.execute(self.statement, given)).all()
        return selected

    async def _from_the_driver(self, source: Source, given: Mapping[str, object]) -> Sequence[Row]:
        if self._written is None:
            self._written = _Written(
                _left_open(self.statement) if self._takes_keys else self.statement,
                source.dialect,
                planned_once=self._planned_once,
            )
        written = self._written
        sql, values = written.sql, written.values(given)
        failure: str
        try:
            if isinstance(source, Database):
                return await source.fetch(sql, values, planned_once=written.planned_once)
            raw: Any = (await source.get_raw_connection()).driver_connection
            rows: Sequence[Row] = await raw.fetch(sql, *values)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            failure = f"{type(error).__name__} {getattr(error, 'sqlstate', None) or ''}".strip()
        else:
            return rows
        # Outside of the handler: what was raised there may quote values, and would stay attached as the context.
        raise ReadingFailed(failure)


class _Written:
    """A statement in PostgreSQL's own words."""

    def __init__(self, statement: sa.Select[Any], dialect: Dialect, *, planned_once: bool) -> None:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.sql: Final = str(compiled)
        self._fixed: Final = {name: value for name, value in compiled.params.items() if value is not None}
        self._order: Final[Sequence[str]] = getattr(compiled, "positiontup", None) or ()
        self.planned_once: Final = planned_once or KEYS in self._order

    def values(self, given: Mapping[str, object]) -> list[object]:
        fixed = self._fixed
        return [given[name] if name in given else fixed.get(name) for name in self._order]


def _left_open(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Return the same statement with parameters for what is given at each use."""
    return cast("sa.Select[Any]", visitors.replacement_traverse(statement, {}, _given_at_each_use))


def _given_at_each_use(element: Any, **_options: object) -> Any:
    """Leave open what is given at each use.

    `IN (the keys)`, which is another statement for each number of them, is written as `= ANY (array of the keys)`.
    """
    if (
        isinstance(element, sa.BinaryExpression)
        and element.operator is operators.in_op
        and isinstance(element.right, sa.BindParameter)
        and element.right.key == KEYS
    ):
        return element.left == sa.any_(sa.bindparam(KEYS, None, type_=ARRAY(element.left.type)))
    if isinstance(element, sa.BindParameter) and element.required:
        return sa.bindparam(element.key, None, type_=element.type)
    return None


def _reads_alone(conn: AsyncConnection) -> bool:
    """Tell whether a connection has no transaction of its own, which only SQLAlchemy would know to begin."""
    return conn.sync_connection is not None and READS_ALONE in conn.sync_connection.info
