"""The nouns of the invented world: places, people, accounts, moves and what hangs on them."""

import datetime as dt
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

# ── places ───────────────────────────────────────────────────────────────────────────────────


class AgencyType(StrEnum):
    """NOMIS's own codes."""

    INST = "INST"
    CRT = "CRT"
    POLICE = "POLICE"
    STC = "STC"
    SCH = "SCH"
    HOSPITAL = "HOSPITAL"
    HSHOSP = "HSHOSP"
    IMDC = "IMDC"
    APPR = "APPR"
    COMM = "COMM"
    FNP = "FNP"


class CourtType(StrEnum):
    CROWN = "CC"
    MAGISTRATES = "MC"
    YOUTH = "YC"
    COUNTY = "CO"


@dataclass(frozen=True, slots=True)
class Agency:
    """A place with a NOMIS code.

    `name` is as people write it ("Leeds (HMP)"). `regions` and `suppliers` are keys; courts belong to no supplier.
    `pseudo` marks codes that NOMIS keeps for bookkeeping (OUT, TRN, ZZGHI): no move starts or ends there.
    """

    agency_id: str
    name: str
    agency_type: AgencyType
    court_type: CourtType | None = None
    regions: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    active: bool = True
    nomis_region: str | None = None
    area: str | None = None
    pseudo: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    key: str
    name: str
    agency_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supplier:
    """An escort contractor; `lot` is North or South."""

    key: str
    name: str
    lot: str


@dataclass(frozen=True, slots=True)
class Caseload:
    """A NOMIS caseload; prison work is done in INST/GENERAL ones, administrators carry INST/ADMIN ones besides."""

    caseload_id: str
    description: str
    caseload_type: str = "INST"
    function: str = "GENERAL"
    agency_ids: tuple[str, ...] = ()


# ── people ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Alert:
    """`active_to` is the first day on which it no longer holds; None: open-ended. `description` is the comment."""

    uuid: UUID
    type_code: str
    code: str
    description: str | None
    active_from: date
    active_to: date | None
    authorised_by: str | None
    created_by: str
    created_by_name: str
    prison_code: str | None

    def is_active(self, on: date) -> bool:
        return self.active_from <= on and (self.active_to is None or self.active_to > on)


