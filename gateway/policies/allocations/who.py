"""Who asks for allocations between which places, and who fills them.

The Population Management Unit asks on behalf of the whole prison estate. The placements team of the youth estate asks
for moves between the places that its groups name, as far as they are of the youth estate. The sending establishment
fills the places with its own people; nobody else does, the receiving one least of all.
"""

from typing import Final

from gateway.domain.allocations import Allocation
from gateway.domain.locations import Location
from gateway.domain.locations import LocationType as L
from gateway.domain.viewer import Permission, Viewer

YOUNG_OFFENDER_INSTITUTIONS: Final = frozenset({"WYI", "WNI", "CKI", "PYI", "FMI", "FYI"})
"""Prisons that hold young people; NOMIS gives them the same type as any other."""

_CHILDREN: Final = frozenset({L.SECURE_TRAINING_CENTRE, L.SECURE_CHILDRENS_HOME})


def of_youth_estate(place: Location) -> bool:
    """Say whether a place is one of the children and young people secure estate."""
    return place.type in _CHILDREN or place.agency_id in YOUNG_OFFENDER_INSTITUTIONS


def may_run_between(viewer: Viewer, permission: Permission, start: Location, end: Location) -> bool:
    """Say whether a viewer asks for (or cancels: `permission`) allocations between two places.

    Both places are known to everybody; that they are not the viewer's own tells nothing.
    """
    if permission not in viewer.permissions:
        return False
    if "PECS_PMU" in viewer.roles and start.type not in _CHILDREN and end.type not in _CHILDREN:
        return True
    return "PECS_PLACEMENTS" in viewer.roles and all(
        of_youth_estate(place) and place.agency_id in viewer.agencies for place in (start, end)
    )


def may_fill(viewer: Viewer, allocation: Allocation) -> bool:
    """Say whether a viewer who sees an allocation puts people on its places, and takes them off."""
    return Permission.FILL_ALLOCATION in viewer.permissions and allocation.from_agency in viewer.agencies
