"""Journeys and positions: what is told, in which shape, and what is refused."""

import httpx
import pytest

pytestmark = pytest.mark.anyio

JOURNEYS = {
    "moveReference": "ABC1234D",
    "journeys": [
        {
            "id": "00000000-0000-4000-8000-000000000001",
            "number": 1,
            "state": "completed",
            "date": "2026-07-01",
            "fromAgency": "LEI",
            "toAgency": "WYP01",
            "billable": True,
            "vehicle": {"id": "V-7", "registration": "AB12 CDE"},
            "updatedAt": "2026-07-01T09:15:00+01:00",
        },
        {
            "id": "00000000-0000-4000-8000-000000000002",
            "number": 2,
            "state": "proposed",
            "fromAgency": "WYP01",
            "toAgency": "LEEDCC",
            "billable": False,
            "updatedAt": "2026-11-24T08:15:00+00:00",
        },
    ],
}
NO_JOURNEYS_YET = {"moveReference": "EFG5678H", "journeys": []}
POSITION = {
    "moveReference": "ABC1234D",
    "latitude": 53.8,
    "longitude": -1.55,
    "eta": "2026-11-24T09:50:00+00:00",
    "recordedAt": "2026-11-24T09:28:00+00:00",
}
POSITION_WITHOUT_ETA = {
    "moveReference": "EFG5678H",
    "latitude": 51.5,
    "longitude": -0.12,
    "recordedAt": "2026-11-24T09:29:00+00:00",
}
SEARCHES = ["/journeys/search", "/positions/search"]


def by_reference(response: httpx.Response) -> dict[str, object]:
    """Index an answer, whose order is nobody's business; a row told twice would show in the count."""
    rows = response.json()["content"]
    found = {row["moveReference"]: row for row in rows}
    assert len(found) == len(rows)
    return found


async def test_journeys_of_moves_are_found_with_london_time_and_without_what_is_absent(api: httpx.AsyncClient) -> None:
    response = await api.post("/journeys/search", json={"moveReferences": ["EFG5678H", "ABC1234D"]})

    assert response.status_code == 200
    assert by_reference(response) == {"ABC1234D": JOURNEYS, "EFG5678H": NO_JOURNEYS_YET}


async def test_positions_of_moves_are_found(api: httpx.AsyncClient) -> None:
    response = await api.post("/positions/search", json={"moveReferences": ["EFG5678H", "ABC1234D"]})

    assert response.status_code == 200
    assert by_reference(response) == {"ABC1234D": POSITION, "EFG5678H": POSITION_WITHOUT_ETA}


@pytest.mark.parametrize(
    ("path", "body"), [("/moves/ABC1234D/journeys", JOURNEYS), ("/moves/ABC1234D/position", POSITION)]
)
async def test_one_move_is_told_as_the_search_tells_it(
    api: httpx.AsyncClient, path: str, body: dict[str, object]
) -> None:
    response = await api.get(path)

    assert response.status_code == 200
    assert response.json() == body


@pytest.mark.parametrize("path", SEARCHES)
async def test_unknown_references_are_absent(api: httpx.AsyncClient, path: str) -> None:
    response = await api.post(path, json={"moveReferences": ["ZZZ0000Z", "ABC1234D", "abc1234d"]})

    assert response.status_code == 200
    assert set(by_reference(response)) == {"ABC1234D"}


@pytest.mark.parametrize("path", SEARCHES)
async def test_search_for_the_unknown_alone_finds_nothing(api: httpx.AsyncClient, path: str) -> None:
    response = await api.post(path, json={"moveReferences": ["ZZZ0000Z"]})

    assert response.status_code == 200
    assert response.json() == {"content": []}


@pytest.mark.parametrize("path", SEARCHES)
async def test_duplicates_are_told_once(api: httpx.AsyncClient, path: str) -> None:
    response = await api.post(path, json={"moveReferences": ["ABC1234D", "EFG5678H", "ABC1234D"]})

    assert set(by_reference(response)) == {"ABC1234D", "EFG5678H"}


