"""Caseloads, care needs and agencies from Prison API."""

from dataclasses import replace

import httpx
import pytest

from gateway.adapters.http import UpstreamConfig
from gateway.adapters.nomis import Nomis, connect
from gateway.domain.caseloads import Caseload
from gateway.domain.errors import Unauthenticated, UpstreamMalformed, UpstreamRejected
from gateway.domain.ids import AgencyId, PrisonNumber
from gateway.domain.locations import Agency, LocationType
from tests.adapters.harness import Door, answering, nomis_config, readable, replaced
from tests.adapters.nomis_world import CROWD

pytestmark = pytest.mark.anyio

JOHN = PrisonNumber("A1001AA")
NEVER = PrisonNumber("A1006AA")
CARE_NEEDS = "POST /api/bookings/offenderNo/personal-care-needs"


async def test_caseloads_are_those_of_establishments_with_nomis_own_choice_marked(
    nomis: Nomis, officer_token: str
) -> None:
    caseloads = await nomis.prison_api.caseloads(officer_token)

    assert caseloads == (
        Caseload(AgencyId("LEI"), "Leeds (HMP)", active=False),
        Caseload(AgencyId("MDI"), "Moorland (HMP & YOI)", active=True),
    )


async def test_the_dummy_caseload_of_a_user_without_any_is_none(nomis: Nomis) -> None:
    token = (await nomis.sign_in.issue("NEW_STARTER", "pass")).access_token

    assert await nomis.prison_api.caseloads(token) == ()


async def test_a_user_whom_nomis_does_not_know_has_no_caseloads(nomis: Nomis, door: Door) -> None:
    await door.faults({"path": "/api/users/me/caseLoads", "status": 404})

    assert await nomis.prison_api.caseloads("anything") == ()


async def test_a_404_of_something_in_between_does_not_mean_that_the_user_is_unknown(nomis: Nomis, door: Door) -> None:
    await door.faults({"path": "/api/users/me/caseLoads", "status": 404, "html": True})

    with pytest.raises(UpstreamRejected):
        await nomis.prison_api.caseloads("anything")


async def test_a_users_token_that_is_refused_is_the_users_to_renew(nomis: Nomis, door: Door) -> None:
    with pytest.raises(Unauthenticated):
        await nomis.prison_api.caseloads("no.such.token")

    assert (await door.counts())["GET /api/users/me/caseLoads"] == 1


async def test_a_caseload_that_cannot_be_read_opens_nothing_and_spoils_nothing() -> None:
    good = {"caseLoadId": "LEI", "type": "INST", "caseloadFunction": "GENERAL"}

    caseloads = await answering(
        [{"type": "INST"}, good, {**good, "caseLoadId": "MDI", "type": "COMM"}]
    ).prison_api.caseloads("t")

    assert caseloads == (Caseload(AgencyId("LEI"), "LEI", active=False),)


async def test_care_needs_are_those_that_are_ongoing(nomis: Nomis) -> None:
    needs = readable(await nomis.prison_api.care_needs([JOHN, NEVER]))

    assert [(need.type, need.code, need.description) for need in needs[JOHN]] == [
        ("DISAB", "RM", "Reduced Mobility"),
        ("PSYCH", "DEP", "Depression"),
    ]
    assert needs[NEVER] == ()


async def test_five_hundred_peoples_needs_cost_one_call(nomis: Nomis, door: Door) -> None:
    numbers = [PrisonNumber(person.prison_number) for person in CROWD[:501]]

    assert await nomis.prison_api.care_needs(numbers) == dict.fromkeys(numbers, ())
    assert (await door.counts())[CARE_NEEDS] == 2


async def test_one_need_that_cannot_be_read_spoils_those_of_its_person_alone() -> None:
    content = [
        {"offenderNo": "A1001AA", "personalCareNeeds": [{"problemType": "DISAB"}]},
        {"offenderNo": "A1006AA", "personalCareNeeds": [need("RM")]},
    ]

    needs = await answering(content).prison_api.care_needs([JOHN, NEVER])

    assert [each.code for each in readable({NEVER: needs[NEVER]})[NEVER]] == ["RM"]
    with pytest.raises(UpstreamMalformed, match="gave an answer that could not be read"):
        readable({JOHN: needs[JOHN]})


async def test_needs_of_nobody_knows_whom_spoil_the_whole() -> None:
    content = [{"offenderNo": "A1001AA", "personalCareNeeds": [need("RM")]}, {"personalCareNeeds": [need("D")]}]

    with pytest.raises(UpstreamMalformed):
        await answering(content).prison_api.care_needs([JOHN])


