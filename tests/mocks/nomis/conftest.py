"""A dozen hand-made people and accounts, the services over them, and tokens to call with."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from mocks.nomis import create_app
from mocks.nomis.keys import KeyRing, SigningKey
from mocks.nomis.records import (
    AccountRecord,
    AdjustmentRecord,
    AgencyRecord,
    AlertRecord,
    CareNeedRecord,
    CaseloadRecord,
    ClientRecord,
    MovementRecord,
    PersonRecord,
)

TODAY = date(2026, 11, 24)
BORN = date(1985, 4, 1)
PRISON_IDS = ("LEI", "MDI", "NHI", "HLI", "DNI", "LHI", "RNI", "NMI", "BMI", "HEI", "LII", "FWI")

AGENCIES = (
    *(AgencyRecord(key, f"Prison {key} (HMP & YOI)" if key != "LEI" else "Leeds (HMP)", "INST") for key in PRISON_IDS),
    AgencyRecord("LEEDCC", "Leeds Crown Court", "CRT", court_type="CC"),
    AgencyRecord("BOLTMC", "Bolton Magistrates Court", "CRT", court_type="MC"),
    AgencyRecord("MPS34", "Harrow Road", "POLICE"),
    AgencyRecord("CKI", "Cookham Wood (HMYOI)", "INST", active=False),
)

PEOPLE = (
    PersonRecord(
        "A1001AA",
        "John",
        "Smith-Jones",
        BORN,
        "M",
        booking_id=100101,
        agency_id="LEI",
        middle_names="Paul",
        ethnicity="W1",
        nationality="British",
        pnc="14/120018R",
        book_number="A00112",
        cell="A-1-002",
        category="C",
        csra="STANDARD",
        assessed_on=date(2026, 1, 5),
        received_on=date(2025, 12, 1),
        alerts=(
            AlertRecord("00000000-0000-4000-8000-000000000001", "XEL", date(2026, 2, 1), created_by_name="Ann Other"),
            AlertRecord("00000000-0000-4000-8000-000000000002", "HA", date(2026, 3, 1), description="See plan"),
            AlertRecord("00000000-0000-4000-8000-000000000003", "XC", date(2024, 3, 1), date(2025, 3, 1)),
        ),
        care_needs=(
            CareNeedRecord(1, "DISAB", "RM", date(2026, 1, 1), comment="Uses a stick"),
            CareNeedRecord(2, "DISAB", "D", date(2026, 1, 1)),
            CareNeedRecord(3, "PHY", "ASTH", date(2025, 1, 1), status="I", end_on=date(2025, 6, 1)),
        ),
        adjustments=(
            AdjustmentRecord("LEARN SUPP", date(2026, 1, 2), "LEI", need_id=2),
            AdjustmentRecord("A/B/M", date(2026, 1, 2), "LEI"),
        ),
        movements=(
            MovementRecord("ADM", "N", "IN", "LEEDCC", "LEI", datetime(2025, 12, 1, 18, 30, tzinfo=UTC)),
            MovementRecord("CRT", "CA", "OUT", "LEI", "LEEDCC", datetime(2026, 7, 1, 7, 15, tzinfo=UTC)),
            MovementRecord("CRT", "CA", "IN", "LEEDCC", "LEI", datetime(2026, 7, 1, 16, 0, tzinfo=UTC)),
        ),
    ),
    PersonRecord(
        "A1002AA",
        "Peter",
        "Brown",
        BORN,
        "M",
        booking_id=100102,
        agency_id="MDI",
        category="P",
        csra="HI",
        assessed_on=date(2026, 1, 5),
        alerts=(AlertRecord("00000000-0000-4000-8000-000000000004", "XELH", date(2026, 2, 1)),),
    ),
    PersonRecord(
        "A1003AA",
        "Mary",
        "Green",
        BORN,
        "F",
        booking_id=100103,
        agency_id="NHI",
        category="Q",
        alerts=(AlertRecord("00000000-0000-4000-8000-000000000005", "DOCGM", date(2026, 2, 1)),),
        care_needs=(CareNeedRecord(4, "MATSTAT", "ACCU9", date(2026, 5, 1)),),
    ),
    PersonRecord(
        "A1004AA",
        "Adam",
        "White",
        BORN,
        "M",
        booking_id=100104,
        agency_id="OUT",
        in_out="OUT",
        active=False,
        last_prison_id="LEI",
        category="C",
    ),
    PersonRecord(
        "A1005AA",
        "Omar",
        "Black",
        BORN,
        "M",
        booking_id=100105,
        agency_id="TRN",
        in_out="TRN",
        active=False,
        last_prison_id="LEI",
        category="B",
    ),
    PersonRecord("A1006AA", "Never", "Received", BORN, "M", booking_id=None, agency_id=None),
    PersonRecord(
        "A1007AA",
        "Luke",
        "Grey",
        BORN,
        "M",
        booking_id=100107,
        agency_id="LEI",
        csra="PEND",
        alerts=(AlertRecord("00000000-0000-4000-8000-000000000006", "XVL", date(2026, 1, 1), TODAY),),
    ),
    PersonRecord("A1008AA", "Evan", "Rees", BORN, "M", booking_id=100108, agency_id="LEI", in_out="OUT", category="V"),
)
CROWD = tuple(
    PersonRecord(f"B{number:04}BB", "Some", f"Body{number}", BORN, "M", booking_id=200000 + number, agency_id="LEI")
    for number in range(60)
)

CASELOADS = (
    *(CaseloadRecord(key, f"{key} caseload", agencies=(key,)) for key in PRISON_IDS),
    CaseloadRecord("CADM_I", "Central administration", function="ADMIN", agencies=("LEI", "MDI")),
    CaseloadRecord("LDSCOM", "Leeds probation", kind="COMM"),
)

ACCOUNTS = (
    AccountRecord(
        "LEI_OFFICER",
        "correct horse",
        "nomis",
        "Ann",
        "Officer",
        "4001",
        roles=("PECS_PRISON", "PECS_OCA"),
        caseloads=("LEI", "CADM_I", "LDSCOM"),
        active_caseload="LEI",
        email="ann.officer@example.com",
        staff_id=4001,
    ),
    AccountRecord("NEW_STARTER", "pass", "nomis", "New", "Starter", "4002", staff_id=4002),
    AccountRecord(
        "SUPPLIER1",
        "pass",
        "auth",
        "Sue",
        "Plier",
        "5f9d9c0e-0000-4000-8000-000000000001",
        roles=("PECS_SUPPLIER",),
        groups=("PECS_GEOAMEY",),
        email="sue@example.com",
        email_verified=False,
    ),
    AccountRecord("GONE", "pass", "auth", "Long", "Gone", "5f9d9c0e-0000-4000-8000-000000000002", enabled=False),
    AccountRecord("CLOUDY", "pass", "azuread", "Clo", "Udy", "5f9d9c0e-0000-4000-8000-000000000003"),
)

CLIENTS = (
    ClientRecord(
        "gateway",
        "gateway-secret",
        roles=("VIEW_PRISONER_DATA", "PRISONER_SEARCH__PRISONER__RO", "PRISONER_ALERTS__RO"),
    ),
    ClientRecord("wide", "wide-secret", roles=("GLOBAL_SEARCH", "USER_PERMISSIONS__RO"), scopes=("read", "write")),
    ClientRecord("powerless", "powerless-secret"),
    ClientRecord("brief", "brief-secret", token_seconds=60),
    ClientRecord("web", "web-secret", grants=("authorization_code", "refresh_token", "password"), redirect_uris=()),
)


class HandMade:
    """A source of the records above."""

    def __init__(self) -> None:
        self._people = {person.number: person for person in (*PEOPLE, *CROWD)}

    def agencies(self) -> Iterable[AgencyRecord]:
        return AGENCIES

    def caseloads(self) -> Iterable[CaseloadRecord]:
        return CASELOADS

    def accounts(self) -> Iterable[AccountRecord]:
        return ACCOUNTS

    def clients(self) -> Iterable[ClientRecord]:
        return CLIENTS

    def person(self, number: str) -> PersonRecord | None:
        return self._people.get(number)

    def number_of_booking(self, booking_id: int) -> str | None:
        return next((each.number for each in self._people.values() if each.booking_id == booking_id), None)

    def number_of_alert(self, alert_id: str) -> str | None:
        return next(
            (each.number for each in PEOPLE for alert in each.alerts if alert.alert_id == alert_id),
            None,
        )

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
