"""What a supplier's system reports by webhook: read into what the services take, and their results written out."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from gateway.domain.errors import GatewayError, InvalidInput
from gateway.domain.events import EventDetail
from gateway.domain.ids import MoveId
from gateway.domain.journeys import Position
from gateway.domain.problems import Problem
from gateway.resolvers.global_ids import NodeType, encode, uuid_of
from gateway.resolvers.recording import previous_move, subject_of
from gateway.resolvers.texts import key_of, text_of
from gateway.services import event_recording, position_reports
from gateway.services.event_recording import Recorded, RecordEvent
from gateway.services.position_reports import ReportedPosition, ReportPosition


def _utc(given: dt.datetime) -> dt.datetime:
    try:
        return given.astimezone(dt.UTC)
    except OverflowError:
        message = "this is beyond the calendar"
        raise ValueError(message) from None


_Instant = Annotated[AwareDatetime, AfterValidator(_utc)]


class _Body(BaseModel):
    """Takes exactly what it names, so that a slip does not vanish."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, allow_inf_nan=False)


class _DetailBody(_Body):
    name: str
    value: str | None = None


class _EventBody(_Body):
    type: str
    subject_id: str
    occurred_at: _Instant
    notes: str | None = None
    details: list[_DetailBody] = []
    idempotency_key: str | None = None


class _PositionBody(_Body):
    move_id: str
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    eta: _Instant | None = None
    recorded_at: _Instant


class _DataBody(_Body):
    events: Annotated[list[_EventBody], Field(max_length=event_recording.MOST_AT_ONCE)] = []
    positions: Annotated[list[_PositionBody], Field(max_length=position_reports.MOST_AT_ONCE)] = []


class Report(_Body):
    """The body of a message, in the form of the Standard Webhooks specification."""

    type: Literal["supplier.report"]
    timestamp: _Instant | None = None
    data: _DataBody

    def events(self, message_id: str) -> list[RecordEvent]:
        """Return the events. One without a key has the message's id and its place: a repeat is the same.

        Raises:
            InvalidInput: a text is too long, or cannot be kept.

        """
        return [_event(one, message_id, number) for number, one in enumerate(self.data.events)]

    def positions(self) -> list[ReportPosition]:
        return [_position(one) for one in self.data.positions]


def read_report(body: bytes) -> Report:
    """Read the body of a message.

    Raises:
        InvalidInput: it is no JSON, or not of this form; the first thing that is wrong is told.

    """
    try:
        return Report.model_validate_json(body)
    except ValidationError as refused:
        first = refused.errors(include_url=False, include_input=False, include_context=False)[0]
        path = tuple(str(part) for part in first["loc"])
        raise InvalidInput(f"{'.'.join(path) or 'The body'}: {first['msg']}", field=path) from None


def results_of(events: Sequence[Recorded], positions: Sequence[ReportedPosition]) -> dict[str, object]:
    """Write what came of each event and position, in the order in which they were sent."""
    return {"events": [_recorded(one) for one in events], "positions": [_reported(one) for one in positions]}


def _event(given: _EventBody, message_id: str, number: int) -> RecordEvent:
    path = ("data", "events", str(number))
    details = tuple(EventDetail(one.name, text_of(one.value, *path, "details", one.name)) for one in given.details)
    return RecordEvent(
        type=given.type,
        subject=subject_of(given.subject_id),
        occurred_at=given.occurred_at,
        notes=text_of(given.notes, *path, "notes"),
        details=details,
        idempotency_key=key_of(given.idempotency_key, *path, "idempotencyKey") or f"{message_id} {number}",
        previous_move=previous_move(details),
    )


def _position(given: _PositionBody) -> ReportPosition:
    found = uuid_of(given.move_id, NodeType.MOVE)
    return ReportPosition(
        None if found is None else MoveId(found),
        Position(
            latitude=given.latitude,
            longitude=given.longitude,
            eta=given.eta,
            recorded_at=given.recorded_at,
        ),
    )


def _recorded(one: Recorded) -> dict[str, object]:
    told: dict[str, object] = {"idempotencyKey": one.idempotency_key}
    if isinstance(one.event, GatewayError):
        told["error"] = {"message": one.event.message, **one.event.extensions()}
    elif one.event is not None:
        told["eventId"] = encode(NodeType.EVENT, one.event.id)
    told["problems"] = [_problem(each) for each in one.problems]
    return told


def _reported(one: ReportedPosition) -> dict[str, object]:
    return {"kept": one.kept, "problems": [] if one.problem is None else [_problem(one.problem)]}


def _problem(one: Problem) -> dict[str, object]:
    # The rules know their fields by the paths of the graph, where everything stands below `input`.
    return {"code": one.code.name, "message": one.message, "field": ["data", *(one.field or ())[1:]]}
