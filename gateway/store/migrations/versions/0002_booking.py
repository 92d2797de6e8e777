"""What booking needs: reported journeys, the history of changes, idempotency keys, checks still to be made.

And the second supplier of moves between two suppliers' places, which has journeys of its own to be kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEYS_OF_LISTS = ("day", "created_at", "updated_at", "from_title", "to_title")


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
        batch.add_column(sa.Column("receiving_supplier", sa.String(length=40)))
        batch.create_foreign_key(
            op.f("fk_moves_receiving_supplier_suppliers"), "suppliers", ["receiving_supplier"], ["key"]
        )
    _receivers()
    _fill_receivers()
    _told_by_each_supplier()


def downgrade() -> None:
    op.execute("DELETE FROM carriage_snapshots")  # the last known only, and two suppliers' would be one row
    with op.batch_alter_table("carriage_snapshots") as batch:
        batch.drop_constraint(op.f("fk_carriage_snapshots_supplier_suppliers"), type_="foreignkey")
        batch.drop_constraint(op.f("pk_carriage_snapshots"), type_="primary")
        batch.drop_column("supplier")
        batch.create_primary_key(op.f("pk_carriage_snapshots"), ["move_id", "kind"])
    for key in _KEYS_OF_LISTS:
        op.drop_index(op.f(f"ix_moves_receiving_supplier_{key}_id"), "moves")
    with op.batch_alter_table("moves") as batch:
        batch.drop_constraint(op.f("fk_moves_receiving_supplier_suppliers"), type_="foreignkey")
        batch.drop_column("receiving_supplier")
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


def _receivers() -> None:
    for key in _KEYS_OF_LISTS:
        op.create_index(
            op.f(f"ix_moves_receiving_supplier_{key}_id"),
            "moves",
            ["receiving_supplier", key, "id"],
            postgresql_where=sa.text("receiving_supplier IS NOT NULL"),
            sqlite_where=sa.text("receiving_supplier IS NOT NULL"),
        )


def _fill_receivers() -> None:
    """Of moves that are there already: the contractors of both ends on their day, compared as sets."""
    names = ("from_agency", "to_agency", "day", "supplier", "receiving_supplier")
    moves = sa.table("moves", *(sa.column(name) for name in names))
    served = sa.table(
        "supplier_locations",
        *(sa.column(name) for name in ("supplier", "agency_id", "effective_from", "effective_to")),
    )
    contractor = sa.table("suppliers", sa.column("key")).c.key

    def serves(place: sa.ColumnElement[object]) -> sa.ColumnElement[bool]:
        found = sa.select(served.c.supplier).where(
            served.c.agency_id == place,
            sa.or_(served.c.effective_from.is_(None), served.c.effective_from <= moves.c.day),
            sa.or_(served.c.effective_to.is_(None), served.c.effective_to >= moves.c.day),
        )
        return contractor.in_(found.correlate(moves))

    start, end = serves(moves.c.from_agency), serves(moves.c.to_agency)
    differ = sa.exists(sa.select(contractor).where(start != end).correlate(moves))
    receiver = sa.select(sa.func.min(contractor)).where(end, contractor != moves.c.supplier).correlate(moves)
    op.execute(sa.update(moves).where(differ).values(receiving_supplier=receiver.scalar_subquery()))


def _told_by_each_supplier() -> None:
    with op.batch_alter_table("carriage_snapshots") as batch:
        batch.add_column(sa.Column("supplier", sa.String(length=40)))
    kept = sa.table("carriage_snapshots", sa.column("supplier", sa.String), sa.column("payload", sa.JSON))
    op.execute(sa.update(kept).values(supplier=kept.c.payload["supplier"].as_string()))
    known = sa.select(sa.table("suppliers", sa.column("key", sa.String)).c.key)
    op.execute(sa.delete(kept).where(sa.or_(kept.c.supplier.is_(None), kept.c.supplier.not_in(known))))
    with op.batch_alter_table("carriage_snapshots") as batch:
        batch.drop_constraint(op.f("pk_carriage_snapshots"), type_="primary")
        batch.alter_column("supplier", existing_type=sa.String(length=40), nullable=False)
        batch.create_primary_key(op.f("pk_carriage_snapshots"), ["move_id", "kind", "supplier"])
        batch.create_foreign_key(op.f("fk_carriage_snapshots_supplier_suppliers"), "suppliers", ["supplier"], ["key"])


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
