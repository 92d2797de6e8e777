"""Cancellations of moves and allocations."""

from datetime import datetime

import strawberry

from gateway.domain.moves import CancellationReason, RejectionReason
from gateway.schema.enums import register

register(
    CancellationReason,
    "Why a move, an allocation or a lodging was cancelled.",
    {
        CancellationReason.ALLOCATION_CANCELLED: "The allocation that it was part of was cancelled.",
        CancellationReason.CANCELLED_BY_PMU: "The Population Management Unit called it off.",
        CancellationReason.CASE_NOT_COURT_READY: "The court does not hear the case on that day.",
        CancellationReason.COMBINED_WITH_ANOTHER_REQUEST: "Another request for the same person covers it.",
        CancellationReason.COURT_CLOSURE: "The court is closed.",
        CancellationReason.COURT_NO_CAPACITY: "The court has no room.",
        CancellationReason.COURT_NOT_DDA_COMPLIANT: "The court is not accessible to a person with this disability.",
        CancellationReason.DATABASE_CORRECTION: "The record was put right; formerly used.",
        CancellationReason.INCOMPLETE_PER: "The Person Escort Record was not complete; formerly used.",
        CancellationReason.INCORRECT_COLLECTION_LOCATION: "It was booked from the wrong place.",
        CancellationReason.INCORRECT_FINAL_LOCATION: "It was booked to the wrong place.",
        CancellationReason.LACK_OF_SPACE_AT_RECEIVING_ESTABLISHMENT: "The receiver had no room; formerly used.",
        CancellationReason.LIST_RECEIVED_AFTER_5_PM: "The court's list came after 17:00.",
        CancellationReason.MADE_IN_ERROR: "It should not have been asked for; formerly used.",
        CancellationReason.OPERATIONAL_ISSUES_PRISON: "Something at the prison prevents it.",
        CancellationReason.OTHER: "Something else: see the comment.",
        CancellationReason.POLICE_TRANSPORTED_PRISONER: "The police took the person.",
        CancellationReason.PRISONER_NO_LONGER_REQUIRED: "The person need not go any more.",
        CancellationReason.PRISONER_REFUSAL: "The person refused to go.",
        CancellationReason.PRISONER_TO_BE_RELEASED_ON_BAIL: "The person is released on bail.",
        CancellationReason.PRISONER_UNFIT_TO_TRAVEL: "The person's health does not allow it.",
        CancellationReason.PRISON_TRANSPORTED_PRISONER: "The prison took the person itself.",
        CancellationReason.PTR_UNACHIEVABLE: "The person transfer request cannot be met.",
        CancellationReason.RECEIVER_UNABLE_TO_ACCEPT_PRISONER: "The receiver cannot take this person.",
        CancellationReason.REJECTED: "The request was turned down: see `rejectionReason`.",
        CancellationReason.SENDER_CANCELLED_REQUEST: "The sender withdrew the request.",
        CancellationReason.SENDER_UNABLE_TO_FULFIL_DRAFT: "The sender has nobody to fill the place.",
        CancellationReason.SENDING_ESTABLISHMENT_FAILED_TO_FILL_ALLOCATION: (
            "The sender did not fill the allocation; formerly used."
        ),
        CancellationReason.SUPPLIER_DECLINED_TO_MOVE: "The supplier would not carry the person; formerly used.",
        CancellationReason.SUPPLIER_NO_RESOURCE: "The supplier has no vehicle or crew.",
        CancellationReason.TORNADO_EVENT: "Staff are called away to a disturbance (Operation Tornado).",
        CancellationReason.UNSUITABLE_VEHICLE: "The vehicle does not suit the person.",
        CancellationReason.VIDEO_LINK_TO_BE_USED: "The person appears by video link.",
    },
)
register(
    RejectionReason,
    "Why a single request was turned down.",
    {
        RejectionReason.MORE_INFO_REQUIRED: "The request does not say enough to decide.",
        RejectionReason.NO_SPACE_AT_RECEIVING_PRISON: "The receiving prison has no room.",
        RejectionReason.NO_TRANSPORT_AVAILABLE: "The supplier cannot carry the person.",
    },
)


@strawberry.type(description="Why and when something was cancelled.")
class Cancellation:
    reason: CancellationReason = strawberry.field(description="The reason.")
    comment: str | None = strawberry.field(description="What was written beside it.")
    rejection_reason: RejectionReason | None = strawberry.field(
        description="Why the request was turned down, where that is how it ended."
    )
    at: datetime = strawberry.field(description="When.")
