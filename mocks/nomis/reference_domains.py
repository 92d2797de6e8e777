"""The NOMIS reference codes that Prison API publishes by domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mocks.nomis.wire import JsonObject

_PARENT_DOMAINS = {"HEALTH_PBLM": "HEALTH"}

# One line a code: code | description | parent code, the last only where the domain has a parent; "-" marks inactive.
_LISTED: dict[str, str] = {
    "SEX": """
        M|Male
        F|Female
        NK|Not Known / Not Recorded
        NS|Not Specified (Indeterminate)
        -REF|Refused
    """,
    "ETHNICITY": """
        A1|Asian/Asian British: Indian
        A2|Asian/Asian British: Pakistani
        A3|Asian/Asian British: Bangladeshi
        A4|Asian/Asian British: Chinese
        A9|Asian/Asian British: Any other background
        B1|Black/Black British: Caribbean
        B2|Black/Black British: African
        B9|Black/Black British: Any other background
        M1|Mixed: White and Black Caribbean
        M2|Mixed: White and Black African
        M3|Mixed: White and Asian
        M9|Mixed: Any other background
        -MERGE|Needs to be confirmed following merge
        NS|Prefer not to say
        -O1|Chinese
        O2|Other: Arab
        O9|Other: Any other background
        W1|White: Eng./Welsh/Scot./N.Irish/British
        W2|White: Irish
        W3|White: Gypsy or Irish Traveller
        W5|White: Roma
        W9|White: Any other background
    """,
    "HEALTH": """
        DISAB|Disability
        MATSTAT|Maternity Status
        PHY|Physical
        PSYCH|Psychological
        SC|Social Care
    """,
    "HEALTH_PBLM": """
        ACCU18|Preg, acc under 18mths|MATSTAT
        ACCU9|Preg, acc under 9mths|MATSTAT
        AU9U18|Acc over 9, under 18mths|MATSTAT
        NO9U18|No acc over 9 under 18mths|MATSTAT
        NU9|No acc under 9mths|MATSTAT
        NU9U18|No acc under 9, under 18mths|MATSTAT
        PREG|Preg, no acc|MATSTAT
        ARTH|Arthritis|PHY
        ASTH|Asthmatic|PHY
        AUTI|Autism|PHY
        BRK|Broken limb|PHY
        DI|Diabetic|PHY
        EPI|Epileptic|PHY
        FALS|False limbs|PHY
        SPR|Sprain|PHY
        -TOT|Totally healthy|PHY
        BIP|Bi-polar|PSYCH
        DEP|Depression|PSYCH
        D|Dyslexia|DISAB
        HD|Hearing Impairment|DISAB
        LD|Learning Disability|DISAB
        MI|Mental Illness|DISAB
        MIMP|Mental Impairment|DISAB
        ND|No Disability|DISAB
        NR|Not Recorded|DISAB
        OD|Other Disability|DISAB
        PC|Progressive Condition|DISAB
        PRD|Refused to Disclose|DISAB
        RC|Reduced Physical Capacity|DISAB
        RM|Reduced Mobility|DISAB
        SD|Severe Disfigurement|DISAB
        SI|Speech Impediment|DISAB
        VI|Visual Impairment|DISAB
    """,
    "HEALTH_TREAT": """
        A/B/M|Audio, Braille or Moon
        AMP TEL|Amplified telephone
        AUD/VISUAL|Audio-visual equipment
        C/VIS|Adapted closed visits
        FLEX_REFRESH|Flexible refreshment breaks
        FURNITURE|Adapted furniture
        HANDRAILS|Handrails
        IND LOOP|Induction loop
        LEARN SUPP|Learning support
        LGE PRINT|Large print
        MOD_EQUIP|Modified equipment
        OTHR|Other
        PIC IMAGES|Pictorial images
        READER/MACH|Reader or reading machine
        SGN LANG|Sign language
        TXT|Text telephone
        VERB CLARITY|Verbal clarity
        WHEELCHR_ACC|Wheelchair accessibility
    """,
    "AGY_LOC_TYPE": """
        AIRPORT|Airport
        APPR|Approved Premises
        COMM|Community Office
        CRC|Community Rehabilitation Company
        CRT|Court
        FNP|Foreign National Prison
        HOSPITAL|Hospital
        HOST|Hostel
        HSHOSP|High Security Hospital
        IMDC|Immigration Detention Centre
        INST|Institution
        PECS|Prisoner Escort and Custody Service
        POLICE|Police Custody
        POLSTN|Police Station
        SCH|Secure Children's Home
        STC|Secure Training Centre
        YOT|Youth Offending Team
    """,
    "SUP_LVL_TYPE": """
        A|Cat A
        B|Cat B
        C|Cat C
        D|Cat D
        E|Cat A Ex
        GRANTED|Granted
        H|Cat A Hi
        HI|High
        I|YOI Closed
        J|YOI Open
        -K|YOI Short Sentence
        -L|YOI Long-Term Closed
        -LOW|Low
        -MED|Medium
        N|No
        N/A|Not Applicable
        P|Prov A
        PEND|Pending
        Q|Fem Restricted
        R|Fem Closed
        REFUSED|Refused
        S|Fem Semi
        STANDARD|Standard
        T|Fem Open
        U|Unsentenced
        V|YOI Restricted
        X|Uncat Sentenced
        Y|Yes
        Z|Unclass
    """,
}


@dataclass(frozen=True, slots=True)
class ReferenceCode:
    """One code of a domain; `active` codes may be given to new records."""

    domain: str
    code: str
    description: str
    parent_code: str | None
    sequence: int
    active: bool

    def payload(self) -> JsonObject:
        parent = {}
        if self.parent_code is not None:
            parent = {"parentDomain": _PARENT_DOMAINS[self.domain], "parentCode": self.parent_code}
        return {
            "domain": self.domain,
            "code": self.code,
            "description": self.description,
            **parent,
            "activeFlag": "Y" if self.active else "N",
            "listSeq": self.sequence,
            "systemDataFlag": "N",
            "subCodes": [],
            **({} if self.active else {"expiredDate": "2012-03-31"}),
        }


def _parse(domain: str, line: str, sequence: int) -> ReferenceCode:
    code, description, parent, *_ = [*line.removeprefix("-").split("|"), ""]
    return ReferenceCode(domain, code, description, parent or None, sequence, active=not line.startswith("-"))


@cache
def domains() -> Mapping[str, Mapping[str, ReferenceCode]]:
    """Every domain's codes by code, in list order."""
    found: dict[str, dict[str, ReferenceCode]] = {}
    for domain, lines in _LISTED.items():
        rows = (_parse(domain, line.strip(), number) for number, line in enumerate(lines.strip().splitlines(), start=1))
        found[domain] = {row.code: row for row in rows}
    return found


def description_of(domain: str, code: str) -> str:
    """Describe a code; an unknown one is its own description, as the mock shows whatever the world holds."""
    row = domains()[domain].get(code)
    return code if row is None else row.description
