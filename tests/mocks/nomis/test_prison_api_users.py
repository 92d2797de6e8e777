"""Prison API: the user's own record, caseloads and roles."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

pytestmark = pytest.mark.anyio

As = Callable[..., Awaitable[dict[str, str]]]
ME = "/api/users/me"


async def test_a_prison_officer_is_known_by_name_and_caseload(nomis: httpx.AsyncClient, as_user: As) -> None:
    answer = await nomis.get(ME, headers=await as_user())

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "staffId": 4001,
            "username": "LEI_OFFICER",
            "firstName": "Ann",
            "lastName": "Officer",
            "activeCaseLoadId": "LEI",
            "accountStatus": "ACTIVE",
            "lockedFlag": False,
            "expiredFlag": False,
            "active": True,
        },
    )


@pytest.mark.parametrize("username", ["SUPPLIER1", "CLOUDY"])
async def test_people_of_other_sources_are_not_in_nomis(nomis: httpx.AsyncClient, as_user: As, username: str) -> None:
    answer = await nomis.get(ME, headers=await as_user(username))

    message = f"Resource with id [{username}] not found."
    assert (answer.status_code, answer.json()) == (
        404,
        {"status": 404, "userMessage": message, "developerMessage": message},
    )


async def test_caseloads_are_of_type_inst_with_the_administrative_ones(nomis: httpx.AsyncClient, as_user: As) -> None:
    answer = await nomis.get(f"{ME}/caseLoads", headers=await as_user())

    assert answer.json() == [
        {
            "caseLoadId": "LEI",
            "description": "LEI caseload",
            "type": "INST",
            "caseloadFunction": "GENERAL",
            "currentlyActive": True,
        },
        {
            "caseLoadId": "CADM_I",
            "description": "Central administration",
            "type": "INST",
            "caseloadFunction": "ADMIN",
            "currentlyActive": False,
        },
    ]


async def test_all_caseloads_hold_other_types_too(nomis: httpx.AsyncClient, as_user: As) -> None:
    answer = await nomis.get(f"{ME}/caseLoads", params={"allCaseloads": "true"}, headers=await as_user())

    assert [entry["type"] for entry in answer.json()] == ["INST", "INST", "COMM"]


@pytest.mark.parametrize("username", ["NEW_STARTER", "SUPPLIER1"])
async def test_who_has_no_caseload_gets_a_dummy_instead_of_an_empty_list(
    nomis: httpx.AsyncClient, as_user: As, username: str
) -> None:
    answer = await nomis.get(f"{ME}/caseLoads", headers=await as_user(username))

    assert answer.json() == [
        {"caseLoadId": "___", "description": "-------", "type": "DUMMY", "caseloadFunction": "GENERAL"}
    ]


async def test_a_client_on_behalf_of_a_user_has_the_users_caseloads(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.get(f"{ME}/caseLoads", headers=await as_client(username="lei_officer"))

    assert [entry["caseLoadId"] for entry in answer.json()] == ["LEI", "CADM_I"]


async def test_the_active_caseload_changes_in_any_case(nomis: httpx.AsyncClient, as_user: As) -> None:
    header = await as_user()
    answer = await nomis.put(f"{ME}/activeCaseLoad", json={"caseLoadId": "ldscom"}, headers=header)

    assert (answer.status_code, answer.content) == (200, b"")
    assert (await nomis.get(ME, headers=header)).json()["activeCaseLoadId"] == "LDSCOM"


async def test_a_caseload_of_others_may_not_be_made_active(nomis: httpx.AsyncClient, as_user: As) -> None:
    answer = await nomis.put(f"{ME}/activeCaseLoad", json={"caseLoadId": "MDI"}, headers=await as_user())

    assert (answer.status_code, answer.json()) == (
        403,
        {"status": 403, "userMessage": "The user does not have access to the caseLoadId = MDI"},
    )


async def test_an_active_caseload_must_be_named(nomis: httpx.AsyncClient, as_user: As) -> None:
    answer = await nomis.put(f"{ME}/activeCaseLoad", json={}, headers=await as_user())

    assert (answer.status_code, answer.json()["userMessage"]) == (400, "Field: caseLoadId - must not be null")


async def test_roles_are_sorted_and_bare(nomis: httpx.AsyncClient, as_user: As) -> None:
    answer = await nomis.get(f"{ME}/roles", headers=await as_user())

    assert [role["roleCode"] for role in answer.json()] == ["PECS_OCA", "PECS_PRISON"]


async def test_any_token_may_look_up_a_user_in_any_case(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client("powerless")

    assert (await nomis.get("/api/users/lei_officer", headers=header)).json()["staffId"] == 4001
    assert (await nomis.get("/api/users/nobody", headers=header)).status_code == 404


async def test_an_account_changed_at_run_time_shows_at_once(nomis: httpx.AsyncClient, as_user: As) -> None:
    header = await as_user()
    await nomis.put("/__accounts/LEI_OFFICER", json={"caseloads": ["MDI"], "roles": ["PECS_PRISON"]})
    caseloads = (await nomis.get(f"{ME}/caseLoads", headers=header)).json()
    roles = (await nomis.get(f"{ME}/roles", headers=header)).json()

    assert [(entry["caseLoadId"], entry["currentlyActive"]) for entry in caseloads] == [("MDI", True)]
    assert [role["roleCode"] for role in roles] == ["PECS_PRISON"]


async def test_an_unknown_account_cannot_be_changed(nomis: httpx.AsyncClient) -> None:
    assert (await nomis.put("/__accounts/NOBODY", json={})).status_code == 404
