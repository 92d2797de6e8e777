"""Places, regions, suppliers and caseloads: NOMIS codes and names as they are, the same in every world."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from estate.model import Agency, AgencyType, Caseload, CourtType, Region, Supplier

GEOAMEY: Final = "geoamey"
SERCO: Final = "serco"
OUTSIDE: Final = "OUT"
IN_TRANSIT: Final = "TRN"

_LOTS: Final = {"G": (GEOAMEY,), "S": (SERCO,), "-": ()}

_REGIONS: Final = {
    "south": ("south_of_england", "South of England"),
    "london": ("london_and_east", "London and the East of England"),
    "midlands": ("midlands_and_yorkshire_and_humberside", "Midlands and Yorkshire and Humberside"),
    "north": ("north_east_and_north_west", "North East and North West"),
    "wales": ("wales", "Wales"),
    "female": ("female_estate", "Female Estate"),
    "fno": ("fno_prisons_and_ircs", "FNO Prisons and IRCs"),
    "ltse": ("long_term_high_security_estate", "Long Term High Security Estate"),
    "youth": ("youth_custody_service", "Youth Custody Service"),
}

# code | name | region names, separated by commas | lot (G GEOAmey, S Serco, - none) | NOMIS region
_PRISONS: Final = """
ACI|Altcourse (HMP)|north|G|NWEST
LPI|Liverpool (HMP)|north|G|NWEST
FBI|Forest Bank (HMP & YOI)|north|G|NWEST
PNI|Preston (HMP)|north|G|NWEST
DMI|Durham (HMP)|north|G|NEAST
HHI|Holme House (HMP)|north|G|NEAST
NLI|Northumberland (HMP)|north|G|NEAST
RSI|Risley (HMP)|north|G|NWEST
KMI|Kirkham (HMP)|north|G|NWEST
LEI|Leeds (HMP)|midlands|G|YOHUM
HLI|Hull (HMP)|midlands|G|YOHUM
DNI|Doncaster (HMP & YOI)|midlands|G|YOHUM
MDI|Moorland (HMP & YOI)|midlands|G|YOHUM
LHI|Lindholme (HMP)|midlands|G|YOHUM
RNI|Ranby (HMP)|midlands|G|EMIDS
NMI|Nottingham (HMP)|midlands|G|EMIDS
BMI|Birmingham (HMP)|midlands|G|WMIDS
HEI|Hewell (HMP)|midlands|G|WMIDS
LII|Lincoln (HMP)|midlands|G|EMIDS
FWI|Five Wells (HMP)|midlands|G|EMIDS
CFI|Cardiff (HMP & YOI)|wales|G|WALES
SWI|Swansea (HMP)|wales|G|WALES
BWI|Berwyn (HMP)|wales|G|WALES
PRI|Parc (HMP & YOI)|wales,youth|G|WALES
STI|Styal (HMP & YOI)|female|G|NWEST
NHI|New Hall (HMP & YOI)|female|G|YOHUM
LNI|Low Newton (HMP)|female|G|NEAST
FHI|Foston Hall (HMP & YOI)|female|G|EMIDS
WYI|Wetherby (HMYOI)|youth|G|YOHUM
WNI|Werrington (HMYOI)|youth|G|WMIDS
MRI|Manchester (HMP)|ltse|G|NWEST
WDI|Wakefield (HMP)|ltse|G|YOHUM
FKI|Frankland (HMP)|ltse|G|NEAST
FNI|Full Sutton (HMP)|ltse|G|YOHUM
LLI|Long Lartin (HMP)|ltse|G|WMIDS
GHI|Garth (HMP)|ltse|G|NWEST
LGI|Lowdham Grange (HMP)|ltse|G|EMIDS
BAI|Belmarsh (HMP)|london|S|LON
WRI|Whitemoor (HMP)|ltse|S|EAST
WHI|Woodhill (HMP)|ltse|S|SEAST
AYI|Aylesbury (HMP)|ltse|S|SEAST
PVI|Pentonville (HMP)|london|S|LON
WWI|Wandsworth (HMP)|london|S|LON
WSI|Wormwood Scrubs (HMP)|london|S|LON
BXI|Brixton (HMP)|london|S|LON
TSI|Thameside (HMP)|london|S|LON
CDI|Chelmsford (HMP & YOI)|london|S|EAST
NWI|Norwich (HMP & YOI)|london|S|EAST
PBI|Peterborough (HMP)|london|S|EAST
PFI|Peterborough Female (HMP & YOI)|female|S|EAST
EYI|Elmley (HMP)|south|S|SEAST
BLI|Bristol (HMP)|south|S|SWEST
EXI|Exeter (HMP)|south|S|SWEST
WCI|Winchester (HMP)|south|S|SEAST
BNI|Bullingdon (HMP)|south|S|SEAST
FDI|Ford (HMP)|south|S|SEAST
BZI|Bronzefield (HMP & YOI)|female|S|SEAST
DWI|Downview (HMP & YOI)|female|S|SEAST
EWI|Eastwood Park (HMP)|female|S|SWEST
FMI|Feltham (HMYOI)|london,youth|S|LON
CKI|Cookham Wood (HMYOI)|youth|S|SEAST
HCI|Huntercombe (HMP)|fno|-|SEAST
MSI|Maidstone (HMP)|fno|-|SEAST
"""

# code | name | type | lot | NOMIS region
_SECURE_AND_OTHERS: Final = """
STC1|Northern Lights Secure Training Centre|STC|S|SEAST
STC2|Millbrook Secure Training Centre|STC|G|EMIDS
STC3|Fairoaks Secure Training Centre|STC|S|SEAST
SCH1|Aldine Secure Children's Home|SCH|G|YOHUM
SCH2|Adel Grange Secure Children's Home|SCH|G|YOHUM
SCH3|Barton View Secure Children's Home|SCH|G|NWEST
SCH4|Clare House Secure Children's Home|SCH|G|NWEST
SCH5|Keld Lodge Secure Children's Home|SCH|G|NEAST
SCH6|Hillcroft Secure Children's Home|SCH|G|WALES
SCH8|Lincoln Fields Secure Children's Home|SCH|G|EMIDS
SCH9|Swan Meadow Secure Children's Home|SCH|S|SEAST
SNARCC|Snaresbrook Crown Court|CC|-|LON
WDGRCC|Wood Green Crown Court|CC|-|LON
THMSMC|Thames Magistrates Court|MC|-|LON
LEEDCC|Leeds Crown Court|CC|-|YOHUM
LEEDMC|Leeds Magistrates Court|MC|-|YOHUM
LEEDYC|Leeds Youth Court|YC|-|YOHUM
BRADCC|Bradford Crown Court|CC|-|YOHUM
BOLTCC|Bolton Crown Court|CC|-|NWEST
BOLTMC|Bolton Magistrates Court|MC|-|NWEST
STOKCC|Stoke-on-Trent Crown Court|CC|-|WMIDS
STOTMC|Stoke-on-Trent Magistrates Court|MC|-|WMIDS
EXETCC|Exeter Crown Court|CC|-|SWEST
EXETMC|Exeter Magistrates Court|MC|-|SWEST
MOLDCC|Mold Crown Court|CC|-|WALES
MOLDMC|Mold Magistrates Court|MC|-|WALES
NEUTCC|Newcastle upon Tyne Crown Court|CC|-|NEAST
WARNCC|Warrington Crown Court|CC|-|NWEST
WARRMC|Warrington Magistrates Court|MC|-|NWEST
MRTHCC|Merthyr Tydfil Crown Court|CC|-|WALES
MRTHMC|Merthyr Tydfil Magistrates Court|MC|-|WALES
AMERCC|Amersham Crown Court|CC|-|SEAST
SLOUMC|Slough Magistrates Court|MC|-|SEAST
SUTTMC|Sutton Magistrates Court|MC|-|LON
BRGEMC|Brighton Magistrates Court|MC|-|SEAST
ABDRCT|Aberdare County Court|CO|-|WALES
ABDRMC|Aberdare Magistrates Court|MC|-|WALES
WYP1|Leeds Elland Road police station|POLICE|G|YOHUM
WYP2|Bradford Trafalgar House police station|POLICE|G|YOHUM
WYP3|Wakefield police station|POLICE|G|YOHUM
GMP13|Manchester Airport police station|POLICE|G|NWEST
MRS9|St Helens police station|POLICE|G|NWEST
DRB8|Butterley police station|POLICE|G|EMIDS
DRB9|Ilkeston police station|POLICE|G|EMIDS
NWA6|Holyhead police station|POLICE|G|WALES
NWA8|Llandudno police station|POLICE|G|WALES
NWA11|Rhyl police station|POLICE|G|WALES
MPS34|Harrow Road police station|POLICE|S|LON
SUS7|Chichester police station|POLICE|S|SEAST
NFL6|Norwich City police station|POLICE|S|EAST
ESX8|Braintree police station|POLICE|S|EAST
WLT2|Chippenham police station|POLICE|S|SWEST
CLP1|City of London police station|POLICE|S|LON
SRY016|Surrey custody suite|POLICE|S|SEAST
LGIHOS|Leeds General Infirmary|HOSPITAL|-|YOHUM
STJHOS|St James's University Hospital|HOSPITAL|-|YOHUM
NGHHOS|Northern General Hospital|HOSPITAL|-|YOHUM
STGHOS|St George's Hospital|HOSPITAL|-|LON
RAMHSH|Rampton Hospital|HSHOSP|-|EMIDS
BRDHSH|Broadmoor Hospital|HSHOSP|-|SEAST
HDLIRC|Heathrow Immigration Removal Centre|IMDC|S|LON
MHIIRC|Morton Hall Immigration Removal Centre|IMDC|G|EMIDS
LDSAP|Cardigan House Approved Premises|APPR|-|YOHUM
SHFAP|Norfolk Park Approved Premises|APPR|-|YOHUM
LONAP|Ellison House Approved Premises|APPR|-|LON
LDSPRO|Leeds Probation Office|COMM|-|YOHUM
LONPRO|Lambeth Probation Office|COMM|-|LON
MHFNP|Morton Hall (HMP)|FNP|-|EMIDS
"""

_CLOSED: Final = frozenset({"CKI"})
_REGIONS_OF_OTHERS: Final = {
    "STC2": ("youth",),
    "STC3": ("youth",),
    **{f"SCH{number}": ("youth",) for number in (1, 2, 3, 4, 5, 6, 8, 9)},
    "HDLIRC": ("fno",),
    "MHIIRC": ("fno",),
    "MHFNP": ("fno",),
}

_PSEUDO: Final = (
    Agency(OUTSIDE, "Outside", AgencyType.INST, pseudo=True),
    Agency(IN_TRANSIT, "Transfer", AgencyType.INST, pseudo=True),
    Agency("ZZGHI", "Ghost", AgencyType.INST, pseudo=True),
)

SUPPLIERS: Final = (Supplier(GEOAMEY, "GEOAmey", "North"), Supplier(SERCO, "Serco", "South"))


@cache
def agencies() -> tuple[Agency, ...]:
    return (*_prisons(), *_others(), *_PSEUDO)


@cache
def agencies_by_id() -> Mapping[str, Agency]:
    return MappingProxyType({agency.agency_id: agency for agency in agencies()})


@cache
def regions() -> tuple[Region, ...]:
    """All nine; a prison may be in two."""
    return tuple(
        Region(key, name, tuple(agency.agency_id for agency in agencies() if key in agency.regions))
        for key, name in _REGIONS.values()
    )


@cache
def caseloads() -> tuple[Caseload, ...]:
    """One for every prison that is open, the administrators' one, and the dummy of those who have none."""
    prisons = tuple(
        Caseload(agency.agency_id, agency.name, agency_ids=(agency.agency_id,))
        for agency in agencies()
        if agency.agency_type is AgencyType.INST and agency.active and not agency.pseudo
    )
    central = Caseload("CADM_I", "Central Administration Caseload For Hmps", function="ADMIN")
    dummy = Caseload("___", "Dummy Caseload", caseload_type="DUMMY")
    return (*prisons, central, dummy)


