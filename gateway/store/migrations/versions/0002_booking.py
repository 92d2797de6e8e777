"""What booking needs: reported journeys, the history of changes, idempotency keys, checks still to be made."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _journeys()
    _changes()
    _keys_and_checks()
    op.add_column("events", sa.Column("lodging_id", sa.Uuid()))
    op.add_column(
        "locations", sa.Column("extradition_capable", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("moves", sa.Column("escort_check", sa.String(length=40), server_default="passed", nullable=False))
    with op.batch_alter_table("moves") as batch:
        batch.add_column(sa.Column("original_move_id", sa.Uuid()))
        batch.create_foreign_key(op.f("fk_moves_original_move_id_moves"), "moves", ["original_move_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_moves_original_move_id"), ["original_move_id"])


def downgrade() -> None:
    with op.batch_alter_table("moves") as batch:
        batch.drop_constraint(op.f("uq_moves_original_move_id"), type_="unique")
        batch.drop_constraint(op.f("fk_moves_original_move_id_moves"), type_="foreignkey")
        batch.drop_column("original_move_id")
    for table, column in (
        ("moves", "escort_check"),
        ("locations", "extradition_capable"),
        ("events", "lodging_id"),
    ):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
    for table in ("escort_checks", "idempotency_keys", "changes", "journeys"):
        op.drop_table(table)


def _journeys() -> None:
    op.create_table(
        "journeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("supplier", sa.String(length=40), nullable=False),
        sa.Column("initial_state", sa.String(length=40), nullable=False),
        sa.Column("initial_at", sa.DateTime(timezone=True)),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("date", sa.Date()),
        sa.Column("from_agency", sa.String(length=12), nullable=False),
        sa.Column("to_agency", sa.String(length=12), nullable=False),
        sa.Column("billable", sa.Boolean(), nullable=False),
        sa.Column("vehicle_id", sa.String(length=100)),
        sa.Column("vehicle_registration", sa.String(length=40)),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_journeys_move_id_moves")),
        sa.ForeignKeyConstraint(["supplier"], ["suppliers.key"], name=op.f("fk_journeys_supplier_suppliers")),
        sa.ForeignKeyConstraint(
            ["from_agency"], ["locations.agency_id"], name=op.f("fk_journeys_from_agency_locations")
        ),
        sa.ForeignKeyConstraint(["to_agency"], ["locations.agency_id"], name=op.f("fk_journeys_to_agency_locations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journeys")),
    )
    op.create_index(op.f("ix_journeys_move_id_reported_at_id"), "journeys", ["move_id", "reported_at", "id"])


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("username", sa.String(length=240), nullable=False),
        sa.Column("client_id", sa.String(length=240)),
        sa.Column("request_id", sa.String(length=80)),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index(op.f("ix_changes_subject_id_version"), "changes", ["subject_id", "version"])


def _keys_and_checks() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("client", sa.String(length=240), nullable=False),
        sa.Column("username", sa.String(length=240), nullable=False),
        sa.Column("operation", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client", "username", "operation", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"])
    op.create_table(
        "escort_checks",
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_escort_checks_move_id_moves")),
        sa.PrimaryKeyConstraint("move_id", name=op.f("pk_escort_checks")),
    )
    op.create_index(op.f("ix_escort_checks_due_at"), "escort_checks", ["due_at"])
