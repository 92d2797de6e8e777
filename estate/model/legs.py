"""Journeys, vehicles, positions and nights on the way."""

import datetime as dt
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from estate.model.codes import JourneyState, LodgingStatus


@dataclass(frozen=True, slots=True)
class Vehicle:
    id: str
    registration: str


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees, WGS 84; `eta` is when the vehicle is expected at the move's destination."""

    latitude: float
    longitude: float
    eta: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Journey:
    """One leg; `number` counts from 1 in the order in which the legs are driven."""

    id: UUID
    number: int
    state: JourneyState
    date: dt.date | None
    supplier: str
    from_agency: str
    to_agency: str
    billable: bool
    vehicle: Vehicle | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Lodging:
    """A night or more on the way: `end_date` is later than `start_date`."""

    id: UUID
    agency_id: str
    start_date: date
    end_date: date
    status: LodgingStatus
