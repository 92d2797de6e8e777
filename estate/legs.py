"""Legs: the journeys of a move as its suppliers drive them, where the vehicle is, and nights on the way."""

import random
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from estate.geography import coordinates, kind_of_prison, nearest, prisons_of_kind
from estate.keys import uid
from estate.model import (
    Journey,
    JourneyState,
    Lodging,
    LodgingStatus,
    MoveStatus,
    Position,
    Vehicle,
)
from estate.times import Course, Day

_VEHICLES: Final = 60
_PLATE_LETTERS: Final = "ABDEFGHJKLMNOPRSTUVWXYZ"
_AREA_CODES: Final = {"geoamey": ("GX", "YK", "MA"), "serco": ("LR", "KP", "HW")}

_DRIVEN: Final = {
    MoveStatus.PROPOSED: None,
    MoveStatus.REQUESTED: JourneyState.PROPOSED,
    MoveStatus.BOOKED: JourneyState.PROPOSED,
    MoveStatus.IN_TRANSIT: JourneyState.IN_PROGRESS,
    MoveStatus.COMPLETED: JourneyState.COMPLETED,
    MoveStatus.CANCELLED: JourneyState.CANCELLED,
}
_LODGED: Final = {
    MoveStatus.REQUESTED: LodgingStatus.PROPOSED,
    MoveStatus.BOOKED: LodgingStatus.PROPOSED,
    MoveStatus.IN_TRANSIT: LodgingStatus.STARTED,
    MoveStatus.COMPLETED: LodgingStatus.COMPLETED,
    MoveStatus.CANCELLED: LodgingStatus.CANCELLED,
}


def vehicle(supplier: str, number: int) -> Vehicle:
    """Return one of a supplier's sixty vehicles."""
    return _fleet(supplier)[number % _VEHICLES]


@cache
def _fleet(supplier: str) -> tuple[Vehicle, ...]:
    areas, count = _AREA_CODES[supplier], len(_PLATE_LETTERS)
    return tuple(
        Vehicle(
            f"{supplier[:3].upper()}-{number + 1:03d}",
            f"{areas[number % 3]}{20 + number % 6} "
            + "".join(_PLATE_LETTERS[(number * step + len(supplier)) % count] for step in (3, 7, 11)),
        )
        for number in range(_VEHICLES)
    )


@cache
def _stops(prison: str, from_agency: str, to_agency: str) -> tuple[str, ...]:
    ends = {from_agency, to_agency}
    return tuple(key for key in nearest(to_agency, prisons_of_kind(kind_of_prison(prison))) if key not in ends)


def stop_over(rng: random.Random, from_agency: str, to_agency: str) -> str | None:
    """Pick a place to stop on the way: another prison near the destination, for the same kind of people."""
    candidates = _stops(from_agency if from_agency.endswith("I") else to_agency, from_agency, to_agency)
    return candidates[int(rng.random() * len(candidates))] if candidates else None


