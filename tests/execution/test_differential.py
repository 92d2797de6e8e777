"""Compiled operations answer as graphql-core does, to the byte: whatever is asked, whatever goes wrong meanwhile."""

import asyncio
import gc
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

import pytest
import sqlalchemy as sa
import uvloop
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.app import _graph
from gateway.execution.engine import Engine
from gateway.execution.plans import Plans
from gateway.resolvers.global_ids import NodeType, encode
from gateway.store.tables import access_log
from gateway.transport.documents import core_schema
from tests.execution.documents import Document, Known, any_document
from tests.execution.gremlins import gremlins
from tests.federated.estates import FEDERATED, OFFICER, Day, a_day_at_leeds, all_counts, reference
from tests.store.worlds import make_move
from tests.support.worlds import TODAY

SCHEMA: Final = core_schema(_graph()[1])
COMPILED: Final = Plans(_graph()[1], at_use=1)
BY_GRAPHQL_CORE: Final = Plans(_graph()[1], at_use=0)
EXAMPLES: Final = 500
"""In each of two properties. The nightly profile draws 10,000 each."""


@dataclass
class Bench:
    day: Day
    runner: asyncio.Runner
    engine: Engine

    def answers(self, document: Document, *, spoilt: tuple[int, int] = (0, 0)) -> tuple[bytes, bytes]:
        """Give the answers by the plan and by graphql-core."""

        async def both() -> tuple[bytes, bytes]:
            with gremlins(*spoilt):
                self.engine.plans = COMPILED
                compiled = await self.day.gateway.raw(document.text, OFFICER, document.variables)
                self.engine.plans = BY_GRAPHQL_CORE
                return compiled, await self.day.gateway.raw(document.text, OFFICER, document.variables)

        return self.runner.run(both())


@pytest.fixture(autouse=True)
def _garbage() -> Iterator[None]:
    """Drop what was left unawaited while its warnings are still waited for."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        stack = AsyncExitStack()
        day = runner.run(stack.enter_async_context(a_day_at_leeds(5)))
        try:
            yield Bench(day, runner, day.gateway.app.state.engine)
        finally:
            runner.run(stack.aclose())


def _known() -> Known:
    moves = [make_move(number, reference=reference(number)) for number in range(5)]
    ids = [encode(NodeType.MOVE, one.id) for one in moves]
    ids += [encode(NodeType.LOCATION, code) for code in ("LEI", "MDI", "LEEDCC")]
    ids += [encode(NodeType.PERSON, f"A{number:04}AA") for number in range(5)]
    ids += [encode(NodeType.SUPPLIER, "geoamey"), "nonsense", encode(NodeType.MOVE, "nonsense")]
    day = TODAY.isoformat()
    return Known(
        {
            "ID": ids,
            "Int": [1, 2, 3, 50, 0, -1],
            "Boolean": [True, False],
            "prisonNumber": [f"A{number:04}AA" for number in range(5)] + ["Z9999ZZ"],
            "String": ["LEI", "geoamey", "X", "H", "", "nonsense"],
            "Date": [day, day, "2026-11-30"],
            "DateTime": [f"{day}T09:30:00Z"],
            "PrisonNumber": ["A0001AA"],
            "Cursor": ["nonsense"],
            "URL": ["nonsense"],
            "Float": [1.5],
        },
    )


KNOWN: Final = _known()
# graphql-core leaves resolvers unawaited that stand beside one that raised at once.
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SLOW_DRAWS: Final = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
IS_NIGHTLY: Final = settings.get_current_profile_name() == "nightly"
SEEDS: Final = st.integers(0, 2**40)
DRAWN: Final = settings(
    max_examples=10_000 if IS_NIGHTLY else EXAMPLES,
    suppress_health_check=SLOW_DRAWS,
    phases=[Phase.explicit, Phase.generate],  # a smaller seed is no simpler a query
)


@DRAWN
@given(query=SEEDS)
def test_any_query_has_the_answer_that_graphql_core_gives(bench: Bench, query: int) -> None:
    _assert_same(*bench.answers(any_document(query, SCHEMA, KNOWN)))


@DRAWN
@given(query=SEEDS, seed=SEEDS, one_in=st.sampled_from([2, 5, 20]))
def test_whatever_goes_wrong_is_told_as_graphql_core_tells_it(bench: Bench, query: int, seed: int, one_in: int) -> None:
    _assert_same(*bench.answers(any_document(query, SCHEMA, KNOWN), spoilt=(seed, one_in)))


def _assert_same(compiled: bytes, reference: bytes) -> None:
    """Compare bytes. What differs from run to run of graphql-core itself is all that may differ, and only in errors.

    Errors stand in the order in which they were come upon, and that depends on which of two reads ends first. Where
    several fields that may not be null failed beneath the same null, the first that is come upon leads to it; whether
    the others are told depends on whether they were come upon before.
    """
    if compiled == reference:
        return
    ours, theirs = json.loads(compiled), json.loads(reference)
    assert ours["data"] == theirs["data"]
    assert list(ours) == list(theirs)
    mine, others = _by_null(ours), _by_null(theirs)
    assert mine.keys() == others.keys()
    for null in mine:
        if sorted(map(str, mine[null])) != sorted(map(str, others[null])):
            assert len({str(error["path"]) for error in (*mine[null], *others[null])}) > 1, (mine[null], others[null])


def _by_null(answer: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Sort errors by the place that they left null."""
    found: dict[str, list[dict[str, Any]]] = {}
    for error in answer.get("errors", []):
        value: Any = answer["data"]
        null: list[str | int] = []
        for step in error.get("path", []):
            if value is None:
                break
            value, null = value[step], [*null, step]
        found.setdefault(str(null), []).append(error)
    return found


async def how_much_is_noted(day: Day) -> int:
    await day.gateway.settle()
    async with day.gateway.database.read() as conn:
        found: int = (await conn.execute(sa.select(sa.func.count()).select_from(access_log))).scalar_one()
        return found


@pytest.mark.anyio
async def test_nothing_is_asked_of_other_systems_twice_when_an_answer_is_left_to_graphql_core() -> None:
    async with a_day_at_leeds(6) as day:
        variables = {"first": 6, "day": TODAY.isoformat()}
        engine: Engine = day.gateway.app.state.engine
        async with day.gateway.database.transaction() as conn:
            await conn.execute(sa.delete(access_log))
        for door, rule in (
            (day.gateway.nomis, {"service": "alerts", "down": True}),
            (day.gateway.nomis, {"service": "prisoner-search", "status": 500}),
            (day.gateway.suppliers["serco"], {"status": 500}),
        ):
            await day.gateway.switch(door, rule)
            counts = []
            noted = []
            for plans in (BY_GRAPHQL_CORE, COMPILED):
                engine.plans = plans
                await all_counts(day.gateway)
                left = engine.left
                answer = await day.gateway.ask(FEDERATED, OFFICER, variables)
                counts.append(await all_counts(day.gateway))
                assert ("errors" in answer) is (door is day.gateway.nomis)  # suppliers' last known legs serve
                assert engine.left == left + (plans is COMPILED and "errors" in answer)
                noted.append(await how_much_is_noted(day))
            assert counts[0] == counts[1]
            # Nor is anything noted twice in the access log.
            assert noted[1] == 2 * noted[0]
            async with day.gateway.database.transaction() as conn:
                await conn.execute(sa.delete(access_log))
            await day.gateway.switch(door)
