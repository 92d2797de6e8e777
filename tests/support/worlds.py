"""A whole gateway over hand-made upstreams, in one process: people in the mock NOMIS, legs at the mock suppliers."""

import base64
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final
from unittest.mock import patch

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from estate.model import Account, Caseload, Client, Person
from estate.model import Agency as NomisAgency
from gateway.app import create_app
from gateway.connecting import Upstreams
from gateway.domain.allocations import Allocation
from gateway.domain.escort_records import EscortRecord
from gateway.domain.events import Event
from gateway.domain.ids import AgencyId, SupplierKey
from gateway.domain.locations import NOMIS_AGENCY_TYPES, Agency, Region
from gateway.domain.moves import Lodging, Move
from gateway.domain.suppliers import Supplier
from gateway.services.location_sync import LocationSync
from gateway.services.recurring import Recurring
from gateway.services.write_behind import WriteBehind
from gateway.settings import BindingSettings, Settings, SupplierSettings
from gateway.store import moves_writer, reference
from gateway.store.engine import Database
from gateway.store.reference import SupplierLocation
from mocks.nomis.app import create_app as create_nomis
from mocks.nomis.keys import KeyRing
from mocks.nomis.services import Service, service_of
from mocks.supplier.app import behind_switches
from mocks.supplier.app import create_app as create_supplier
from mocks.supplier.records import ClientRecord as SupplierClientRecord
from mocks.supplier.records import LegRecord, PositionRecord
from mocks.switches import Switches

NOW: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TODAY: Final = NOW.date()
TOKEN_LIFETIME: Final = timedelta(minutes=20)
NOMIS_URL: Final = "http://nomis.test"
ISSUER: Final = f"{NOMIS_URL}/auth/issuer"
WEBHOOK_SECRET: Final = "whsec_" + base64.b64encode(b"what the gateway signs with").decode()
INBOUND_SECRET: Final = "whsec_" + base64.b64encode(b"what a supplier signs with").decode()
SUPPLIERS: Final = (
    Supplier(SupplierKey("geoamey"), "GEOAmey", "North"),
    Supplier(SupplierKey("serco"), "Serco", "South"),
)


@cache
def key_ring() -> KeyRing:
    """Make one signing key for all worlds: making keys is slow."""
    return KeyRing()


@dataclass
class Clock:
    """Stands still until it is moved; the gateway and both mocks read it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass
class NomisSource:
    """What the mock NOMIS reads; people may be changed while it runs."""

    people_by_number: dict[str, Person] = field(default_factory=dict)
    agency_list: tuple[NomisAgency, ...] = ()
    account_list: tuple[Account, ...] = ()

    def agencies(self) -> Iterable[NomisAgency]:
        return self.agency_list

    def caseloads(self) -> Iterable[Caseload]:
        return [
            Caseload(agency.agency_id, agency.name, agency_ids=(agency.agency_id,))
            for agency in self.agency_list
            if agency.agency_type == "INST"
        ]

    def accounts(self) -> Iterable[Account]:
        return self.account_list

    def clients(self) -> Iterable[Client]:
        return [
            Client(
                "gateway",
                "gateway-secret",
                ("VIEW_PRISONER_DATA", "PRISONER_SEARCH__PRISONER__RO", "PRISONER_ALERTS__RO"),
                ("client_credentials",),
                ("read",),
                "The gateway's own account",
            ),
            *(
                Client(
                    f"{one.key}-system",
                    f"{one.key}-secret",
                    ("PECS_SUPPLIER",),
                    ("client_credentials",),
                    ("read", "write"),
                    f"{one.name}'s own system",
                )
                for one in SUPPLIERS
            ),
        ]

    def people(self) -> Iterable[Person]:
        return self.people_by_number.values()

    def person(self, number: str) -> Person | None:
        return self.people_by_number.get(number)

    def group_names(self) -> Mapping[str, str]:
        return {}


@dataclass
class SupplierSource:
    """What a mock supplier reads."""

    legs_by_reference: dict[str, tuple[LegRecord, ...]] = field(default_factory=dict)
    positions_by_reference: dict[str, PositionRecord] = field(default_factory=dict)

    def legs(self, reference: str) -> tuple[LegRecord, ...] | None:
        return self.legs_by_reference.get(reference)

    def position(self, reference: str) -> PositionRecord | None:
        return self.positions_by_reference.get(reference)

    def clients(self) -> Iterable[SupplierClientRecord]:
        return [SupplierClientRecord("gateway", "gateway-secret")]


@dataclass
class Stored:
    """What the gateway's own store begins with."""

    moves: Sequence[tuple[Move, Sequence[Lodging]]] = ()
    allocations: Sequence[Allocation] = ()
    records: Sequence[EscortRecord] = ()
    events: Sequence[Event] = ()


