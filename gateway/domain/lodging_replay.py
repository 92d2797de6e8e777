"""What an event makes of a lodging: its status follows from when things occurred, as a move's does."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.domain.events import Event
from gateway.domain.lodging_states import LODGING_ACTIONS, LODGING_STATES
from gateway.domain.moves import Lodging, LodgingStatus
from gateway.domain.problems import ProblemCode, RuleBroken, problem
from gateway.domain.replay import awaits, outcome, replay


def after(lodging: Lodging, told: Sequence[Event], new: Event, *field: str) -> Lodging:
    """Return a lodging as it is once `new` is told too; `told` are its LODGING_ACTIONS, in the order they occurred in.

    Where the log does not account for the status, the event is taken as the next.

    Raises:
        RuleBroken: the event is not allowed, then or ever.

    """
    actions = LODGING_ACTIONS[new.type]
    so_far = replay(LODGING_STATES, LodgingStatus.PROPOSED, LODGING_ACTIONS, told).state
    if so_far is not lodging.status:
        before = lodging.status
        status = outcome(LODGING_STATES, before, actions) or before
    else:
        earlier = [event for event in told if event.occurred_at <= new.occurred_at]
        before = replay(LODGING_STATES, LodgingStatus.PROPOSED, LODGING_ACTIONS, earlier).state
        whole = [*earlier, new, *told[len(earlier) :]]
        status = replay(LODGING_STATES, LodgingStatus.PROPOSED, LODGING_ACTIONS, whole).state
    if outcome(LODGING_STATES, before, actions) is None and not awaits(LODGING_STATES, before, actions):
        words = f"{new.type} is not possible: the lodging is {before.value}."
        raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, *field))
    return replace(lodging, status=status)
