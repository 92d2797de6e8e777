"""Load on servers, and what comes of it."""

import asyncio
import json
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from bench.federation import ALERTS, HERE, Server
from bench.processes import OTHER_CORE, cpu_seconds, database_cpu_seconds, on_core, resident_mib
from tests.support.worlds import machine_token

CONCURRENCY: Final = 16
PATIENCE: Final = 60
"""Seconds that an answer may take: with many connections they wait for each other."""


@dataclass(frozen=True)
class Case:
    """What is measured under one name.

    Each connection sends one of the `tokens`, in turn, or all send the load's own. With `requests` a run ends when so
    many are answered, else after its seconds. Where each takes long the latter will not do: what was begun and not
    answered would count as work and not as an answer.
    """

    name: str
    server: Server
    moves: int
    concurrency: int = CONCURRENCY
    requests: int | None = None
    tokens: Sequence[str] = ()


@dataclass(frozen=True)
class Sample:
    """One run of load against one server. Times of requests are in milliseconds of the clock.

    `cpu_ms` is the server's for each request, `database_cpu_ms` the database's.
    """

    requests: int
    per_second: float
    per_cpu_second: float
    cpu_ms: float
    database_cpu_ms: float
    p50_ms: float
    p99_ms: float
    resident_mib: float


Samples = Mapping[str, Sequence[Sample]]


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

    def body(self, moves: int) -> str:
        variables = {"first": moves, "day": self._day.isoformat()}
        return json.dumps({"query": self._query, "variables": variables})

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

    async def run(self, case: Case, *, seconds: int) -> Sample:
        """Load a server and measure it.

        Raises:
            RuntimeError: it gave another answer, or none.

        """
        server = case.server
        options = {
            "url": self._url(server),
            "method": "POST",
            "headers": self._headers,
            "body": self.body(case.moves),
            "expectBody": (await self._post(server, case.moves)).text,
            "connections": case.concurrency,
            "timeout": PATIENCE,
            "tokens": list(case.tokens),
            **({"duration": seconds} if case.requests is None else {"amount": case.requests}),
        }
        before, database_before = cpu_seconds(server.pid), database_cpu_seconds()
        found = await self._cannon(options)
        spent, by_database = cpu_seconds(server.pid) - before, database_cpu_seconds() - database_before
        if found["mismatches"] or found["non2xx"] or found["errors"] or not found["2xx"]:
            counts = {what: found[what] for what in ("2xx", "non2xx", "errors", "mismatches")}
            message = f"{case.name}: {counts}"
            raise RuntimeError(message)
        answered: int = found["2xx"]
        return Sample(
            requests=answered,
            per_second=round(answered / found["duration"], 1),
            per_cpu_second=round(answered / spent, 1),
            cpu_ms=round(spent / answered * 1000, 3),
            database_cpu_ms=round(by_database / answered * 1000, 3),
            p50_ms=found["latency"]["p50"],
            p99_ms=found["latency"]["p99"],
            resident_mib=round(resident_mib(server.pid), 1),
        )

    async def _cannon(self, options: Mapping[str, object]) -> dict[str, Any]:
        path = self._folder / "load.json"
        path.write_text(json.dumps(options))
        command = (*on_core(OTHER_CORE), "node", str(HERE / "load.mjs"), str(path))
        cannon = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        told, _ = await cannon.communicate()
        found: dict[str, Any] = json.loads(told)
        return found

    @staticmethod
    def _url(server: Server) -> str:
        return f"http://127.0.0.1:{server.port}/graphql"


def normalised(data: object) -> bytes:
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode()


def check_equal(answers: Mapping[str, object]) -> int:
    """Return the bytes of an answer that all give.

    Raises:
        RuntimeError: one gives another than the first.

    """
    first, *others = answers
    expected = normalised(answers[first])
    for name in others:
        found = normalised(answers[name])
        if found != expected:
            at = next((n for n, pair in enumerate(zip(found, expected, strict=False)) if pair[0] != pair[1]), 0)
            start = max(0, at - 120)
            message = f"{name} differs from {first}: {found[start : at + 80]!r}, not {expected[start : at + 80]!r}"
            raise RuntimeError(message)
    return len(expected)


async def agree(load: Load, servers: Iterable[Server], moves: int) -> int:
    """Check that all give the same answer; return its bytes.

    Raises:
        RuntimeError: one of them does not, or there is less in it than was asked for.

    """
    answers = {server.name: (await load.once(server, moves))["data"] for server in servers}
    size = check_equal(answers)
    nodes = next(iter(answers.values()))["moves"]["nodes"]
    if len(nodes) != moves or any(len(node["person"]["alerts"]) != len(ALERTS) for node in nodes):
        message = f"the answer has {len(nodes)} moves, and not {moves} with {len(ALERTS)} alerts each"
        raise RuntimeError(message)
    return size


async def passes(load: Load, cases: Sequence[Case], *, seconds: int, count: int) -> dict[str, list[Sample]]:
    """Warm all of them up, then load each in turn, again and again, now from the first and now from the last."""
    found: dict[str, list[Sample]] = {case.name: [] for case in cases}
    for case in cases:
        await load.run(case, seconds=max(2, seconds // 2))
    for number in range(count):
        for case in cases if number % 2 == 0 else reversed(cases):
            sample = await load.run(case, seconds=seconds)
            found[case.name].append(sample)
            print(f"{case.moves:>4} moves  {case.name:15} {sample.per_cpu_second:>8} req/CPU s", flush=True)
    return found


def middle(samples: Sequence[Sample]) -> dict[str, float]:
    rows = [asdict(sample) for sample in samples]
    return {name: round(statistics.median(row[name] for row in rows), 3) for name in rows[0]}


def ratio(ours: Sequence[Sample], others: Sequence[Sample], what: Callable[[Sample], float]) -> float:
    """Give the median over the passes of ours by theirs."""
    pairs = zip(ours, others, strict=True)
    return round(statistics.median(what(one) / what(other) for one, other in pairs), 3)


def kept(found: Samples) -> dict[str, object]:
    """Return what is written down of samples."""
    return {name: {"median": middle(each), "passes": [asdict(one) for one in each]} for name, each in found.items()}


def table(found: Samples) -> str:
    """Give the figures as a table in Markdown."""
    lines = [
        "| server | req/s | req per CPU s | CPU ms | database CPU ms | p50 ms | p99 ms | memory MiB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, samples in found.items():
        of = middle(samples)
        lines.append(
            f"| {name} | {of['per_second']:.0f} | {of['per_cpu_second']:.0f} | {of['cpu_ms']:.2f} | "
            f"{of['database_cpu_ms']:.2f} | {of['p50_ms']:.0f} | {of['p99_ms']:.0f} | {of['resident_mib']:.0f} |"
        )
    return "\n".join(lines)
