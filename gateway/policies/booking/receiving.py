"""Moves from one contractor's places to another's: who receives the person.

A move is cross-supplier when the contractors of its origin, as a set, are not those of its destination. One without a
destination is, too, but nobody receives it before that is settled. Courts have no contractor of their own, so a move to
one has no receiver either.
"""

from collections.abc import Collection

from gateway.domain.ids import SupplierKey


def is_cross_supplier(at_start: Collection[SupplierKey], at_end: Collection[SupplierKey] | None) -> bool:
    """Tell whether the contractors of two places differ as sets; `at_end` is None where there is no destination."""
    return at_end is None or set(at_start) != set(at_end)


def receiving_supplier(
    at_start: Collection[SupplierKey], at_end: Collection[SupplierKey] | None, carrier: SupplierKey | None
) -> SupplierKey | None:
    """Return the contractor that takes a move over: another than its carrier that serves its destination.

    The first by key, where there are several. None for a move that is not cross-supplier, for one without a
    destination, and where nobody else serves that.
    """
    if at_end is None or not is_cross_supplier(at_start, at_end):
        return None
    return min((one for one in at_end if one != carrier), default=None)
