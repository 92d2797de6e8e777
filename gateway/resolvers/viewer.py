"""Fields of the viewer."""

from collections.abc import Sequence

from gateway.context import Info
from gateway.domain.caseloads import Caseload
from gateway.domain.locations import Location
from gateway.domain.suppliers import Supplier
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.scope import scope_of


def roles(root: Viewer) -> Sequence[str]:
    return sorted(root.roles)


def permissions(root: Viewer) -> Sequence[Permission]:
    return [permission for permission in Permission if permission in root.permissions]


def active_caseload(root: Viewer) -> Caseload | None:
    return next((caseload for caseload in root.caseloads if caseload.active), None)


def locations(root: Viewer, info: Info) -> Sequence[Location] | None:
    """Give the places whose moves may be seen, for a supplier those that it serves; None means all of them."""
    scope = scope_of(root)
    if scope.national:
        return None
    return info.context.services.locations.of(scope.agencies, scope.supplier)


def supplier(root: Viewer, info: Info) -> Supplier | None:
    return None if root.supplier is None else info.context.services.locations.supplier(root.supplier)
