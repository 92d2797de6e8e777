"""The tables: names are those of the domain and the schema. Those of dPERs are in `escort_record_tables`."""

from typing import Any, Final

import sqlalchemy as sa

import gateway.store.escort_record_tables
import gateway.store.nomis_record_tables  # noqa: F401 - whoever has the metadata from here has all tables
from gateway.store.columns import Instant as Instant  # noqa: PLC0414 - used wherever tables are
from gateway.store.columns import WritingTransaction
from gateway.store.columns import code as _code
from gateway.store.columns import ident as _id
from gateway.store.columns import metadata as metadata  # noqa: PLC0414
from gateway.store.columns import sortable_title as _sortable_title


def _where(condition: str, *, sqlite: str | None = None) -> dict[str, Any]:
    """Leave rows out of an index; SQLite may have to be told which ones in its own words."""
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(sqlite or condition)}


suppliers: Final = sa.Table(
    "suppliers",
    metadata,
    sa.Column("key", _code(), primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("lot", sa.String(40)),
)

regions: Final = sa.Table(
    "regions",
    metadata,
    sa.Column("key", _code(60), primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
)

locations: Final = sa.Table(
    "locations",
    metadata,
    sa.Column("agency_id", _code(12), primary_key=True),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("type", _code(), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("extradition_capable", sa.Boolean, nullable=False, server_default=sa.false()),
)

region_locations: Final = sa.Table(
    "region_locations",
    metadata,
    # No foreign key to locations: NOMIS may name a member later than the region's list does.
    sa.Column("region_key", _code(60), sa.ForeignKey("regions.key"), primary_key=True),
    sa.Column("agency_id", _code(12), primary_key=True),
)

supplier_locations: Final = sa.Table(
    "supplier_locations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("supplier", _code(), sa.ForeignKey("suppliers.key"), nullable=False),
    sa.Column("agency_id", _code(12), nullable=False),
    # Both bounds are inclusive; an absent one is open.
    sa.Column("effective_from", sa.Date),
    sa.Column("effective_to", sa.Date),
    sa.Index(None, "agency_id"),
)

allocations: Final = sa.Table(
    "allocations",
    metadata,
    sa.Column("id", _id(), primary_key=True),
    sa.Column("status", _code(), nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("from_agency", _code(12), sa.ForeignKey("locations.agency_id"), nullable=False),
    sa.Column("to_agency", _code(12), sa.ForeignKey("locations.agency_id"), nullable=False),
    sa.Column("supplier", _code(), sa.ForeignKey("suppliers.key")),
    sa.Column("moves_count", sa.Integer, nullable=False),
    sa.Column("prisoner_category", sa.String(40)),
    sa.Column("sentence_length", sa.String(40)),
    sa.Column("estate", sa.String(40)),
    sa.Column("complex_cases", sa.JSON, nullable=False),  # [{"key": str, "allowed": bool}]
    sa.Column("other_criteria", sa.Text),
    sa.Column("requested_by", sa.String(100)),
    sa.Column("cancellation_reason", _code(80)),
    sa.Column("cancellation_comment", sa.Text),
    sa.Column("cancelled_at", Instant),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index(None, "date", "id"),
    sa.Index(None, "from_agency", "date", "id"),
    sa.Index(None, "to_agency", "date", "id"),
    sa.Index(None, "supplier", "date", "id"),
)

moves: Final = sa.Table(
    "moves",
    metadata,
    sa.Column("id", _id(), primary_key=True),
    sa.Column("reference", sa.String(8), nullable=False, unique=True),
    sa.Column("type", _code(), nullable=False),
    sa.Column("status", _code(), nullable=False),
    sa.Column("date", sa.Date),
    sa.Column("date_from", sa.Date),
    sa.Column("date_to", sa.Date),
    # Derived. The day on which it leaves: `date`, or `date_from` while it has no date, or else the day it was made.
    sa.Column("day", sa.Date, nullable=False),
    # Derived. The day on which it arrives: the last day of its last lodging that is not cancelled, or else `day`.
    sa.Column("arrives_on", sa.Date, nullable=False),
    # Derived. Whether it has a lodging that is not cancelled; few do, and their days need another look.
    sa.Column("lodges", sa.Boolean, nullable=False),
    sa.Column("time_due", Instant),
    sa.Column("prison_number", sa.String(7)),
    sa.Column("from_agency", _code(12), sa.ForeignKey("locations.agency_id"), nullable=False),
    sa.Column("to_agency", _code(12), sa.ForeignKey("locations.agency_id")),
    # Derived. The titles of the two places, kept equal to those in `locations`, to list moves in their order.
    sa.Column("from_title", _sortable_title(), nullable=False),
    sa.Column("to_title", _sortable_title(), nullable=False),  # empty where there is no destination
    sa.Column("supplier", _code(), sa.ForeignKey("suppliers.key")),
    sa.Column("vehicle_kind", _code(), nullable=False),
    sa.Column("special_vehicle_reason", sa.Text),
    sa.Column("prison_transfer_reason", sa.String(80)),
    sa.Column("additional_information", sa.Text),
    sa.Column("recall_date", sa.Date),
    sa.Column("cancellation_reason", _code(80)),
    sa.Column("cancellation_comment", sa.Text),
    sa.Column("rejection_reason", _code(80)),
    sa.Column("cancelled_at", Instant),
    sa.Column("allocation_id", _id(), sa.ForeignKey("allocations.id")),
    sa.Column("recorded_retrospectively", sa.Boolean, nullable=False),
    sa.Column("authorised_at", Instant),
    sa.Column("escort_check", _code(), nullable=False, server_default="passed"),
    # The move that was rejected and of which this one is the second try; at most one for each.
    sa.Column("original_move_id", _id(), sa.ForeignKey("moves.id"), unique=True),
    # Derived, at each change. The other contractor, where those of the origin and of the destination differ.
    sa.Column("receiving_supplier", _code(), sa.ForeignKey("suppliers.key")),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index(None, "prison_number", "day", "id"),
    sa.Index(None, "allocation_id", "day", "id"),
    *(
        sa.Index(None, *leading, key, "id")
        for leading in ((), ("from_agency",), ("to_agency",), ("supplier",))
        for key in ("day", "created_at", "updated_at", "from_title", "to_title")
    ),
    # The few that go from one contractor's places to another's, for the one that receives them.
    *(
        sa.Index(None, "receiving_supplier", key, "id", **_where("receiving_supplier IS NOT NULL"))
        for key in ("day", "created_at", "updated_at", "from_title", "to_title")
    ),
    # The few that lodge stop on further days, which `day` alone does not find.
    *(
        sa.Index(f"ix_moves_lodging_{'_'.join(columns)}", *columns, "id", **_where("lodges", sqlite="lodges = 1"))
        for columns in (("day",), ("to_agency", "arrives_on"))
    ),
    # All that is needed to sort and scope them, so that PostgreSQL need not fetch each from the table.
    sa.Index(
        "ix_moves_lodging",
        "id",
        postgresql_include=["day", "created_at", "updated_at", "from_title", "to_title", "authorised_at"],
        **_where("lodges", sqlite="lodges = 1"),
    ),
)

lodgings: Final = sa.Table(
    "lodgings",
    metadata,
    sa.Column("id", _id(), primary_key=True),
    sa.Column("move_id", _id(), sa.ForeignKey("moves.id"), nullable=False),
    sa.Column("agency_id", _code(12), sa.ForeignKey("locations.agency_id"), nullable=False),
    sa.Column("start_date", sa.Date, nullable=False),
    sa.Column("end_date", sa.Date, nullable=False),
    sa.Column("status", _code(), nullable=False),
    sa.Index(None, "move_id"),
    sa.Index(None, "agency_id", "start_date"),
    sa.Index(None, "agency_id", "end_date"),
    sa.Index(None, "start_date"),
    sa.Index(None, "end_date"),
    sa.Index("ix_lodgings_standing", "agency_id", "move_id", **_where("status <> 'cancelled'")),
)

events: Final = sa.Table(
    "events",
    metadata,
    # SQLite counts only INTEGER primary keys by itself; PostgreSQL's log outgrows 32 bits.
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("id", _id(), nullable=False, unique=True),
    sa.Column("move_id", _id(), sa.ForeignKey("moves.id"), nullable=False),
    sa.Column("journey_id", _id()),
    sa.Column("lodging_id", _id()),
    sa.Column("type", sa.String(80), nullable=False),
    sa.Column("classification", _code(), nullable=False),
    sa.Column("occurred_at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("supplier", _code(), sa.ForeignKey("suppliers.key")),
    sa.Column("recorded_by", sa.String(100)),  # for audit; never shown
    sa.Column("notes", sa.Text),
    sa.Column("details", sa.JSON, nullable=False),  # [{"name": str, "value": str | null}]
    # The log's order is by these two: see ADR 0016. The database fills it in, whoever writes.
    sa.Column("transaction_id", sa.BigInteger, nullable=False, server_default=WritingTransaction()),
    # Who could see the move before the change that wrote this event, where that is no longer so.
    sa.Column("sight_before", sa.JSON(none_as_null=True)),
    sa.Index(None, "move_id", "occurred_at", "id"),
    sa.Index(None, "transaction_id", "position"),
)

event_log: Final = sa.Table(
    "event_log",
    metadata,
    # One row: which log this is, and the key of its cursors.
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("cluster", sa.String(40), nullable=False),  # of the PostgreSQL server whose transactions it counts
    sa.Column("cursor_key", sa.String(64), nullable=False),
)

journeys: Final = sa.Table(
    "journeys",
    metadata,
    # What suppliers reported to us; what their own systems answer live is kept in `carriage_snapshots`.
    sa.Column("id", _id(), primary_key=True),
    sa.Column("move_id", _id(), sa.ForeignKey("moves.id"), nullable=False),
    sa.Column("supplier", _code(), sa.ForeignKey("suppliers.key"), nullable=False),
    sa.Column("initial_state", _code(), nullable=False),
    sa.Column("initial_at", Instant),
    sa.Column("state", _code(), nullable=False),
    sa.Column("date", sa.Date),
    sa.Column("from_agency", _code(12), sa.ForeignKey("locations.agency_id"), nullable=False),
    sa.Column("to_agency", _code(12), sa.ForeignKey("locations.agency_id"), nullable=False),
    sa.Column("billable", sa.Boolean, nullable=False),
    sa.Column("vehicle_id", sa.String(100)),
    sa.Column("vehicle_registration", sa.String(40)),
    sa.Column("reported_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index(None, "move_id", "reported_at", "id"),
)

changes: Final = sa.Table(
    "changes",
    metadata,
    # Who changed what and when: one row for each new version of a thing. Values as they stand in its own table.
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("subject_type", _code(), nullable=False),
    sa.Column("subject_id", _id(), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("username", sa.String(240), nullable=False),
    sa.Column("client_id", sa.String(240)),
    sa.Column("request_id", sa.String(80)),
    sa.Column("fields", sa.JSON, nullable=False),  # [{"name": str, "before": value | null, "after": value | null}]
    sa.Index(None, "subject_id", "version"),
)

idempotency_keys: Final = sa.Table(
    "idempotency_keys",
    metadata,
    # What a client's key stands for, so that the same request again gives the first result.
    sa.Column("client", sa.String(240), primary_key=True),
    sa.Column("username", sa.String(240), primary_key=True),
    sa.Column("operation", _code(), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("subject_id", _id(), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index(None, "created_at"),
)

escort_checks: Final = sa.Table(
    "escort_checks",
    metadata,
    # Moves whose person is still to be looked up in NOMIS, which could not be asked when they were booked.
    sa.Column("move_id", _id(), sa.ForeignKey("moves.id"), primary_key=True),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Index(None, "due_at"),
)

carriage_snapshots: Final = sa.Table(
    "carriage_snapshots",
    metadata,
    # What each supplier last told of a move, kept for when it cannot be asked.
    sa.Column("move_id", _id(), sa.ForeignKey("moves.id"), primary_key=True),
    sa.Column("kind", _code(), primary_key=True),  # journeys, position
    sa.Column("supplier", _code(), sa.ForeignKey("suppliers.key"), primary_key=True),
    sa.Column("payload", sa.JSON, nullable=False),  # {"told": ...}
    sa.Column("fetched_at", Instant, nullable=False),
)

access_log: Final = sa.Table(
    "access_log",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("username", sa.String(240), nullable=False),
    sa.Column("client_id", sa.String(240)),
    sa.Column("operation", sa.String(200)),
    sa.Column("action", _code(), nullable=False),
    sa.Column("subject_type", _code(), nullable=False),
    sa.Column("subject_id", sa.String(80), nullable=False),
    sa.Column("prison_number", sa.String(7)),
    sa.Column("outcome", _code(), nullable=False),
    sa.Column("request_id", sa.String(80), nullable=False),
    sa.Index(None, "prison_number", "id"),
    sa.Index(None, "username", "id"),
)

viewer_grants: Final = sa.Table(
    "viewer_grants",
    metadata,
    # The caseloads and groups that a user was last seen with, for the hours in which NOMIS cannot say.
    sa.Column("username", sa.String(240), primary_key=True),
    sa.Column("auth_source", _code(), primary_key=True),
    sa.Column("grants", sa.JSON, nullable=False),
    sa.Column("fetched_at", Instant, nullable=False),
)

former_grants: Final = sa.Table(
    "former_grants",
    metadata,
    # What a user had been seen with before they were seen with something else, and where the event log was then.
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("username", sa.String(240), nullable=False),
    sa.Column("auth_source", _code(), nullable=False),
    sa.Column("grants", sa.JSON, nullable=False),
    sa.Column("fetched_at", Instant, nullable=False),
    sa.Column("until_transaction", sa.BigInteger, nullable=False),
    sa.Column("until_number", sa.BigInteger, nullable=False),
    sa.Column("replaced_at", Instant, nullable=False),
    sa.Index("ix_former_grants_account", "username", "auth_source", "until_transaction"),
    sa.Index("ix_former_grants_replaced_at", "replaced_at"),
)

active_caseloads: Final = sa.Table(
    "active_caseloads",
    metadata,
    # A user's own choice in this product alone.
    sa.Column("username", sa.String(240), primary_key=True),
    sa.Column("agency_id", _code(12), nullable=False),
    sa.Column("chosen_at", Instant, nullable=False),
)
