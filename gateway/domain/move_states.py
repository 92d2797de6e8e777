"""How a move goes from a request to its end: the one table that says so."""

from enum import StrEnum
from typing import Final

from gateway.domain.machines import Machine, Transition
from gateway.domain.moves import MoveStatus as S


class MoveAction(StrEnum):
    """What changes a move's status."""

    APPROVE = "approve"
    REJECT = "reject"
    ACCEPT = "accept"
    START = "start"
    COMPLETE = "complete"
    CANCEL = "cancel"
    CALL_OFF = "call_off"


A = MoveAction

MOVE_STATES: Final = Machine(
    "Move",
    (S.PROPOSED, S.REQUESTED),
    (
        Transition(A.APPROVE, frozenset({S.PROPOSED}), S.REQUESTED),
        Transition(A.REJECT, frozenset({S.PROPOSED, S.REQUESTED}), S.CANCELLED),
        Transition(A.ACCEPT, frozenset({S.REQUESTED}), S.BOOKED),
        Transition(A.START, frozenset({S.BOOKED}), S.IN_TRANSIT),
        Transition(A.COMPLETE, frozenset({S.IN_TRANSIT}), S.COMPLETED),
        Transition(A.CANCEL, frozenset({S.PROPOSED, S.REQUESTED, S.BOOKED}), S.CANCELLED),
        # What the supplier took for a move that left or arrived, and was none: told by its MoveCancel alone.
        Transition(A.CALL_OFF, frozenset({S.IN_TRANSIT, S.COMPLETED}), S.CANCELLED),
    ),
)

MOVE_ACTIONS: Final = {
    "MoveApprove": (A.APPROVE,),
    "MoveReject": (A.REJECT,),
    "MoveAccept": (A.ACCEPT,),
    "MoveStart": (A.START,),
    "MoveComplete": (A.COMPLETE,),
    "MoveCancel": (A.CANCEL, A.CALL_OFF),
}
"""The events that change a move's status, with what each does: the first that its state allows."""