@cache
def group_names() -> Mapping[str, str]:
    """Names of sign-in groups: one for each place, supplier and region."""
    places = {f"PECS_{agency.agency_id}": f"PECS {agency.name}" for agency in agencies() if not agency.pseudo}
    contractors = {f"PECS_{one.key.upper()}": f"PECS {one.name}" for one in SUPPLIERS}
    areas = {f"PECS_{region.key.upper()}": f"PECS {region.name}" for region in regions()}
    return MappingProxyType({**places, **contractors, **areas})


def _rows(table: str) -> list[list[str]]:
    return [line.split("|") for line in table.strip().splitlines()]


def _keys(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_REGIONS[name][0] for name in names)


def _prisons() -> tuple[Agency, ...]:
    return tuple(
        Agency(
            code,
            name,
            AgencyType.INST,
            regions=_keys(tuple(areas.split(","))),
            suppliers=_LOTS[lot],
            active=code not in _CLOSED,
            nomis_region=nomis_region,
        )
        for code, name, areas, lot, nomis_region in _rows(_PRISONS)
    )


def _others() -> tuple[Agency, ...]:
    courts = {member.value: member for member in CourtType}
    return tuple(
        Agency(
            code,
            name,
            AgencyType.CRT if kind in courts else AgencyType(kind),
            court_type=courts.get(kind),
            regions=_keys(_REGIONS_OF_OTHERS.get(code, ())),
            suppliers=_LOTS[lot],
            nomis_region=nomis_region,
        )
        for code, name, kind, lot, nomis_region in _rows(_SECURE_AND_OTHERS)
    )
