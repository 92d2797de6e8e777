"""The tables of the store."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _reference()
    _moves()
    _records()
    _viewers()


def downgrade() -> None:
    for table in (
        "active_caseloads",
        "viewer_grants",
        "access_log",
        "carriage_snapshots",
        "events",
        "per_flags",
        "per_sections",
        "person_escort_records",
        "lodgings",
        "moves",
        "allocations",
        "supplier_locations",
        "region_locations",
        "locations",
        "regions",
        "suppliers",
    ):
        op.drop_table(table)


def _reference() -> None:
    op.create_table(
        "suppliers",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("lot", sa.String(length=40)),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_suppliers")),
    )
    op.create_table(
        "regions",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_regions")),
    )
    op.create_table(
        "locations",
        sa.Column("agency_id", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_locations")),
    )
    op.create_table(
        "region_locations",
        sa.Column("region_key", sa.String(length=60), nullable=False),
        sa.Column("agency_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["region_key"], ["regions.key"], name=op.f("fk_region_locations_region_key_regions")),
        sa.PrimaryKeyConstraint("region_key", "agency_id", name=op.f("pk_region_locations")),
    )
    op.create_table(
        "supplier_locations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier", sa.String(length=40), nullable=False),
        sa.Column("agency_id", sa.String(length=12), nullable=False),
        sa.Column("effective_from", sa.Date()),
        sa.Column("effective_to", sa.Date()),
        sa.ForeignKeyConstraint(["supplier"], ["suppliers.key"], name=op.f("fk_supplier_locations_supplier_suppliers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_locations")),
    )
    op.create_index(op.f("ix_supplier_locations_agency_id"), "supplier_locations", ["agency_id"])


def _moves() -> None:
    op.create_table(
        "allocations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("from_agency", sa.String(length=12), nullable=False),
        sa.Column("to_agency", sa.String(length=12), nullable=False),
        sa.Column("supplier", sa.String(length=40)),
        sa.Column("moves_count", sa.Integer(), nullable=False),
        sa.Column("prisoner_category", sa.String(length=40)),
        sa.Column("sentence_length", sa.String(length=40)),
        sa.Column("estate", sa.String(length=40)),
        sa.Column("complex_cases", sa.JSON(), nullable=False),
        sa.Column("other_criteria", sa.Text()),
        sa.Column("requested_by", sa.String(length=100)),
        sa.Column("cancellation_reason", sa.String(length=80)),
        sa.Column("cancellation_comment", sa.Text()),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_agency"], ["locations.agency_id"], name=op.f("fk_allocations_from_agency_locations")
        ),
        sa.ForeignKeyConstraint(["supplier"], ["suppliers.key"], name=op.f("fk_allocations_supplier_suppliers")),
        sa.ForeignKeyConstraint(
            ["to_agency"], ["locations.agency_id"], name=op.f("fk_allocations_to_agency_locations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocations")),
    )
    op.create_index(op.f("ix_allocations_date_id"), "allocations", ["date", "id"])
    op.create_index(op.f("ix_allocations_from_agency_date_id"), "allocations", ["from_agency", "date", "id"])
    op.create_index(op.f("ix_allocations_supplier_date_id"), "allocations", ["supplier", "date", "id"])
    op.create_index(op.f("ix_allocations_to_agency_date_id"), "allocations", ["to_agency", "date", "id"])
    op.create_table(
        "moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("date", sa.Date()),
        sa.Column("date_from", sa.Date()),
        sa.Column("date_to", sa.Date()),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=False),
        sa.Column("lodges", sa.Boolean(), nullable=False),
        sa.Column("time_due", sa.DateTime(timezone=True)),
        sa.Column("prison_number", sa.String(length=7)),
        sa.Column("from_agency", sa.String(length=12), nullable=False),
        sa.Column("to_agency", sa.String(length=12)),
        sa.Column(
            "from_title",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "to_title",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("supplier", sa.String(length=40)),
        sa.Column("vehicle_kind", sa.String(length=40), nullable=False),
        sa.Column("special_vehicle_reason", sa.Text()),
        sa.Column("prison_transfer_reason", sa.String(length=80)),
        sa.Column("additional_information", sa.Text()),
        sa.Column("recall_date", sa.Date()),
        sa.Column("cancellation_reason", sa.String(length=80)),
        sa.Column("cancellation_comment", sa.Text()),
        sa.Column("rejection_reason", sa.String(length=80)),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.Column("allocation_id", sa.Uuid()),
        sa.Column("recorded_retrospectively", sa.Boolean(), nullable=False),
        sa.Column("authorised_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["allocation_id"], ["allocations.id"], name=op.f("fk_moves_allocation_id_allocations")),
        sa.ForeignKeyConstraint(["from_agency"], ["locations.agency_id"], name=op.f("fk_moves_from_agency_locations")),
        sa.ForeignKeyConstraint(["supplier"], ["suppliers.key"], name=op.f("fk_moves_supplier_suppliers")),
        sa.ForeignKeyConstraint(["to_agency"], ["locations.agency_id"], name=op.f("fk_moves_to_agency_locations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
        sa.UniqueConstraint("reference", name=op.f("uq_moves_reference")),
    )
    op.create_index(op.f("ix_moves_allocation_id_day_id"), "moves", ["allocation_id", "day", "id"])
    op.create_index(op.f("ix_moves_created_at_id"), "moves", ["created_at", "id"])
    op.create_index(op.f("ix_moves_day_id"), "moves", ["day", "id"])
    op.create_index(op.f("ix_moves_from_agency_created_at_id"), "moves", ["from_agency", "created_at", "id"])
    op.create_index(op.f("ix_moves_from_agency_day_id"), "moves", ["from_agency", "day", "id"])
    op.create_index(op.f("ix_moves_from_agency_from_title_id"), "moves", ["from_agency", "from_title", "id"])
    op.create_index(op.f("ix_moves_from_agency_to_title_id"), "moves", ["from_agency", "to_title", "id"])
    op.create_index(op.f("ix_moves_from_agency_updated_at_id"), "moves", ["from_agency", "updated_at", "id"])
    op.create_index(op.f("ix_moves_from_title_id"), "moves", ["from_title", "id"])
    op.create_index(
        "ix_moves_lodging",
        "moves",
        ["id"],
        postgresql_include=["day", "created_at", "updated_at", "from_title", "to_title", "authorised_at"],
        postgresql_where=sa.text("lodges"),
        sqlite_where=sa.text("lodges = 1"),
    )
    op.create_index(
        "ix_moves_lodging_day",
        "moves",
        ["day", "id"],
        postgresql_where=sa.text("lodges"),
        sqlite_where=sa.text("lodges = 1"),
    )
    op.create_index(
        "ix_moves_lodging_to_agency_arrives_on",
        "moves",
        ["to_agency", "arrives_on", "id"],
        postgresql_where=sa.text("lodges"),
        sqlite_where=sa.text("lodges = 1"),
    )
    op.create_index(op.f("ix_moves_prison_number_day_id"), "moves", ["prison_number", "day", "id"])
    op.create_index(op.f("ix_moves_supplier_created_at_id"), "moves", ["supplier", "created_at", "id"])
    op.create_index(op.f("ix_moves_supplier_day_id"), "moves", ["supplier", "day", "id"])
    op.create_index(op.f("ix_moves_supplier_from_title_id"), "moves", ["supplier", "from_title", "id"])
    op.create_index(op.f("ix_moves_supplier_to_title_id"), "moves", ["supplier", "to_title", "id"])
    op.create_index(op.f("ix_moves_supplier_updated_at_id"), "moves", ["supplier", "updated_at", "id"])
    op.create_index(op.f("ix_moves_to_agency_created_at_id"), "moves", ["to_agency", "created_at", "id"])
    op.create_index(op.f("ix_moves_to_agency_day_id"), "moves", ["to_agency", "day", "id"])
    op.create_index(op.f("ix_moves_to_agency_from_title_id"), "moves", ["to_agency", "from_title", "id"])
    op.create_index(op.f("ix_moves_to_agency_to_title_id"), "moves", ["to_agency", "to_title", "id"])
    op.create_index(op.f("ix_moves_to_agency_updated_at_id"), "moves", ["to_agency", "updated_at", "id"])
    op.create_index(op.f("ix_moves_to_title_id"), "moves", ["to_title", "id"])
    op.create_index(op.f("ix_moves_updated_at_id"), "moves", ["updated_at", "id"])
    op.create_table(
        "lodgings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(length=12), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["locations.agency_id"], name=op.f("fk_lodgings_agency_id_locations")),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_lodgings_move_id_moves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lodgings")),
    )
    op.create_index(op.f("ix_lodgings_agency_id_end_date"), "lodgings", ["agency_id", "end_date"])
    op.create_index(op.f("ix_lodgings_agency_id_start_date"), "lodgings", ["agency_id", "start_date"])
    op.create_index(op.f("ix_lodgings_end_date"), "lodgings", ["end_date"])
    op.create_index(op.f("ix_lodgings_move_id"), "lodgings", ["move_id"])
    op.create_index(
        "ix_lodgings_standing",
        "lodgings",
        ["agency_id", "move_id"],
        postgresql_where=sa.text("status <> 'cancelled'"),
        sqlite_where=sa.text("status <> 'cancelled'"),
    )
    op.create_index(op.f("ix_lodgings_start_date"), "lodgings", ["start_date"])


def _records() -> None:
    op.create_table(
        "person_escort_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("prison_number", sa.String(length=7)),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        sa.Column("amended_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("handover_occurred_at", sa.DateTime(timezone=True)),
        sa.Column("dispatching_officer", sa.String(length=200)),
        sa.Column("receiving_officer", sa.String(length=200)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_person_escort_records_move_id_moves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_escort_records")),
        sa.UniqueConstraint("move_id", name=op.f("uq_person_escort_records_move_id")),
    )
    op.create_table(
        "per_sections",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("outstanding", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["person_escort_records.id"], name=op.f("fk_per_sections_record_id_person_escort_records")
        ),
        sa.PrimaryKeyConstraint("record_id", "key", name=op.f("pk_per_sections")),
    )
    op.create_table(
        "per_flags",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["person_escort_records.id"], name=op.f("fk_per_flags_record_id_person_escort_records")
        ),
        sa.PrimaryKeyConstraint("record_id", "question", "key", name=op.f("pk_per_flags")),
    )
    op.create_table(
        "events",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("journey_id", sa.Uuid()),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("classification", sa.String(length=40), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplier", sa.String(length=40)),
        sa.Column("recorded_by", sa.String(length=100)),
        sa.Column("notes", sa.Text()),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_events_move_id_moves")),
        sa.ForeignKeyConstraint(["supplier"], ["suppliers.key"], name=op.f("fk_events_supplier_suppliers")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_events")),
        sa.UniqueConstraint("id", name=op.f("uq_events_id")),
    )
    op.create_index(op.f("ix_events_move_id_occurred_at_id"), "events", ["move_id", "occurred_at", "id"])
    op.create_table(
        "carriage_snapshots",
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_carriage_snapshots_move_id_moves")),
        sa.PrimaryKeyConstraint("move_id", "kind", name=op.f("pk_carriage_snapshots")),
    )


def _viewers() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("username", sa.String(length=240), nullable=False),
        sa.Column("client_id", sa.String(length=240)),
        sa.Column("operation", sa.String(length=200)),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("prison_number", sa.String(length=7)),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    op.create_index(op.f("ix_access_log_prison_number_id"), "access_log", ["prison_number", "id"])
    op.create_index(op.f("ix_access_log_username_id"), "access_log", ["username", "id"])
    op.create_table(
        "viewer_grants",
        sa.Column("username", sa.String(length=240), nullable=False),
        sa.Column("auth_source", sa.String(length=40), nullable=False),
        sa.Column("grants", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("username", "auth_source", name=op.f("pk_viewer_grants")),
    )
    op.create_table(
        "active_caseloads",
        sa.Column("username", sa.String(length=240), nullable=False),
        sa.Column("agency_id", sa.String(length=12), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_active_caseloads")),
    )
