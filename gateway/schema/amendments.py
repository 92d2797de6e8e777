"""What is sent to change, decide on, redirect or cancel a move."""

import datetime as dt
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.domain import moves as values
from gateway.domain.ids import MoveId
from gateway.domain.moves import CancellationReason, RejectionReason, VehicleKind
from gateway.resolvers.global_ids import NodeType, agency_ids, place_of, uuid_of
from gateway.resolvers.texts import text_of
from gateway.schema.bookings import MovePayload
from gateway.services.amendments import UpdateMove
from gateway.services.changes import Outcome

VERSION = "The version that you saw; CONFLICT where it has changed since."


@strawberry.input(
    description="What to change in a move, before it leaves. What is left out stays; null clears what may be empty."
)
class UpdateMoveInput:
    id: strawberry.ID = strawberry.field(description="The move.")
    version: int | None = strawberry.field(default=strawberry.UNSET, description=VERSION)
    to_location_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="Where it ends.")
    date: dt.date | None = strawberry.field(
        default=strawberry.UNSET, description="The day of the move. An allocation's moves keep that of the allocation."
    )
    date_from: dt.date | None = strawberry.field(default=strawberry.UNSET, description="The first day that would suit.")
    date_to: dt.date | None = strawberry.field(default=strawberry.UNSET, description="The last day that would suit.")
    time_due: dt.datetime | None = strawberry.field(
        default=strawberry.UNSET, description="When the person is due there."
    )
    vehicle_kind: VehicleKind | None = strawberry.field(
        default=strawberry.UNSET, description="The vehicle. Special ones need a reason."
    )
    special_vehicle_reason: str | None = strawberry.field(
        default=strawberry.UNSET, description="Why it has to be a special one."
    )
    additional_information: str | None = strawberry.field(
        default=strawberry.UNSET, description="What else the escort should know."
    )
    prison_transfer_reason: str | None = strawberry.field(
        default=strawberry.UNSET, description="Why the person changes establishment."
    )


@strawberry.input(description="Which move to cancel, and why. Possible until it leaves.")
class CancelMoveInput:
    id: strawberry.ID = strawberry.field(description="The move.")
    version: int | None = strawberry.field(default=strawberry.UNSET, description=VERSION)
    reason: CancellationReason = strawberry.field(description="Why. REJECTED and ALLOCATION_CANCELLED are not chosen.")
    comment: str | None = strawberry.field(
        default=strawberry.UNSET, description="More about it; needed with CANCELLED_BY_PMU and OTHER."
    )


@strawberry.input(description="Which proposed move to authorise, and for which day.")
class ApproveMoveInput:
    id: strawberry.ID = strawberry.field(description="The move.")
    date: dt.date = strawberry.field(description="Its day, within the window that was asked for.")


@strawberry.input(description="Which request to turn down, and why.")
class RejectMoveInput:
    id: strawberry.ID = strawberry.field(description="The move.")
    reason: RejectionReason = strawberry.field(description="Why.")
    comment: str | None = strawberry.field(default=strawberry.UNSET, description="More about it.")


@strawberry.input(description="Where to send a move instead.")
class RedirectMoveInput:
    id: strawberry.ID = strawberry.field(description="The move.")
    to_location_id: strawberry.ID = strawberry.field(description="Where it ends now.")
    reason: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="`no_space`, `serious_incident`, `covid`, `receiving_prison_request`, `force_majeure` or `other`.",
    )
    notes: str | None = strawberry.field(default=strawberry.UNSET, description="More about it.")


def _move_id(global_id: strawberry.ID) -> MoveId | None:
    key = uuid_of(global_id, NodeType.MOVE)
    return None if key is None else MoveId(key)


def _text(given: str | None, field: str) -> str | None:
    return None if given is strawberry.UNSET else text_of(given, "input", field)


def _version(given: int | None) -> int | None:
    return None if given is strawberry.UNSET else given


def update_move(given: UpdateMoveInput) -> UpdateMove:
    """Read the input; what was left out is not among what is given.

    Raises:
        InvalidInput: an id is not that of a place, or a text cannot be kept.

    """
    read: dict[str, object] = {
        "date": given.date,
        "date_from": given.date_from,
        "date_to": given.date_to,
        "time_due": given.time_due,
        "vehicle_kind": given.vehicle_kind,
    }
    if given.to_location_id is not strawberry.UNSET:
        read["to_agency"] = place_of(given.to_location_id, "input", "toLocationId")
    texts = {
        "special_vehicle_reason": (given.special_vehicle_reason, "specialVehicleReason"),
        "additional_information": (given.additional_information, "additionalInformation"),
        "prison_transfer_reason": (given.prison_transfer_reason, "prisonTransferReason"),
    }
    for name, (text, field) in texts.items():
        read[name] = strawberry.UNSET if text is strawberry.UNSET else text_of(text, "input", field)
    changes = {name: value for name, value in read.items() if value is not strawberry.UNSET}
    return UpdateMove(_move_id(given.id), _version(given.version), changes)


async def _update_move(
    info: Info,
    input: Annotated[UpdateMoveInput, strawberry.argument(description="What to change.")],  # noqa: A002
) -> Outcome[values.Move]:
    return await info.context.services.amendments.update(update_move(input))


async def _cancel_move(
    info: Info,
    input: Annotated[CancelMoveInput, strawberry.argument(description="Which, and why.")],  # noqa: A002
) -> Outcome[values.Move]:
    return await info.context.services.amendments.cancel(
        _move_id(input.id), _version(input.version), input.reason, _text(input.comment, "comment")
    )


async def _redirect_move(
    info: Info,
    input: Annotated[RedirectMoveInput, strawberry.argument(description="Which, and where to.")],  # noqa: A002
) -> Outcome[values.Move]:
    (to_agency,) = agency_ids([input.to_location_id], ("input", "toLocationId"))
    return await info.context.services.amendments.redirect(
        _move_id(input.id), to_agency, _text(input.reason, "reason"), _text(input.notes, "notes")
    )


async def _approve_move(
    info: Info,
    input: Annotated[ApproveMoveInput, strawberry.argument(description="Which, and when.")],  # noqa: A002
) -> Outcome[values.Move]:
    return await info.context.services.reviews.approve(_move_id(input.id), input.date)


async def _reject_move(
    info: Info,
    input: Annotated[RejectMoveInput, strawberry.argument(description="Which, and why.")],  # noqa: A002
) -> Outcome[values.Move]:
    return await info.context.services.reviews.reject(_move_id(input.id), input.reason, _text(input.comment, "comment"))


@strawberry.type
class AmendmentMutations:
    """Root fields that change moves which were asked for."""

    update_move: object = strawberry.mutation(
        resolver=_update_move,
        graphql_type=MovePayload,
        description="Change details of a move before it leaves: for the establishment that sends it, and for the "
        "Population Management Unit where it is a transfer.",
    )
    cancel_move: object = strawberry.mutation(
        resolver=_cancel_move,
        graphql_type=MovePayload,
        description="Cancel a move before it leaves. Nothing about its person or its places stands in the way.",
    )
    approve_move: object = strawberry.mutation(
        resolver=_approve_move,
        graphql_type=MovePayload,
        description="Authorise a proposed move: its destination and its supplier see it from then on.",
    )
    reject_move: object = strawberry.mutation(
        resolver=_reject_move,
        graphql_type=MovePayload,
        description="Turn a request down. It never appears at its destination.",
    )
    redirect_move: object = strawberry.mutation(
        resolver=_redirect_move,
        graphql_type=MovePayload,
        description="Send an authorised move elsewhere, also one that is on the road.",
    )
