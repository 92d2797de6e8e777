"""The answers of dPERs with what they began from, and youth risk assessments."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person_escort_records") as batch:
        batch.add_column(
            sa.Column("question_set_version", sa.String(length=20), nullable=False, server_default="1.0.0")
        )
        batch.add_column(sa.Column("prefilled_from_id", sa.Uuid()))
        batch.add_column(sa.Column("prefilled_from_confirmed_at", sa.DateTime(timezone=True)))
        batch.create_foreign_key(
            op.f("fk_person_escort_records_prefilled_from_id_person_escort_records"),
            "person_escort_records",
            ["prefilled_from_id"],
            ["id"],
        )
        batch.create_index(
            op.f("ix_person_escort_records_prison_number_confirmed_at"), ["prison_number", "confirmed_at"]
        )
    op.create_table(
        "youth_risk_assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("prison_number", sa.String(length=7)),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("question_set_version", sa.String(length=20), nullable=False, server_default="1.0.0"),
        sa.Column("prefilled_from_id", sa.Uuid()),
        sa.Column("prefilled_from_confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_youth_risk_assessments_move_id_moves")),
        sa.ForeignKeyConstraint(
            ["prefilled_from_id"],
            ["youth_risk_assessments.id"],
            name=op.f("fk_youth_risk_assessments_prefilled_from_id_youth_risk_assessments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_youth_risk_assessments")),
        sa.UniqueConstraint("move_id", name=op.f("uq_youth_risk_assessments_move_id")),
    )
    op.create_index(
        op.f("ix_youth_risk_assessments_prison_number_confirmed_at"),
        "youth_risk_assessments",
        ["prison_number", "confirmed_at"],
    )
    _responses("per_responses", "person_escort_records")
    _responses("yra_responses", "youth_risk_assessments")
    _parts_of_assessments()


def downgrade() -> None:
    for table in ("yra_flags", "yra_sections", "yra_responses", "per_responses", "youth_risk_assessments"):
        op.drop_table(table)
    with op.batch_alter_table("person_escort_records") as batch:
        batch.drop_index(op.f("ix_person_escort_records_prison_number_confirmed_at"))
        batch.drop_constraint(
            op.f("fk_person_escort_records_prefilled_from_id_person_escort_records"), type_="foreignkey"
        )
        for column in ("prefilled_from_confirmed_at", "prefilled_from_id", "question_set_version"):
            batch.drop_column(column)


def _responses(table: str, records: str) -> None:
    op.create_table(
        table,
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("responses", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], [f"{records}.id"], name=op.f(f"fk_{table}_record_id_{records}")),
        sa.PrimaryKeyConstraint("record_id", name=op.f(f"pk_{table}")),
    )


def _parts_of_assessments() -> None:
    records = "youth_risk_assessments"
    op.create_table(
        "yra_sections",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("outstanding", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], [f"{records}.id"], name=op.f(f"fk_yra_sections_record_id_{records}")),
        sa.PrimaryKeyConstraint("record_id", "key", name=op.f("pk_yra_sections")),
    )
    op.create_table(
        "yra_flags",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], [f"{records}.id"], name=op.f(f"fk_yra_flags_record_id_{records}")),
        sa.PrimaryKeyConstraint("record_id", "question", "key", name=op.f("pk_yra_flags")),
    )
