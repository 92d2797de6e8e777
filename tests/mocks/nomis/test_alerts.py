"""The Alerts service: alerts of one and of many, types and codes."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

pytestmark = pytest.mark.anyio

As = Callable[..., Awaitable[dict[str, str]]]
BULK = "/search/alerts/prison-numbers"
ONE = "/prisoners/A1001AA/alerts"


def _codes(rows: list[dict[str, dict[str, str]]]) -> list[str]:
    return [row["alertCode"]["code"] for row in rows]


async def test_one_persons_alerts_come_as_one_page_newest_first(nomis: httpx.AsyncClient, as_client: As) -> None:
    body = (await nomis.get(ONE, headers=await as_client())).json()

    assert _codes(body["content"]) == ["HA", "XEL", "XC"]
    wanted = {"totalElements": 3, "totalPages": 1, "size": 2147483647, "first": True, "last": True, "empty": False}
    assert {name: body[name] for name in wanted} == wanted


async def test_an_alert_is_shown_with_its_type_and_with_nulls_spelt_out(
    nomis: httpx.AsyncClient, as_client: As
) -> None:
    header = await as_client()
    (row,) = (await nomis.get(ONE, params={"alertCode": "XEL"}, headers=header)).json()["content"]

    assert row == {
        "alertUuid": "00000000-0000-4000-8000-000000000001",
        "prisonNumber": "A1001AA",
        "alertCode": {
            "alertTypeCode": "X",
            "alertTypeDescription": "Security",
            "code": "XEL",
            "description": "Escape List",
            "canBeAdministered": True,
        },
        "description": None,
        "authorisedBy": None,
        "activeFrom": "2026-02-01",
        "activeTo": None,
        "isActive": True,
        "createdAt": "2026-02-01T10:15:30",
        "createdBy": "SYS_GEN",
        "createdByDisplayName": "ANN OTHER",
        "lastModifiedAt": None,
        "lastModifiedBy": None,
        "lastModifiedByDisplayName": None,
        "activeToLastSetAt": None,
        "activeToLastSetBy": None,
        "activeToLastSetByDisplayName": None,
        "madeInactiveAt": None,
        "madeInactiveBy": None,
        "madeInactiveByDisplayName": None,
        "prisonCodeWhenCreated": None,
    }
    assert (await nomis.get(f"/alerts/{row['alertUuid']}", headers=header)).json() == row


@pytest.mark.parametrize(
    ("parameters", "codes"),
    [
        ({"isActive": "true"}, ["HA", "XEL"]),
        ({"isActive": "false"}, ["XC"]),
        ({"alertType": "X"}, ["XEL", "XC"]),
        ({"alertCode": "HA,XC"}, ["HA", "XC"]),
        ({"activeFromStart": "2026-02-15"}, ["HA"]),
        ({"activeFromEnd": "2026-02-15"}, ["XEL", "XC"]),
        ({"search": "PLAN"}, ["HA"]),
        ({"page": "1", "size": "2"}, ["XC"]),
        ({"sort": "activeFrom,asc"}, ["XC", "XEL", "HA"]),
    ],
)
async def test_one_persons_alerts_are_filtered_sorted_and_paged(
    nomis: httpx.AsyncClient, as_client: As, parameters: dict[str, str], codes: list[str]
) -> None:
    answer = await nomis.get(ONE, params=parameters, headers=await as_client())

    assert _codes(answer.json()["content"]) == codes


@pytest.mark.parametrize("nonsense", [{"size": "0"}, {"size": "x"}, {"page": "x"}, {"page": "-1"}, {"page": ""}])
async def test_a_page_that_cannot_be_is_the_first_one_whole(
    nomis: httpx.AsyncClient, as_client: As, nonsense: dict[str, str]
) -> None:
    header = await as_client()
    answer = await nomis.get("/prisoners/A1001AA/alerts", params=nonsense, headers=header)

    assert answer.json() == (await nomis.get("/prisoners/A1001AA/alerts", headers=header)).json()


@pytest.mark.parametrize("bad", [{"activeFromStart": "soon"}, {"isActive": "maybe"}])
async def test_a_filter_that_makes_no_sense_is_refused(
    nomis: httpx.AsyncClient, as_client: As, bad: dict[str, str]
) -> None:
    assert (await nomis.get(ONE, params=bad, headers=await as_client())).status_code == 400


async def test_an_unknown_person_has_an_empty_page(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.get("/prisoners/Z9999ZZ/alerts", headers=await as_client())

    assert (answer.status_code, answer.json()["content"], answer.json()["empty"]) == (200, [], True)


async def test_many_peoples_active_alerts_come_flat(nomis: httpx.AsyncClient, as_client: As) -> None:
    asked = ["A1001AA", "A1002AA", "A1003AA", "A1007AA", "Z9999ZZ", "A1001AA"]
    answer = await nomis.post(BULK, json=asked, headers=await as_client())
    rows = answer.json()["content"]

    assert sorted((row["prisonNumber"], row["alertCode"]["code"]) for row in rows) == [
        ("A1001AA", "HA"),
        ("A1001AA", "XEL"),
        ("A1002AA", "XELH"),
        ("A1003AA", "DOCGM"),
    ]


async def test_an_alert_that_ends_today_is_over(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post(BULK, params={"includeInactive": "true"}, json=["A1007AA"], headers=await as_client())
    (row,) = answer.json()["content"]

    assert (row["activeTo"], row["isActive"], row["madeInactiveAt"]) == ("2026-11-24", False, "2026-11-24T09:00:00")


async def test_many_peoples_alerts_may_be_narrowed_to_codes(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post(
        BULK, params={"filterAlertCodes": "XEL,XELH"}, json=["A1001AA", "A1002AA"], headers=await as_client()
    )

    assert sorted(_codes(answer.json()["content"])) == ["XEL", "XELH"]


@pytest.mark.parametrize(("body", "parameters"), [([], {}), (["A1001AA"], {"filterAlertCodes": ""}), ({}, {})])
async def test_an_empty_request_is_refused(
    nomis: httpx.AsyncClient, as_client: As, body: object, parameters: dict[str, str]
) -> None:
    answer = await nomis.post(BULK, params=parameters, json=body, headers=await as_client())

    assert answer.status_code == 400
    assert answer.json()["userMessage"].startswith("Validation failure: ")
    assert answer.json()["moreInfo"] is None


async def test_active_types_are_listed_with_active_codes(nomis: httpx.AsyncClient, as_client: As) -> None:
    types = {each["code"]: each for each in (await nomis.get("/alert-types", headers=await as_client())).json()}

    assert "Z" not in types
    assert types["U"]["isActive"] is True
    assert types["U"]["alertCodes"] == []
    assert all(code["isActive"] for each in types.values() for code in each["alertCodes"])


async def test_the_flag_of_a_type_is_not_that_of_its_codes(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.get("/alert-types", params={"includeInactive": "true"}, headers=await as_client())
    types = {each["code"]: each for each in answer.json()}

    assert {code["isActive"] for code in types["U"]["alertCodes"]} == {False}
    assert (types["Z"]["isActive"], types["Z"]["alertCodes"][0]["isActive"]) == (False, True)
    assert {code["code"]: code["isActive"] for code in types["H"]["alertCodes"]}["SH"] is False


async def test_codes_and_types_are_found_one_by_one(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client()
    active = (await nomis.get("/alert-codes", headers=header)).json()
    every = (await nomis.get("/alert-codes", params={"includeInactive": "true"}, headers=header)).json()

    assert (await nomis.get("/alert-codes/XELH", headers=header)).json()["description"] == "Escape List - Heightened"
    assert (await nomis.get("/alert-types/X", headers=header)).json()["description"] == "Security"
    assert {each["code"] for each in every} - {each["code"] for each in active} >= {"SH", "UPIU"}


@pytest.mark.parametrize("path", ["/alerts/00000000-0000-4000-8000-00000000ffff", "/alert-types/Q", "/alert-codes/QQ"])
async def test_what_is_unknown_is_not_found(nomis: httpx.AsyncClient, as_client: As, path: str) -> None:
    answer = await nomis.get(path, headers=await as_client())
    message = answer.json()["developerMessage"]

    assert answer.status_code == 404
    assert answer.json() == {
        "status": 404,
        "errorCode": None,
        "userMessage": f"Not found: {message}",
        "developerMessage": message,
        "moreInfo": None,
    }


@pytest.mark.parametrize("path", [ONE, "/alert-types", "/alert-types/X", "/alert-codes", "/alert-codes/X", "/alerts/1"])
async def test_every_read_needs_a_role(nomis: httpx.AsyncClient, as_client: As, path: str) -> None:
    answer = await nomis.get(path, headers=await as_client("powerless"))

    assert (answer.status_code, answer.json()["userMessage"]) == (
        403,
        "Authentication problem. Check token and roles - Access Denied",
    )


async def test_the_bulk_read_needs_a_role(nomis: httpx.AsyncClient, as_client: As) -> None:
    assert (await nomis.post(BULK, json=["A1001AA"], headers=await as_client("powerless"))).status_code == 403
