"""Whose journeys a viewer sees of a move that they see.

Those of all suppliers; but whoever works for one sees that one's own alone, also on a move that two of them share: the
legs, the vehicle's position and what happened on them.
"""

from gateway.domain.ids import SupplierKey
from gateway.domain.scope import Scope


def sees_journeys_of(scope: Scope) -> SupplierKey | None:
    """Return the only supplier whose journeys are shown; None: those of all."""
    return None if scope.national else scope.supplier


def may_see_journeys_of(scope: Scope, supplier: SupplierKey) -> bool:
    return sees_journeys_of(scope) in {None, supplier}
