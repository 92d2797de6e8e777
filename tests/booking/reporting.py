"""How suppliers and custody staff report in the tests: short ways to record events and to see what came of them."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from gateway.domain.escort_records import (
    ESCORT_RECORD_SECTIONS,
    EscortRecord,
    EscortRecordSection,
    EscortRecordStatus,
    SectionStatus,
)
from gateway.domain.ids import EscortRecordId, MoveId, PrisonNumber
from gateway.resolvers.global_ids import NodeType, decode, encode
from gateway.store import moves_writer
from tests.booking.bed import BOOK, GEOAMEY, OFFICER, PMU, Bed, place
from tests.booking.test_book_move import TO_COURT
from tests.support.worlds import NOW

RECORD: Final = """
mutation Record($input: RecordEventsInput!) {
  recordEvents(input: $input) {
    results {
      idempotencyKey
      event {
        id type classification occurredAt recordedAt notes supplier {key} details {name value}
      }
      problems {code message field}
    }
  }
}
"""
CREATE_JOURNEY: Final = """
mutation Create($input: CreateJourneyInput!) {
  createJourney(input: $input) {
    journey {
      id number state date billable supplier {key} fromLocation {agencyId} toLocation {agencyId}
      vehicle {id registration} provenance {system fetchedAt stale}
      events {nodes {type details {name value}}}
    }
    problems {code message field}
  }
}
"""
MOVE: Final = """
query Move($id: ID!) {
  move(id: $id) {
    id reference status type date version fromLocation {agencyId} toLocation {agencyId} supplier {key}
    cancellation {reason comment rejectionReason at}
    journeys {
      id number state date billable fromLocation {agencyId} toLocation {agencyId}
      vehicle {id registration} provenance {system fetchedAt stale}
    }
    lodgings {id status startDate endDate location {agencyId}}
    events(first: 500) {nodes {id type classification occurredAt details {name value}}}
    personEscortRecord {id status confirmedAt version}
  }
}
"""

_KEYS: Final = itertools.count()
START: Final = NOW - timedelta(hours=12)
"""When the first of several events occurred."""


def at(step: float) -> str:
    """Give an instant so many hours after the first."""
    return _text(START + timedelta(hours=step))


def _text(when: datetime) -> str:
    return when.isoformat().replace("+00:00", "Z")


def an_event(
    kind: str,
    subject_id: str,
    occurred_at: object = None,
    *,
    key: object = None,
    notes: object = None,
    **details: object,
) -> dict[str, object]:
    """Make the input of one event; a list of values is a detail that is given several times."""
    return {
        "type": kind,
        "subjectId": subject_id,
        "occurredAt": occurred_at or _text(NOW),
        "notes": notes,
        "idempotencyKey": key or f"key {next(_KEYS)} {uuid4()}",
        "details": [
            {"name": name, "value": one}
            for name, value in details.items()
            for one in (value if isinstance(value, list) else [value])
        ],
    }


async def record(bed: Bed, token: str, *events: Mapping[str, object]) -> list[dict[str, Any]]:
    """Record events; give the results."""
    payload = await bed.change(RECORD, token, events=list(events))
    results: list[dict[str, Any]] = payload["results"]
    return results


async def recorded(bed: Bed, token: str, *events: Mapping[str, object]) -> list[dict[str, Any]]:
    """Record events that all have to be possible; give them."""
    results = await record(bed, token, *events)
    assert [one["problems"] for one in results] == [[]] * len(events)
    return [one["event"] for one in results]


def problems(result: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Give the problems of a result as pairs of code and field path below the event."""
    return [(one["code"], tuple(one["field"][3:])) for one in result["problems"]]


async def refused(bed: Bed, token: str, event: Mapping[str, object]) -> list[tuple[str, tuple[str, ...]]]:
    """Record one event that is not possible; give its problems."""
    (result,) = await record(bed, token, event)
    assert result["event"] is None
    return problems(result)


async def faults(bed: Bed, token: str, *events: Mapping[str, object]) -> dict[int, str]:
    """Record events of which some end in faults; give the codes of those by their places."""
    answer = await bed.gateway.ask(RECORD, token, {"input": {"events": list(events)}})
    return {error["path"][2]: error["extensions"]["code"] for error in answer.get("errors", ())}


async def seen(bed: Bed, move_id: str, token: str = PMU) -> dict[str, Any]:
    """Read a move with all that hangs on it."""
    move: dict[str, Any] = (await bed.ask(MOVE, token, {"id": move_id}))["move"]
    return move


async def requested(bed: Bed, **changes: object) -> str:
    """Book the move to court; give its id."""
    payload = await bed.change(BOOK, OFFICER, **(TO_COURT | changes))
    assert payload["problems"] == []
    move_id: str = payload["move"]["id"]
    return move_id


async def journey(
    bed: Bed, move_id: str, start: str = "LEI", end: str = "LEEDCC", token: str = GEOAMEY, **changes: object
) -> str:
    """Report a journey; give its id."""
    given = a_journey(move_id, start, end) | changes
    payload = await bed.change(CREATE_JOURNEY, token, **given)
    assert payload["problems"] == []
    journey_id: str = payload["journey"]["id"]
    return journey_id


def a_journey(move_id: str, start: str = "LEI", end: str = "LEEDCC") -> dict[str, object]:
    """Make the input of a journey."""
    return {
        "moveId": move_id,
        "fromLocationId": place(start),
        "toLocationId": place(end),
        "billable": True,
        "idempotencyKey": f"journey {next(_KEYS)} {uuid4()}",
    }


def types(move: Mapping[str, Any]) -> Sequence[str]:
    """Give the types of a move's events, in the order in which they occurred."""
    return [event["type"] for event in move["events"]["nodes"]]


async def with_record(
    bed: Bed, move_id: str, status: EscortRecordStatus, *, completed_at: datetime | None = None
) -> str:
    """Give a move a dPER; give the record's id."""
    record_id = EscortRecordId(uuid4())
    decoded = decode(move_id)
    assert decoded is not None
    kept = EscortRecord(
        id=record_id,
        move_id=MoveId(UUID(decoded[1][0])),
        prison_number=PrisonNumber("A1001AA"),
        status=status,
        sections=tuple(EscortRecordSection(key, SectionStatus.COMPLETED, 1, 0, 1) for key in ESCORT_RECORD_SECTIONS),
        flags=(),
        # Others than the sender read a record once it was complete.
        completed_at=completed_at or (NOW if status is EscortRecordStatus.COMPLETED else None),
        amended_at=None,
        confirmed_at=None,
        handover=None,
        version=1,
    )
    async with bed.gateway.database.transaction() as conn:
        await moves_writer.insert_escort_records(conn, [kept], at=NOW)
    return encode(NodeType.PERSON_ESCORT_RECORD, record_id)
