"""A dozen hand-made people and accounts, the services over them, and tokens to call with."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette

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
    ClientHome,
    Contact,
    CourtType,
    Movement,
    Person,
)
from mocks.nomis import create_app
from mocks.nomis.keys import KeyRing, SigningKey

TODAY = date(2026, 11, 24)
PRISON_IDS = ("LEI", "MDI", "NHI", "HLI", "DNI", "LHI", "RNI", "NMI", "BMI", "HEI", "LII", "FWI")


def _agency(agency_id: str, name: str, kind: str = "INST", **changes: Any) -> Agency:
    return Agency(agency_id, name, AgencyType(kind), **changes)


def _alert(
    number: int, code: str, active_from: date, active_to: date | None = None, comment: str | None = None
) -> Alert:
    uuid = UUID(f"00000000-0000-4000-8000-{number:012}")
    return Alert(uuid, code[0], code, comment, active_from, active_to, None, "SYS_GEN", "Ann Other", None)


def _need(number: int, kind: str, code: str, told: str, start: date, **changes: Any) -> CareNeed:
    return replace(CareNeed(number, kind, code, told, "ON", None, start, None), **changes)


def _person(
    number: str, first_name: str, last_name: str, booking_id: int | None, agency_id: str | None, **changes: Any
) -> Person:
    somebody = Person(
        prison_number=number,
        booking_id=booking_id,
        book_number=None,
        first_name=first_name,
        middle_names=None,
        last_name=last_name,
        date_of_birth=date(1985, 4, 1),
        gender="Male",
        sex_code="M",
        ethnicity="White: British",
        ethnicity_code="W1",
        nationality="British",
        religion="None",
        pnc_number=None,
        cro_number=None,
        category=None,
        csra=None,
        assessed_on=date(2026, 1, 5),
        legal_status="SENTENCED",
        agency_id=agency_id,
        last_prison_id=None,
        in_out_status=None if booking_id is None else "IN",
        active=booking_id is not None,
        cell=None,
        received_on=None,
        alerts=(),
        care_needs=(),
        adjustments=(),
        movements=(),
    )
    return replace(somebody, **changes)


def _account(username: str, source: AuthSource, user_id: str, **changes: Any) -> Account:
    account = Account(
        username=username,
        password="pass",
        first_name=username.title(),
        last_name="Person",
        email=None,
        auth_source=source,
        user_id=user_id,
        staff_id=None,
        roles=(),
        caseloads=(),
        active_caseload=None,
        groups=(),
        label=username,
        description="",
        persona=None,
    )
    return replace(account, **changes)


def _client(client_id: str, *authorities: str, **changes: Any) -> Client:
    client = Client(client_id, f"{client_id}-secret", authorities, ("client_credentials",), ("read",), "")
    return replace(client, **changes)


AGENCIES = (
    *(_agency(key, f"Prison {key} (HMP & YOI)" if key != "LEI" else "Leeds (HMP)") for key in PRISON_IDS),
    _agency("LEEDCC", "Leeds Crown Court", "CRT", court_type=CourtType.CROWN),
    _agency("BOLTMC", "Bolton Magistrates Court", "CRT", court_type=CourtType.MAGISTRATES),
    _agency("MPS34", "Harrow Road", "POLICE"),
    _agency("CKI", "Cookham Wood (HMYOI)", active=False),
    _agency("OUT", "Outside", pseudo=True),
    _agency("TRN", "Transfer", pseudo=True),
)

PEOPLE = (
    _person(
        "A1001AA",
        "John",
        "Smith-Jones",
        100101,
        "LEI",
        middle_names="Paul",
        pnc_number="14/120018R",
        book_number="A00112",
        cell="A-1-002",
        category="C",
        csra="STANDARD",
        received_on=date(2025, 12, 1),
        alerts=(
            _alert(1, "XEL", date(2026, 2, 1)),
            _alert(2, "HA", date(2026, 3, 1), comment="See plan"),
            _alert(3, "XC", date(2024, 3, 1), date(2025, 3, 1)),
        ),
        care_needs=(
            _need(1, "DISAB", "RM", "Reduced Mobility", date(2026, 1, 1), comment="Uses a stick"),
            _need(2, "DISAB", "D", "Dyslexia", date(2026, 1, 1)),
            _need(3, "PHY", "ASTH", "Asthmatic", date(2025, 1, 1), status="I", end_date=date(2025, 6, 1)),
        ),
        adjustments=(
            Adjustment("LEARN SUPP", "Learning support", None, date(2026, 1, 2), None, "LEI", 2),
            Adjustment("A/B/M", "Audio, Braille or Moon", None, date(2026, 1, 2), None, "LEI", None),
        ),
        movements=(
            Movement("ADM", "N", "IN", "LEEDCC", "LEI", datetime(2025, 12, 1, 18, 30, tzinfo=UTC)),
            Movement("CRT", "CA", "OUT", "LEI", "LEEDCC", datetime(2026, 7, 1, 7, 15, tzinfo=UTC)),
            Movement("CRT", "CA", "IN", "LEEDCC", "LEI", datetime(2026, 7, 1, 16, 0, tzinfo=UTC)),
        ),
        contacts=(
            Contact(71, "Anna", "Smith-Jones", "S", "MOT", "Mother", True, True, "Call first", date(2026, 7, 1), None),
            Contact(72, "Sol", "Icitor", "O", "SOL", "Solicitor", False, False, None, date(2026, 1, 1), TODAY),
        ),
    ),
    _person(
        "A1002AA",
        "Peter",
        "Brown",
        100102,
        "MDI",
        category="P",
        csra="HI",
        csra_code="CSRREV",
        csra_review_on=date(2026, 12, 1),
        csra_comment="Single cell",
        alerts=(_alert(4, "XELH", date(2026, 2, 1)),),
    ),
    _person(
        "A1003AA",
        "Mary",
        "Green",
        100103,
        "NHI",
        sex_code="F",
        gender="Female",
        category="Q",
        alerts=(_alert(5, "DOCGM", date(2026, 2, 1)),),
        care_needs=(_need(4, "MATSTAT", "ACCU9", "Preg, acc under 9mths", date(2026, 5, 1)),),
    ),
    _person("A1004AA", "Adam", "White", 100104, "OUT", in_out_status="OUT", active=False, last_prison_id="LEI"),
    _person("A1005AA", "Omar", "Black", 100105, "TRN", in_out_status="TRN", active=False, last_prison_id="LEI"),
    _person("A1006AA", "Never", "Received", None, None),
    _person("A1007AA", "Luke", "Grey", 100107, "LEI", csra="PEND", alerts=(_alert(6, "XVL", date(2026, 1, 1), TODAY),)),
    _person("A1008AA", "Evan", "Rees", 100108, "LEI", in_out_status="OUT", category="V"),
)
CROWD = tuple(_person(f"B{number:04}BB", "Some", f"Body{number}", 200000 + number, "LEI") for number in range(60))

CASELOADS = (
    *(Caseload(key, f"{key} caseload", agency_ids=(key,)) for key in PRISON_IDS),
    Caseload("CADM_I", "Central administration", function="ADMIN", agency_ids=("LEI", "MDI")),
    Caseload("LDSCOM", "Leeds probation", caseload_type="COMM"),
)

ACCOUNTS = (
    _account(
        "LEI_OFFICER",
        AuthSource.NOMIS,
        "4001",
        password="correct horse",
        first_name="Ann",
        last_name="Officer",
        roles=("PECS_PRISON", "PECS_OCA"),
        caseloads=("LEI", "CADM_I", "LDSCOM"),
        active_caseload="LEI",
        email="ann.officer@example.com",
        staff_id=4001,
    ),
    _account("NEW_STARTER", AuthSource.NOMIS, "4002", staff_id=4002),
    _account(
        "SUPPLIER1",
        AuthSource.AUTH,
        "5f9d9c0e-0000-4000-8000-000000000001",
        first_name="Sue",
        last_name="Plier",
        roles=("PECS_SUPPLIER",),
        groups=("PECS_GEOAMEY",),
        email="sue@example.com",
    ),
    _account("GONE", AuthSource.AUTH, "5f9d9c0e-0000-4000-8000-000000000002", enabled=False),
    _account("CLOUDY", AuthSource.AZUREAD, "5f9d9c0e-0000-4000-8000-000000000003"),
)

CLIENTS = (
    _client("gateway", "VIEW_PRISONER_DATA", "PRISONER_SEARCH__PRISONER__RO", "PRISONER_ALERTS__RO"),
    _client("wide", "GLOBAL_SEARCH", "USER_PERMISSIONS__RO", scopes=("read", "write")),
    _client("powerless"),
    _client("brief", token_seconds=60),
    _client("web", grant_types=("authorization_code", "refresh_token", "password")),
    _client("elsewhere", home=ClientHome.SUPPLIER, supplier="serco"),
)


class HandMade:
    """A source of the records above."""

    def __init__(self) -> None:
        self._people = {person.prison_number: person for person in (*PEOPLE, *CROWD)}

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
        return {"PECS_GEOAMEY": "GEOAmey"}


@dataclass
class MovableClock:
    """The time, which a test may move forward."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


