"""Single moves that are places in an allocation: who takes them away, and what is left of it then."""

import asyncio
from datetime import date
from typing import Any, Final
from uuid import uuid4

import pytest
import sqlalchemy as sa

from gateway.domain.ids import AllocationId
from gateway.policies.scope import scope_of_the_gateway
from gateway.resolvers.global_ids import NodeType, uuid_of
from gateway.store import allocation_changes, move_changes
from gateway.store.tables import allocations
from gateway.store.tables import moves as move_rows
from tests.booking.bed import OCA, PLACEMENTS, PMU, STC, Bed, a_bed, codes, place
from tests.booking.test_at_once import BACKENDS
from tests.booking.test_changing_moves import APPROVE, CANCEL, IN_TWO_DAYS, REJECT, booked
from tests.support.worlds import NOW

pytestmark = pytest.mark.anyio

WHY: Final = {"reason": "SENDER_UNABLE_TO_FULFIL_DRAFT"}


async def allocated(bed: Bed, moves: list[dict[str, Any]]) -> AllocationId:
    """Approve proposals and make an allocation of them."""
    allocation_id = AllocationId(uuid4())
    ids = [uuid_of(move["id"], NodeType.MOVE) for move in moves]
    for move in moves:
        assert codes(await bed.change(APPROVE, PMU, id=move["id"], date=IN_TWO_DAYS)) == []
    async with bed.gateway.database.transaction() as conn:
        ends = (await conn.execute(sa.select(move_rows).where(move_rows.c.id == ids[0]))).one()
        row = {
            "id": allocation_id, "status": "filled", "date": date.fromisoformat(IN_TWO_DAYS),
            "from_agency": ends.from_agency, "to_agency": ends.to_agency, "supplier": ends.supplier,
            "moves_count": len(moves), "complex_cases": [], "created_at": NOW, "updated_at": NOW, "version": 1,
        }  # fmt: skip
        await conn.execute(sa.insert(allocations), row)
        of_it = sa.update(move_rows).where(move_rows.c.id.in_(ids)).values(allocation_id=allocation_id)
        await conn.execute(of_it)
    return allocation_id


async def counted(bed: Bed, allocation_id: AllocationId) -> tuple[str, int]:
    async with bed.gateway.database.read() as conn:
        row = (await conn.execute(sa.select(allocations).where(allocations.c.id == allocation_id))).one()
    return row.status, row.moves_count


async def youth_transfer(bed: Bed) -> dict[str, Any]:
    return await booked(
        bed, STC, type="PRISON_TRANSFER", prisonNumber="A4001AA", fromLocationId=place("OAKHLL"),
        toLocationId=place("ALDINE"), dateFrom=IN_TWO_DAYS, date=None,
    )  # fmt: skip


async def test_only_those_who_cancel_allocations_take_a_place_away() -> None:
    async with a_bed() as bed:
        move = await youth_transfer(bed)
        allocation_id = await allocated(bed, [move])
        assert await bed.refusal(CANCEL, STC, id=move["id"], **WHY) == "FORBIDDEN"
        taken = await bed.change(CANCEL, PLACEMENTS, id=move["id"], **WHY)
        assert (taken["problems"], taken["move"]["status"]) == ([], "CANCELLED")
        # Without any open place it is unfilled, not cancelled.
        assert await counted(bed, allocation_id) == ("unfilled", 0)


async def test_placements_cancel_nothing_that_is_no_place_in_an_allocation() -> None:
    async with a_bed() as bed:
        move = await youth_transfer(bed)
        assert await bed.refusal(CANCEL, PLACEMENTS, id=move["id"], **WHY) == "FORBIDDEN"


async def test_a_place_in_an_allocation_is_no_request_to_turn_down() -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA)
        allocation_id = await allocated(bed, [move])
        refused = await bed.change(REJECT, PMU, id=move["id"], reason="NO_TRANSPORT_AVAILABLE")
        assert codes(refused) == [("NOT_ALLOWED_IN_STATE", ("id",))]
        assert await counted(bed, allocation_id) == ("filled", 1)


@pytest.mark.parametrize("backend", BACKENDS)
async def test_places_that_are_taken_away_at_the_same_moment_are_all_counted(backend: str) -> None:
    async with a_bed(backend=backend) as bed:
        made = [await booked(bed, OCA, prisonNumber=f"A11{n:02}AA") for n in range(6)]
        allocation_id = await allocated(bed, made)
        answers = await asyncio.gather(*(bed.change(CANCEL, PMU, id=move["id"], **WHY) for move in made[1:]))
        assert [codes(one) for one in answers] == [[]] * 5
        assert await counted(bed, allocation_id) == ("filled", 1)


@pytest.mark.slow
async def test_a_place_and_its_allocation_are_locked_in_one_order() -> None:
    async with a_bed(backend="postgresql") as bed:
        made = [await booked(bed, OCA, prisonNumber=f"A11{n:02}AA") for n in range(2)]
        allocation_id = await allocated(bed, made)
        async with bed.gateway.database.transaction() as conn:
            # As an allocation's own change does: first the row of it, then its moves.
            allocation = await allocation_changes.lock(conn, allocation_id, within=scope_of_the_gateway())
            assert allocation is not None
            cancelling = asyncio.create_task(bed.change(CANCEL, PMU, id=made[0]["id"], **WHY))
            await somebody_waits(bed)
            found = await move_changes.lock_all_of(conn, allocation_id, within=scope_of_the_gateway())
            assert len(found) == len(made)
        assert codes(await cancelling) == []
        assert await counted(bed, allocation_id) == ("filled", 1)


async def somebody_waits(bed: Bed) -> None:
    """Wait until a transaction waits for another one's lock."""
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(10):
        while True:
            async with bed.gateway.database.read() as conn:
                if await conn.scalar(waiting):
                    return
