"""Kills gateways again and again while moves are booked, and sees whether their supplier has heard of everything.

    python bench/webhooks.py [--minutes 10] [--nodes 2] [--backend postgresql] [--killed-every 60]

The supplier refuses a tenth of what it is told. At the end it has to have heard of every event of every move, in the
order of the log, and of none twice but under the same id. Without kills (0) it also tells how long it took from the
change to the supplier, for what was accepted at the first try.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path and not the one above

import sqlalchemy as sa  # noqa: E402

from gateway.store.webhook_tables import webhook_outbox  # noqa: E402
from tests.webhooks.chaos import (  # noqa: E402
    PEOPLE,
    World,
    a_world,
    book_and_change,
    check,
    cut_connections,
    nothing_waits,
)

MOST_ANSWERS: Final = 10**6


async def _run(minutes: float, nodes: int, backend: str, killed_every: int) -> None:
    marks = [
        list(range(killed_every + 17 * n, MOST_ANSWERS, killed_every)) if killed_every else [] for n in range(nodes)
    ]
    async with a_world(backend, marks) as world:
        ends, day = time.monotonic() + minutes * 60, 1
        while time.monotonic() < ends:
            # Kills need a crowd; how long a message takes is asked of one client after the other.
            for people in [PEOPLE] if killed_every else [[one] for one in PEOPLE]:
                await book_and_change(world, people, 3, day=day)
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
            f"{len(world.heard())} messages about {len(world.moves)} moves: all there, all in order, {repeats} repeats"
        )
        if not killed_every:
            await _tell_delays(world)


async def _tell_delays(world: World) -> None:
    """Tell how long messages took, from the change's own time, where nothing of the move was ever refused."""
    refused = sa.select(webhook_outbox.c.move_id).where(webhook_outbox.c.attempts > 0)
    async with world.database.read() as conn:
        rows = await conn.execute(
            sa.select(webhook_outbox.c.id, webhook_outbox.c.written_at).where(webhook_outbox.c.move_id.not_in(refused))
        )
        written = {f"msg_{row.id.hex}": row.written_at for row in rows}
    delays = sorted(
        (one.received_at - written[one.id]).total_seconds() * 1000 for one in world.heard() if one.id in written
    )
    p50, p99 = (delays[int(len(delays) * share)] for share in (0.5, 0.99))
    print(f"from change to supplier: p50 {p50:.1f} ms, p99 {p99:.1f} ms, {len(delays)} messages")


def _tell(world: World, day: int) -> None:
    kills = sum(len(node.restarts) for node in world.nodes)
    print(f"round {day - 1}: {len(world.moves)} moves, {kills} kills, {len(world.heard())} messages heard", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--backend", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--killed-every", type=int, default=60, help="After how many answers each node is killed.")
    given = parser.parse_args()
    asyncio.run(_run(given.minutes, given.nodes, given.backend, given.killed_every))


if __name__ == "__main__":
    main()
