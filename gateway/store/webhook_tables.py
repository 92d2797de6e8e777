"""The table of what suppliers' systems are still to be told."""

from typing import Final

import sqlalchemy as sa

from gateway.store.tables import Instant, metadata

webhook_outbox: Final = sa.Table(
    "webhook_outbox",
    metadata,
    # One row for each message, written with the change that it tells of; delivered ones are kept for a while.
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("id", sa.Uuid(), nullable=False, unique=True),
    sa.Column("supplier", sa.String(40), sa.ForeignKey("suppliers.key"), nullable=False),
    sa.Column("move_id", sa.Uuid(), sa.ForeignKey("moves.id"), nullable=False),
    sa.Column("reference", sa.String(8), nullable=False),
    sa.Column("type", sa.String(40), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("written_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("failed_since", Instant),
    sa.Column("last_status", sa.Integer),  # HTTP's, of the last try in vain; none where nobody answered
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("leased_until", Instant),
    sa.Column("parked_at", Instant),
    sa.Column("delivered_at", Instant),
    # The messages of a move go out one after the other.
    sa.Index(
        "ix_webhook_outbox_lane",
        "supplier",
        "move_id",
        "position",
        postgresql_where=sa.text("delivered_at IS NULL"),
        sqlite_where=sa.text("delivered_at IS NULL"),
    ),
    sa.Index(
        "ix_webhook_outbox_due",
        "supplier",
        "due_at",
        "position",
        postgresql_where=sa.text("delivered_at IS NULL AND parked_at IS NULL"),
        sqlite_where=sa.text("delivered_at IS NULL AND parked_at IS NULL"),
    ),
    sa.Index(None, "delivered_at"),
)
