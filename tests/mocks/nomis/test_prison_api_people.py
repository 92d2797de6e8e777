"""Prison API: people by number and by booking, one and many, and who may see them."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.mocks.nomis.conftest import MovableClock

pytestmark = pytest.mark.anyio

As = Callable[..., Awaitable[dict[str, str]]]
OFFENDERS = "/api/offenders"
BOOKINGS = "/api/bookings"
BULK_READS = [
    ("/api/bookings/offenders", "offenderNo"),
    ("/api/offender-assessments/CATEGORY", "offenderNo"),
    ("/api/offender-assessments/csra/list", "offenderNo"),
]


async def test_a_person_is_shown_with_everything(nomis: httpx.AsyncClient, as_client: As) -> None:
    body = (await nomis.get(f"{OFFENDERS}/A1001AA", headers=await as_client())).json()

    wanted = {
        "offenderNo": "A1001AA",
        "bookingId": 100101,
        "firstName": "JOHN",
        "lastName": "SMITH-JONES",
        "age": 41,
        "agencyId": "LEI",
        "assignedLivingUnit": {
            "agencyId": "LEI",
            "locationId": 101,
            "description": "A-1-002",
            "agencyName": "Leeds (HMP)",
        },
        "status": "ACTIVE IN",
        "statusReason": "CRT-CA",
        "category": "Cat C",
        "categoryCode": "C",
        "csra": "Standard",
        "csraClassificationCode": "STANDARD",
        "alertsCodes": ["H", "X"],
        "activeAlertCount": 2,
        "inactiveAlertCount": 1,
        "legalStatus": "SENTENCED",
        "identifiers": [{"type": "PNC", "value": "14/120018R", "offenderNo": "A1001AA", "bookingId": 100101}],
    }
    assert {name: body[name] for name in wanted} == wanted
    assert [alert["alertId"] for alert in body["alerts"]] == [1, 2, 3]
    assert "alertUuid" not in body["alerts"][0]
    assert None not in body.values()


@pytest.mark.parametrize("number", ["a1001aa", "A1", "A1001AAA"])
async def test_a_number_must_be_well_formed_and_in_capitals(
    nomis: httpx.AsyncClient, as_client: As, number: str
) -> None:
    answer = await nomis.get(f"{OFFENDERS}/{number}", headers=await as_client())

    assert (answer.status_code, answer.json()["userMessage"]) == (400, "Offender Number format incorrect")


async def test_an_unknown_person_is_not_found_whatever_the_role(nomis: httpx.AsyncClient, as_user: As) -> None:
    answer = await nomis.get(f"{OFFENDERS}/Z9999ZZ", headers=await as_user())

    message = "Resource with id [Z9999ZZ] not found."
    assert answer.json() == {"status": 404, "userMessage": message, "developerMessage": message}


@pytest.mark.parametrize(
    ("number", "status"),
    [("A1001AA", 200), ("A1008AA", 200), ("A1002AA", 403), ("A1004AA", 403), ("A1005AA", 403), ("A1006AA", 200)],
    ids=["in caseload", "at court from caseload", "elsewhere", "released", "in transit", "never received"],
)
async def test_an_officer_sees_the_people_of_their_caseloads(
    nomis: httpx.AsyncClient, as_user: As, number: str, status: int
) -> None:
    answer = await nomis.get(f"{OFFENDERS}/{number}", headers=await as_user())

    assert answer.status_code == status
    if status == 403:
        assert answer.json() == {
            "status": 403,
            "userMessage": f"Unauthorised access to booking with id {100000 + int(number[1:5]) - 900}.",
        }


async def test_a_person_never_received_has_no_booking(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client()
    body = (await nomis.get(f"{OFFENDERS}/A1006AA", headers=header)).json()

    assert body.keys() == {
        "offenderNo",
        "firstName",
        "lastName",
        "dateOfBirth",
        "age",
        "physicalAttributes",
    }
    assert (await nomis.get(f"{BOOKINGS}/offenderNo/A1006AA", headers=header)).status_code == 404


async def test_a_client_without_roles_and_user_sees_nobody_with_a_booking(
    nomis: httpx.AsyncClient, as_client: As
) -> None:
    assert (await nomis.get(f"{OFFENDERS}/A1001AA", headers=await as_client("powerless"))).status_code == 403


async def test_the_role_for_inactive_bookings_opens_the_released_and_those_in_transit(
    nomis: httpx.AsyncClient, odd_token: As
) -> None:
    header = await odd_token(username="LEI_OFFICER", claims={"authorities": ["ROLE_INACTIVE_BOOKINGS"]})

    assert (await nomis.get(f"{OFFENDERS}/A1004AA", headers=header)).status_code == 200
    assert (await nomis.get(f"{OFFENDERS}/A1005AA", headers=header)).status_code == 200


async def test_a_transfer_between_two_calls_closes_a_person(nomis: httpx.AsyncClient, as_user: As) -> None:
    header = await as_user()
    before = await nomis.get(f"{BOOKINGS}/100101", headers=header)
    await nomis.put("/__people/A1001AA", json={"agencyId": "MDI"})
    after = await nomis.get(f"{BOOKINGS}/100101", headers=header)

    assert (before.status_code, after.status_code) == (200, 403)
    assert after.json()["userMessage"] == "Unauthorised access to booking with id 100101."


async def test_a_caseload_taken_away_counts_for_people_only_an_hour_later(
    nomis: httpx.AsyncClient, as_client: As, clock: MovableClock
) -> None:
    header = await as_client("powerless", username="LEI_OFFICER")
    await nomis.get(f"{OFFENDERS}/A1001AA", headers=header)
    await nomis.put("/__accounts/LEI_OFFICER", json={"caseloads": ["MDI"]})
    soon = await nomis.get(f"{OFFENDERS}/A1001AA", headers=header)
    clock.forward(hours=1)
    header = await as_client("powerless", username="LEI_OFFICER")
    later = await nomis.get(f"{OFFENDERS}/A1001AA", headers=header)

    assert (soon.status_code, later.status_code) == (200, 403)


async def test_the_remembered_agencies_may_be_forgotten(nomis: httpx.AsyncClient, as_user: As) -> None:
    header = await as_user()
    await nomis.get(f"{OFFENDERS}/A1001AA", headers=header)
    await nomis.put("/__accounts/LEI_OFFICER", json={"caseloads": ["MDI"], "forgetAgencies": True})

    assert (await nomis.get(f"{OFFENDERS}/A1001AA", headers=header)).status_code == 403


async def test_a_booking_is_basic_by_number_and_full_by_id(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client()
    basic = (await nomis.get(f"{BOOKINGS}/offenderNo/A1001AA", headers=header)).json()
    full = (await nomis.get(f"{BOOKINGS}/100101", headers=header)).json()
    asked = (await nomis.get(f"{BOOKINGS}/offenderNo/A1001AA", params={"fullInfo": "true"}, headers=header)).json()
    reduced = (await nomis.get(f"{BOOKINGS}/100101", params={"basicInfo": "true"}, headers=header)).json()
    extra = (await nomis.get(f"{BOOKINGS}/100101", params={"extraInfo": "true"}, headers=header)).json()

    assert "categoryCode" not in basic
    assert full["categoryCode"] == "C"
    assert (asked, reduced) == (full, basic)
    assert [need["problemCode"] for need in extra["personalCareNeeds"]] == ["RM", "D", "ASTH"]


async def test_bookings_are_found_by_number_only(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client()
    unknown = await nomis.get(f"{BOOKINGS}/1", headers=header)
    garbled = await nomis.get(f"{BOOKINGS}/A1001AA", headers=header)

    assert (unknown.status_code, unknown.json()["userMessage"]) == (404, "Offender booking with id 1 not found.")
    assert garbled.status_code == 400


@pytest.mark.parametrize(
    ("number", "status"), [("A1004AA", "INACTIVE OUT"), ("A1005AA", "INACTIVE TRN"), ("A1008AA", "ACTIVE OUT")]
)
async def test_people_out_and_in_transit_say_so(
    nomis: httpx.AsyncClient, as_client: As, number: str, status: str
) -> None:
    assert (await nomis.get(f"{OFFENDERS}/{number}", headers=await as_client())).json()["status"] == status


@pytest.mark.parametrize(("path", "key"), BULK_READS)
async def test_bulk_reads_drop_people_outside_the_caseloads_without_a_word(
    nomis: httpx.AsyncClient, as_user: As, path: str, key: str
) -> None:
    answer = await nomis.post(path, json=["A1001AA", "A1002AA", "Z9999ZZ", "A1001AA"], headers=await as_user())

    assert (answer.status_code, [row[key] for row in answer.json()]) == (200, ["A1001AA"])


@pytest.mark.parametrize(("path", "key"), BULK_READS)
async def test_bulk_reads_with_a_role_see_the_estate(
    nomis: httpx.AsyncClient, as_client: As, path: str, key: str
) -> None:
    answer = await nomis.post(path, json=["A1001AA", "A1002AA"], headers=await as_client())

    assert [row[key] for row in answer.json()] == ["A1001AA", "A1002AA"]


@pytest.mark.parametrize(("path", "key"), BULK_READS)
async def test_bulk_reads_without_any_caseload_are_refused(
    nomis: httpx.AsyncClient, as_user: As, path: str, key: str
) -> None:
    answer = await nomis.post(path, json=["A1001AA"], headers=await as_user("NEW_STARTER"))

    assert key
    assert (answer.status_code, answer.json()["userMessage"]) == (400, "User has no active caseloads.")


async def test_bookings_in_bulk_have_capitalised_names_and_active_people_only(
    nomis: httpx.AsyncClient, as_client: As
) -> None:
    header = await as_client()
    numbers = ["A1001AA", "A1004AA"]
    (row,) = (await nomis.post(f"{BOOKINGS}/offenders", json=numbers, headers=header)).json()
    both = (
        await nomis.post(f"{BOOKINGS}/offenders", params={"activeOnly": "false"}, json=numbers, headers=header)
    ).json()

    assert row == {
        "bookingId": 100101,
        "bookingNo": "A00112",
        "offenderNo": "A1001AA",
        "firstName": "John",
        "middleName": "Paul",
        "lastName": "Smith-Jones",
        "dateOfBirth": "1985-04-01",
        "agencyId": "LEI",
        "assignedLivingUnitId": 101,
        "assignedLivingUnitDesc": "A-1-002",
    }
    assert [each["offenderNo"] for each in both] == numbers


async def test_fifty_prisoners_give_ten_rows_without_a_limit(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client("wide")
    body = {"offenderNos": [f"B{number:04}BB" for number in range(50)]}
    few = await nomis.post("/api/prisoners", json=body, headers=header)
    all_ = await nomis.post("/api/prisoners", json=body, headers={**header, "Page-Limit": "50"})

    assert (len(few.json()), few.headers["total-records"]) == (10, "50")
    assert len(all_.json()) == 50
    assert all_.json()[0]["latestLocation"] == "Leeds (HMP)"


async def test_prisoners_need_the_global_role_and_numbers(nomis: httpx.AsyncClient, as_client: As) -> None:
    refused = await nomis.post("/api/prisoners", json={"offenderNos": ["A1001AA"]}, headers=await as_client())
    empty = await nomis.post("/api/prisoners", json={"offenderNos": []}, headers=await as_client("wide"))

    assert (refused.status_code, refused.json()) == (403, {"status": 403, "userMessage": "Access Denied"})
    assert empty.status_code == 400


async def test_one_prisoner_comes_in_a_list(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.get("/api/prisoners/A1001AA", headers=await as_client())

    (row,) = answer.json()
    assert (row["offenderNo"], row["latestLocationId"], row["currentlyInPrison"]) == ("A1001AA", "LEI", "Y")


@pytest.mark.parametrize(
    ("client", "path", "status"),
    [
        ("gateway", "/api/prisoners/Z9999ZZ", 404),
        ("powerless", "/api/prisoners/A1001AA", 403),
        ("wide", "/api/prisoners/A1001AA", 403),
        ("powerless", "/api/bookings/100101/assessments", 403),
        ("gateway", "/api/bookings/100101/assessments", 403),
        ("gateway", "/api/bookings/1/assessments", 404),
    ],
)
async def test_one_prisoner_and_their_assessments_are_refused_likewise(
    nomis: httpx.AsyncClient, as_client: As, client: str, path: str, status: int
) -> None:
    assert (await nomis.get(path, headers=await as_client(client))).status_code == status


async def test_assessments_of_a_booking_are_its_category_and_risk(nomis: httpx.AsyncClient, as_user: As) -> None:
    answer = await nomis.get("/api/bookings/100101/assessments", headers=await as_user())

    assert [(row["assessmentCode"], row["classificationCode"]) for row in answer.json()] == [
        ("CATEGORY", "C"),
        ("CSR", "STANDARD"),
    ]


async def test_no_numbers_have_no_bookings(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post("/api/bookings/offenders", json=[], headers=await as_client())

    assert (answer.status_code, answer.json()) == (200, [])
