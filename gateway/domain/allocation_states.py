"""How an allocation is filled, emptied and cancelled: the one table that says so."""

from enum import StrEnum
from typing import Final

from gateway.domain.allocations import AllocationStatus as S
from gateway.domain.machines import Machine, Transition


class AllocationAction(StrEnum):
    """What changes an allocation's status. Filling and unfilling follow from its moves: see `status_of`."""

    FILL = "fill"
    UNFILL = "unfill"
    CANCEL = "cancel"


A = AllocationAction

ALLOCATION_STATES: Final = Machine(
    "Allocation",
    (S.UNFILLED,),
    (
        Transition(A.FILL, frozenset({S.UNFILLED}), S.FILLED),
        Transition(A.UNFILL, frozenset({S.FILLED}), S.UNFILLED),
        Transition(A.CANCEL, frozenset({S.UNFILLED, S.FILLED}), S.CANCELLED),
    ),
)


def status_of(current: S, *, places: int, filled: int) -> S:
    """Return the status that follows from its open moves: `filled` of `places` have a person.

    One without any open place is unfilled; a cancelled one stays so.
    """
    action = A.FILL if places and filled == places else A.UNFILL
    return ALLOCATION_STATES.next(current, action) or current