@dataclass
class NomisHouse:
    """An ASGI application that another world can move into while the gateway runs on."""

    clock: Clock
    today: date
    app: ASGIApp = field(init=False)

    def move_in(self, source: NomisSource) -> Starlette:
        """Serve a world; tokens that were issued before still hold."""
        app = create_nomis(
            source, today=self.today, keys=key_ring(), issuer=ISSUER, clock=self.clock, agency_cache_seconds=0
        )
        self.app = app
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@dataclass
class Gateway:
    """A running gateway and its upstreams' doors."""

    app: Starlette
    client: httpx.AsyncClient
    nomis: Switches
    suppliers: Mapping[str, Switches]
    database: Database
    clock: Clock
    nomis_house: NomisHouse
    writers: Sequence[WriteBehind[Any]]
    supplier_apps: Mapping[str, Starlette] = field(default_factory=dict)

    async def ask(self, query: str, token: str, variables: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Send an operation and give the whole answer."""
        answer = await self.client.post(
            "/graphql",
            json={"query": query, "variables": dict(variables or {})},
            headers={"Authorization": f"Bearer {token}"},
        )
        body: dict[str, Any] = answer.json()
        return body

    async def settle(self) -> None:
        """Wait until everything that is written behind the answers is written."""
        for writer in self.writers:
            await writer.flush()

    async def raw(self, query: str, token: str, variables: Mapping[str, object] | None = None) -> bytes:
        """Send an operation under a fixed request id and give the answer's bytes."""
        answer = await self.client.post(
            "/graphql",
            json={"query": query, "variables": dict(variables or {})},
            headers={"Authorization": f"Bearer {token}", "X-Request-Id": "the-same-each-time"},
        )
        return answer.content

    async def switch(self, door: Switches, *rules: Mapping[str, object]) -> None:
        """Set the faults of an upstream."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://door.test") as client:
            (await client.put("/__faults", json={"rules": list(rules)})).raise_for_status()

    async def counts(self, door: Switches, *, forget: bool = True) -> dict[str, int]:
        """Give the requests at a door since the last look, by route, sign-in's left out.

        Without forgetting they go on being counted.
        """
        found = door.counts()
        if forget:
            door.forget_counts()
        return {
            route: count
            for route, count in found.items()
            if not route.endswith(("/oauth/token", "/.well-known/jwks.json"))
        }


def token_for(
    username: str,
    *roles: str,
    auth_source: str = "nomis",
    expires_at: datetime = NOW + TOKEN_LIFETIME,
    **claims: object,
) -> str:
    """Sign a user's token, as sign-in would."""
    return key_ring().sign(
        {
            "sub": username,
            "user_name": username,
            "user_id": "1",
            "name": username.title(),
            "auth_source": auth_source,
            "authorities": [f"ROLE_{role}" for role in roles],
            "scope": ["read"],
            "client_id": "front-end",
            "grant_type": "authorization_code",
            "iss": ISSUER,
            "jti": "1",
            "exp": int(expires_at.timestamp()),
            **claims,
        }
    )


def machine_token(client_id: str, *roles: str, **claims: object) -> str:
    """Sign a system's own token."""
    return key_ring().sign(
        {
            "sub": client_id,
            "auth_source": "none",
            "authorities": [f"ROLE_{role}" for role in roles],
            "scope": ["read"],
            "client_id": client_id,
            "grant_type": "client_credentials",
            "iss": ISSUER,
            "jti": "1",
            "exp": int((NOW + TOKEN_LIFETIME).timestamp()),
            **claims,
        }
    )


@asynccontextmanager
async def running_gateway(
    store_url: str,
    *,
    nomis: NomisSource,
    stored: Stored,
    suppliers: Mapping[str, SupplierSource] | None = None,
    regions: Iterable[Region] = (),
    served: Mapping[str, Iterable[str]] | None = None,
    bindings: Mapping[str, BindingSettings] | None = None,
    today: date = TODAY,
    time_limit: float = 4.0,
    clock: Clock | None = None,
    works_by_itself: bool = False,
    webhooks: bool = False,
    options: Mapping[str, object] | None = None,
) -> AsyncIterator[Gateway]:
    """Run a gateway over an empty, migrated store, filled with what is given.

    `served` names the places of each supplier; where it is not given, the first one serves them all. Unless it
    `works_by_itself`, what recurs stands still: tests ask for a round (`nomis_imports.once()`), so that no answer and
    no count depends on when a task had its turn. With `webhooks` suppliers' systems are told of moves as they change.
    `options` are settings that differ.
    """
    clock = clock or Clock()
    sources = {"geoamey": SupplierSource(), "serco": SupplierSource(), **(suppliers or {})}
    house = NomisHouse(clock, today)
    nomis_app = house.move_in(nomis)
    nomis_door = Switches(house, service_of=service_of, services=tuple(Service), routes=nomis_app.routes)
    supplier_apps = {
        key: create_supplier(source, clock=clock, webhook_secrets=[WEBHOOK_SECRET]) for key, source in sources.items()
    }
    supplier_doors = {key: behind_switches(one) for key, one in supplier_apps.items()}
    app = create_app(
        _settings(store_url, bindings or {}, time_limit, webhooks=webhooks).model_copy(update=options or {}),
        clock=clock,
        upstreams=Upstreams(
            nomis=httpx.ASGITransport(nomis_door),
            suppliers={key: httpx.ASGITransport(door) for key, door in supplier_doors.items()},
            webhooks={key: httpx.ASGITransport(door) for key, door in supplier_doors.items()},
        ),
    )
    database: Database = app.state.platform.database
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.aclose)
        await fill(database, nomis, stored, regions, served)
        with _noting_writers() as writers, nullcontext() if works_by_itself else _nothing_recurring():
            await stack.enter_async_context(app.router.lifespan_context(app))
        client = await stack.enter_async_context(
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test")
        )
        yield Gateway(app, client, nomis_door, supplier_doors, database, clock, house, writers, supplier_apps)


