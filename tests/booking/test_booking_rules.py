"""The rules of a booking, each against the rule as it is written down, said a second time in other words."""

import datetime as dt
import random
import re
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.ids import AgencyId, PrisonNumber, SupplierKey
from gateway.domain.locations import Location, LocationType
from gateway.domain.moves import MoveType, VehicleKind
from gateway.domain.people import EscortExclusion, Person
from gateway.domain.problems import Problem
from gateway.domain.provenance import Provenance, SourceSystem
from gateway.domain.references import new_reference
from gateway.domain.times import LONDON
from gateway.domain.viewer import Viewer
from gateway.policies.booking.dates import date_problems, recall_date_problems, retrospective_problems
from gateway.policies.booking.people import may_be_booked, not_carried, someone_problems
from gateway.policies.booking.places import place_problems
from gateway.policies.booking.transfers import needs_decision, transfer_reason_problems
from gateway.policies.booking.vehicles import vehicle_problems
from gateway.policies.booking.who import may_book_from, may_book_type
from gateway.policies.permissions import PERMISSIONS, kind_of, permissions_of

TYPES: Final = [one.value for one in MoveType]
PLACES: Final = [one.value for one in LocationType]
NOW: Final = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
YEAR: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def a_place(kind: str, agency_id: str = "ONE", *, suppliers: tuple[str, ...] = ("geoamey",)) -> Location:
    return Location(
        AgencyId(agency_id),
        f"Place {agency_id}",
        LocationType(kind),
        active=True,
        supplier_keys=tuple(map(SupplierKey, suppliers)),
    )


def told(problems: list[Problem]) -> list[tuple[str, str]]:
    """Give problems as code and the field below `input`."""
    return [(one.code.value, ".".join((one.field or ("input",))[1:])) for one in problems]


# Places


def joins(move_type: str, start: str, end: str) -> tuple[bool, bool]:
    """Say whether a type of move may start and end at sorts of places: the table, in words."""
    police = "police"
    lives_in = ("prison", "secure_training_centre", "secure_childrens_home")
    held = (*lives_in, "foreign_national_prison", "immigration_detention_centre")
    return {
        "court_appearance": (True, end == "court"),
        "court_other": (True, end not in lives_in),
        "hospital": (start != "prison", "hospital" in end),
        "police_transfer": (start == police, end == police),
        "prison_recall": (start == police, True),
        "video_remand": (start == police, True),
        "prison_remand": (True, end in lives_in),
        "prison_transfer": (start in lives_in, end in held),
        "approved_premises": (True, True),
        "extradition": (True, True),
    }[move_type]


@pytest.mark.parametrize("move_type", TYPES)
@pytest.mark.parametrize("start", PLACES)
def test_each_type_joins_the_sorts_of_places_of_its_row(move_type: str, start: str) -> None:
    for end in PLACES:
        expected = [
            ("invalid", field)
            for field, good in zip(("fromLocationId", "toLocationId"), joins(move_type, start, end), strict=True)
            if not good
        ]
        destination = replace(a_place(end, "TWO"), extradition_capable=True)
        assert told(place_problems(MoveType(move_type), a_place(start), destination)) == expected, end


@pytest.mark.parametrize("move_type", TYPES)
def test_rule_18_only_recalls_and_video_remands_may_leave_their_destination_open(move_type: str) -> None:
    found = told(place_problems(MoveType(move_type), a_place("police"), None))
    needed = [] if move_type in ("prison_recall", "video_remand") else [("required", "toLocationId")]
    from_elsewhere = [("invalid", "fromLocationId")] if move_type == "prison_transfer" else []
    assert found == from_elsewhere + needed


def test_rule_19_a_prison_transfer_ends_where_people_are_held() -> None:
    for end in ("court", "police", "hospital", "high_security_hospital", "approved_premises", "probation_office"):
        found = place_problems(MoveType.PRISON_TRANSFER, a_place("prison"), a_place(end, "TWO"))
        assert told(found) == [("invalid", "toLocationId")]


