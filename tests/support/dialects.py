"""Statements that are compiled once for all stores of a run.

SQLAlchemy keeps what it compiled for each engine, and each store of the tests has engines of its own: compiling the
same statements anew cost more than running them.
"""

from typing import Final

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.util import LRUCache

_STATEMENTS: Final = 5_000

_compiled: Final = LRUCache[object, object](_STATEMENTS)


class _Alike(Dialect):
    """Equal to every other of its kind: compiled statements are kept by dialect, and one server speaks but one."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        super().engine_created(engine)
        engine.update_execution_options(compiled_cache=_compiled)


class AlikeSQLite(_Alike, SQLiteDialect_aiosqlite):
    """SQLite as every engine of a run speaks it."""

    supports_statement_cache = True


class AlikePostgreSQL(_Alike, PGDialect_asyncpg):
    """PostgreSQL as every engine of a run speaks it."""

    supports_statement_cache = True


def share_what_is_compiled() -> None:
    """Have engines made from now on keep their compiled statements together."""
    registry.register("sqlite.aiosqlite", __name__, AlikeSQLite.__name__)
    registry.register("postgresql.asyncpg", __name__, AlikePostgreSQL.__name__)
