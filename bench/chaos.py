"""Plays chaos for long: two nodes, many subscribers, nodes that are killed, a database that is restarted.

python bench/chaos.py [--subscribers 200] [--seconds 120] [--kill-every 5]

Ends with 1 where anybody misses an event, has one too many, or in another order.
"""

import argparse
import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a file, this folder is on the path

from tests.live.chaos import Plan, play


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=200)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--kill-every", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    plan = Plan(
        subscribers=given.subscribers,
        writers=given.writers,
        seconds=given.seconds,
        kill_every=given.kill_every,
        restart_database_at=given.seconds / 2,
        pause=(0.05, 0.15),
        stay=(2, 15),
        seed=given.seed,
        settle=180,
    )
    outcome = asyncio.run(play(plan))
    told = sum(len(one.got) for one in outcome.subscribers)
    print(
        f"{len(outcome.written)} events, {outcome.kills} nodes killed, {len(outcome.subscribers)} subscribers: "
        f"{told} deliveries, {sum(one.repeats for one in outcome.subscribers)} of them again after a break, "
        f"{sum(one.breaks for one in outcome.subscribers)} breaks"
    )
    wrong = outcome.wrong()
    print("\n".join(wrong) or "Every subscriber has exactly what is theirs, in order.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