@given(st.sampled_from(MoveType), st.sampled_from(LocationType), st.sampled_from(LocationType))
def test_rule_20_extradition_is_from_flagged_places_alone(
    move_type: MoveType, start: LocationType, end: LocationType
) -> None:
    plain = a_place(end.value, "TWO")
    flagged = replace(plain, extradition_capable=True)
    without, with_flag = (told(place_problems(move_type, a_place(start.value), one)) for one in (plain, flagged))
    if move_type is MoveType.EXTRADITION:
        assert (without, with_flag) == ([("invalid", "toLocationId")], [])
    else:
        assert without == with_flag


@pytest.mark.parametrize("move_type", TYPES)
def test_no_move_ends_where_it_starts(move_type: str) -> None:
    for kind in PLACES:
        start = replace(a_place(kind), extradition_capable=True)
        assert ("invalid", "toLocationId") in told(place_problems(MoveType(move_type), start, start))


def test_rule_21_both_places_have_to_be_in_use() -> None:
    start, end = a_place("prison"), a_place("court", "TWO")
    shut_start, shut_end = replace(start, active=False), replace(end, active=False)
    court = MoveType.COURT_APPEARANCE
    assert told(place_problems(court, shut_start, end)) == [("invalid", "fromLocationId")]
    assert told(place_problems(court, start, shut_end)) == [("invalid", "toLocationId")]
    assert told(place_problems(court, shut_start, shut_end)) == [
        ("invalid", "fromLocationId"),
        ("invalid", "toLocationId"),
    ]


@given(
    move_type=st.sampled_from(MoveType),
    start=st.sampled_from(LocationType),
    end=st.sampled_from(LocationType),
    same=st.booleans(),
)
def test_rule_15_after_a_lockout_any_known_place_will_do(
    *, move_type: MoveType, start: LocationType, end: LocationType, same: bool
) -> None:
    place = a_place(start.value)
    other = place if same else a_place(end.value, "TWO")
    assert place_problems(move_type, place, other, locked_out=True) == []
    assert told(place_problems(move_type, place, None, locked_out=True)) == [("required", "toLocationId")]


# Who books

COURT_TYPES: Final = {"court_appearance", "court_other"}
BOOKED_BY: Final = {
    # Role: the sort of place it works at, and what it books from there.
    "PECS_POLICE": (
        "police",
        COURT_TYPES | {"hospital", "police_transfer", "prison_recall", "prison_remand", "video_remand"},
    ),
    "PECS_PRISON": ("prison", COURT_TYPES | {"hospital", "approved_premises", "extradition"}),
    "PECS_HMYOI": ("prison", COURT_TYPES | {"hospital", "approved_premises", "extradition"}),
    "PECS_OCA": ("prison", {"prison_transfer"}),
    "PECS_STC": ("secure_training_centre", COURT_TYPES | {"hospital", "prison_transfer"}),
    "PECS_SCH": ("secure_childrens_home", COURT_TYPES | {"hospital", "prison_transfer"}),
    "PECS_SUPPLIER": ("court", {"prison_remand", "hospital"}),
}


def a_viewer(*roles: str, agencies: tuple[str, ...] = ("ONE",), supplier: str | None = None) -> Viewer:
    return Viewer(
        username="SOMEBODY",
        client_id="front-end",
        name=None,
        kind=kind_of(roles),
        roles=frozenset(roles),
        permissions=permissions_of(roles),
        caseloads=(),
        agencies=frozenset(map(AgencyId, agencies)),
        supplier=None if supplier is None else SupplierKey(supplier),
        session_expires_at=NOW,
    )


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
@pytest.mark.parametrize("move_type", TYPES)
def test_each_role_books_its_types_from_its_own_places_of_its_sort(role: str, move_type: str) -> None:
    supplier = "geoamey" if role == "PECS_SUPPLIER" else None
    viewer = a_viewer(role, supplier=supplier)
    sort, types = BOOKED_BY.get(role, ("nowhere", set()))
    assert may_book_type(viewer, MoveType(move_type)) == (move_type in types)
    for kind in PLACES:
        allowed = move_type in types and kind == sort
        assert may_book_from(viewer, MoveType(move_type), a_place(kind)) == allowed, kind
        elsewhere = a_place(kind, "TWO", suppliers=("serco",))
        assert not may_book_from(viewer, MoveType(move_type), elsewhere), kind


