"""Scope: the one place that decides what a viewer may see.

A move is visible to
- its sending establishment, always;
- its receiving establishment, the places where it lodges, the supplier that carries it, and the one that receives it
  where that is another (`policies.booking.receiving`): once it is authorised, so neither while it is proposed nor after
  a proposal was withdrawn or rejected;
- users of the regions that those places belong to (their groups are resolved to places before they come here);
- national roles, always.

Everything that hangs on a move (its dPER, events, journeys, lodgings) is visible with it, but for the journeys of
another supplier than the viewer's (`policies.journeys`). An allocation is visible to its two establishments, its
supplier and national roles, given the permission. A person is visible as `policies.people` has it.
"""

from dataclasses import dataclass

from gateway.domain.event_log import LoggedEvent, Sight
from gateway.domain.events import EVENTS_OF_THE_SENDER
from gateway.domain.locations import Location
from gateway.domain.scope import Scope
from gateway.domain.viewer import Permission, Viewer, ViewerKind
from gateway.policies.journeys import sees_journeys_of
from gateway.policies.permissions import ESTABLISHMENT_ROLES, NATIONAL_ROLES, SUPPLIER_ROLE


def scope_of(viewer: Viewer) -> Scope:
    """Mint the scope of a viewer's reads of moves and people. Whoever may not view moves gets the empty one."""
    if Permission.VIEW_MOVES not in viewer.permissions:
        return _nothing()
    return Scope(
        agencies=viewer.agencies if viewer.roles & ESTABLISHMENT_ROLES else frozenset(),
        supplier=viewer.supplier if SUPPLIER_ROLE in viewer.roles else None,
        national=bool(viewer.roles & NATIONAL_ROLES),
    )


def allocation_scope_of(viewer: Viewer) -> Scope:
    """Mint the scope of a viewer's reads of allocations: the same places, and none without the permission."""
    return scope_of(viewer) if Permission.VIEW_ALLOCATIONS in viewer.permissions else _nothing()


def escort_record_scope_of(viewer: Viewer) -> Scope:
    """Mint the scope of a viewer's reads of dPERs: the same moves, and none without the permission."""
    return scope_of(viewer) if Permission.VIEW_PER in viewer.permissions else _nothing()


def scope_of_place(place: Location) -> Scope:
    """Mint the scope of one place's own staff: what a booking from there may build on, whoever makes it."""
    return Scope(agencies=frozenset({place.agency_id}), supplier=None, national=False)


def scope_of_the_gateway() -> Scope:
    """Mint the scope of the gateway's own work on moves: what it does by itself, on behalf of nobody who looks."""
    return Scope(agencies=frozenset(), supplier=None, national=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """All of a viewer on which depends what they are shown: two of the same standing are shown the same."""

    kind: ViewerKind
    permissions: frozenset[Permission]
    moves: Scope
    allocations: Scope
    escort_records: Scope


def standing_of(viewer: Viewer) -> Standing:
    """Say what a viewer is shown, in a form that can be compared."""
    return Standing(
        viewer.kind, viewer.permissions, scope_of(viewer), allocation_scope_of(viewer), escort_record_scope_of(viewer)
    )


def sees(scope: Scope, sight: Sight) -> bool:
    """Tell whether a move of these facts is within a scope: the rule above, as `store.scoping` has it in SQL."""
    if scope.national or sight.from_agency in scope.agencies:
        return True
    if not sight.authorised:
        return False
    return (
        sight.to_agency in scope.agencies
        or (scope.supplier is not None and scope.supplier in {sight.supplier, sight.receiving_supplier})
        or not scope.agencies.isdisjoint(sight.lodging_agencies)
    )


def hears_of(scope: Scope, logged: LoggedEvent) -> bool:
    """Tell whether an event of a move that is within a scope is shown there, likewise.

    That a dPER is being filled in is the sender's own; other suppliers' journeys are no supplier's.
    """
    if logged.event.type in EVENTS_OF_THE_SENDER and not (scope.national or logged.sight.from_agency in scope.agencies):
        return False
    only = sees_journeys_of(scope)
    return logged.event.journey_id is None or only is None or only in {logged.event.supplier, logged.driver}


def _nothing() -> Scope:
    return Scope(agencies=frozenset(), supplier=None, national=False)
