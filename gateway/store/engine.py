"""Connections to the store: an embedded SQLite file or a PostgreSQL server."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import Any, Final, Protocol, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Dialect, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

_DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
_SQLITE_BUSY_MS: Final = 10_000

READS_ALONE: Final = "reads alone"
"""Noted with connections whose statements are each a transaction of its own."""

Source: TypeAlias = "AsyncConnection | Database"
"""Where something is read: a connection that is held already, or the store, which lends one for as long as it takes."""


class _Cursor(Protocol):
    def execute(self, statement: str, /) -> object: ...
    def close(self) -> object: ...


class _RawConnection(Protocol):
    isolation_level: str | None

    def cursor(self) -> _Cursor: ...


def store_url(url: str) -> URL:
    """Read a database address and choose its asynchronous driver.

    Raises:
        ValueError: neither a SQLite file nor a PostgreSQL server. A SQLite database in memory is refused too: every
            connection would get one of its own.

    """
    parsed = make_url(url)
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise ValueError("the store is either sqlite:///<file> or postgresql://<server>/<database>")
    if driver.startswith("sqlite") and parsed.database in (None, "", ":memory:"):
        raise ValueError("the store needs a file: an in-memory SQLite database is not shared between connections")
    return parsed.set(drivername=driver)


class Database:
    """The store's connections, apart for reading and for writing.

    Reading connections refuse writes in the database itself and run each statement in a transaction of its own, which
    saves two round trips per read. SQLite has one writer at a time, which takes its lock at once (BEGIN IMMEDIATE):
    a reader that turned writer half way would otherwise fail instead of waiting.
    """

    def __init__(
        self, url: str, *, pool_size: int = 10, connect_seconds: float = 5, statement_seconds: float = 30
    ) -> None:
        """Make the pools; nothing is connected yet. `pool_size` is of each pool, the times are limits.

        Raises:
            ValueError: see `store_url`.

        """
        self.url = store_url(url)
        self._patience = statement_seconds
        self._lent = 0
        self._all_back = asyncio.Event()
        self._all_back.set()
        if self.url.get_backend_name() == "sqlite":
            self._reader = _sqlite(self.url, pool_size=pool_size, query_only=True)
            self._lookups = self._reader
            self._writer = _sqlite(self.url, pool_size=1, query_only=False)
        else:
            make = partial(
                _postgresql,
                self.url,
                pool_size=pool_size,
                connect_seconds=connect_seconds,
                statement_seconds=statement_seconds,
            )
            # Places differ a thousandfold: a plan for any place and any day suits none.
            self._reader = make(reading=True, plan_cache_mode="force_custom_plan")
            # Where there is but one good way, as to rows by their keys, planning it anew costs more than going it.
            self._lookups = make(reading=True, plan_cache_mode="force_generic_plan")
            self._writer = make(reading=False, plan_cache_mode="force_custom_plan")

    @property
    def dialect(self) -> Dialect:
        return self._reader.dialect

    async def fetch(self, sql: str, values: Sequence[object], *, planned_once: bool) -> Sequence[Any]:
        """Have the driver read rows over a connection that SQLAlchemy's pool lends. Raises what the driver raises.

        What is `planned_once` is planned by each connection at its first use, for whatever values.
        """
        with self._lending():
            lent = await (self._lookups if planned_once else self._reader).raw_connection()
            try:
                raw: Any = lent.driver_connection
                rows: Sequence[Any] = await raw.fetch(sql, *values)
                return rows
            finally:
                await greenlet_spawn(lent.close)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection that can only read."""
        with self._lending():
            async with self._reader.connect() as conn:
                yield conn

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection in a transaction: committed at the end, rolled back when anything is raised."""
        with self._lending():
            async with self._writer.begin() as conn:
                yield conn

    async def analyse(self) -> None:
        """Let the database count what it holds, to choose indexes by. Due once many rows were loaded at once."""
        async with self.transaction() as conn:
            await conn.exec_driver_sql("ANALYZE")

    async def aclose(self) -> None:
        """Close the connections, once those that are lent have come back: work may outlive the answer it was for.

        What is not back within the time that a statement may take is left to itself.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._all_back.wait()
        for engine in (self._reader, self._lookups, self._writer):
            await engine.dispose()

    @contextmanager
    def _lending(self) -> Iterator[None]:
        self._lent += 1
        self._all_back.clear()
        try:
            yield
        finally:
            self._lent -= 1
            if not self._lent:
                self._all_back.set()


def _postgresql(
    url: URL, *, pool_size: int, connect_seconds: float, statement_seconds: float, reading: bool, plan_cache_mode: str
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=statement_seconds,
        isolation_level="AUTOCOMMIT" if reading else "READ COMMITTED",
        hide_parameters=True,  # an error names its statement, never whom it was about
        connect_args={
            "timeout": connect_seconds,
            "command_timeout": statement_seconds,
            "server_settings": {
                "application_name": "secure-move-gateway",
                "timezone": "UTC",
                # Compiling a plan costs more than all of these short reads.
                "jit": "off",
                "plan_cache_mode": plan_cache_mode,
                "default_transaction_read_only": "on" if reading else "off",
                # An open transaction that has written holds back the event log, for every node.
                "idle_in_transaction_session_timeout": f"{int(statement_seconds * 1000)}",
            },
        },
    )
    sa.event.listen(engine.sync_engine, "checkout", _refuse_closed)
    if reading:
        sa.event.listen(engine.sync_engine, "connect", _note_reading)
    return engine


def _note_reading(_raw: object, record: Any) -> None:
    record.info[READS_ALONE] = True


def _refuse_closed(lent: Any, _record: object, _proxy: object) -> None:
    """Have a connection replaced that the server has closed, and all that are as old: the server was restarted.

    The driver knows by itself, so nothing is asked for that; without it each connection would fail one request.
    """
    if lent.driver_connection.is_closed():
        raise sa.exc.InvalidatePoolError


def migrating_engine(url: str) -> AsyncEngine:
    """Make an engine of one connection to change tables with.

    On SQLite it does not look after foreign keys: a table is changed by dropping it in favour of a copy.

    Raises:
        ValueError: see `store_url`.

    """
    parsed = store_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, pool_size=1, query_only=False, foreign_keys=False)
    return create_async_engine(parsed, pool_size=1, max_overflow=0)


def _sqlite(url: URL, *, pool_size: int, query_only: bool, foreign_keys: bool = True) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0, hide_parameters=True)

    @sa.event.listens_for(engine.sync_engine, "connect")
    def prepare(raw: _RawConnection, _record: object) -> None:
        # The driver must not open transactions by itself: `begin` below says when and how.
        raw.isolation_level = None
        cursor = raw.cursor()
        for pragma in (
            f"busy_timeout = {_SQLITE_BUSY_MS}",
            "journal_mode = wal",
            "synchronous = normal",
            f"foreign_keys = {'on' if foreign_keys else 'off'}",
            f"query_only = {'on' if query_only else 'off'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    if not query_only:

        @sa.event.listens_for(engine.sync_engine, "begin")
        def begin(conn: Connection) -> None:
            conn.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
