"""The protocol graphql-transport-ws, on real sockets."""

import asyncio
import json
from datetime import timedelta

import pytest
from websockets.asyncio.client import connect

from tests.booking.bed import COURT, OFFICER, a_bed
from tests.live.clients import PROTOCOL, UPDATES, a_socket, served
from tests.live.serving import Served
from tests.support.worlds import NOW, TOKEN_LIFETIME, token_for

pytestmark = pytest.mark.anyio

INIT = {"type": "connection_init", "payload": {"Authorization": f"Bearer {OFFICER}"}}
SUBSCRIBE = {"id": "1", "type": "subscribe", "payload": {"query": UPDATES}}
LATER = token_for("LEEDS_OFFICER", "PECS_PRISON", expires_at=NOW + 2 * TOKEN_LIFETIME)


async def test_what_happens_is_told_as_it_happens(here: Served) -> None:
    async with here.socket() as socket:
        await socket.subscribe()
        await here.book()
        update = await socket.next()
        assert update["event"]["type"] == "MoveRequested"
        assert update["move"]["status"] == "REQUESTED"
        assert update["goneId"] is None


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["{"], 4400),
        ([b"{}"], 4400),
        (["[]"], 4400),
        (['"text"'], 4400),
        (["7"], 4400),
        ([{"type": "nonsense"}], 4400),
        ([{"type": ["ping"]}], 4400),
        ([{"type": "connection_init", "payload": "x"}], 4400),
        ([SUBSCRIBE], 4401),
        ([INIT, INIT], 4429),
        ([INIT, SUBSCRIBE, SUBSCRIBE], 4409),
        ([INIT, {"type": "subscribe", "payload": {"query": UPDATES}}], 4400),
        ([INIT, {"id": "", "type": "subscribe", "payload": {"query": UPDATES}}], 4400),
        ([INIT, {"id": "1", "type": "subscribe"}], 4400),
        ([{"type": "connection_init"}], 4403),
        ([{"type": "connection_init", "payload": None}], 4403),
        ([{"type": "connection_init", "payload": {"Authorization": 5}}], 4403),
        ([{"type": "connection_init", "payload": {"Authorization": f"Bearer {OFFICER}x"}}], 4403),
    ],
)
async def test_whoever_does_not_keep_to_the_protocol_is_told_why(
    here: Served, messages: list[object], code: int
) -> None:
    async with here.socket(None) as socket:
        for message in messages:
            given = message if isinstance(message, str | bytes) else json.dumps(message)
            await socket.connection.send(given)
        closed, reason = await socket.closed()
        assert (closed, bool(reason)) == (code, True)


async def test_another_protocol_is_not_spoken(here: Served) -> None:
    async with connect(f"ws://{here.address}/graphql", compression=None) as connection:
        async with asyncio.timeout(10):
            await connection.wait_closed()
        assert connection.close_code == 4406


async def test_whoever_says_nothing_is_not_waited_for(here: Served) -> None:
    here.limit(init_seconds=0.05)
    async with here.socket(None) as socket:
        assert (await socket.closed())[0] == 4408


async def test_the_token_may_stand_in_the_handshake(here: Served) -> None:
    async with here.socket(None, additional_headers={"Authorization": f"Bearer {OFFICER}"}) as socket:
        await socket.send(type="connection_init")
        assert (await socket.receive())["type"] == "connection_ack"


async def test_an_operation_that_cannot_be_run_ends_alone(here: Served) -> None:
    async with here.socket() as socket:
        await socket.subscribe(under="good")
        for number, (payload, code) in enumerate(
            [
                ({"query": "subscription {"}, "GRAPHQL_PARSE_FAILED"),
                ({"query": "subscription { nonsense }"}, "GRAPHQL_VALIDATION_FAILED"),
                ({"query": UPDATES, "variables": "x"}, "BAD_REQUEST"),
                ({"query": UPDATES, "variables": {"after": 5}}, "BAD_USER_INPUT"),
                ({"query": UPDATES, "variables": {"after": "nothing of ours"}}, "BAD_USER_INPUT"),
                ({"query": UPDATES, "variables": {"filter": {"locationIds": ["x"]}}}, "BAD_USER_INPUT"),
                ({}, "BAD_REQUEST"),
                ({"documentId": "x"}, "PERSISTED_QUERY_NOT_SUPPORTED"),
                ({"query": 'subscription { personEscortRecordChanged(id: "x") { cursor } }'}, "NOT_FOUND"),
            ]
        ):
            await socket.send(id=str(number), type="subscribe", payload=payload)
            message = await socket.receive()
            assert (message["type"], message["id"]) == ("error", str(number))
            assert [one["extensions"]["code"] for one in message["payload"]] == [code]
        await here.book()
        await socket.next(under="good")


