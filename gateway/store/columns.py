"""What columns of the tables are made of, where the library has no word for it."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


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
