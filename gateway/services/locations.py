"""Locations, suppliers and regions: reference data, the same for every viewer."""

import base64
import binascii
from collections.abc import Iterable

from gateway.domain.errors import InvalidInput
from gateway.domain.ids import AgencyId, SupplierKey
from gateway.domain.locations import Location, LocationFilter
from gateway.domain.pages import Edge, Page, PageRequest
from gateway.domain.suppliers import Supplier
from gateway.services.listings import Listing
from gateway.store.reference import ReferenceData


class Locations:
    """Reads the reference book as it was when the operation began, so that one answer agrees with itself."""

    def __init__(self, reference: ReferenceData) -> None:
        self._reference = reference

    def by_agency_id(self, agency_id: AgencyId) -> Location | None:
        return self._reference.locations.get(agency_id)

    def supplier(self, key: SupplierKey) -> Supplier | None:
        return self._reference.suppliers.get(key)

    def suppliers(self) -> tuple[Supplier, ...]:
        return tuple(sorted(self._reference.suppliers.values(), key=lambda supplier: supplier.name))

    def of(self, agency_ids: frozenset[AgencyId], supplier: SupplierKey | None) -> tuple[Location, ...]:
        """Give the agencies that are places of moves, and the places that a supplier serves, each once and by title."""
        return self._sorted(
            location
            for location in self._reference.locations.values()
            if location.agency_id in agency_ids or supplier in location.supplier_keys
        )

    def page(self, request: PageRequest, matching: LocationFilter) -> Listing[Location]:
        """Give a page of the locations that match, by title.

        Raises:
            InvalidInput: the position is not one of this list.

        """
        wanted = (matching.title_contains or "").casefold()
        rows = self._sorted(
            location
            for location in self._reference.locations.values()
            if (matching.types is None or location.type in matching.types)
            and (matching.active is None or location.active == matching.active)
            and wanted in location.title.casefold()
        )
        start = 0
        if request.position is not None:
            position = _decode(request.position)
            start = next((n for n, row in enumerate(rows) if _order(row) > position), len(rows))
        shown = rows[start : start + request.size]

        async def total() -> int:
            return len(rows)

        return Listing(
            Page(
                edges=tuple(Edge(_encode(row), row) for row in shown),
                has_next=start + len(shown) < len(rows),
                has_previous=start > 0,
            ),
            total,
        )

    @staticmethod
    def _sorted(found: Iterable[Location]) -> tuple[Location, ...]:
        return tuple(sorted(found, key=_order))


def _order(location: Location) -> tuple[str, str]:
    return (location.title, location.agency_id)


def _encode(location: Location) -> str:
    return base64.urlsafe_b64encode("\0".join(_order(location)).encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[str, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        title, agency_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode().split("\0")
    except (ValueError, binascii.Error):
        message = "after is not a cursor of this list."
        raise InvalidInput(message, field=("after",)) from None
    return (title, agency_id)
