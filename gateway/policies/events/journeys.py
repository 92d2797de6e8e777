"""Events of journeys."""

from typing import Final

from gateway.policies.events.rules import (
    CUSTODY,
    NOBODY,
    SUPPLIER,
    SUPPLIER_NUMBER,
    VEHICLE_REG,
    VEHICLE_REG_REQUIRED,
    VEHICLE_TYPE,
    Choice,
    Detail,
    EventRule,
    Kind,
    Subject,
    place,
    required,
)

_J: Final = Subject.JOURNEY
_DEPOT: Final = Detail("vehicle_depot")

JOURNEY_EVENTS: Final = (
    EventRule("JourneyCreate", _J, NOBODY),
    EventRule(
        "JourneyUpdate",
        _J,
        SUPPLIER,
        (Detail("billable", Kind.YES_OR_NO), Detail("date", Kind.DAY), VEHICLE_REG, Detail("vehicle_id", longest=100)),
        (Choice(("billable", "date", "vehicle_reg", "vehicle_id")),),
    ),
    EventRule("JourneyStart", _J, SUPPLIER, (VEHICLE_REG, _DEPOT)),
    EventRule("JourneyComplete", _J, SUPPLIER, (VEHICLE_REG,)),
    EventRule("JourneyCancel", _J, SUPPLIER),
    EventRule("JourneyUncancel", _J, SUPPLIER),
    EventRule("JourneyReject", _J, SUPPLIER),
    EventRule("JourneyUncomplete", _J, SUPPLIER),
    EventRule("JourneyChangeVehicle", _J, SUPPLIER, (VEHICLE_REG_REQUIRED, required("previous_vehicle_reg"), _DEPOT)),
    EventRule("JourneyLockout", _J, SUPPLIER, (place("from_location"),)),
    EventRule("JourneyLodging", _J, SUPPLIER, (place("to_location"),)),
    EventRule("JourneyAdmitThroughOuterGate", _J, CUSTODY, (place(), VEHICLE_REG_REQUIRED, SUPPLIER_NUMBER)),
    *(
        EventRule(name, _J, CUSTODY, (place(), VEHICLE_REG))
        for name in (
            "JourneyArriveAtOuterGate",
            "JourneyExitThroughOuterGate",
            "JourneyReadyToExit",
            "JourneyAdmitToReception",
        )
    ),
    EventRule("JourneyPersonBoardsVehicle", _J, SUPPLIER, (VEHICLE_TYPE, VEHICLE_REG_REQUIRED)),
    EventRule("JourneyPersonLeaveVehicle", _J, SUPPLIER, (VEHICLE_REG,)),
    EventRule("JourneyHandoverToSupplier", _J, SUPPLIER, (SUPPLIER_NUMBER,)),
    EventRule("JourneyHandoverToDestination", _J, SUPPLIER, (SUPPLIER_NUMBER,)),
)
