"""The declared tables: each transition, each refused pair, and statuses that do not depend on who reports first."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.domain.allocation_states import ALLOCATION_STATES, AllocationAction, status_of
from gateway.domain.allocations import AllocationStatus
from gateway.domain.events import Event, EventClassification, EventDetail
from gateway.domain.ids import AgencyId, EventId, MoveId, MoveReference, PrisonNumber, SupplierKey
from gateway.domain.journey_states import JOURNEY_ACTIONS, JOURNEY_STATES, JourneyAction
from gateway.domain.journeys import JourneyState
from gateway.domain.lodging_states import LODGING_STATES, LodgingAction
from gateway.domain.machines import Machine
from gateway.domain.move_replay import after
from gateway.domain.move_states import MOVE_ACTIONS, MOVE_STATES, MoveAction
from gateway.domain.moves import (
    CancellationReason,
    LodgingStatus,
    Move,
    MoveStatus,
    MoveType,
    RejectionReason,
    VehicleKind,
    VehicleNeeds,
)
from gateway.domain.problems import ProblemCode, RuleBroken

# Written down a second time, and another way round: from each state, what leads where.
EXPECTED: Final[
    Mapping[str, tuple[Machine[Any, Any], type[StrEnum], type[StrEnum], Mapping[str, Mapping[str, str]]]]
] = {
    "Move": (
        MOVE_STATES,
        MoveStatus,
        MoveAction,
        {
            "proposed": {"approve": "requested", "reject": "cancelled", "cancel": "cancelled"},
            "requested": {"accept": "booked", "reject": "cancelled", "cancel": "cancelled"},
            "booked": {"start": "in_transit", "cancel": "cancelled"},
            "in_transit": {"complete": "completed", "call_off": "cancelled"},
            "completed": {"call_off": "cancelled"},
            "cancelled": {},
        },
    ),
    "Journey": (
        JOURNEY_STATES,
        JourneyState,
        JourneyAction,
        {
            "proposed": {"start": "in_progress", "reject": "rejected"},
            "in_progress": {"complete": "completed", "cancel": "cancelled"},
            "completed": {"uncomplete": "in_progress"},
            "cancelled": {"uncancel": "in_progress"},
            "rejected": {},
        },
    ),
    "Allocation": (
        ALLOCATION_STATES,
        AllocationStatus,
        AllocationAction,
        {
            "unfilled": {"fill": "filled", "cancel": "cancelled"},
            "filled": {"unfill": "unfilled", "cancel": "cancelled"},
            "cancelled": {},
        },
    ),
    "Lodging": (
        LODGING_STATES,
        LodgingStatus,
        LodgingAction,
        {
            "proposed": {"start": "started", "cancel": "cancelled"},
            "started": {"complete": "completed"},
            "completed": {},
            "cancelled": {},
        },
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_table_allows_what_it_should_and_refuses_every_other_pair(name: str) -> None:
    machine, states, actions, expected = EXPECTED[name]
    assert machine.name == name
    assert set(expected) == {state.value for state in states}
    for state in states:
        for action in actions:
            target = expected[state.value].get(action.value)
            assert machine.next(state, action) == (None if target is None else states(target)), (state, action)


@pytest.mark.parametrize(
    ("name", "initial"),
    [
        ("Move", ("proposed", "requested")),
        ("Journey", ("proposed",)),
        ("Allocation", ("unfilled",)),
        ("Lodging", ("proposed",)),
    ],
)
def test_where_each_thing_begins(name: str, initial: tuple[str, ...]) -> None:
    assert tuple(state.value for state in EXPECTED[name][0].initial) == initial


@pytest.mark.parametrize("name", EXPECTED)
def test_an_action_is_waited_for_only_where_some_further_steps_allow_it(name: str) -> None:
    machine, states, actions, expected = EXPECTED[name]

    def later(state: str) -> set[str]:
        # Every walk over the table, as long as there are states.
        found = {state}
        for _ in states:
            found |= {target for one in found for target in expected[one].values()}
        return found

    for state in states:
        for action in actions:
            allowed = action.value in expected[state.value]
            some_day = any(action.value in expected[one] for one in later(state.value))
            assert machine.awaits(state, action) == (some_day and not allowed), (state, action)


def test_rule_12_a_journey_that_has_not_begun_is_rejected_and_not_cancelled() -> None:
    assert JOURNEY_STATES.next(JourneyState.PROPOSED, JourneyAction.CANCEL) is None
    assert JOURNEY_STATES.next(JourneyState.PROPOSED, JourneyAction.REJECT) is JourneyState.REJECTED


def test_rule_13_only_journeys_can_be_undone() -> None:
    undone = {name for name in MOVE_ACTIONS if "Un" in name}
    assert undone == set()
    assert {name for name in JOURNEY_ACTIONS if "Un" in name} == {"JourneyUncomplete", "JourneyUncancel"}
    assert not any(MOVE_STATES.next(MoveStatus.CANCELLED, action) for action in MoveAction)


@given(st.sampled_from(AllocationStatus), st.integers(0, 30), st.data())
def test_rule_37_an_allocation_is_full_once_every_open_place_has_somebody(
    current: AllocationStatus, places: int, data: st.DataObject
) -> None:
    filled = data.draw(st.integers(0, places))
    found = status_of(current, places=places, filled=filled)
    if current is AllocationStatus.CANCELLED:
        assert found is AllocationStatus.CANCELLED
    elif places == 0 or filled < places:
        assert found is AllocationStatus.UNFILLED
    else:
        assert found is AllocationStatus.FILLED


# Events in any order

START: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)
APPROVED_FOR: Final = date(2026, 3, 9)
MOVE_ID: Final = MoveId(UUID(int=1))


def a_move(status: MoveStatus, *, person: str | None = "A1001AA") -> Move:
    proposed = status is MoveStatus.PROPOSED
    return Move(
        id=MOVE_ID,
        reference=MoveReference("ACE1234F"),
        type=MoveType.PRISON_TRANSFER,
        status=status,
        date=None if proposed else date(2026, 3, 3),
        date_from=date(2026, 3, 3),
        date_to=None,
        time_due=None,
        prison_number=None if person is None else PrisonNumber(person),
        from_agency=AgencyId("LEI"),
        to_agency=AgencyId("MDI"),
        supplier=SupplierKey("geoamey"),
        vehicle_needs=VehicleNeeds(VehicleKind.CELLULAR, None),
        prison_transfer_reason=None,
        additional_information=None,
        recall_date=None,
        cancellation=None,
        allocation_id=None,
        recorded_retrospectively=False,
        authorised_at=None if proposed else START,
        created_at=START,
        updated_at=START,
        version=1,
    )


def an_event(kind: str, minute: int) -> Event:
    details = {
        "MoveApprove": {"date": APPROVED_FOR.isoformat()},
        "MoveCancel": {"cancellation_reason": "court_closure", "cancellation_reason_comment": f"at {minute}"},
        "MoveReject": {"rejection_reason": "no_transport_available", "cancellation_reason_comment": f"at {minute}"},
    }.get(kind, {})
    at = START + timedelta(minutes=minute)
    return Event(
        id=EventId(UUID(int=1000 + minute)),
        position=minute,
        move_id=MOVE_ID,
        journey_id=None,
        type=kind,
        classification=EventClassification.DEFAULT,
        occurred_at=at,
        recorded_at=at,
        supplier=None,
        notes=None,
        details=tuple(EventDetail(name, value) for name, value in details.items()),
    )


def arrived(beginning: MoveStatus, events: list[Event]) -> Move:
    """Tell events one after the other, as they come in."""
    log = [an_event("MoveProposed" if beginning is MoveStatus.PROPOSED else "MoveRequested", 0)]
    move = a_move(beginning)
    for event in events:
        move = after(move, sorted(log, key=lambda one: one.occurred_at), event)
        log.append(event)
    return move


@st.composite
def legal_lives(draw: st.DrawFn) -> tuple[MoveStatus, list[Event], MoveStatus]:
    """Give where a move begins, events that its table allows one after the other, and where they end."""
    status = beginning = draw(st.sampled_from(MOVE_STATES.initial))
    events: list[Event] = []
    for minute in range(1, draw(st.integers(1, 5)) + 1):
        possible = [
            (kind, target)
            for kind, actions in MOVE_ACTIONS.items()
            for action in actions
            if (target := MOVE_STATES.next(status, action)) is not None
        ]
        if not possible:
            break
        kind, status = draw(st.sampled_from(possible))
        events.append(an_event(kind, minute))
    return beginning, events, status


@given(legal_lives(), st.randoms(use_true_random=False))
def test_rule_10_what_is_told_in_any_order_ends_as_it_happened(
    life: tuple[MoveStatus, list[Event], MoveStatus], rng: random.Random
) -> None:
    beginning, events, end = life
    in_order = arrived(beginning, events)
    assert in_order.status is end
    shuffled = list(events)
    rng.shuffle(shuffled)
    any_order = arrived(beginning, shuffled)
    assert any_order.status is end
    assert any_order.cancellation == in_order.cancellation
    if end is not MoveStatus.CANCELLED:
        assert any_order.date == in_order.date


@given(legal_lives(), st.randoms(use_true_random=False))
def test_rule_10_what_is_said_to_have_happened_in_one_minute_is_told_in_any_order_too(
    life: tuple[MoveStatus, list[Event], MoveStatus], rng: random.Random
) -> None:
    beginning, events, end = life
    assume(end is not MoveStatus.CANCELLED)
    at_once = [replace(event, occurred_at=START + timedelta(minutes=1)) for event in events]
    rng.shuffle(at_once)
    assert arrived(beginning, at_once).status is end


def test_rule_06_an_approval_told_after_what_it_led_to_still_sets_the_day() -> None:
    move = arrived(MoveStatus.PROPOSED, [an_event("MoveAccept", 2), an_event("MoveApprove", 1)])
    assert (move.status, move.date) == (MoveStatus.BOOKED, APPROVED_FOR)


def test_what_is_told_late_takes_no_cancellation_back() -> None:
    rejected = arrived(MoveStatus.REQUESTED, [an_event("MoveReject", 3)])
    assert rejected.cancellation is not None
    assert rejected.cancellation.rejection_reason is RejectionReason.NO_TRANSPORT_AVAILABLE
    # A booked move is not rejected: told in order, the rejection would have been refused. It is too late for that.
    with pytest.raises(RuleBroken):
        arrived(MoveStatus.REQUESTED, [an_event("MoveReject", 3), an_event("MoveAccept", 1)])


@given(st.sampled_from(MOVE_STATES.initial), st.lists(st.sampled_from(sorted(MOVE_ACTIONS)), max_size=5), st.data())
def test_rule_08_only_what_no_earlier_step_could_make_right_is_refused(
    beginning: MoveStatus, kinds: list[str], data: st.DataObject
) -> None:
    log = [an_event("MoveProposed" if beginning is MoveStatus.PROPOSED else "MoveRequested", 0)]
    move = a_move(beginning)
    for kind in kinds:
        event = an_event(kind, data.draw(st.integers(1, 9).filter(lambda one: one not in {e.position for e in log})))
        before = [one for one in log if one.occurred_at < event.occurred_at]
        kept, refused = told(move, log, event)
        possible = could_become_right(state_then(beginning, before), kind)
        if move.status is MoveStatus.CANCELLED:
            # The end: what would take it back is refused too.
            possible = possible and state_then(beginning, [*log, event]) == MoveStatus.CANCELLED.value
        assert refused == (() if possible else (ProblemCode.NOT_ALLOWED_IN_STATE,))
        if kept is not None:
            move = kept
            log.append(event)
        assert (move.cancellation is not None) == (move.status is MoveStatus.CANCELLED)


def told(move: Move, log: list[Event], event: Event) -> tuple[Move | None, tuple[ProblemCode, ...]]:
    """Tell an event; give the move as it then is, or why that was refused."""
    try:
        return after(move, sorted(log, key=lambda one: one.occurred_at), event), ()
    except RuleBroken as broken:
        return None, tuple(one.code for one in broken.problems)


def state_then(beginning: MoveStatus, events: list[Event]) -> str:
    state = beginning.value
    for event in sorted(events, key=lambda one: one.occurred_at):
        state = steps(state).get(event.type, state)
    return state


def steps(state: str) -> dict[str, str]:
    names = {
        "approve": "MoveApprove",
        "reject": "MoveReject",
        "accept": "MoveAccept",
        "start": "MoveStart",
        "complete": "MoveComplete",
        "cancel": "MoveCancel",
        "call_off": "MoveCancel",
    }
    return {names[action]: target for action, target in EXPECTED["Move"][3][state].items()}


def could_become_right(state: str, kind: str) -> bool:
    """Try every walk."""
    return kind in steps(state) or any(could_become_right(target, kind) for target in steps(state).values())


def test_rule_09_a_second_cancellation_changes_nothing() -> None:
    with pytest.raises(RuleBroken):
        arrived(MoveStatus.REQUESTED, [an_event("MoveCancel", 1), an_event("MoveCancel", 2)])
    earlier = arrived(MoveStatus.REQUESTED, [an_event("MoveCancel", 2), an_event("MoveCancel", 1)])
    assert earlier.cancellation is not None
    assert (earlier.cancellation.reason, earlier.cancellation.comment) == (CancellationReason.COURT_CLOSURE, "at 1")


@pytest.mark.parametrize("status", [MoveStatus.IN_TRANSIT, MoveStatus.COMPLETED])
def test_rule_11_a_supplier_may_call_off_what_had_left_or_arrived(status: MoveStatus) -> None:
    events = [an_event("MoveAccept", 1), an_event("MoveStart", 2)]
    if status is MoveStatus.COMPLETED:
        events.append(an_event("MoveComplete", 3))
    assert arrived(MoveStatus.REQUESTED, events).status is status
    assert arrived(MoveStatus.REQUESTED, [*events, an_event("MoveCancel", 4)]).status is MoveStatus.CANCELLED


def test_rule_05_nobody_sets_off_who_is_not_named() -> None:
    log = [an_event("MoveRequested", 0)]
    unfilled = after(a_move(MoveStatus.REQUESTED, person=None), log, an_event("MoveAccept", 1))
    assert unfilled.status is MoveStatus.BOOKED
    with pytest.raises(RuleBroken) as caught:
        after(unfilled, [*log, an_event("MoveAccept", 1)], an_event("MoveStart", 2), "eventType")
    (found,) = caught.value.problems
    assert (found.code, found.field) == (ProblemCode.INCOMPLETE, ("input", "eventType"))


@given(st.sampled_from(MoveStatus), st.sampled_from(sorted(MOVE_ACTIONS)))
def test_a_move_whose_log_does_not_account_for_its_status_takes_the_event_as_the_next(
    status: MoveStatus, kind: str
) -> None:
    found, refused = told(a_move(status), [], an_event(kind, 1))
    if could_become_right(status.value, kind):
        assert found is not None
        assert found.status.value == steps(status.value).get(kind, status.value)
    else:
        assert refused == (ProblemCode.NOT_ALLOWED_IN_STATE,)
