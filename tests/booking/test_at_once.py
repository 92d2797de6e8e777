"""Bookings at the same moment, on a database that really runs them side by side; and the same request again."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.store.tables import changes, events, moves
from tests.booking.bed import BOOK, MOORLAND, OCA, OFFICER, PMU, Bed, a_bed, codes
from tests.booking.test_book_move import TO_COURT, TRANSFER
from tests.booking.test_changing_moves import APPROVE, IN_TWO_DAYS, UPDATE
from tests.support.stores import empty_store_url

pytestmark = pytest.mark.anyio

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


async def count(bed: Bed, table: sa.Table) -> int:
    async with bed.gateway.database.read() as conn:
        return int(await conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def at_once(bed: Bed, times: int, query: str, token: str, **given: object) -> list[dict[str, Any]]:
    return await asyncio.gather(*(bed.change(query, token, **given) for _ in range(times)))


@pytest.mark.parametrize("backend", BACKENDS)
async def test_identical_bookings_at_the_same_moment_make_one_move(backend: str) -> None:
    async with a_bed(backend=backend) as bed:
        answers = await at_once(bed, 12, BOOK, OFFICER, **TO_COURT)
        assert sorted(codes(one) for one in answers) == [[], *([[("DUPLICATE", ("date",))]] * 11)]
        assert [await count(bed, table) for table in (moves, events, changes)] == [1, 1, 1]


@pytest.mark.parametrize("backend", BACKENDS)
async def test_the_same_key_at_the_same_moment_gives_the_same_move(backend: str) -> None:
    async with a_bed(backend=backend) as bed:
        answers = await at_once(bed, 12, BOOK, OFFICER, **TO_COURT, idempotencyKey="one try")
        assert {codes(one) == [] and one["move"]["id"] for one in answers} == {answers[0]["move"]["id"]}
        assert await count(bed, moves) == 1


@pytest.mark.parametrize("backend", BACKENDS)
async def test_of_two_changes_to_the_same_version_one_is_told_of_the_other(backend: str) -> None:
    async with a_bed(backend=backend) as bed:
        move = (await bed.change(BOOK, OFFICER, **TO_COURT))["move"]
        answers = await asyncio.gather(
            *(
                bed.change(UPDATE, OFFICER, id=move["id"], version=1, additionalInformation=f"Note {n}.")
                for n in range(6)
            )
        )
        assert sorted(codes(one) for one in answers) == [[], *([[("CONFLICT", ("version",))]] * 5)]
        now = await bed.ask("query($id: ID!) {move(id: $id) {version}}", OFFICER, move)
        assert now == {"move": {"version": 2}}
        assert await count(bed, changes) == 2


@pytest.mark.parametrize("backend", BACKENDS)
async def test_two_proposals_approved_at_the_same_moment_leave_one_requested(backend: str) -> None:
    async with a_bed(backend=backend) as bed:
        proposed = [(await bed.change(BOOK, OCA, **TRANSFER))["move"] for _ in range(2)]
        answers = await asyncio.gather(*(bed.change(APPROVE, PMU, id=one["id"], date=IN_TWO_DAYS) for one in proposed))
        assert sorted(codes(one) for one in answers) == [[], [("DUPLICATE", ("date",))]]


async def test_a_retry_gives_the_first_result_whatever_holds_by_then() -> None:
    async with a_bed() as bed:
        given = TO_COURT | {"idempotencyKey": "key"}
        first = await bed.change(BOOK, OFFICER, **given)
        await bed.down("prisoner-search", "alerts")
        again = await bed.change(BOOK, OFFICER, **given)
        assert (again["move"]["id"], again["problems"]) == (first["move"]["id"], [])


async def test_a_key_stands_for_one_request_of_one_account() -> None:
    async with a_bed() as bed:
        await bed.change(BOOK, OFFICER, **TO_COURT, idempotencyKey="key")
        other = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A1002AA"}), idempotencyKey="key")
        assert codes(other) == [("CONFLICT", ("idempotencyKey",))]
        elsewhere = TRANSFER | {"prisonNumber": "A2001AA", "fromLocationId": TRANSFER["toLocationId"]}
        elsewhere["toLocationId"] = TO_COURT["fromLocationId"]
        theirs = await bed.change(BOOK, MOORLAND, **elsewhere, idempotencyKey="key")
        assert theirs["problems"] == []


async def test_a_request_that_failed_leaves_its_key_unused() -> None:
    async with a_bed() as bed:
        failed = await bed.change(BOOK, OFFICER, **(TO_COURT | {"date": None}), idempotencyKey="key")
        assert codes(failed) == [("REQUIRED", ("date",))]
        assert (await bed.change(BOOK, OFFICER, **TO_COURT, idempotencyKey="key"))["problems"] == []


@pytest.mark.parametrize("backend", BACKENDS)
async def test_a_key_and_a_waiting_check_outlive_the_gateway(backend: str) -> None:
    async with empty_store_url(backend) as url:
        async with a_bed(store_url=url) as bed:
            await bed.down("prisoner-search", "alerts")
            first = await bed.change(BOOK, OFFICER, **TO_COURT, idempotencyKey="key")
            assert first["move"]["status"] == "PROPOSED"
        async with a_bed(store_url=url, works_by_itself=True) as bed:
            again = await bed.change(BOOK, OFFICER, **TO_COURT, idempotencyKey="key")
            assert again["move"]["id"] == first["move"]["id"]
            status = "PROPOSED"
            async with asyncio.timeout(20):
                while status == "PROPOSED":  # until the new gateway has made the check by itself
                    seen = await bed.ask("query($id: ID!) {move(id: $id) {status}}", OFFICER, first["move"])
                    status = seen["move"]["status"]
            assert (status, await count(bed, moves)) == ("REQUESTED", 1)
