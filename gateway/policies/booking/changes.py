"""Who may change a move that was asked for, and why one is cancelled.

The sending establishment changes and cancels what it may book, before the move leaves. The Population Management Unit
decides on proposals, redirects, and changes or cancels transfers between prisons, wherever they start. Neither the
receiving end nor anyone else who merely sees a move may change it.
"""

from typing import Final

from gateway.domain.locations import Location
from gateway.domain.moves import CancellationReason, Move, MoveStatus, MoveType
from gateway.domain.problems import Problem, ProblemCode, problem
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.booking.who import may_book_from

BEFORE_IT_LEAVES: Final = frozenset({MoveStatus.PROPOSED, MoveStatus.REQUESTED, MoveStatus.BOOKED})

_SAID_WITH_A_COMMENT: Final = frozenset({CancellationReason.CANCELLED_BY_PMU, CancellationReason.OTHER})
_NEVER_CHOSEN: Final = {
    CancellationReason.REJECTED: "To turn a request down, reject it.",
    CancellationReason.ALLOCATION_CANCELLED: "To cancel an allocation with its moves, cancel the allocation.",
}

REDIRECTION_REASONS: Final = (
    "no_space",
    "serious_incident",
    "covid",
    "receiving_prison_request",
    "force_majeure",
    "other",
)
"""Why a move goes elsewhere than it was to go."""


def may_change(viewer: Viewer, permission: Permission, move: Move, start: Location) -> bool:
    """Say whether a viewer who sees a move may update or cancel it (`permission`). Its state is another question."""
    if permission not in viewer.permissions:
        return False
    if Permission.REVIEW_SINGLE_REQUEST in viewer.permissions and move.type is MoveType.PRISON_TRANSFER:
        return True
    return may_book_from(viewer, move.type, start)


def leaves_alone(viewer: Viewer, move: Move) -> bool:
    """Say whether a move is a place in an allocation, which only those who cancel allocations take away."""
    return move.allocation_id is not None and Permission.CANCEL_ALLOCATION not in viewer.permissions


def cancellation_problems(reason: CancellationReason, comment: str | None) -> list[Problem]:
    """Check why something is cancelled by hand; two reasons say too little without a comment."""
    if reason in _NEVER_CHOSEN:
        return [problem(ProblemCode.INVALID, _NEVER_CHOSEN[reason], "reason")]
    if reason in _SAID_WITH_A_COMMENT and comment is None:
        return [problem(ProblemCode.REQUIRED, "This reason needs a comment.", "comment")]
    return []


def stale_problems(move: Move, version: int | None) -> list[Problem]:
    """Check that the author saw the move as it is now."""
    if version is None or version == move.version:
        return []
    return [problem(ProblemCode.CONFLICT, f"Someone changed this first: it is version {move.version} now.", "version")]


def departed_problems(move: Move, what: str) -> list[Problem]:
    """Check that a move has not left yet; `what` names what is no longer possible."""
    if move.status in BEFORE_IT_LEAVES:
        return []
    words = f"The move is {move.status.value.replace('_', ' ')}: it can no longer be {what}."
    return [problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, "id")]