def journeys(
    rng: random.Random,
    day: Day,
    reference: str,
    status: MoveStatus,
    ends: tuple[str, str | None],
    suppliers: tuple[str, str | None],
    course: Course,
    lodging: Lodging | None,
) -> tuple[Journey, ...]:
    """Make the legs of a move. Where nobody has yet planned a leg there is none.

    `suppliers` are who carries it and who receives it: at the stop on the way, if there is one, the first hands over.
    A cancelled move keeps a leg only when its supplier had one; it then either cancelled or rejected it.
    """
    from_agency, to_agency = ends
    state = _DRIVEN[status]
    if state is None or to_agency is None:
        return ()
    luck = rng.random()
    if status is MoveStatus.REQUESTED and luck < 0.7:
        return ()
    if status is MoveStatus.CANCELLED:
        if luck < 0.7:
            return ()
        state = JourneyState.REJECTED if luck < 0.85 else JourneyState.CANCELLED
    number_of_vehicle = int(rng.random() * _VEHICLES)
    via = lodging.agency_id if lodging else None
    if via is None and luck > 0.86 and status is not MoveStatus.CANCELLED:
        via = stop_over(rng, from_agency, to_agency)
    stops = (from_agency, to_agency) if via is None else (from_agency, via, to_agency)
    states = _states(status, state, len(stops) - 1, at_stop=lodging is not None)
    dates = (day.date, lodging.end_date) if lodging else (day.date, day.date)
    carrier, receiver = suppliers
    drivers = (carrier, receiver or carrier)
    legs = [
        (states[place], dates[place], stops[place], stops[place + 1], number_of_vehicle + place, drivers[place])
        for place in range(len(stops) - 1)
    ]
    if status is MoveStatus.BOOKED and luck < 0.06:
        legs.insert(0, (JourneyState.REJECTED, day.date, from_agency, to_agency, number_of_vehicle + 9, carrier))
    elif status is MoveStatus.COMPLETED and luck < 0.04:
        legs.insert(0, (JourneyState.CANCELLED, day.date, from_agency, to_agency, number_of_vehicle + 9, carrier))
    updated_at = course.updated_at
    return tuple(
        Journey(
            id=uid(day.seed, reference, "journey", number),
            number=number,
            state=leg_state,
            date=on,
            supplier=driver,
            from_agency=start,
            to_agency=end,
            billable=leg_state in {JourneyState.COMPLETED, JourneyState.IN_PROGRESS},
            vehicle=None if leg_state in {JourneyState.PROPOSED, JourneyState.REJECTED} else vehicle(driver, wheels),
            updated_at=updated_at,
        )
        for number, (leg_state, on, start, end, wheels, driver) in enumerate(legs, start=1)
    )


def _states(status: MoveStatus, state: JourneyState, count: int, *, at_stop: bool) -> tuple[JourneyState, ...]:
    """Of a move on the road with two legs the first is done; the second waits while the person lodges between."""
    if count == 1 or status is not MoveStatus.IN_TRANSIT:
        return (state,) * count
    return (JourneyState.COMPLETED, JourneyState.PROPOSED if at_stop else JourneyState.IN_PROGRESS)


def position(rng: random.Random, day: Day, legs: tuple[Journey, ...]) -> Position | None:
    """Say where the vehicle of the leg under way is; some vehicles do not tell, and some give no time of arrival."""
    under_way = next((leg for leg in legs if leg.state is JourneyState.IN_PROGRESS), None)
    luck = rng.random()
    if under_way is None or luck < 0.05:
        return None
    (from_north, from_east), (to_north, to_east) = (
        coordinates(under_way.from_agency),
        coordinates(under_way.to_agency),
    )
    part = 0.1 + luck * 0.8
    recorded_at = day.known_until - timedelta(minutes=1 + int(luck * 9))
    eta: datetime | None = recorded_at + timedelta(minutes=10 + int((1 - part) * 120)) if luck > 0.15 else None
    return Position(
        latitude=round(from_north + (to_north - from_north) * part, 5),
        longitude=round(from_east + (to_east - from_east) * part, 5),
        eta=eta,
        recorded_at=recorded_at,
    )


def lodging(rng: random.Random, day: Day, reference: str, status: MoveStatus, ends: tuple[str, str]) -> Lodging | None:
    """Put a move up for a night or two at a prison near its destination; None where its state leaves no room for it.

    One that is complete on the world's day has not been away overnight.
    """
    lodged = _LODGED.get(status)
    nights = 2 if rng.random() < 0.15 else 1
    end: date = day.date + timedelta(days=nights)
    if lodged is None or (lodged is LodgingStatus.COMPLETED and end > day.today):
        return None
    place = stop_over(rng, *ends)
    if place is None:
        return None
    return Lodging(uid(day.seed, reference, "lodging"), place, day.date, end, lodged)
