"""Migrations: they make what the code describes, and can be taken back."""

import asyncio

import pytest
import sqlalchemy as sa

from gateway.domain.ids import AgencyId
from gateway.store import carriage, migrate, moves_writer
from gateway.store.carriage import CarriageKind, Snapshot
from gateway.store.engine import Database
from gateway.store.tables import Instant, metadata, moves, supplier_locations
from tests.store.worlds import NOON, TITLES, day, make_move, scope, write_reference

pytestmark = pytest.mark.anyio

ALL = scope(national=True)
SINCE = ("escort_check", "original_move_id", "receiving_supplier")
"""The columns of moves that the second revision adds."""


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
    lodging = {name for name in conditional if str(name).startswith("ix_moves_lodging")}
    assert len(lodging) == 3
    assert len(conditional - lodging) == 5
    assert all(str(name).startswith("ix_moves_receiving_supplier") for name in conditional - lodging)


@pytest.mark.parametrize("url", ["mysql://server/name", "sqlite://", "sqlite:///:memory:"])
async def test_other_databases_are_refused_by_name(url: str) -> None:
    with pytest.raises(ValueError, match="store"):
        await migrate.upgrade(url)


async def test_moves_and_answers_of_before_know_of_a_second_supplier_once_upgraded(store_url: str) -> None:
    served = [("geoamey", "LEI", None), ("serco", "WWI", None), ("geoamey", "MDI", None), ("serco", "MDI", day(9))]
    ends = [("LEI", "WWI"), ("WWI", "LEI"), ("LEI", "MDI"), ("MDI", "MDI"), ("LEI", None)]
    made = [
        make_move(number, from_agency=AgencyId(start), to_agency=None if end is None else AgencyId(end))
        for number, (start, end) in enumerate(ends)
    ]
    later = make_move(9, date=day(9), from_agency=AgencyId("LEI"), to_agency=AgencyId("MDI"))
    database = Database(store_url)
    try:
        async with database.transaction() as conn:
            await write_reference(conn)
        await migrate.downgrade(store_url, "0001")
        async with database.transaction() as conn:
            links = [{"supplier": key, "agency_id": place, "effective_from": since} for key, place, since in served]
            await conn.execute(sa.insert(supplier_locations), links)
            written = [moves_writer.move_row(move, (), titles=TITLES) for move in (*made, later)]
            known = [{name: row[name] for name in row if name not in SINCE} for row in written]
            await conn.execute(sa.insert(moves), known)
            old = sa.table(
                "carriage_snapshots",
                *(sa.column(name, kind) for name, kind in (("move_id", sa.Uuid()), ("kind", sa.String()))),
                *(sa.column(name, kind) for name, kind in (("payload", sa.JSON()), ("fetched_at", Instant()))),
            )
            told = [{"supplier": "serco", "told": [1]}, {"legs": []}]
            kept = [
                {"move_id": move.id, "kind": "journeys", "payload": one, "fetched_at": NOON}
                for move, one in zip(made, told, strict=False)
            ]
            await conn.execute(sa.insert(old), kept)
        await migrate.upgrade(store_url)
        await migrate.check(store_url)
        async with database.read() as conn:
            rows = await conn.execute(sa.select(moves.c.id, moves.c.receiving_supplier))
            found = {row.id: row.receiving_supplier for row in rows}
            answers = await carriage.snapshots(conn, [move.id for move in made], CarriageKind.JOURNEYS, within=ALL)
    finally:
        await database.aclose()
    assert [found[move.id] for move in made] == ["serco", None, None, None, None]
    assert found[later.id] == "serco"
    assert answers == {(made[0].id, "serco"): Snapshot([1], NOON)}
