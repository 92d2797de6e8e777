"""The values that moves, legs, records and events take; all in lower case, as the field writes them."""

from enum import StrEnum


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
