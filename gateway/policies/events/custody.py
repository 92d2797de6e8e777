"""What happens to a person on the way: incidents, breakdowns, arrivals. The move names the person."""

from typing import Final

from gateway.domain.events import EventClassification
from gateway.policies.events.rules import (
    CUSTODY,
    NUMBERS,
    ONE_SORT_OF_NUMBERS,
    SUPPLIER,
    SUPPLIER_NUMBER_REQUIRED,
    SUPPLIER_NUMBERS_REQUIRED,
    VEHICLE_REG,
    VEHICLE_REG_REQUIRED,
    Choice,
    Detail,
    EventRule,
    Kind,
    Needed,
    Subject,
    one_of,
    place,
    required,
)

FAULT: Final = one_of("fault_classification", ("was_not_supplier", "supplier", "investigation"), Needed.OF_SUPPLIERS)

_REPORTED: Final = required("reported_at", Kind.INSTANT)
_M: Final = Subject.MOVE


def _incident(name: str, vehicle: Detail = VEHICLE_REG) -> EventRule:
    return EventRule(
        name,
        _M,
        CUSTODY,
        (place(), *NUMBERS, _REPORTED, vehicle, FAULT),
        ONE_SORT_OF_NUMBERS,
        EventClassification.INCIDENT,
    )


def _breakdown(name: str) -> EventRule:
    return EventRule(
        name,
        _M,
        SUPPLIER,
        (
            place(),
            SUPPLIER_NUMBERS_REQUIRED,
            VEHICLE_REG_REQUIRED,
            _REPORTED,
            Detail("postcode", Kind.POSTCODE),
            Detail("location_description"),
        ),
        (Choice(("postcode", "location_description")),),
    )


CUSTODY_EVENTS: Final = (
    *(
        _incident(f"PersonMove{name}")
        for name in (
            "Assault",
            "DeathInCustody",
            "MajorIncidentOther",
            "MinorIncidentOther",
            "PersonEscaped",
            "PersonEscapedKpi",
            "ReleasedError",
            "SeriousInjury",
            "UsedForce",
        )
    ),
    _incident("PersonMoveRoadTrafficAccident", VEHICLE_REG_REQUIRED),
    _breakdown("PersonMoveVehicleBrokeDown"),
    _breakdown("PersonMoveVehicleSystemsFailed"),
    EventRule("PersonMoveBookedIntoReceivingEstablishment", _M, SUPPLIER, (place(), SUPPLIER_NUMBER_REQUIRED)),
)
