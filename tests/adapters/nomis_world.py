"""Hand-made people, accounts and agencies for the NOMIS mock."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from estate.model import (
    Account,
    Adjustment,
    Agency,
    AgencyType,
    Alert,
    AuthSource,
    CareNeed,
    Caseload,
    Client,
    Contact,
    CourtType,
    Person,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def alert(number: int, code: str, until: date | None = None, *, type_code: str = "X", comment: str = "") -> Alert:
    return Alert(
        uuid=UUID(int=number),
        type_code=type_code,
        code=code,
        description=comment or None,
        active_from=date(2024, 2, 1),
        active_to=until,
        authorised_by=None,
        created_by="SYS_GEN",
        created_by_name="System",
        prison_code="LEI",
    )


def need(number: int, problem_type: str, code: str, description: str, status: str = "ON") -> CareNeed:
    return CareNeed(number, problem_type, code, description, status, None, date(2026, 1, 1), None)


def person(
    number: str,
    first_name: str,
    last_name: str,
    agency_id: str | None,
    *,
    category: str | None = None,
    middle_names: str | None = None,
    alerts: tuple[Alert, ...] = (),
    care_needs: tuple[CareNeed, ...] = (),
) -> Person:
    inside = agency_id not in {"OUT", "TRN", None}
    return Person(
        prison_number=number,
        booking_id=None if agency_id is None else int(number[1:5]),
        book_number=None,
        first_name=first_name,
        middle_names=middle_names,
        last_name=last_name,
        date_of_birth=date(1985, 4, 1),
        gender="Male",
        sex_code="M",
        ethnicity="White: Irish",
        ethnicity_code="W2",
        nationality="Irish",
        religion="None",
        pnc_number="14/120018R",
        cro_number="1234/85A",
        category=category,
        csra=None,
        assessed_on=None,
        legal_status="SENTENCED",
        agency_id=agency_id,
        last_prison_id=None,
        in_out_status=None if agency_id is None else "IN" if inside else agency_id,
        active=inside,
        cell=None,
        received_on=None,
        alerts=alerts,
        care_needs=care_needs,
        adjustments=(),
        movements=(),
    )


def noted(somebody: Person) -> Person:
    """Add what is told by booking, and a cell-sharing risk assessment."""
    since = date(2026, 1, 2)
    return replace(
        somebody,
        booking_id=71001,
        csra="HI",
        csra_code="CSRREV",
        csra_review_on=date(2026, 12, 1),
        csra_comment="Single cell",
        assessed_on=since,
        adjustments=(
            Adjustment("LGE PRINT", "Large print", "On A4", since, None, "LEI", None),
            Adjustment("A/B/M", "Audio, Braille or Moon", None, since, date(2026, 2, 1), "LEI", None),
        ),
        contacts=(
            Contact(1, "Anna", "O'Brien", "S", "MOT", "Mother", True, True, "Call first", date(2026, 7, 1), None),
            Contact(2, "Sol", "Icitor", "O", "SOL", "Solicitor", False, False, None, since, date(2026, 3, 1)),
        ),
    )


JOHN = noted(
    person(
        "A1001AA",
        "John",
        "Smith-Jones",
        "LEI",
        category="C",
        middle_names="Paul Anne-Marie",
        alerts=(
            alert(1, "XEL"),
            alert(2, "HA", type_code="H", comment="See plan"),
            alert(3, "XC", date(2025, 3, 1)),
            alert(4, "XVL", TODAY),
        ),
        care_needs=(
            need(1, "DISAB", "RM", "Reduced Mobility"),
            need(2, "PHY", "ASTH", "Asthmatic", status="I"),
            need(3, "PSYCH", "DEP", "Depression"),
        ),
    )
)
PEOPLE = (
    JOHN,
    person("A1002AA", "Peter", "O'Brien", "MDI", category="P", alerts=(alert(5, "XELH"),)),
    person("A1004AA", "Adam", "White", "OUT", category="C"),
    person("A1005AA", "Omar", "Black", "TRN", category="B"),
    person("A1006AA", "Never", "Received", None),
    person("A1007AA", "Luke", "Grey", "LEI", alerts=(alert(7, "SH", type_code="H"),)),
)
CROWD = tuple(person(f"B{number:04}BB", "Some", "Body", "LEI") for number in range(1200))

AGENCIES = (
    *(Agency(key, f"Prison {key} (HMP & YOI)", AgencyType.INST) for key in ("LEI", "MDI")),
    *(Agency(f"P{number:02}I", f"Prison {number} (HMP)", AgencyType.INST) for number in range(30)),
    Agency("LEEDCC", "Leeds Crown Court", AgencyType.CRT, CourtType.CROWN),
    Agency("MPS34", "Harrow Road", AgencyType.POLICE),
    Agency("CKI", "Cookham Wood (HMYOI)", AgencyType.INST, active=False),
    *(Agency(key, key, AgencyType.INST, pseudo=True) for key in ("OUT", "TRN", "ZZGHI")),
)
CASELOADS = (
    Caseload("LEI", "Leeds (HMP)", agency_ids=("LEI",)),
    Caseload("MDI", "Moorland (HMP & YOI)", agency_ids=("MDI",)),
    Caseload("CADM_I", "Central administration", function="ADMIN", agency_ids=("LEI", "MDI")),
    Caseload("LDSCOM", "Leeds probation", caseload_type="COMM"),
)


def account(
    username: str,
    password: str,
    name: str,
    source: AuthSource,
    *,
    caseloads: tuple[str, ...] = (),
    active_caseload: str | None = None,
    groups: tuple[str, ...] = (),
) -> Account:
    first_name, _, last_name = name.partition(" ")
    return Account(
        username=username,
        password=password,
        first_name=first_name,
        last_name=last_name,
        email=None,
        auth_source=source,
        user_id=username.lower(),
        staff_id=4001 if source is AuthSource.NOMIS else None,
        roles=("PECS_PRISON",),
        caseloads=caseloads,
        active_caseload=active_caseload,
        groups=groups,
        label=name,
        description="",
        persona=None,
    )


ACCOUNTS = (
    account(
        "LEI_OFFICER",
        "correct horse",
        "Ann Officer",
        AuthSource.NOMIS,
        caseloads=("LEI", "MDI", "CADM_I", "LDSCOM"),
        active_caseload="MDI",
    ),
    account("NEW_STARTER", "pass", "New Starter", AuthSource.NOMIS),
    account("POLICE1", "pass", "Pol Ice", AuthSource.AUTH, groups=("PECS_MPS34", "PECS_WALES")),
)


def client(client_id: str, grant: str, *authorities: str) -> Client:
    return Client(client_id, f"{client_id}-secret", authorities, (grant,), ("read",), "")


CLIENTS = (
    client(
        "gateway",
        "client_credentials",
        *("VIEW_PRISONER_DATA", "PRISONER_SEARCH__PRISONER__RO", "PRISONER_ALERTS__RO"),
    ),
    client("powerless", "client_credentials"),
    client("web", "password"),
)


class HandMade:
    """A source of the records above."""

    def __init__(self) -> None:
        self._people = {each.prison_number: each for each in (*PEOPLE, *CROWD)}

    def agencies(self) -> Iterable[Agency]:
        return AGENCIES

    def caseloads(self) -> Iterable[Caseload]:
        return CASELOADS

    def accounts(self) -> Iterable[Account]:
        return ACCOUNTS

    def clients(self) -> Iterable[Client]:
        return CLIENTS

    def people(self) -> Iterable[Person]:
        return self._people.values()

    def person(self, number: str) -> Person | None:
        return self._people.get(number)

    def group_names(self) -> Mapping[str, str]:
        return {}
