"""Alerts, and the catalogue of their codes, from the Alerts API."""

import asyncio
from datetime import date

import httpx
import pytest

from gateway.adapters.nomis import Nomis, connect
from gateway.domain.alerts import AlertCode
from gateway.domain.errors import UpstreamMalformed
from gateway.domain.ids import PrisonNumber
from gateway.domain.provenance import Provenance, SourceSystem
from tests.adapters.harness import Door, answering, nomis_config, readable
from tests.adapters.nomis_world import CROWD, NOW, TODAY

pytestmark = pytest.mark.anyio

SEARCH = "POST /search/alerts/prison-numbers"
JOHN = PrisonNumber("A1001AA")
PETER = PrisonNumber("A1002AA")
NEVER = PrisonNumber("A1006AA")
LUKE = PrisonNumber("A1007AA")
NOBODY = PrisonNumber("Z9999ZZ")


async def test_everybody_who_is_asked_for_has_alerts_or_none(nomis: Nomis) -> None:
    alerts = readable(await nomis.alerts.alerts([JOHN, PETER, NEVER, NOBODY], include_inactive=False))

    assert {number: [alert.code.code for alert in found] for number, found in alerts.items()} == {
        JOHN: ["XEL", "HA"],
        PETER: ["XELH"],
        NEVER: [],
        NOBODY: [],
    }


async def test_an_alert_says_whose_it_is_what_it_means_and_where_it_comes_from(nomis: Nomis) -> None:
    alerts = readable(await nomis.alerts.alerts([JOHN], include_inactive=False))

    told = alerts[JOHN][1]

    assert (told.prison_number, told.type_code, told.type_description) == (JOHN, "H", "Self Harm")
    assert (told.code.code, told.comment, told.active) == ("HA", "See plan", True)
    assert (told.active_from, told.expires_on) == (date(2024, 2, 1), None)
    assert told.provenance == Provenance(SourceSystem.NOMIS, NOW, stale=False)


async def test_an_alert_that_expires_today_no_longer_holds(nomis: Nomis) -> None:
    everything = readable(await nomis.alerts.alerts([JOHN], include_inactive=True))[JOHN]
    in_force = readable(await nomis.alerts.alerts([JOHN], include_inactive=False))[JOHN]

    expiring = next(alert for alert in everything if alert.code.code == "XVL")
    assert (expiring.expires_on, expiring.active) == (TODAY, False)
    assert "XVL" not in {alert.code.code for alert in in_force}


async def test_a_row_that_is_not_in_force_is_dropped_even_where_the_service_gives_it() -> None:
    content = {"content": [row("XEL"), row("XC", is_active=False)]}

    found = readable(await answering(content).alerts.alerts([JOHN], include_inactive=False))

    assert [alert.code.code for alert in found[JOHN]] == ["XEL"]


async def test_an_alert_does_not_tell_whether_its_code_is_in_use(nomis: Nomis) -> None:
    alerts = readable(await nomis.alerts.alerts([JOHN, LUKE], include_inactive=False))

    assert alerts[LUKE][0].code == AlertCode("SH", alerts[LUKE][0].code.description, active=None)


async def test_the_mark_of_a_type_says_nothing_about_its_codes(nomis: Nomis) -> None:
    types = {each.code: each for each in await nomis.alerts.alert_types()}

    assert not any(code.active for code in types["U"].codes), "a type in use, none of whose codes is"
    assert any(code.active for code in types["Z"].codes), "a type out of use with a code that is in use"


async def test_alerts_are_one_call_and_do_without_the_catalogue(nomis: Nomis, door: Door) -> None:
    await nomis.alerts.alerts([JOHN], include_inactive=False)
    await nomis.alerts.alerts([PETER], include_inactive=False)

    counts = await door.counts()
    assert (counts.get("GET /alert-types", 0), counts[SEARCH]) == (0, 2)


