"""Webhooks: what a supplier's system is told of its moves as they change, and what came of telling it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gateway.domain.events import Event
from gateway.domain.ids import MoveId, MoveReference, SupplierKey
from gateway.domain.moves import Move


class MessageType(StrEnum):
    """What a message is about, in the dotted form of the Standard Webhooks specification."""

    MOVE_ADDED = "move.added"
    """The move is the supplier's from now on: booked, authorised, or handed over to it."""
    MOVE_REMOVED = "move.removed"
    """The move is no longer the supplier's, which can no longer read it."""
    MOVE_STATUS_CHANGED = "move.status_changed"
    MOVE_CANCELLED = "move.cancelled"
    MOVE_CHANGED = "move.changed"
    """Its day, destination, person, lodgings or needs."""
    ESCORT_RECORD_CHANGED = "person_escort_record.changed"
    """The dPER that goes with it was completed, amended, confirmed or handed over, or something was noted there."""
    EVENT_RECORDED = "move.event_recorded"
    """Anything else that was recorded of the move or of a journey or lodging of it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What one supplier is told about one event of a move that it carries. A removal is told without the event."""

    supplier: SupplierKey
    type: MessageType
    move: Move
    event: Event | None


@dataclass(frozen=True, slots=True)
class Message:
    """A notice as it waits to be delivered. `body` never changes: a repeat is the same to the byte.

    `failed_since` is when it was first tried in vain; `leased_until` how long it is in one node's hands.
    """

    id: UUID
    supplier: SupplierKey
    move_id: MoveId
    body: str
    attempts: int
    failed_since: datetime | None
    leased_until: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a supplier's system made of a message. `status` is HTTP's; None where there was no answer in time.

    `retry_after_s` is how long it asks to be left alone, where it does.
    """

    status: int | None
    retry_after_s: int | None = None

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's successes


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of a supplier's messages waits: `oldest` is when the first of them was written."""

    supplier: SupplierKey
    messages: int
    moves: int
    oldest: datetime
    parked: int


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that is no longer tried by itself, and how many of the same move wait behind it."""

    id: UUID
    supplier: SupplierKey
    reference: MoveReference
    type: MessageType
    written_at: datetime
    parked_at: datetime
    attempts: int
    last_status: int | None
    behind: int
