"""What suppliers and custody staff report: events and journeys."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.domain import events as event_values
from gateway.domain import journeys as journey_values
from gateway.domain.errors import GatewayError
from gateway.domain.ids import MoveId
from gateway.domain.problems import Problem as ProblemValue
from gateway.resolvers import recording as resolve
from gateway.resolvers.global_ids import NodeType, agency_ids, uuid_of
from gateway.resolvers.texts import key_of, text_of
from gateway.schema.events import Event
from gateway.schema.journeys import Journey
from gateway.schema.problems import Problem
from gateway.services.changes import Outcome
from gateway.services.event_recording import Recorded, RecordEvent
from gateway.services.journey_creation import CreateJourney


@strawberry.input(description="A named detail of an event. One that may be given several times is, under its name.")
class EventDetailInput:
    name: str = strawberry.field(description="What it is: `location`, `vehicle_reg`, `reported_at`.")
    value: str | None = strawberry.field(
        default=None, description="Its value as text; a place by NOMIS's code, an instant with its offset."
    )


@strawberry.input(description="Something that happened.")
class EventInput:
    type: str = strawberry.field(description="One of the catalogue's names: MoveStart, PerSelfHarm.")
    subject_id: strawberry.ID = strawberry.field(
        description="What it is about: a move, a journey, a dPER or a lodging, as its type has it."
    )
    occurred_at: dt.datetime = strawberry.field(
        description="When it happened. States follow from this, however late it is told."
    )
    notes: str | None = strawberry.field(default=None, description="What else there is to say.")
    details: list[EventDetailInput] | None = strawberry.field(
        default=None, description="What belongs to an event of its type; anything else is refused."
    )
    idempotency_key: str = strawberry.field(
        description="Send the same key with a retry: it gives the first result instead of a second event."
    )


@strawberry.input(description="Events, in the order in which they are to be recorded.")
class RecordEventsInput:
    events: list[EventInput] = strawberry.field(description="A hundred at most.")


@strawberry.type(description="What came of one event.")
class RecordedEvent:
    idempotency_key: str = strawberry.field(description="The key that it was sent with.")
    event: event_values.Event | GatewayError | None = strawberry.field(
        graphql_type=Event | None,
        description="The event as it was recorded. Null with problems where a rule was not met, or with an error "
        "where your roles record no such event (FORBIDDEN) or another system could not be asked.",
    )
    problems: Sequence[ProblemValue] = strawberry.field(
        graphql_type=list[Problem], description="The rules that were not met; empty where it was recorded."
    )


@strawberry.type(description="What came of the events, one by one.")
class RecordEventsPayload:
    results: Sequence[Recorded] = strawberry.field(
        resolver=lambda root: root, graphql_type=list[RecordedEvent], description="In the order of the input."
    )


@strawberry.input(description="One leg of a move, as its supplier drives it.")
class CreateJourneyInput:
    move_id: strawberry.ID = strawberry.field(description="A move that you carry.")
    from_location_id: strawberry.ID = strawberry.field(description="Where it starts.")
    to_location_id: strawberry.ID = strawberry.field(description="Where it ends.")
    date: dt.date | None = strawberry.field(default=None, description="The day; the move's own where it is left out.")
    billable: bool = strawberry.field(description="Whether you charge for it.")
    vehicle_registration: str | None = strawberry.field(default=None, description="The vehicle's plate.")
    vehicle_id: str | None = strawberry.field(default=None, description="Your own name for the vehicle.")
    idempotency_key: str = strawberry.field(
        description="Send the same key with a retry: it gives the first result instead of a second journey."
    )


@strawberry.type(description="The outcome of reporting a journey.")
class JourneyPayload:
    journey: journey_values.Journey | None = strawberry.field(
        resolver=lambda root: root.value,
        graphql_type=Journey | None,
        description="The journey as it was reported; null where it was not.",
    )
    problems: Sequence[ProblemValue] = strawberry.field(
        graphql_type=list[Problem], description="The rules that were not met; empty where it was reported."
    )


def _event(given: EventInput, number: int) -> RecordEvent:
    path = ("input", "events", str(number))
    details = tuple(
        event_values.EventDetail(one.name, text_of(one.value, *path, "details", one.name))
        for one in given.details or ()
    )
    return RecordEvent(
        type=given.type,
        subject=resolve.subject_of(given.subject_id),
        occurred_at=given.occurred_at,
        notes=text_of(given.notes, *path, "notes"),
        details=details,
        idempotency_key=key_of(given.idempotency_key, *path, "idempotencyKey") or "",
        previous_move=resolve.previous_move(details),
    )


async def _record_events(
    info: Info,
    input: Annotated[RecordEventsInput, strawberry.argument(description="The events.")],  # noqa: A002
) -> Sequence[Recorded]:
    asked = [_event(one, number) for number, one in enumerate(input.events)]
    return await info.context.services.event_recording.record(asked)


async def _create_journey(
    info: Info,
    input: Annotated[CreateJourneyInput, strawberry.argument(description="The journey.")],  # noqa: A002
) -> Outcome[journey_values.Journey]:
    found = uuid_of(input.move_id, NodeType.MOVE)
    asked = CreateJourney(
        move_id=None if found is None else MoveId(found),
        from_agency=agency_ids([input.from_location_id], ("input", "fromLocationId"))[0],
        to_agency=agency_ids([input.to_location_id], ("input", "toLocationId"))[0],
        date=input.date,
        billable=input.billable,
        vehicle_registration=text_of(input.vehicle_registration, "input", "vehicleRegistration", longest=40),
        vehicle_id=text_of(input.vehicle_id, "input", "vehicleId", longest=100),
        idempotency_key=key_of(input.idempotency_key, "input", "idempotencyKey") or "",
    )
    return await info.context.services.journey_creation.create(asked)


@strawberry.type
class RecordingMutations:
    """Root fields by which suppliers and custody staff report."""

    record_events: object = strawberry.mutation(
        resolver=_record_events,
        graphql_type=RecordEventsPayload,
        description="Record what happened, late and in any order: states follow from when it did. One event that is "
        "refused leaves the others. FORBIDDEN where your roles record none.",
    )
    create_journey: object = strawberry.mutation(
        resolver=_create_journey,
        graphql_type=JourneyPayload,
        description="Report a journey of a move that you carry. FORBIDDEN for anyone but its supplier.",
    )