@pytest.mark.parametrize("path", SEARCHES)
async def test_the_order_asked_in_is_not_kept(api: httpx.AsyncClient, path: str) -> None:
    response = await api.post(path, json={"moveReferences": ["EFG5678H", "ABC1234D"]})

    assert [row["moveReference"] for row in response.json()["content"]] == ["ABC1234D", "EFG5678H"]


@pytest.mark.parametrize("path", ["/moves/ZZZ0000Z/journeys", "/moves/ZZZ0000Z/position"])
async def test_one_unknown_move_is_not_found(api: httpx.AsyncClient, path: str) -> None:
    response = await api.get(path)

    assert response.status_code == 404
    assert response.json()["error"] == "not_found"


@pytest.mark.parametrize("path", SEARCHES)
async def test_five_hundred_references_may_be_asked_for(api: httpx.AsyncClient, path: str) -> None:
    references = ["ABC1234D", *(f"AAA{number:04}A" for number in range(499))]

    response = await api.post(path, json={"moveReferences": references})

    assert response.status_code == 200
    assert set(by_reference(response)) == {"ABC1234D"}


@pytest.mark.parametrize("path", SEARCHES)
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"moveReferences": ["ABC1234D"] * 501}, "moveReferences"),
        ({"moveReferences": []}, "moveReferences"),
        ({"moveReferences": "ABC1234D"}, "moveReferences"),
        ({"moveReferences": None}, "moveReferences"),
        ({"moveReferences": ["ABC1234D", 7]}, "moveReferences.1"),
        ({"moveReferences": [""]}, "moveReferences.0"),
        ({"moveReferences": ["A" * 41]}, "moveReferences.0"),
        ({"move_references": ["ABC1234D"]}, "moveReferences"),
        ({"moveReferences": ["ABC1234D"], "page": 1}, "page"),
        ([], "body"),
    ],
)
async def test_search_that_breaks_a_rule_is_refused_with_the_field(
    api: httpx.AsyncClient, path: str, body: object, field: str
) -> None:
    response = await api.post(path, json=body)

    answer = response.json()
    assert response.status_code == 400
    assert set(answer) == {"error", "message", "field"}
    assert (answer["error"], answer["field"]) == ("invalid_request", field)
    assert answer["message"]


@pytest.mark.parametrize("path", SEARCHES)
@pytest.mark.parametrize("content", [b"", b"{", b'{"moveReferences": ["\xff"]}', b"moveReferences=ABC1234D"])
async def test_bad_json_is_refused(api: httpx.AsyncClient, path: str, content: bytes) -> None:
    response = await api.post(path, content=content, headers={"Content-Type": "application/json"})

    assert response.status_code == 400
    assert response.json()["error"] == "invalid_request"
    assert response.json()["field"] == "body"


@pytest.mark.parametrize("path", SEARCHES)
@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_body_that_is_not_said_to_be_json_is_refused(
    api: httpx.AsyncClient, path: str, media_type: str | None
) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}

    response = await api.post(path, content=b'{"moveReferences":["ABC1234D"]}', headers=headers)

    assert response.status_code == 415
    assert response.json() == {
        "error": "unsupported_media_type",
        "message": "the body must be application/json",
        "field": "Content-Type",
    }


async def test_media_type_may_carry_a_charset(api: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}

    response = await api.post("/journeys/search", content=b'{"moveReferences":["ABC1234D"]}', headers=headers)

    assert response.status_code == 200


async def test_health_is_told_without_a_token(stranger: httpx.AsyncClient) -> None:
    response = await stranger.get("/health/ping")

    assert response.status_code == 200
    assert response.json() == {"status": "UP"}


async def test_unknown_path_is_not_found(stranger: httpx.AsyncClient) -> None:
    response = await stranger.get("/elsewhere")

    assert response.status_code == 404
    assert response.json() == {"error": "not_found", "message": "there is nothing at this path"}


async def test_wrong_method_is_told_with_the_right_one(stranger: httpx.AsyncClient) -> None:
    response = await stranger.get("/journeys/search")

    assert response.status_code == 405
    assert response.json() == {"error": "method_not_allowed", "message": "this path does not take GET"}
    assert response.headers["allow"] == "POST"
