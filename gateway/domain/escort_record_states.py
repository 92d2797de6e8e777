"""How a dPER goes from its start to the handover: the one table that says so."""

from enum import StrEnum
from typing import Final

from gateway.domain.escort_records import EscortRecordStatus as S
from gateway.domain.machines import Machine, Transition


class EscortRecordAction(StrEnum):
    """What changes the status of a dPER."""

    ANSWER = "answer"
    COMPLETE = "complete"
    AMEND = "amend"
    REOPEN = "reopen"
    CONFIRM = "confirm"
    HAND_OVER = "hand_over"


A = EscortRecordAction

ESCORT_RECORD_STATES: Final = Machine(
    "Person Escort Record",
    (S.UNSTARTED,),
    (
        # Answers were recorded, and questions that apply are still open.
        Transition(A.ANSWER, frozenset({S.UNSTARTED, S.IN_PROGRESS}), S.IN_PROGRESS),
        # Answers were recorded, and none is open: for the first time or again, or as it was before.
        Transition(A.COMPLETE, frozenset({S.UNSTARTED, S.IN_PROGRESS}), S.COMPLETED),
        Transition(A.AMEND, frozenset({S.COMPLETED}), S.COMPLETED),
        # An answer revealed questions that nobody has answered yet.
        Transition(A.REOPEN, frozenset({S.COMPLETED}), S.IN_PROGRESS),
        Transition(A.CONFIRM, frozenset({S.COMPLETED}), S.CONFIRMED),
        # Who handed the person over is added to a record that the start of the move confirmed.
        Transition(A.HAND_OVER, frozenset({S.CONFIRMED}), S.CONFIRMED),
    ),
)

ESCORT_RECORD_EVENTS: Final = {
    "PerResponsesRecorded": (A.ANSWER, A.REOPEN),
    "PerCompletion": (A.COMPLETE,),
    "PerUpdated": (A.AMEND,),
    "PerConfirmation": (A.CONFIRM,),
    "PerHandover": (A.HAND_OVER,),
}
"""The events that tell of each."""


def recorded(status: S, *, complete: bool) -> EscortRecordAction | None:
    """Name what recording answers does to a record, by whether every question that applies is answered now.

    None where the record is confirmed: its answers can no longer change.
    """
    for action in (A.COMPLETE, A.AMEND) if complete else (A.ANSWER, A.REOPEN):
        if ESCORT_RECORD_STATES.next(status, action) is not None:
            return action
    return None
