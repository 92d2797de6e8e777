"""Moves and their records, made through the API, and ways to look at them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from tests.booking.bed import BOOK, OFFICER, Bed, place
from tests.support.record_answers import plain, questions
from tests.support.records import RECORD, START
from tests.support.worlds import TODAY

TOMORROW: Final = (TODAY + timedelta(days=1)).isoformat()

SHOWN: Final = """
query Shown($id: ID!) {
  personEscortRecord(id: $id) {
    status version completedAt amendedAt confirmedAt
    questionSet { version }
    prefilledFrom { recordId confirmedAt }
    handover { occurredAt dispatchingOfficer receivingOfficer }
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


async def booked(bed: Bed, token: str = OFFICER, number: str = "A1001AA", **changes: Any) -> str:
    """Book a move out of Leeds, or another one; give its id."""
    asked: dict[str, object] = {
        "type": "COURT_APPEARANCE",
        "prisonNumber": number,
        "fromLocationId": place("LEI"),
        "toLocationId": place("LEEDCC"),
        "date": TOMORROW,
    }
    payload = await bed.change(BOOK, token, **(asked | changes))
    assert payload["problems"] == []
    move_id: str = payload["move"]["id"]
    return move_id


async def started(bed: Bed, token: str = OFFICER, **changes: Any) -> str:
    """Book a move and start its record; give the record's id."""
    payload = await bed.change(START, token, moveId=await booked(bed, token, **changes))
    assert payload["problems"] == []
    record_id: str = payload["personEscortRecord"]["id"]
    return record_id


async def shown(bed: Bed, record_id: str, token: str = OFFICER) -> dict[str, Any]:
    """Read a record with all that it holds."""
    record: dict[str, Any] = (await bed.ask(SHOWN, token, {"id": record_id}))["personEscortRecord"]
    return record


def by_question(record: dict[str, Any]) -> dict[str, Any]:
    """Give the responses of a record by the keys of their questions."""
    return {one["question"]["key"]: one for section in record["sections"] for one in section["responses"]}


async def answered(bed: Bed, record_id: str, *given: Mapping[str, Any], token: str = OFFICER) -> dict[str, Any]:
    """Record answers that are all in order; give the payload's record."""
    payload = await bed.change(RECORD, token, id=record_id, responses=list(given))
    assert payload["problems"] == []
    record: dict[str, Any] = payload["personEscortRecord"]
    return record


def yes(key: str, details: str | None = None, **more: object) -> dict[str, Any]:
    return {"questionKey": key, "option": "yes", **({} if details is None else {"details": details}), **more}


def no(key: str, **more: object) -> dict[str, Any]:
    return {"questionKey": key, "option": "no", **more}


def easy(key: str, **more: object) -> dict[str, Any]:
    """Answer a question with the least there is to say."""
    return {**plain(questions()[key]), **more}