Bearer = dict[str, str]
AsClient = Callable[..., Awaitable[Bearer]]
AsUser = Callable[..., Awaitable[Bearer]]


@pytest.fixture(scope="session")
def first_key() -> SigningKey:
    return SigningKey(key_id="dps-client-key")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def app(first_key: SigningKey, clock: MovableClock) -> Starlette:
    return create_app(HandMade(), today=TODAY, keys=KeyRing(first_key), clock=clock)


@pytest.fixture
async def nomis(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://nomis.test:9101") as client:
        yield client


@pytest.fixture
def as_client(nomis: httpx.AsyncClient) -> AsClient:
    """Give the header of a client-credentials token, on behalf of a user when `username` is given."""

    async def header(client: str = "gateway", **parameters: str) -> Bearer:
        answer = await nomis.post(
            "/auth/oauth/token",
            params={"grant_type": "client_credentials", **parameters},
            auth=(client, f"{client}-secret"),
        )
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    return header


@pytest.fixture
def as_user(nomis: httpx.AsyncClient) -> AsUser:
    """Give the header of a signed-in person's token."""

    async def header(username: str = "LEI_OFFICER") -> Bearer:
        password = next(account.password for account in ACCOUNTS if account.username == username)
        answer = await nomis.post(
            "/auth/oauth/token",
            data={"grant_type": "password", "username": username, "password": password},
            auth=("web", "web-secret"),
        )
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    return header


@pytest.fixture
def odd_token(nomis: httpx.AsyncClient) -> AsClient:
    """Give the header of a token that the sign-in service would not make."""

    async def header(**wanted: object) -> Bearer:
        answer = await nomis.post("/__tokens", json=wanted)
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    return header
