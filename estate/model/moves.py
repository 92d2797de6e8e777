"""Moves and allocations."""

import datetime as dt
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from estate.model.codes import (
    AllocationStatus,
    CancellationReason,
    MoveStatus,
    MoveType,
    PrisonTransferReason,
    RejectionReason,
    VehicleKind,
)
from estate.model.legs import Journey, Lodging, Position
from estate.model.records import EscortRecord, Event, YouthRiskAssessment


@dataclass(frozen=True, slots=True)
class Cancellation:
    """`rejection_reason` is set exactly when `reason` is REJECTED."""

    reason: CancellationReason
    comment: str | None
    rejection_reason: RejectionReason | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """`day` is `date`, or `date_from` while it has no date; it never changes place: `moves_on(day)` yields it.

    `prison_number` is None for a place in an allocation that nobody fills yet. `authorised_at` is when it stopped
    being a mere proposal; None for one that never did, rejected ones among them. `position` is only of moves that are
    on the road, and not of all of those. `events` are in the order in which they occurred. `receiving_supplier` is the
    other supplier of a move between two suppliers' places.
    """

    id: UUID
    reference: str
    move_type: MoveType
    status: MoveStatus
    date: dt.date | None
    date_from: dt.date | None
    date_to: dt.date | None
    day: dt.date
    time_due: datetime | None
    prison_number: str | None
    from_agency: str
    to_agency: str | None
    supplier: str
    receiving_supplier: str | None
    vehicle_kind: VehicleKind
    special_vehicle_reason: str | None
    prison_transfer_reason: PrisonTransferReason | None
    additional_information: str | None
    recall_date: dt.date | None
    cancellation: Cancellation | None
    allocation_id: UUID | None
    recorded_retrospectively: bool
    authorised_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
    journeys: tuple[Journey, ...]
    lodgings: tuple[Lodging, ...]
    escort_record: EscortRecord | None
    youth_risk_assessment: YouthRiskAssessment | None
    events: tuple[Event, ...]
    position: Position | None


@dataclass(frozen=True, slots=True)
class ComplexCase:
    key: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Allocation:
    """Its moves carry its id in `allocation_id` and are among those of its day.

    `moves_count` is how many of them are not cancelled, `filled_count` how many of those have a person; both are 0
    once it is cancelled.
    """

    id: UUID
    status: AllocationStatus
    date: date
    from_agency: str
    to_agency: str
    supplier: str
    moves_count: int
    filled_count: int
    prisoner_category: str | None
    sentence_length: str | None
    estate: str | None
    complex_cases: tuple[ComplexCase, ...]
    other_criteria: str | None
    requested_by: str | None
    cancellation: Cancellation | None
    created_at: datetime
    updated_at: datetime
    version: int