async def test_queries_and_changes_are_answered_too(here: Served) -> None:
    async with here.socket() as socket:
        await socket.send(id="q", type="subscribe", payload={"query": "{ viewer { username } }"})
        answer = await socket.receive()
        assert answer == {"id": "q", "type": "next", "payload": {"data": {"viewer": {"username": "LEEDS_OFFICER"}}}}
        assert await socket.receive() == {"id": "q", "type": "complete"}
        change = 'mutation { setActiveCaseload(input: {agencyId: "LEI"}) { problems { code } } }'
        await socket.send(id="q", type="subscribe", payload={"query": change})
        assert (await socket.receive())["payload"] == {"data": {"setActiveCaseload": {"problems": []}}}


async def test_a_subscription_that_was_ended_is_silent_and_its_id_free(here: Served) -> None:
    async with here.socket() as socket:
        await socket.subscribe()
        move_id = await here.book()
        await socket.next()
        await socket.send(id="1", type="complete")
        await socket.send(id="unknown", type="complete")
        await socket.send(type="ping", payload={"n": 1})
        assert await socket.receive() == {"type": "pong", "payload": {"n": 1}}
        await here.send_elsewhere(move_id)
        await socket.subscribe()
        assert [(await socket.next())["event"]["type"] for _ in range(2)] == ["MoveRequested", "MoveRedirect"]


async def test_a_socket_ends_when_its_token_does(here: Served) -> None:
    async with here.socket() as socket:
        assert socket.ack["expiresAt"] == "2026-11-24T09:50:00+00:00"
        here.bed.gateway.clock.advance(TOKEN_LIFETIME)
        assert await socket.closed() == (4403, "Forbidden: the token has expired")


async def test_a_newer_token_is_handed_over_in_place(here: Served) -> None:
    async with here.socket() as socket:
        await socket.subscribe()
        move_id = await here.book()
        first = await socket.next()
        await socket.send(type="ping", payload={"authorization": f"Bearer {LATER}"})
        assert (await socket.receive())["payload"] == {"expiresAt": "2026-11-24T10:10:00+00:00"}
        here.bed.gateway.clock.advance(TOKEN_LIFETIME + timedelta(minutes=1))
        turns = here.streams.turns
        await here.until(lambda: here.streams.turns > turns + 1)
        await here.send_elsewhere(move_id, token=LATER)
        again = await socket.next()
        assert again["event"]["type"] == "MoveRedirect"
        assert again["cursor"] != first["cursor"]


@pytest.mark.parametrize("token", [COURT, "a.b.c"])
async def test_a_token_that_does_not_do_is_refused_and_the_old_one_kept(here: Served, token: str) -> None:
    async with here.socket() as socket:
        await socket.subscribe()
        await socket.send(type="ping", payload={"Authorization": f"Bearer {token}"})
        refused = (await socket.receive())["payload"]
        assert refused["refused"]
        assert refused["expiresAt"] == "2026-11-24T09:50:00+00:00"
        await here.book()
        await socket.next()


async def test_a_socket_carries_only_so_many_subscriptions(here: Served) -> None:
    here.limit(streams_on_one_socket=2)
    async with here.socket() as socket:
        await here.book()
        for under in "ab":
            await socket.subscribe(under=under)
            await socket.next(under=under)
        await socket.subscribe(under="c")
        assert (await socket.receive())["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"


async def test_an_account_has_only_so_many_subscriptions_on_a_node(here: Served) -> None:
    here.limit(streams_of_one_account=1)
    await here.book()
    async with here.socket() as first, here.socket() as second, here.socket(COURT) as other:
        await first.subscribe()
        await here.book("A1102AA")
        await first.next()
        await second.subscribe()
        assert (await second.receive())["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        await other.subscribe()
        await here.book("A1103AA")
        await other.next()


async def test_a_node_takes_only_so_many_sockets(here: Served) -> None:
    here.limit(sockets=1)
    async with here.socket(), here.socket(None) as second:
        assert (await second.closed())[0] == 1012


async def test_a_node_that_stops_sends_everybody_elsewhere(here: Served) -> None:
    async with here.socket() as one, here.socket() as other:
        await here.streams.drain(0.05)
        assert {(await socket.closed())[0] for socket in (one, other)} == {1012}
        async with here.socket(None) as late:
            assert (await late.closed())[0] == 1012


async def test_a_server_that_is_told_to_stop_says_so_to_everybody_first() -> None:
    async with a_bed() as bed:
        async with served(bed.gateway.app) as address:
            opening = a_socket(address, OFFICER)
            socket = await opening.__aenter__()
            await socket.subscribe()
        assert await socket.closed() == (1012, "this node is stopping: go on elsewhere from your last cursor")
        await opening.__aexit__(None, None, None)


async def test_nothing_is_left_of_a_client_that_goes(here: Served) -> None:
    async with here.socket() as socket:
        assert socket.connection.subprotocol == PROTOCOL
        await here.book()
        await socket.subscribe()
        await socket.next()
        assert len(here.streams) == 1
        socket.connection.transport.abort()
        await here.until(lambda: len(here.streams) == 0)
    assert here.streams.groups == []
