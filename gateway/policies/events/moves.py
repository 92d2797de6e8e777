"""Events of moves."""

from typing import Final

from gateway.domain.moves import CancellationReason, MoveType, RejectionReason
from gateway.policies.booking.changes import REDIRECTION_REASONS
from gateway.policies.events.rules import (
    AUTHORISED,
    COURT_CELL,
    NOBODY,
    REVIEWER,
    SUPPLIER,
    SUPPLIER_AND_PMU,
    VEHICLE_TYPE,
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

LOCKOUT_REASONS: Final = (
    # Caused by the authority.
    "unachievable_ptr_request",
    "no_space",
    "unachievable_redirection",
    "late_sitting_court",
    # Caused by the supplier.
    "unavailable_resource_vehicle_or_staff",
    "traffic_issues",
    "mechanical_or_other_vehicle_failure",
    "ineffective_route_planning",
    "other",
)
LODGING_REASONS: Final = (
    "overnight_lodging",
    "lockout",
    "operation_hmcts",
    "court_cells",
    "operation_tornado",
    "operation_safeguard",
    "other",
)

_EXPECTED: Final = (required("expected_at", Kind.INSTANT),)
_M: Final = Subject.MOVE

CARRIERS_ALONE: Final = frozenset({"MoveAccept", "MoveStart", "MoveCancel", "MoveRedirect", "MoveDateChanged"})
"""Of a move that two suppliers share: what the one that carries it decides, and not the one that receives it."""

MOVE_EVENTS: Final = (
    EventRule("MoveProposed", _M, NOBODY),
    EventRule("MoveRequested", _M, NOBODY),
    EventRule("MoveApprove", _M, REVIEWER, (required("date", Kind.DAY), Detail("create_in_nomis", Kind.YES_OR_NO))),
    EventRule("MoveAccept", _M, SUPPLIER),
    EventRule("MoveStart", _M, SUPPLIER),
    EventRule("MoveComplete", _M, SUPPLIER),
    EventRule(
        "MoveCancel",
        _M,
        SUPPLIER,
        (
            one_of("cancellation_reason", (one.value for one in CancellationReason), Needed.REQUIRED),
            Detail("cancellation_reason_comment"),
        ),
    ),
    EventRule(
        "MoveReject",
        _M,
        REVIEWER,
        (
            one_of("rejection_reason", (one.value for one in RejectionReason), Needed.REQUIRED),
            Detail("cancellation_reason_comment"),
            Detail("rebook", Kind.YES_OR_NO),
        ),
    ),
    EventRule(
        "MoveRedirect",
        _M,
        SUPPLIER_AND_PMU,
        (
            place("to_location"),
            one_of("move_type", (one.value for one in MoveType)),
            one_of("reason", REDIRECTION_REASONS),
        ),
    ),
    EventRule(
        "MoveLockout",
        _M,
        SUPPLIER_AND_PMU,
        (place("from_location"), one_of("reason", LOCKOUT_REASONS), *AUTHORISED),
    ),
    EventRule("MoveDateChanged", _M, SUPPLIER_AND_PMU, (required("date", Kind.DAY), Detail("date_changed_reason"))),
    EventRule("MoveCollectionByEscort", _M, SUPPLIER, (VEHICLE_TYPE,)),
    EventRule(
        "MoveLodgingStart",
        _M,
        SUPPLIER_AND_PMU,
        (place(), one_of("reason", LODGING_REASONS, Needed.REQUIRED)),
    ),
    EventRule("MoveLodgingEnd", _M, SUPPLIER_AND_PMU, (place(),)),
    EventRule("MoveNotifyPremisesOfArrivalIn30Mins", _M, SUPPLIER),
    EventRule("MoveNotifyPremisesOfEta", _M, SUPPLIER, _EXPECTED),
    EventRule("MoveNotifyPremisesOfDropOffEta", _M, SUPPLIER, _EXPECTED),
    EventRule("MoveNotifyPremisesOfPickupEta", _M, SUPPLIER, _EXPECTED),
    EventRule("MoveNotifyPremisesOfExpectedCollectionTime", _M, SUPPLIER, _EXPECTED),
    EventRule("MoveOperationHmcts", _M, SUPPLIER_AND_PMU, (*AUTHORISED, COURT_CELL)),
    EventRule("MoveOperationSafeguard", _M, SUPPLIER_AND_PMU, AUTHORISED),
    EventRule("MoveOperationTornado", _M, SUPPLIER_AND_PMU, AUTHORISED),
    EventRule(
        "MoveCrossSupplierPickUp",
        _M,
        SUPPLIER_AND_PMU,
        (Detail("previous_move_reference"), Detail("previous_move_id", Kind.MOVE_ID)),
        (Choice(("previous_move_reference", "previous_move_id")),),
    ),
    EventRule("MoveCrossSupplierDropOff", _M, SUPPLIER_AND_PMU),
)