@given(
    roles=st.sets(st.sampled_from(sorted(PERMISSIONS))),
    move_type=st.sampled_from(TYPES),
    kind=st.sampled_from(PLACES),
    own=st.booleans(),
)
def test_roles_held_together_book_what_one_of_them_does_and_nothing_between_them(
    *, roles: set[str], move_type: str, kind: str, own: bool
) -> None:
    supplier = "geoamey" if "PECS_SUPPLIER" in roles else None
    place = a_place(kind) if own else a_place(kind, "TWO", suppliers=("serco",))
    alone = [may_book_from(a_viewer(role, supplier=supplier), MoveType(move_type), place) for role in roles]
    assert may_book_from(a_viewer(*roles, supplier=supplier), MoveType(move_type), place) == any(alone)


def test_a_supplier_without_a_contract_or_of_no_supplier_books_nothing() -> None:
    court = a_place("court", suppliers=())
    assert not may_book_from(a_viewer("PECS_SUPPLIER", supplier="geoamey"), MoveType.PRISON_REMAND, court)
    assert not may_book_from(a_viewer("PECS_SUPPLIER"), MoveType.PRISON_REMAND, a_place("court"))


def test_a_role_without_its_permission_books_nothing() -> None:
    viewer = replace(a_viewer("PECS_PRISON"), permissions=frozenset())
    assert not may_book_type(viewer, MoveType.COURT_APPEARANCE)
    assert not may_book_from(viewer, MoveType.COURT_APPEARANCE, a_place("prison"))


# Whom


def a_person(agency_id: str | None) -> Person:
    return Person(
        prison_number=PrisonNumber("A1001AA"),
        first_names="Ann",
        last_name="Other",
        date_of_birth=None,
        gender=None,
        ethnicity=None,
        nationality=None,
        pnc_number=None,
        cro_number=None,
        category=None,
        agency_id=None if agency_id is None else AgencyId(agency_id),
        provenance=Provenance(SourceSystem.NOMIS, NOW, stale=False),
    )


@pytest.mark.parametrize("kind", PLACES)
def test_whom_a_place_books(kind: str) -> None:
    place = a_place(kind)
    assert may_be_booked(a_person("ONE"), place, sighted=False)
    assert not may_be_booked(a_person("TWO"), place, sighted=False)
    assert may_be_booked(a_person(None), place, sighted=False) == (kind == "police")
    assert not may_be_booked(None, place, sighted=False)
    for someone in (a_person("ONE"), a_person("TWO"), a_person(None), None):
        assert may_be_booked(someone, place, sighted=True)


@pytest.mark.parametrize("move_type", TYPES)
def test_rule_05_someone_is_named_but_at_stations_and_courts(move_type: str) -> None:
    for kind in PLACES:
        for proposed in (False, True):
            nameless = kind in ("police", "court") and not proposed
            found = someone_problems(MoveType(move_type), a_place(kind), named=False, proposed=proposed)
            assert told(found) == ([] if nameless else [("required", "prisonNumber")])
            assert someone_problems(MoveType(move_type), a_place(kind), named=True, proposed=proposed) == []


@pytest.mark.parametrize("reason", EscortExclusion)
def test_why_someone_is_not_carried_is_said(reason: EscortExclusion) -> None:
    found = not_carried((reason,))
    assert told([found]) == [("not_eligible", "prisonNumber")]
    assert reason.value.replace("_", " ").split()[0] in found.message.lower()


# When

days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@given(proposed=st.booleans(), date=st.none() | days, first=st.none() | days, last=st.none() | days)
def test_rule_06_a_proposal_has_a_window_and_any_other_move_its_day(
    *, proposed: bool, date: dt.date | None, first: dt.date | None, last: dt.date | None
) -> None:
    found = told(date_problems(proposed=proposed, date=date, date_from=first, date_to=last, time_due=None))
    assert (("required", "dateFrom") in found) == (proposed and first is None)
    assert (("required", "date") in found) == (not proposed and date is None)
    assert (("invalid", "dateTo") in found) == (first is not None and last is not None and last < first)
    assert len(found) <= 2


@given(days, st.integers(0, 365 * 24 * 60).map(lambda minutes: YEAR + dt.timedelta(minutes=minutes)))
def test_rule_63_nobody_is_due_before_the_day_as_london_counts_days(day: dt.date, due: dt.datetime) -> None:
    found = date_problems(proposed=False, date=day, date_from=None, date_to=None, time_due=due)
    assert told(found) == ([("invalid", "timeDue")] if due.astimezone(LONDON).date() < day else [])


