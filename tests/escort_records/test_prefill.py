"""What is copied from a person's last confirmed record, and how it is reviewed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.booking.bed import MOORLAND, OFFICER, Bed, a_bed, codes, place
from tests.booking.test_changing_moves import CANCEL
from tests.escort_records.making import answered, booked, by_question, no, shown, started, yes
from tests.support.record_answers import whole
from tests.support.records import CONFIRM, RECORD, START
from tests.support.worlds import NOW, TODAY

pytestmark = pytest.mark.anyio

SAID = (
    yes("escape-risk", "Over the wall."),
    yes("travelling-with-child"),
    {"questionKey": "child-full-name", "text": "A. Child"},
    {"questionKey": "child-date-of-birth", "text": "2025-01-02"},
)


async def confirmed(bed: Bed, *said: Mapping[str, object]) -> str:
    """Make a confirmed record of a move that is cancelled by now; give its id."""
    move_id = await booked(bed)
    record_id: str = (await bed.change(START, OFFICER, moveId=move_id))["personEscortRecord"]["id"]
    keys = {one["questionKey"] for one in said}
    await answered(bed, record_id, *said, *(one for one in whole() if one["questionKey"] not in keys))
    assert (await bed.change(CONFIRM, OFFICER, id=record_id))["problems"] == []
    await bed.change(CANCEL, OFFICER, id=move_id, reason="SUPPLIER_NO_RESOURCE")
    bed.gateway.clock.advance(timedelta(minutes=5))
    return record_id


def reviewed(key: str, **more: object) -> dict[str, object]:
    return {"questionKey": key, "reviewed": True, **more}


async def test_copied_answers_say_from_when_they_are_and_count_only_once_reviewed() -> None:
    async with a_bed() as bed:
        earlier = await confirmed(bed, *SAID)
        record_id = await started(bed)
        record = await shown(bed, record_id)
        assert record["prefilledFrom"]["recordId"] == earlier
        assert (record["status"], record["flags"]) == ("UNSTARTED", [])
        held = by_question(record)
        escape = held["escape-risk"]
        assert escape["answer"]["option"] == {"option": "yes", "details": "Over the wall."}
        assert (escape["needsReview"], escape["respondedAt"]) == (True, None)
        assert escape["prefilledAt"] == NOW.isoformat().replace("+00:00", "Z")
        for key in ("travelling-with-child", "child-full-name", "property-being-moved", "observation-level"):
            assert held[key]["answer"] is None
        record = await answered(bed, record_id, reviewed("escape-risk"))
        assert [one["key"] for one in record["flags"]] == ["escape"]
        assert record["sections"][0]["answered"] == 1
        escape = by_question(await shown(bed, record_id))["escape-risk"]
        assert (escape["needsReview"], escape["prefilledAt"], escape["version"]) == (False, None, 2)


async def test_a_record_is_not_complete_before_every_copied_answer_is_reviewed() -> None:
    async with a_bed() as bed:
        await confirmed(bed)
        record_id = await started(bed)
        held = by_question(await shown(bed, record_id))
        asked_anew = {key for key, one in held.items() if one["applies"] and one["answer"] is None}
        await answered(bed, record_id, *(one for one in whole() if one["questionKey"] in asked_anew))
        payload = await bed.change(CONFIRM, OFFICER, id=record_id)
        assert {one["code"] for one in payload["problems"]} == {"INCOMPLETE"}
        assert all("is not reviewed" in one["message"] for one in payload["problems"])
        copied = [key for key, one in held.items() if one["needsReview"]]
        assert len(copied) == len(payload["problems"])
        record = await answered(bed, record_id, *(reviewed(key, version=1) for key in copied))
        assert record["status"] == "COMPLETED"


async def test_a_copied_answer_is_overwritten_without_a_version_or_with_its_own() -> None:
    async with a_bed() as bed:
        await confirmed(bed)
        record_id = await started(bed)
        await answered(bed, record_id, yes("escape-risk", "New."), no("arsonist", version=1))
        payload = await bed.change(RECORD, OFFICER, id=record_id, responses=[no("hostage-taker", version=0)])
        assert codes(payload) == [("CONFLICT", ("responses", "hostage-taker"))]


async def test_there_is_nothing_to_review_where_nothing_was_copied() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        payload = await bed.change(RECORD, OFFICER, id=record_id, responses=[reviewed("pregnant")])
        assert ("INVALID", ("responses", "pregnant", "reviewed")) in codes(payload)


async def test_a_record_that_was_only_complete_is_no_source() -> None:
    async with a_bed() as bed:
        move_id = await booked(bed)
        record_id = (await bed.change(START, OFFICER, moveId=move_id))["personEscortRecord"]["id"]
        await answered(bed, record_id, *whole())
        await bed.change(CANCEL, OFFICER, id=move_id, reason="SUPPLIER_NO_RESOURCE")
        again = await started(bed)
        assert (await shown(bed, again))["prefilledFrom"] is None


async def test_the_source_may_be_of_another_place_and_of_a_move_that_is_hidden() -> None:
    async with a_bed() as bed:
        earlier = await confirmed(bed, yes("escape-risk", "Over the wall."))
        # The person is at Moorland by now.
        bed.nomis.people_by_number["A1001AA"] = replace(bed.nomis.people_by_number["A1001AA"], agency_id="MDI")
        day = (TODAY + timedelta(days=2)).isoformat()
        record_id = await started(bed, MOORLAND, fromLocationId=place("MDI"), toLocationId=place("LEEDCC"), date=day)
        record = await shown(bed, record_id, MOORLAND)
        assert record["prefilledFrom"]["recordId"] == earlier
        assert by_question(record)["escape-risk"]["needsReview"]
        query = "query Node($id: ID!) {node(id: $id) {id}}"
        assert (await bed.ask(query, MOORLAND, {"id": earlier}))["node"] is None


async def test_a_number_that_could_not_be_checked_opens_nobodys_record() -> None:
    async with a_bed() as bed:
        await confirmed(bed)
        await bed.down("prisoner-search", "alerts")
        record_id = await started(bed, arrangedDirectlyAt=bed.gateway.clock.now.isoformat())
        assert (await shown(bed, record_id))["prefilledFrom"] is None
