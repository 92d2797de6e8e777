"""What an event makes of a move: its status follows from when things occurred, in whatever order they are told.

An event that its place in time does not allow is kept without effect where something that is still to be reported
can make it right (the arrival, told before the departure). Where nothing can, it is refused: it is not stored to do
nothing for ever.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from gateway.domain.events import Event, detail
from gateway.domain.move_states import MOVE_ACTIONS, MOVE_STATES
from gateway.domain.moves import Cancellation, CancellationReason, Move, MoveStatus, RejectionReason
from gateway.domain.problems import ProblemCode, RuleBroken, problem
from gateway.domain.replay import awaits, outcome, replay

STATUS_EVENTS: Final = frozenset({"MoveProposed", "MoveRequested", *MOVE_ACTIONS})
"""What has to be read of a move's log to know its status."""

_BEGINNINGS: Final = {"MoveProposed": MoveStatus.PROPOSED, "MoveRequested": MoveStatus.REQUESTED}


def after(move: Move, told: Sequence[Event], new: Event, *field: str) -> Move:
    """Return a move as it is once `new` is told too; `told` are its STATUS_EVENTS, in the order they occurred in.

    Where the log does not account for the status (a move that came from elsewhere), the event is taken as the next.

    Raises:
        RuleBroken: the event is not allowed, then or ever, or the move has nobody to set off with.

    """
    actions = MOVE_ACTIONS[new.type]
    beginning = next((_BEGINNINGS[event.type] for event in told if event.type in _BEGINNINGS), None)
    so_far = None if beginning is None else replay(MOVE_STATES, beginning, MOVE_ACTIONS, told)
    if beginning is None or so_far is None or so_far.state is not move.status:
        before = move.status
        target = outcome(MOVE_STATES, before, actions)
        status, led_here = target or before, new if target else None
    else:
        earlier = [event for event in told if event.occurred_at <= new.occurred_at]
        later = told[len(earlier) :]
        before = replay(MOVE_STATES, beginning, MOVE_ACTIONS, earlier).state
        whole = replay(MOVE_STATES, beginning, MOVE_ACTIONS, [*earlier, new, *later])
        status, led_here = whole.state, whole.led_here
    if outcome(MOVE_STATES, before, actions) is None and not awaits(MOVE_STATES, before, actions):
        words = f"{new.type} is not possible: the move is {before.value.replace('_', ' ')}."
        raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, *field))
    if status in {MoveStatus.IN_TRANSIT, MoveStatus.COMPLETED} and move.prison_number is None:
        raise RuleBroken(problem(ProblemCode.INCOMPLETE, "Nobody is named for this move yet.", *field))
    if led_here is None or (status is move.status and led_here is not new):
        return move
    return _with(move, status, led_here)


def _with(move: Move, status: MoveStatus, led_here: Event) -> Move:
    changed = replace(move, status=status)
    if status is MoveStatus.CANCELLED:
        return replace(changed, cancellation=cancellation_of(led_here))
    if move.status is MoveStatus.PROPOSED:
        day = detail(led_here, "date") if led_here.type == "MoveApprove" else None
        return replace(
            changed,
            date=move.date if day is None else dt.date.fromisoformat(day),
            authorised_at=move.authorised_at or led_here.recorded_at,
        )
    return changed


def cancellation_of(event: Event) -> Cancellation:
    """Read why and when a move ended from its MoveCancel or MoveReject."""
    rejection = detail(event, "rejection_reason")
    reason = detail(event, "cancellation_reason")
    return Cancellation(
        reason=CancellationReason.REJECTED if reason is None else CancellationReason(reason),
        comment=detail(event, "cancellation_reason_comment"),
        rejection_reason=None if rejection is None else RejectionReason(rejection),
        at=event.occurred_at,
    )