def test_rule_63_half_past_eleven_at_night_in_summer_is_the_next_day() -> None:
    late = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)
    for day, expected in ((dt.date(2026, 7, 2), []), (dt.date(2026, 7, 3), [("invalid", "timeDue")])):
        found = date_problems(proposed=False, date=day, date_from=None, date_to=None, time_due=late)
        assert told(found) == expected


@given(st.sampled_from(MoveType), st.none() | days, st.none() | days)
def test_only_a_recall_has_a_date_of_recall_and_not_one_after_the_move(
    move_type: MoveType, recalled: dt.date | None, day: dt.date | None
) -> None:
    wrong = recalled is not None and (move_type is not MoveType.PRISON_RECALL or (day is not None and recalled > day))
    assert told(recall_date_problems(move_type, recalled, day)) == ([("invalid", "recallDate")] if wrong else [])


@pytest.mark.parametrize(
    ("arranged", "proposed", "fine"),
    [
        (None, False, True),
        (None, True, True),
        (NOW, False, True),
        (NOW - dt.timedelta(days=40), False, True),
        (NOW + dt.timedelta(seconds=1), False, False),
        (NOW - dt.timedelta(hours=1), True, False),
    ],
)
def test_what_was_arranged_directly_was_before_now_and_was_no_proposal(
    arranged: dt.datetime | None, *, proposed: bool, fine: bool
) -> None:
    found = told(retrospective_problems(arranged, proposed=proposed, now=NOW))
    assert found == ([] if fine else [("invalid", "arrangedDirectlyAt")])


# With what, and why


@pytest.mark.parametrize(
    ("kind", "reason", "expected"),
    [
        (VehicleKind.CELLULAR, None, []),
        (VehicleKind.SPECIAL, "Uses a wheelchair", []),
        (VehicleKind.SPECIAL, None, [("required", "specialVehicleReason")]),
        (VehicleKind.CELLULAR, "Uses a wheelchair", [("invalid", "vehicleKind")]),
    ],
)
def test_a_special_vehicle_and_its_reason_come_together(
    kind: VehicleKind, reason: str | None, expected: list[tuple[str, str]]
) -> None:
    assert told(vehicle_problems(kind, reason)) == expected


REASONS: Final = re.findall(
    r"\w+",
    "accumulated_visits compassionate court video cpa isp_to_open mappa medical offending_behaviour_course parole "
    "progressive repatriation resettlement return_after_court_appearance security yjb another_reason",
)


@given(st.sampled_from(MoveType), st.none() | st.sampled_from(REASONS) | st.text(max_size=12))
def test_a_transfer_has_one_of_seventeen_reasons_or_none(move_type: MoveType, reason: str | None) -> None:
    fine = reason is None or (move_type is MoveType.PRISON_TRANSFER and reason in REASONS)
    found = told(transfer_reason_problems(move_type, reason))
    assert found == ([] if fine else [("invalid", "prisonTransferReason")])


def test_pmu_decides_prison_transfers_alone() -> None:
    assert [one for one in MoveType if needs_decision(one)] == [MoveType.PRISON_TRANSFER]


# References


@given(st.randoms(use_true_random=False))
def test_rule_60_references_can_be_read_over_the_phone(rng: random.Random) -> None:
    reference = new_reference(rng)
    assert re.fullmatch(r"[ACEFHJKMNPRTUVWXY]{3}[1-9]{4}[ACEFHJKMNPRTUVWXY]", reference)
    assert len(set(reference[:3])) == 3
    assert len(set(reference[3:7])) == 4


def test_rule_60_every_letter_and_digit_that_may_be_used_is() -> None:
    rng = random.Random(60)  # noqa: S311 - the same ones each time
    drawn = [new_reference(rng) for _ in range(500)]
    assert {letter for one in drawn for letter in one[:3]} == set("ACEFHJKMNPRTUVWXY")
    assert {letter for one in drawn for letter in one[7]} == set("ACEFHJKMNPRTUVWXY")
    assert {digit for one in drawn for digit in one[3:7]} == set("123456789")
