"""Prisoner Search: people by number and by booking."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

pytestmark = pytest.mark.anyio

As = Callable[..., Awaitable[dict[str, str]]]
BULK = "/prisoner-search/prisoner-numbers"


async def test_one_person_is_found_in_any_case_with_nulls_spelt_out(nomis: httpx.AsyncClient, as_client: As) -> None:
    body = (await nomis.get("/prisoner/a1001aa", headers=await as_client())).json()

    wanted = {
        "prisonerNumber": "A1001AA",
        "firstName": "JOHN",
        "middleNames": "PAUL",
        "lastName": "SMITH-JONES",
        "dateOfBirth": "1985-04-01",
        "gender": "Male",
        "status": "ACTIVE IN",
        "prisonId": "LEI",
        "prisonName": "Leeds (HMP)",
        "cellLocation": "A-1-002",
        "category": "C",
        "csra": "Standard",
        "alerts": [
            {"alertType": "X", "alertCode": "XEL", "active": True, "expired": False},
            {"alertType": "H", "alertCode": "HA", "active": True, "expired": False},
        ],
        "croNumber": None,
        "restrictedPatient": False,
    }
    assert {name: body[name] for name in wanted} == wanted


async def test_an_unknown_person_is_told_to_developers_only(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.get("/prisoner/Z9999ZZ", headers=await as_client())

    assert (answer.status_code, answer.json()) == (404, {"status": 404, "developerMessage": "Z9999ZZ not found"})


@pytest.mark.parametrize("path", ["/prisoner/A1001AA", BULK, "/prisoner-search/booking-ids"])
async def test_a_missing_role_is_told_by_the_status_alone(nomis: httpx.AsyncClient, as_client: As, path: str) -> None:
    header = await as_client("powerless")
    body = {"prisonerNumbers": ["A1001AA"], "bookingIds": [100101]}
    answer = await (
        nomis.get(path, headers=header) if "/prisoner/" in path else nomis.post(path, json=body, headers=header)
    )

    assert (answer.status_code, answer.json()) == (403, {"status": 403})


async def test_many_people_come_unordered_once_each_without_the_unknown(
    nomis: httpx.AsyncClient, as_client: As
) -> None:
    asked = ["A1001AA", "A1002AA", "A1001AA", "Z9999ZZ", *(f"B{number:04}BB" for number in range(20))]
    answer = await nomis.post(
        BULK,
        params={"responseFields": "prisonerNumber,prisonId"},
        json={"prisonerNumbers": asked},
        headers=await as_client(),
    )
    given = [person["prisonerNumber"] for person in answer.json()]

    assert sorted(given) == sorted({*asked} - {"Z9999ZZ"})
    assert given != sorted(given)
    assert all(person.keys() == {"prisonerNumber", "prisonId"} for person in answer.json())


@pytest.mark.parametrize(("count", "status"), [(0, 400), (1, 200), (1000, 200), (1001, 400)])
async def test_a_request_names_one_to_a_thousand_people(
    nomis: httpx.AsyncClient, as_client: As, count: int, status: int
) -> None:
    numbers = [f"A{number:04}AA" for number in range(count)]
    answer = await nomis.post(BULK, json={"prisonerNumbers": numbers}, headers=await as_client())

    assert answer.status_code == status
    if status == 400:
        assert answer.json()["userMessage"].startswith("Validation failure: ")


async def test_small_letters_find_nobody_in_bulk(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post(BULK, json={"prisonerNumbers": ["a1001aa"]}, headers=await as_client())

    assert (answer.status_code, answer.json()) == (200, [])


async def test_an_unknown_response_field_is_refused(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post(
        BULK, params={"responseFields": "shoe"}, json={"prisonerNumbers": ["A1001AA"]}, headers=await as_client()
    )

    assert (answer.status_code, answer.json()["developerMessage"]) == (
        400,
        "Invalid response fields requested: [shoe]",
    )


async def test_a_body_not_said_to_be_json_is_refused(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post(BULK, content=b'{"prisonerNumbers":["A1001AA"]}', headers=await as_client())

    assert answer.status_code == 415


async def test_booking_ids_are_text_and_some_are_padded(nomis: httpx.AsyncClient, as_client: As) -> None:
    numbers = [f"B{number:04}BB" for number in range(20)]
    answer = await nomis.post(BULK, json={"prisonerNumbers": numbers}, headers=await as_client())
    texts = [person["bookingId"] for person in answer.json()]

    assert sorted(int(text) for text in texts) == list(range(200000, 200020))
    assert {len(text) for text in texts} == {6, 10}


async def test_people_are_found_by_booking(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post(
        "/prisoner-search/booking-ids", json={"bookingIds": [100101, 100102, 1]}, headers=await as_client()
    )

    assert {person["prisonerNumber"] for person in answer.json()} == {"A1001AA", "A1002AA"}


async def test_the_whole_estate_is_shown_wherever_people_are(nomis: httpx.AsyncClient, as_client: As) -> None:
    numbers = ["A1002AA", "A1004AA", "A1005AA", "A1006AA", "A1008AA"]
    answer = await nomis.post(BULK, json={"prisonerNumbers": numbers}, headers=await as_client(username="LEI_OFFICER"))

    assert {each["prisonerNumber"]: (each["prisonId"], each["status"]) for each in answer.json()} == {
        "A1002AA": ("MDI", "ACTIVE IN"),
        "A1004AA": ("OUT", "INACTIVE OUT"),
        "A1005AA": ("TRN", "INACTIVE TRN"),
        "A1006AA": (None, None),
        "A1008AA": ("LEI", "ACTIVE OUT"),
    }


async def test_the_index_may_lag_behind_prison_api(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client()
    await nomis.put("/__people/A1001AA", json={"agencyId": "MDI"})
    await nomis.put("/__lag", json={"prisonNumbers": ["A1001AA"], "prisonId": "LEI"})
    behind = (await nomis.get("/prisoner/A1001AA", headers=header)).json()["prisonId"]
    await nomis.put("/__lag", json={"prisonNumbers": []})
    caught_up = (await nomis.get("/prisoner/A1001AA", headers=header)).json()["prisonId"]

    assert (behind, caught_up) == ("LEI", "MDI")


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"prisonerNumbers":"A1001AA"}', b'{"prisonerNumbers":[1]}', b"{}"])
async def test_a_garbled_body_is_refused(nomis: httpx.AsyncClient, as_client: As, content: bytes) -> None:
    headers = {**await as_client(), "Content-Type": "application/json;charset=UTF-8"}

    assert (await nomis.post(BULK, content=content, headers=headers)).status_code == 400


async def test_booking_ids_are_taken_as_they_are_given(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client()
    given = (await nomis.get("/prisoner/B0001BB", headers=header)).json()["bookingId"]
    answer = await nomis.post("/prisoner-search/booking-ids", json={"bookingIds": [given, "100101"]}, headers=header)

    assert {person["prisonerNumber"] for person in answer.json()} == {"A1001AA", "B0001BB"}


async def test_a_pnc_number_is_told_short_and_in_full(nomis: httpx.AsyncClient, as_client: As) -> None:
    person = (await nomis.get("/prisoner/A1001AA", headers=await as_client())).json()

    assert (person["pncNumberCanonicalShort"], person["pncNumberCanonicalLong"]) == ("14/120018R", "2014/0120018R")
