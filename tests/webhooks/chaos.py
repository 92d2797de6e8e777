"""Moves that are booked and changed while everything around them dies, and what their suppliers have heard in the end.

Gateways are processes that are killed; NOMIS and the suppliers are served beside them and live, except that a supplier
refuses some of what it is told and drops some connections.
"""

import asyncio
import json
import random
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import httpx
import sqlalchemy as sa
from starlette.applications import Starlette

from gateway.domain.ids import SupplierKey
from gateway.domain.times import business_day, utc_now
from gateway.resolvers.global_ids import NodeType, encode
from gateway.store.engine import Database
from gateway.store.tables import events
from gateway.store.webhook_tables import webhook_outbox
from mocks.nomis.app import create_app as create_nomis
from mocks.nomis.services import Service, service_of
from mocks.supplier.app import behind_switches
from mocks.supplier.app import create_app as create_supplier
from mocks.supplier.webhooks import Received
from mocks.switches import FaultRule, Switches
from tests.booking.bed import BOOK, REGIONS, SERVED, a_nomis, place
from tests.booking.test_changing_moves import UPDATE
from tests.booking.test_killed import Killable, serving
from tests.support import pg
from tests.support.stores import empty_store_url
from tests.support.worlds import ISSUER, SUPPLIERS, WEBHOOK_SECRET, Stored, SupplierSource, fill, key_ring, token_for

GEOAMEY: Final = SupplierKey("geoamey")
PEOPLE: Final = [f"A11{n:02}AA" for n in range(30)]


@dataclass
class World:
    nodes: list[Killable]
    suppliers: dict[str, Starlette]
    database: Database
    url: str
    moves: list[str] = field(default_factory=list)

    def heard(self, supplier: str = GEOAMEY) -> Sequence[Received]:
        received: Sequence[Received] = self.suppliers[supplier].state.webhooks.received
        return received


@asynccontextmanager
async def a_world(backend: str, kills: Sequence[Sequence[int]], *, time_limit: float = 1) -> AsyncIterator[World]:
    """Run a gateway for each list in `kills`, which says after how many of its answers it is killed, each time."""
    nomis_app = create_nomis(
        a_nomis(), today=business_day(utc_now()), keys=key_ring(), issuer=ISSUER, agency_cache_seconds=0
    )
    nomis_door = Switches(nomis_app, service_of=service_of, services=tuple(Service), routes=nomis_app.routes)
    apps = {one.key: create_supplier(SupplierSource(), webhook_secrets=[WEBHOOK_SECRET]) for one in SUPPLIERS}
    unruly = (
        FaultRule(path="/webhooks", down=True, times=3),
        FaultRule(path="/webhooks", error_rate=0.1),
    )
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(empty_store_url(backend))
        nomis = stack.enter_context(serving(nomis_door))
        doors = {key: stack.enter_context(serving(behind_switches(app, rules=unruly))) for key, app in apps.items()}
        database = Database(url, pool_size=2)
        stack.push_async_callback(database.aclose)
        await fill(database, a_nomis(), Stored(), REGIONS, SERVED)
        world = World([], {str(key): one for key, one in apps.items()}, database, url)
        for marks in kills:
            node = _node(url, nomis, doors, list(marks), time_limit)
            stack.callback(node.end)
            world.nodes.append(node)
        await asyncio.gather(*(node.start() for node in world.nodes))
        yield world


def _node(url: str, nomis: str, suppliers: dict[SupplierKey, str], marks: list[int], time_limit: float) -> Killable:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    account = {"client_id": "gateway", "client_secret": "gateway-secret"}
    env = {
        "GATEWAY_PORT": str(port),
        "GATEWAY_DATABASE_URL": url,
        "GATEWAY_SIGN_IN_URL": f"{nomis}/auth",
        "GATEWAY_TOKEN_ISSUER": ISSUER,
        "GATEWAY_PRISON_API_URL": nomis,
        "GATEWAY_PRISONER_SEARCH_URL": nomis,
        "GATEWAY_ALERTS_URL": nomis,
        "GATEWAY_MANAGE_USERS_URL": nomis,
        "GATEWAY_NOMIS_CLIENT_ID": "gateway",
        "GATEWAY_NOMIS_CLIENT_SECRET": "gateway-secret",
        "GATEWAY_UPSTREAM_TIME_LIMIT": "30",
        "GATEWAY_WEBHOOK_TIME_LIMIT": str(time_limit),
        "GATEWAY_LOG_LEVEL": "error",
        "GATEWAY_SUPPLIERS": json.dumps(
            [
                {
                    "key": one.key,
                    "name": one.name,
                    "base_url": suppliers[one.key],
                    "webhook_url": f"{suppliers[one.key]}/webhooks",
                    "webhook_secrets": [WEBHOOK_SECRET],
                    **account,
                }
                for one in SUPPLIERS
            ]
        ),
    }
    return Killable(env, f"http://127.0.0.1:{port}", marks)


