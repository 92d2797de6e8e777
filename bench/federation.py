"""What the federated bench runs over: a world, its sources, and the servers that answer from them."""

import asyncio
import json
import platform
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Final

import httpx

from bench.crowd import gather
from bench.processes import OTHER_CORE, ROOT, SERVER_CORE, answering, free_port, listening, on_core, running
from estate.model import AgencyType
from gateway.adapters.nomis.payloads_people import RESPONSE_FIELDS
from gateway.domain.escort_records import ESCORT_RECORD_SECTIONS, EscortRecordStatus
from gateway.domain.ids import MoveReference, PrisonNumber, SupplierKey
from gateway.domain.moves import MoveStatus
from gateway.store import migrate
from gateway.store.engine import Database
from mocks.nomis.app import create_app as create_nomis
from mocks.supplier.app import create_app as create_supplier
from mocks.supplier.records import LegRecord, LegState, VehicleRecord
from tests.store.worlds import make_move, make_record
from tests.support import pg
from tests.support.estate_builders import a_person, an_agency, an_alert
from tests.support.worlds import NomisSource, Stored, SupplierSource, fill, key_ring

HERE: Final = ROOT / "bench" / "federated"
PEERS: Final = ROOT / "bench" / "peers"
ISSUER: Final = "http://nomis.test/auth/issuer"
CASELOAD: Final = ("LEI",)
ALERTS: Final = ("XEL", "HA", "XA", "XCU", "PEEP")

PYTHON: Final = sys.executable
# Those in Python do not lie in HERE: mypy passes over federated.py beside a folder of its name that holds modules.
COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ours": (PYTHON, "-m", "gateway", "serve"),
    "floor": (PYTHON, str(PEERS / "floor.py")),
    "strawberry": (PYTHON, str(PEERS / "strawberry_peer.py")),
    **{kind: ("node", str(HERE / "peer.mjs"), kind) for kind in ("mercurius_jit", "mercurius", "apollo", "yoga")},
}
PACKAGES: Final = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "uvloop", "sqlalchemy", "asyncpg")


@dataclass(frozen=True)
class World:
    """What the store and the upstreams hold."""

    nomis: NomisSource
    supplier: SupplierSource
    stored: Stored
    day: date


def a_world(size: int, day: date) -> World:
    """Make moves of one day from Leeds, each of another person with five alerts, a dPER and two legs."""
    numbers = [PrisonNumber(f"A{n:04}AA") for n in range(size)]
    now = datetime.now(UTC)
    moves = [
        make_move(
            n,
            reference=MoveReference(f"BEN{n:04}A"),
            status=MoveStatus.IN_TRANSIT,
            date=day,
            prison_number=numbers[n],
            supplier=SupplierKey("geoamey"),
        )
        for n in range(size)
    ]
    legs = {
        str(move.reference): tuple(
            LegRecord(
                uuid.uuid5(move.id, f"leg {number}"),
                number,
                LegState.IN_PROGRESS,
                *places,
                billable=True,
                updated_at=now,
                date=day,
                vehicle=VehicleRecord("v1", "AB12 CDE"),
            )
            for number, places in ((1, ("LEI", "LEEDCC")), (2, ("LEEDCC", "MDI")))
        )
        for move in moves
    }
    nomis = NomisSource(
        agency_list=(
            an_agency("LEI", "Leeds (HMP)"),
            an_agency("MDI", "Moorland (HMP & YOI)"),
            an_agency("LEEDCC", "Leeds Crown Court", AgencyType.CRT),
        ),
        people_by_number={
            number: a_person(number, alerts=tuple(an_alert(code, number=number, type_code=code[0]) for code in ALERTS))
            for number in numbers
        },
    )
    records = [
        replace(make_record(move, EscortRecordStatus.COMPLETED), prison_number=move.prison_number) for move in moves
    ]
    return World(nomis, SupplierSource(legs), Stored(moves=[(move, ()) for move in moves], records=records), day)


@dataclass(frozen=True)
class Sources:
    """Where servers find their data, as environment variables, ours and the peers'; and how many moves are stored."""

    env: Mapping[str, str]
    moves: int


