"""Measures the gateway beside its peers: the same federated query over the same data and the same upstreams.

    python bench/federated.py [--only ours,mercurius_jit] [--moves 50,5] [--seconds 4] [--passes 3]

The gateway runs as it is deployed: authorization, scope and access log on, over PostgreSQL. A peer verifies the same
token, asks the same database and upstreams through dataloaders and gives the same answer, to the byte after JSON is
normalised; docs/performance.md says what each does. A replaying process stands before the upstreams, so that they are
never what is measured. The server has a core to itself where there are two; everything else shares the other one.

What counts is requests for each second of the server's CPU: other programs on the machine do not change it much.
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
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path and not the one above

import httpx  # noqa: E402
import uvicorn  # noqa: E402
from starlette.types import ASGIApp  # noqa: E402

from estate.model import AgencyType  # noqa: E402
from gateway.adapters.nomis.payloads_people import RESPONSE_FIELDS  # noqa: E402
from gateway.domain.escort_records import ESCORT_RECORD_SECTIONS, EscortRecordStatus  # noqa: E402
from gateway.domain.ids import MoveReference, PrisonNumber, SupplierKey  # noqa: E402
from gateway.domain.moves import MoveStatus  # noqa: E402
from gateway.store import migrate  # noqa: E402
from gateway.store.engine import Database  # noqa: E402
from mocks.nomis.app import create_app as create_nomis  # noqa: E402
from mocks.supplier.app import create_app as create_supplier  # noqa: E402
from mocks.supplier.records import LegRecord, LegState, VehicleRecord  # noqa: E402
from tests.store.worlds import make_move, make_record  # noqa: E402
from tests.support import pg  # noqa: E402
from tests.support.estate_builders import a_person, an_agency, an_alert  # noqa: E402
from tests.support.worlds import (  # noqa: E402
    NomisSource,
    Stored,
    SupplierSource,
    fill,
    key_ring,
    machine_token,
)

HERE: Final = ROOT / "bench" / "federated"
ISSUER: Final = "http://nomis.test/auth/issuer"
CASELOAD: Final = ("LEI",)
CONCURRENCY: Final = 16
SERVER_CORE: Final = 0
OTHER_CORE: Final = 1
ALERTS: Final = ("XEL", "HA", "XA", "XCU", "PEEP")

PYTHON: Final = sys.executable
COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ours": (PYTHON, "-m", "gateway", "serve"),
    "floor": (PYTHON, str(HERE / "floor.py")),
    "strawberry": (PYTHON, str(HERE / "strawberry_peer.py")),
    **{kind: ("node", str(HERE / "peer.mjs"), kind) for kind in ("mercurius_jit", "mercurius", "apollo", "yoga")},
}
PACKAGES: Final = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "uvloop", "sqlalchemy", "asyncpg")


def two_cores() -> bool:
    return shutil.which("taskset") is not None and (os.cpu_count() or 1) > 1


def on_core(core: int) -> tuple[str, ...]:
    return ("taskset", "-c", str(core)) if two_cores() else ()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


def family(pid: int) -> list[int]:
    """Give a process and all that descend from it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def cpu_seconds(pid: int) -> float:
    """Give the seconds of CPU that a process and its descendants took, in user and system time."""
    ticks = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> float:
    total = 0
    for one in family(pid):
        line = next(line for line in Path(f"/proc/{one}/status").read_text().splitlines() if line.startswith("VmRSS"))
        total += int(line.split()[1])
    return total / 1024


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


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def running(command: Sequence[str], env: Mapping[str, str]) -> AsyncIterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, text=True)  # noqa: ASYNC220, S603 - ours
    try:
        yield process
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def answering(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            message = f"{process.args} ended with {process.returncode}"
            raise RuntimeError(message)
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    message = f"{process.args} does not listen"
    raise TimeoutError(message)


@dataclass(frozen=True)
class Sources:
    """Where servers find their data: as environment variables, ours and the peers'."""

    env: Mapping[str, str]


@asynccontextmanager
async def sources(world: World) -> AsyncIterator[Sources]:
    """Serve a world: a database, and upstreams behind the process that repeats their answers."""
    await asyncio.to_thread(pg.server)
    url = await pg.create_database("bench_federated")
    await migrate.upgrade(url)
    database = Database(url, pool_size=2)
    await fill(database, world.nomis, world.stored, (), None)
    await database.aclose()
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
        yield Sources({"BENCH_SOURCES": json.dumps(given), **our_settings(url, nomis, supplier)})


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


@dataclass(frozen=True)
class Sample:
    """One run of load against one server. Times of requests are in milliseconds of the clock."""

    requests: int
    per_second: float
    per_cpu_second: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float
    resident_mib: float


class Load:
    """The query and the token, as the load sends them."""

    def __init__(self, folder: Path, day: date) -> None:
        self._folder = folder
        self._query = (HERE / "federated.graphql").read_text()
        self._day = day
        ends = datetime.now(UTC) + timedelta(hours=3)
        self._headers = {
            "content-type": "application/json",
            "accept": "application/json",
            "authorization": f"Bearer {machine_token('bench', 'PECS_PRISON', exp=int(ends.timestamp()))}",
        }

    def body(self, moves: int) -> bytes:
        variables = {"first": moves, "day": self._day.isoformat()}
        return json.dumps({"query": self._query, "variables": variables}).encode()

    async def once(self, server: Server, moves: int) -> dict[str, Any]:
        answer = await self._post(server, moves)
        found: dict[str, Any] = answer.json()
        if not answer.is_success or "errors" in found:
            message = f"{server.name} answered {answer.status_code}: {answer.text[:500]}"
            raise RuntimeError(message)
        return found

    async def _post(self, server: Server, moves: int) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
            return await http.post(self._url(server), content=self.body(moves), headers=self._headers)

    async def run(self, server: Server, moves: int, *, seconds: int, concurrency: int = CONCURRENCY) -> Sample:
        path = self._folder / f"body-{moves}.json"
        path.write_bytes(self.body(moves))
        headers = [part for name, value in self._headers.items() for part in ("-H", f"{name}={value}")]
        cannon = HERE / "node_modules" / "autocannon" / "autocannon.js"
        expected = (await self._post(server, moves)).text
        options = (
            "-E",
            expected,
            "-c",
            str(concurrency),
            "-d",
            str(seconds),
            "-m",
            "POST",
            "-i",
            str(path),
            "-j",
            "-n",
        )
        command = [*on_core(OTHER_CORE), "node", str(cannon), *options, *headers, self._url(server)]
        before = cpu_seconds(server.pid)
        load = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        told, _ = await load.communicate()
        spent = cpu_seconds(server.pid) - before
        found = json.loads(told)
        if found["mismatches"] or found["non2xx"] or found["errors"] or not found["2xx"]:
            counts = {what: found[what] for what in ("2xx", "non2xx", "errors", "mismatches")}
            message = f"{server.name}: {counts}"
            raise RuntimeError(message)
        answered: int = found["2xx"]
        return Sample(
            requests=answered,
            per_second=round(answered / found["duration"], 1),
            per_cpu_second=round(answered / spent, 1),
            cpu_ms=round(spent / answered * 1000, 3),
            p50_ms=found["latency"]["p50"],
            p99_ms=found["latency"]["p99"],
            resident_mib=round(resident_mib(server.pid), 1),
        )

    @staticmethod
    def _url(server: Server) -> str:
        return f"http://127.0.0.1:{server.port}/graphql"


def normalised(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer["data"], sort_keys=True, separators=(",", ":")).encode()


async def agree(load: Load, servers: Iterable[Server], moves: int) -> int:
    """Check that all give the same answer; return its bytes.

    Raises:
        RuntimeError: one of them does not, or there is less in it than was asked for.

    """
    answers = {server.name: await load.once(server, moves) for server in servers}
    first, *others = answers
    expected = normalised(answers[first])
    for name in others:
        if (found := normalised(answers[name])) != expected:
            at = next((n for n, pair in enumerate(zip(found, expected, strict=False)) if pair[0] != pair[1]), 0)
            start = max(0, at - 120)
            message = f"{name} differs from {first}: {found[start : at + 80]!r}, not {expected[start : at + 80]!r}"
            raise RuntimeError(message)
    nodes = answers[first]["data"]["moves"]["nodes"]
    if len(nodes) != moves or any(len(node["person"]["alerts"]) != len(ALERTS) for node in nodes):
        message = f"{first} gives {len(nodes)} moves, and not {moves} with {len(ALERTS)} alerts each"
        raise RuntimeError(message)
    return len(expected)


async def passes(
    load: Load, servers: Sequence[Server], moves: int, *, seconds: int, count: int
) -> dict[str, list[Sample]]:
    """Warm all of them up, then load each in turn, again and again."""
    found: dict[str, list[Sample]] = {server.name: [] for server in servers}
    for server in servers:
        await load.run(server, moves, seconds=max(2, seconds // 2))
    for number in range(count):
        for server in servers if number % 2 == 0 else reversed(servers):
            sample = await load.run(server, moves, seconds=seconds)
            found[server.name].append(sample)
            print(f"{moves:>4} moves  {server.name:15} {sample.per_cpu_second:>8} req/CPU s", flush=True)
    return found


def middle(samples: Sequence[Sample]) -> dict[str, float]:
    rows = [asdict(sample) for sample in samples]
    return {name: round(statistics.median(row[name] for row in rows), 3) for name in rows[0]}


def ratio(ours: Sequence[Sample], others: Sequence[Sample], what: str) -> float:
    """Give the median over the passes of ours by theirs."""
    pairs = zip(ours, others, strict=True)
    return round(statistics.median(getattr(one, what) / getattr(other, what) for one, other in pairs), 3)


def ratios(found: Mapping[str, Sequence[Sample]], moves: int) -> dict[str, float]:
    if "ours" not in found:
        return {}
    mine = found["ours"]
    told = {
        f"throughput_vs_{name}_{moves}": ratio(mine, theirs, "per_cpu_second")
        for name, theirs in found.items()
        if name not in {"ours", "floor"}
    }
    if "mercurius_jit" in found:
        told[f"p99_vs_mercurius_jit_{moves}"] = ratio(mine, found["mercurius_jit"], "p99_ms")
        told[f"memory_vs_mercurius_jit_{moves}"] = ratio(mine, found["mercurius_jit"], "resident_mib")
    if "floor" in found:
        told[f"cpu_vs_floor_{moves}"] = ratio(mine, found["floor"], "cpu_ms")
    return told


def table(found: Mapping[str, Sequence[Sample]]) -> str:
    """Give the figures as a table in Markdown."""
    lines = [
        "| server | req/s | req per CPU s | CPU ms | p50 ms | p99 ms | memory MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, samples in found.items():
        of = middle(samples)
        lines.append(
            f"| {name} | {of['per_second']:.0f} | {of['per_cpu_second']:.0f} | {of['cpu_ms']:.2f} | "
            f"{of['p50_ms']:.0f} | {of['p99_ms']:.0f} | {of['resident_mib']:.0f} |"
        )
    return "\n".join(lines)


def machine() -> dict[str, object]:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return {"cpu": model, "cores": os.cpu_count(), "system": platform.platform(), "pinned": two_cores()}


def versions() -> dict[str, str]:
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)  # noqa: S607
    locked = json.loads((HERE / "package.json").read_text())["dependencies"]
    return {
        "python": platform.python_version(),
        "node": node.stdout.strip().removeprefix("v"),
        **{name: version(name) for name in PACKAGES},
        **locked,
    }


async def main(only: Sequence[str], sizes: Sequence[int], *, seconds: int, count: int) -> dict[str, Any]:
    if two_cores():
        os.sched_setaffinity(0, {OTHER_CORE})  # the database and the upstreams inherit it
    day = datetime.now(UTC).date()
    written: dict[str, Any] = {
        "bench": "federated",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": versions(),
        "concurrency": CONCURRENCY,
        "seconds": seconds,
        "passes": count,
        "load_average_before": os.getloadavg(),
        "ratios": {},
        "servers": {},
        "answer_bytes": {},
    }
    with tempfile.TemporaryDirectory() as name:
        load = Load(Path(name), day)
        async with sources(a_world(max(sizes), day)) as found, AsyncExitStack() as stack:
            servers = [await stack.enter_async_context(a_server(kind, found)) for kind in only]
            for moves in sizes:
                written["answer_bytes"][moves] = await agree(load, servers, moves)
                samples = await passes(load, servers, moves, seconds=seconds, count=count)
                print(f"\n{moves} moves, {written['answer_bytes'][moves]} bytes\n\n{table(samples)}\n", flush=True)
                written["ratios"] |= ratios(samples, moves)
                written["servers"][moves] = {
                    kind: {"median": middle(each), "passes": [asdict(one) for one in each]}
                    for kind, each in samples.items()
                }
    written["load_average_after"] = os.getloadavg()
    for what, value in written["ratios"].items():
        print(f"{what:40} {value}")
    return written


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--only", default=",".join(COMMANDS), help="servers, of " + ", ".join(COMMANDS))
    arguments.add_argument("--moves", default="50,5", help="how many moves are asked for, one run for each")
    arguments.add_argument("--seconds", type=int, default=4, help="how long each run lasts")
    arguments.add_argument("--passes", type=int, default=3, help="how often each server is loaded")
    arguments.add_argument("--out", type=Path, default=None, help="where to; without it a part of a run is not kept")
    given = arguments.parse_args()
    chosen = given.only.split(",")
    if unknown := set(chosen) - set(COMMANDS):
        arguments.error(f"no such servers: {', '.join(sorted(unknown))}")
    whole = given.only == arguments.get_default("only") and given.moves == arguments.get_default("moves")
    written = asyncio.run(
        main(chosen, [int(one) for one in given.moves.split(",")], seconds=given.seconds, count=given.passes)
    )
    if out := given.out or (ROOT / "bench" / "results" / "federated.json" if whole else None):
        out.parent.mkdir(exist_ok=True)
        out.write_text(json.dumps(written, indent=2) + "\n")
        print(f"written to {out}")
