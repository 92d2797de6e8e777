"""Allocations: asked for by PMU, filled by the sending establishment, and what its moves make of them."""

import asyncio
from datetime import timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from gateway.domain.allocation_states import ALLOCATION_STATES, AllocationAction, status_of
from gateway.domain.allocations import AllocationStatus
from gateway.domain.escort_records import EscortRecordStatus
from gateway.store import moves_writer
from gateway.store.tables import changes, events, moves
from tests.booking.bed import (
    GEOAMEY,
    MOORLAND,
    OCA,
    OFFICER,
    PLACEMENTS,
    PMU,
    READER,
    WANDSWORTH,
    Bed,
    a_bed,
    codes,
    place,
)
from tests.booking.test_changing_moves import CANCEL
from tests.store.worlds import make_move, make_record
from tests.support.worlds import TODAY

pytestmark = pytest.mark.anyio

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]

PAYLOAD: Final = """{
    allocation {
      id status movesCount filledCount version cancellation {reason comment}
      moves(first: 20) {nodes {
        id reference status version escortCheck person {prisonNumber} cancellation {reason comment}
        events(first: 10) {nodes {type details {name value}}}
      }}
    }
    problems {code field message}
}"""
CREATE: Final = "mutation($input: CreateAllocationInput!) {createAllocation(input: $input) " + PAYLOAD + "}"
ASSIGN: Final = "mutation($input: AssignToAllocationInput!) {assignToAllocation(input: $input) " + PAYLOAD + "}"
REMOVE: Final = "mutation($input: RemoveFromAllocationInput!) {removeFromAllocation(input: $input) " + PAYLOAD + "}"
CALL_OFF: Final = "mutation($input: CancelAllocationInput!) {cancelAllocation(input: $input) " + PAYLOAD + "}"

WANTED: Final = {
    "date": (TODAY + timedelta(days=3)).isoformat(),
    "fromLocationId": place("LEI"),
    "toLocationId": place("MDI"),
    "movesCount": 3,
    "estate": "adult_male",
    "prisonerCategory": "c",
    "sentenceLength": "short",
    "requestedBy": "Howard Stanley",
    "complexCases": [{"key": "self_harm", "allowed": False}],
}


async def an_allocation(bed: Bed, **given: object) -> dict[str, Any]:
    payload = await bed.change(CREATE, PMU, **(WANTED | given))
    assert payload["problems"] == []
    allocation: dict[str, Any] = payload["allocation"]
    return allocation


def seats(payload: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = payload["allocation"]["moves"]["nodes"]
    return found


def seated(payload: dict[str, Any]) -> set[str]:
    return {one["person"]["prisonNumber"] for one in seats(payload) if one["person"] is not None}


async def test_each_place_is_a_requested_move_that_its_supplier_sees() -> None:
    async with a_bed() as bed:
        created = await bed.change(CREATE, PMU, **WANTED)
        allocation = created["allocation"]
        assert (allocation["status"], allocation["movesCount"], allocation["filledCount"]) == ("UNFILLED", 3, 0)
        assert [one["status"] for one in seats(created)] == ["REQUESTED"] * 3
        assert all(
            one["events"]["nodes"]
            == [{"type": "MoveRequested", "details": [{"name": "requested_by", "value": "Howard Stanley"}]}]
            for one in seats(created)
        )
        seen = await bed.ask("{moves {totalCount} allocations {totalCount}}", GEOAMEY)
        assert seen == {"moves": {"totalCount": 3}, "allocations": {"totalCount": 1}}


async def test_filled_when_every_place_has_a_person_and_unfilled_again_when_one_is_taken_out() -> None:
    async with a_bed() as bed:
        allocation = await an_allocation(bed)
        two = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=["A1001AA", "A1004AA"])
        assert (two["problems"], two["allocation"]["status"], two["allocation"]["filledCount"]) == ([], "UNFILLED", 2)
        full = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=["A1002AA"])
        assert (full["allocation"]["status"], seated(full)) == ("FILLED", {"A1001AA", "A1002AA", "A1004AA"})
        heightened = next(one for one in seats(full) if one["person"]["prisonNumber"] == "A1004AA")
        assert {"type": "MovePersonAssigned", "details": [{"name": "escape_list", "value": "XEL"}]} in heightened[
            "events"
        ]["nodes"]
        out = await bed.change(REMOVE, OCA, allocationId=allocation["id"], moveId=heightened["id"])
        assert (out["allocation"]["status"], seated(out)) == ("UNFILLED", {"A1001AA", "A1002AA"})
        swapped = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=["A1003AA"])
        assert (swapped["allocation"]["status"], swapped["allocation"]["version"]) == ("FILLED", 5)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], [("REQUIRED", ("prisonNumbers",))]),
        (["A1001AA", "A1001AA"], [("DUPLICATE", ("prisonNumbers", "1"))]),
        (["A1001AA", "A1005AA"], [("NOT_ELIGIBLE", ("prisonNumbers", "1"))]),
        (["A1006AA"], [("NOT_ELIGIBLE", ("prisonNumbers", "0"))]),
        (["A1007AA"], [("NOT_ELIGIBLE", ("prisonNumbers", "0"))]),
        (["A2001AA"], [("NOT_FOUND", ("prisonNumbers", "0"))]),
        (["Z9999ZZ"], [("NOT_FOUND", ("prisonNumbers", "0"))]),
        (["A1101AA", "A1102AA", "A1103AA", "A1104AA"], [("CONFLICT", ("prisonNumbers",))]),
    ],
)
async def test_all_are_put_in_or_nobody(numbers: list[str], expected: list[tuple[str, tuple[str, ...]]]) -> None:
    async with a_bed() as bed:
        allocation = await an_allocation(bed)
        refused = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=numbers)
        assert codes(refused) == expected
        now = await bed.ask("query($id: ID!) {allocation(id: $id) {filledCount version}}", PMU, allocation)
        assert now == {"allocation": {"filledCount": 0, "version": 1}}


