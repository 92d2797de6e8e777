"""Two nodes over one PostgreSQL, writers at full speed, subscribers that come and go, and nothing that stays up.

In the end every subscriber must have exactly the events that are theirs to see, in the order of the log. An event may
come twice, after a break, and then with the cursor that it had before.
"""

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from gateway.domain.events import Event, EventClassification
from gateway.domain.ids import AgencyId, EventId, MoveId
from gateway.resolvers.global_ids import NodeType, encode
from gateway.store import migrate, moves_writer
from gateway.store.engine import Database
from gateway.store.tables import events
from mocks.nomis.app import create_app as create_nomis
from tests.live.clients import PROTOCOL
from tests.store.worlds import make_move
from tests.support import pg
from tests.support.estate_builders import an_agency
from tests.support.worlds import NomisSource, Stored, fill, key_ring, machine_token

ROOT: Final = Path(__file__).parents[2]
ISSUER: Final = "http://nomis.test/auth/issuer"
PLACES: Final = tuple(map(AgencyId, ("LEI", "MDI", "WWI")))
SCOPES: Final = {"one": ("LEI",), "two": ("MDI",), "both": ("LEI", "MDI"), "third": ("WWI",)}
MOVES: Final = [
    make_move(number, from_agency=PLACES[number % 3], to_agency=PLACES[number % 3], authorised_at=None)
    for number in range(9)
]
QUERY: Final = "subscription($after: Cursor) { moveUpdates(after: $after) { cursor goneId event { id } move { id } } }"
READY: Final = 180.0


@dataclass
class Plan:
    """How long and how wild. Times are in seconds."""

    subscribers: int
    writers: int
    seconds: float
    kill_every: float
    restart_database_at: float
    pause: tuple[float, float]
    """A writer's pause between transactions."""
    stay: tuple[float, float]
    """How long a subscriber stays connected."""
    seed: int = 1
    settle: float = 60.0


@dataclass
class Subscriber:
    """One who follows the log, whatever happens; `got` are cursors with the ids of their events, without repeats."""

    name: str
    agencies: Sequence[str]
    dice: random.Random
    cursor: str | None = None
    got: dict[str, str] = field(default_factory=dict)
    repeats: int = 0
    breaks: int = 0
    faults: list[str] = field(default_factory=list)

    async def follow(self, ports: Sequence[int], token: str, plan: Plan, done: asyncio.Event) -> None:
        while not done.is_set():
            with suppress(OSError, TimeoutError, WebSocketException):
                await self._once(self.dice.choice(ports), token, self.dice.uniform(*plan.stay))
            self.breaks += 1
            await asyncio.sleep(self.dice.uniform(0, 0.1))

    async def _once(self, port: int, token: str, seconds: float) -> None:
        address = f"ws://127.0.0.1:{port}/graphql"
        async with connect(address, subprotocols=[PROTOCOL], compression=None, open_timeout=5) as socket_:
            await socket_.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}))
            ack = json.loads(await asyncio.wait_for(socket_.recv(), 10))
            self.cursor = self.cursor or ack["payload"]["cursor"]
            asked = {"query": QUERY, "variables": {"after": self.cursor}}
            await socket_.send(json.dumps({"id": "1", "type": "subscribe", "payload": asked}))
            async with asyncio.timeout(seconds):
                while True:
                    self._take(json.loads(await socket_.recv()))

    def _take(self, message: Mapping[str, Any]) -> None:
        if message["type"] != "next" or "errors" in message["payload"]:
            self.faults.append(json.dumps(message))
            return
        update = message["payload"]["data"]["moveUpdates"]
        self.cursor = cursor = update["cursor"]
        event_id = update["event"]["id"]
        if cursor in self.got:
            self.repeats += 1
            if self.got[cursor] != event_id:
                self.faults.append(f"{cursor} stands for two events")
        self.got[cursor] = event_id


@dataclass
class Node:
    """A gateway as a process."""

    port: int
    env: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # fmt: off
        self.process = subprocess.Popen([sys.executable, "-m", "gateway", "serve"], cwd=ROOT, env=self.env)
        # fmt: on

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    async def ready(self) -> None:
        async with asyncio.timeout(READY):
            while True:
                with suppress(OSError):
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.write(b"GET /health/ready HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n")
                    answer = await reader.read()
                    writer.close()
                    if b" 200 " in answer[:20]:
                        return
                await asyncio.sleep(0.05)


@dataclass
class Outcome:
    """What was committed, and what each subscriber has."""

    written: list[tuple[str, AgencyId]]
    subscribers: list[Subscriber]
    kills: int

    def wrong(self) -> list[str]:
        """Say of each subscriber what is missing, too much or in another order."""
        found = []
        for one in self.subscribers:
            expected = [event_id for event_id, agency_id in self.written if agency_id in one.agencies]
            got = list(one.got.values())
            if one.faults:
                found.append(f"{one.name}: {one.faults[:3]}")
            if got != expected:
                missing, more = set(expected) - set(got), set(got) - set(expected)
                found.append(f"{one.name}: {len(got)} of {len(expected)}, {len(missing)} missing, {len(more)} too much")
        return found


