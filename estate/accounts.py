"""Accounts and clients: every kind of staff and system, the same in every world."""

from dataclasses import dataclass
from functools import cache
from typing import Final
from uuid import UUID

from estate.model import Account, AuthSource, Client, ClientHome

GATEWAY_CLIENT: Final = "secure-move-gateway"
GATEWAY_SECRET: Final = "demo-gateway-secret"  # noqa: S105 - a demo word that opens only the stand-ins  # noqa: S105 - a demo word, for stand-ins

_STAFF_IDS_FROM: Final = 480_001
_EMAIL_DOMAIN: Final = "hmpps.example"


@dataclass(frozen=True, slots=True)
class _Staff:
    """A row of the table below; the first caseload is the active one."""

    username: str
    name: str
    label: str
    description: str
    roles: tuple[str, ...]
    caseloads: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    source: AuthSource = AuthSource.NOMIS
    enabled: bool = True
    persona: bool = True


_STAFF: Final = (
    _Staff(
        "LEEDS_OFFICER",
        "Maria Okafor",
        "Prison officer, Leeds",
        "Books and follows the moves of Leeds (HMP), and confirms escort records there.",
        ("PECS_PRISON",),
        ("LEI",),
    ),
    _Staff(
        "LEEDS_MOORLAND_OFFICER",
        "Gareth Pryce",
        "Prison officer, Leeds and Moorland",
        "Has two caseloads and may switch between them.",
        ("PECS_PRISON",),
        ("LEI", "MDI"),
    ),
    _Staff(
        "LEEDS_HEALTHCARE",
        "Anita Ramesh",
        "Healthcare, Leeds",
        "Fills in the health section of escort records at Leeds (HMP); books nothing.",
        ("PECS_PER_AUTHOR",),
        ("LEI",),
    ),
    _Staff(
        "LEEDS_OCA",
        "Colin Hartley",
        "Offender classification and allocation, Leeds",
        "Proposes transfers out of Leeds (HMP) and fills its allocations.",
        ("PECS_OCA", "PECS_PRISON"),
        ("LEI",),
    ),
    _Staff(
        "MOORLAND_OFFICER",
        "Denise Crowther",
        "Prison officer, Moorland",
        "Works elsewhere: sees of Leeds only what comes to or from Moorland.",
        ("PECS_PRISON",),
        ("MDI",),
    ),
    _Staff(
        "WANDSWORTH_OFFICER",
        "Tunde Balogun",
        "Prison officer, Wandsworth",
        "Works in the South, where Serco escorts.",
        ("PECS_PRISON",),
        ("WWI",),
    ),
    _Staff(
        "WETHERBY_OFFICER",
        "Sheila Dunmore",
        "HMYOI officer, Wetherby",
        "Books moves of children held at Wetherby (HMYOI).",
        ("PECS_HMYOI",),
        ("WYI",),
    ),
    _Staff(
        "PMU_REVIEWER",
        "Howard Stanley",
        "Population Management Unit",
        "Reviews single requests and raises allocations anywhere.",
        ("PECS_PMU",),
        ("BMI",),
    ),
    _Staff(
        "LEEDS_ADMINISTRATOR",
        "Ruth Fairclough",
        "Local system administrator, Leeds",
        "Looks after accounts at Leeds (HMP); sees no moves.",
        ("PECS_LSA", "MAINTAIN_ACCESS_ROLES"),
        ("LEI",),
    ),
    _Staff(
        "CENTRAL_ADMIN_OFFICER",
        "Neil Whitaker",
        "Prison officer with an administrator's caseload",
        "Carries the central administration caseload beside Leeds; it opens no prison.",
        ("PECS_PRISON",),
        ("LEI", "CADM_I"),
    ),
    _Staff(
        "AUDITOR",
        "Eleanor Voss",
        "Auditor",
        "Reads the access log and nothing else.",
        ("PECS_AUDITOR",),
        ("LEI",),
    ),
    _Staff(
        "NO_PECS_ROLE",
        "Simon Abara",
        "Prison staff without a PECS role",
        "Has Leeds as a caseload, and no role of this service.",
        ("VIEW_PRISONER_DATA",),
        ("LEI",),
    ),
    _Staff(
        "NO_CASELOAD",
        "Priya Nandakumar",
        "Prison officer without a caseload",
        "Has a role and no establishment: NOMIS answers with a dummy caseload.",
        ("PECS_PRISON",),
    ),
    _Staff(
        "FORMER_OFFICER",
        "Derek Lomas",
        "Prison officer who left",
        "The account is disabled.",
        ("PECS_PRISON",),
        ("LEI",),
        enabled=False,
        persona=False,
    ),
    _Staff(
        "CUSTODY_SERGEANT",
        "Janet Oldroyd",
        "Custody sergeant, Leeds Elland Road",
        "Books moves out of a West Yorkshire custody suite.",
        ("PECS_POLICE",),
        groups=("PECS_WYP1",),
        source=AuthSource.AUTH,
    ),
    _Staff(
        "LEEDS_COURT",
        "Michael Adeyemi",
        "Court custody, Leeds Crown Court",
        "Follows arrivals at and departures from Leeds Crown Court.",
        ("PECS_COURT",),
        groups=("PECS_LEEDCC",),
        source=AuthSource.AUTH,
    ),
    _Staff(
        "STC_OFFICER",
        "Louise Barraclough",
        "Secure training centre staff, Millbrook",
        "Books moves of children held at a secure training centre.",
        ("PECS_STC",),
        groups=("PECS_STC2",),
        source=AuthSource.AUTH,
    ),
    _Staff(
        "SCH_OFFICER",
        "Peter Sagar",
        "Secure children's home staff, Aldine",
        "Books moves of children held at a secure children's home.",
        ("PECS_SCH",),
        groups=("PECS_SCH1",),
        source=AuthSource.AUTH,
    ),
    _Staff(
        "GEOAMEY_STAFF",
        "Karen Loxley",
        "Supplier staff, GEOAmey",
        "Sees the moves that GEOAmey escorts, in the North.",
        ("PECS_SUPPLIER",),
        groups=("PECS_GEOAMEY",),
        source=AuthSource.AUTH,
    ),
    _Staff(
        "SERCO_STAFF",
        "Imran Siddiqui",
        "Supplier staff, Serco",
        "Sees the moves that Serco escorts, in the South.",
        ("PECS_SUPPLIER",),
        groups=("PECS_SERCO",),
        source=AuthSource.AUTH,
    ),
    _Staff(
        "CONTRACT_MANAGER",
        "Fiona Mackay",
        "Contract delivery manager",
        "Reads moves everywhere, for both contracts.",
        ("PECS_CDM",),
        source=AuthSource.AUTH,
    ),
    _Staff(
        "READ_ONLY",
        "Oliver Stanhope",
        "Read only",
        "Reads moves everywhere and changes nothing.",
        ("PECS_READ_ONLY",),
        source=AuthSource.AUTH,
    ),
    _Staff(
        "STAKEHOLDER_AUTHOR",
        "Bethan Rowlands",
        "Stakeholder, Leeds Crown Court",
        "Adds events to the escort records of people at Leeds Crown Court.",
        ("PECS_STAKEHOLDER_EVENT_AUTHOR",),
        groups=("PECS_LEEDCC",),
        source=AuthSource.AUTH,
    ),
    _Staff(
        "YOUTH_REGION",
        "Patrick Gilchrist",
        "Youth Custody Service, region",
        "Works for all establishments of the Youth Custody Service.",
        ("PECS_HMYOI",),
        groups=("PECS_YOUTH_CUSTODY_SERVICE",),
        source=AuthSource.AUTH,
    ),
    _Staff(
        "AZURE_OFFICER",
        "Yvonne Castle",
        "Officer signed in through Azure",
        "Comes from a source of sign-ins that opens no establishment.",
        ("PECS_PRISON",),
        source=AuthSource.AZUREAD,
    ),
)

