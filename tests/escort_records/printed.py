"""Records to print: an empty one, a typical one and a very long one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from gateway.domain.answers import (
    Answer,
    Item,
    ItemField,
    ItemsAnswer,
    OptionAnswer,
    OptionsAnswer,
    TextAnswer,
)
from gateway.domain.escort_records import (
    ESCORT_RECORD_SECTIONS,
    EscortRecord,
    EscortRecordSection,
    EscortRecordStatus,
    Handover,
)
from gateway.domain.ids import AgencyId, EscortRecordId, MoveId, MoveReference, PrisonNumber, SupplierKey
from gateway.domain.locations import Location, LocationType
from gateway.domain.moves import EscortCheckStatus, Move, MoveStatus, MoveType, VehicleKind, VehicleNeeds
from gateway.domain.nomis_records import NomisRecord, NomisSync, NomisSyncState
from gateway.domain.people import Person, PrisonerCategory
from gateway.domain.printed_records import PrintedAlerts, PrintedRecord
from gateway.domain.provenance import Provenance, SourceSystem
from gateway.domain.questions import NomisKind
from gateway.domain.responses import Response
from gateway.domain.suppliers import Supplier
from gateway.policies.escort_records.applying import clear
from gateway.policies.escort_records.flags import flags_of
from gateway.policies.escort_records.nomis_records import NomisQuestions
from gateway.policies.escort_records.printing import printed_flags, printed_sections
from gateway.policies.escort_records.progress import section_progress, status_of
from gateway.policies.escort_records.tidying import tidied
from tests.escort_records.answering import PER, complete, question

NOW: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
COPIED_AT: Final = datetime(2026, 6, 3, 7, 5, tzinfo=UTC)

PERSON: Final = Person(
    prison_number=PrisonNumber("A1234BC"),
    first_names="Mateusz Jan",
    last_name="Żółkowski",
    date_of_birth=date(1988, 3, 9),
    gender="Male",
    ethnicity="White: Any other background",
    nationality="Polish",
    pnc_number="08/0012345X",
    cro_number=None,
    category=PrisonerCategory("C", "Cat C"),
    agency_id=AgencyId("LEI"),
    provenance=Provenance(SourceSystem.NOMIS, NOW, stale=False),
)

MOVE: Final = Move(
    id=MoveId(UUID(int=1)),
    reference=MoveReference("ACE1234F"),
    type=MoveType.COURT_APPEARANCE,
    status=MoveStatus.BOOKED,
    date=date(2026, 11, 24),
    date_from=None,
    date_to=None,
    time_due=datetime(2026, 11, 24, 10, 30, tzinfo=UTC),
    prison_number=PERSON.prison_number,
    from_agency=AgencyId("LEI"),
    to_agency=AgencyId("LEEDCC"),
    supplier=SupplierKey("geoamey"),
    vehicle_needs=VehicleNeeds(VehicleKind.CELLULAR, None),
    prison_transfer_reason=None,
    additional_information=None,
    recall_date=None,
    cancellation=None,
    allocation_id=None,
    recorded_retrospectively=False,
    authorised_at=NOW,
    created_at=NOW,
    updated_at=NOW,
    version=1,
    escort_check=EscortCheckStatus.PASSED,
)


def alert(code: str, description: str, comment: str | None = None, start: date = date(2025, 2, 11)) -> NomisRecord:
    return NomisRecord(NomisKind.ALERT, code, description, comment, start, None)


ALERTS: Final = (
    alert("XER", "Escape Risk", "Tried the fence in 2024."),
    alert("HA", "ACCT open", "Review due 27 November.", date(2026, 11, 2)),
    alert("XEBM", "Escape risk: E list, basic", None, date(2026, 1, 9)),
)


def response(answer: Answer, *, copied: bool = False) -> Response:
    at = None if copied else NOW - timedelta(hours=3)
    return Response(
        answer, 1, responded_at=at, responded_by="SECRET_AUTHOR", prefilled_at=COPIED_AT if copied else None
    )


def a_page(
    answers: Mapping[str, Answer] | None = None,
    *,
    copied: Mapping[str, Answer] | None = None,
    nomis: tuple[NomisRecord, ...] = (),
    alerts: PrintedAlerts | None = None,
    confirmed: bool = False,
    move: Move = MOVE,
    person: Person | None = PERSON,
) -> PrintedRecord:
    """Lay out a record as the gateway does, from its answers."""
    given = clear(PER, {key: tidied(question(key), answer) for key, answer in (answers or {}).items()}).answers
    responses = {key: response(answer) for key, answer in given.items()} | {
        key: response(answer, copied=True) for key, answer in (copied or {}).items()
    }
    held = {**(copied or {}), **given}
    progress = section_progress(PER, held, given.keys())
    status = EscortRecordStatus.CONFIRMED if confirmed else status_of(progress)
    sections = tuple(EscortRecordSection(one.key, one.status, one.answered, one.outstanding, 1) for one in progress)
    assert tuple(section.key for section in sections) == ESCORT_RECORD_SECTIONS
    record = EscortRecord(
        id=EscortRecordId(UUID(int=2)),
        move_id=move.id,
        prison_number=move.prison_number,
        status=status,
        sections=sections,
        flags=flags_of(PER, held, given.keys()),
        completed_at=None,
        amended_at=None,
        confirmed_at=NOW - timedelta(minutes=20) if confirmed else None,
        handover=Handover(NOW - timedelta(minutes=5), "P. Ahmed", "L. O'Neill") if confirmed else None,
        version=3,
    )
    return PrintedRecord(
        record=record,
        move=move,
        start=Location(AgencyId("LEI"), "Leeds (HMP)", LocationType.PRISON, active=True),
        end=Location(AgencyId("LEEDCC"), "Leeds Crown Court", LocationType.COURT, active=True),
        supplier=Supplier(SupplierKey("geoamey"), "GEOAmey", "North"),
        person=person,
        person_missing=None if person else "This move no longer gives sight of the person.",
        alerts=alerts,
        nomis=tuple(NomisSync(kind, NomisSyncState.SUCCEEDED, NOW) for kind in NomisKind),
        flags=printed_flags(record.flags),
        sections=printed_sections(PER, sections, responses, NomisQuestions(PER).attached(nomis)),
        assessment=None,
        printed_at=NOW,
        printed_by="ITAG_USER",
    )


def empty() -> PrintedRecord:
    return a_page(alerts=PrintedAlerts((), NOW, current=True))


def bag(number: int, *contents: OptionAnswer) -> Item:
    return Item(
        (
            ItemField("property-bag-seal-number", TextAnswer(f"PB{number:06d}")),
            ItemField("property-bag-type", OptionsAnswer(contents)),
        )
    )


def medicine(name: str, dose: str, often: str, *, moving: bool) -> Item:
    return Item(
        (
            ItemField("medication-name", TextAnswer(name)),
            ItemField("medication-administration", TextAnswer("By mouth")),
            ItemField("medication-dosage", TextAnswer(dose)),
            ItemField("medication-frequency", TextAnswer(often)),
            ItemField("medication-time-last-given", TextAnswer("08:00")),
            ItemField("medication-time-next-given", TextAnswer("2026-11-24 14:00")),
            ItemField("medication-while-moving", OptionAnswer("yes" if moving else "no")),
            ItemField("medication-carrier", OptionAnswer("escort")),
        )
    )


def plain() -> dict[str, Answer]:
    """Answer everything with the answer that says least."""
    answers: dict[str, Answer] = {}
    for one in PER.questions():
        if one.depends_on is None:
            quiet = next((option for option in one.options[::-1] if option.value == "no"), None)
            answers[one.key] = complete(PER)[one.key] if quiet is None else OptionAnswer("no")
    return answers


def typical_answers() -> dict[str, Answer]:
    return {
        **plain(),
        "escape-risk": OptionAnswer(
            "yes", "On the basic escape list since January; double cuffs to and from the vehicle."
        ),
        "indication-of-self-harm-or-suicide": OptionAnswer("yes"),
        "observation-level": OptionAnswer("hourly"),
        "nature-of-self-harm": OptionsAnswer((OptionAnswer("stated-intent", "Told the wing officer on 2 November."),)),
        "history-of-self-harm": OptionAnswer("yes"),
        "history-of-self-harm-recency": TextAnswer("2026-10-02"),
        "history-of-self-harm-method": OptionsAnswer((OptionAnswer("cutting"),)),
        "history-of-self-harm-details": TextAnswer(
            "Cut both forearms after bad news from home. Talking to the chaplain helped."
        ),
        "actions-of-self-harm-undertaken": OptionsAnswer(
            (OptionAnswer("acct-plan", "Hourly checks, also on the way."),)
        ),
        "communication-needs": OptionAnswer("yes", "Polish; speaks some English, needs an interpreter in court."),
        "next-of-kin": OptionAnswer("yes", "Anna Żółkowska, sister, 07700 900123"),
        "release-status": OptionAnswer("not-for-release", "Recall 2026/1177."),
        "current-offences": TextAnswer("Robbery (T20267001)\nBreach of licence"),
        "prescribed-medication": OptionAnswer("yes"),
        "medication-details": ItemsAnswer(
            (
                medicine("Sertraline", "50 mg", "Once a day", moving=False),
                medicine("Salbutamol", "2 puffs", "When needed", moving=True),
            )
        ),
        "special-diet-or-allergies": OptionAnswer("yes", "Penicillin: anaphylaxis."),
        "sensitive-medication": OptionAnswer("yes"),
        "health-contact-details": OptionAnswer("yes", "Healthcare, HMP Leeds, 0113 496 0000"),
        "property-being-moved": OptionAnswer("yes"),
        "property-in-possession": OptionAnswer("yes", "Reading glasses, wedding ring"),
        "property-bags": ItemsAnswer(
            (
                bag(4711, OptionAnswer("clothing"), OptionAnswer("documents", "Legal papers")),
                bag(4712, OptionAnswer("gbp", "£42.50"), OptionAnswer("valuables", "Watch")),
            )
        ),
    }


def typical() -> PrintedRecord:
    return a_page(typical_answers(), nomis=ALERTS, alerts=PrintedAlerts(ALERTS, NOW, current=True), confirmed=True)


def half_reviewed() -> PrintedRecord:
    """Give a record of which some was answered, and some is copied and waits to be reviewed."""
    copied: dict[str, Answer] = {
        "violent-or-dangerous": OptionAnswer("yes", "Threw a chair at an officer in 2025."),
        "arsonist": OptionAnswer("no"),
    }
    answers = {key: answer for key, answer in typical_answers().items() if key not in copied}
    for key in ("current-offences", "health-contact-details", "property-bags"):
        del answers[key]
    told = PrintedAlerts(ALERTS[:1], NOW - timedelta(hours=5), current=False)
    page = a_page(answers, copied=copied, nomis=ALERTS, alerts=told)
    old = (NomisSync(NomisKind.ALERT, NomisSyncState.FAILED, NOW - timedelta(hours=5)), *page.nomis[1:])
    return replace(page, nomis=old)


_LONG: Final = (
    "Was moved from the wing after an incident in which three others were involved; the report names who must be kept "
    "apart, what was said, and what staff agreed to look out for on the way and at court. "
)


def very_long() -> PrintedRecord:
    """Give a record in which everything is answered at length, with forty bags and a person of many alerts."""
    answers = complete(PER)
    for one in PER.questions():
        answer = answers[one.key]
        if isinstance(answer, OptionAnswer) and answer.details:
            answers[one.key] = OptionAnswer(answer.option, (_LONG * 3).strip())
        elif isinstance(answer, OptionsAnswer):
            answers[one.key] = OptionsAnswer(
                tuple(
                    OptionAnswer(option.value, _LONG if option.details.value != "none" else None)
                    for option in one.options
                )
            )
    answers["current-offences"] = TextAnswer("\n".join(f"{n}. {_LONG}" for n in range(1, 41)))
    answers["child-full-name"] = TextAnswer("W" * 200)
    answers["property-bags"] = ItemsAnswer(
        tuple(
            bag(
                number,
                OptionAnswer("clothing", "Two shirts, a coat"),
                OptionAnswer("gbp", "20"),
                OptionAnswer("documents"),
            )
            for number in range(1, 41)
        )
    )
    answers["medication-details"] = ItemsAnswer(
        tuple(medicine(f"Medicine {n}", f"{n * 5} mg", "Twice a day", moving=n % 2 == 0) for n in range(1, 13))
    )
    codes = sorted({code.code for one in PER.questions() for code in one.nomis if code.kind is NomisKind.ALERT})[:40]
    alerts = tuple(alert(code, f"Alert {code}", _LONG) for code in codes)
    move = replace(
        MOVE,
        vehicle_needs=VehicleNeeds(VehicleKind.SPECIAL, "Wheelchair; needs a lift"),
        additional_information=_LONG * 4,
    )
    return a_page(answers, nomis=alerts, alerts=PrintedAlerts(alerts, NOW, current=True), move=move)
