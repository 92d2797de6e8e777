"""Events: entries of the append-only log about a move, a journey, a dPER or a person in transit."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from gateway.domain.ids import EventId, JourneyId, LodgingId, MoveId, SupplierKey


class EventClassification(StrEnum):
    DEFAULT = "default"
    INCIDENT = "incident"
    MEDICAL = "medical"
    NOTIFICATION = "notification"
    SUICIDE_AND_SELF_HARM = "suicide_and_self_harm"


FOR_AUDIT: Final = frozenset({"responded_by"})
"""Details that are kept and never shown: who answered a dPER is recorded for audit, and no front end tells it."""


EVENTS_OF_THE_SENDER: Final = frozenset(
    {"PerStart", "PerResponsesRecorded", "PerNomisRecordsChanged", "YraStart", "YraResponsesRecorded"}
)
"""Events of records that are being filled in: for those who may read such a record from its start, and nobody else."""


@dataclass(frozen=True, slots=True)
class EventDetail:
    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """`occurred_at` is when a person believes it happened, `recorded_at` when it was written down.

    `position` is its place in the log, which is never shown: gaps would tell of events that are hidden. Who recorded
    it is kept in the store for audit and is no part of this; nor are the details in `FOR_AUDIT`.
    """

    id: EventId
    position: int
    move_id: MoveId
    journey_id: JourneyId | None
    type: str
    classification: EventClassification
    occurred_at: datetime
    recorded_at: datetime
    supplier: SupplierKey | None
    notes: str | None
    details: tuple[EventDetail, ...]
    lodging_id: LodgingId | None = None


def detail(event: Event, name: str) -> str | None:
    """Return the value of an event's detail; None where it has no such detail, or one without a value."""
    return next((one.value for one in event.details if one.name == name), None)
