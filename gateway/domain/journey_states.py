"""How a journey goes from a plan to its end: the one table that says so."""

from enum import StrEnum
from typing import Final

from gateway.domain.journeys import JourneyState as S
from gateway.domain.machines import Machine, Transition


class JourneyAction(StrEnum):
    """What changes a journey's state."""

    START = "start"
    REJECT = "reject"
    COMPLETE = "complete"
    UNCOMPLETE = "uncomplete"
    CANCEL = "cancel"
    UNCANCEL = "uncancel"


A = JourneyAction

JOURNEY_STATES: Final = Machine(
    "Journey",
    (S.PROPOSED,),
    (
        Transition(A.START, frozenset({S.PROPOSED}), S.IN_PROGRESS),
        Transition(A.REJECT, frozenset({S.PROPOSED}), S.REJECTED),
        Transition(A.COMPLETE, frozenset({S.IN_PROGRESS}), S.COMPLETED),
        Transition(A.UNCOMPLETE, frozenset({S.COMPLETED}), S.IN_PROGRESS),
        Transition(A.CANCEL, frozenset({S.IN_PROGRESS}), S.CANCELLED),
        Transition(A.UNCANCEL, frozenset({S.CANCELLED}), S.IN_PROGRESS),
    ),
)

JOURNEY_ACTIONS: Final = {
    "JourneyStart": (A.START,),
    "JourneyReject": (A.REJECT,),
    "JourneyComplete": (A.COMPLETE,),
    "JourneyUncomplete": (A.UNCOMPLETE,),
    "JourneyCancel": (A.CANCEL,),
    "JourneyUncancel": (A.UNCANCEL,),
}
"""The events that change a journey's state, with what each does."""
