"""What NOMIS last told for each dPER, and for which it is to be asked again."""

from typing import Final

import sqlalchemy as sa

from gateway.store.columns import Instant, code, ident, metadata

per_nomis_snapshots: Final = sa.Table(
    "per_nomis_snapshots",
    metadata,
    # One row for each kind of records that was ever asked for; read and written whole.
    sa.Column("record_id", ident(), sa.ForeignKey("person_escort_records.id"), primary_key=True),
    sa.Column("kind", code(), primary_key=True),
    # Whom it is about: a record that comes to be about somebody else must not show it.
    sa.Column("prison_number", sa.String(7), nullable=False),
    sa.Column("state", code(), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("synced_at", Instant),  # the last success
    sa.Column("records", sa.JSON, nullable=False),  # a list, as `store.nomis_records` writes it
)

per_nomis_refreshes: Final = sa.Table(
    "per_nomis_refreshes",
    metadata,
    # Only of dPERs that may still change. A lease keeps several nodes from asking for the same one.
    sa.Column("record_id", ident(), sa.ForeignKey("person_escort_records.id"), primary_key=True),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("leased_until", Instant),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Index(None, "due_at"),
)
