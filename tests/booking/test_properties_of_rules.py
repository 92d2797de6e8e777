"""The rules without a database: what holds for whatever is asked, whoever asks, and in whatever order it is told."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, Final
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.events import Event, EventClassification, EventDetail
from gateway.domain.ids import AgencyId, EventId, MoveId
from gateway.domain.locations import Location
from gateway.domain.locations import LocationType as L
from gateway.domain.move_replay import after
from gateway.domain.move_states import MOVE_ACTIONS, MOVE_STATES
from gateway.domain.moves import CancellationReason, Move, MoveStatus, VehicleKind
from gateway.domain.moves import MoveType as M
from gateway.domain.problems import RuleBroken
from gateway.domain.references import new_reference
from gateway.domain.replay import outcome
from gateway.policies.booking.amending import amended
from gateway.policies.booking.changes import cancellation_problems
from gateway.policies.booking.dates import date_problems, retrospective_problems
from gateway.policies.booking.places import place_problems
from gateway.policies.booking.reviewing import approval_problems
from gateway.policies.booking.vehicles import vehicle_problems
from tests.store.worlds import make_move
from tests.support.worlds import NOW, TODAY

SPACE: Final = UUID(int=7)
DAYS: Final = st.dates(TODAY - timedelta(days=30), TODAY + timedelta(days=30))
MAYBE: Final = st.none() | DAYS
DETAILS: Final = {
    "MoveApprove": (EventDetail("date", "2026-12-24"),),
    "MoveCancel": (EventDetail("cancellation_reason", "court_closure"),),
    "MoveReject": (EventDetail("rejection_reason", "no_transport_available"),),
}


def event(number: int, kind: str) -> Event:
    at = NOW + timedelta(hours=number)
    return Event(
        id=EventId(uuid5(SPACE, str(number))), position=number, move_id=MoveId(UUID(int=1)), journey_id=None, type=kind,
        classification=EventClassification.DEFAULT, occurred_at=at, recorded_at=at, supplier=None, notes=None,
        details=DETAILS.get(kind, ()),
    )  # fmt: skip


@st.composite
def legal_sequences(draw: st.DrawFn) -> tuple[MoveStatus, list[Event], MoveStatus]:
    """Draw how a move began, what happened to it in order, and where that led."""
    beginning = draw(st.sampled_from([MoveStatus.PROPOSED, MoveStatus.REQUESTED]))
    state, events = beginning, []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        possible = [kind for kind, actions in MOVE_ACTIONS.items() if outcome(MOVE_STATES, state, actions) is not None]
        if not possible:
            break
        kind = draw(st.sampled_from(sorted(possible)))
        events.append(event(number, kind))
        state = outcome(MOVE_STATES, state, MOVE_ACTIONS[kind]) or state
    return beginning, events, state


def tell(move: Move, beginning: Event, arriving: Sequence[Event]) -> Move:
    log = [beginning]
    for one in arriving:
        move = after(move, log, one)
        log = sorted([*log, one], key=lambda known: known.occurred_at)
    return move


@given(legal_sequences(), st.randoms(use_true_random=False))
def test_a_legal_course_gives_the_same_move_in_whatever_order_it_is_told(
    course: tuple[MoveStatus, list[Event], MoveStatus], dice: random.Random
) -> None:
    began, events, end = course
    proposed = began is MoveStatus.PROPOSED
    move = make_move(1, status=began, authorised_at=None if proposed else NOW, date=None if proposed else TODAY)
    first = event(0, "MoveProposed" if proposed else "MoveRequested")
    in_order = tell(move, first, events)
    assert in_order.status is end
    assert (in_order.cancellation is not None) == (end is MoveStatus.CANCELLED)
    shuffled = [*events]
    dice.shuffle(shuffled)
    assert tell(move, first, shuffled) == in_order


@given(st.lists(st.sampled_from(sorted(MOVE_ACTIONS)), max_size=8), st.randoms(use_true_random=False))
def test_whatever_is_told_a_move_keeps_its_own_laws(kinds: list[str], dice: random.Random) -> None:
    move = make_move(1, status=MoveStatus.PROPOSED, authorised_at=None, date=None)
    events = [event(number, kind) for number, kind in enumerate(kinds, 1)]
    dice.shuffle(events)
    log = [event(0, "MoveProposed")]
    for one in events:
        before = move
        try:
            move = after(move, log, one)
        except RuleBroken:
            continue
        log = sorted([*log, one], key=lambda known: known.occurred_at)
        assert (move.cancellation is not None) == (move.status is MoveStatus.CANCELLED)
        # Whatever got past a proposal was authorised, with its day.
        past = move.status not in {MoveStatus.PROPOSED, MoveStatus.CANCELLED}
        assert not past or (move.authorised_at is not None and move.date is not None)
        assert before.status is not MoveStatus.CANCELLED or move.status is MoveStatus.CANCELLED


DETAINED: Final = {L.PRISON, L.SECURE_TRAINING_CENTRE, L.SECURE_CHILDRENS_HOME}
STARTS: Final = {
    **dict.fromkeys(M, frozenset(L)),
    M.POLICE_TRANSFER: {L.POLICE},
    M.PRISON_RECALL: {L.POLICE},
    M.VIDEO_REMAND: {L.POLICE},
    M.PRISON_TRANSFER: DETAINED,
    M.HOSPITAL: {*L} - {L.PRISON},  # ours: a prison takes its own people there
}
ENDS: Final = {
    **dict.fromkeys(M, frozenset(L)),
    M.COURT_APPEARANCE: {L.COURT},
    M.COURT_OTHER: {*L} - DETAINED,
    M.HOSPITAL: {L.HOSPITAL, L.HIGH_SECURITY_HOSPITAL},
    M.POLICE_TRANSFER: {L.POLICE},
    M.PRISON_REMAND: DETAINED,
    M.PRISON_TRANSFER: DETAINED | {L.FOREIGN_NATIONAL_PRISON, L.IMMIGRATION_DETENTION_CENTRE},  # ours: it was any
}
OPEN_ENDED: Final = {M.PRISON_RECALL, M.VIDEO_REMAND}


def a_place(kind: L, code: str, **changes: Any) -> Location:
    return replace(Location(AgencyId(code), f"A {kind.value}", kind, active=True, extradition_capable=True), **changes)


@pytest.mark.parametrize("move_type", M)
def test_every_type_joins_the_places_that_the_field_has_for_it(move_type: M) -> None:
    for start, end in product(L, [*L, None]):
        found = place_problems(move_type, a_place(start, "A"), None if end is None else a_place(end, "B"))
        wrong_end = move_type not in OPEN_ENDED if end is None else end not in ENDS[move_type]
        expected = ["fromLocationId"] * (start not in STARTS[move_type]) + ["toLocationId"] * wrong_end
        assert [(one.field or ("", ""))[1] for one in found] == expected, (start, end)


@pytest.mark.parametrize("move_type", M)
def test_no_move_joins_a_place_with_itself_or_one_that_is_closed(move_type: M) -> None:
    start, end = a_place(L.POLICE, "A"), a_place(L.POLICE, "B")
    same = place_problems(move_type, start, start)
    assert "toLocationId" in [(one.field or ("", ""))[1] for one in same]
    closed = place_problems(move_type, replace(start, active=False), replace(end, active=False))
    assert {(one.field or ("", ""))[1] for one in closed} == {"fromLocationId", "toLocationId"}


@given(proposed=st.booleans(), day=MAYBE, first=MAYBE, last=MAYBE)
def test_the_days_of_a_move(proposed: bool, day: date | None, first: date | None, last: date | None) -> None:  # noqa: FBT001
    found = date_problems(proposed=proposed, date=day, date_from=first, date_to=last, time_due=None)
    missing = first is None if proposed else day is None
    turned = first is not None and last is not None and last < first
    assert len(found) == missing + turned


@given(day=DAYS, first=DAYS, last=MAYBE)
def test_a_transfer_is_approved_within_its_window_alone(day: date, first: date, last: date | None) -> None:
    if last is not None and last < first:
        last = first
    move = make_move(
        1, status=MoveStatus.PROPOSED, type=M.PRISON_TRANSFER, date=None, date_from=first, date_to=last, time_due=None
    )
    places = {move.from_agency: a_place(L.PRISON, move.from_agency)}
    if move.to_agency is not None:
        places[move.to_agency] = a_place(L.PRISON, move.to_agency)
    inside = first <= day and (last is None or day <= last)
    assert [one.field for one in approval_problems(move, day, places, today=TODAY)] == (
        [] if inside else [("input", "date")]
    )


@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), proposed=st.booleans())  # noqa: DTZ001
def test_what_was_arranged_directly_was_so_in_the_past_and_waits_for_nobody(at: datetime, proposed: bool) -> None:  # noqa: FBT001
    found = retrospective_problems(at.replace(tzinfo=NOW.tzinfo), proposed=proposed, now=NOW)
    assert bool(found) == (proposed or at.replace(tzinfo=NOW.tzinfo) > NOW)


@given(reason=st.sampled_from(CancellationReason), comment=st.none() | st.text(min_size=1))
def test_reasons_for_cancelling_by_hand(reason: CancellationReason, comment: str | None) -> None:
    codes = [one.code.name for one in cancellation_problems(reason, comment)]
    if reason.value in {"rejected", "allocation_cancelled"}:
        assert codes == ["INVALID"]
    elif reason.value in {"cancelled_by_pmu", "other"} and comment is None:
        assert codes == ["REQUIRED"]
    else:
        assert codes == []


@given(kind=st.sampled_from(VehicleKind), reason=st.none() | st.just("Wheelchair."))
def test_a_reason_goes_with_a_special_vehicle_and_only_with_one(kind: VehicleKind, reason: str | None) -> None:
    assert (vehicle_problems(kind, reason) == []) == ((kind is VehicleKind.SPECIAL) == (reason is not None))


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "date": MAYBE,
            "date_to": MAYBE,
            "additional_information": st.none() | st.just("x"),
            "vehicle_kind": st.none() | st.sampled_from(VehicleKind),
            "special_vehicle_reason": st.none() | st.just("Wheelchair."),
        },
    )
)
def test_an_amendment_made_twice_is_made_once_and_touches_nothing_else(changes: dict[str, object]) -> None:
    move = make_move(1)
    once = amended(move, changes)
    assert amended(once, changes) == once
    named = {name for name in changes if not name.startswith(("vehicle", "special"))}
    untouched = replace(once, vehicle_needs=move.vehicle_needs, **{name: getattr(move, name) for name in named})
    assert untouched == move


@given(st.randoms(use_true_random=False))
def test_references_are_three_letters_four_digits_and_a_letter_that_cannot_be_misheard(dice: random.Random) -> None:
    reference = new_reference(dice)
    assert len(reference) == 8
    letters, digits = reference[:3] + reference[7], reference[3:7]
    assert {*letters} <= {*"ACEFHJKMNPRTUVWXY"}
    assert {*digits} <= {*"123456789"}
    assert (len({*reference[:3]}), len({*digits})) == (3, 4)
