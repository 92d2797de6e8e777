"""Rows beneath a row: the parts of a record in the record's own row, as one JSON text, in both databases."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class JsonRows(FunctionElement[str]):
    """Gather the rows of a group as a JSON text: a list of lists of the given columns, in any order; NULL for none.

    SQLite writes an empty list for none.
    """

    type = sa.Text()
    inherit_cache = True


@compiles(JsonRows, "postgresql")
def _on_postgresql(element: JsonRows, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(json_agg(json_build_array({compiler.process(element.clauses, **options)})) AS TEXT)"


@compiles(JsonRows, "sqlite")
def _on_sqlite(element: JsonRows, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"
