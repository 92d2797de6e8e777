"""Fields of a location."""

from collections.abc import Sequence

from gateway.context import Info
from gateway.domain.caseloads import Caseload
from gateway.domain.locations import Location
from gateway.domain.suppliers import Supplier


def suppliers(root: Location, info: Info) -> Sequence[Supplier]:
    locations = info.context.services.locations
    return [supplier for key in root.supplier_keys if (supplier := locations.supplier(key)) is not None]


def of_caseload(root: Caseload, info: Info) -> Location | None:
    return info.context.services.locations.by_agency_id(root.agency_id)
