"""Who starts, answers, confirms and reads records, of which moves and when."""

from dataclasses import replace
from typing import Any, Final

import pytest

from tests.booking.bed import (
    COURT,
    GEOAMEY,
    MOORLAND,
    NURSE,
    OCA,
    OFFICER,
    PLACEMENTS,
    PMU,
    READER,
    SCH,
    SERCO,
    SERGEANT,
    STC,
    Bed,
    a_bed,
    codes,
    place,
)
from tests.escort_records.making import booked, easy
from tests.support.record_answers import whole
from tests.support.records import CONFIRM, RECORD, START, completed_record
from tests.support.worlds import token_for

pytestmark = pytest.mark.anyio

STAKEHOLDER: Final = token_for("LEEDS_OFFICER", "PECS_STAKEHOLDER_EVENT_AUTHOR")
AUTHOR_AND_OFFICER: Final = token_for("LEEDS_OFFICER", "PECS_PRISON", "PECS_PER_AUTHOR")
COURT_NURSE: Final = token_for("COURT_CLERK", "PECS_COURT", "PECS_PER_AUTHOR", auth_source="auth")

WHO: Final = {
    "officer": OFFICER,
    "oca": OCA,
    "nurse": NURSE,
    "both": AUTHOR_AND_OFFICER,
    "receiver": COURT,
    "receiver's nurse": COURT_NURSE,
    "stakeholder": STAKEHOLDER,
    "supplier": GEOAMEY,
    "pmu": PMU,
    "reader": READER,
    "another supplier": SERCO,
    "another prison": MOORLAND,
    "police elsewhere": SERGEANT,
    "youth": STC,
    "placements": PLACEMENTS,
}
MADE: Final = ""
"""Done, with no problem and no fault."""
EVERYBODYS_PART: Final = {
    # who: start, health, risk, confirm
    "officer": (MADE, MADE, MADE, MADE),
    "oca": (MADE, MADE, MADE, MADE),
    "both": (MADE, MADE, MADE, MADE),
    "nurse": (MADE, MADE, "FORBIDDEN", "FORBIDDEN"),
    "receiver": ("FORBIDDEN",) * 4,
    "receiver's nurse": ("FORBIDDEN",) * 4,
    "stakeholder": ("FORBIDDEN",) * 4,
    "supplier": ("FORBIDDEN",) * 4,
    "pmu": ("FORBIDDEN",) * 4,
    "reader": ("FORBIDDEN",) * 4,
    "another supplier": ("FORBIDDEN",) * 4,
    "placements": ("FORBIDDEN",) * 4,
    "another prison": ("NOT_FOUND",) * 4,
    "police elsewhere": ("NOT_FOUND",) * 4,
    "youth": ("NOT_FOUND",) * 4,
}


async def outcome(bed: Bed, query: str, token: str, **given: object) -> str:
    """Send a change; give the code of what stood in the way, or nothing."""
    answer = await bed.gateway.ask(query, token, {"input": given})
    if "errors" in answer:
        code: str = answer["errors"][0]["extensions"]["code"]
        return code
    (payload,) = answer["data"].values()
    found = codes(payload)
    return found[0][0] if found else MADE


async def test_everybody_has_their_part() -> None:
    async with a_bed() as bed:
        found = {
            who: await _part(bed, token, await booked(bed, number=f"A11{number:02}AA"))
            for number, (who, token) in enumerate(WHO.items())
        }
        assert found == EVERYBODYS_PART


async def _part(bed: Bed, token: str, move_id: str) -> tuple[str, ...]:
    """Try to start, to answer about health and about risk, and to confirm; give what came of each."""
    start = await outcome(bed, START, token, moveId=move_id)
    if start != MADE:
        await bed.change(START, OFFICER, moveId=move_id)
    record_id = await _record_of(bed, move_id)
    # Complete, so that whoever sees the move sees the record.
    await bed.change(RECORD, OFFICER, id=record_id, responses=whole())
    health = await outcome(bed, RECORD, token, id=record_id, responses=[easy("pregnant", version=1)])
    risk = await outcome(bed, RECORD, token, id=record_id, responses=[easy("escape-risk", version=1)])
    return start, health, risk, await outcome(bed, CONFIRM, token, id=record_id)


async def _record_of(bed: Bed, move_id: str) -> str:
    query = "query R($id: ID!) {move(id: $id) {personEscortRecord {id}}}"
    record_id: str = (await bed.ask(query, OFFICER, {"id": move_id}))["move"]["personEscortRecord"]["id"]
    return record_id


