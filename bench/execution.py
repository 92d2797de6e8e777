"""Measures execution alone: the federated query over values in memory, without HTTP, database or other systems.

    python bench/execution.py [--moves 50] [--seconds 2] [--passes 7]

Four executors, each in a process of its own on one core: the gateway's compiled plans; stock Strawberry with its caches
of parsing and validation, over the same schema, resolvers and loaders; graphql-js; and graphql-jit. All of them go from
the query's text to its data, which is compared before anything is measured. What counts is operations for each second
of CPU.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path and not the one above

from bench.federation import versions  # noqa: E402
from bench.loading import check_equal  # noqa: E402
from bench.processes import SERVER_CORE, machine, on_core  # noqa: E402

HERE: Final = ROOT / "bench" / "execution"
RESULTS: Final = ROOT / "bench" / "results" / "execution.json"
OURS: Final = "ours"
COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    OURS: (sys.executable, str(ROOT / "bench" / "in_memory.py"), "plans"),
    "strawberry": (sys.executable, str(ROOT / "bench" / "in_memory.py"), "strawberry"),
    "graphql_js": ("node", str(HERE / "run.mjs"), "graphql_js"),
    "graphql_jit": ("node", str(HERE / "run.mjs"), "graphql_jit"),
}
LONGEST_LINE: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """One run of one executor."""

    operations: int
    cpu_ms: float
    per_cpu_second: float


@dataclass(frozen=True)
class Executor:
    """A process that does what it is told, line by line."""

    name: str
    process: asyncio.subprocess.Process

    async def tell(self, **order: object) -> Any:
        """Give an order and wait for what came of it.

        Raises:
            RuntimeError: the process has ended.

        """
        told, heard = self.process.stdin, self.process.stdout
        if told is None or heard is None:
            message = f"{self.name} has no pipes"
            raise RuntimeError(message)
        told.write(json.dumps(order).encode() + b"\n")
        await told.drain()
        line = await heard.readline()
        if not line:
            message = f"{self.name} ended"
            raise RuntimeError(message)
        return json.loads(line)

    async def sample(self, seconds: float) -> Sample:
        found = await self.tell(do="run", seconds=seconds)
        operations, spent = found["operations"], found["cpu_seconds"]
        return Sample(operations, round(spent / operations * 1000, 4), round(operations / spent, 2))


@asynccontextmanager
async def an_executor(name: str, moves: int) -> AsyncIterator[Executor]:
    process = await asyncio.create_subprocess_exec(
        *on_core(SERVER_CORE),
        *COMMANDS[name],
        str(moves),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
        env={**os.environ, "NODE_ENV": "production"},
    )
    try:
        yield Executor(name, process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def agree(executors: Sequence[Executor], moves: int) -> int:
    """Check that all give the same answer; return its bytes.

    Raises:
        RuntimeError: one of them does not, or there is less in it than was asked for.

    """
    answers = {one.name: await one.tell(do="answer") for one in executors}
    for name, answer in answers.items():
        if len(answer["moves"]["nodes"]) != moves:
            message = f"{name} gives {len(answer['moves']['nodes'])} moves, and not {moves}"
            raise RuntimeError(message)
    return check_equal(answers)


async def passes(executors: Sequence[Executor], *, seconds: float, count: int) -> dict[str, list[Sample]]:
    """Warm all of them up, then run each in turn, again and again, now from the first and now from the last."""
    found: dict[str, list[Sample]] = {one.name: [] for one in executors}
    for one in executors:
        await one.sample(max(2.0, seconds))  # so long does V8 take to optimise all of it
    for number in range(count):
        for one in executors if number % 2 == 0 else reversed(executors):
            found[one.name].append(await one.sample(seconds))
    return found


def ratios(found: Mapping[str, Sequence[Sample]]) -> dict[str, float]:
    """Give operations for each second of CPU, ours by theirs: the median over the passes."""
    return {
        f"execution_vs_{name}": round(
            statistics.median(
                mine.per_cpu_second / other.per_cpu_second for mine, other in zip(found[OURS], theirs, strict=True)
            ),
            3,
        )
        for name, theirs in found.items()
        if name != OURS
    }


def middle(samples: Sequence[Sample]) -> dict[str, float]:
    rows = [asdict(sample) for sample in samples]
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def table(found: Mapping[str, Sequence[Sample]]) -> str:
    """Give the figures as a table in Markdown."""
    lines = ["| executor | operations per CPU s | CPU ms |", "|---|---|---|"]
    for name, samples in found.items():
        of = middle(samples)
        lines.append(f"| {name} | {of['per_cpu_second']:.0f} | {of['cpu_ms']:.3f} |")
    return "\n".join(lines)


async def main(moves: int, *, seconds: float, count: int) -> dict[str, Any]:
    before = os.getloadavg()
    async with AsyncExitStack() as stack:
        executors = [await stack.enter_async_context(an_executor(name, moves)) for name in COMMANDS]
        values = await executors[0].tell(do="values")
        for one in executors:
            if COMMANDS[one.name][0] == "node":
                await one.tell(do="take", values=values)
        size = await agree(executors, moves)
        found = await passes(executors, seconds=seconds, count=count)
    print(f"{moves} moves, {size} bytes\n\n{table(found)}\n")
    for name, value in ratios(found).items():
        print(f"{name:40} {value}")
    return {
        "bench": "execution",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": versions(),
        "moves": moves,
        "seconds": seconds,
        "passes": count,
        "answer_bytes": size,
        "load_average_before": before,
        "load_average_after": os.getloadavg(),
        "ratios": ratios(found),
        "executors": {
            name: {"median": middle(samples), "passes": [asdict(one) for one in samples]}
            for name, samples in found.items()
        },
    }


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--moves", type=int, default=50)
    arguments.add_argument("--seconds", type=float, default=2.0, help="how long each run lasts")
    arguments.add_argument("--passes", type=int, default=7, help="how often each executor runs")
    arguments.add_argument("--out", type=Path, default=None, help="where to; without it a part of a run is not kept")
    given = arguments.parse_args()
    written = asyncio.run(main(given.moves, seconds=given.seconds, count=given.passes))
    whole = all(getattr(given, name) == arguments.get_default(name) for name in ("moves", "seconds", "passes"))
    if out := given.out or (RESULTS if whole else None):
        out.parent.mkdir(exist_ok=True)
        out.write_text(json.dumps(written, indent=2) + "\n")
        print(f"written to {out}")
