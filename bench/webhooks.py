"""Kills gateways again and again while moves are booked, and sees whether their supplier has heard of everything.

    python bench/webhooks.py [--minutes 10] [--nodes 2] [--backend postgresql]

The supplier refuses a tenth of what it is told. At the end it has to have heard of every event of every move, in the
order of the log, and of none twice but under the same id.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path and not the one above

from tests.webhooks.chaos import (  # noqa: E402
    PEOPLE,
    World,
    a_world,
    book_and_change,
    check,
    cut_connections,
    nothing_waits,
)

KILLED_EVERY: Final = 60
"""After how many answers each node is killed."""


async def _run(minutes: float, nodes: int, backend: str) -> None:
    marks = [list(range(KILLED_EVERY + 17 * n, 10**6, KILLED_EVERY)) for n in range(nodes)]
    async with a_world(backend, marks) as world:
        ends, day = time.monotonic() + minutes * 60, 1
        while time.monotonic() < ends:
            await book_and_change(world, PEOPLE, 3, day=day)
            if backend == "postgresql":
                await cut_connections(world.url)
            day += 1
            _tell(world, day)
        await asyncio.gather(*(one for node in world.nodes for one in node.restarts))
        began = time.monotonic()
        await nothing_waits(world, seconds=300)
        print(f"everything was delivered {time.monotonic() - began:.1f} s after the last change")
        repeats = await check(world)
        print(
            f"{len(world.heard())} messages about {len(world.moves)} moves, all there, all in order, {repeats} repeats"
        )


def _tell(world: World, day: int) -> None:
    kills = sum(len(node.restarts) for node in world.nodes)
    print(f"round {day - 1}: {len(world.moves)} moves, {kills} kills, {len(world.heard())} messages heard", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--backend", choices=["sqlite", "postgresql"], default="postgresql")
    given = parser.parse_args()
    asyncio.run(_run(given.minutes, given.nodes, given.backend))


if __name__ == "__main__":
    main()