_MACHINE: Final = ("client_credentials",)


@cache
def accounts() -> tuple[Account, ...]:
    return tuple(_account(index, staff) for index, staff in enumerate(_STAFF))


@cache
def clients() -> tuple[Client, ...]:
    return (
        Client(
            GATEWAY_CLIENT,
            GATEWAY_SECRET,
            (
                "VIEW_PRISONER_DATA",
                "PRISONER_SEARCH__PRISONER__RO",
                "PRISONER_ALERTS__RO",
                "ESTABLISHMENT_ROLL",
                "VIEW_ASSESSMENTS",
            ),
            _MACHINE,
            ("read",),
            "The gateway's own account: reads people, alerts, assessments and rolls, and writes nothing.",
        ),
        Client(
            "book-a-secure-move-ui",
            "demo-front-end-secret",
            (),
            ("authorization_code", "refresh_token", "password"),
            ("read", "write"),
            "The front end, through which people sign in.",
            token_seconds=3600,
        ),
        Client(
            "geoamey-system",
            "demo-geoamey-secret",
            ("PECS_SUPPLIER",),
            _MACHINE,
            ("read", "write"),
            "GEOAmey's own system.",
            supplier="geoamey",
        ),
        Client(
            "serco-system",
            "demo-serco-secret",
            ("PECS_SUPPLIER",),
            _MACHINE,
            ("read", "write"),
            "Serco's own system.",
            supplier="serco",
        ),
        Client(
            "wyp-custody-system",
            "demo-wyp-secret",
            ("PECS_POLICE",),
            _MACHINE,
            ("read", "write"),
            "The custody record system of West Yorkshire Police.",
            agencies=("WYP1", "WYP2", "WYP3"),
        ),
        Client(
            "leeds-crown-system",
            "demo-leeds-crown-secret",
            ("PECS_COURT",),
            _MACHINE,
            ("read", "write"),
            "The cell area system of Leeds Crown Court.",
            agencies=("LEEDCC",),
        ),
        *(
            Client(
                GATEWAY_CLIENT,
                f"demo-gateway-at-{key}",
                (),
                _MACHINE,
                ("read",),
                f"The gateway's account at {name}.",
                supplier=key,
                home=ClientHome.SUPPLIER,
            )
            for key, name in (("geoamey", "GEOAmey"), ("serco", "Serco"))
        ),
    )


def _account(index: int, staff: _Staff) -> Account:
    persona = staff.username.lower().replace("_", "-")
    first_name, last_name = staff.name.split(" ", 1)
    staff_id = _STAFF_IDS_FROM + index if staff.source is AuthSource.NOMIS else None
    return Account(
        username=staff.username,
        password=f"demo-{persona}",
        first_name=first_name,
        last_name=last_name,
        email=f"{first_name}.{last_name}@{_EMAIL_DOMAIN}".lower(),
        auth_source=staff.source,
        user_id=str(_uuid(index)) if staff_id is None else str(staff_id),
        staff_id=staff_id,
        roles=staff.roles,
        caseloads=staff.caseloads,
        active_caseload=staff.caseloads[0] if staff.caseloads else None,
        groups=staff.groups,
        label=staff.label,
        description=staff.description,
        persona=persona if staff.persona else None,
        enabled=staff.enabled,
    )


def _uuid(index: int) -> UUID:
    return UUID(int=0x5EC0_0000_0000_4000_8000_0000_0000_0000 + index)