async def test_closing_ends_what_goes_on_behind_the_calls() -> None:
    never = asyncio.Event()

    async def hang(_request: httpx.Request) -> httpx.Response:
        await never.wait()
        return httpx.Response(200)

    before = asyncio.all_tasks()
    nomis = connect(nomis_config(), transport=httpx.MockTransport(hang))
    waiting = asyncio.create_task(nomis.alerts.alerts([JOHN], include_inactive=False))
    await asyncio.sleep(0)
    waiting.cancel()

    await nomis.aclose()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize(("size", "calls"), [(500, 1), (501, 2), (1200, 3)])
async def test_five_hundred_people_cost_one_call(nomis: Nomis, door: Door, size: int, calls: int) -> None:
    numbers = [PrisonNumber(person.prison_number) for person in CROWD[:size]]

    alerts = readable(await nomis.alerts.alerts(numbers, include_inactive=False))

    assert alerts == dict.fromkeys(numbers, ())
    assert (await door.counts())[SEARCH] == calls


async def test_nobody_is_asked_for_without_a_call(nomis: Nomis, door: Door) -> None:
    assert await nomis.alerts.alerts([], include_inactive=False) == {}
    assert await door.counts() == {}


@pytest.mark.parametrize(
    "bad",
    [
        {"prisonNumber": "A1002AA"},
        {"prisonNumber": "a1002aa", "alertCode": {"code": "XEL"}, "isActive": True},
        {"prisonNumber": "A1002AA", "alertCode": {"alertTypeCode": "X", "code": "XEL"}},
    ],
)
async def test_one_alert_that_cannot_be_read_spoils_those_of_its_person_alone(bad: object) -> None:
    content = {"content": [row("XEL"), row("XC", number="A1002AA"), bad]}

    found = await answering(content).alerts.alerts([JOHN, PETER, LUKE], include_inactive=False)

    assert isinstance(found.pop(PETER), UpstreamMalformed)
    assert {number: [alert.code.code for alert in alerts] for number, alerts in readable(found).items()} == {
        JOHN: ["XEL"],
        LUKE: [],
    }


@pytest.mark.parametrize("bad", [None, {}, {"prisonNumber": None, "isActive": True}, {"prisonNumber": " "}])
async def test_an_alert_of_nobody_knows_whom_makes_the_answer_malformed(bad: object) -> None:
    with pytest.raises(UpstreamMalformed):
        await answering({"content": [row("XEL"), bad]}).alerts.alerts([JOHN], include_inactive=False)


async def test_dates_of_an_alert_may_come_with_times() -> None:
    given = {**row("XEL"), "activeFrom": "2024-02-01T10:15:30", "activeTo": "2024-06-30T23:30:00Z"}

    found = readable(await answering({"content": [given]}).alerts.alerts([JOHN], include_inactive=True))

    assert [(alert.active_from, alert.expires_on) for alert in found[JOHN]] == [(date(2024, 2, 1), date(2024, 7, 1))]


async def test_a_code_that_does_not_say_whether_it_is_in_use_spoils_no_catalogue() -> None:
    content = [
        {"code": "X", "description": None, "isActive": True, "alertCodes": [{"code": "XEL", "isActive": None}]},
        {"code": "Y", "description": "None", "alertCodes": None},
        {"description": "without a code"},
    ]

    types = await answering(content).alerts.alert_types()

    assert [(each.code, [(code.code, code.active) for code in each.codes]) for each in types] == [
        ("X", [("XEL", None)]),
        ("Y", []),
    ]


async def test_rows_of_people_who_were_not_asked_for_are_ignored() -> None:
    found = await answering({"content": [row("XEL", number="A9999ZZ")]}).alerts.alerts([JOHN], include_inactive=True)

    assert found == {JOHN: ()}


def row(code: str, *, number: str = "A1001AA", is_active: bool = True) -> dict[str, object]:
    described = {"alertTypeCode": "X", "alertTypeDescription": "Security", "code": code, "description": code}
    return {"prisonNumber": number, "alertCode": described, "isActive": is_active, "activeFrom": "2024-02-01"}
