"""What NOMIS last told for each dPER, and for which it is to be asked again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "per_nomis_snapshots",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("prison_number", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True)),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["person_escort_records.id"],
            name=op.f("fk_per_nomis_snapshots_record_id_person_escort_records"),
        ),
        sa.PrimaryKeyConstraint("record_id", "kind", name=op.f("pk_per_nomis_snapshots")),
    )
    op.create_table(
        "per_nomis_refreshes",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["person_escort_records.id"],
            name=op.f("fk_per_nomis_refreshes_record_id_person_escort_records"),
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_per_nomis_refreshes")),
    )
    op.create_index(op.f("ix_per_nomis_refreshes_due_at"), "per_nomis_refreshes", ["due_at"])


def downgrade() -> None:
    for table in ("per_nomis_refreshes", "per_nomis_snapshots"):
        op.drop_table(table)
