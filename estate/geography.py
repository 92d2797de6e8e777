"""Which places serve whom, which lie near one another, and where they are on the map."""

from collections.abc import Iterable
from functools import cache
from typing import Final

from estate.agencies import GEOAMEY, SERCO, agencies, agencies_by_id
from estate.model import AgencyType

FEMALE_PRISONS: Final = frozenset({"PFI", "STI", "NHI", "LNI", "FHI", "BZI", "DWI", "EWI"})
YOUNG_OFFENDER_INSTITUTIONS: Final = frozenset({"WYI", "WNI", "CKI", "PYI", "FMI", "FYI"})
"""All prisons that count as of the youth estate, whether young people are held there in this world or not."""

YOUTH_PRISONS: Final = frozenset({"WYI", "WNI", "FMI"})

_NORTH: Final = frozenset({"NWEST", "NEAST", "YOHUM", "EMIDS", "WMIDS", "WALES"})

# Degrees north and east of a town in the middle of each NOMIS region.
_CENTRES: Final = {
    "NWEST": (53.58, -2.43),
    "NEAST": (54.97, -1.61),
    "YOHUM": (53.79, -1.55),
    "EMIDS": (52.95, -1.15),
    "WMIDS": (52.48, -1.89),
    "WALES": (51.75, -3.38),
    "EAST": (52.20, 0.12),
    "LON": (51.51, -0.13),
    "SEAST": (51.27, -0.52),
    "SWEST": (51.05, -2.60),
}


def area_supplier(agency_id: str) -> str:
    """Return the supplier of a place, or, where it has none, that of the part of the country in which it lies."""
    agency = agencies_by_id()[agency_id]
    return next(iter(agency.suppliers), GEOAMEY if agency.nomis_region in _NORTH else SERCO)


def supplier_of(from_agency: str, to_agency: str | None) -> str:
    """Return the supplier of a move: that of its origin; from a court that of its destination, or of the region."""
    for agency_id in (from_agency, to_agency):
        if agency_id is not None and (served := agencies_by_id()[agency_id].suppliers):
            return served[0]
    return area_supplier(from_agency)


def receiving_supplier_of(from_agency: str, to_agency: str | None) -> str | None:
    """Return the supplier that takes a move over: another one that serves its destination, where the two ends differ.

    Courts have no supplier, so nobody receives a move to one.
    """
    if to_agency is None:
        return None
    at_start, at_end = agencies_by_id()[from_agency].suppliers, agencies_by_id()[to_agency].suppliers
    carrier = supplier_of(from_agency, to_agency)
    return min((key for key in at_end if key != carrier), default=None) if set(at_start) != set(at_end) else None


@cache
def of_type(*types: AgencyType) -> tuple[str, ...]:
    """Ids of the places of these types that are in use; prisons only where a supplier collects."""
    return tuple(
        agency.agency_id
        for agency in agencies()
        if agency.agency_type in types
        and agency.active
        and not agency.pseudo
        and (agency.suppliers or agency.agency_type is not AgencyType.INST)
    )


@cache
def prisons_like(agency_id: str) -> tuple[str, ...]:
    """Return the other prisons that take the same people: women's, young people's or adult men's."""
    kind = kind_of_prison(agency_id)
    return tuple(key for key in of_type(AgencyType.INST) if key != agency_id and kind_of_prison(key) == kind)


@cache
def prisons_of_kind(kind: str) -> tuple[str, ...]:
    return tuple(key for key in of_type(AgencyType.INST) if kind_of_prison(key) == kind)


def kind_of_prison(agency_id: str) -> str:
    """Say whom a prison takes: women, youth or men."""
    if agency_id in FEMALE_PRISONS:
        return "women"
    return "youth" if agency_id in YOUTH_PRISONS else "men"


def nearest(agency_id: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Return those of the same NOMIS region; where there are none, of the same supplier; failing that, all."""
    rest = [key for key in candidates if key != agency_id]
    region, supplier = agencies_by_id()[agency_id].nomis_region, area_supplier(agency_id)
    local = [key for key in rest if agencies_by_id()[key].nomis_region == region]
    return tuple(local or [key for key in rest if area_supplier(key) == supplier] or rest)


@cache
def near(agency_id: str, *types: AgencyType) -> tuple[str, ...]:
    return nearest(agency_id, of_type(*types))


def coordinates(agency_id: str) -> tuple[float, float]:
    """Return an invented spot in the place's part of the country: degrees north and east."""
    latitude, longitude = _CENTRES[agencies_by_id()[agency_id].nomis_region or "YOHUM"]
    spread = sum(ord(letter) * (place + 3) for place, letter in enumerate(agency_id)) % 97
    return latitude + (spread - 48) * 0.004, longitude + (spread * 31 % 97 - 48) * 0.006