@dataclass(frozen=True, slots=True)
class CareNeed:
    """A health problem that bears on daily care; `status` is ON (ongoing) or I (recovered)."""

    need_id: int
    problem_type: str
    problem_code: str
    problem_description: str
    status: str
    comment: str | None
    start_date: date
    end_date: date | None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A reasonable adjustment, named by its treatment code; codes contain spaces and slashes."""

    treatment_code: str
    treatment_description: str
    comment: str | None
    start_date: date
    end_date: date | None
    agency_id: str
    need_id: int | None


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement in or out of an establishment: `kind` ADM, REL, TRN or CRT; `direction` IN or OUT."""

    kind: str
    reason: str
    direction: str
    from_agency: str
    to_agency: str
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A person as NOMIS has them on the world's day.

    `agency_id` is a prison, OUT (released), TRN (between prisons) or None (never booked in). Someone at court stays
    `active` at their prison with `in_out_status` OUT. `status` reads as Prisoner Search words it: "ACTIVE IN".
    """

    prison_number: str
    booking_id: int | None
    book_number: str | None
    first_name: str
    middle_names: str | None
    last_name: str
    date_of_birth: date
    gender: str
    sex_code: str
    ethnicity: str
    ethnicity_code: str
    nationality: str
    religion: str
    pnc_number: str | None
    cro_number: str | None
    category: str | None
    csra: str | None
    assessed_on: date | None
    legal_status: str
    agency_id: str | None
    last_prison_id: str | None
    in_out_status: str | None
    active: bool
    cell: str | None
    received_on: date | None
    alerts: tuple[Alert, ...]
    care_needs: tuple[CareNeed, ...]
    adjustments: tuple[Adjustment, ...]
    movements: tuple[Movement, ...]

    @property
    def status(self) -> str | None:
        if self.in_out_status is None:
            return None
        return f"{'ACTIVE' if self.active else 'INACTIVE'} {self.in_out_status}"


# ── accounts and clients ─────────────────────────────────────────────────────────────────────


class AuthSource(StrEnum):
    NOMIS = "nomis"
    AUTH = "auth"
    AZUREAD = "azuread"


@dataclass(frozen=True, slots=True)
class Account:
    """A person who signs in. Passwords are demo words.

    `roles` come without ROLE_; `groups` are codes (PECS_LEEDCC) and only of accounts of the sign-in service itself;
    only prison staff (nomis) have a `staff_id` and caseloads. `user_id` is what sign-in calls them: staff id or UUID.
    `persona` is a stable key for demonstrations and tests; `label` and `description` are for a sign-in menu.
    """

    username: str
    password: str
    first_name: str
    last_name: str
    email: str | None
    auth_source: AuthSource
    user_id: str
    staff_id: int | None
    roles: tuple[str, ...]
    caseloads: tuple[str, ...]
    active_caseload: str | None
    groups: tuple[str, ...]
    label: str
    description: str
    persona: str | None
    enabled: bool = True

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class ClientHome(StrEnum):
    """Where a client is registered."""

    SIGN_IN = "sign-in"
    SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class Client:
    """An OAuth2 client; secrets are demo words. `authorities` come without ROLE_.

    `agencies` and `supplier` document what it is bound to; no token carries them. A client whose `home` is a supplier
    signs in there: at the one named in `supplier`.
    """

    client_id: str
    secret: str
    authorities: tuple[str, ...]
    grant_types: tuple[str, ...]
    scopes: tuple[str, ...]
    description: str
    agencies: tuple[str, ...] = ()
    supplier: str | None = None
    home: ClientHome = ClientHome.SIGN_IN
    token_seconds: int = 1200


# ── moves ────────────────────────────────────────────────────────────────────────────────────


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


class PrisonTransferReason(StrEnum):
    ACCUMULATED_VISITS = "accumulated_visits"
    COMPASSIONATE = "compassionate"
    COURT = "court"
    VIDEO = "video"
    CPA = "cpa"
    ISP_TO_OPEN = "isp_to_open"
    MAPPA = "mappa"
    MEDICAL = "medical"
    OFFENDING_BEHAVIOUR_COURSE = "offending_behaviour_course"
    PAROLE = "parole"
    PROGRESSIVE = "progressive"
    REPATRIATION = "repatriation"
    RESETTLEMENT = "resettlement"
    RETURN_AFTER_COURT_APPEARANCE = "return_after_court_appearance"
    SECURITY = "security"
    YJB = "yjb"
    ANOTHER_REASON = "another_reason"


class JourneyState(StrEnum):
    PROPOSED = "proposed"
    REJECTED = "rejected"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class LodgingStatus(StrEnum):
    PROPOSED = "proposed"
    STARTED = "started"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class AllocationStatus(StrEnum):
    UNFILLED = "unfilled"
    FILLED = "filled"
    CANCELLED = "cancelled"


class EventClassification(StrEnum):
    """As the field knows them; no type of the catalogue is a notification."""

    DEFAULT = "default"
    INCIDENT = "incident"
    MEDICAL = "medical"
    NOTIFICATION = "notification"
    SUICIDE_AND_SELF_HARM = "suicide_and_self_harm"


class EventSubject(StrEnum):
    MOVE = "move"
    JOURNEY = "journey"
    PERSON_ESCORT_RECORD = "person_escort_record"
    LODGING = "lodging"


class EscortRecordStatus(StrEnum):
    UNSTARTED = "unstarted"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"


class SectionKey(StrEnum):
    RISK = "risk"
    OFFENCE = "offence"
    HEALTH = "health"
    PROPERTY = "property"


class SectionStatus(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class FlagSeverity(StrEnum):
    INFORMATION = "information"
    ATTENTION = "attention"
    WARNING = "warning"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """`rejection_reason` is set exactly when `reason` is REJECTED."""

    reason: CancellationReason
    comment: str | None
    rejection_reason: RejectionReason | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Vehicle:
    id: str
    registration: str


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees, WGS 84; `eta` is when the vehicle is expected at the move's destination."""

    latitude: float
    longitude: float
    eta: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Journey:
    """One leg; `number` counts from 1 in the order in which the legs are driven."""

    id: UUID
    number: int
    state: JourneyState
    date: dt.date | None
    supplier: str
    from_agency: str
    to_agency: str
    billable: bool
    vehicle: Vehicle | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Lodging:
    """A night or more on the way: `end_date` is later than `start_date`."""

    id: UUID
    agency_id: str
    start_date: date
    end_date: date
    status: LodgingStatus


