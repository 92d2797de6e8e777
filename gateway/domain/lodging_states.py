"""How a lodging goes from a plan to its end: the one table that says so."""

from enum import StrEnum
from typing import Final

from gateway.domain.machines import Machine, Transition
from gateway.domain.moves import LodgingStatus as S


class LodgingAction(StrEnum):
    """What changes a lodging's status."""

    START = "start"
    COMPLETE = "complete"
    CANCEL = "cancel"


A = LodgingAction

LODGING_STATES: Final = Machine(
    "Lodging",
    (S.PROPOSED,),
    (
        Transition(A.START, frozenset({S.PROPOSED}), S.STARTED),
        Transition(A.COMPLETE, frozenset({S.STARTED}), S.COMPLETED),
        Transition(A.CANCEL, frozenset({S.PROPOSED}), S.CANCELLED),
    ),
)

LODGING_ACTIONS: Final = {
    "MoveLodgingStart": (A.START,),
    "MoveLodgingEnd": (A.COMPLETE,),
    "LodgingCancel": (A.CANCEL,),
}
"""The events that change a lodging's status, with what each does."""
