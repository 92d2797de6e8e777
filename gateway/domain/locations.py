"""Places where moves start, stop and end."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.domain.ids import AgencyId, RegionKey, SupplierKey


class LocationType(StrEnum):
    PRISON = "prison"
    COURT = "court"
    POLICE = "police"
    SECURE_TRAINING_CENTRE = "secure_training_centre"
    SECURE_CHILDRENS_HOME = "secure_childrens_home"
    HOSPITAL = "hospital"
    HIGH_SECURITY_HOSPITAL = "high_security_hospital"
    IMMIGRATION_DETENTION_CENTRE = "immigration_detention_centre"
    APPROVED_PREMISES = "approved_premises"
    PROBATION_OFFICE = "probation_office"
    FOREIGN_NATIONAL_PRISON = "foreign_national_prison"


NOMIS_AGENCY_TYPES: Final = {
    "INST": LocationType.PRISON,
    "CRT": LocationType.COURT,
    "POLICE": LocationType.POLICE,
    "STC": LocationType.SECURE_TRAINING_CENTRE,
    "SCH": LocationType.SECURE_CHILDRENS_HOME,
    "HOSPITAL": LocationType.HOSPITAL,
    "HSHOSP": LocationType.HIGH_SECURITY_HOSPITAL,
    "IMDC": LocationType.IMMIGRATION_DETENTION_CENTRE,
    "APPR": LocationType.APPROVED_PREMISES,
    "COMM": LocationType.PROBATION_OFFICE,
    "FNP": LocationType.FOREIGN_NATIONAL_PRISON,
}
"""NOMIS's agency types that are places of a move; agencies of any other type are left out."""


@dataclass(frozen=True, slots=True)
class Location:
    """`region` is the name of its (first) region; `region_keys` are all of them: a prison may be in two.

    `supplier_keys` are the contractors that serve it today; `extradition_capable` places are those from which people
    are extradited.
    """

    agency_id: AgencyId
    title: str
    type: LocationType
    active: bool
    region: str | None = None
    region_keys: tuple[RegionKey, ...] = ()
    supplier_keys: tuple[SupplierKey, ...] = ()
    extradition_capable: bool = False


@dataclass(frozen=True, slots=True)
class Agency:
    """A place as NOMIS lists it, from which the gateway keeps its locations up to date."""

    agency_id: AgencyId
    title: str
    type: LocationType
    active: bool


@dataclass(frozen=True, slots=True)
class Region:
    key: RegionKey
    name: str
    agency_ids: frozenset[AgencyId]


@dataclass(frozen=True, slots=True)
class LocationFilter:
    types: tuple[LocationType, ...] | None = None
    title_contains: str | None = None
    active: bool | None = None