@contextmanager
def _noting_writers() -> Iterator[list[WriteBehind[Any]]]:
    """Note the writers that an application starts: it keeps them to itself."""
    writers: list[WriteBehind[Any]] = []
    start = WriteBehind.start

    def noting(self: WriteBehind[Any]) -> None:
        writers.append(self)
        start(self)

    with patch.object(WriteBehind, "start", noting):
        yield writers


@contextmanager
def _nothing_recurring() -> Iterator[None]:
    """Let an application start without the work that it does by itself."""
    with patch.object(Recurring, "start"), patch.object(LocationSync, "start"):
        yield


async def fill(
    database: Database,
    nomis: NomisSource,
    stored: Stored,
    regions: Iterable[Region],
    served: Mapping[str, Iterable[str]] | None,
) -> None:
    places = [one for one in nomis.agency_list if not one.pseudo]
    serving = served if served is not None else {SUPPLIERS[0].key: [one.agency_id for one in places]}
    async with database.transaction() as connection:
        await reference.upsert_suppliers(connection, SUPPLIERS)
        await reference.upsert_agencies(
            connection,
            [
                Agency(AgencyId(one.agency_id), one.name, NOMIS_AGENCY_TYPES[one.agency_type], one.active)
                for one in places
            ],
        )
        await reference.upsert_regions(connection, regions)
        await reference.upsert_supplier_locations(
            connection,
            [
                SupplierLocation(SupplierKey(key), AgencyId(agency_id))
                for key, agency_ids in serving.items()
                for agency_id in agency_ids
            ],
        )
        titles: dict[Any, str] = {one.agency_id: one.name for one in nomis.agency_list}
        if stored.allocations:
            await moves_writer.insert_allocations(connection, stored.allocations, at=NOW)
        if stored.moves:
            await moves_writer.insert_moves(
                connection, [(move, tuple(stays)) for move, stays in stored.moves], titles=titles
            )
        if stored.records:
            await moves_writer.insert_escort_records(connection, stored.records, at=NOW)
        if stored.events:
            await moves_writer.insert_events(connection, stored.events)


def _settings(
    store_url: str, bindings: Mapping[str, BindingSettings], time_limit: float, *, webhooks: bool
) -> Settings:
    return _checked_settings(frozenset(bindings.items()), time_limit, webhooks=webhooks).model_copy(
        update={"database_url": store_url}
    )


@cache
def _checked_settings(
    bindings: frozenset[tuple[str, BindingSettings]], time_limit: float, *, webhooks: bool
) -> Settings:
    """Check settings once for all beds that run with the same."""
    return Settings.model_validate(
        {
            "migrate_on_start": False,
            "compile_at_use": 1,  # what is asked once in a test is compiled all the same
            "sign_in_url": f"{NOMIS_URL}/auth",
            "prison_api_url": NOMIS_URL,
            "prisoner_search_url": NOMIS_URL,
            "alerts_url": NOMIS_URL,
            "manage_users_url": NOMIS_URL,
            "nomis_client_id": "gateway",
            "nomis_client_secret": "gateway-secret",
            "suppliers": [
                SupplierSettings.model_validate(
                    {
                        "key": one.key,
                        "name": one.name,
                        "base_url": f"http://{one.key}.test",
                        "client_id": "gateway",
                        "client_secret": "gateway-secret",
                        "inbound_webhook_secrets": [INBOUND_SECRET],
                        **(
                            {
                                "webhook_url": f"http://{one.key}.test/webhooks",
                                "webhook_secrets": [WEBHOOK_SECRET],
                            }
                            if webhooks
                            else {}
                        ),
                    }
                )
                for one in SUPPLIERS
            ],
            "machine_clients": dict(bindings),
            "upstream_time_limit": time_limit,
        }
    )
