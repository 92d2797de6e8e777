"""The alert types and codes that the Alerts service publishes."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class AlertCodeRow:
    """One code; `active` is the code's own flag, which may differ from that of its type in either direction."""

    type_code: str
    code: str
    description: str
    sequence: int
    active: bool
    restricted: bool


@dataclass(frozen=True, slots=True)
class AlertTypeRow:
    """One type with its codes."""

    code: str
    description: str
    sequence: int
    active: bool
    codes: tuple[AlertCodeRow, ...]


# One line a code; a leading "-" marks an inactive one, a leading "*" one that few may administer.
_LISTED: dict[tuple[str, str], str] = {
    ("A", "Social Care"): """
        AS Social Care
        ADSC Adult Social Care
    """,
    ("B", "End of Custody Temporary Release"): """
        BECTER End of Custody Temporary Release
    """,
    ("C", "Child Communication Measures"): """
        CC1 Child contact L1
        CC2 Child contact L2
        CC3 Child contact L3
        CC4 Child contact L4
        CPC PPRC
        CPRC Potential PPRC
        -C1 Contact level 1
        -C2 Contact level 2
        -C3 Contact level 3
        -C4 Contact level 4
    """,
    ("D", "Security. Do not share with offender"): """
        *DCDO Cyber dependent offender - do not share
        *DCEO Cyber enabled offender - do not share
        *DOCGM OCG nominal - do not share
    """,
    ("E", "Financial Exemption"): """
        ECA Exempt cash
        ECH Exempt cheques
        EPO Exempt postal orders
    """,
    ("F", "Ex Armed Forces"): """
        F1 Ex armed forces
    """,
    ("H", "Self Harm"): """
        HA ACCT open (HMPS)
        HA1 ACCT post closure (HMPS)
        HA2 ACCT closed (HMPS)
        HC Self harm - custody
        HS Self harm - community
        -SH Self harm
    """,
    ("L", "Care Leaver"): """
        LCE Care experienced
        LFC21 Former relevant child 21
        LFC25 Former relevant child 25
        LPQAA Qualifies for advice and assistance
    """,
    ("M", "Medical"): """
        HID Hidden disability
        MAS Asthmatic
        MEP Epileptic
        MFL False limbs
        MHT Hearing impairment
        MSI Sight impairment
        MSP Speech impediment
        PEEP Personal emergency evacuation plan
        PGWCP Pregnant with care plan
    """,
    ("O", "Other"): """
        CSIP CSIP
        OCVM Custodial violence management
        OCYP Looked after child
        OFR Food refusal
        OHCO Harassment or other court order
        OIOM Integrated offender management
        ONCR No-contact request
        OPPO Prolific or priority offender
        OVI Victim inquiry
        PTD Power to detain
    """,
    ("P", "MAPPP Case"): """
        PC1 MAPPA cat 1
        PC2 MAPPA cat 2
        PC3 MAPPA cat 3
        PL1 MAPPA level 1
        PL2 MAPPA level 2
        PL3 MAPPA level 3
        PVN ViSOR nominal
        -P0 MAPPP case under review
        -P1 MAPPP level 1 case
        -P2 MAPPP level 2 case
        -P3 MAPPP level 3 case
    """,
    ("R", "Risk"): """
        RAIC AIC not suitable
        RCC Risk to children - community
        RCDR Quarantined - communicable disease
        RCON Conflict with other prisoners
        RCP Children on child protection register
        RCS Risk to children - custody
        RDBS DBS check
        -RDO Release delayed
        RDP Risk to disabled people
        RDV Domestic violence perpetrator
        REG Risk to people of other ethnic groups
        RHI High workplace risk
        RKC Risk to known adult - community
        RKS Risk to known adult - custody
        RLG Risk to lesbian, gay or bisexual people
        RLO Low workplace risk
        RME Medium workplace risk
        RNO121 No one-to-one with this prisoner
        ROH OASys serious harm - high
        ROM OASys serious harm - medium
        ROP Risk to older people
        ROTL ROTL suspension
        ROV OASys serious harm - very high
        RPB Risk to public - community
        RPC Risk to public - custody
        *RR46 Rule 46 CSC prisoner
        *RR46A Rule 46(A) separation centre prisoner
        RROTL Restricted ROTL
        RRV Risk to people of other religious views
        RSP Stalking perpetrator
        RSS Risk to staff - custody
        RST Risk to staff - community
        RTP Risk to transgender people
        -RVR Victim risk
        RYP Risk to younger people
        SROTL Standard ROTL
        TIERA Tier A prison offender manager
        TIERB Tier B prison offender manager
        TIERC Tier C prison offender manager
        TIERD Tier D prison offender manager
    """,
    ("S", "Sexual Offence"): """
        SC Risk to children
        -SO Sex offender
        SONR Sexual offence - not required to register
        SOR Registered sex offender
        SR On sex offender register
        SSHO Risk of sexual harm order or sexual risk order
    """,
    ("T", "Hold Against Transfer"): """
        TAH Allocation hold
        TAP Accredited programme hold
        TCPA Do not transfer to CPA named
        TG Governor's hold
        TM Medical hold
        TPR Parole review hold
        TSE Security hold
    """,
    ("U", "COVID unit management"): """
        -UPIU Protective isolation unit
        -URCU Reverse cohorting unit
        -URS Refusing to shield
        -USU Shielding unit
    """,
    ("V", "Vulnerability"): """
        AAR Adult at risk
        V45 Rule 45 - good order or discipline
        V46 Rule 46 - good order or discipline
        V49G Rule 49 - good order or discipline
        V49P Rule 49 - own protection
        VI Victim
        VIP Isolated prisoner
        VJOP Rule 46 - own protection
        VLES Little English spoken
        VOP Rule 45 - own protection
        VU Poor coper
    """,
    ("W", "Warrant"): """
        WO Non-appearance at court
    """,
    ("X", "Security"): """
        *CA Considered for Cat A
        *HPI High public interest
        -SA Staff assaulter
        SE National public disorder
        XA Arsonist
        XAB Known brewer
        XACS Approved contact scheme
        XB Bully
        XC Climber
        XCA Chemical attacker
        -XCC PSO 4400 contact
        XCCI Cyber capable individual
        XCDO Involved in 2024 civil disorder
        -XCH PSO 4400 child
        XCI Concerted indiscipline
        XCIC Co-accused in custody
        XCO Corruptor
        XCOP Potential corruptor
        XCSEA Child sexual exploitation or abuse
        XCU Controlled unlock
        XD Development
        XEAN External agency nominal
        XEBM Enhanced behaviour monitoring
        XEL Escape List
        XELH Escape List - Heightened
        XER Escape Risk
        XFO Financial order
        XGANG Gang member
        XHT Hostage taker
        XILLENT Illegal entrant
        XIS Internal secretor
        XIT No access to IT
        XLDEPORT Notified of liability for deportation
        XN Nominal
        XNR Not for release
        -XOCGN OCG nominal
        XP Prominent
        XPHR Previous HDC recall
        XPOI Prisoner of interest
        XR Racist
        XRF Risk to females
        XSA Staff assaulter
        XSC Serious crime prevention order
        XSDEPORT Deportation order served
        -XSO Sex offender
        *XTACT Terrorism Act or related offence
        XTMS Modern slavery victim
        XVL Violent
        XXRAY Do not X-ray - body scan limit reached
        XYA Young offender held as adult
    """,
    # Nobody may use this type any more, yet its code was never switched off: its flags speak for themselves.
    ("Z", "Terrorism"): """
        ZT Terrorism
    """,
}
_INACTIVE_TYPES = frozenset({"Z"})


def _code(type_code: str, line: str, sequence: int) -> AlertCodeRow:
    mark = line[0] if line[0] in "-*" else ""
    code, _, description = line.removeprefix(mark).partition(" ")
    return AlertCodeRow(type_code, code, description, sequence, active=mark != "-", restricted=mark == "*")


@cache
def alert_types() -> tuple[AlertTypeRow, ...]:
    """All types in the order of their codes; U is an active type without one active code, Z the reverse."""
    return tuple(
        AlertTypeRow(
            code=type_code,
            description=description,
            sequence=number,
            active=type_code not in _INACTIVE_TYPES,
            codes=tuple(
                _code(type_code, line.strip(), position)
                for position, line in enumerate(lines.strip().splitlines(), start=1)
            ),
        )
        for number, ((type_code, description), lines) in enumerate(_LISTED.items(), start=1)
    )


@cache
def alert_codes() -> dict[str, AlertCodeRow]:
    """All codes by code; a code belongs to one type only."""
    return {code.code: code for alert_type in alert_types() for code in alert_type.codes}


@cache
def alert_types_by_code() -> dict[str, AlertTypeRow]:
    return {alert_type.code: alert_type for alert_type in alert_types()}
