"""Lists straight from the bytes: what holds to the letter, and what is read leniently, are read alike."""

from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.decoding import Rows, Unreadable
from gateway.adapters.nomis.payloads_alerts import AlertPayload
from gateway.adapters.nomis.payloads_people import PersonPayload
from gateway.adapters.supplier.payloads import JourneysPayload
from gateway.adapters.wire import wire_rows
from gateway.domain.provenance import Provenance, SourceSystem
from tests.adapters.nomis_world import NOW

TOLD = Provenance(SourceSystem.NOMIS, NOW, stale=False)
READ_ALERTS = wire_rows(AlertPayload, inside="content", key="prisonNumber", keyless=False)
READ_PEOPLE = wire_rows(PersonPayload, key="prisonerNumber")
READ_JOURNEYS = wire_rows(JourneysPayload, inside="content", key="moveReference", keyless=False)


def alert(**changed: object) -> dict[str, Any]:
    code = {"alertTypeCode": "X", "alertTypeDescription": "Security", "code": "XEL", "description": "Escape list"}
    return {
        "prisonNumber": "A1234BC",
        "alertCode": code,
        "description": "See plan",
        "activeFrom": "2024-02-01",
        "activeTo": None,
        "isActive": True,
        "createdBy": {"unknown": [1, 2]},
        **changed,
    }


def alerts(*rows: object) -> Rows[AlertPayload]:
    return READ_ALERTS(orjson.dumps({"content": rows}))


def shown(rows: Rows[AlertPayload]) -> list[object]:
    return [row.to_domain(row.number, TOLD) for row in rows.rows]


LENIENT = [
    alert(description=" See plan\n"),
    alert(prisonNumber=" a1234bc "),
    alert(activeFrom="2024-02-01T00:00:00"),
    alert(activeFrom="2024-01-31T23:30:00-01:00"),
    alert(activeTo=""),
    alert(isActive="true"),
    alert(isActive=1),
    alert(alertCode={**alert()["alertCode"], "code": " XEL "}),
]


@pytest.mark.parametrize("row", LENIENT, ids=range(len(LENIENT)))
def test_what_is_written_otherwise_means_the_same(row: dict[str, Any]) -> None:
    found = alerts(row)
    assert found.unreadable == 0
    assert shown(found) == shown(alerts(alert()))


def test_numbers_pass_where_text_is_agreed() -> None:
    [row] = READ_PEOPLE(
        orjson.dumps([{"prisonerNumber": "A1234BC", "firstName": "JOHN", "lastName": "SMITH", "pncNumber": 20041}])
    ).rows
    assert row.to_domain(row.number, TOLD).pnc_number == "20041"


BROKEN = [
    alert(alertCode=None),
    alert(isActive=None),
    alert(activeFrom="yesterday"),
    alert(activeFrom=20240201),
    alert(description=["a", "list"]),
]


@pytest.mark.parametrize("row", BROKEN, ids=range(len(BROKEN)))
def test_a_row_that_does_not_hold_spoils_its_person_alone(row: dict[str, Any]) -> None:
    found = alerts(alert(prisonNumber="A9999AA"), row)
    assert [str(one.number) for one in found.rows] == ["A9999AA"]
    assert (found.unreadable, set(found.spoilt)) == (1, {"A1234BC"})


NO_LISTS = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"content": null}',
    b'{"content": {}}',
    b'{"content": [1]}',
    b'{"content": [null, {}]}',
    b'{"content": [' + b"[" * 5000 + b"]" * 5000 + b"]}",
    b'{"content": ["\xff"]}',
]


@pytest.mark.parametrize("body", NO_LISTS, ids=range(len(NO_LISTS)))
def test_what_is_no_such_list_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        READ_ALERTS(body)
    assert raised.value.__context__ is None


PLACES = ["LEI", " LEI", "LEI ", "", " ", "ABCDEFGHIJKL", "ABCDEFGHIJKLM", "A B", "\n"]
JOURNEY = {"id": "9f3c6b52-8c1e-4c0c-9a55-0d6a3b3d7a10", "number": 1, "state": "in_progress", "billable": True}


@given(places=st.lists(st.sampled_from(PLACES), min_size=1, max_size=6))
def test_a_place_is_of_one_to_twelve_characters_without_blanks_around(places: list[str]) -> None:
    rows = [
        {
            "moveReference": f"R{n}",
            "journeys": [{**JOURNEY, "fromAgency": place, "toAgency": "MDI", "date": "2026-11-24"}],
        }
        for n, place in enumerate(places)
    ]
    good = [place.strip() for place in places if 1 <= len(place.strip()) <= 12]
    found = READ_JOURNEYS(orjson.dumps({"content": rows}))
    legs = [leg for row in found.rows for leg in row.to_domain()]
    assert [leg.from_agency for leg in legs] == good
    assert found.unreadable == len(places) - len(good)
    assert all(leg.date == date(2026, 11, 24) for leg in legs)
