"""How the databases look pages up: by walking an index in the list's order, not by reading and sorting a table."""

import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import PrisonNumber
from gateway.domain.moves import MoveDirection, MoveFilter, MoveOrder, MoveOrderField, OrderDirection
from gateway.domain.pages import PageRequest
from gateway.domain.scope import Scope
from gateway.store import move_pages
from gateway.store.dialects import is_postgresql
from gateway.store.engine import Database
from tests.store.worlds import AGENCIES, NOON, SUPPLIERS, World, day, make_lodging, make_move, scope
from tests.support.statements import sent_statements
from tests.support.stores import empty_store

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ROWS: Final = 6_000
LATEST: Final = MoveOrder(MoveOrderField.UPDATED_AT, OrderDirection.DESC)
ONE_DAY: Final = MoveFilter(date_from=day(100), date_to=day(100))


@asynccontextmanager
async def _filled(backend: str) -> AsyncIterator[Database]:
    chance = random.Random(1)  # noqa: S311 - a made-up world
    made = []
    for number in range(ROWS):
        source, target = chance.sample(AGENCIES, 2)
        move = make_move(
            number,
            reference=f"{number:08}",
            date=day(number // 20),
            from_agency=source,
            to_agency=target,
            supplier=SUPPLIERS[number % 2],
            receiving_supplier=SUPPLIERS[(number + 1) % 2] if number % 30 == 0 else None,
            prison_number=PrisonNumber(f"A{number % 3000:04}AA"),
            updated_at=NOON + timedelta(minutes=chance.randrange(500_000)),
        )
        stays = (make_lodging(move, 1, AGENCIES[2], number // 20, number // 20 + 1),) if number % 100 == 0 else ()
        made.append((move, stays))
    async with empty_store(backend) as store:
        async with store.transaction() as conn:
            await World(tuple(made)).write(conn)
        await store.analyse()
        yield store


@pytest.fixture(scope="module")
async def filled() -> AsyncIterator[Database]:
    async with _filled("postgresql") as store:
        yield store


async def plan_of(conn: AsyncConnection, matching: MoveFilter, order: MoveOrder, within: Scope) -> str:
    """Ask for a page, and then for the plan of the statement that found it."""
    with sent_statements() as seen:
        await move_pages.page(conn, PageRequest(20), matching=matching, order=order, within=within)
    (statement, parameters) = seen[0]
    explain = "EXPLAIN" if is_postgresql(conn) else "EXPLAIN QUERY PLAN"
    lines = await conn.exec_driver_sql(f"{explain} {statement}", parameters)
    return "\n".join(str(line[-1]) for line in lines)


@pytest.mark.parametrize(
    ("matching", "order", "within", "indexes"),
    [
        (
            ONE_DAY,
            MoveOrder(),
            scope(AGENCIES[0]),
            {"ix_moves_from_agency_day_id", "ix_moves_to_agency_day_id"},
        ),
        (
            MoveFilter(direction=MoveDirection.INCOMING, date_from=day(100), date_to=day(100)),
            MoveOrder(),
            scope(AGENCIES[0]),
            {"ix_moves_to_agency_day_id", "ix_moves_lodging_to_agency_arrives_on"},
        ),
        (
            MoveFilter(),
            LATEST,
            scope(supplier=SUPPLIERS[0]),
            {"ix_moves_supplier_updated_at_id", "ix_moves_receiving_supplier_updated_at_id"},
        ),
        (MoveFilter(), MoveOrder(), scope(national=True), {"ix_moves_day_id"}),
        (
            MoveFilter(prison_number=PrisonNumber("A0001AA")),
            MoveOrder(),
            scope(AGENCIES[0]),
            {"ix_moves_prison_number_day_id"},
        ),
    ],
    ids=["a prison's day", "what comes in", "a supplier's latest", "everything", "a person's"],
)
async def test_a_page_walks_the_index_of_its_way_into_scope(
    filled: Database, matching: MoveFilter, order: MoveOrder, within: Scope, indexes: set[str]
) -> None:
    async with filled.read() as conn:
        plan = await plan_of(conn, matching, order, within)
    assert {index for index in indexes if index not in plan} == set(), plan
    assert "Seq Scan on moves" not in plan


ORDERS: Final = {
    MoveOrderField.DATE: "day",
    MoveOrderField.CREATED_AT: "created_at",
    MoveOrderField.UPDATED_AT: "updated_at",
    MoveOrderField.FROM_LOCATION: "from_title",
    MoveOrderField.TO_LOCATION: "to_title",
}


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_what_a_supplier_receives_is_found_by_the_few_rows_of_its_own_indexes(backend: str) -> None:
    async with _filled(backend) as store, store.read() as conn:
        for field, column in ORDERS.items():
            plan = await plan_of(conn, MoveFilter(), MoveOrder(field), scope(supplier=SUPPLIERS[0]))
            assert f"ix_moves_receiving_supplier_{column}_id" in plan, plan
            assert not re.search(r"Seq Scan on moves|SCAN moves(?! USING)", plan), plan
