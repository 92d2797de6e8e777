"""GraphQL over server-sent events, in distinct connections mode, on real sockets."""

import json

import httpx
import pytest

from tests.booking.bed import OFFICER
from tests.live.clients import UPDATES
from tests.live.serving import Served
from tests.support.worlds import TOKEN_LIFETIME

pytestmark = pytest.mark.anyio

EVENTS = {"Accept": "text/event-stream", "Authorization": f"Bearer {OFFICER}"}


async def post(here: Served, body: object, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(f"http://{here.address}/graphql", json=body, headers={**EVENTS, **headers})


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_each_event_has_its_cursor_as_its_id(here: Served, method: str) -> None:
    async with here.events(method=method) as stream:
        assert stream.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.response.headers["x-accel-buffering"] == "no"
        assert set(await stream.block()) == {"id"}, "one to come back with before anything has happened"
        await here.book()
        id_, update = await stream.next()
        assert id_ == update["cursor"]


async def test_a_browser_that_comes_back_goes_on_by_itself(here: Served) -> None:
    async with here.events() as stream:
        start = (await stream.block())["id"]
    move_id = await here.book()
    await here.send_elsewhere(move_id)
    async with here.events(method="GET", last_event_id=start) as stream:
        first = await stream.next()
    # The address says where it began long ago, the header where the browser got to.
    async with here.events(method="GET", variables={"after": start}, last_event_id=first[0]) as stream:
        assert (await stream.next())[1]["event"]["type"] == "MoveRedirect"


async def test_a_stream_ends_when_its_token_does_without_being_complete(here: Served) -> None:
    async with here.events() as stream:
        await stream.block()
        here.bed.gateway.clock.advance(TOKEN_LIFETIME)
        with pytest.raises(EOFError):
            await stream.block()


async def test_a_node_that_stops_tells_when_to_come_back(here: Served) -> None:
    async with here.events() as stream:
        await stream.block()
        await here.streams.drain(0.01)
        assert 500 <= int((await stream.block())["retry"]) < 5_000
        with pytest.raises(EOFError):
            await stream.block()
    late = await post(here, {"query": UPDATES})
    assert (late.status_code, late.headers["retry-after"]) == (503, "2")


async def test_a_sign_of_life_is_given_while_nothing_happens(here: Served) -> None:
    here.limit(heartbeat_seconds=0.02)
    async with here.events() as stream:
        await stream.block()
        assert await anext(stream.lines) == ":"


async def test_what_cannot_begin_is_told_on_the_stream(here: Served) -> None:
    for body, code in (
        ({"query": "subscription {"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": UPDATES, "variables": {"after": "x"}}, "BAD_USER_INPUT"),
    ):
        response = await post(here, body)
        assert response.status_code == 200
        event, end = response.text.removesuffix("\n\n").split("\n\n")
        assert end == "event: complete\ndata:"
        data = json.loads(event.partition("data: ")[2])
        assert [one["extensions"]["code"] for one in data["errors"]] == [code]
        assert "data" not in data
    refused = await post(here, {"query": UPDATES}, **{"Last-Event-ID": "x"})
    assert "BAD_USER_INPUT" in refused.text


async def test_a_query_is_one_event(here: Served) -> None:
    response = await post(here, {"query": "{ viewer { username } }"})
    assert response.text == (
        'event: next\ndata: {"data":{"viewer":{"username":"LEEDS_OFFICER"}}}\n\nevent: complete\ndata:\n\n'
    )


async def test_whoever_takes_both_gets_json_for_queries_and_events_for_subscriptions(here: Served) -> None:
    both = {"Accept": "application/graphql-response+json, application/json, text/event-stream"}
    answer = await post(here, {"query": "{ viewer { username } }"}, **both)
    assert answer.headers["content-type"].startswith("application/graphql-response+json")
    refused = await post(here, {"query": "subscription { nonsense }"}, **both)
    assert (refused.status_code, "errors" in refused.json()) == (400, True)
    expired = await post(here, {"query": UPDATES, "variables": {"after": "x"}}, **both)
    assert expired.headers["content-type"].startswith("text/event-stream")


async def test_whoever_takes_no_events_or_has_no_token_is_refused_as_ever(here: Served) -> None:
    plain = await post(here, {"query": UPDATES}, Accept="*/*")
    assert (plain.status_code, "SUBSCRIPTION_NOT_SUPPORTED" in plain.text) == (400, True)
    nobody = await post(here, {"query": UPDATES}, Authorization="")
    assert (nobody.status_code, "UNAUTHENTICATED" in nobody.text) == (401, True)


async def test_nothing_is_left_of_a_client_that_goes(here: Served) -> None:
    async with here.events() as stream:
        await stream.block()
        assert len(here.streams) == 1
    await here.until(lambda: len(here.streams) == 0)
