"""Who may change a move that was asked for, and why one is cancelled.

The sending establishment changes and cancels what it may book, before the move leaves: by the role that books such
moves, and only if that role itself may change or cancel. The offender classification and allocation team withdraws
proposals; once one is approved it is the Population Management Unit's. That unit decides on proposals, redirects, and
changes or cancels transfers between prisons, wherever they start. A place in an allocation is taken away only by those
who cancel allocations there. Neither the receiving end nor anyone else who merely sees a move may change it.
"""

from typing import Final

from gateway.domain.locations import Location
from gateway.domain.moves import CancellationReason, Move, MoveStatus, MoveType
from gateway.domain.problems import Problem, ProblemCode, problem
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.allocations.who import may_run_between
from gateway.policies.booking.who import books_as
from gateway.policies.permissions import PERMISSIONS

BEFORE_IT_LEAVES: Final = frozenset({MoveStatus.PROPOSED, MoveStatus.REQUESTED, MoveStatus.BOOKED})

_PROPOSALS_ONLY: Final = frozenset({"PECS_OCA"})
"""Roles that cancel what is proposed, and nothing that was authorised."""

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


def may_change(viewer: Viewer, permission: Permission, move: Move, start: Location, end: Location | None) -> bool:
    """Say whether a viewer who sees a move may update or cancel it (`permission`); whether it left is not asked."""
    if permission is Permission.CANCEL_MOVE and move.allocation_id is not None:
        return may_run_between(viewer, Permission.CANCEL_ALLOCATION, start, end or start)
    if permission not in viewer.permissions:
        return False
    if Permission.REVIEW_SINGLE_REQUEST in viewer.permissions and move.type is MoveType.PRISON_TRANSFER:
        return True
    return any(
        permission in PERMISSIONS.get(role, frozenset())
        and books_as(viewer, role, move.type, start)
        and (role not in _PROPOSALS_ONLY or move.status is MoveStatus.PROPOSED)
        for role in viewer.roles
    )


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