@pytest.mark.parametrize(("status", "ongoing"), [("ON", True), ("I", False), (None, True), ("NEW", True)])
async def test_a_need_is_over_only_where_nomis_says_so(status: str | None, ongoing: bool) -> None:  # noqa: FBT001
    content = [{"offenderNo": "A1001AA", "personalCareNeeds": [{**need("RM"), "problemStatus": status}]}]

    needs = readable(await answering(content).prison_api.care_needs([JOHN]))

    assert [each.code for each in needs[JOHN]] == (["RM"] if ongoing else [])


@pytest.mark.parametrize("nothing", [{}, {"personalCareNeeds": None}, {"personalCareNeeds": []}])
async def test_a_person_whose_needs_are_null_or_absent_has_none(nothing: dict[str, object]) -> None:
    assert await answering([{"offenderNo": "A1001AA", **nothing}]).prison_api.care_needs([JOHN]) == {JOHN: ()}


async def test_needs_that_come_by_booking_are_put_together() -> None:
    content = [{"offenderNo": "A1001AA", "personalCareNeeds": [need(code)]} for code in ("RM", "D")]

    needs = readable(await answering(content).prison_api.care_needs([JOHN]))

    assert [each.code for each in needs[JOHN]] == ["RM", "D"]


async def test_agencies_are_more_than_ten_with_closed_ones_and_without_what_is_no_place(nomis: Nomis) -> None:
    agencies = {agency.agency_id: agency for agency in await nomis.prison_api.agencies()}

    assert len(agencies) == 35
    assert agencies[AgencyId("LEI")] == Agency(
        AgencyId("LEI"), "Prison LEI (HMP & YOI)", LocationType.PRISON, active=True
    )
    assert not agencies[AgencyId("CKI")].active
    assert {agencies[AgencyId(key)].type for key in ("LEEDCC", "MPS34")} == {LocationType.COURT, LocationType.POLICE}
    assert not {"OUT", "TRN", "ZZGHI"} & set(agencies)


async def test_a_place_that_does_not_say_whether_it_is_open_is_open() -> None:
    row = {"agencyId": "MDI", "description": "Moorland", "agencyType": "INST", "active": None}

    (agency,) = await answering([row]).prison_api.agencies()

    assert agency.active


async def test_titles_in_capitals_become_readable() -> None:
    row = {"agencyId": "MDI", "description": "MOORLAND (HMP & YOI)", "agencyType": "INST", "active": True}

    (agency,) = await answering([row]).prison_api.agencies()

    assert agency.title == "Moorland (HMP & YOI)"


async def test_agencies_of_one_type_that_cannot_be_had_fail_the_whole(nomis: Nomis, door: Door) -> None:
    await door.faults({"path": "/api/agencies/type/CRT", "status": 404})

    with pytest.raises(UpstreamRejected):
        await nomis.prison_api.agencies()


@pytest.mark.parametrize("base_url", ["http://nomis.test", "http://nomis.test/api", "http://nomis.test/api/"])
async def test_an_address_with_the_prefix_of_its_paths_does_no_harm(
    nomis_transport: httpx.ASGITransport, base_url: str
) -> None:
    config = replace(nomis_config(), prison_api=UpstreamConfig(base_url=base_url))

    assert len(await connect(config, transport=nomis_transport).prison_api.agencies()) == 35


async def test_services_may_stand_behind_a_path_of_their_own() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json={"access_token": "t", "expires_in": 1200, "keys": []})

    def behind(prefix: str) -> UpstreamConfig:
        return UpstreamConfig(base_url=f"http://proxy.test/{prefix}/")

    config = replace(nomis_config(), sign_in=behind("a/auth"), prison_api=behind("b"), prisoner_search=behind("c"))
    nomis = connect(config, transport=httpx.MockTransport(answer))
    await nomis.sign_in.jwks()
    for reading in (nomis.prison_api.care_needs([JOHN]), nomis.prisoner_search.people([JOHN])):
        with pytest.raises(UpstreamMalformed):
            await reading

    assert asked == [
        "/a/auth/.well-known/jwks.json",
        "/a/auth/oauth/token",
        "/b/api/bookings/offenderNo/personal-care-needs",
        "/c/prisoner-search/prisoner-numbers",
    ]


async def test_no_content_is_nothing() -> None:
    nomis = replaced(lambda _request: httpx.Response(204))

    assert await nomis.prison_api.caseloads("t") == ()
    assert await nomis.manage_users.groups("t") == ()
    assert await nomis.manage_users.display_name("t") is None


def need(code: str) -> dict[str, object]:
    return {"problemType": "DISAB", "problemCode": code, "problemStatus": "ON", "startDate": "2024-02-01"}
