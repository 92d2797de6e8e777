"""Measures subscriptions: what a delivery costs beside a Node peer, what a socket holds, how late an event comes.

    python bench/live.py [--sockets 2000] [--out bench/results/live.json]

The gateway runs as it is deployed: authorization, scope, cursors, access log and bounded queues on, over PostgreSQL.
Events are written to its log by another process. The peer is graphql-js with graphql-ws (bench/live/peer.mjs), the same
document, the same data, no authorization and no log. Where there are two cores, the servers have one, and the client,
the database and the writer share the other.
"""

import argparse
import asyncio
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path and not the one above

import asyncpg  # type: ignore[import-untyped]  # noqa: E402 - it ships no types
import httpx  # noqa: E402
import uvicorn  # noqa: E402
import uvloop  # noqa: E402

from estate.model import AgencyType  # noqa: E402
from gateway.domain.events import Event, EventClassification  # noqa: E402
from gateway.domain.ids import EventId, MoveId  # noqa: E402
from gateway.store import migrate  # noqa: E402
from gateway.store.engine import Database  # noqa: E402
from mocks.nomis.app import create_app as create_nomis  # noqa: E402
from tests.store.worlds import make_move  # noqa: E402
from tests.support import pg  # noqa: E402
from tests.support.estate_builders import an_agency  # noqa: E402
from tests.support.worlds import NomisSource, Stored, fill, key_ring, machine_token  # noqa: E402

HERE: Final = ROOT / "bench" / "live"
PATIENCE: Final = 400.0
GROUPS: Final = 50
CLIENTS: Final = 20
LIFETIME: Final = timedelta(hours=3)
MOVES: Final = 50


def pinned(core: int) -> list[str]:
    return ["taskset", "-c", str(core)] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib(pid: int) -> int:
    line = next(one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1])


class Client:
    """The counting client, as a process."""

    def __init__(self, port: int, sockets: int, tokens: Path) -> None:
        self.sockets = sockets
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            [*pinned(1), "node", str(HERE / "client.mjs"), str(port), str(sockets), str(tokens)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    async def ask(self, **command: object) -> dict[str, Any]:
        def exchange() -> dict[str, Any]:
            assert self._process.stdin is not None  # noqa: S101 - they are pipes
            assert self._process.stdout is not None  # noqa: S101
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
            return answer

        return await asyncio.to_thread(exchange)

    async def until(self, what: str, number: int) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while True:
            found = await self.ask(do="report")
            if found[what] >= number:
                return found
            if time.monotonic() > deadline:
                message = f"{what} is {found} and not {number}"
                raise TimeoutError(message)
            await asyncio.sleep(0.1)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


@dataclass
class Server:
    """A server under test: its process, and how events reach it.

    `publish` tells a number of events from a first one on, and returns the moment from which they are late.
    """

    name: str
    pid: int
    port: int
    publish: Callable[[int, int], Awaitable[float]]

    def cost(self) -> tuple[float, int]:
        return cpu_seconds(self.pid), resident_kib(self.pid)


MOVE_IDS: Final = [MoveId(make_move(number).id) for number in range(MOVES)]


def an_event(number: int) -> Event:
    return Event(
        id=EventId(uuid.uuid4()),
        position=0,
        move_id=MOVE_IDS[number % MOVES],
        journey_id=None,
        type="MoveNotifyPremisesOfEta",
        classification=EventClassification.DEFAULT,
        occurred_at=datetime.now(UTC),
        recorded_at=datetime.now(UTC),
        supplier=None,
        notes=f"event {number}",
        details=(),
    )


INSERT: Final = """
insert into events (id, move_id, type, classification, occurred_at, recorded_at, notes, details)
values ($1, $2, $3, $4, $5, $6, $7, '[]')
"""


async def write(log: asyncpg.Connection, count: int, first: int = 0) -> float:
    """Commit some events at once. Return the moment just before the commit, in milliseconds.

    By the driver alone: as much work in Python as the gateway itself does would take the cores from what is measured.
    """
    rows = [
        (one.id, one.move_id, one.type, one.classification.value, one.occurred_at, one.recorded_at, one.notes)
        for one in (an_event(first + n) for n in range(count))
    ]
    transaction = log.transaction()
    await transaction.start()
    await log.executemany(INSERT, rows)
    committing = time.time() * 1000
    await transaction.commit()
    return committing


@asynccontextmanager
async def a_gateway(database_url: str, sign_in: str, bindings: Mapping[str, object]) -> AsyncIterator[Server]:
    port = free_port()
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "GATEWAY_PORT": str(port),
        "GATEWAY_DATABASE_URL": database_url,
        "GATEWAY_MIGRATE_ON_START": "false",
        "GATEWAY_SIGN_IN_URL": f"{sign_in}/auth",
        "GATEWAY_TOKEN_ISSUER": "http://nomis.test/auth/issuer",
        **{f"GATEWAY_{name}_URL": sign_in for name in ("PRISON_API", "PRISONER_SEARCH", "ALERTS", "MANAGE_USERS")},
        "GATEWAY_NOMIS_CLIENT_ID": "gateway",
        "GATEWAY_NOMIS_CLIENT_SECRET": "gateway-secret",
        "GATEWAY_MACHINE_CLIENTS": json.dumps(bindings),
        "GATEWAY_LOG_LEVEL": "warning",
        "GATEWAY_DRAIN_SECONDS": "0",
    }
    process = subprocess.Popen(  # noqa: ASYNC220, S603 - it starts in no time
        [*pinned(0), sys.executable, "-m", "gateway", "serve"], cwd=ROOT, env=env
    )
    log = await asyncpg.connect(database_url)
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            for _ in range(600):
                try:
                    if (await http.get(f"http://127.0.0.1:{port}/health/ready")).is_success:
                        break
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.1)
        yield Server("gateway", process.pid, port, lambda count, first: write(log, count, first))
    finally:
        await log.close()
        process.terminate()
        process.wait()


