"""What changes of moves read and write, on both databases: keys, locks, the queue of checks, rows that are changed."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.domain.ids import AgencyId, MoveId, PrisonNumber, SupplierKey
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.scope import Scope
from gateway.resolvers.global_ids import decode
from gateway.store import escort_check_queue, idempotency, locks, move_changes
from gateway.store.engine import Database
from gateway.store.idempotency import FirstUse, IdempotencyKey
from gateway.store.tables import moves
from tests.booking.bed import BOOK, OFFICER, PLACES, Bed, a_bed
from tests.booking.test_book_move import TO_COURT
from tests.support.stores import empty_store
from tests.support.worlds import NOW, TODAY

pytestmark = pytest.mark.anyio

either: Final = pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
KEY: Final = IdempotencyKey("front-end", "LEEDS_OFFICER", "one")
FIRST: Final = FirstUse("f" * 64, UUID(int=1))
SECOND: Final = FirstUse("s" * 64, UUID(int=2))
LEEDS: Final = Scope(frozenset({AgencyId("LEI")}), None, national=False)
TITLES: Final = {AgencyId(code): title for code, (title, _) in PLACES.items()}
COURT: Final = Scope(frozenset({AgencyId("LEEDCC")}), None, national=False)


async def booked(bed: Bed, **changes: object) -> MoveId:
    payload = await bed.change(BOOK, OFFICER, **(TO_COURT | changes))
    found = decode(payload["move"]["id"])
    assert found is not None
    return MoveId(UUID(found[1][0]))


async def read(bed: Bed, move_id: MoveId) -> Move:
    async with bed.gateway.database.transaction() as conn:
        move = await move_changes.lock(conn, move_id, within=LEEDS)
    assert move is not None
    return move


# Idempotency keys


@either
@pytest.mark.parametrize("fails", [False, True])
async def test_a_key_that_is_being_used_is_waited_for(*, backend: str, fails: bool) -> None:
    async with empty_store(backend) as store:

        async def second() -> FirstUse | None:
            async with store.transaction() as conn:
                return await idempotency.claim(conn, KEY, SECOND, at=NOW)

        async def first() -> asyncio.Task[FirstUse | None]:
            async with store.transaction() as conn:
                assert await idempotency.claim(conn, KEY, FIRST, at=NOW) is None
                waiting = asyncio.create_task(second())
                if fails:
                    await conn.rollback()
            return waiting

        assert await (await first()) == (None if fails else FIRST)
        async with store.read() as conn:
            assert await idempotency.first_use(conn, KEY) == (SECOND if fails else FIRST)


@either
async def test_keys_of_other_accounts_and_clients_are_apart_and_old_ones_are_forgotten(backend: str) -> None:
    async with empty_store(backend) as store:
        others = [replace(KEY, username="LEEDS_OCA"), replace(KEY, client="another"), replace(KEY, key="two")]
        async with store.transaction() as conn:
            for hours, key in enumerate([KEY, *others]):
                assert await idempotency.claim(conn, key, FIRST, at=NOW + timedelta(hours=hours)) is None
            assert await idempotency.forget(conn, before=NOW + timedelta(hours=2)) == 2
        async with store.read() as conn:
            left = [await idempotency.first_use(conn, key) for key in (KEY, *others)]
        assert left == [None, None, FIRST, FIRST]


# Locks


@pytest.mark.slow
async def test_a_lock_is_held_to_the_end_of_the_transaction_and_is_of_its_key_alone() -> None:
    async with empty_store("postgresql") as store:
        async with store.transaction() as holder:
            await locks.take(holder, "person", "A1001AA")
            await taken(store, "person", "A1002AA")
            await taken(store, "move", "A1001AA")
            with pytest.raises(sa.exc.DBAPIError, match="lock timeout"):
                await taken(store, "person", "A1001AA")
        await taken(store, "person", "A1001AA")


async def taken(store: Database, kind: str, key: str) -> None:
    async with store.transaction() as conn:
        await conn.execute(sa.text("SET LOCAL lock_timeout = '50ms'"))
        await locks.take(conn, kind, key)


# The queue of checks


@either
async def test_checks_wait_in_line_until_one_takes_them(backend: str) -> None:
    async with a_bed(backend=backend) as bed:
        await bed.down("prisoner-search")
        ids = [await booked(bed, prisonNumber=f"A11{number:02}AA") for number in range(3)]
        await bed.down()
        one, two, three = sorted(ids)
        later = NOW + timedelta(minutes=5)
        async with bed.gateway.database.transaction() as conn:

            async def leased(at: datetime, limit: int = 9) -> list[MoveId]:
                return list(await escort_check_queue.lease(conn, at=at, until=later, limit=limit))

            assert await leased(NOW - timedelta(seconds=1)) == []
            assert await leased(NOW, limit=1) == [one]
            assert await leased(NOW) == [two, three]
            assert await leased(NOW) == []  # all are in hand
            await escort_check_queue.add(conn, one, due_at=NOW)  # again: it is there already
            await escort_check_queue.postpone(conn, [one], due_at=later + timedelta(minutes=1))
            assert await leased(later) == [two, three]
            assert [await escort_check_queue.take(conn, two) for _ in range(2)] == [True, False]
            found = await escort_check_queue.lease(conn, at=later + timedelta(hours=1), until=later, limit=9)
            assert found == {three: 0, one: 1}


# Moves in hand


@either
async def test_a_move_is_locked_within_scope_and_saved_over_the_version_it_was_made_from(backend: str) -> None:
    async with a_bed(backend=backend) as bed:
        move_id = await booked(bed)
        before = await read(bed, move_id)
        after = replace(before, additional_information="changed", version=2)
        async with bed.gateway.database.transaction() as conn:
            for hidden in (
                Scope(frozenset(), None, national=False),
                Scope(frozenset(), SupplierKey("serco"), national=False),
            ):
                assert await move_changes.lock(conn, move_id, within=hidden) is None
            assert await move_changes.lock(conn, MoveId(UUID(int=1)), within=LEEDS) is None
            assert await move_changes.lock(conn, move_id, within=COURT) == before
            await move_changes.save(conn, before, after, (), titles=TITLES)
            with pytest.raises(move_changes.LostUpdate):
                await move_changes.save(conn, before, replace(after, additional_information="lost"), (), titles=TITLES)
        assert await read(bed, move_id) == after


@pytest.mark.parametrize("status", MoveStatus)
async def test_rule_02_proposed_and_cancelled_moves_cause_no_duplicates(status: MoveStatus) -> None:
    async with a_bed() as bed:
        move_id = await booked(bed)
        async with bed.gateway.database.transaction() as conn:
            await conn.execute(sa.update(moves).values(status=status.value))
        again = await bed.change(BOOK, OFFICER, **TO_COURT)
        counts = status not in (MoveStatus.PROPOSED, MoveStatus.CANCELLED)
        assert (again["move"] is None) == counts
        async with bed.gateway.database.read() as conn:
            found = await move_changes.duplicate_of(
                conn,
                prison_number=PrisonNumber("A1001AA"),
                from_agency=AgencyId("LEI"),
                to_agency=AgencyId("LEEDCC"),
                day=TODAY + timedelta(days=1),
                apart_from=move_id,
            )
        assert (found is None) == counts  # but for itself there is one only where the second could be booked
