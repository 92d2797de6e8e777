"""Events of dPERs: what those who have the person in custody see, do and hand over."""

from typing import Final

from gateway.domain.events import EventClassification
from gateway.policies.events.rules import (
    AUTHORISED,
    COURT_CELL,
    COURT_CUSTODY,
    CUSTODY,
    NOBODY,
    NUMBER,
    ONE_NUMBER,
    SUPPLIER,
    SUPPLIER_NUMBER_REQUIRED,
    VEHICLE_REG,
    Detail,
    EventRule,
    Kind,
    Needed,
    Recorder,
    Subject,
    one_of,
    place,
    required,
)

_P: Final = Subject.ESCORT_RECORD
_SELF_HARM_TEXTS: Final = (
    "indication_of_self_harm_or_suicide",
    "nature_of_self_harm",
    "history_of_self_harm",
    "history_of_self_harm_recency",
    "history_of_self_harm_method",
    "history_of_self_harm_details",
    "actions_of_self_harm_undertaken",
    "observation_level",
    "source",
    "comments",
    "reporting_officer",
    "reporting_officer_signed_at",
    "reception_officer",
    "reception_officer_signed_at",
)


def _incident(name: str) -> EventRule:
    return EventRule(name, _P, CUSTODY, (place(), *NUMBER), ONE_NUMBER, EventClassification.INCIDENT)


def _medical(name: str) -> EventRule:
    details = (
        place(),
        *NUMBER,
        Detail("advised_at", Kind.INSTANT),
        Detail("treated_at", Kind.INSTANT),
        Detail("advised_by"),
        Detail("treated_by"),
        VEHICLE_REG,
    )
    return EventRule(name, _P, CUSTODY, details, ONE_NUMBER, EventClassification.MEDICAL)


def _at_court(name: str, *details: Detail) -> EventRule:
    return EventRule(f"PerCourt{name}", _P, COURT_CUSTODY, (place(), *details))


ESCORT_RECORD_EVENTS: Final = (
    # These follow from what is answered, confirmed and handed over; nobody says them in addition.
    EventRule("PerCompletion", _P, NOBODY),
    EventRule("PerUpdated", _P, NOBODY),
    EventRule("PerConfirmation", _P, NOBODY),
    EventRule("PerHandover", _P, NOBODY),
    EventRule(
        "PerGeneric",
        _P,
        CUSTODY | {Recorder.STAKEHOLDER},
        (Detail("stakeholder"), Detail("summary"), Detail("further_details")),
    ),
    EventRule("PerHistoricSelfHarm", _P, CUSTODY, (Detail("comment"),)),
    EventRule("PerPropertyChange", _P, CUSTODY, (place(), *NUMBER, VEHICLE_REG), ONE_NUMBER),
    EventRule(
        "PerPrisonerWelfare",
        _P,
        SUPPLIER,
        (
            place(),
            SUPPLIER_NUMBER_REQUIRED,
            required("given_at", Kind.INSTANT),
            one_of("outcome", ("accepted", "refused"), Needed.REQUIRED),
            one_of(
                "subtype",
                (
                    "comfort_break",
                    "food",
                    "beverage",
                    "additional_clothing",
                    "relevant_information_given",
                    "miscellaneous_welfare",
                ),
                Needed.REQUIRED,
            ),
            VEHICLE_REG,
        ),
    ),
    *(_incident(f"Per{name}") for name in ("Concealed", "Escape", "SelfHarm", "ViolentDangerous", "Weapons")),
    EventRule(
        "PerSuicideAndSelfHarm",
        _P,
        CUSTODY,
        (place(), *NUMBER, *map(Detail, _SELF_HARM_TEXTS)),
        ONE_NUMBER,
        EventClassification.SUICIDE_AND_SELF_HARM,
    ),
    *(_medical(f"PerMedical{name}") for name in ("Aid", "DrugsAlcohol", "Medication", "MentalHealth")),
    EventRule(
        "PerCourtAllDocumentationProvidedToSupplier",
        _P,
        COURT_CUSTODY,
        (
            place("court_location"),
            one_of("subtype", ("extradition_order", "warrant", "placement_confirmation"), Needed.REQUIRED),
        ),
    ),
    _at_court("AssignCellInCustody", COURT_CELL),
    _at_court("CellShareRiskAssessment"),
    _at_court(
        "ExcessiveDelayNotDueToSupplier",
        one_of(
            "subtype",
            (
                "making_prisoner_available_for_loading",
                "access_to_or_from_location_when_collecting_dropping_off_prisoner",
            ),
            Needed.REQUIRED,
        ),
        required("ended_at", Kind.INSTANT),
        *AUTHORISED,
        VEHICLE_REG,
    ),
    _at_court(
        "Hearing",
        required("is_virtual", Kind.YES_OR_NO),
        required("is_trial", Kind.YES_OR_NO),
        required("court_listing_at", Kind.INSTANT),
        required("started_at", Kind.INSTANT),
        required("ended_at", Kind.INSTANT),
        Detail("agreed_at", Kind.INSTANT),
        required("court_outcome"),
    ),
    *(
        _at_court(name, SUPPLIER_NUMBER_REQUIRED)
        for name in ("PreReleaseChecksCompleted", "Release", "ReleaseOnBail", "Task")
    ),
    *(_at_court(name) for name in ("ReadyInCustody", "TakeFromCustodyToDock", "TakeToSeeVisitors")),
    *(
        _at_court(name, Detail("court_cell_number"))
        for name in ("ReturnToCustodyAreaFromDock", "ReturnToCustodyAreaFromVisitorArea")
    ),
)
