"""What suppliers' systems are still to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook_outbox",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supplier", sa.String(length=40), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failed_since", sa.DateTime(timezone=True)),
        sa.Column("last_status", sa.Integer()),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("parked_at", sa.DateTime(timezone=True)),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["supplier"], ["suppliers.key"], name=op.f("fk_webhook_outbox_supplier_suppliers")),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_webhook_outbox_move_id_moves")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_webhook_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_webhook_outbox_id")),
    )
    op.create_index(
        "ix_webhook_outbox_lane",
        "webhook_outbox",
        ["supplier", "move_id", "position"],
        postgresql_where=sa.text("delivered_at IS NULL"),
        sqlite_where=sa.text("delivered_at IS NULL"),
    )
    op.create_index(
        "ix_webhook_outbox_due",
        "webhook_outbox",
        ["supplier", "due_at", "position"],
        postgresql_where=sa.text("delivered_at IS NULL AND parked_at IS NULL"),
        sqlite_where=sa.text("delivered_at IS NULL AND parked_at IS NULL"),
    )
    op.create_index(op.f("ix_webhook_outbox_delivered_at"), "webhook_outbox", ["delivered_at"])


def downgrade() -> None:
    op.drop_table("webhook_outbox")
