"""Journeys and positions on the wire, as suppliers give them."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from gateway.adapters.decoding import WirePayload
from gateway.domain.ids import AgencyId, JourneyId, MoveReference
from gateway.domain.journeys import JourneyState, Leg, Position, Vehicle

_AgencyCode = Annotated[str, Field(min_length=1, max_length=12)]


class VehiclePayload(WirePayload):
    id: str | None = None
    registration: str | None = None


class JourneyPayload(WirePayload):
    id: UUID
    number: Annotated[int, Field(ge=1)]
    state: JourneyState
    date: dt.date | None = None
    from_agency: _AgencyCode
    to_agency: _AgencyCode
    billable: bool
    vehicle: VehiclePayload | None = None

    def to_domain(self) -> Leg:
        return Leg(
            id=JourneyId(self.id),
            number=self.number,
            state=self.state,
            date=self.date,
            from_agency=AgencyId(self.from_agency),
            to_agency=AgencyId(self.to_agency),
            billable=self.billable,
            vehicle=None if self.vehicle is None else Vehicle(self.vehicle.id, self.vehicle.registration),
        )


class JourneysPayload(WirePayload):
    move_reference: str
    journeys: tuple[JourneyPayload, ...]

    @property
    def reference(self) -> MoveReference:
        return MoveReference(self.move_reference)

    def to_domain(self) -> tuple[Leg, ...]:
        return tuple(journey.to_domain() for journey in self.journeys)


class PositionPayload(WirePayload):
    move_reference: str
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    eta: AwareDatetime | None = None
    recorded_at: AwareDatetime

    @property
    def reference(self) -> MoveReference:
        return MoveReference(self.move_reference)

    def to_domain(self) -> Position:
        """Turn times, which come with the offset of wherever they were written down, to UTC."""
        return Position(
            latitude=self.latitude,
            longitude=self.longitude,
            eta=None if self.eta is None else self.eta.astimezone(dt.UTC),
            recorded_at=self.recorded_at.astimezone(dt.UTC),
        )
