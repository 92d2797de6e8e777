"""The life of a dPER through the API: started, answered, complete, confirmed, handed over, read for good."""

from datetime import timedelta
from typing import Any, Final

import pytest

from gateway.resolvers.global_ids import NodeType, encode
from tests.booking.bed import BOOK, GEOAMEY, NURSE, OFFICER, Bed, a_bed, codes, place
from tests.support.record_answers import plain, questions, whole
from tests.support.records import CONFIRM, RECORD, START, completed_record
from tests.support.worlds import TODAY

pytestmark = pytest.mark.anyio

RESPONSES: Final = """
query Responses($id: ID!) {
  personEscortRecord(id: $id) {
    status version completedAt amendedAt confirmedAt
    questionSet { version }
    sections {
      key status answered outstanding version
      responses {
        id version applies needsReview prefilledAt respondedAt
        question { key }
        answer { option { option details } options { option details } text
          items { answers { questionKey option options { option details } text details } } }
      }
    }
    flags { key question severity }
  }
}
"""


async def booked(bed: Bed, number: str = "A1001AA", **changes: object) -> str:
    asked = {
        "type": "COURT_APPEARANCE",
        "prisonNumber": number,
        "fromLocationId": place("LEI"),
        "toLocationId": place("LEEDCC"),
        "date": (TODAY + timedelta(days=1)).isoformat(),
    }
    payload = await bed.change(BOOK, OFFICER, **(asked | changes))
    assert payload["problems"] == []
    move_id: str = payload["move"]["id"]
    return move_id


async def responses(bed: Bed, record_id: str, token: str = OFFICER) -> dict[str, Any]:
    record = (await bed.ask(RESPONSES, token, {"id": record_id}))["personEscortRecord"]
    return {one["question"]["key"]: one for section in record["sections"] for one in section["responses"]}


async def test_a_record_goes_from_its_start_to_the_handover() -> None:
    async with a_bed() as bed:
        move_id = await booked(bed)
        started = (await bed.change(START, OFFICER, moveId=move_id))["personEscortRecord"]
        assert started["status"] == "UNSTARTED"
        assert [one["answered"] for one in started["sections"]] == [0, 0, 0, 0]
        record_id = started["id"]
        recorded = await bed.change(RECORD, OFFICER, id=record_id, responses=whole()[:3])
        assert recorded["personEscortRecord"]["status"] == "IN_PROGRESS"
        assert recorded["personEscortRecord"]["sections"][0]["answered"] == 3
        refused = await bed.change(CONFIRM, OFFICER, id=record_id)
        assert {one["code"] for one in refused["problems"]} == {"INCOMPLETE"}
        assert len(refused["problems"]) == len(whole()) - 3
        recorded = await bed.change(RECORD, OFFICER, id=record_id, responses=whole()[3:])
        assert recorded["problems"] == []
        assert recorded["personEscortRecord"]["status"] == "COMPLETED"
        assert recorded["personEscortRecord"]["completedAt"] is not None
        confirmed = await bed.change(CONFIRM, OFFICER, id=record_id)
        assert confirmed["problems"] == []
        assert confirmed["personEscortRecord"]["status"] == "CONFIRMED"
        refused = await bed.change(RECORD, OFFICER, id=record_id, responses=[plain(questions()["pregnant"])])
        assert codes(refused) == [("LOCKED", ("id",))]
        assert encode(NodeType.MOVE, 1)
        assert await responses(bed, record_id)
        assert NURSE
        assert GEOAMEY
        assert completed_record