async def play(plan: Plan) -> Outcome:
    """Run the whole and return what came of it."""
    dice = random.Random(plan.seed)  # noqa: S311 - the same each time, as far as processes allow
    async with AsyncExitStack() as stack:
        server = await asyncio.to_thread(pg.start_crashable, "max_connections=200")
        stack.callback(server.kill)
        url = await pg.create_database("chaos", address=server.url)
        await migrate.upgrade(url)
        nomis = NomisSource(agency_list=tuple(an_agency(one, f"{one} (HMP)") for one in PLACES))
        database = Database(url, pool_size=plan.writers)
        stack.push_async_callback(database.aclose)
        await fill(database, nomis, Stored(moves=[(move, ()) for move in MOVES]), (), None)
        env = _environment(url, await stack.enter_async_context(_sign_in(nomis)))
        nodes = [Node(port, {**env, "GATEWAY_PORT": str(port)}) for port in (_free_port(), _free_port())]
        for node in nodes:
            stack.callback(node.kill)
            node.start()
        await asyncio.gather(*(node.ready() for node in nodes))

        done = asyncio.Event()
        names = [list(SCOPES)[number % len(SCOPES)] for number in range(plan.subscribers)]
        subscribers = [
            Subscriber(f"{name} {number}", SCOPES[name], random.Random(dice.random()))  # noqa: S311 - likewise
            for number, name in enumerate(names)
        ]
        ports = [node.port for node in nodes]
        following = [
            asyncio.create_task(one.follow(ports, _token(name), plan, done))
            for one, name in zip(subscribers, names, strict=True)
        ]
        async with asyncio.timeout(READY):
            while not all(one.cursor for one in subscribers):  # noqa: ASYNC110 - they tell nobody
                await asyncio.sleep(0.05)
        kills = await _unrest(plan, dice, database, server, nodes)
        await asyncio.gather(*(node.ready() for node in nodes))
        outcome = Outcome(await _written(database), subscribers, kills)
        deadline = time.monotonic() + plan.settle
        while outcome.wrong() and time.monotonic() < deadline:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.1)
        done.set()
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        return outcome


async def _unrest(
    plan: Plan, dice: random.Random, database: Database, server: pg.Crashable, nodes: Sequence[Node]
) -> int:
    """Write and kill for as long as the plan says; return how many nodes were killed."""
    ends = time.monotonic() + plan.seconds
    writing = [
        asyncio.create_task(_write(plan, random.Random(dice.random()), database, ends))  # noqa: S311
        for _ in range(plan.writers)
    ]

    async def kill_nodes() -> int:
        kills = 0
        while time.monotonic() + plan.kill_every < ends:
            await asyncio.sleep(plan.kill_every)
            node = nodes[kills % len(nodes)]
            await asyncio.to_thread(node.kill)
            node.start()
            kills += 1
            await node.ready()
        return kills

    async def restart_database() -> None:
        await asyncio.sleep(plan.restart_database_at)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)

    killing = asyncio.create_task(kill_nodes())
    await asyncio.gather(killing, restart_database(), *writing)
    return killing.result()


async def _write(plan: Plan, dice: random.Random, database: Database, ends: float) -> None:
    """Write transactions of one to three events, some slow, some taken back, until the time is up."""
    while time.monotonic() < ends:
        # What a lost connection leaves unsaid, committed or not, the log itself tells in the end.
        with suppress(sa.exc.SQLAlchemyError, OSError, TimeoutError, ZeroDivisionError):
            async with database.transaction() as connection:
                for _ in range(dice.randrange(1, 4)):
                    await moves_writer.insert_events(connection, [_event(dice.choice(MOVES).id)])
                    if dice.random() < 0.2:
                        await asyncio.sleep(dice.uniform(0, 0.02))
                if dice.random() < 0.1:
                    raise ZeroDivisionError
        await asyncio.sleep(dice.uniform(*plan.pause))


def _event(move_id: MoveId) -> Event:
    now = datetime.now(UTC)
    return Event(
        id=EventId(uuid.uuid4()),
        position=0,
        move_id=move_id,
        journey_id=None,
        type="MoveCrossSupplierDropOff",
        classification=EventClassification.DEFAULT,
        occurred_at=now,
        recorded_at=now,
        supplier=None,
        notes=None,
        details=(),
    )


async def _written(database: Database) -> list[tuple[str, AgencyId]]:
    """Read the whole log, in its order: the ids of its events as clients have them, and where their moves start."""
    places = {move.id: move.from_agency for move in MOVES}
    statement = sa.select(events.c.id, events.c.move_id).order_by(events.c.transaction_id, events.c.position)
    for _ in range(100):
        try:
            async with database.read() as connection:
                rows = (await connection.execute(statement)).all()
            break
        except sa.exc.SQLAlchemyError:  # connections from before the restart
            await asyncio.sleep(0.05)
    return [(encode(NodeType.EVENT, row.id), places[row.move_id]) for row in rows]


def _environment(url: str, sign_in: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "GATEWAY_DATABASE_URL": url,
        "GATEWAY_MIGRATE_ON_START": "false",
        "GATEWAY_SIGN_IN_URL": f"{sign_in}/auth",
        "GATEWAY_TOKEN_ISSUER": ISSUER,
        **{f"GATEWAY_{name}_URL": sign_in for name in ("PRISON_API", "PRISONER_SEARCH", "ALERTS", "MANAGE_USERS")},
        "GATEWAY_NOMIS_CLIENT_ID": "gateway",
        "GATEWAY_NOMIS_CLIENT_SECRET": "gateway-secret",
        "GATEWAY_MACHINE_CLIENTS": json.dumps({name: {"agencies": places} for name, places in SCOPES.items()}),
        "GATEWAY_LOG_LEVEL": "error",
    }


def _token(name: str) -> str:
    return machine_token(name, "PECS_PRISON", exp=int((datetime.now(UTC) + timedelta(hours=3)).timestamp()))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


@asynccontextmanager
async def _sign_in(nomis: NomisSource) -> AsyncIterator[str]:
    app = create_nomis(nomis, today=datetime.now(UTC).date(), keys=key_ring(), issuer=ISSUER)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
