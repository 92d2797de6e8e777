"""Moves that are booked while NOMIS is down: how far they are accepted, and what comes of them when it is back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from gateway.services.escort_check_job import EscortCheckJob
from gateway.store.tables import escort_checks
from tests.booking.bed import BOOK, COURT, GEOAMEY, OCA, OFFICER, PEOPLE, PMU, Bed, a_bed, codes
from tests.booking.test_book_move import TO_COURT, TRANSFER
from tests.booking.test_changing_moves import APPROVE, CANCEL
from tests.support.worlds import NOW

pytestmark = pytest.mark.anyio

SEEN: Final = """query($id: ID!) {
  move(id: $id) {
    status escortCheck version date person {prisonNumber}
    cancellation {reason rejectionReason comment}
    events {nodes {type notes details {name value}}}
  }
}"""


async def seen(bed: Bed, move: dict[str, Any], token: str = OFFICER) -> Any:
    return (await bed.ask(SEEN, token, {"id": move["id"]}))["move"]


def told(move: dict[str, Any]) -> list[str]:
    return sorted(event["type"] for event in move["events"]["nodes"])


async def booked_in_an_outage(bed: Bed, token: str = OFFICER, **changes: object) -> dict[str, Any]:
    await bed.down("prisoner-search", "alerts")
    payload = await bed.change(BOOK, token, **((TRANSFER if token == OCA else TO_COURT) | changes))
    assert payload["problems"] == []
    move: dict[str, Any] = payload["move"]
    return move


async def check_again(bed: Bed) -> int:
    """NOMIS is back, and the job has its next round."""
    await bed.down()
    bed.gateway.clock.advance(timedelta(minutes=2))
    job: EscortCheckJob = bed.gateway.app.state.escort_checks
    return await job.once()


async def test_an_unchecked_move_is_only_proposed_and_opens_nobodys_file() -> None:
    async with a_bed() as bed:
        # Someone who is held at Moorland: unknown to Leeds, but nobody can tell just now.
        move = await booked_in_an_outage(bed, prisonNumber="A2001AA")
        assert move["status"] == "PROPOSED"
        await bed.down()
        assert (await seen(bed, move))["person"] is None
        for token in (GEOAMEY, COURT):
            assert await seen(bed, move, token) is None


async def test_what_passes_is_authorised_by_itself_and_the_booker_finds_it_in_the_log() -> None:
    async with a_bed() as bed:
        move = await booked_in_an_outage(bed, prisonNumber="A1004AA")
        assert await check_again(bed) == 1
        now = await seen(bed, move)
        assert (now["status"], now["escortCheck"], now["date"]) == ("REQUESTED", "PASSED", TO_COURT["date"])
        assert now["person"] == {"prisonNumber": "A1004AA"}
        assert told(now) == ["MoveApprove", "MoveEscortCheckDeferred", "MoveEscortCheckPassed", "MoveProposed"]
        approval = next(event for event in now["events"]["nodes"] if event["type"] == "MoveApprove")
        assert {"name": "escape_list", "value": "XEL"} in approval["details"]
        assert await seen(bed, move, GEOAMEY) == now


@pytest.mark.parametrize("number", ["A1005AA", "A1006AA", "A2001AA", "Z9999ZZ"])
async def test_who_is_not_carried_or_not_there_is_turned_down(number: str) -> None:
    async with a_bed() as bed:
        move = await booked_in_an_outage(bed, prisonNumber=number)
        assert await check_again(bed) == 1
        now = await seen(bed, move)
        assert (now["status"], now["escortCheck"]) == ("CANCELLED", "REFUSED")
        # Leeds sees its own people anyway; the move itself gives sight of nobody.
        assert now["person"] == ({"prisonNumber": number} if PEOPLE.get(number, ("",))[0] == "LEI" else None)
        assert now["cancellation"]["reason"] == "REJECTED"
        assert told(now) == ["MoveEscortCheckDeferred", "MoveEscortCheckRefused", "MoveProposed", "MoveReject"]
        assert await seen(bed, move, GEOAMEY) is None


async def test_an_unknown_category_is_for_a_person_to_decide() -> None:
    async with a_bed() as bed:
        move = await booked_in_an_outage(bed, prisonNumber="A1007AA")
        await check_again(bed)
        now = await seen(bed, move)
        assert (now["status"], now["escortCheck"]) == ("PROPOSED", "HELD")
        approved = await bed.change(APPROVE, PMU, id=move["id"], date=TO_COURT["date"])
        assert (approved["move"]["status"], approved["move"]["escortCheck"]) == ("REQUESTED", "PASSED")


async def test_a_transfer_that_passes_still_waits_for_its_decision() -> None:
    async with a_bed() as bed:
        move = await booked_in_an_outage(bed, OCA)
        await check_again(bed)
        now = await seen(bed, move)
        assert (now["status"], now["escortCheck"]) == ("PROPOSED", "PASSED")


async def test_what_the_supplier_was_told_directly_goes_on_and_is_only_marked() -> None:
    async with a_bed() as bed:
        move = await booked_in_an_outage(bed, arrangedDirectlyAt=(NOW - timedelta(hours=1)).isoformat())
        assert (move["status"], move["recordedRetrospectively"]) == ("REQUESTED", True)
        await check_again(bed)
        now = await seen(bed, move)
        assert (now["status"], now["escortCheck"]) == ("REQUESTED", "PASSED")
        assert told(now) == ["MoveEscortCheckDeferred", "MoveEscortCheckPassed", "MoveRequested"]


async def test_while_nomis_stays_down_the_check_waits() -> None:
    async with a_bed() as bed:
        move = await booked_in_an_outage(bed)
        job: EscortCheckJob = bed.gateway.app.state.escort_checks
        assert await job.once() == 0
        async with bed.gateway.database.read() as conn:
            assert await conn.scalar(sa.select(escort_checks.c.attempts)) == 1
        assert await check_again(bed) == 1
        assert (await seen(bed, move))["status"] == "REQUESTED"


async def test_a_check_that_waits_outlives_the_process() -> None:
    async with a_bed() as bed:
        move = await booked_in_an_outage(bed)
        job: EscortCheckJob = bed.gateway.app.state.escort_checks
        # Nothing of it is held in memory: another process's job, over the same store, finds it.
        other = EscortCheckJob(replace(bed.gateway.app.state.platform))
        await bed.down()
        assert await other.once() == 1
        assert await job.once() == 0
        assert (await seen(bed, move))["status"] == "REQUESTED"


async def test_what_was_cancelled_meanwhile_stays_cancelled() -> None:
    async with a_bed() as bed:
        move = await booked_in_an_outage(bed)
        await bed.change(CANCEL, OFFICER, id=move["id"], reason="COURT_CLOSURE")
        await check_again(bed)
        now = await seen(bed, move)
        assert (now["status"], now["cancellation"]["reason"]) == ("CANCELLED", "COURT_CLOSURE")


async def test_a_duplicate_that_came_up_meanwhile_keeps_it_a_proposal() -> None:
    async with a_bed() as bed:
        move = await booked_in_an_outage(bed)
        await bed.down()
        other = await bed.change(BOOK, OFFICER, **TO_COURT)
        assert other["problems"] == []
        await check_again(bed)
        now = await seen(bed, move)
        assert (now["status"], now["escortCheck"]) == ("PROPOSED", "PASSED")
        held = next(event for event in now["events"]["nodes"] if event["type"] == "MoveEscortCheckHeld")
        assert other["move"]["reference"] in held["notes"]


@pytest.mark.parametrize("service", ["prisoner-search", "alerts"])
async def test_half_an_answer_is_enough_to_refuse_and_not_enough_to_pass(service: str) -> None:
    async with a_bed() as bed:
        await bed.down(service)
        excluded = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A1005AA"}))
        assert codes(excluded) == ([("NOT_ELIGIBLE", ("prisonNumber",))] if service == "alerts" else [])
        clear = await bed.change(BOOK, OFFICER, **TO_COURT)
        assert clear["move"]["status"] == "PROPOSED"
