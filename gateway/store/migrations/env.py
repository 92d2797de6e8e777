"""Alembic's entry: runs on the connection that `gateway.store.migrate` hands over."""

from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from gateway.store.columns import Instant
from gateway.store.tables import metadata


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column type as what it is in the database: revisions must outlive the code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


connection: sa.Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes tables only by copying them
    render_item=_render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
