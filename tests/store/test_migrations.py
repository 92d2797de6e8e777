"""Migrations: they make what the code describes, and can be taken back."""

import asyncio

import pytest
import sqlalchemy as sa

from gateway.store import migrate
from gateway.store.engine import Database
from gateway.store.tables import metadata

pytestmark = pytest.mark.anyio


async def table_names(url: str) -> set[str]:
    database = Database(url)
    try:
        async with database.read() as conn:
            return set(await conn.run_sync(lambda sync: sa.inspect(sync).get_table_names())) - {"alembic_version"}
    finally:
        await database.aclose()


async def test_the_migrated_tables_are_those_of_the_code(store_url: str) -> None:
    assert await table_names(store_url) == set(metadata.tables)
    await migrate.check(store_url)


async def test_a_store_can_be_taken_back_and_brought_up_again(store_url: str) -> None:
    await migrate.downgrade(store_url, "base")
    assert await table_names(store_url) == set()
    await migrate.upgrade(store_url)
    await migrate.check(store_url)


async def test_an_upgrade_of_an_upgraded_store_changes_nothing(store_url: str) -> None:
    await migrate.upgrade(store_url)
    await migrate.check(store_url)


async def test_nodes_that_start_together_upgrade_one_after_the_other(store_url: str) -> None:
    await migrate.downgrade(store_url, "base")
    async with asyncio.TaskGroup() as nodes:
        for _ in range(3):
            nodes.create_task(migrate.upgrade(store_url))
    await migrate.check(store_url)


async def test_indexes_carry_the_conditions_of_the_code(store_url: str) -> None:
    database = Database(store_url)
    try:
        async with database.read() as conn:
            indexes = await conn.run_sync(lambda sync: sa.inspect(sync).get_indexes("moves"))
    finally:
        await database.aclose()
    conditional = {index["name"] for index in indexes if any("where" in key for key in index["dialect_options"])}
    assert len(conditional) == 3
    assert all(str(name).startswith("ix_moves_lodging") for name in conditional)


@pytest.mark.parametrize("url", ["mysql://server/name", "sqlite://", "sqlite:///:memory:"])
async def test_other_databases_are_refused_by_name(url: str) -> None:
    with pytest.raises(ValueError, match="store"):
        await migrate.upgrade(url)
