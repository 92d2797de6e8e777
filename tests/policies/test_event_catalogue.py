"""The catalogue of events: its names, and the check of their details, type by type."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.events import EventClassification, EventDetail
from gateway.domain.ids import AgencyId
from gateway.domain.problems import ProblemCode
from gateway.policies.events.catalogue import ALIASES, CATALOGUE, rule_of
from gateway.policies.events.details import check
from gateway.policies.events.rules import Choice, Detail, EventRule, Kind, Needed, Recorder, Subject

PLACES: Final = frozenset(map(AgencyId, ("LEI", "LEEDCC", "WYPLE")))
POSTCODES: Final = ("LS1 1AA", "SW1A 2AA", "M1 1AE", "CR2 6XH", "DN55 1PT", "W1A 1HQ", "EC1A1BB", "b33 8th")
TYPES: Final = sorted(CATALOGUE)

_text = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)
_instants = st.builds(
    lambda at, hours: at.replace(tzinfo=timezone(timedelta(hours=hours))).isoformat(),
    st.datetimes(datetime(2020, 8, 29), datetime(2030, 1, 1)),  # noqa: DTZ001 - the zone comes after
    st.integers(-12, 12),
)
_VALUES: Final = {
    Kind.TEXT: _text,
    Kind.MOVE_ID: _text,
    Kind.PLACE: st.sampled_from(sorted(PLACES)),
    Kind.INSTANT: _instants,
    Kind.DAY: st.dates(date(2020, 8, 29), date(2030, 1, 1)).map(date.isoformat),
    Kind.YES_OR_NO: st.sampled_from(("true", "false")),
    Kind.POSTCODE: st.sampled_from(POSTCODES),
}


def _values(detail: Detail) -> st.SearchStrategy[str]:
    return st.sampled_from(detail.values) if detail.kind is Kind.ONE_OF else _VALUES[detail.kind]


@st.composite
def _valid(draw: st.DrawFn, rule: EventRule) -> tuple[EventDetail, ...]:
    """Draw details as a rule itself asks for them, by a supplier."""
    chosen: set[str] = set()
    in_choices = {name for choice in rule.choices for name in choice.names}
    for choice in rule.choices:
        names = [draw(st.sampled_from(choice.names))]
        chosen.update(names if choice.exactly else {*names, *draw(st.sets(st.sampled_from(choice.names)))})
    given_details: list[EventDetail] = []
    for detail in rule.details:
        if detail.by_gateway:
            continue
        wanted = detail.name in chosen or (
            detail.name not in in_choices and (detail.needed is not Needed.OPTIONAL or draw(st.booleans()))
        )
        times = draw(st.integers(1, 3)) if wanted and detail.plural else int(wanted)
        given_details.extend(EventDetail(detail.name, draw(_values(detail))) for _ in range(times))
    return tuple(draw(st.permutations(given_details)))


def _codes(problems: Sequence[object]) -> list[tuple[ProblemCode, str]]:
    return [(one.code, one.field[-1]) for one in problems]  # type: ignore[attr-defined]  # they are problems


def test_there_are_ninety_two_types_in_the_groups_of_the_sheet() -> None:
    assert len(CATALOGUE) == 92
    groups = Counter(
        next(group for group in ("PersonMove", "Per", "Move", "Journey", "Lodging") if name.startswith(group))
        for name in CATALOGUE
    )
    assert groups == {"Move": 24, "Journey": 20, "Lodging": 3, "PersonMove": 13, "Per": 32}
    assert Counter(rule.classification for rule in CATALOGUE.values()) == {
        EventClassification.DEFAULT: 72,
        EventClassification.INCIDENT: 15,
        EventClassification.MEDICAL: 4,
        EventClassification.SUICIDE_AND_SELF_HARM: 1,
    }
    assert Counter(rule.subject for rule in CATALOGUE.values()) == {
        Subject.MOVE: 38,
        Subject.JOURNEY: 20,
        Subject.ESCORT_RECORD: 32,
        Subject.LODGING: 2,
    }


def test_no_detail_and_no_choice_is_declared_twice_or_in_vain() -> None:
    for rule in CATALOGUE.values():
        names = [one.name for one in rule.details]
        assert len(names) == len(set(names)), rule.type
        for choice in rule.choices:
            assert len(choice.names) == 2 or not choice.exactly
            assert all((found := rule.detail(name)) and found.needed is Needed.OPTIONAL for name in choice.names)
        assert all(bool(one.values) == (one.kind is Kind.ONE_OF) for one in rule.details), rule.type


def test_the_gateway_alone_writes_what_follows_from_something_else() -> None:
    assert {name for name, rule in CATALOGUE.items() if not rule.recorders} == {
        "MoveProposed",
        "MoveRequested",
        "JourneyCreate",
        "PerCompletion",
        "PerUpdated",
        "PerConfirmation",
        "PerHandover",
    }
    assert [name for name, rule in CATALOGUE.items() if Recorder.STAKEHOLDER in rule.recorders] == ["PerGeneric"]


def test_the_old_name_of_the_expected_arrival_still_holds() -> None:
    assert rule_of("MoveNotifyPremisesOfEta") is CATALOGUE["MoveNotifyPremisesOfDropOffEta"]
    assert set(ALIASES) < set(CATALOGUE)
    assert rule_of("MoveNotifyPremisesOfEverything") is None


@pytest.mark.parametrize("name", TYPES)
def test_what_a_rule_asks_for_is_accepted_and_nothing_required_may_be_left_out(name: str) -> None:
    rule = CATALOGUE[name]

    @settings(max_examples=25)  # of each of the ninety-two
    @given(st.data())
    def each(data: st.DataObject) -> None:
        details = data.draw(_valid(rule))
        kept, problems = check(rule, details, PLACES, "details", by_supplier=True)
        assert problems == []
        assert Counter(one.name for one in kept) == Counter(one.name for one in details)
        assert check(rule, kept, PLACES, "details", by_supplier=True) == (kept, [])
        for detail in rule.details:
            if detail.needed is Needed.OPTIONAL:
                continue
            without = [one for one in details if one.name != detail.name]
            _, lacking = check(rule, without, PLACES, "details", by_supplier=True)
            assert _codes(lacking) == [(ProblemCode.REQUIRED, detail.name)]
        for choice in rule.choices:
            _chosen(rule, choice, details)

    each()


def _chosen(rule: EventRule, choice: Choice, details: Sequence[EventDetail]) -> None:
    none = [one for one in details if one.name not in choice.names]
    _, lacking = check(rule, none, PLACES, "details", by_supplier=True)
    assert _codes(lacking) == [(ProblemCode.REQUIRED, choice.names[0])]
    if choice.exactly:
        both = [*none, *(EventDetail(name, "1") for name in choice.names)]
        _, clashing = check(rule, both, PLACES, "details", by_supplier=True)
        assert _codes(clashing) == [(ProblemCode.INVALID, choice.names[-1])]


@pytest.mark.parametrize("name", TYPES)
@settings(max_examples=25)
@given(
    given_details=st.lists(st.builds(EventDetail, st.text(max_size=20), st.none() | st.text(max_size=30)), max_size=6)
)
def test_anything_else_is_told_and_never_fails(name: str, given_details: list[EventDetail]) -> None:
    rule = CATALOGUE[name]
    kept, problems = check(rule, given_details, PLACES, "details")
    known = {one.name for one in rule.details}
    unknown = {one.name for one in given_details if one.value is not None and one.name not in known}
    assert unknown <= {name for _, name in _codes(problems)}
    assert {one.name for one in kept} <= known


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("location", "NOSUCH"),
        ("reported_at", "2026-11-24"),
        ("reported_at", "2026-11-24T09:30:00"),
        ("reported_at", "2026-13-24T09:30:00Z"),
        ("postcode", "ZZ1 1ZZ"),
        ("postcode", "LS1"),
        ("vehicle_reg", None),
    ],
)
def test_a_value_that_does_not_fit_is_named(name: str, value: str | None) -> None:
    rule = CATALOGUE["PersonMoveVehicleBrokeDown"]
    details = {
        "location": "lei",
        "supplier_personnel_numbers": "S1",
        "vehicle_reg": "AB12 CDE",
        "reported_at": "2026-11-24T10:30:00+01:00",
        "postcode": "ls11aa",
    }
    kept, problems = check(rule, [EventDetail(*one) for one in details.items()], PLACES, "details")
    assert problems == []
    assert {one.name: one.value for one in kept} == {
        "location": "LEI",
        "supplier_personnel_numbers": "S1",
        "vehicle_reg": "AB12 CDE",
        "reported_at": "2026-11-24T09:30:00Z",
        "postcode": "LS1 1AA",
    }
    _, problems = check(rule, [EventDetail(*one) for one in (details | {name: value}).items()], PLACES, "details")
    assert [one.field for one in problems] == [("details", name)]
