"""What is sent to book a move, and what comes back from any change of one."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.domain import moves as values
from gateway.domain.ids import PrisonNumber as PrisonNumberValue
from gateway.domain.moves import MoveType, VehicleKind
from gateway.domain.problems import Problem as ProblemValue
from gateway.resolvers.changes import changed
from gateway.resolvers.global_ids import agency_ids, place_of
from gateway.resolvers.texts import key_of, text_of
from gateway.schema.moves import Move
from gateway.schema.problems import Problem
from gateway.schema.scalars import PrisonNumber
from gateway.services.bookings import BookMove
from gateway.services.changes import Outcome


@strawberry.type(description="The outcome of a change to a move.")
class MovePayload:
    move: values.Move | None = strawberry.field(
        resolver=changed,
        graphql_type=Move | None,
        description="The move as it is now; null where nothing was changed.",
    )
    problems: Sequence[ProblemValue] = strawberry.field(
        graphql_type=list[Problem], description="The rules that were not met; empty where the change was made."
    )


@strawberry.input(
    description="A single request. Prison transfers are proposed, for the Population Management Unit to decide; so is "
    "a move whose person could not be checked yet. Everything else is requested at once."
)
class BookMoveInput:
    type: MoveType = strawberry.field(description="What the move is for.")
    prison_number: PrisonNumber | None = strawberry.field(
        default=None,
        description="Whom it is for. May be left out at police stations and courts, for someone without a number.",
    )
    from_location_id: strawberry.ID = strawberry.field(description="Where it starts: one of your own places.")
    to_location_id: strawberry.ID | None = strawberry.field(
        default=None, description="Where it ends. Recalls and video remands may leave it open."
    )
    date: dt.date | None = strawberry.field(default=None, description="The day of the move.")
    date_from: dt.date | None = strawberry.field(
        default=None, description="The first day that would suit, for a transfer that is to be decided."
    )
    date_to: dt.date | None = strawberry.field(default=None, description="The last day that would suit.")
    time_due: dt.datetime | None = strawberry.field(default=None, description="When the person is due there.")
    prison_transfer_reason: str | None = strawberry.field(
        default=None, description="Why the person changes establishment: `parole`, `medical`, `security`..."
    )
    vehicle_kind: VehicleKind | None = strawberry.field(
        default=VehicleKind.CELLULAR, description="The vehicle. Special ones are few."
    )
    special_vehicle_reason: str | None = strawberry.field(
        default=None, description="Why it has to be a special one; the supplier sees this."
    )
    additional_information: str | None = strawberry.field(default=None, description="What else the escort should know.")
    recall_date: dt.date | None = strawberry.field(default=None, description="When the person was recalled.")
    arranged_directly_at: dt.datetime | None = strawberry.field(
        default=None, description="Entered after an outage: when the supplier was told directly."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Send the same key with a retry: it gives the first result instead of a second move."
    )


def book_move(given: BookMoveInput) -> BookMove:
    """Read the input.

    Raises:
        InvalidInput: an id is not that of a place, or a text cannot be kept.

    """
    number: PrisonNumberValue | None = given.prison_number  # type: ignore[assignment]  # the scalar gives our own
    return BookMove(
        type=given.type,
        prison_number=number,
        from_agency=agency_ids([given.from_location_id], ("input", "fromLocationId"))[0],
        to_agency=place_of(given.to_location_id, "input", "toLocationId"),
        date=given.date,
        date_from=given.date_from,
        date_to=given.date_to,
        time_due=given.time_due,
        prison_transfer_reason=text_of(given.prison_transfer_reason, "input", "prisonTransferReason"),
        vehicle_kind=given.vehicle_kind or VehicleKind.CELLULAR,
        special_vehicle_reason=text_of(given.special_vehicle_reason, "input", "specialVehicleReason"),
        additional_information=text_of(given.additional_information, "input", "additionalInformation"),
        recall_date=given.recall_date,
        arranged_directly_at=given.arranged_directly_at,
        idempotency_key=key_of(given.idempotency_key, "input", "idempotencyKey"),
    )


async def _book_move(
    info: Info,
    input: Annotated[BookMoveInput, strawberry.argument(description="The request.")],  # noqa: A002
) -> Outcome[values.Move]:
    return await info.context.services.bookings.book(book_move(input))


@strawberry.type
class BookingMutations:
    """Root fields that book moves."""

    book_move: object = strawberry.mutation(
        resolver=_book_move,
        graphql_type=MovePayload,
        description="Ask for a move of one person. FORBIDDEN where your roles book no such moves from there.",
    )