async def test_healthcare_answers_all_of_its_section_or_nothing_of_a_call_with_more() -> None:
    async with a_bed() as bed:
        move_id = await booked(bed)
        record_id = (await bed.change(START, NURSE, moveId=move_id))["personEscortRecord"]["id"]
        both = [easy("pregnant"), easy("escape-risk")]
        assert await outcome(bed, RECORD, NURSE, id=record_id, responses=both) == "FORBIDDEN"
        assert await outcome(bed, RECORD, NURSE, id=record_id, responses=both[:1]) == MADE


READS: Final = (
    "query Reads($move: ID!, $record: ID!) {"
    " move(id: $move) {personEscortRecord {id}}"
    " personEscortRecord(id: $record) {sections {responses {answer {option {option}}}}}"
    " moves(filter: {perStatuses: [IN_PROGRESS, UNSTARTED]}) {totalCount}}"
)


async def _reads(bed: Bed, token: str, move_id: str, record_id: str) -> list[bool]:
    data: dict[str, Any] = await bed.ask(READS, token, {"move": move_id, "record": record_id})
    by_move = data["move"] is not None and data["move"]["personEscortRecord"] is not None
    return [by_move, data["personEscortRecord"] is not None, data["moves"]["totalCount"] > 0]


async def test_others_read_a_record_once_it_was_complete_and_from_then_on() -> None:
    async with a_bed() as bed:
        move_id = await booked(bed)
        record_id = (await bed.change(START, OFFICER, moveId=move_id))["personEscortRecord"]["id"]
        await bed.change(RECORD, OFFICER, id=record_id, responses=whole()[1:])
        own, others, nobodys = (OFFICER, NURSE, OCA, PMU, READER), (GEOAMEY, COURT), (SERCO, MOORLAND, SERGEANT)
        for token in own:
            assert await _reads(bed, token, move_id, record_id) == [True, True, True]
        for token in (*others, *nobodys):
            assert await _reads(bed, token, move_id, record_id) == [False, False, False]
        await bed.change(RECORD, OFFICER, id=record_id, responses=whole()[:1])
        await bed.change(
            RECORD, OFFICER, id=record_id, responses=[{"questionKey": "health-issues", "option": "yes", "version": 1}]
        )
        for token in (*own, *others):
            assert await _reads(bed, token, move_id, record_id) == [True, True, True]
        for token in nobodys:
            assert await _reads(bed, token, move_id, record_id) == [False, False, False]


async def test_that_a_record_is_being_filled_in_is_its_senders_news() -> None:
    async with a_bed() as bed:
        move_id = await booked(bed)
        await completed_record(bed.change, OFFICER, move_id)
        query = "query E($id: ID!) {move(id: $id) {events(first: 50) {nodes {id type details {name value}}}}}"
        told = {}
        for who, token in (("own", OFFICER), ("supplier", GEOAMEY)):
            told[who] = (await bed.ask(query, token, {"id": move_id}))["move"]["events"]["nodes"]
        assert {one["type"] for one in told["own"]} == {
            "MoveRequested",
            "PerStart",
            "PerResponsesRecorded",
            "PerCompletion",
        }
        assert {one["type"] for one in told["supplier"]} == {"MoveRequested", "PerCompletion"}
        # Who answered is kept for audit, and told to nobody.
        names = {detail["name"] for one in told["own"] for detail in one["details"]}
        assert names == {"section", "questions", "completed_at"}
        hidden = next(one["id"] for one in told["own"] if one["type"] == "PerStart")
        assert (await bed.ask("query N($id: ID!) {node(id: $id) {id}}", GEOAMEY, {"id": hidden}))["node"] is None


async def test_police_and_the_youth_estate_make_the_records_of_their_own() -> None:
    async with a_bed() as bed:
        for token, start, number in (
            (SERGEANT, "WYPLE", "A1001AA"),
            (SCH, "ALDINE", "A4001AA"),
            (STC, "OAKHLL", "A4001AA"),
        ):
            if number == "A4001AA":
                bed.nomis.people_by_number[number] = _moved(bed, number, start)
            else:
                await booked(bed)
                bed.nomis.people_by_number[number] = _moved(bed, number, "OUT")
            move_id = await booked(bed, token, number, fromLocationId=place(start), toLocationId=place("LEEDCC"))
            await completed_record(bed.change, token, move_id)


def _moved(bed: Bed, number: str, agency_id: str) -> Any:
    return replace(bed.nomis.people_by_number[number], agency_id=agency_id)
