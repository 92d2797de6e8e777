"""The youth risk assessment: a record of its own, without which a young person's dPER is not confirmed."""

from typing import Any

import pytest

from gateway.domain.questions import QuestionSetKind
from tests.booking.bed import (
    GEOAMEY,
    NURSE,
    OFFICER,
    PMU,
    SERGEANT,
    STC,
    Bed,
    a_bed,
    codes,
    place,
)
from tests.booking.reporting import an_event, at, recorded, refused, seen, types
from tests.escort_records.making import booked, no
from tests.support.record_answers import whole
from tests.support.records import (
    CONFIRM,
    CONFIRM_YRA,
    RECORD_YRA,
    START_YRA,
    completed_assessment,
    completed_record,
)
from tests.support.worlds import NOW

pytestmark = pytest.mark.anyio

YRA = QuestionSetKind.YOUTH_RISK_ASSESSMENT


async def leaving_oakhill(bed: Bed) -> str:
    return await booked(bed, STC, "A4001AA", fromLocationId=place("OAKHLL"), toLocationId=place("LEEDCC"))


async def test_it_is_answered_completed_and_confirmed_like_a_dper() -> None:
    async with a_bed() as bed:
        move_id = await leaving_oakhill(bed)
        started = (await bed.change(START_YRA, STC, moveId=move_id))["youthRiskAssessment"]
        assert [one["key"] for one in started["sections"]] == ["RISK", "OFFENCE", "HEALTH", "GENERAL_CARE", "CONTACTS"]
        risky = {"questionKey": "risks-with-moving", "options": [{"option": "violent", "details": "Fights."}]}
        first = await bed.change(RECORD_YRA, STC, id=started["id"], responses=[risky])
        assert first["youthRiskAssessment"]["status"] == "IN_PROGRESS"
        assert [one["question"] for one in first["youthRiskAssessment"]["flags"]] == ["risks-with-moving"]
        payload = await bed.change(CONFIRM_YRA, STC, id=started["id"])
        assert {one["code"] for one in payload["problems"]} == {"INCOMPLETE"}
        rest = [one for one in whole(YRA) if one["questionKey"] != "risks-with-moving"]
        done = await bed.change(RECORD_YRA, STC, id=started["id"], responses=rest)
        assert done["youthRiskAssessment"]["status"] == "COMPLETED"
        confirmed = await bed.change(CONFIRM_YRA, STC, id=started["id"])
        assert confirmed["youthRiskAssessment"]["status"] == "CONFIRMED"
        assert codes(await bed.change(CONFIRM_YRA, STC, id=started["id"])) == [("LOCKED", ("id",))]
        again = await bed.change(START_YRA, STC, moveId=move_id)
        assert [(one["code"], one["existingId"]) for one in again["problems"]] == [("DUPLICATE", started["id"])]
        assert {"YraStart", "YraResponsesRecorded", "YraCompletion", "YraConfirmation"} < set(
            types(await seen(bed, move_id))
        )


async def test_the_dper_is_confirmed_only_once_it_is() -> None:
    async with a_bed() as bed:
        move_id = await leaving_oakhill(bed)
        record_id = await completed_record(bed.change, STC, move_id)
        payload = await bed.change(CONFIRM, STC, id=record_id)
        assert codes(payload) == [("INCOMPLETE", ("id",))]
        assert "youth risk assessment" in payload["problems"][0]["message"]
        assessment_id = await completed_assessment(bed.change, STC, move_id)
        assert codes(await bed.change(CONFIRM, STC, id=record_id)) == [("INCOMPLETE", ("id",))]
        await bed.change(CONFIRM_YRA, STC, id=assessment_id)
        assert (await bed.change(CONFIRM, STC, id=record_id))["problems"] == []


async def test_a_young_person_leaves_with_both_and_both_are_confirmed() -> None:
    async with a_bed() as bed:
        move_id = await leaving_oakhill(bed)
        await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, at(1)))
        await completed_record(bed.change, STC, move_id)
        start = an_event("MoveStart", move_id, NOW.isoformat())
        assert await refused(bed, GEOAMEY, start) == [("INCOMPLETE", ("type",))]
        await completed_assessment(bed.change, STC, move_id)
        await recorded(bed, GEOAMEY, start)
        told = types(await seen(bed, move_id))
        assert {"PerConfirmation", "YraConfirmation"} < set(told)


async def test_only_moves_out_of_the_youth_estate_have_one() -> None:
    async with a_bed() as bed:
        move_id = await booked(bed)
        payload = await bed.change(START_YRA, OFFICER, moveId=move_id)
        assert codes(payload) == [("NOT_ALLOWED_IN_STATE", ("moveId",))]


@pytest.mark.parametrize(
    ("token", "code"), [(SERGEANT, "FORBIDDEN"), (NURSE, "FORBIDDEN"), (PMU, "FORBIDDEN"), (GEOAMEY, "FORBIDDEN")]
)
async def test_nobody_else_makes_one(token: str, code: str) -> None:
    async with a_bed() as bed:
        move_id = await leaving_oakhill(bed)
        assert await bed.refusal(START_YRA, token, moveId=move_id) == code
        assert codes(await bed.change(START_YRA, OFFICER, moveId=move_id)) == [("NOT_FOUND", ("moveId",))]


async def test_the_two_forms_are_apart() -> None:
    async with a_bed() as bed:
        move_id = await leaving_oakhill(bed)
        record_id = await completed_record(bed.change, STC, move_id)
        assert codes(await bed.change(RECORD_YRA, STC, id=record_id, responses=[no("pregnant")])) == [
            ("NOT_FOUND", ("id",))
        ]
        query = (
            "query M($id: ID!) {move(id: $id) {youthRiskAssessment {id status} "
            "personEscortRecord {section(key: CONTACTS) {key}}}}"
        )
        answer: dict[str, Any] = await bed.gateway.ask(query, STC, {"id": move_id})
        assert [one["extensions"]["code"] for one in answer["errors"]] == ["BAD_USER_INPUT"]
        assert answer["data"]["move"] == {"youthRiskAssessment": None, "personEscortRecord": None}


async def test_its_supplier_reads_it_once_it_was_complete() -> None:
    async with a_bed() as bed:
        move_id = await leaving_oakhill(bed)
        query = (
            "query M($id: ID!) {move(id: $id) {youthRiskAssessment {id move {id} person {prisonNumber} "
            "questionSet {version} sections {responses {question {key} answer {text}}}}}}"
        )
        started = (await bed.change(START_YRA, STC, moveId=move_id))["youthRiskAssessment"]
        assert (await bed.ask(query, GEOAMEY, {"id": move_id}))["move"]["youthRiskAssessment"] is None
        await bed.change(RECORD_YRA, STC, id=started["id"], responses=whole(YRA))
        read = (await bed.ask(query, GEOAMEY, {"id": move_id}))["move"]["youthRiskAssessment"]
        assert read["person"] == {"prisonNumber": "A4001AA"}
        assert len(read["sections"]) == 5
