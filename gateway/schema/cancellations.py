"""Cancellations of moves and allocations."""

from datetime import datetime

import strawberry

from gateway.domain.moves import CancellationReason, RejectionReason
from gateway.schema.enums import in_words, register

register(
    CancellationReason,
    "Why a move, an allocation or a lodging was cancelled.",
    in_words(CancellationReason),
)
register(RejectionReason, "Why a single request was turned down.", in_words(RejectionReason))


@strawberry.type(description="Why and when something was cancelled.")
class Cancellation:
    reason: CancellationReason = strawberry.field(description="The reason.")
    comment: str | None = strawberry.field(description="What was written beside it.")
    rejection_reason: RejectionReason | None = strawberry.field(
        description="Why the request was turned down, where that is how it ended."
    )
    at: datetime = strawberry.field(description="When.")
