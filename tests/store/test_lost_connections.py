"""What becomes of pooled connections when the database server goes away and comes back."""

import asyncio
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest
import sqlalchemy as sa

from gateway.store.engine import Database
from tests.support.stores import empty_store_url

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

AT_ONCE = 4


async def ask(database: Database, *, writing: bool, all_lent: asyncio.Barrier, used: list[Any]) -> int:
    async with database.transaction() if writing else database.read() as connection:
        used.append((await connection.get_raw_connection()).driver_connection)
        answer: int = (await connection.execute(sa.text("select 1"))).scalar_one()
        await all_lent.wait()
        return answer


async def ask_on_all(database: Database, used: list[Any]) -> list[int]:
    """Use every connection of both pools, and note which they were."""
    all_lent = asyncio.Barrier(2 * AT_ONCE)
    asked = [
        ask(database, writing=writing, all_lent=all_lent, used=used)
        for writing in (False, True)
        for _ in range(AT_ONCE)
    ]
    return await asyncio.gather(*asked)


async def test_connections_that_the_server_has_closed_are_replaced_before_anybody_is_given_one() -> None:
    async with empty_store_url("postgresql") as url:
        database = Database(url, pool_size=AT_ONCE)
        used: list[Any] = []
        assert await ask_on_all(database, used) == [1] * 2 * AT_ONCE
        killer = await asyncpg.connect(url)
        others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        assert await killer.fetchval(f"select count(pg_terminate_backend(pid)) {others}") == 2 * AT_ONCE
        # A busy machine lets us hear of it some time after the server forgot them.
        while await killer.fetchval(f"select count(*) {others}") or not all(one.is_closed() for one in used):
            pass
        await killer.close()
        assert await ask_on_all(database, []) == [1] * 2 * AT_ONCE
        await database.aclose()
