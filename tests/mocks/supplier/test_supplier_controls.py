"""Changes at run time: what the system is made to hold shows at once, and can be undone."""

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

JOURNEY = {
    "id": "00000000-0000-4000-8000-000000000009",
    "number": 1,
    "state": "in_progress",
    "date": "2026-11-24",
    "fromAgency": "MDI",
    "toAgency": "LEEDCC",
    "billable": True,
    "vehicle": {"id": "V-9", "registration": "XY34 ZZZ"},
    "updatedAt": "2026-11-24T09:00:00+00:00",
}
POSITION = {
    "latitude": 54.0,
    "longitude": -2,
    "eta": "2026-11-24T11:00:00+00:00",
    "recordedAt": "2026-11-24T09:10:00+00:00",
}


async def found(api: httpx.AsyncClient, path: str, reference: str) -> list[dict[str, Any]]:
    response = await api.post(path, json={"moveReferences": [reference]})
    assert response.status_code == 200
    rows: list[dict[str, Any]] = response.json()["content"]
    return rows


@pytest.mark.parametrize("reference", ["ABC1234D", "NEW0001A"])
async def test_journeys_are_replaced_or_made(
    api: httpx.AsyncClient, stranger: httpx.AsyncClient, reference: str
) -> None:
    response = await stranger.put(f"/__legs/{reference}", json={"journeys": [JOURNEY]})

    told = {"moveReference": reference, "journeys": [JOURNEY]}
    assert response.status_code == 200
    assert response.json() == told
    assert await found(api, "/journeys/search", reference) == [told]
    assert (await api.get(f"/moves/{reference}/journeys")).json() == told


async def test_journey_needs_no_date_no_vehicle_and_no_time_of_update(stranger: httpx.AsyncClient) -> None:
    spare = {name: value for name, value in JOURNEY.items() if name not in {"date", "vehicle", "updatedAt"}}

    response = await stranger.put("/__legs/NEW0001A", json={"journeys": [spare]})

    assert response.json()["journeys"] == [{**spare, "updatedAt": "2026-11-24T09:30:00+00:00"}]


async def test_move_may_have_no_journeys(api: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    await stranger.put("/__legs/ABC1234D", json={"journeys": []})

    assert await found(api, "/journeys/search", "ABC1234D") == [{"moveReference": "ABC1234D", "journeys": []}]


async def test_dropped_move_is_unknown_and_keeps_its_position(
    api: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    response = await stranger.delete("/__legs/ABC1234D")

    assert response.status_code == 204
    assert await found(api, "/journeys/search", "ABC1234D") == []
    assert (await api.get("/moves/ABC1234D/journeys")).status_code == 404
    assert (await api.get("/moves/ABC1234D/position")).status_code == 200


@pytest.mark.parametrize("reference", ["ABC1234D", "NEW0001A"])
async def test_position_is_replaced_or_made(
    api: httpx.AsyncClient, stranger: httpx.AsyncClient, reference: str
) -> None:
    response = await stranger.put(f"/__positions/{reference}", json=POSITION)

    told = {"moveReference": reference, **POSITION}
    assert response.status_code == 200
    assert response.json() == told
    assert await found(api, "/positions/search", reference) == [told]
    assert (await api.get(f"/moves/{reference}/position")).json() == told


async def test_position_needs_no_eta_and_no_time(stranger: httpx.AsyncClient) -> None:
    response = await stranger.put("/__positions/NEW0001A", json={"latitude": 54.5, "longitude": -2.5})

    assert response.json() == {
        "moveReference": "NEW0001A",
        "latitude": 54.5,
        "longitude": -2.5,
        "recordedAt": "2026-11-24T09:30:00+00:00",
    }


async def test_dropped_position_is_gone_and_the_journeys_stay(
    api: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    response = await stranger.delete("/__positions/ABC1234D")

    assert response.status_code == 204
    assert await found(api, "/positions/search", "ABC1234D") == []
    assert (await api.get("/moves/ABC1234D/position")).status_code == 404
    assert (await api.get("/moves/ABC1234D/journeys")).status_code == 200


async def test_all_changes_can_be_undone(api: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    before = [await found(api, path, "ABC1234D") for path in ("/journeys/search", "/positions/search")]
    await stranger.delete("/__legs/ABC1234D")
    await stranger.put("/__positions/ABC1234D", json=POSITION)

    response = await stranger.delete("/__changes")

    assert response.status_code == 204
    assert [await found(api, path, "ABC1234D") for path in ("/journeys/search", "/positions/search")] == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "seven"}, "journeys.0.id"),
        ({"number": 0}, "journeys.0.number"),
        ({"number": "1"}, "journeys.0.number"),
        ({"state": "lost"}, "journeys.0.state"),
        ({"date": "24/11/2026"}, "journeys.0.date"),
        ({"fromAgency": ""}, "journeys.0.fromAgency"),
        ({"toAgency": None}, "journeys.0.toAgency"),
        ({"billable": "yes"}, "journeys.0.billable"),
        ({"vehicle": {"id": "V-9"}}, "journeys.0.vehicle.registration"),
        ({"updatedAt": "2026-11-24T09:00:00"}, "journeys.0.updatedAt"),
        ({"driver": "A Name"}, "journeys.0.driver"),
    ],
)
async def test_journey_that_breaks_a_rule_is_refused_with_the_field(
    api: httpx.AsyncClient, stranger: httpx.AsyncClient, change: dict[str, object], field: str
) -> None:
    response = await stranger.put("/__legs/ABC1234D", json={"journeys": [{**JOURNEY, **change}]})

    assert response.status_code == 400
    assert (response.json()["error"], response.json()["field"]) == ("invalid_request", field)
    assert len((await api.get("/moves/ABC1234D/journeys")).json()["journeys"]) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"latitude": 90.1}, "latitude"),
        ({"latitude": None}, "latitude"),
        ({"longitude": -180.1}, "longitude"),
        ({"longitude": "2"}, "longitude"),
        ({"eta": "soon"}, "eta"),
        ({"recordedAt": "2026-11-24T09:10:00"}, "recordedAt"),
        ({"speed": 50}, "speed"),
    ],
)
async def test_position_that_breaks_a_rule_is_refused_with_the_field(
    stranger: httpx.AsyncClient, change: dict[str, object], field: str
) -> None:
    response = await stranger.put("/__positions/NEW0001A", json={**POSITION, **change})

    assert response.status_code == 400
    assert (response.json()["error"], response.json()["field"]) == ("invalid_request", field)


@pytest.mark.parametrize("path", ["/__legs/ABC1234D", "/__positions/ABC1234D"])
async def test_changes_must_be_json_and_said_to_be(stranger: httpx.AsyncClient, path: str) -> None:
    broken = await stranger.put(path, content=b"{", headers={"Content-Type": "application/json"})
    unsaid = await stranger.put(path, content=b"{}")

    assert (broken.status_code, broken.json()["field"]) == (400, "body")
    assert (unsaid.status_code, unsaid.json()["field"]) == (415, "Content-Type")