@asynccontextmanager
async def sources(world: World, *, times: int = 1) -> AsyncIterator[Sources]:
    """Serve a world: a database, and upstreams behind the process that repeats their answers.

    The database holds so many `times` the world's moves; those that come with it are of other places or days.
    """
    await asyncio.to_thread(pg.server)
    url = await pg.create_database(f"bench_federated_{times}")
    await migrate.upgrade(url)
    database = Database(url, pool_size=2)
    await fill(database, world.nomis, world.stored, (), None)
    await database.aclose()
    moves = await gather(url, times)
    nomis_app = create_nomis(world.nomis, today=world.day, keys=key_ring(), issuer=ISSUER)
    async with AsyncExitStack() as stack:
        upstreams = [
            await stack.enter_async_context(listening(app)) for app in (nomis_app, create_supplier(world.supplier))
        ]
        doors = [free_port(), free_port()]
        pairs = [str(port) for pair in zip(doors, upstreams, strict=True) for port in pair]
        replay = await stack.enter_async_context(
            running([*on_core(OTHER_CORE), "node", str(HERE / "replay.mjs"), *pairs], {})
        )
        for door in doors:
            await answering(door, replay)
        nomis, supplier = (f"http://127.0.0.1:{door}" for door in doors)
        async with httpx.AsyncClient(
            trust_env=False, auth=("gateway", "gateway-secret"), params={"grant_type": "client_credentials"}
        ) as http:
            tokens = [
                (await http.post(path, data={"grant_type": "client_credentials"})).raise_for_status().json()
                for path in (f"{nomis}/auth/oauth/token", f"{supplier}/oauth/token")
            ]
            jwks = (await http.get(f"{nomis}/auth/.well-known/jwks.json")).raise_for_status().json()
        given = {
            "database": url,
            "nomis": nomis,
            "supplier": supplier,
            "nomisToken": tokens[0]["access_token"],
            "supplierToken": tokens[1]["access_token"],
            "key": jwks["keys"][0],
            "issuer": ISSUER,
            "caseload": CASELOAD,
            "peoplePath": f"/prisoner-search/prisoner-numbers?responseFields={RESPONSE_FIELDS}",
            "sections": [key.name for key in ESCORT_RECORD_SECTIONS],
        }
        yield Sources({"BENCH_SOURCES": json.dumps(given), **our_settings(url, nomis, supplier)}, moves)


def our_settings(url: str, nomis: str, supplier: str) -> dict[str, str]:
    geoamey = {
        "key": "geoamey",
        "name": "GEOAmey",
        "base_url": supplier,
        "client_id": "gateway",
        "client_secret": "gateway-secret",
    }
    return {
        "PYTHONPATH": str(ROOT),
        "GATEWAY_DATABASE_URL": url,
        "GATEWAY_MIGRATE_ON_START": "false",
        "GATEWAY_SIGN_IN_URL": f"{nomis}/auth",
        "GATEWAY_TOKEN_ISSUER": ISSUER,
        **{f"GATEWAY_{name}_URL": nomis for name in ("PRISON_API", "PRISONER_SEARCH", "ALERTS", "MANAGE_USERS")},
        "GATEWAY_NOMIS_CLIENT_ID": "gateway",
        "GATEWAY_NOMIS_CLIENT_SECRET": "gateway-secret",
        "GATEWAY_SUPPLIERS": json.dumps([geoamey]),
        "GATEWAY_MACHINE_CLIENTS": json.dumps({"bench": {"agencies": CASELOAD}}),
        "GATEWAY_LOG_LEVEL": "warning",
        "GATEWAY_DRAIN_SECONDS": "0",
    }


@dataclass(frozen=True)
class Server:
    name: str
    pid: int
    port: int


@asynccontextmanager
async def a_server(name: str, found: Sources) -> AsyncIterator[Server]:
    port = free_port()
    env = {**found.env, "BENCH_PORT": str(port), "GATEWAY_PORT": str(port), "NODE_ENV": "production"}
    async with running([*on_core(SERVER_CORE), *COMMANDS[name]], env) as process:
        await answering(port, process)
        yield Server(name, process.pid, port)


def versions() -> dict[str, str]:
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)  # noqa: S607
    locked = json.loads((HERE / "package.json").read_text())["dependencies"]
    return {
        "python": platform.python_version(),
        "node": node.stdout.strip().removeprefix("v"),
        **{name: version(name) for name in PACKAGES},
        **locked,
    }
