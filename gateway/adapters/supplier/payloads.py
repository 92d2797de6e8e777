"""Journeys and positions on the wire, as suppliers give them."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from gateway.adapters.wire import WireRow, text
from gateway.domain.ids import AgencyId, JourneyId, MoveReference
from gateway.domain.journeys import JourneyState, Leg, Position, Vehicle

_AgencyCode = Annotated[str, Meta(pattern=r"\A\S(.{0,10}\S)?\Z")]
"""Up to 12 characters, without blanks around them."""

_Instant = Annotated[dt.datetime, Meta(tz=True)]


class VehiclePayload(WireRow, frozen=True, gc=False):
    id: str | None = None
    registration: str | None = None


class JourneyPayload(WireRow, frozen=True, gc=False):
    id: UUID
    number: Annotated[int, Meta(ge=1)]
    state: JourneyState
    from_agency: _AgencyCode
    to_agency: _AgencyCode
    billable: bool
    date: dt.date | None = None
    vehicle: VehiclePayload | None = None

    def to_domain(self) -> Leg:
        vehicle = self.vehicle
        return Leg(
            JourneyId(self.id),
            self.number,
            self.state,
            self.date,
            AgencyId(self.from_agency),
            AgencyId(self.to_agency),
            self.billable,
            None if vehicle is None else Vehicle(text(vehicle.id), text(vehicle.registration)),
        )


class JourneysPayload(WireRow, frozen=True, gc=False):
    move_reference: str
    journeys: tuple[JourneyPayload, ...]

    @property
    def reference(self) -> MoveReference:
        return MoveReference(self.move_reference.strip())

    def to_domain(self) -> tuple[Leg, ...]:
        return tuple(journey.to_domain() for journey in self.journeys)


class PositionPayload(WireRow, frozen=True, gc=False):
    move_reference: str
    recorded_at: _Instant
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    eta: _Instant | None = None

    @property
    def reference(self) -> MoveReference:
        return MoveReference(self.move_reference.strip())

    def to_domain(self) -> Position:
        """Turn times, which come with the offset of wherever they were written down, to UTC."""
        return Position(
            latitude=self.latitude,
            longitude=self.longitude,
            eta=None if self.eta is None else self.eta.astimezone(dt.UTC),
            recorded_at=self.recorded_at.astimezone(dt.UTC),
        )
