"""Queries that are answered together: one asking of upstreams, and yet everybody is answered for themselves."""

import asyncio
from typing import Any
from unittest.mock import patch

import httpx
import pytest
import sqlalchemy as sa

from gateway.store import move_pages
from gateway.store.tables import access_log, moves
from tests.federated.estates import FEDERATED, OFFICER, Day, a_day_at_leeds, all_counts
from tests.support.worlds import NOW, TODAY, token_for

pytestmark = pytest.mark.anyio

COLLEAGUE = token_for("LEEDS_COLLEAGUE", "PECS_PRISON", "PECS_OCA")
ELSEWHERE = token_for("HULL_OFFICER", "PECS_PRISON")
VARIABLES = {"first": 3, "day": TODAY.isoformat()}
LIST = "query Board { moves { nodes { reference person { prisonNumber } } } }"
SHARE = 1000


async def known(day: Day, *tokens: str) -> None:
    """Have the gateway know who asks, so that nobody comes late for that."""
    for token in tokens:
        await day.gateway.ask("{ viewer { username } }", token)
    await all_counts(day.gateway)


async def sent(day: Day, query: str, token: str, request_id: str = "one") -> httpx.Response:
    return await day.gateway.client.post(
        "/graphql",
        json={"query": query, "variables": VARIABLES if query == FEDERATED else {}},
        headers={"Authorization": f"Bearer {token}", "X-Request-Id": request_id},
    )


async def noted(day: Day) -> list[tuple[Any, ...]]:
    """Give who was shown which moves in which request."""
    await day.gateway.settle()
    columns = (access_log.c.username, access_log.c.client_id, access_log.c.request_id, access_log.c.operation)
    async with day.gateway.database.read() as connection:
        rows = await connection.execute(
            sa.select(*columns, sa.func.count())
            .where(access_log.c.subject_type == "Move")
            .group_by(*columns)
            .order_by(*columns)
        )
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_a_crowd_asks_upstreams_once_more_and_each_is_in_the_access_log(backend: str) -> None:
    """The first is answered at once, all others together after it."""
    async with a_day_at_leeds(3, backend=backend, share_queries_ms=SHARE) as day:
        await known(day, OFFICER, COLLEAGUE)
        tokens = [OFFICER, COLLEAGUE] * 8
        answers = await asyncio.gather(
            *(sent(day, FEDERATED, token, f"request-{number:02}") for number, token in enumerate(tokens))
        )
        assert len({answer.content for answer in answers}) == 1
        assert len(answers[0].json()["data"]["moves"]["nodes"]) == 3
        assert [answer.headers["x-request-id"] for answer in answers] == [f"request-{n:02}" for n in range(16)]
        counts = await all_counts(day.gateway)
        assert max(count for routes in counts.values() for count in routes.values()) <= 2
        assert await noted(day) == sorted(
            (name, "front-end", f"request-{number:02}", "Federated", 3)
            for number, name in enumerate(["LEEDS_OFFICER", "LEEDS_COLLEAGUE"] * 8)
        )


async def test_viewers_of_other_places_do_not_share() -> None:
    async with a_day_at_leeds(3, share_queries_ms=SHARE) as day:
        await known(day, OFFICER, ELSEWHERE)
        answers = await asyncio.gather(*(sent(day, LIST, token) for token in (OFFICER, ELSEWHERE) * 3))
    assert [len(answer.json()["data"]["moves"]["nodes"]) for answer in answers] == [3, 0] * 3


async def test_whoever_asks_who_they_are_is_told_so_in_a_crowd() -> None:
    query = "fragment F on Query { me: viewer { username } } { ...F moves { nodes { id } } }"
    async with a_day_at_leeds(1, share_queries_ms=SHARE) as day:
        await known(day, OFFICER, COLLEAGUE)
        answers = await asyncio.gather(*(sent(day, query, token) for token in (OFFICER, COLLEAGUE) * 3))
        names = [answer.json()["data"]["me"]["username"] for answer in answers]
    assert names == ["LEEDS_OFFICER", "LEEDS_COLLEAGUE"] * 3


async def test_nobody_joins_an_answer_that_has_begun() -> None:
    """Whoever changed something and then asks must see it, though the same question is being answered."""
    query = "{ moves { nodes { status } } }"
    begun, may_end = asyncio.Event(), asyncio.Event()
    page = move_pages.page

    async def held(*given: Any, **options: Any) -> Any:
        found = await page(*given, **options)
        begun.set()
        await may_end.wait()
        return found

    async with a_day_at_leeds(1, share_queries_ms=SHARE) as day:
        await known(day, OFFICER)
        with patch.object(move_pages, "page", held):
            first = asyncio.create_task(sent(day, query, OFFICER))
            await begun.wait()
            async with day.gateway.database.transaction() as connection:
                await connection.execute(sa.update(moves).values(status="completed", updated_at=NOW))
            second = asyncio.create_task(sent(day, query, OFFICER))
            may_end.set()
            answers = [await first, await second]
    assert [one.json()["data"]["moves"]["nodes"][0]["status"] for one in answers] == ["IN_TRANSIT", "COMPLETED"]


async def test_one_who_leaves_takes_nobody_along() -> None:
    async with a_day_at_leeds(2, share_queries_ms=SHARE) as day:
        await known(day, OFFICER, COLLEAGUE)
        asked = [asyncio.create_task(sent(day, LIST, token)) for token in (OFFICER, COLLEAGUE) * 3]
        await asyncio.sleep(0)
        asked[0].cancel()
        asked[3].cancel()
        found = await asyncio.gather(*asked, return_exceptions=True)
    stayed = [one for one in found if isinstance(one, httpx.Response)]
    assert len(stayed) == 4
    assert {len(one.json()["data"]["moves"]["nodes"]) for one in stayed} == {2}


async def test_an_error_is_told_to_each_with_the_id_of_their_own_request() -> None:
    async with a_day_at_leeds(1, share_queries_ms=SHARE) as day:
        await known(day, OFFICER)
        await day.gateway.switch(day.gateway.nomis, {"service": "prisoner-search", "status": 503})
        answers = await asyncio.gather(*(sent(day, LIST, OFFICER, f"request-{n}") for n in range(4)))
        bodies = [answer.json() for answer in answers]
    assert [body["errors"][0]["extensions"]["requestId"] for body in bodies] == [f"request-{n}" for n in range(4)]
    assert {body["errors"][0]["extensions"]["code"] for body in bodies} == {"UPSTREAM_UNAVAILABLE"}


async def test_other_variables_are_another_question() -> None:
    query = "query Page($first: Int!) { moves(first: $first) { nodes { reference } } }"
    async with a_day_at_leeds(5, share_queries_ms=SHARE) as day:
        await known(day, OFFICER)
        answers = await asyncio.gather(*(day.gateway.ask(query, OFFICER, {"first": n}) for n in (1, 2, 3) * 3))
    assert [len(one["data"]["moves"]["nodes"]) for one in answers] == [1, 2, 3] * 3
