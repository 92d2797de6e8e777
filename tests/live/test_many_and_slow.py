"""What many events and slow clients cost: nothing that grows, and nobody else's time."""

import asyncio
import gc
import json
import socket
from typing import Any, Final

import pytest
from graphql import Executor, build_schema, create_source_event_stream, map_source_to_response_event, parse
from graphql.execution.collect_fields import CollectedFields
from websockets.exceptions import ConnectionClosed

from tests.booking.bed import OFFICER
from tests.live.clients import Socket, a_socket
from tests.live.serving import Served

pytestmark = pytest.mark.anyio

NOTES: Final = "subscription($after: Cursor) { moveUpdates(after: $after) { cursor event { notes } } }"


@pytest.fixture
def _no_past() -> None:
    """Count only what comes about from now on: a run's worth of other tests is much to look through, each time."""
    gc.collect()
    gc.freeze()


def collected_fields() -> int:
    gc.collect()
    return sum(type(one) is CollectedFields for one in gc.get_objects())


def a_small_window(address: str) -> socket.socket:
    """Make a connection whose client takes in little at a time."""
    host, port = address.split(":")
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.connect((host, int(port)))
    return made


async def notes(socket_: Socket, count: int) -> list[int]:
    return [int((await socket_.next())["event"]["notes"].split()[0]) for _ in range(count)]


async def test_a_slow_client_is_sent_away_with_a_reason_and_delays_nobody(here: Served) -> None:
    here.limit(waiting_bytes=300_000)
    async with (
        here.socket(sock=a_small_window(here.address), max_queue=1) as slow,
        here.socket() as quick,
    ):
        move_id = await here.book()
        for one in (slow, quick):
            await one.subscribe(NOTES, {"after": await here.cursor()})
        await here.until(lambda: len(here.streams) == 2)
        told = 0
        while len(here.streams) == 2:
            await here.tell(move_id, notes=f"{told} {'.' * 100_000}")
            assert await notes(quick, 1) == [told]
            told += 1
            assert told < 100, "the slow one should have been sent away"
        got: list[tuple[str, int]] = []
        while (text := await read_or_none(slow)) is not None:
            update = json.loads(text)["payload"]["data"]["moveUpdates"]
            got.append((update["cursor"], int(update["event"]["notes"].split()[0])))
        assert await slow.closed() == (1013, "too much is waiting to be read: go on from your last cursor")
        assert [number for _, number in got] == list(range(len(got)))
    async with here.socket() as again:
        await again.subscribe(NOTES, {"after": got[-1][0]})
        assert await notes(again, told - len(got)) == list(range(len(got), told))


async def read_or_none(slow: Socket) -> Any:
    try:
        async with asyncio.timeout(10):
            return await slow.connection.recv()
    except ConnectionClosed:
        return None


async def test_an_event_stream_that_is_not_read_is_cut_off(here: Served) -> None:
    here.limit(waiting_bytes=300_000)
    move_id = await here.book()
    body = json.dumps({"query": NOTES, "variables": {"after": await here.cursor()}}).encode()
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n"
        f"Authorization: Bearer {OFFICER}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with a_small_window(here.address) as connection:
        await asyncio.to_thread(connection.sendall, head.encode() + body)
        await here.until(lambda: len(here.streams) == 1)
        for number in range(100):
            await here.tell(move_id, notes=f"{number} {'.' * 100_000}")
            if not len(here.streams):
                break
        await here.until(lambda: not len(here.streams))


@pytest.mark.usefixtures("_no_past")
async def test_a_subscription_keeps_nothing_of_its_events(here: Served) -> None:
    """graphql-core's own executor for events would keep what each of them collected: see docs."""
    async with a_socket(here.address, OFFICER) as one:
        move_id = await here.book()
        await one.subscribe(NOTES, {"after": await here.cursor()})
        await here.until(lambda: len(here.streams) == 1)
        for number in range(20):
            await here.tell(move_id, notes=str(number))
        assert await notes(one, 20) == list(range(20))
        before = collected_fields()
        for number in range(100):
            await here.tell(move_id, notes=str(number))
        assert await notes(one, 100) == list(range(100))
        assert collected_fields() <= before + 5


@pytest.mark.usefixtures("_no_past")
async def test_the_library_still_keeps_it_which_is_why_we_do_not_use_that_way() -> None:
    """Once this fails, the library is mended: docs/graphql-core-subscription-leak.md and our own way may go."""
    schema = build_schema("type Query { a: A } type A { b: Int } type Subscription { a: A }")

    async def events() -> Any:
        for number in range(100):
            yield {"a": {"b": number}}

    executor = Executor.build(schema, parse("subscription { a { b } }"), root_value={"a": lambda _info: events()})
    assert isinstance(executor, Executor)
    source: Any = create_source_event_stream(executor)
    before = collected_fields()
    results = map_source_to_response_event(executor, source)
    count = 0
    async for _ in results:
        count += 1
        if count == 99:
            break
    assert collected_fields() >= before + 99


async def test_a_group_that_emptied_while_others_were_looked_at_is_passed_over(here: Served) -> None:
    """Whose turn it is to be asked who their viewers are was settled before the others answered."""
    async with here.socket() as socket_:
        await socket_.subscribe(NOTES, {"after": await here.cursor()})
        await here.until(lambda: len(here.streams) == 1)
        (group,) = here.streams.groups
    await here.until(lambda: not here.streams.groups)
    assert group.before_telling is not None
    await group.before_telling()
    assert here.streams.groups == []
