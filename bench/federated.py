"""Measures the gateway beside its peers: the same federated query over the same data and the same upstreams.

    python bench/federated.py [--only ours,mercurius_jit] [--moves 50,5] [--seconds 4] [--passes 3]
    python bench/federated.py --growth
    python bench/federated.py --together

The gateway runs as it is deployed: authorization, scope and access log on, over PostgreSQL. A peer verifies the same
token, asks the same database and upstreams through dataloaders and gives the same answer, to the byte after JSON is
normalised; docs/performance.md says what each does. A replaying process stands before the upstreams, so that they are
never what is measured. The server has a core to itself where there are two; everything else shares the other one.

What counts is requests for each second of the server's CPU: other programs on the machine do not change it much.
How that grows is measured of the gateway alone, with `--growth`, and many viewers of one board with `--together`. A run
that leaves nothing out has both.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path and not the one above

from bench.federation import COMMANDS, a_server, a_world, sources, versions  # noqa: E402
from bench.growth import growth  # noqa: E402
from bench.loading import CONCURRENCY, Case, Load, Samples, agree, kept, passes, ratio, table  # noqa: E402
from bench.processes import OTHER_CORE, machine, two_cores  # noqa: E402
from bench.together import together  # noqa: E402

RESULTS: Final = ROOT / "bench" / "results" / "federated.json"


def ratios(found: Samples, moves: int) -> dict[str, float]:
    if "ours" not in found:
        return {}
    mine = found["ours"]
    told = {
        f"throughput_vs_{name}_{moves}": ratio(mine, theirs, lambda one: one.per_cpu_second)
        for name, theirs in found.items()
        if name not in {"ours", "floor"}
    }
    if "mercurius_jit" in found:
        jit = found["mercurius_jit"]
        told[f"p99_vs_mercurius_jit_{moves}"] = ratio(mine, jit, lambda one: one.p99_ms)
        told[f"memory_vs_mercurius_jit_{moves}"] = ratio(mine, jit, lambda one: one.resident_mib)
    if "floor" in found:
        told[f"cpu_vs_floor_{moves}"] = ratio(mine, found["floor"], lambda one: one.cpu_ms)
    return told


async def beside_peers(
    load: Load, day: date, only: Sequence[str], sizes: Sequence[int], *, seconds: int, count: int
) -> dict[str, Any]:
    """Measure servers beside each other, for each number of moves."""
    told: dict[str, Any] = {"ratios": {}, "servers": {}, "answer_bytes": {}}
    async with sources(a_world(max(sizes), day)) as found, AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(a_server(kind, found)) for kind in only]
        for moves in sizes:
            size = await agree(load, servers, moves)
            cases = [Case(server.name, server, moves) for server in servers]
            samples = await passes(load, cases, seconds=seconds, count=count)
            print(f"\n{moves} moves, {size} bytes\n\n{table(samples)}\n", flush=True)
            told["answer_bytes"][moves] = size
            told["ratios"] |= ratios(samples, moves)
            told["servers"][moves] = kept(samples)
    return told


@dataclass(frozen=True)
class Plan:
    """What a run measures. Without servers it is growth alone."""

    only: Sequence[str]
    sizes: Sequence[int]
    together: bool
    growth: bool
    seconds: int
    count: int


async def main(plan: Plan) -> dict[str, Any]:
    if two_cores():
        os.sched_setaffinity(0, {OTHER_CORE})  # the database and the upstreams inherit it
    day = datetime.now(UTC).date()
    written: dict[str, Any] = {
        "bench": "federated",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": versions(),
        "concurrency": CONCURRENCY,
        "seconds": plan.seconds,
        "passes": plan.count,
        "load_average_before": os.getloadavg(),
        "ratios": {},
    }
    with tempfile.TemporaryDirectory() as name:
        load = Load(Path(name), day)
        if plan.only:
            written |= await beside_peers(load, day, plan.only, plan.sizes, seconds=plan.seconds, count=plan.count)
        if plan.together:
            written["together"] = await together(load, day, seconds=plan.seconds, count=plan.count)
            written["ratios"] |= written["together"].pop("ratios")
        if plan.growth:
            written["growth"] = await growth(load, day, seconds=plan.seconds, count=plan.count)
            written["ratios"] |= written["growth"].pop("ratios")
    written["load_average_after"] = os.getloadavg()
    for what, value in written["ratios"].items():
        print(f"{what:40} {value}")
    return written


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--only", default=",".join(COMMANDS), help="servers, of " + ", ".join(COMMANDS))
    arguments.add_argument("--moves", default="50,5", help="how many moves are asked for, one run for each")
    arguments.add_argument("--growth", action="store_true", help="nothing but how the gateway's CPU grows")
    arguments.add_argument("--together", action="store_true", help="nothing but many viewers of one board")
    arguments.add_argument("--seconds", type=int, default=4, help="how long each run lasts")
    arguments.add_argument("--passes", type=int, default=3, help="how often each server is loaded")
    arguments.add_argument("--out", type=Path, default=None, help="where to; without it a part of a run is not kept")
    given = arguments.parse_args()
    chosen = [] if given.growth or given.together else given.only.split(",")
    if unknown := set(chosen) - set(COMMANDS):
        arguments.error(f"no such servers: {', '.join(sorted(unknown))}")
    whole = bool(chosen) and all(getattr(given, name) == arguments.get_default(name) for name in ("only", "moves"))
    sizes = [int(one) for one in given.moves.split(",")]
    written = asyncio.run(
        main(Plan(chosen, sizes, given.together or whole, given.growth or whole, given.seconds, given.passes))
    )
    if out := given.out or (RESULTS if whole else None):
        out.parent.mkdir(exist_ok=True)
        out.write_text(json.dumps(written, indent=2) + "\n")
        print(f"written to {out}")
