"""What NOMIS knows, on the responses of a dPER: from its start on, for its authors and for those who may read it."""

import asyncio
from typing import Any, Final

import pytest

from gateway.domain.ids import EscortRecordId
from gateway.domain.questions import DetailsNeed
from gateway.resolvers.global_ids import NodeType, uuid_of
from gateway.store.nomis_refreshes import hasten
from tests.booking.bed import COURT, GEOAMEY, NURSE, OFFICER, SERCO, WANDSWORTH, Bed, a_bed, codes
from tests.escort_records.making import booked
from tests.escort_records.nomis_bed import KINDS, known
from tests.support.record_answers import questions, whole
from tests.support.records import RECORD, START

pytestmark = pytest.mark.anyio

MAPPINGS: Final = """query Mappings($id: ID!) {personEscortRecord(id: $id) {
  nomisSync {resource status}
  sections {responses {question {key} nomisMappings {kind code description comment startDate endDate}}}
}}"""
NUMBER: Final = "A1001AA"
ESCAPE: Final = {
    "kind": "alert",
    "code": "XELH",
    "description": "Escape List - Heightened",
    "comment": "Seen by staff",
    "startDate": "2026-01-01",
    "endDate": None,
}
KIN: Final = {
    "kind": "contact",
    "code": "NEXTOFKIN",
    "description": "Next of kin",
    "comment": "Anna Vale — Mother",
    "startDate": "2026-01-02",
    "endDate": None,
}


async def started(bed: Bed) -> str:
    """Start a record, of somebody of whom NOMIS came to know much since they were booked."""
    move_id = await booked(bed)
    bed.nomis.people_by_number[NUMBER] = known(NUMBER)
    record: dict[str, Any] = (await bed.change(START, OFFICER, moveId=move_id))["personEscortRecord"]
    return str(record["id"])


async def asked(bed: Bed) -> None:
    """Let NOMIS be asked for what was started or looked at."""
    await bed.gateway.settle()
    assert await bed.gateway.app.state.nomis_imports.once() == 1


async def mappings(bed: Bed, record_id: str, token: str = OFFICER) -> dict[str, list[dict[str, Any]]] | None:
    record = (await bed.ask(MAPPINGS, token, {"id": record_id}))["personEscortRecord"]
    if record is None:
        return None
    return {
        one["question"]["key"]: one["nomisMappings"]
        for section in record["sections"]
        for one in section["responses"]
        if one["nomisMappings"]
    }


async def test_what_nomis_knows_hangs_on_the_questions_that_it_bears_on() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        assert await mappings(bed, record_id) == {}
        await asked(bed)
        found = await mappings(bed, record_id) or {}
        # Nothing waits for an answer of anybody: those that are hidden have theirs as well.
        assert sorted(found) == [
            "escape-risk",
            "health-issues",
            "held-separately",
            "next-of-kin",
            "physical-health-needs",
            "wheelchair-user",
        ]
        assert (found["escape-risk"], found["next-of-kin"]) == ([ESCAPE], [KIN])
        assert {one["comment"] for one in found["held-separately"]} == {"High"}


async def test_who_may_read_the_record_reads_what_nomis_knows_and_nobody_else_does() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await asked(bed)
        all_of_it = await mappings(bed, record_id)
        assert await mappings(bed, record_id, NURSE) == all_of_it
        for token in (GEOAMEY, COURT, WANDSWORTH, SERCO):
            assert await mappings(bed, record_id, token) is None
        completed = await bed.change(RECORD, OFFICER, id=record_id, responses=whole())
        assert completed["personEscortRecord"]["status"] == "COMPLETED"
        for token in (GEOAMEY, COURT):
            assert await mappings(bed, record_id, token) == all_of_it
        for token in (WANDSWORTH, SERCO):
            assert await mappings(bed, record_id, token) is None


async def test_a_record_in_nomis_stands_for_details_once_it_is_known() -> None:
    waived = next(
        option for option in questions()["escape-risk"].options if option.details is DetailsNeed.REQUIRED_UNLESS_NOMIS
    )
    required = next(option for option in questions()["next-of-kin"].options if option.details is DetailsNeed.REQUIRED)
    escape = {"questionKey": "escape-risk", "option": waived.value}
    kin = {"questionKey": "next-of-kin", "option": required.value}
    async with a_bed() as bed:
        record_id = await started(bed)
        refused = await bed.change(RECORD, OFFICER, id=record_id, responses=[escape])
        assert codes(refused)[0][0] == "REQUIRED"
        await asked(bed)
        recorded = await bed.change(RECORD, OFFICER, id=record_id, responses=[escape])
        assert recorded["problems"] == []
        # Nor does one stand for what has to be said in any case.
        refused = await bed.change(RECORD, OFFICER, id=record_id, responses=[kin])
        assert codes(refused)[0][0] == "REQUIRED"


async def test_an_outage_blocks_no_answer_and_the_record_says_what_is_missing() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await bed.down("alerts", "prison-api", "prisoner-search")
        await bed.gateway.settle()
        assert await bed.gateway.app.state.nomis_imports.once() == 0
        recorded = await bed.change(
            RECORD, OFFICER, id=record_id, responses=[{"questionKey": "next-of-kin", "option": "no"}]
        )
        assert recorded["problems"] == []
        record = (await bed.ask(MAPPINGS, OFFICER, {"id": record_id}))["personEscortRecord"]
        assert record["nomisSync"] == [{"resource": kind, "status": "FAILED"} for kind in KINDS]


async def test_that_nomis_told_something_is_the_senders_news() -> None:
    query = "query E($id: ID!) {move(id: $id) {events(first: 50) {nodes {type}}}}"
    async with a_bed() as bed:
        move_id = await booked(bed)
        await bed.change(START, OFFICER, moveId=move_id)
        await asked(bed)
        for token, told in ((OFFICER, True), (NURSE, True), (GEOAMEY, False), (COURT, False)):
            events = (await bed.ask(query, token, {"id": move_id}))["move"]["events"]["nodes"]
            assert ({"type": "PerNomisRecordsChanged"} in events) is told


@pytest.mark.slow
async def test_asking_and_answering_at_the_same_moment_hold_up_neither_on_postgresql() -> None:
    """Both lock the move and the record, in the same order."""
    async with a_bed(backend="postgresql") as bed:
        record_id = await started(bed)
        key = uuid_of(record_id, NodeType.PERSON_ESCORT_RECORD)
        assert key is not None
        job = bed.gateway.app.state.nomis_imports
        for version, option in enumerate(["no", "yes"] * 4):
            details = "Once." if option == "yes" else None
            answer = {"questionKey": "arsonist", "option": option, "details": details, "version": version}
            recorded, _ = await asyncio.gather(
                bed.change(RECORD, OFFICER, id=record_id, responses=[answer]), job.once()
            )
            assert recorded["problems"] == []
            async with bed.gateway.database.transaction() as connection:
                await hasten(connection, [EscortRecordId(key)], at=bed.gateway.clock())
        await asked(bed)
        assert "escape-risk" in (await mappings(bed, record_id) or {})


async def test_reading_every_response_asks_nomis_nothing() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await asked(bed)
        await bed.gateway.counts(bed.gateway.nomis)
        await mappings(bed, record_id)
        assert await bed.gateway.counts(bed.gateway.nomis) == {}