async def book_and_change(world: World, people: Sequence[str], changes: int, *, day: int = 1) -> None:
    """Book a move for each of some people and change each so many times, every third once more; all at once."""
    token = token_for("LEEDS_OFFICER", "PECS_PRISON", expires_at=utc_now() + timedelta(hours=1))
    date = (business_day(utc_now()) + timedelta(days=day)).isoformat()
    limits = httpx.Limits(max_connections=len(people))
    async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client:

        async def one(n: int, number: str) -> None:
            async def send(query: str, **given: object) -> dict[str, Any]:
                node = world.nodes[random.Random(f"{n} {given}").randrange(len(world.nodes))]  # noqa: S311
                data = await _ask(node, client, query, token, given)
                (payload,) = data.values()
                assert payload["problems"] == []
                move: dict[str, Any] = payload["move"]
                return move

            move = await send(
                BOOK,
                type="COURT_APPEARANCE",
                prisonNumber=number,
                fromLocationId=place("LEI"),
                toLocationId=place("LEEDCC"),
                date=date,
                idempotencyKey=f"{day} {number}",
            )
            world.moves.append(move["id"])
            for change in range(changes):
                await send(UPDATE, id=move["id"], additionalInformation=f"change {change}")
            if n % 3 == 0:
                await send(UPDATE, id=move["id"], timeDue=(utc_now() + timedelta(days=day)).isoformat())

        await asyncio.gather(*(one(n, number) for n, number in enumerate(people)))


async def _ask(
    node: Killable, client: httpx.AsyncClient, query: str, token: str, given: Mapping[str, object]
) -> dict[str, Any]:
    """Send a mutation until it is answered; a gateway whose database has just gone says that something went wrong."""
    while True:
        await node.running.wait()
        try:
            answer = await client.post(
                f"{node.url}/graphql",
                json={"query": query, "variables": {"input": given}},
                headers={"Authorization": f"Bearer {token}"},
            )
        except httpx.TransportError:
            continue
        node._count()  # noqa: SLF001 - its answers are what it is killed by
        body: dict[str, Any] = answer.json()
        if "errors" not in body:
            data: dict[str, Any] = body["data"]
            return data
        assert {one["extensions"]["code"] for one in body["errors"]} == {"INTERNAL_SERVER_ERROR"}


async def nothing_waits(world: World, *, seconds: float = 100) -> None:
    """Wait until everything has been delivered."""
    waits = sa.select(sa.exists().where(webhook_outbox.c.delivered_at.is_(None)))
    async with asyncio.timeout(seconds):
        while True:
            async with world.database.read() as conn:
                if not await conn.scalar(waits):
                    return
            await asyncio.sleep(0.05)  # between two looks


async def check(world: World) -> int:
    """See that the supplier has heard of every event of every move, each once and in order; return how many repeats."""
    async with world.database.read() as conn:
        log = list(await conn.execute(sa.select(events.c.id, events.c.move_id).order_by(events.c.position)))
        written = await conn.scalar(sa.select(sa.func.count()).select_from(webhook_outbox))
    happened: dict[str, list[str]] = {}
    for row in log:
        happened.setdefault(encode(NodeType.MOVE, row.move_id), []).append(encode(NodeType.EVENT, row.id))
    heard: dict[str, list[str]] = {}
    for message in world.heard():
        heard.setdefault(message.move_id, []).append(message.body["data"]["event"]["id"])
    assert heard == happened
    assert set(happened) == set(world.moves)
    assert written == len(log) == len(world.heard())
    return sum(message.repeats for message in world.heard())


async def cut_connections(url: str) -> None:
    """End every connection to a PostgreSQL database, as its restart would."""
    name = url.rpartition("/")[2]
    conn = await asyncpg.connect(pg.server())
    try:
        await conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    finally:
        await conn.close()
