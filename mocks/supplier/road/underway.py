"""A trip that is being driven: how far it has come, and what the supplier's own system says of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mocks.supplier.records import LegRecord, LegState, PositionRecord, VehicleRecord
from mocks.supplier.road.gateway import MoveSeen, journey_uuid
from mocks.supplier.road.plan import Place, Step, Trip


@dataclass(slots=True)
class Underway:
    """A trip and how far it has come. `steps` are those that are still to come, the next one first."""

    move: MoveSeen
    trip: Trip
    steps: list[Step]
    journey_id: str | None
    leg_state: LegState
    start: Place
    end: Place
    left_at: datetime | None = None
    behind: float = 0.0
    next_drive: tuple[datetime, datetime, float, float] | None = None
    tries: int = 0
    number: int = 0

    def position(self, now: datetime, ours: Callable[[timedelta], timedelta]) -> PositionRecord | None:
        """Say where the vehicle is; None before it has left. `ours` turns the road's time into ours."""
        if self.left_at is None:
            return None
        part = self.behind
        left = timedelta(0)
        if self.next_drive is not None:
            begins, ends, behind, ahead = self.next_drive
            gone = min(max((now - begins) / (ends - begins), 0.0), 1.0) if ends > begins else 1.0
            part = behind + (ahead - behind) * gone
            left = ends - now
        left += sum((ours(one.after) for one in self.steps[1:] if one.drives is not None), timedelta(0))
        (north, east), (to_north, to_east) = self.start, self.end
        return PositionRecord(
            latitude=round(north + (to_north - north) * part, 5),
            longitude=round(east + (to_east - east) * part, 5),
            recorded_at=now,
            eta=None if part >= 1 else now + max(left, timedelta(0)),
        )

    def leg(self, now: datetime) -> LegRecord | None:
        """Return the journey as the supplier's own system tells it; None before there is one."""
        if self.journey_id is None or self.move.to_agency is None:
            return None
        return LegRecord(
            id=journey_uuid(self.journey_id),
            number=1,
            state=self.leg_state,
            from_agency=self.move.from_agency,
            to_agency=self.move.to_agency,
            billable=True,
            updated_at=now,
            date=self.move.date,
            vehicle=VehicleRecord(self.trip.vehicle_id, self.trip.registration),
        )


def reported(move_id: str, position: PositionRecord) -> dict[str, object]:
    """Write a position as it is reported by webhook."""
    return {
        "moveId": move_id,
        "latitude": position.latitude,
        "longitude": position.longitude,
        "recordedAt": position.recorded_at.isoformat(),
        **({} if position.eta is None else {"eta": position.eta.isoformat()}),
    }
