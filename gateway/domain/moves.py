"""Moves: one person's planned transfer from a place to another."""

import datetime as dt
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.ids import (
    AgencyId,
    AllocationId,
    LodgingId,
    MoveId,
    MoveReference,
    PrisonNumber,
    SupplierKey,
)
from gateway.domain.values import value


class MoveType(StrEnum):
    COURT_APPEARANCE = "court_appearance"
    COURT_OTHER = "court_other"
    HOSPITAL = "hospital"
    POLICE_TRANSFER = "police_transfer"
    PRISON_RECALL = "prison_recall"
    PRISON_REMAND = "prison_remand"
    PRISON_TRANSFER = "prison_transfer"
    VIDEO_REMAND = "video_remand"
    APPROVED_PREMISES = "approved_premises"
    EXTRADITION = "extradition"


class MoveStatus(StrEnum):
    PROPOSED = "proposed"
    REQUESTED = "requested"
    BOOKED = "booked"
    IN_TRANSIT = "in_transit"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class VehicleKind(StrEnum):
    CELLULAR = "cellular"
    SPECIAL = "special"


class CancellationReason(StrEnum):
    """One list for moves, allocations and lodgings."""

    CANCELLED_BY_PMU = "cancelled_by_pmu"
    ALLOCATION_CANCELLED = "allocation_cancelled"
    CASE_NOT_COURT_READY = "case_not_court_ready"
    COMBINED_WITH_ANOTHER_REQUEST = "combined_with_another_request"
    COURT_CLOSURE = "court_closure"
    COURT_NO_CAPACITY = "court_no_capacity"
    COURT_NOT_DDA_COMPLIANT = "court_not_dda_compliant"
    INCORRECT_COLLECTION_LOCATION = "incorrect_collection_location"
    INCORRECT_FINAL_LOCATION = "incorrect_final_location"
    LIST_RECEIVED_AFTER_5_PM = "list_received_after_5_pm"
    OPERATIONAL_ISSUES_PRISON = "operational_issues_prison"
    POLICE_TRANSPORTED_PRISONER = "police_transported_prisoner"
    PRISON_TRANSPORTED_PRISONER = "prison_transported_prisoner"
    PRISONER_NO_LONGER_REQUIRED = "prisoner_no_longer_required"
    PRISONER_REFUSAL = "prisoner_refusal"
    PRISONER_TO_BE_RELEASED_ON_BAIL = "prisoner_to_be_released_on_bail"
    PRISONER_UNFIT_TO_TRAVEL = "prisoner_unfit_to_travel"
    PTR_UNACHIEVABLE = "ptr_unachievable"
    RECEIVER_UNABLE_TO_ACCEPT_PRISONER = "receiver_unable_to_accept_prisoner"
    SENDER_UNABLE_TO_FULFIL_DRAFT = "sender_unable_to_fulfil_draft"
    SENDER_CANCELLED_REQUEST = "sender_cancelled_request"
    SUPPLIER_NO_RESOURCE = "supplier_no_resource"
    TORNADO_EVENT = "tornado_event"
    UNSUITABLE_VEHICLE = "unsuitable_vehicle"
    VIDEO_LINK_TO_BE_USED = "video_link_to_be_used"
    MADE_IN_ERROR = "made_in_error"
    SUPPLIER_DECLINED_TO_MOVE = "supplier_declined_to_move"
    REJECTED = "rejected"
    DATABASE_CORRECTION = "database_correction"
    INCOMPLETE_PER = "incomplete_per"
    LACK_OF_SPACE_AT_RECEIVING_ESTABLISHMENT = "lack_of_space_at_receiving_establishment"
    SENDING_ESTABLISHMENT_FAILED_TO_FILL_ALLOCATION = "sending_establishment_failed_to_fill_allocation"
    OTHER = "other"


class RejectionReason(StrEnum):
    NO_SPACE_AT_RECEIVING_PRISON = "no_space_at_receiving_prison"
    NO_TRANSPORT_AVAILABLE = "no_transport_available"
    MORE_INFO_REQUIRED = "more_info_required"


class LodgingStatus(StrEnum):
    PROPOSED = "proposed"
    STARTED = "started"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class EscortCheckStatus(StrEnum):
    """Whether it is established that the escort contract covers the person of a move."""

    PASSED = "passed"
    UNCHECKED = "unchecked"
    HELD = "held"
    REFUSED = "refused"
    NOBODY = "nobody"
    NOT_NEEDED = "not_needed"


@value(frozen=True, slots=True)
class VehicleNeeds:
    kind: VehicleKind
    reason: str | None


@value(frozen=True, slots=True)
class Cancellation:
    reason: CancellationReason
    comment: str | None
    rejection_reason: RejectionReason | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Lodging:
    """A night or more on the way, from `start_date` to `end_date` (always later)."""

    id: LodgingId
    move_id: MoveId
    agency_id: AgencyId
    start_date: date
    end_date: date
    status: LodgingStatus


@value(frozen=True, slots=True)
class Move:
    """As our store holds it. `prison_number` is None for a place in an allocation that nobody fills yet.

    `authorised_at` is when it stopped being a mere proposal; None for one that never did, cancelled ones among them.
    `receiving_supplier` is the other contractor of a move between two contractors' places: the one that serves where
    it ends; None for any other move.
    """

    id: MoveId
    reference: MoveReference
    type: MoveType
    status: MoveStatus
    date: dt.date | None
    date_from: dt.date | None
    date_to: dt.date | None
    time_due: datetime | None
    prison_number: PrisonNumber | None
    from_agency: AgencyId
    to_agency: AgencyId | None
    supplier: SupplierKey | None
    vehicle_needs: VehicleNeeds
    prison_transfer_reason: str | None
    additional_information: str | None
    recall_date: dt.date | None
    cancellation: Cancellation | None
    allocation_id: AllocationId | None
    recorded_retrospectively: bool
    authorised_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
    escort_check: EscortCheckStatus = EscortCheckStatus.PASSED
    original_move_id: MoveId | None = None
    """The move that was rejected, of which this one is the second try."""
    receiving_supplier: SupplierKey | None = None


class MoveDirection(StrEnum):
    INCOMING = "incoming"
    OUTGOING = "outgoing"


class MoveOrderField(StrEnum):
    DATE = "date"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    FROM_LOCATION = "from_location"
    TO_LOCATION = "to_location"


class OrderDirection(StrEnum):
    ASC = "asc"
    DESC = "desc"


@dataclass(frozen=True, slots=True)
class MoveOrder:
    field: MoveOrderField = MoveOrderField.DATE
    direction: OrderDirection = OrderDirection.ASC


@dataclass(frozen=True, slots=True)
class MoveFilter:
    """None leaves a part open; an empty tuple matches nothing.

    `direction` is seen from `location_ids`, or from all of the viewer's places where none are given.
    """

    direction: MoveDirection | None = None
    location_ids: tuple[AgencyId, ...] | None = None
    date_from: date | None = None
    date_to: date | None = None
    statuses: tuple[MoveStatus, ...] | None = None
    types: tuple[MoveType, ...] | None = None
    supplier_key: SupplierKey | None = None
    prison_number: PrisonNumber | None = None
    per_statuses: tuple[EscortRecordStatus, ...] | None = None


@dataclass(frozen=True, slots=True)
class MoveCount:
    """How many moves of a day arrive at or leave a place, in one status."""

    day: date
    direction: MoveDirection
    status: MoveStatus
    count: int
    per_incomplete: int
    """Of these, how many are not cancelled and have no dPER that is completed or confirmed."""
