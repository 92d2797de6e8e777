"""Several nodes over one outbox: each message in one node's hands at a time, and of each move the first one first."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from gateway.domain.ids import MoveId, MoveReference, SupplierKey
from gateway.domain.webhooks import Answer, Message, MessageType
from gateway.services.webhook_delivery import AT_ONCE, WebhookDelivery
from gateway.store import moves_writer, webhook_outbox
from gateway.store.engine import Database
from gateway.store.tables import moves
from gateway.store.webhook_outbox import NewMessage
from tests.booking.bed import REGIONS, SERVED, a_nomis
from tests.support.stores import empty_store
from tests.support.worlds import NOW, Clock, Stored, fill
from tests.webhooks.test_notices import MOVE

pytestmark = pytest.mark.anyio

GEOAMEY: Final = SupplierKey("geoamey")
MOVES: Final = 12
MESSAGES: Final = 6
BACKENDS: Final = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


@asynccontextmanager
async def an_outbox(backend: str) -> AsyncIterator[Database]:
    """Give a store in which six messages wait about each of twelve moves."""
    async with empty_store(backend) as database:
        await fill(database, a_nomis(), Stored(), REGIONS, SERVED)
        titles = {MOVE.from_agency: "Leeds (HMP)", MOVE.to_agency: "Leeds Crown Court"}
        ids = [MoveId(UUID(int=n + 1)) for n in range(MOVES)]
        async with database.transaction() as conn:
            rows = [
                moves_writer.move_row(MOVE, (), titles=titles)  # type: ignore[arg-type]
                | {"id": move_id, "reference": f"ABC{n:04}D"}
                for n, move_id in enumerate(ids)
            ]
            await conn.execute(sa.insert(moves), rows)
            for number in range(MESSAGES):
                await webhook_outbox.add(conn, [_message(move_id, number) for move_id in ids], at=NOW)
        yield database


def _message(move_id: MoveId, number: int) -> NewMessage:
    return NewMessage(uuid4(), GEOAMEY, move_id, MoveReference("ABC0001D"), MessageType.MOVE_CHANGED, str(number))


def a_node(database: Database, send: Callable[[Message], Awaitable[Answer]], clock: Clock) -> WebhookDelivery:
    return WebhookDelivery(GEOAMEY, database, send, asyncio.Event(), clock, time_limit=1)


def heard_in_order(heard: list[Message]) -> bool:
    """Say whether each move's messages came in their order, whatever came again."""
    first: dict[MoveId, list[str]] = {}
    for one in heard:
        known = first.setdefault(one.move_id, [])
        if one.body not in known:
            known.append(one.body)
    return all(bodies == [str(n) for n in range(MESSAGES)] for bodies in first.values())


@pytest.mark.parametrize("backend", BACKENDS)
async def test_three_nodes_share_the_work_and_say_nothing_twice(backend: str) -> None:
    heard: list[Message] = []
    by_node: Counter[int] = Counter()
    side_by_side: Counter[MoveId] = Counter()
    dice = random.Random(1)  # noqa: S311
    async with an_outbox(backend) as database:

        def sending(node: int) -> Callable[[Message], Awaitable[Answer]]:
            async def send(message: Message) -> Answer:
                side_by_side[message.move_id] += 1
                assert side_by_side[message.move_id] == 1
                for _ in range(dice.randrange(5)):
                    await asyncio.sleep(0)
                side_by_side[message.move_id] -= 1
                heard.append(message)
                by_node[node] += 1
                return Answer(204)

            return send

        nodes = [a_node(database, sending(n), Clock()) for n in range(3)]
        while len(heard) < MOVES * MESSAGES:
            await asyncio.gather(*(node.drain() for node in nodes))
        assert len(heard) == MOVES * MESSAGES
        assert heard_in_order(heard)
        assert await nodes[0].drain() == 0


@pytest.mark.parametrize("backend", BACKENDS)
async def test_what_a_dead_node_had_in_hand_is_free_when_its_lease_ends(backend: str) -> None:
    heard: list[Message] = []
    taken = asyncio.Event()
    clock = Clock()
    async with an_outbox(backend) as database:

        async def hang(message: Message) -> Answer:
            heard.append(message)  # it arrived; that it did is never known
            taken.set()
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> Answer:
            heard.append(message)
            return Answer(204)

        dying = asyncio.create_task(a_node(database, hang, clock).drain())
        await taken.wait()
        dying.cancel()
        await asyncio.wait([dying])
        other = a_node(database, send, clock)
        assert await other.drain() == 0
        clock.advance(timedelta(seconds=5))
        while await other.drain():
            pass
        assert Counter(Counter(one.id for one in heard).values())[2] == min(MOVES, AT_ONCE)
        assert heard_in_order(heard)
        assert {one.body for one in heard[:MOVES]} == {"0"}


async def test_an_outcome_that_comes_after_the_lease_undoes_nothing() -> None:
    clock = Clock()
    async with an_outbox("sqlite") as database:
        async with database.transaction() as conn:
            (late,) = await webhook_outbox.lease(conn, GEOAMEY, at=NOW, until=NOW + timedelta(seconds=1), limit=1)
        clock.advance(timedelta(seconds=2))
        async with database.transaction() as conn:
            again = await webhook_outbox.lease(
                conn, GEOAMEY, at=clock.now, until=clock.now + timedelta(seconds=9), limit=MOVES
            )
            assert late.id in {one.id for one in again}
            await webhook_outbox.postpone(conn, late, status=500, due_at=clock.now + timedelta(hours=9), at=clock.now)
            await webhook_outbox.delivered(conn, again, at=clock.now)
            await webhook_outbox.park(conn, late, status=500, at=clock.now)
            taken = await webhook_outbox.lease(
                conn, GEOAMEY, at=clock.now, until=clock.now + timedelta(seconds=9), limit=99
            )
        assert [one.body for one in taken] == ["1"] * MOVES


async def test_looking_in_vain_writes_and_locks_nothing() -> None:
    async with an_outbox("sqlite") as database:

        async def refuse(_message: Message) -> Answer:
            return Answer(503)

        node = a_node(database, refuse, Clock())
        assert await node.drain() == MOVES
        async with database.transaction():  # SQLite has one writer: whoever else would write waits for this
            async with asyncio.timeout(5):
                assert await node.drain() == 0


async def test_a_stop_waits_for_the_answers_to_what_is_under_way() -> None:
    answered = asyncio.Event()
    begun = asyncio.Event()
    async with an_outbox("sqlite") as database:

        async def send(_message: Message) -> Answer:
            begun.set()
            await answered.wait()
            return Answer(204)

        node = a_node(database, send, Clock())
        node.start()
        await begun.wait()
        stopping = asyncio.create_task(node.aclose())
        await asyncio.sleep(0)
        assert not stopping.done()
        answered.set()
        await asyncio.wait_for(stopping, timeout=10)
        async with database.read() as conn:
            (left,) = await webhook_outbox.waiting(conn)
        assert left.messages == MOVES * (MESSAGES - 1)
