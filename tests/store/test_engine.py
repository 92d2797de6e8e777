"""The store's connections."""

import asyncio
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from gateway.domain.ids import AgencyId
from gateway.store import active_caseloads, moves_writer
from gateway.store.engine import Database
from gateway.store.tables import active_caseloads as table
from gateway.store.tables import lodgings
from tests.store.worlds import NOON, World, make_lodging, make_move

pytestmark = pytest.mark.anyio
LEI = AgencyId("LEI")


async def test_a_reading_connection_cannot_write(store: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        async with store.read() as conn:
            await active_caseloads.put(conn, "A_USER", LEI, NOON)


async def test_a_transaction_that_fails_leaves_nothing(store: Database) -> None:
    async def fail() -> None:
        async with store.transaction() as conn:
            await active_caseloads.put(conn, "A_USER", LEI, NOON)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with store.read() as conn:
        assert await active_caseloads.get(conn, "A_USER") is None


async def test_writers_wait_for_one_another(store: Database) -> None:
    async def write(number: int) -> None:
        async with store.transaction() as conn:
            await conn.scalar(sa.select(sa.func.count()).select_from(table))
            await active_caseloads.put(conn, f"USER_{number}", LEI, NOON)

    await asyncio.gather(*(write(number) for number in range(20)))
    async with store.read() as conn:
        assert await conn.scalar(sa.select(sa.func.count()).select_from(table)) == 20


async def test_rows_need_the_rows_that_they_refer_to(store: Database) -> None:
    stray = moves_writer.lodging_row(make_lodging(make_move(1), 1, LEI, 0, 1))
    with pytest.raises(IntegrityError):
        async with store.transaction() as conn:
            await conn.execute(sa.insert(lodgings), [stray])


async def test_instants_come_back_aware_and_exact(store: Database) -> None:
    instant = datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)
    async with store.transaction() as conn:
        await World(((make_move(1, updated_at=instant), ()),)).write(conn)
        await active_caseloads.put(conn, "A_USER", LEI, instant)
        read = await conn.scalar(sa.select(table.c.chosen_at))
    assert read == instant
    assert read.tzinfo is UTC


async def test_a_time_without_a_zone_is_refused(store: Database) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the point
    with pytest.raises(StatementError, match="time zone"):
        async with store.transaction() as conn:
            await active_caseloads.put(conn, "A_USER", LEI, naive)


async def test_closing_waits_for_connections_that_are_lent(store: Database) -> None:
    lent, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> object:
        async with store.read() as conn:
            lent.set()
            await go_on.wait()
            return await conn.scalar(sa.text("select 1"))

    working = asyncio.create_task(work())
    await lent.wait()
    closing = asyncio.create_task(store.aclose())
    done, _ = await asyncio.wait({closing}, timeout=0.05)
    assert not done
    go_on.set()
    await closing
    assert working.done()
    assert await working == 1