async def test_nobody_goes_into_an_allocation_unchecked() -> None:
    async with a_bed() as bed:
        allocation = await an_allocation(bed)
        await bed.down("alerts")
        code = await bed.refusal(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=["A1001AA"])
        assert code == "UPSTREAM_UNAVAILABLE"


async def test_a_person_has_one_place_between_two_prisons_on_a_day() -> None:
    async with a_bed() as bed:
        first, second = await an_allocation(bed), await an_allocation(bed)
        await bed.change(ASSIGN, OCA, allocationId=first["id"], prisonNumbers=["A1001AA"])
        refused = await bed.change(ASSIGN, OCA, allocationId=second["id"], prisonNumbers=["A1002AA", "A1001AA"])
        assert codes(refused) == [("DUPLICATE", ("prisonNumbers", "1"))]


async def test_who_may_not_is_refused_and_who_does_not_see_it_finds_nothing() -> None:
    async with a_bed() as bed:
        allocation = await an_allocation(bed)
        for token in (OFFICER, OCA, READER, GEOAMEY):
            assert await bed.refusal(CREATE, token, **WANTED) == "FORBIDDEN"
            assert await bed.refusal(CALL_OFF, token, id=allocation["id"], reason="SUPPLIER_NO_RESOURCE") == "FORBIDDEN"
        assert await bed.refusal(ASSIGN, MOORLAND, allocationId=allocation["id"], prisonNumbers=["A1001AA"]) == (
            "FORBIDDEN"
        )
        hidden = await bed.change(ASSIGN, WANDSWORTH, allocationId=allocation["id"], prisonNumbers=["A1001AA"])
        absent = await bed.change(ASSIGN, WANDSWORTH, allocationId=place("LEI"), prisonNumbers=["A1001AA"])
        assert hidden == absent
        assert codes(hidden) == [("NOT_FOUND", ("allocationId",))]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"movesCount": 0}, [("INVALID", ("movesCount",))]),
        ({"movesCount": 201}, [("INVALID", ("movesCount",))]),
        ({"date": (TODAY - timedelta(days=1)).isoformat()}, [("INVALID", ("date",))]),
        ({"toLocationId": place("LEI")}, [("INVALID", ("toLocationId",))]),
        ({"toLocationId": place("LEEDCC")}, [("INVALID", ("toLocationId",))]),
        ({"fromLocationId": place("LEEDCC")}, [("INVALID", ("fromLocationId",))]),
        ({"estate": "everyone"}, [("INVALID", ("estate",))]),
        ({"prisonerCategory": "open"}, [("INVALID", ("prisonerCategory",))]),
        ({"estate": "juvenile_male"}, [("INVALID", ("prisonerCategory",))]),
        ({"sentenceLength": "life"}, [("INVALID", ("sentenceLength",))]),
        ({"complexCases": [{"key": "tall", "allowed": True}]}, [("INVALID", ("complexCases", "0", "key"))]),
        (
            {"complexCases": [{"key": "self_harm", "allowed": True}] * 2},
            [("INVALID", ("complexCases", "1", "key"))],
        ),
    ],
)
async def test_what_cannot_be_asked_for_is_told_beside_its_field(
    given: dict[str, object], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    async with a_bed() as bed:
        assert codes(await bed.change(CREATE, PMU, **(WANTED | given))) == expected
        assert await bed.ask("{moves {totalCount}}", PMU) == {"moves": {"totalCount": 0}}


async def test_the_placements_team_runs_the_youth_estate_and_nothing_else() -> None:
    async with a_bed() as bed:
        youth = {"fromLocationId": place("OAKHLL"), "toLocationId": place("ALDINE"), "estate": None}
        created = await bed.change(CREATE, PLACEMENTS, **(WANTED | youth))
        assert created["problems"] == []
        filled = await bed.change(
            ASSIGN, PLACEMENTS, allocationId=created["allocation"]["id"], prisonNumbers=["A4001AA"]
        )
        assert seated(filled) == {"A4001AA"}
        assert await bed.refusal(CREATE, PLACEMENTS, **(WANTED | {"toLocationId": place("ALDINE")})) == "FORBIDDEN"


async def test_rule_38_calling_off_cancels_the_moves_that_have_not_left_and_passes_the_comment_on() -> None:
    async with a_bed() as bed:
        allocation = await an_allocation(bed)
        await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=["A1001AA"])
        bare = await bed.change(CALL_OFF, PMU, id=allocation["id"], reason="OTHER")
        assert codes(bare) == [("REQUIRED", ("comment",))]
        off = await bed.change(CALL_OFF, PMU, id=allocation["id"], reason="TORNADO_EVENT", comment="Riot.")
        now = off["allocation"]
        assert (now["status"], now["movesCount"], now["filledCount"]) == ("CANCELLED", 0, 0)
        assert now["cancellation"] == {"reason": "TORNADO_EVENT", "comment": "Riot."}
        assert [one["status"] for one in seats(off)] == ["CANCELLED"] * 3
        assert all(one["cancellation"] == {"reason": "ALLOCATION_CANCELLED", "comment": "Riot."} for one in seats(off))
        for query, given in (
            (CALL_OFF, {"id": allocation["id"], "reason": "TORNADO_EVENT"}),
            (ASSIGN, {"allocationId": allocation["id"], "prisonNumbers": ["A1002AA"]}),
        ):
            payload = await bed.change(query, PMU if query == CALL_OFF else OCA, **given)
            assert [code for code, _ in codes(payload)] == ["NOT_ALLOWED_IN_STATE"]


