"""What a supplier's system holds about moves, and where a stand-in gets it from."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

TOKEN_SECONDS = 1200


class LegState(StrEnum):
    PROPOSED = "proposed"
    REJECTED = "rejected"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class VehicleRecord:
    id: str
    registration: str


@dataclass(frozen=True, slots=True)
class LegRecord:
    """A journey of a move, from one agency to the next; `number` counts from 1 in the order of driving."""

    id: UUID
    number: int
    state: LegState
    from_agency: str
    to_agency: str
    billable: bool
    updated_at: dt.datetime
    date: dt.date | None = None
    vehicle: VehicleRecord | None = None


@dataclass(frozen=True, slots=True)
class PositionRecord:
    """Where a vehicle was at `recorded_at`, in degrees (WGS 84); `eta` is when it should reach the destination."""

    latitude: float
    longitude: float
    recorded_at: dt.datetime
    eta: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """An OAuth2 client that the supplier lets in."""

    client_id: str
    secret: str
    token_seconds: int = TOKEN_SECONDS


class Source(Protocol):
    """All that the system reads from the invented world; a few hand-made records will do."""

    def legs(self, reference: str) -> tuple[LegRecord, ...] | None:
        """Give the journeys of a move, which may be none yet; None: the supplier does not know the move."""
        ...

    def position(self, reference: str) -> PositionRecord | None:
        """Give the last position; only moves on the road have one."""
        ...

    def clients(self) -> Iterable[ClientRecord]: ...
