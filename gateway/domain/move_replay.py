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
        whole = replay(MOVE_STATES, before, MOVE_ACTIONS, [new])
    else:
        earlier = [event for event in told if event.occurred_at <= new.occurred_at]
        later = told[len(earlier) :]
        before = replay(MOVE_STATES, beginning, MOVE_ACTIONS, earlier).state
        whole = replay(MOVE_STATES, beginning, MOVE_ACTIONS, [*earlier, new, *later])
    possible = outcome(MOVE_STATES, before, actions) is not None or awaits(MOVE_STATES, before, actions)
    # Cancelled is the end: what is told late must not undo it by taking its ground away.
    if not possible or (move.status is MoveStatus.CANCELLED and whole.state is not MoveStatus.CANCELLED):
        words = f"{new.type} is not possible: the move is {before.value.replace('_', ' ')}."
        raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, *field))
    if whole.state in {MoveStatus.IN_TRANSIT, MoveStatus.COMPLETED} and move.prison_number is None:
        raise RuleBroken(problem(ProblemCode.INCOMPLETE, "Nobody is named for this move yet.", *field))
    return _ended(_authorised(replace(move, status=whole.state), whole.effective), whole.led_here)


def _authorised(move: Move, effective: Sequence[Event]) -> Move:
    """Return a move with the day and the moment of its approval, once that is told, whatever was told before it."""
    approval = next((event for event in effective if event.type == "MoveApprove"), None)
    if approval is None or move.authorised_at is not None:
        return move
    day = detail(approval, "date")
    return replace(
        move,
        date=move.date if day is None else dt.date.fromisoformat(day),
        authorised_at=approval.recorded_at,
    )


def _ended(move: Move, led_here: Event | None) -> Move:
    if move.status is not MoveStatus.CANCELLED:
        return replace(move, cancellation=None)
    return move if led_here is None else replace(move, cancellation=cancellation_of(led_here))


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
