"""Places, regions, suppliers and caseloads."""

from dataclasses import dataclass
from enum import StrEnum


class AgencyType(StrEnum):
    """NOMIS's own codes."""

    INST = "INST"
    CRT = "CRT"
    POLICE = "POLICE"
    STC = "STC"
    SCH = "SCH"
    HOSPITAL = "HOSPITAL"
    HSHOSP = "HSHOSP"
    IMDC = "IMDC"
    APPR = "APPR"
    COMM = "COMM"
    FNP = "FNP"


class CourtType(StrEnum):
    CROWN = "CC"
    MAGISTRATES = "MC"
    YOUTH = "YC"
    COUNTY = "CO"


@dataclass(frozen=True, slots=True)
class Agency:
    """A place with a NOMIS code.

    `name` is as people write it ("Leeds (HMP)"). `regions` and `suppliers` are keys; courts belong to no supplier.
    `pseudo` marks codes that NOMIS keeps for bookkeeping (OUT, TRN, ZZGHI): no move starts or ends there.
    """

    agency_id: str
    name: str
    agency_type: AgencyType
    court_type: CourtType | None = None
    regions: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    active: bool = True
    nomis_region: str | None = None
    pseudo: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    key: str
    name: str
    agency_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supplier:
    """An escort contractor; `lot` is North or South."""

    key: str
    name: str
    lot: str


@dataclass(frozen=True, slots=True)
class Caseload:
    """A NOMIS caseload; prison work is done in INST/GENERAL ones, administrators carry INST/ADMIN ones besides."""

    caseload_id: str
    description: str
    caseload_type: str = "INST"
    function: str = "GENERAL"
    agency_ids: tuple[str, ...] = ()
