"""Nodes are killed and the database is restarted, and everybody has everything in the end."""

import pytest

from tests.live.chaos import Plan, play

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_nobody_misses_anything_while_nodes_and_the_database_die() -> None:
    """A short one; `python bench/chaos.py` plays for as long and with as many as it is told."""
    plan = Plan(
        subscribers=24,
        writers=4,
        seconds=5,
        kill_every=1.5,
        restart_database_at=2.5,
        pause=(0.02, 0.05),
        stay=(0.5, 3.0),
    )
    outcome = await play(plan)
    assert outcome.wrong() == []
    assert outcome.kills >= 1
    assert len(outcome.written) > 10
    assert all(one.breaks for one in outcome.subscribers)
