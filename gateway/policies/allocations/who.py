"""Who asks for allocations, calls them off, and fills them.

The Population Management Unit runs those between any prisons; the youth estate's placements team those between the
places of its own groups. The sending establishment fills them.
"""

from gateway.domain.locations import Location
from gateway.domain.viewer import Permission, Viewer


def may_run(viewer: Viewer, permission: Permission, start: Location, end: Location) -> bool:
    """Say whether a viewer may create or cancel (`permission`) an allocation between two places."""
    if permission not in viewer.permissions:
        return False
    nationally = Permission.REVIEW_SINGLE_REQUEST in viewer.permissions
    return nationally or {start.agency_id, end.agency_id} <= viewer.agencies


def may_fill(viewer: Viewer, start: Location) -> bool:
    """Say whether a viewer may put people into the places of an allocation from a place, and take them out."""
    return Permission.FILL_ALLOCATION in viewer.permissions and start.agency_id in viewer.agencies
