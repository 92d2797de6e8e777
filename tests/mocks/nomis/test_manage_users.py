"""Manage Users: accounts of every source, their groups, addresses, roles and caseloads."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

pytestmark = pytest.mark.anyio

As = Callable[..., Awaitable[dict[str, str]]]


async def test_a_prison_officer_has_staff_id_and_caseload(nomis: httpx.AsyncClient, as_user: As) -> None:
    assert (await nomis.get("/users/me", headers=await as_user())).json() == {
        "username": "LEI_OFFICER",
        "active": True,
        "name": "Ann Officer",
        "authSource": "nomis",
        "staffId": 4001,
        "activeCaseLoadId": "LEI",
        "userId": "4001",
        "uuid": None,
    }


async def test_people_who_are_not_in_nomis_are_known_here(nomis: httpx.AsyncClient, as_user: As) -> None:
    assert (await nomis.get("/users/me", headers=await as_user("SUPPLIER1"))).json() == {
        "username": "SUPPLIER1",
        "active": True,
        "name": "Sue Plier",
        "authSource": "auth",
        "userId": "5f9d9c0e-0000-4000-8000-000000000001",
        "uuid": "5f9d9c0e-0000-4000-8000-000000000001",
    }


async def test_a_client_is_nobody(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.get("/users/me", headers=await as_client())

    message = "Account for username gateway not found"
    assert (answer.status_code, answer.json()) == (
        404,
        {
            "status": 404,
            "errorCode": None,
            "userMessage": f"User not found: {message}",
            "developerMessage": message,
            "moreInfo": None,
        },
    )


async def test_any_token_may_look_up_an_account(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client("powerless")

    assert (await nomis.get("/users/cloudy", headers=header)).json()["authSource"] == "azuread"
    assert (await nomis.get("/users/nobody", headers=header)).status_code == 404


async def test_groups_are_those_of_the_sign_in_service(nomis: httpx.AsyncClient, as_user: As) -> None:
    supplier = await nomis.get("/users/me/groups", headers=await as_user("SUPPLIER1"))
    officer = await nomis.get("/users/me/groups", headers=await as_user())

    assert supplier.json() == [{"groupCode": "PECS_GEOAMEY", "groupName": "GEOAmey"}]
    assert officer.json() == []


async def test_groups_change_at_run_time(nomis: httpx.AsyncClient, as_user: As) -> None:
    header = await as_user("SUPPLIER1")
    await nomis.put("/__accounts/SUPPLIER1", json={"groups": ["PECS_SERCO"]})

    assert (await nomis.get("/users/me/groups", headers=header)).json() == [
        {"groupCode": "PECS_SERCO", "groupName": "PECS_SERCO"}
    ]


async def test_a_verified_address_is_given_in_any_case(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.get("/users/lei_officer/email", headers=await as_client("powerless"))

    assert answer.json() == {"username": "LEI_OFFICER", "email": "ann.officer@example.com", "verified": True}


@pytest.mark.parametrize("username", ["SUPPLIER1", "NEW_STARTER"])
async def test_an_unverified_or_missing_address_is_no_content(
    nomis: httpx.AsyncClient, as_client: As, username: str
) -> None:
    await nomis.put("/__accounts/SUPPLIER1", json={"emailVerified": False})
    answer = await nomis.get(f"/users/{username}/email", headers=await as_client("powerless"))

    assert (answer.status_code, answer.content) == (204, b"")


async def test_an_unverified_address_may_be_asked_for(nomis: httpx.AsyncClient, as_client: As) -> None:
    await nomis.put("/__accounts/SUPPLIER1", json={"emailVerified": False})
    answer = await nomis.get(
        "/users/SUPPLIER1/email", params={"unverified": "true"}, headers=await as_client("powerless")
    )

    assert (answer.json()["email"], answer.json()["verified"]) == ("sue@example.com", False)


async def test_nobodys_address_is_not_found(nomis: httpx.AsyncClient, as_client: As) -> None:
    assert (await nomis.get("/users/nobody/email", headers=await as_client("powerless"))).status_code == 404


async def test_my_roles_are_those_of_the_token_without_their_prefix(nomis: httpx.AsyncClient, as_user: As) -> None:
    header = await as_user()
    await nomis.put("/__accounts/LEI_OFFICER", json={"roles": ["PECS_POLICE"]})

    assert (await nomis.get("/users/me/roles", headers=header)).json() == [
        {"roleCode": "PECS_OCA"},
        {"roleCode": "PECS_PRISON"},
    ]


async def test_others_roles_need_a_role(nomis: httpx.AsyncClient, as_client: As) -> None:
    allowed = await nomis.get("/users/SUPPLIER1/roles", headers=await as_client("wide"))
    refused = await nomis.get("/users/SUPPLIER1/roles", headers=await as_client("powerless"))

    assert allowed.json() == [{"roleCode": "PECS_SUPPLIER"}]
    assert (refused.status_code, refused.json()["userMessage"]) == (403, "Access Denied")


async def test_caseloads_are_given_to_prison_staff(nomis: httpx.AsyncClient, as_user: As) -> None:
    answer = await nomis.get("/users/me/caseloads", headers=await as_user())
    active = {"id": "LEI", "name": "LEI caseload", "function": "GENERAL"}

    assert answer.json()["activeCaseload"] == active
    assert [entry["id"] for entry in answer.json()["caseloads"]] == ["LEI", "CADM_I", "LDSCOM"]
    assert (await nomis.get("/users/me/caseloads", headers=await as_user("SUPPLIER1"))).status_code == 404
