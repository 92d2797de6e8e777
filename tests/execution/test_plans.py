"""Which operations get a plan, and that nobody can have the gateway make or keep more of them than it wants."""

import asyncio
from itertools import count
from typing import Any, Final

import pytest

from gateway.app import _graph
from gateway.domain.errors import InvalidInput
from gateway.execution import plans as plans_module
from gateway.execution.engine import Engine
from gateway.execution.plans import Plans
from gateway.transport.documents import PreparedOperation, core_schema
from tests.federated.estates import FEDERATED, OFFICER, a_day_at_leeds
from tests.support.worlds import TODAY

DOCUMENTS, SCHEMA = _graph()
numbers: Final = count()


def prepared(text: str, **variables: object) -> PreparedOperation:
    return DOCUMENTS.prepare(core_schema(SCHEMA), text, None, variables)


def find(plans: Plans, text: str, **variables: object) -> plans_module.Plan | None:
    one = prepared(text, **variables)
    return plans.find(one.document_key, one.document, one.definition, one.variables)


def a_new_query() -> str:
    return f"{{ a{next(numbers)}: suppliers {{ key name }} }}"


def test_an_operation_is_compiled_when_it_comes_again() -> None:
    plans = Plans(SCHEMA, at_use=2)
    query = a_new_query()
    assert find(plans, query) is None
    plan = find(plans, query)
    assert plan is not None
    assert find(plans, query) is plan
    assert plans.compiled == 1


def test_a_flood_of_new_documents_compiles_nothing_and_pushes_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans_module, "WATCHED", 50)
    plans = Plans(SCHEMA, at_use=2)
    often = a_new_query()
    find(plans, often)
    plan = find(plans, often)
    for _ in range(150):
        assert find(plans, a_new_query()) is None
    assert plans.compiled == 1
    assert len(plans) == 1
    assert plans.watched <= plans_module.WATCHED
    assert find(plans, often) is plan


def test_plans_are_bounded_in_number_and_in_size(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = Plans(SCHEMA, at_use=1)
    monkeypatch.setattr(plans_module, "PLANS", 5)
    for _ in range(20):
        find(plans, a_new_query())
    assert len(plans) == 5
    monkeypatch.setattr(plans_module, "CHARACTERS", 2 * plans.characters // 5)
    find(plans, a_new_query())
    assert len(plans) <= 2
    assert plans.characters <= plans_module.CHARACTERS


def test_values_that_decide_what_is_skipped_have_plans_of_their_own() -> None:
    plans = Plans(SCHEMA, at_use=1)
    query = "query($short: Boolean!) { suppliers { key name @skip(if: $short) } }"
    assert find(plans, query, short=True) is not find(plans, query, short=False)
    assert len(plans) == 2


def test_other_values_do_not() -> None:
    plans = Plans(SCHEMA, at_use=1)
    query = "query($first: Int) { moves(first: $first) { nodes { id } } }"
    assert find(plans, query, first=1) is find(plans, query, first=2)


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Move") { name } suppliers { key } }',
        'mutation { setActiveCaseload(input: {agencyId: "LEI"}) { viewer { username } } }',
    ],
)
def test_introspection_and_mutations_are_left_to_graphql_core(query: str) -> None:
    plans = Plans(SCHEMA, at_use=1)
    assert find(plans, query) is None


def test_without_a_use_nothing_is_compiled() -> None:
    plans = Plans(SCHEMA, at_use=0)
    query = a_new_query()
    assert [find(plans, query) for _ in range(3)] == [None, None, None]


@pytest.mark.anyio
async def test_the_federated_query_is_answered_by_a_plan_and_the_same() -> None:
    async with a_day_at_leeds(8) as day:
        engine: Engine = day.gateway.app.state.engine
        variables = {"first": 8, "day": TODAY.isoformat()}
        answers = []
        for at_use in (0, 1, 1):
            engine.plans = Plans(SCHEMA, at_use=at_use)
            answers.append(await day.gateway.raw(FEDERATED, OFFICER, variables))
        assert engine.answered == 2 + 1  # and the question with which the day begins
        assert engine.left == 0
        assert answers[0] == answers[1] == answers[2]


@pytest.mark.anyio
async def test_whoever_gives_up_ends_the_run_of_a_plan() -> None:
    """A client that has gone is not answered by graphql-core instead."""
    plans = Plans(SCHEMA, at_use=1)
    engine = Engine(plans)
    one = prepared(a_new_query())
    asked = asyncio.Event()

    class Stuck:
        def __getattr__(self, name: str) -> Any:
            asked.set()
            raise asyncio.CancelledError

    async def otherwise() -> Any:
        raise InvalidInput("graphql-core was asked")

    context: Any = Stuck()
    with pytest.raises(asyncio.CancelledError):
        await engine.answer(one.document_key, one.document, one.definition, one.variables, context, otherwise)
    assert asked.is_set()
