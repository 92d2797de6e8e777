"""Places, suppliers, and the viewer's own account, said once more."""

from typing import Final

from estate.model import Agency
from gateway.domain.suppliers import Supplier
from tests.scope.estates import PLACES, REGIONS, SERVED
from tests.scope.fields import Args, Asked, Field, global_id
from tests.scope.pages import Edge, Page, location_cursor, position_of_location
from tests.support.worlds import NOW, SUPPLIERS, TOKEN_LIFETIME

_TYPES: Final = {"INST": "PRISON", "CRT": "COURT", "POLICE": "POLICE"}
SUPPLIERS_BY_KEY: Final = {str(one.key): one for one in SUPPLIERS}


def by_title(places: list[Agency]) -> list[Agency]:
    return sorted(places, key=lambda place: (place.name, place.agency_id))


def place(agency_id: str | None) -> Agency | None:
    return None if agency_id is None else PLACES.get(agency_id)


def _suppliers_of(_asked: Asked, source: Agency, _args: Args) -> list[Supplier]:
    return [SUPPLIERS_BY_KEY[key] for key in sorted(SERVED) if source.agency_id in SERVED[key]]


def _region(_asked: Asked, source: Agency, _args: Args) -> str | None:
    return next((region.name for region in REGIONS if source.agency_id in region.agency_ids), None)


def locations(_asked: Asked, _source: object, args: Args) -> Page:
    wanted = args.get("filter") or {}
    text = (wanted.get("titleContains") or "").lower()
    found = [
        one
        for one in by_title(list(PLACES.values()))
        if (wanted.get("types") is None or _TYPES[one.agency_type] in wanted["types"])
        and (wanted.get("active") is None or wanted["active"] is True)
        and text in one.name.lower()
    ]
    start = 0
    if args.get("after") is not None:
        position = position_of_location(args["after"])
        start = len([one for one in found if (one.name, one.agency_id) <= position])
    size = 50 if args.get("first") is None else args["first"]
    shown = found[start : start + size]
    return Page(
        tuple(Edge(location_cursor(one.agency_id), one) for one in shown),
        has_next_page=start + len(shown) < len(found),
        has_previous_page=start > 0,
        total_count=len(found),
    )


def _own_locations(asked: Asked, _source: object, _args: Args) -> list[Agency] | None:
    if asked.sight.national:
        return None
    found = {*asked.sight.places, *SERVED.get(asked.sight.supplier or "", ())}
    return by_title([one for one in PLACES.values() if one.agency_id in found])


def _caseloads(asked: Asked, _source: object, _args: Args) -> list[Agency]:
    return [PLACES[agency_id] for agency_id in asked.who.caseloads] if asked.who.source == "nomis" else []


def _active_caseload(asked: Asked, source: object, args: Args) -> Agency | None:
    return next(iter(_caseloads(asked, source, args)), None)


def _own_supplier(asked: Asked, _source: object, _args: Args) -> Supplier | None:
    return SUPPLIERS_BY_KEY.get(asked.who.supplier() or "")


def _own_name(asked: Asked, _source: object, _args: Args) -> str | None:
    return asked.who.username.title() if asked.who.source in ("nomis", "auth") else None


FIELDS: Final[dict[str, Field]] = {
    "Location.id": lambda _asked, source, _args: global_id("Location", source.agency_id),
    "Location.title": lambda _asked, source, _args: source.name,
    "Location.type": lambda _asked, source, _args: _TYPES[source.agency_type],
    "Location.region": _region,
    "Location.suppliers": _suppliers_of,
    "Supplier.id": lambda _asked, source, _args: global_id("Supplier", source.key),
    "Viewer.username": lambda asked, _source, _args: asked.who.impersonated or asked.who.username,
    "Viewer.name": _own_name,
    "Viewer.roles": lambda asked, _source, _args: sorted(asked.who.roles_that_count()),
    "Viewer.caseloads": _caseloads,
    "Viewer.activeCaseload": _active_caseload,
    "Viewer.locations": _own_locations,
    "Viewer.supplier": _own_supplier,
    "Viewer.sessionExpiresAt": lambda _asked, _source, _args: NOW + TOKEN_LIFETIME,
    "Caseload.description": lambda _asked, source, _args: source.name,
    "Caseload.active": lambda asked, source, args: source == _active_caseload(asked, source, args),
    "Caseload.location": lambda _asked, source, _args: source,
}