@asynccontextmanager
async def a_peer() -> AsyncIterator[Server]:
    port = free_port()
    process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own script, which starts in no time
        [*pinned(0), "node", str(HERE / "peer.mjs"), str(port)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    await asyncio.to_thread(process.stdout.readline)
    place = {"agencyId": "LEI", "title": "Leeds (HMP)"}

    def told(number: int) -> dict[str, object]:
        event = an_event(number)
        move = make_move(number % MOVES)
        return {
            "cursor": uuid.uuid4().hex + uuid.uuid4().hex[:27],
            "event": {
                "id": f"RXZlbnQ6{event.id.hex}0000000000",
                "type": event.type,
                "occurredAt": event.occurred_at.isoformat(),
                "notes": event.notes,
            },
            "move": {
                "id": f"TW92ZTo{move.id.hex}0000000000",
                "reference": move.reference,
                "status": "REQUESTED",
                "date": "2026-01-01",
                "fromLocation": place,
                "toLocation": place,
            },
        }

    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:

        async def publish(count: int, first: int) -> float:
            events = [told(first + n) for n in range(count)]
            began = time.time() * 1000
            (await http.post(f"http://127.0.0.1:{port}/publish", json=events)).raise_for_status()
            return began

        try:
            yield Server("graphql-js, graphql-ws", process.pid, port, publish)
        finally:
            process.kill()
            process.wait()


async def connected(server: Server, sockets: int, tokens: Path) -> tuple[Client, float]:
    """Connect and subscribe, and warm up; return the client, and KiB of the server's memory for each socket."""
    _, before = server.cost()
    client = Client(server.port, sockets, tokens)
    await client.until("acknowledged", sockets)
    told = 0
    while (await client.ask(do="report"))["least"] == 0:  # until the last subscription stands
        await server.publish(1, told)
        told += 1
        await asyncio.sleep(0.3)
    total = -1
    while (now := (await client.ask(do="report"))["total"]) != total:  # until everybody has had all of that
        total = now
        await asyncio.sleep(3)
    _, after = server.cost()
    return client, (after - before) / sockets


async def burst(server: Server, client: Client, events: int) -> float:
    """Tell many events at once; return microseconds of the server's CPU for each delivery."""
    await client.ask(do="reset")
    before, _ = server.cost()
    await server.publish(events, 0)
    await client.until("least", events)
    after, _ = server.cost()
    found = await client.ask(do="report")
    if found["most"] != events:
        raise RuntimeError(found)
    return (after - before) / (events * client.sockets) * 1e6


async def tell(server: Server, clients: Sequence[Client], per_second: int, count: int) -> dict[str, float]:
    """Tell events at a pace, and return by their notes from when each is late."""
    for client in clients:
        await client.ask(do="reset", timing=True)
    told: dict[str, float] = {}
    began = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
        told[f"event {number}"] = await server.publish(1, number)
    return told


async def paced(
    server: Server, clients: Sequence[Client], per_second: int, seconds: int
) -> tuple[float, list[dict[str, float]]]:
    """Tell events one by one; return microseconds of CPU for each delivery, and how late they came to each client.

    Those of the first second count for nothing: the clients compile what takes the time.
    """
    await tell(server, clients, per_second, per_second)
    for client in clients:
        await client.until("least", per_second)
    before, _ = server.cost()
    total = per_second * seconds
    told = await tell(server, clients, per_second, total)
    for client in clients:
        await client.until("least", total)
    after, _ = server.cost()
    late = [lateness(told, await client.ask(do="arrivals")) for client in clients]
    return (after - before) / (total * clients[0].sockets) * 1e6, late


def lateness(told: Mapping[str, float], arrivals: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return how many milliseconds after they were told events came, over all sockets."""
    late = sorted(moment - told[note] for note, moments in arrivals.items() for moment in moments)
    hundredths = statistics.quantiles(late, n=100)
    return {
        "count": len(late),
        "p50": round(hundredths[49], 2),
        "p90": round(hundredths[89], 2),
        "p99": round(hundredths[98], 2),
        "max": round(late[-1], 2),
    }


async def fan_out(server: Server, sockets: int, tokens: Path, repeats: int) -> dict[str, object]:
    client, per_socket = await connected(server, sockets, tokens)
    try:
        bursts = [await burst(server, client, 50) for _ in range(repeats)]
        cost, late = await paced(server, [client], 10, 10)
        return {
            "sockets": sockets,
            "memory_kib_per_socket": round(per_socket, 1),
            "burst_us_per_delivery": round(statistics.median(bursts), 2),
            "bursts": [round(one, 2) for one in bursts],
            "paced_us_per_delivery": round(cost, 2),
            "paced_latency_ms": late[0],
            "bytes": (await client.ask(do="report"))["bytes"],
        }
    finally:
        client.close()


async def long_lived(server: Server, sockets: int, tokens: Path) -> dict[str, object]:
    """Deliver a million times to subscriptions that stay; say how the server's memory went."""
    client, _ = await connected(server, sockets, tokens)
    sizes = [resident_kib(server.pid)]
    try:
        each = 1_000_000 // sockets // 5
        for _ in range(5):
            await burst(server, client, each)
            sizes.append(resident_kib(server.pid))
    finally:
        client.close()
    return {"deliveries": each * 5 * sockets, "resident_mib": [round(one / 1024, 1) for one in sizes]}


async def latency(nodes: Sequence[Server], subscribers: int, tokens: Path) -> dict[str, object]:
    """Tell 100 events a second to so many subscribers, shared out among nodes, written by one who is no node."""
    each = subscribers // len(nodes)
    clients = [(await connected(one, each, tokens))[0] for one in nodes]
    try:
        cost, late = await paced(nodes[0], clients, 100, 10)
        found: dict[str, object] = {"subscribers": each * len(nodes), "events_per_second": 100, "ms": late[0]}
        if late[1:]:
            found["ms_on_the_other_node"] = late[1]
        found["us_per_delivery"] = round(cost, 2)
        return found
    finally:
        for one in clients:
            one.close()


def tokens_file(folder: Path, names: Sequence[str]) -> Path:
    ends = int((datetime.now(UTC) + LIFETIME).timestamp())
    path = folder / f"tokens-{len(names)}-{uuid.uuid4().hex}.json"
    path.write_text(json.dumps([machine_token(name, "PECS_PRISON", exp=ends) for name in names]))
    return path


@asynccontextmanager
async def sign_in(nomis: NomisSource) -> AsyncIterator[str]:
    app = create_nomis(nomis, today=datetime.now(UTC).date(), keys=key_ring(), issuer="http://nomis.test/auth/issuer")
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def main(sockets: int, out: Path, repeats: int, *, briefly: bool) -> None:
    if pinned(1):
        os.sched_setaffinity(0, {1})  # the database inherits it
    one_scope = [f"one-{n}" for n in range(CLIENTS)]
    scopes = [f"scope-{n}" for n in range(GROUPS)]
    others = [f"X{n:02}" for n in range(GROUPS)]
    bindings = {name: {"agencies": ["LEI"]} for name in one_scope}
    bindings |= {name: {"agencies": ["LEI", other]} for name, other in zip(scopes, others, strict=True)}
    places = {"LEI": "Leeds (HMP)", "MDI": "Moorland (HMP & YOI)"} | {other: f"Place {other}" for other in others}
    nomis = NomisSource(agency_list=tuple(an_agency(code, name, AgencyType.INST) for code, name in places.items()))
    await asyncio.to_thread(pg.start)
    url = await pg.create_database("bench_live")
    await migrate.upgrade(url)
    database = Database(url, pool_size=2)
    await fill(database, nomis, Stored(moves=[(make_move(n), ()) for n in range(MOVES)]), (), None)
    await database.aclose()
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shared, apart, nobody = tokens_file(folder, one_scope), tokens_file(folder, scopes), folder / "none.json"
        nobody.write_text("[null]")
        async with sign_in(nomis) as address:
            every = (("gateway", shared), (f"gateway, {GROUPS} scopes", apart))
            for label, tokens in every[:1] if briefly else every:
                async with a_gateway(url, address, bindings) as server:
                    results[label] = await fan_out(server, sockets, tokens, repeats)
                    print(label, json.dumps(results[label]), flush=True)
            async with a_peer() as peer:
                results["peer"] = await fan_out(peer, sockets, nobody, max(2, repeats // 2))
                print("peer", json.dumps(results["peer"]), flush=True)
            async with a_gateway(url, address, bindings) as server:
                results["a million deliveries"] = await long_lived(server, sockets, shared)
                print(json.dumps(results["a million deliveries"]), flush=True)
            async with a_gateway(url, address, bindings) as one, a_gateway(url, address, bindings) as two:
                results["latency, one node"] = await latency([one], 200, shared)
                print(json.dumps(results["latency, one node"]), flush=True)
                results["latency, two nodes"] = await latency([one, two], 200, shared)
                print(json.dumps(results["latency, two nodes"]), flush=True)
    out.write_text(json.dumps({"made": _made(), "results": results}, indent=2) + "\n")  # noqa: ASYNC240 - it is the last thing
    print(f"written to {out}")


def _made() -> dict[str, object]:
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607
    packages = json.loads((HERE / "package.json").read_text())["dependencies"]
    return {
        "on": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "load_average": [round(one, 1) for one in os.getloadavg()],
        "python": platform.python_version(),
        "node": node,
        **{name: version(name) for name in ("graphql-core", "strawberry-graphql", "uvicorn", "uvloop", "websockets")},
        "peer": packages,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--briefly", action="store_true", help="leave out the scopes apart")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "live.json")
    given = parser.parse_args()
    uvloop.run(main(given.sockets, given.out, given.repeats, briefly=given.briefly))
