"""The event log's order, and who lost sight of a move by an event."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CHANNEL = "secure_move_events"


def upgrade() -> None:
    # What is there was written before there were readers: its numbers order it.
    op.add_column("events", sa.Column("transaction_id", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("events", sa.Column("sight_before", sa.JSON()))
    op.create_index(op.f("ix_events_transaction_id_position"), "events", ["transaction_id", "position"])
    op.create_table(
        "event_log",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("cursor_key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_log")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE events ALTER COLUMN transaction_id SET DEFAULT (pg_current_xact_id()::text::bigint)")
        op.execute(
            "CREATE FUNCTION tell_of_events() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN PERFORM pg_notify('{CHANNEL}', ''); RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER tell_of_events AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION tell_of_events()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER tell_of_events ON events")
        op.execute("DROP FUNCTION tell_of_events()")
    op.drop_table("event_log")
    op.drop_index(op.f("ix_events_transaction_id_position"), table_name="events")
    with op.batch_alter_table("events") as batch:
        batch.drop_column("sight_before")
        batch.drop_column("transaction_id")