async def test_rules_36_and_37_a_cancelled_place_drops_out_and_an_empty_allocation_is_unfilled() -> None:
    async with a_bed() as bed:
        allocation = await an_allocation(bed, movesCount=2)
        filled = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=["A1001AA"])
        free = next(one for one in seats(filled) if one["person"] is None)
        taken = next(one for one in seats(filled) if one["person"] is not None)
        assert await bed.refusal(CANCEL, OCA, id=free["id"], reason="SUPPLIER_NO_RESOURCE") == "FORBIDDEN"
        seen: list[dict[str, Any]] = []
        for one in (free, taken):
            await bed.change(CANCEL, PMU, id=one["id"], reason="SUPPLIER_NO_RESOURCE")
            now = await bed.ask("query($id: ID!) {allocation(id: $id) {status movesCount}}", PMU, allocation)
            seen.append(now["allocation"])
        assert seen == [{"status": "FILLED", "movesCount": 1}, {"status": "UNFILLED", "movesCount": 0}]


async def test_a_place_whose_dper_was_started_is_not_emptied() -> None:
    async with a_bed() as bed:
        allocation = await an_allocation(bed)
        filled = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=["A1001AA"])
        taken = next(one for one in seats(filled) if one["person"] is not None)
        async with bed.gateway.database.transaction() as conn:
            found = sa.select(moves.c.id).where(moves.c.reference == taken["reference"])
            record = make_record(make_move(1, id=await conn.scalar(found)), EscortRecordStatus.IN_PROGRESS)
            await moves_writer.insert_escort_records(conn, [record], at=bed.gateway.clock())
        locked = await bed.change(REMOVE, OCA, allocationId=allocation["id"], moveId=taken["id"])
        assert codes(locked) == [("LOCKED", ("moveId",))]


