"""What all tables are made of: their metadata, and the types of their columns.

Enumerations are stored as their values in short strings, so that both databases read alike. Instants are UTC.
"""

import uuid
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

metadata: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite has no time zones, so there it is stored without one and read back with UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a time without a zone: it could be anyone's.

        Raises:
            ValueError: the value is naive.

        """
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant needs a time zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def code(length: int = 40) -> sa.String:
    return sa.String(length)


def ident() -> sa.Uuid[uuid.UUID]:
    return sa.Uuid()


def sortable_title() -> sa.String:
    """Sort by code point in both databases, whatever language the PostgreSQL cluster was made for."""
    return sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


class WritingTransaction(FunctionElement[int]):
    """The id of the transaction that writes a row. SQLite has one writer at a time, and needs none: 0."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(WritingTransaction)
def _no_transaction(_element: WritingTransaction, _compiler: SQLCompiler, **_options: object) -> str:
    return "0"


@compiles(WritingTransaction, "postgresql")
def _transaction(_element: WritingTransaction, _compiler: SQLCompiler, **_options: object) -> str:
    return "((pg_current_xact_id())::text)::bigint"
