"""The services over a generated world: whatever it holds, they can show."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from estate import Estate
from estate.model import ClientHome
from mocks.nomis import create_app
from mocks.nomis.alert_codes import alert_codes
from mocks.nomis.keys import KeyRing, SigningKey
from mocks.nomis.reference_domains import domains

pytestmark = pytest.mark.anyio

TODAY = date(2026, 11, 24)
ROLES = [
    "VIEW_PRISONER_DATA",
    "PRISONER_SEARCH__PRISONER__RO",
    "PRISONER_ALERTS__RO",
]


@pytest.fixture(scope="module")
def estate() -> Estate:
    return Estate(1, 0.05, today=TODAY)


@pytest.fixture
async def nomis(estate: Estate, first_key: SigningKey) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(estate, today=TODAY, keys=KeyRing(first_key))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://nomis.test") as client:
        claims = {"claims": {"authorities": [f"ROLE_{role}" for role in ROLES]}}
        token = (await client.post("/__tokens", json=claims)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def test_all_codes_of_the_world_are_published(estate: Estate) -> None:
    people = list(estate.people())
    needs = [need for person in people for need in person.care_needs]
    adjustments = [adjustment for person in people for adjustment in person.adjustments]

    assert people
    assert {alert.code for person in people for alert in person.alerts} <= alert_codes().keys()
    assert all(alert_codes()[alert.code].type_code == alert.type_code for one in people for alert in one.alerts)
    # The world holds one category that no list knows, as a caller must be ready for.
    assert {person.category for person in people} - {None, "W9"} <= domains()["SUP_LVL_TYPE"].keys()
    assert {person.csra for person in people} - {None} <= domains()["SUP_LVL_TYPE"].keys()
    assert {person.ethnicity_code for person in people} <= domains()["ETHNICITY"].keys()
    assert {person.sex_code for person in people} <= domains()["SEX"].keys()
    assert {need.problem_code for need in needs} <= domains()["HEALTH_PBLM"].keys()
    assert {adjustment.treatment_code for adjustment in adjustments} <= domains()["HEALTH_TREAT"].keys()


async def test_everybody_is_shown_by_every_bulk_read(estate: Estate, nomis: httpx.AsyncClient) -> None:
    people = list(estate.people())[:1000]
    numbers = [person.prison_number for person in people]
    found = await nomis.post("/prisoner-search/prisoner-numbers", json={"prisonerNumbers": numbers})
    alerts = await nomis.post("/search/alerts/prison-numbers", params={"includeInactive": "true"}, json=numbers)
    categories = await nomis.post("/api/offender-assessments/CATEGORY", json=numbers)
    movements = await nomis.post("/api/movements/offenders", json=numbers)

    assert {row["prisonerNumber"]: row["prisonId"] for row in found.json()} == {
        person.prison_number: person.agency_id for person in people
    }
    assert len(alerts.json()["content"]) == sum(len(person.alerts) for person in people)
    assert {row["offenderNo"]: row["classificationCode"] for row in categories.json()} == {
        person.prison_number: person.category
        for person in people
        if person.category is not None and person.booking_id is not None
    }
    assert len(movements.json()) == sum(1 for person in people if person.movements)


async def test_contacts_and_cell_sharing_risk_of_everybody(estate: Estate, nomis: httpx.AsyncClient) -> None:
    people = [person for person in list(estate.people())[:200] if person.booking_id is not None]
    ratings = await nomis.post("/api/offender-assessments/csra/list", json=[one.prison_number for one in people])

    assert {row["offenderNo"]: row["assessmentCode"] for row in ratings.json()} == {
        person.prison_number: person.csra_code for person in people if person.csra is not None
    }
    for person in people:
        answer = (await nomis.get(f"/api/bookings/{person.booking_id}/contacts")).json()
        assert len(answer["nextOfKin"] + answer["otherContacts"]) == len(person.contacts)


async def test_everybody_is_shown_one_by_one(estate: Estate, nomis: httpx.AsyncClient) -> None:
    for person in list(estate.people())[:200]:
        answer = await nomis.get(f"/api/offenders/{person.prison_number}")
        assert answer.json().get("bookingId") == person.booking_id


async def test_every_enabled_account_signs_in_through_a_client_that_lets_people(
    estate: Estate, nomis: httpx.AsyncClient
) -> None:
    door = next(
        client for client in estate.clients() if "password" in client.grant_types and client.home is ClientHome.SIGN_IN
    )
    for account in estate.accounts():
        parameters = {"grant_type": "password", "username": account.username, "password": account.password}
        answer = await nomis.post("/auth/oauth/token", data=parameters, auth=(door.client_id, door.secret))
        assert answer.status_code == (200 if account.enabled else 400)


async def test_every_client_of_sign_in_gets_a_token_with_its_roles(estate: Estate, nomis: httpx.AsyncClient) -> None:
    for client in estate.clients():
        if client.home is not ClientHome.SIGN_IN or "client_credentials" not in client.grant_types:
            continue
        parameters = {"grant_type": "client_credentials"}
        answer = await nomis.post("/auth/oauth/token", params=parameters, auth=(client.client_id, client.secret))
        header = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        roles = await nomis.get("/users/me/roles", headers=header)
        assert {role["roleCode"] for role in roles.json()} == set(client.authorities)


async def test_every_account_of_nomis_has_the_caseloads_it_was_given(estate: Estate, nomis: httpx.AsyncClient) -> None:
    for account in estate.accounts():
        wanted = {"username": account.username}
        token = (await nomis.post("/__tokens", json=wanted)).json()["access_token"]
        answer = await nomis.get(
            "/api/users/me/caseLoads",
            params={"allCaseloads": "true"},
            headers={"Authorization": f"Bearer {token}"},
        )
        given = {entry["caseLoadId"] for entry in answer.json()}
        assert given == (set(account.caseloads) or {"___"})
