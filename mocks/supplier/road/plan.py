"""What happens on the way, in the order of life: drawn from dice, so that a seed and a reference give the same trip."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Final

LOCKOUTS: Final = 0.04
INCIDENTS: Final = 0.04
BREAKDOWNS: Final = 0.02

_KM_PER_MINUTE: Final = 1.0
_WAGONS: Final = ("6_cell", "12_cell", "3_cell", "mpv")
_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXY"

Place = tuple[float, float]


class About(StrEnum):
    MOVE = "move"
    JOURNEY = "journey"


@dataclass(frozen=True, slots=True)
class Happening:
    """An event to report. A detail of `{in N}` is the instant N minutes of the road later, `{now}` the present one."""

    type: str
    about: About
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What happens so long after the step before, in the time of the road.

    `drives` is the part of the way that lies behind once it has passed, from 0 to 1; None while the vehicle stands.
    """

    after: timedelta
    happenings: tuple[Happening, ...]
    drives: float | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """`way_there` leads to the door, `way` sets off with the person and ends with a handover."""

    vehicle_id: str
    registration: str
    way_there: tuple[Step, ...]
    way: tuple[Step, ...]


def a_trip(dice: Random, start: str, end: str, start_at: Place, end_at: Place) -> Trip:
    """Draw a trip from one place (NOMIS's code, and where it lies) to another."""
    letters = "".join(dice.choice(_LETTERS) for _ in range(5))
    registration = f"{letters[:2]}{dice.randrange(20, 27)} {letters[2:]}"
    vehicle = f"V-{dice.randrange(100, 1000)}"
    minutes = round(min(max(_distance_km(start_at, end_at) / _KM_PER_MINUTE, 20), 240) * dice.uniform(0.9, 1.3))
    return Trip(
        vehicle,
        registration,
        tuple(_way_there(dice, start, registration)),
        tuple(_way(dice, start, end, registration, minutes)),
    )


def _way_there(dice: Random, start: str, registration: str) -> Iterator[Step]:
    wait = dice.randrange(10, 40)
    wagon = ("vehicle_type", dice.choice(_WAGONS))
    plate = ("vehicle_reg", registration)
    expected = f"{{in {wait}}}"
    yield _step(1, _move("MoveNotifyPremisesOfExpectedCollectionTime", ("expected_at", expected)))
    yield _step(wait / 2, _move("MoveNotifyPremisesOfPickupEta", ("expected_at", f"{{in {wait // 2}}}")))
    yield _step(wait / 2, _journey("JourneyArriveAtOuterGate", ("location", start), plate))
    yield _step(3, _journey("JourneyAdmitThroughOuterGate", ("location", start), plate))
    yield _step(
        dice.randrange(5, 20),
        _journey("JourneyHandoverToSupplier", ("supplier_personnel_number", _officer(dice))),
        _journey("JourneyPersonBoardsVehicle", wagon, plate),
        _journey("JourneyReadyToExit", ("location", start), plate),
    )


def _way(dice: Random, start: str, end: str, registration: str, minutes: int) -> Iterator[Step]:
    plate = ("vehicle_reg", registration)
    yield _step(2, _move("MoveStart"))
    yield _step(
        1,
        _journey("JourneyStart", plate),
        _journey("JourneyExitThroughOuterGate", ("location", start), plate),
        drives=0.0,
    )
    yield _drive(minutes * 0.2, 0.2, _move("MoveNotifyPremisesOfDropOffEta", ("expected_at", _later(minutes * 0.8))))
    yield _drive(minutes * 0.3, 0.5, *_mishaps(dice, start, registration))
    yield _drive(minutes * 0.2, 0.7, _move("MoveNotifyPremisesOfDropOffEta", ("expected_at", _later(minutes * 0.3))))
    yield _drive(minutes * 0.3, 1.0, _journey("JourneyArriveAtOuterGate", ("location", end), plate))
    if dice.random() < LOCKOUTS:
        yield _step(
            5,
            _move("MoveLockout", ("from_location", end), ("reason", "no_space")),
            _journey("JourneyLockout", ("from_location", end)),
        )
        yield _step(dice.randrange(30, 90), _journey("JourneyArriveAtOuterGate", ("location", end), plate))
    number = ("supplier_personnel_number", _officer(dice))
    yield _step(4, _journey("JourneyAdmitThroughOuterGate", ("location", end), plate))
    yield _step(
        dice.randrange(3, 12),
        _journey("JourneyPersonLeaveVehicle", plate),
        _journey("JourneyHandoverToDestination", number),
        _journey("JourneyComplete", plate),
    )
    yield _step(
        2,
        _move("PersonMoveBookedIntoReceivingEstablishment", ("location", end), number),
        _move("MoveComplete"),
    )


def _mishaps(dice: Random, start: str, registration: str) -> Iterator[Happening]:
    """Have something go wrong now and then; most trips are dull."""
    where = (("location", start), ("supplier_personnel_numbers", _officer(dice)), ("reported_at", "{now}"))
    plate = ("vehicle_reg", registration)
    luck = dice.random()
    if luck < INCIDENTS:
        name = dice.choice(("PersonMoveMinorIncidentOther", "PersonMoveUsedForce", "PersonMoveAssault"))
        yield _move(name, *where, plate, ("fault_classification", "was_not_supplier"))
    elif luck < INCIDENTS + BREAKDOWNS:
        yield _move("PersonMoveVehicleBrokeDown", *where, plate, ("location_description", "On the hard shoulder"))


def _step(minutes: float, *happenings: Happening, drives: float | None = None) -> Step:
    return Step(timedelta(minutes=minutes), happenings, drives)


def _drive(minutes: float, drives: float, *happenings: Happening) -> Step:
    return _step(minutes, *happenings, drives=drives)


def _move(name: str, *details: tuple[str, str]) -> Happening:
    return Happening(name, About.MOVE, details)


def _journey(name: str, *details: tuple[str, str]) -> Happening:
    return Happening(name, About.JOURNEY, details)


def _officer(dice: Random) -> str:
    return f"P{dice.randrange(1000, 10_000)}"


def _later(minutes: float) -> str:
    return f"{{in {round(minutes)}}}"


def _distance_km(one: Place, other: Place) -> float:
    """Measure as the crow flies; near enough for an invented road."""
    north = (other[0] - one[0]) * 111.2
    east = (other[1] - one[1]) * 111.2 * math.cos(math.radians((one[0] + other[0]) / 2))
    return math.hypot(north, east)