@dataclass(frozen=True, slots=True)
class Section:
    key: SectionKey
    status: SectionStatus
    answered: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Flag:
    """`question` is the key of the question whose answer raised it."""

    key: str
    title: str
    severity: FlagSeverity
    question: str


@dataclass(frozen=True, slots=True)
class Handover:
    occurred_at: datetime
    dispatching_officer: str
    receiving_officer: str


@dataclass(frozen=True, slots=True)
class EscortRecord:
    """A dPER: `sections` are always all four, in order."""

    id: UUID
    status: EscortRecordStatus
    sections: tuple[Section, ...]
    flags: tuple[Flag, ...]
    completed_at: datetime | None
    amended_at: datetime | None
    confirmed_at: datetime | None
    handover: Handover | None
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Event:
    """`occurred_at` is when a person believes it happened, `recorded_at` when it was written down (never earlier)."""

    id: UUID
    type: str
    classification: EventClassification
    occurred_at: datetime
    recorded_at: datetime
    supplier: str | None
    recorded_by: str | None
    notes: str | None
    details: tuple[tuple[str, str | None], ...]
    subject: EventSubject
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class Move:
    """`day` is `date`, or `date_from` while it has no date; it never changes place: `moves_on(day)` yields it.

    `prison_number` is None for a place in an allocation that nobody fills yet. `authorised_at` is when it stopped
    being a mere proposal; None for one that never did, rejected ones among them. `position` is only of moves that are
    on the road, and not of all of those. `events` are in the order in which they occurred.
    """

    id: UUID
    reference: str
    move_type: MoveType
    status: MoveStatus
    date: dt.date | None
    date_from: dt.date | None
    date_to: dt.date | None
    day: dt.date
    time_due: datetime | None
    prison_number: str | None
    from_agency: str
    to_agency: str | None
    supplier: str
    vehicle_kind: VehicleKind
    special_vehicle_reason: str | None
    prison_transfer_reason: PrisonTransferReason | None
    additional_information: str | None
    recall_date: dt.date | None
    cancellation: Cancellation | None
    allocation_id: UUID | None
    recorded_retrospectively: bool
    authorised_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
    journeys: tuple[Journey, ...]
    lodgings: tuple[Lodging, ...]
    escort_record: EscortRecord | None
    events: tuple[Event, ...]
    position: Position | None


@dataclass(frozen=True, slots=True)
class ComplexCase:
    key: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Allocation:
    """Its moves carry its id in `allocation_id` and are among those of its day.

    `moves_count` is how many of them are not cancelled, `filled_count` how many of those have a person; both are 0
    once it is cancelled.
    """

    id: UUID
    status: AllocationStatus
    date: date
    from_agency: str
    to_agency: str
    supplier: str
    moves_count: int
    filled_count: int
    prisoner_category: str | None
    sentence_length: str | None
    estate: str | None
    complex_cases: tuple[ComplexCase, ...]
    other_criteria: str | None
    requested_by: str | None
    cancellation: Cancellation | None
    created_at: datetime
    updated_at: datetime
    version: int
