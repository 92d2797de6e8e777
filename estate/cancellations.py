"""Cancellations: why a move was called off, all reasons in turn."""

from datetime import datetime
from typing import Final

from estate.model import Cancellation, CancellationReason, RejectionReason

_R: Final = CancellationReason
_IN_TURN: Final = tuple(reason for reason in CancellationReason if reason is not _R.REJECTED)
_REJECTIONS: Final = tuple(RejectionReason)
_COMMENTS: Final = {
    _R.CANCELLED_BY_PMU: "The space was given to another person.",
    _R.OTHER: "The sender telephoned the supplier.",
}


def rejected(turn: int, at: datetime) -> Cancellation:
    """Return the refusal of a single request."""
    rejection = _REJECTIONS[turn % len(_REJECTIONS)]
    comment = "Ask again next month." if rejection is RejectionReason.NO_SPACE_AT_RECEIVING_PRISON else None
    return Cancellation(_R.REJECTED, comment, rejection, at)


def withdrawn(at: datetime) -> Cancellation:
    return Cancellation(_R.SENDER_CANCELLED_REQUEST, "Withdrawn before it was reviewed.", None, at)


def not_carried(at: datetime) -> Cancellation:
    """Return the refusal to carry a person whom the escort contract leaves to others."""
    return Cancellation(_R.SUPPLIER_DECLINED_TO_MOVE, "Not covered by the escort contract.", None, at)


def called_off(turn: int, at: datetime) -> Cancellation:
    reason = _IN_TURN[turn % len(_IN_TURN)]
    return Cancellation(reason, _COMMENTS.get(reason), None, at)


def of_allocation(at: datetime) -> Cancellation:
    return Cancellation(_R.ALLOCATION_CANCELLED, None, None, at)


def unfilled(at: datetime) -> Cancellation:
    """Return the end of a place that nobody had filled by the day."""
    return Cancellation(_R.SENDING_ESTABLISHMENT_FAILED_TO_FILL_ALLOCATION, None, None, at)
