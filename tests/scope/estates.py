"""Small estates for the proof: few places and people, and moves at every edge of the rules."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from estate.model import Agency, AgencyType, CareNeed, Person
from gateway.domain.allocations import Allocation, AllocationStatus, ComplexCase
from gateway.domain.answers import Item, ItemField, ItemsAnswer, OptionAnswer, OptionsAnswer, TextAnswer
from gateway.domain.escort_records import (
    ESCORT_RECORD_SECTIONS,
    YOUTH_RISK_ASSESSMENT_SECTIONS,
    EscortRecord,
    EscortRecordFlag,
    EscortRecordSection,
    EscortRecordStatus,
    FlagSeverity,
    Handover,
    SectionStatus,
    YouthRiskAssessment,
)
from gateway.domain.events import Event, EventClassification, EventDetail
from gateway.domain.ids import (
    AgencyId,
    AllocationId,
    EscortRecordId,
    EventId,
    JourneyId,
    LodgingId,
    MoveId,
    MoveReference,
    PrisonNumber,
    RegionKey,
    SupplierKey,
    YouthRiskAssessmentId,
)
from gateway.domain.locations import Region
from gateway.domain.moves import (
    Cancellation,
    CancellationReason,
    Lodging,
    LodgingStatus,
    Move,
    MoveStatus,
    MoveType,
    RejectionReason,
    VehicleKind,
    VehicleNeeds,
)
from gateway.domain.nomis_records import NomisRecord
from gateway.domain.questions import NomisKind
from gateway.domain.responses import Response
from mocks.supplier.records import LegRecord, LegState, PositionRecord, VehicleRecord
from tests.scope.dice import Dice
from tests.support.estate_builders import a_person, an_alert
from tests.support.worlds import NOW, TODAY

PLACES: Final = {
    "LEI": Agency("LEI", "Leeds (HMP)", AgencyType.INST),
    "MDI": Agency("MDI", "Moorland (HMP)", AgencyType.INST),
    "WWI": Agency("WWI", "Wandsworth (HMP)", AgencyType.INST),
    "LEEDCC": Agency("LEEDCC", "Leeds Crown Court", AgencyType.CRT),
    "WYP1": Agency("WYP1", "Elland Road Police Station", AgencyType.POLICE),
}
NOWHERE: Final = (
    Agency("OUT", "Outside", AgencyType.INST, pseudo=True),
    Agency("TRN", "Transfer", AgencyType.INST, pseudo=True),
)
AGENCIES: Final = tuple(map(AgencyId, PLACES))
PRISONS: Final = ("LEI", "MDI", "WWI")
REGIONS: Final = (
    Region(RegionKey("london_and_east"), "London and East", frozenset({AgencyId("WWI")})),
    Region(
        RegionKey("midlands_and_yorkshire_and_humberside"),
        "Midlands, Yorkshire and Humberside",
        frozenset({AgencyId("LEI"), AgencyId("MDI")}),
    ),
)
SUPPLIER_KEYS: Final = tuple(map(SupplierKey, ("geoamey", "serco")))
SERVED: Final = {"geoamey": ("LEI", "MDI", "WYP1"), "serco": ("WWI", "LEI")}
"""Which places each supplier serves: one of them both."""
NUMBERS: Final = tuple(PrisonNumber(f"A{n}{n}{n}{n}AA") for n in range(1, 7))
NOBODY: Final = (PrisonNumber("A9999ZZ"), PrisonNumber("B8888ZZ"))
"""Numbers that NOMIS has nobody for, though a move may name one of them."""

# Around the day, the end of sight after completion (yesterday still, the day before no more) and the lapse (28, 29).
_DAYS: Final = tuple(TODAY + timedelta(days=days) for days in (0, -1, -2, -28, -29, 1))


@dataclass(frozen=True)
class ToldByNomis:
    """What NOMIS told for a dPER of one kind; `state` as the store has it."""

    kind: NomisKind
    state: str
    synced_at: datetime | None
    records: tuple[NomisRecord, ...]


@dataclass(frozen=True)
class KeptOfNomis:
    """What is kept of NOMIS for a dPER: whom it is about, and what was told of each kind that was asked for."""

    about: PrisonNumber
    told: tuple[ToldByNomis, ...]


@dataclass(frozen=True)
class Planned:
    """A move with all that hangs on it; `responses` are of both its records.

    `legs` None: its supplier knows nothing of it; `kept_legs` are in our store.
    """

    move: Move
    stays: tuple[Lodging, ...] = ()
    record: EscortRecord | None = None
    events: tuple[Event, ...] = ()
    legs: tuple[LegRecord, ...] | None = None
    position: PositionRecord | None = None
    kept_legs: tuple[LegRecord, ...] | None = None
    assessment: YouthRiskAssessment | None = None
    responses: tuple[tuple[str, Response], ...] = ()
    nomis: KeptOfNomis | None = None


@dataclass(frozen=True)
class World:
    people: tuple[Person, ...] = ()
    moves: tuple[Planned, ...] = ()
    allocations: tuple[Allocation, ...] = ()


def uid(kind: str, *key: object) -> uuid.UUID:
    """Give the id of a thing by what it is and its number, the same each time."""
    return uuid.uuid5(uuid.NAMESPACE_OID, ":".join(map(str, (kind, *key))))


def make_move(number: int, **changes: object) -> Move:
    """Make an authorised transfer from LEI to MDI today, but for the changes."""
    values: dict[str, object] = {
        "id": MoveId(uid("move", number)),
        "reference": MoveReference(f"MAC{number:04}A"),
        "type": MoveType.PRISON_TRANSFER,
        "status": MoveStatus.REQUESTED,
        "date": TODAY,
        "date_from": None,
        "date_to": None,
        "time_due": None,
        "prison_number": NUMBERS[0],
        "from_agency": AgencyId("LEI"),
        "to_agency": AgencyId("MDI"),
        "supplier": SUPPLIER_KEYS[0],
        "vehicle_needs": VehicleNeeds(VehicleKind.CELLULAR, None),
        "prison_transfer_reason": None,
        "additional_information": f"note {number}",
        "recall_date": None,
        "cancellation": None,
        "allocation_id": None,
        "recorded_retrospectively": False,
        "authorised_at": NOW - timedelta(days=1),
        "created_at": NOW - timedelta(days=3),
        "updated_at": NOW - timedelta(days=1),
        "version": 1,
    }
    return Move(**(values | changes))  # type: ignore[arg-type]  # the names are those of the fields


def make_lodging(
    move: Move, number: int, agency: str, first: date, nights: int = 1, status: LodgingStatus = LodgingStatus.PROPOSED
) -> Lodging:
    return Lodging(
        id=LodgingId(uid("lodging", move.id, number)),
        move_id=move.id,
        agency_id=AgencyId(agency),
        start_date=first,
        end_date=first + timedelta(days=nights),
        status=status,
    )


def make_record(move: Move, status: EscortRecordStatus, number: PrisonNumber | None = None) -> EscortRecord:
    done = status in (EscortRecordStatus.COMPLETED, EscortRecordStatus.CONFIRMED)
    return EscortRecord(
        id=EscortRecordId(uid("record", move.id)),
        move_id=move.id,
        prison_number=number if number is not None else move.prison_number,
        status=status,
        sections=tuple(
            EscortRecordSection(key, SectionStatus.IN_PROGRESS, answered, 4 - answered, 1)
            for answered, key in enumerate(ESCORT_RECORD_SECTIONS)
        ),
        flags=(EscortRecordFlag("self_harm", "Self-harm", FlagSeverity.ALERT, "history-of-self-harm"),),
        completed_at=NOW if done else None,
        amended_at=None,
        confirmed_at=None,
        handover=Handover(NOW, "An Officer", "A Driver") if status is EscortRecordStatus.CONFIRMED else None,
        version=1,
    )


def make_assessment(move: Move, status: EscortRecordStatus) -> YouthRiskAssessment:
    done = status in (EscortRecordStatus.COMPLETED, EscortRecordStatus.CONFIRMED)
    return YouthRiskAssessment(
        id=YouthRiskAssessmentId(uid("assessment", move.id)),
        move_id=move.id,
        prison_number=move.prison_number,
        status=status,
        sections=tuple(
            EscortRecordSection(key, SectionStatus.IN_PROGRESS, answered, 5 - answered, 1)
            for answered, key in enumerate(YOUTH_RISK_ASSESSMENT_SECTIONS)
        ),
        flags=(EscortRecordFlag("violent", "Violent", FlagSeverity.ALERT, "risks-with-moving"),),
        completed_at=NOW if done else None,
        confirmed_at=None,
        version=3,
    )


_YES: Final = OptionAnswer("yes", "As it was told.")
_RESPONSES: Final[tuple[tuple[tuple[str, Response], ...], ...]] = (
    (),
    (
        ("held-separately", Response(OptionAnswer("yes"), 2, NOW, "SOMEBODY")),
        ("risk-to-other-people", Response(OptionsAnswer((OptionAnswer("staff", "Once."),)), 1, NOW, "SOMEBODY")),
        ("current-offences", Response(TextAnswer("Theft."), 1, None, None, NOW - timedelta(days=30))),
        ("travelling-with-child", Response(None, 4)),
        ("risks-with-moving", Response(OptionsAnswer(), 1, NOW, "SOMEBODY")),
    ),
    (
        ("violent-or-dangerous", Response(_YES, 7, NOW, "SOMEBODY")),
        ("property-being-moved", Response(OptionAnswer("yes"), 1, NOW, "SOMEBODY")),
        (
            "property-bags",
            Response(
                ItemsAnswer(
                    (
                        Item(
                            (
                                ItemField("property-bag-seal-number", TextAnswer("S1")),
                                ItemField("property-bag-type", OptionsAnswer((OptionAnswer("gbp", "20.00"),))),
                            )
                        ),
                    )
                ),
                1,
                NOW,
                "SOMEBODY",
            ),
        ),
        ("first-language", Response(OptionAnswer("no", "Welsh"), 1, None, None, NOW)),
    ),
)


_YESTERDAY: Final = NOW - timedelta(days=1)
_TOLD: Final = (
    tuple(
        ToldByNomis(kind, "succeeded", NOW, records)
        for kind, records in {
            NomisKind.ALERT: (
                NomisRecord(NomisKind.ALERT, "XELH", "Escape List - Heightened", "Twice.", TODAY, None),
                NomisRecord(NomisKind.ALERT, "QQQ", "Nobody knows this one", None, None, TODAY),
            ),
            NomisKind.ASSESSMENT: (NomisRecord(NomisKind.ASSESSMENT, "CSRH", "CSR Health", "High", TODAY, None),),
            NomisKind.CONTACT: (
                NomisRecord(NomisKind.CONTACT, "NEXTOFKIN", "Next of kin", "Anna Vale", None, None),
                NomisRecord(NomisKind.CONTACT, "OTHER", "Other contact", "Sol Icitor", None, None),
            ),
            NomisKind.PERSONAL_CARE_NEED: (
                NomisRecord(NomisKind.PERSONAL_CARE_NEED, "VI", "Visual Impairment", None, TODAY, None),
            ),
            NomisKind.REASONABLE_ADJUSTMENT: (),
        }.items()
    ),
    (
        ToldByNomis(
            NomisKind.ALERT,
            "failed",
            _YESTERDAY,
            (NomisRecord(NomisKind.ALERT, "HA", "ACCT Open (HMPS)", "Since Monday.", TODAY, None),),
        ),
        ToldByNomis(NomisKind.CONTACT, "failed", None, ()),
    ),
)


def make_event(move: Move, number: int, position: int, **changes: object) -> Event:
    values: dict[str, object] = {
        "id": EventId(uid("event", move.id, number)),
        "position": position,
        "move_id": move.id,
        "journey_id": None,
        "type": "MoveStart",
        "classification": EventClassification.DEFAULT,
        "occurred_at": NOW - timedelta(hours=1),
        "recorded_at": NOW,
        "supplier": move.supplier,
        "notes": f"event {number} of {move.reference}",
        "details": (EventDetail("vehicle_reg", "AB12 CDE"),),
    }
    return Event(**(values | changes))  # type: ignore[arg-type]  # the names are those of the fields


def make_leg(
    move: Move, number: int, start: str = "LEI", end: str = "MDI", registration: str = "AB12 CDE"
) -> LegRecord:
    return LegRecord(
        id=uid("leg", move.id, number),
        number=number,
        state=LegState.IN_PROGRESS,
        from_agency=start,
        to_agency=end,
        billable=True,
        updated_at=NOW,
        date=TODAY,
        vehicle=VehicleRecord(f"V-{number}", registration),
    )


def make_allocation(number: int, **changes: object) -> Allocation:
    values: dict[str, object] = {
        "id": AllocationId(uid("allocation", number)),
        "status": AllocationStatus.UNFILLED,
        "date": TODAY,
        "from_agency": AgencyId("LEI"),
        "to_agency": AgencyId("MDI"),
        "supplier": SUPPLIER_KEYS[0],
        "moves_count": 4,
        "filled_count": 0,
        "prisoner_category": "C",
        "sentence_length": None,
        "estate": "adult_male",
        "complex_cases": (ComplexCase("self_harm", allowed=True),),
        "other_criteria": f"criteria {number}",
        "requested_by": "PMU",
        "cancellation": None,
        "version": 1,
    }
    return Allocation(**(values | changes))  # type: ignore[arg-type]  # the names are those of the fields


def cancelled(reason: CancellationReason, rejection: RejectionReason | None = None) -> Cancellation:
    return Cancellation(reason, "as it was told", rejection, NOW - timedelta(hours=2))


_CANCELLATIONS: Final = (
    cancelled(CancellationReason.REJECTED, RejectionReason.MORE_INFO_REQUIRED),
    cancelled(CancellationReason.MADE_IN_ERROR),
)
_NEEDS: Final = (
    CareNeed(1, "PHY", "ASTH", "Asthmatic", "ON", None, date(2025, 1, 1), None),
    CareNeed(2, "DISAB", "RC", "Remembering", "I", None, date(2025, 2, 1), date(2025, 3, 1)),
)

_ALERTS: Final = (
    (),
    (an_alert("XELH"),),
    (replace(an_alert("XA"), active_from=date(2026, 2, 1)), an_alert("HA", active_to=date(2026, 3, 1))),
)
_NAMES: Final = ("VALE", "MOOR", "DALE")
_CATEGORIES: Final = ("C", None, "A", "ZZ")


def draw_person(dice: Dice, number: PrisonNumber) -> Person:
    """Draw a person of a number, anywhere: at a place of the estate, released, on the road, or never booked in."""
    place = dice.one_of(("LEI", "MDI", "WWI", "OUT", "TRN", None, "LEEDCC"))
    person = a_person(
        number,
        place,
        last_name=dice.one_of(_NAMES),
        category=dice.one_of(_CATEGORIES),
        alerts=dice.one_of(_ALERTS),
        care_needs=dice.one_of(((), _NEEDS)),
    )
    return person if place is not None else replace(person, booking_id=None)


def _draw_stays(dice: Dice, move: Move) -> tuple[Lodging, ...]:
    first = move.date or move.date_from or TODAY
    states = (LodgingStatus.CANCELLED, LodgingStatus.PROPOSED, LodgingStatus.STARTED)
    return tuple(
        make_lodging(
            move,
            number,
            dice.one_of(AGENCIES),
            first + timedelta(days=dice.number(0, 1)),
            dice.number(1, 2),
            dice.one_of(states),
        )
        for number in range(dice.one_of((0, 2, 1, 2)))
    )


def draw_move(dice: Dice, number: int, allocations: Sequence[Allocation]) -> Move:
    """Draw a move of any state, authorised or not, at the edges of days."""
    status = dice.one_of((*MoveStatus, MoveStatus.IN_TRANSIT))
    authorised = not dice.one_in(3) if status is not MoveStatus.PROPOSED else dice.one_in(8)
    return make_move(
        number,
        type=dice.one_of((MoveType.PRISON_TRANSFER, MoveType.COURT_APPEARANCE)),
        status=status,
        date=None if dice.one_in(6) else dice.one_of(_DAYS),
        date_from=dice.one_of((None, *_DAYS)),
        prison_number=dice.one_of((*NUMBERS, *NUMBERS, NOBODY[0], None)),
        from_agency=dice.one_of(AGENCIES),
        to_agency=dice.one_of((*AGENCIES, None)),
        supplier=dice.one_of((*SUPPLIER_KEYS, None)),
        cancellation=dice.one_of(_CANCELLATIONS) if status is MoveStatus.CANCELLED else None,
        allocation_id=dice.one_of((None, *(one.id for one in allocations))),
        authorised_at=NOW - timedelta(days=1) if authorised else None,
        created_at=NOW - timedelta(hours=dice.number(0, 30)),
        updated_at=NOW + timedelta(microseconds=dice.number(0, 2)),
    )


def draw_plan(dice: Dice, number: int, allocations: Sequence[Allocation]) -> Planned:
    """Draw a move and all that hangs on it."""
    move = draw_move(dice, number, allocations)
    record = None
    if not dice.one_in(2):
        # Now and then it is about somebody else than the move is: then whoever that is decides.
        whose = dice.one_of(NUMBERS) if dice.one_in(6) else None
        record = make_record(move, dice.one_of(tuple(EscortRecordStatus)), whose)
    assessment = None if dice.one_in(2) else make_assessment(move, dice.one_of(tuple(EscortRecordStatus)))
    responses = dice.one_of(_RESPONSES)
    legs = tuple(
        make_leg(move, leg, dice.one_of(AGENCIES), dice.one_of(AGENCIES)) for leg in range(1, 1 + dice.number(0, 2))
    )
    events = tuple(
        make_event(
            move,
            event,
            10 * number + event + 1,
            type=dice.one_of(("MoveStart", "PerNomisRecordsChanged", "PerResponsesRecorded")),
            journey_id=dice.one_of((None, *(JourneyId(leg.id) for leg in legs))),
            classification=dice.one_of((EventClassification.DEFAULT, EventClassification.MEDICAL)),
            occurred_at=NOW - timedelta(minutes=dice.number(0, 2)),
        )
        for event in range(dice.one_of((0, 1, 3)))
    )
    told = dice.one_of((None, *_TOLD))
    about = dice.one_of(NUMBERS) if record is None or dice.one_in(6) else record.prison_number
    known = dice.one_of(("told", "told", "kept", "unknown"))
    place = PositionRecord(53.8 + number / 100, -1.5, NOW - timedelta(minutes=2), NOW + timedelta(minutes=20))
    return Planned(
        move,
        _draw_stays(dice, move),
        record,
        events,
        legs=legs if known == "told" else None,
        position=place if known == "told" and not dice.one_in(3) else None,
        kept_legs=legs if known == "kept" else None,
        assessment=assessment,
        responses=responses,
        nomis=None if record is None or told is None or about is None else KeptOfNomis(about, told),
    )


def draw_allocation(dice: Dice, number: int) -> Allocation:
    status = dice.one_of(tuple(AllocationStatus))
    return make_allocation(
        number,
        status=status,
        date=dice.one_of(_DAYS),
        from_agency=dice.one_of(AGENCIES),
        to_agency=dice.one_of(AGENCIES),
        supplier=dice.one_of((*SUPPLIER_KEYS, None)),
        cancellation=cancelled(CancellationReason.CANCELLED_BY_PMU) if status is AllocationStatus.CANCELLED else None,
    )


def draw_world(dice: Dice) -> World:
    """Draw one to six people and up to ten moves, with all that hangs on them."""
    counts = dice.apart(4)
    rolls = [dice.apart(8) for _ in NUMBERS]
    people = tuple(draw_person(*one) for one in zip(rolls[: counts.one_of((1, 2, 4, 6, 6))], NUMBERS, strict=False))
    allocations = tuple(draw_allocation(dice.apart(8), number) for number in range(counts.one_of((0, 1, 2, 2))))
    moves = tuple(
        draw_plan(dice.apart(64), number, allocations)
        for number in range(counts.one_of((0, 1, 2, 4, 5, 6, 7, 8, 9, 10)))
    )
    return World(people, moves, allocations)


def instant(value: datetime | None) -> str | None:
    """Write an instant as the answers have it."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")
