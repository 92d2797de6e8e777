"""Keys and caseloads change while the gateway runs."""

from datetime import timedelta

import httpx
import pytest

from tests.federated.estates import OFFICER, a_day_at_leeds
from tests.support.worlds import NOW, key_ring, token_for

pytestmark = pytest.mark.anyio

COUNT = "{ moves { totalCount } }"


async def test_a_token_of_a_rotated_key_is_accepted_and_those_of_the_old_one_still_are() -> None:
    async with a_day_at_leeds(2) as day:
        key_ring().rotate()
        renewed = token_for("LEEDS_OFFICER", "PECS_PRISON", expires_at=NOW + timedelta(minutes=30))
        # Keys are looked at again half a minute after the last look at the earliest, so that made-up ones cost nothing.
        day.gateway.clock.advance(timedelta(seconds=31))
        assert await day.gateway.ask(COUNT, renewed) == {"data": {"moves": {"totalCount": 2}}}
        assert await day.gateway.ask(COUNT, OFFICER) == {"data": {"moves": {"totalCount": 2}}}


async def test_a_caseload_that_is_taken_away_stops_opening_its_moves_within_a_minute() -> None:
    async with a_day_at_leeds(2) as day:
        assert await day.gateway.ask(COUNT, OFFICER) == {"data": {"moves": {"totalCount": 2}}}
        transport = httpx.ASGITransport(day.gateway.nomis)
        async with httpx.AsyncClient(transport=transport, base_url="http://door.test") as door:
            changed = await door.put("/__accounts/LEEDS_OFFICER", json={"caseloads": [], "forgetAgencies": True})
            assert changed.is_success
        day.gateway.clock.advance(timedelta(seconds=61))
        assert await day.gateway.ask(COUNT, OFFICER) == {"data": {"moves": {"totalCount": 0}}}


async def test_an_own_choice_of_caseload_is_kept_and_narrows_nothing() -> None:
    async with a_day_at_leeds(2) as day:
        chosen = await day.gateway.ask(
            'mutation { setActiveCaseload(input: {agencyId: "lei"}) '
            "{ viewer { activeCaseload { agencyId } } problems { code } } }",
            OFFICER,
        )
        refused = await day.gateway.ask(
            'mutation { setActiveCaseload(input: {agencyId: "MDI"}) { viewer { username } problems { code field } } }',
            OFFICER,
        )
        asked = await day.gateway.counts(day.gateway.nomis)
    assert chosen == {
        "data": {"setActiveCaseload": {"viewer": {"activeCaseload": {"agencyId": "LEI"}}, "problems": []}}
    }
    assert refused == {
        "data": {
            "setActiveCaseload": {
                "viewer": None,
                "problems": [{"code": "NOT_FOUND", "field": ["input", "agencyId"]}],
            }
        }
    }
    # NOMIS's own switch, which would change every application that the person has open, is left alone.
    assert not any("activeCaseLoad" in route for route in asked)