@pytest.mark.parametrize("backend", BACKENDS)
async def test_fifty_who_fill_the_same_places_at_once_never_overfill_them(backend: str) -> None:
    async with a_bed(backend=backend) as bed:
        allocation = await an_allocation(bed, movesCount=10)
        numbers = [f"A11{n:02}AA" for n in range(25)] * 2
        answers = await asyncio.gather(
            *(bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[number]) for number in numbers)
        )
        assert sum(codes(one) == [] for one in answers) == 10
        assert {code for one in answers for code, _ in codes(one)} <= {"CONFLICT", "DUPLICATE"}
        now = await bed.ask(
            "query($id: ID!) {allocation(id: $id) {status filledCount version moves(first: 50) {nodes "
            "{version person {prisonNumber} events {nodes {type}}}}}}",
            OCA,
            allocation,
        )
        places = now["allocation"]["moves"]["nodes"]
        assert (now["allocation"]["status"], now["allocation"]["filledCount"]) == ("FILLED", 10)
        assert len({one["person"]["prisonNumber"] for one in places}) == 10
        assert all(
            sorted(event["type"] for event in one["events"]["nodes"]) == ["MovePersonAssigned", "MoveRequested"]
            for one in places
        )
        async with bed.gateway.database.read() as conn:
            written = [
                await conn.scalar(sa.select(sa.func.count()).select_from(table)) for table in (moves, events, changes)
            ]
        # Each place twice in the log and in the history; the allocation once, and once for each who was put in.
        assert written == [10, 20, 20 + 11]


@pytest.mark.parametrize("backend", BACKENDS)
async def test_cancelling_places_and_filling_them_at_once_ends_in_true_counts(backend: str) -> None:
    async with a_bed(backend=backend) as bed:
        created = await bed.change(CREATE, PMU, **(WANTED | {"movesCount": 12}))
        allocation = created["allocation"]
        await asyncio.gather(
            *(bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[f"A11{n:02}AA"]) for n in range(6)),
            *(bed.change(CANCEL, PMU, id=one["id"], reason="SUPPLIER_NO_RESOURCE") for one in seats(created)[:6]),
        )
        now = await bed.ask(
            "query($id: ID!) {allocation(id: $id) {movesCount filledCount moves(first: 50) {nodes "
            "{status person {prisonNumber}}}}}",
            OCA,
            allocation,
        )
        still = [one for one in now["allocation"]["moves"]["nodes"] if one["status"] != "CANCELLED"]
        assert now["allocation"]["movesCount"] == len(still) == 6
        assert now["allocation"]["filledCount"] == sum(one["person"] is not None for one in still)


@pytest.mark.parametrize("status", AllocationStatus)
@pytest.mark.parametrize("action", AllocationAction)
def test_the_table_of_allocations(status: AllocationStatus, action: AllocationAction) -> None:
    expected = {
        (AllocationStatus.UNFILLED, AllocationAction.FILL): AllocationStatus.FILLED,
        (AllocationStatus.FILLED, AllocationAction.UNFILL): AllocationStatus.UNFILLED,
        (AllocationStatus.UNFILLED, AllocationAction.CANCEL): AllocationStatus.CANCELLED,
        (AllocationStatus.FILLED, AllocationAction.CANCEL): AllocationStatus.CANCELLED,
    }
    assert ALLOCATION_STATES.next(status, action) == expected.get((status, action))


@pytest.mark.parametrize("current", [AllocationStatus.UNFILLED, AllocationStatus.FILLED])
@pytest.mark.parametrize(
    ("places", "filled", "expected"),
    [
        (0, 0, AllocationStatus.UNFILLED),
        (3, 0, AllocationStatus.UNFILLED),
        (3, 2, AllocationStatus.UNFILLED),
        (3, 3, AllocationStatus.FILLED),
    ],
)
def test_the_status_follows_from_the_places(
    current: AllocationStatus, places: int, filled: int, expected: AllocationStatus
) -> None:
    assert status_of(current, places=places, filled=filled) is expected
