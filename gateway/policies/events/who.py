"""Who may record which events: in what part, and police and courts of what happens in their own custody only."""

from typing import Final

from gateway.domain.events import EventDetail
from gateway.domain.ids import AgencyId, SupplierKey
from gateway.domain.moves import Move
from gateway.domain.problems import Problem, ProblemCode
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.events.moves import CARRIERS_ALONE
from gateway.policies.events.rules import EventRule, Recorder
from gateway.policies.permissions import SUPPLIER_ROLE

_ROLES: Final = {
    "PECS_POLICE": Recorder.POLICE,
    "PECS_COURT": Recorder.COURT,
    "PECS_PMU": Recorder.PMU,
    "PECS_STAKEHOLDER_EVENT_AUTHOR": Recorder.STAKEHOLDER,
}
_OWN_PLACES: Final = frozenset({Recorder.POLICE, Recorder.COURT})
_WHERE: Final = ("location", "court_location")


def recorders_of(viewer: Viewer) -> frozenset[Recorder]:
    """Say in which parts a viewer records events; in none without the permission."""
    if Permission.RECORD_MOVE_EVENT not in viewer.permissions:
        return frozenset()
    found = {part for role, part in _ROLES.items() if role in viewer.roles}
    if SUPPLIER_ROLE in viewer.roles and viewer.supplier is not None:
        found.add(Recorder.SUPPLIER)
    if Permission.REVIEW_SINGLE_REQUEST in viewer.permissions:
        found.add(Recorder.REVIEWER)
    return frozenset(found)


def may_tell_of(move: Move, rule: EventRule, supplier: SupplierKey | None) -> bool:
    """Tell whether such an event of a move is a supplier's to record.

    The one that carries the move tells of everything; the one that receives it, of what happens on the way.
    """
    if supplier is None:
        return False
    return supplier == move.supplier or (supplier == move.receiving_supplier and rule.type not in CARRIERS_ALONE)


def may_record(viewer: Viewer, rule: EventRule) -> bool:
    return bool(recorders_of(viewer) & rule.recorders)


def own_place_problems(viewer: Viewer, rule: EventRule, details: tuple[EventDetail, ...], *field: str) -> list[Problem]:
    """Check that police and court staff tell of their own place, where an event has one."""
    if not recorders_of(viewer) & rule.recorders <= _OWN_PLACES:
        return []
    return [
        Problem(ProblemCode.INVALID, "Only what happened at one of your own places.", (*field, one.name))
        for one in details
        if one.name in _WHERE and one.value is not None and AgencyId(one.value) not in viewer.agencies
    ]
