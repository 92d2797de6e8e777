"""The log's order: nobody who reads it is overtaken, however transactions overlap."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.errors import InvalidInput
from gateway.domain.event_log import LogPosition
from gateway.domain.events import Event, EventClassification
from gateway.domain.ids import EventId
from gateway.domain.moves import Move
from gateway.services import event_log as service
from gateway.services.event_log import EventLog
from gateway.services.log_cursors import CursorExpired, LogCursors
from gateway.store import event_log, moves_writer
from gateway.store.engine import Database
from gateway.store.tables import event_log as log_table
from gateway.store.tables import events
from tests.store.worlds import NOON, World, make_move
from tests.support.stores import empty_store

pytestmark = pytest.mark.anyio

MOVE: Final = make_move(1)
CUT: Final = (
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where application_name = 'secure-move-events' and datname = current_database()"
)
BEGINNING: Final = LogPosition(0, 0)


def an_event(move: Move = MOVE, number: int = 0) -> Event:
    return Event(
        id=EventId(uuid.uuid4()),
        position=0,
        move_id=move.id,
        journey_id=None,
        type="MoveStart",
        classification=EventClassification.DEFAULT,
        occurred_at=NOON + timedelta(seconds=number),
        recorded_at=NOON,
        supplier=None,
        notes=None,
        details=(),
    )


async def prepare(store: Database, found: list[Move]) -> None:
    async with store.transaction() as conn:
        await World(tuple((move, ()) for move in found)).write(conn)


async def write(conn: AsyncConnection, *found: Event) -> None:
    await moves_writer.insert_events(conn, found)


async def read_all(store: Database, after: LogPosition = BEGINNING) -> list[EventId]:
    found: list[EventId] = []
    async with store.read() as conn:
        while page := (await event_log.page_after(conn, after, limit=3, at=0.0)).events:
            found += [one.event.id for one in page]
            after = page[-1].position
    return found


@pytest.fixture
async def log(store: Database) -> AsyncIterator[EventLog]:
    await prepare(store, [MOVE])
    opened = EventLog(store)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.aclose()


async def test_events_are_read_in_the_order_in_which_they_were_written(store: Database, log: EventLog) -> None:
    written = [an_event(number=n) for n in range(8)]
    for one in written:
        async with store.transaction() as conn:
            await write(conn, one)
    assert await read_all(store) == [one.id for one in written]
    assert await log.now() >= (await log.page(BEGINNING))[-1].position


async def test_nothing_that_is_still_to_come_lies_before_now(store: Database, log: EventLog) -> None:
    async with store.transaction() as conn:
        await write(conn, an_event())
    now = await log.now()
    assert await read_all(store, now) == []
    later = an_event()
    async with store.transaction() as conn:
        await write(conn, later)
    assert await read_all(store, now) == [later.id]


@asynccontextmanager
async def two_writers() -> AsyncIterator[tuple[Database, AsyncConnection, AsyncConnection]]:
    """Lend two open transactions on PostgreSQL, where the first has drawn its number before the second."""
    async with empty_store("postgresql") as store:
        await prepare(store, [MOVE])
        async with store._writer.connect() as first, store._writer.connect() as second:  # noqa: SLF001 - both at once
            yield store, first, second


@pytest.mark.slow
async def test_an_event_that_commits_late_is_not_overtaken() -> None:
    early, late = an_event(), an_event()
    async with two_writers() as (store, first, second):
        await write(first, early)
        await write(second, late)
        await second.commit()
        assert await read_all(store) == [], "the second was first to commit, and the first may still come before it"
        await first.commit()
        assert await read_all(store) == [early.id, late.id]


@pytest.mark.slow
async def test_a_long_transaction_holds_the_log_back_and_loses_nothing() -> None:
    async with two_writers() as (store, long, _):
        await long.execute(sa.update(log_table).values(epoch=1))  # any write, of whatever table
        await long.execute(sa.select(sa.func.pg_current_xact_id()))
        written = [an_event(number=n) for n in range(5)]
        for one in written:
            async with store.transaction() as conn:
                await write(conn, one)
        log = EventLog(store)
        await log.open()
        assert await log.page(BEGINNING) == []
        now = await log.now()
        await long.rollback()
        assert await read_all(store) == [one.id for one in written]
        assert await read_all(store, now) == [one.id for one in written], "not read by anyone, so still to come"


@pytest.mark.slow
async def test_a_reader_misses_nothing_among_many_writers() -> None:
    """Eight writers whose transactions overlap, some long, some rolled back, against one that follows."""
    dice = random.Random(5)  # noqa: S311 - the same transactions each time
    plans = [[(dice.random() < 0.1, dice.randrange(3), dice.randrange(1, 4)) for _ in range(25)] for _ in range(8)]
    committed: list[EventId] = []
    got: list[EventId] = []
    async with empty_store("postgresql") as store:
        await prepare(store, [MOVE])
        last = an_event()
        log = EventLog(store)
        await log.open()

        async def writer(plan: list[tuple[bool, int, int]]) -> None:
            for fails, turns, count in plan:
                told = [an_event() for _ in range(count)]
                with suppress(ZeroDivisionError):
                    async with store.transaction() as conn:
                        for one in told:
                            await write(conn, one)
                            for _ in range(turns):
                                await conn.execute(sa.select(sa.literal(1)))
                        if fails:
                            raise ZeroDivisionError
                    committed.extend(one.id for one in told)
                log.wake()

        async def reader() -> None:
            after = start
            while last.id not in got:
                page = await log.next(after)
                assert all(one.position > after for one in page)
                got.extend(one.event.id for one in page)
                after = page[-1].position

        async with log.following():
            start = log.head
            reading = asyncio.create_task(reader())
            async with asyncio.TaskGroup() as group:
                for plan in plans:
                    group.create_task(writer(plan))
            async with store.transaction() as conn:
                await write(conn, last)
            committed.append(last.id)
            log.wake()
            async with asyncio.timeout(20):
                await reading
        assert len(committed) > 300
        assert sorted(got) == sorted(committed)
        assert got == await read_all(store)


async def test_a_reader_that_starts_anew_follows_from_now(store: Database, log: EventLog) -> None:
    async with store.transaction() as conn:
        await write(conn, an_event())
    for _ in range(2):
        async with log.following():
            start = log.head
            new = an_event()
            async with store.transaction() as conn:
                await write(conn, new)
            log.wake()
            assert [one.event.id for one in await log.next(start)] == [new.id]


@pytest.mark.slow
async def test_a_node_hears_of_what_another_one_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "POLL", timedelta(hours=1))
    async with empty_store("postgresql") as store:
        await prepare(store, [MOVE])
        here = EventLog(store)
        await here.open()
        try:
            async with here.following():
                for _ in range(2):
                    start, told = here.head, an_event()
                    async with store.transaction() as conn:  # as another node does, which calls nobody here
                        await write(conn, told)
                    async with asyncio.timeout(20):
                        assert [one.event.id for one in await here.next(start)] == [told.id]
                    # And anew, after the connection on which it listens was cut.
                    async with store.transaction() as conn:
                        await conn.execute(sa.text(CUT))
        finally:
            await here.aclose()


async def test_what_nobody_told_of_is_found_by_looking(
    store: Database, log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "POLL", timedelta(seconds=0.02))
    async with log.following():
        start, told = log.head, an_event()
        async with store.transaction() as conn:
            await write(conn, told)
        async with asyncio.timeout(20):
            assert [one.event.id for one in await log.next(start)] == [told.id]


async def test_a_log_whose_store_is_away_at_the_start_is_opened_by_the_first_who_asks(
    store: Database, log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = EventLog(store)
    with monkeypatch.context() as away:
        away.setattr(store, "transaction", store.read)  # a store that takes no changes
        await late.open()
    assert await late.now() == await log.now()
    assert late.cursors == log.cursors
    await late.aclose()


async def test_the_log_keeps_its_identity(store: Database, log: EventLog) -> None:
    again = EventLog(store)
    await again.open()
    assert again.cursors == log.cursors
    position = LogPosition(3, 9)
    assert again.cursors.decode(log.cursors.encode(position)) == position


@pytest.mark.slow
async def test_a_log_on_another_server_starts_anew() -> None:
    """As after a dump was restored elsewhere: its transactions are ahead of those that are to come."""
    async with empty_store("postgresql") as store:
        await prepare(store, [MOVE])
        log = EventLog(store)
        await log.open()
        old = [an_event(), an_event()]
        async with store.transaction() as conn:
            await write(conn, *old)
            await conn.execute(sa.update(events).values(transaction_id=2**40))
            await conn.execute(sa.update(log_table).values(cluster="elsewhere"))
        cursor = log.cursors.encode(LogPosition(2**40, 1))
        moved = EventLog(store)
        await moved.open()
        with pytest.raises(CursorExpired):
            await moved.position(cursor)
        new = an_event()
        async with store.transaction() as conn:
            await write(conn, new)
        assert await read_all(store) == [*(one.id for one in old), new.id]


async def test_a_cursor_beyond_the_end_has_expired(log: EventLog) -> None:
    """As after a backup was restored: what it stood for has not happened."""
    with pytest.raises(CursorExpired):
        await log.position(log.cursors.encode(LogPosition(2**50, 1)))


KEY: Final = bytes(range(32))
POSITIONS = st.builds(LogPosition, st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))


@given(POSITIONS, st.binary(min_size=8, max_size=8))
def test_a_cursor_gives_its_position_back(position: LogPosition, salt: bytes) -> None:
    cursors = LogCursors(1, KEY)
    assert cursors.decode(cursors.encode(position)) == position
    assert cursors.decode(cursors.encode(position, salt)) == position
    assert cursors.encode(position) == LogCursors(1, KEY).encode(position)


@given(st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9_-]{59}", fullmatch=True))
def test_what_the_log_did_not_write_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidInput):
        LogCursors(1, KEY).decode(text)


def test_cursors_of_neighbours_have_nothing_in_common() -> None:
    cursors = LogCursors(1, KEY)
    written = [cursors.encode(LogPosition(7, number)) for number in range(200)]
    assert len(set(written)) == 200
    assert {len(one) for one in written} == {59}
    assert len({one[:4] for one in written}) > 190
    assert sorted(written) != written


def test_another_key_or_epoch_reads_nothing() -> None:
    written = LogCursors(1, KEY).encode(LogPosition(1, 2))
    with pytest.raises(InvalidInput):
        LogCursors(1, KEY[::-1]).decode(written)
    with pytest.raises(CursorExpired):
        LogCursors(2, KEY).decode(written)
