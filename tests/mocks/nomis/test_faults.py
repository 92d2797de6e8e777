"""Faults are set by service, and requests are counted by route."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from starlette.applications import Starlette

from mocks.nomis import behind_switches
from mocks.nomis.services import Service, service_of

pytestmark = pytest.mark.anyio

As = Callable[..., Awaitable[dict[str, str]]]


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/auth/oauth/token", Service.SIGN_IN),
        ("/auth/.well-known/jwks.json", Service.SIGN_IN),
        ("/api/users/me", Service.PRISON_API),
        ("/prisoner/A1001AA", Service.PRISONER_SEARCH),
        ("/prisoner-search/prisoner-numbers", Service.PRISONER_SEARCH),
        ("/prisoners/A1001AA/alerts", Service.ALERTS),
        ("/search/alerts/prison-numbers", Service.ALERTS),
        ("/alerts/1", Service.ALERTS),
        ("/alert-types", Service.ALERTS),
        ("/alert-codes/XEL", Service.ALERTS),
        ("/users/me", Service.MANAGE_USERS),
        ("/health/ping", Service.PRISON_API),
    ],
)
def test_a_path_tells_the_service(path: str, service: Service) -> None:
    assert service_of(path) is service


async def test_a_fault_hits_one_service_and_spares_the_others(app: Starlette, as_client: As) -> None:
    header = await as_client()
    transport = httpx.ASGITransport(behind_switches(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://nomis.test", headers=header) as door:
        rule = {"service": "alerts", "status": 502, "html": True, "times": 2}
        await door.put("/__faults", json={"rules": [rule]})
        alerts = [(await door.get("/alert-types")).status_code for _ in range(3)]
        search = await door.get("/prisoner/A1001AA")
        counts = (await door.get("/__requests")).json()

    assert (alerts, search.status_code) == ([502, 502, 200], 200)
    assert counts == {"total": 4, "byRoute": {"GET /alert-types": 3, "GET /prisoner/{number}": 1}}


async def test_the_mocks_own_switches_are_neither_faulted_nor_counted(app: Starlette) -> None:
    transport = httpx.ASGITransport(behind_switches(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://nomis.test") as door:
        await door.put("/__faults", json={"rules": [{"status": 503}]})
        keys = await door.get("/__keys")
        counts = (await door.get("/__requests")).json()

    assert (keys.status_code, counts["total"]) == (200, 0)
