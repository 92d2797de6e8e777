"""The NOMIS mock in a server of its own, over real connections: slow, dropped, and back again."""

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn

from gateway.adapters.http import UpstreamConfig
from gateway.adapters.nomis import Nomis, connect
from gateway.domain.errors import UpstreamError, UpstreamTimeout, UpstreamUnavailable
from gateway.domain.ids import PrisonNumber
from mocks.switches import Switches
from tests.adapters.harness import Door, nomis_config, readable
from tests.adapters.nomis_world import CROWD, NOW

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_pause")]

JOHN = PrisonNumber("A1001AA")
SEARCH = "POST /prisoner-search/prisoner-numbers"


class Server(uvicorn.Server):
    """Tells when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@pytest.fixture
async def address(nomis_app: Switches) -> AsyncIterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = Server(uvicorn.Config(nomis_app, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve([listening]))
        async with asyncio.timeout(20):
            await server.ready.wait()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.fixture
async def served_door(address: str) -> AsyncIterator[Door]:
    async with httpx.AsyncClient(base_url=address) as client:
        yield Door(client)


@pytest.fixture(params=["aiohttp", "httpx"])
async def served(request: pytest.FixtureRequest, address: str) -> AsyncIterator[Nomis]:
    limits = UpstreamConfig(base_url=address, time_limit_s=2.0)
    nomis = connect(nomis_config(limits), clock=lambda: NOW, transport=request.param)
    async with asyncio.timeout(30):
        yield nomis
    await nomis.aclose()


async def test_everything_is_read_over_a_connection(served: Nomis) -> None:
    token = (await served.sign_in.issue("LEI_OFFICER", "correct horse")).access_token
    numbers = [JOHN, *(PrisonNumber(person.prison_number) for person in CROWD)]

    people, alerts, needs = await asyncio.gather(
        served.prisoner_search.people(numbers),
        served.alerts.alerts(numbers, include_inactive=True),
        served.prison_api.care_needs(numbers),
    )

    assert set(people) == set(alerts) == set(needs) == set(numbers)
    assert len(readable(alerts)[JOHN]) == 4
    assert [caseload.agency_id for caseload in await served.prison_api.caseloads(token)] == ["LEI", "MDI"]
    assert await served.manage_users.display_name(token) == "Ann Officer"
    assert len(await served.prison_api.agencies()) == 35
    assert "keys" in await served.sign_in.jwks()


async def test_a_connection_that_is_dropped_is_made_anew(served: Nomis, served_door: Door) -> None:
    await served_door.faults({"service": "prisoner-search", "down": True, "times": 1})

    assert set(await served.prisoner_search.people([JOHN])) == {JOHN}
    assert (await served_door.counts())[SEARCH] == 2


async def test_a_service_that_is_down_is_asked_twice_and_back_again_when_it_is(
    served: Nomis, served_door: Door
) -> None:
    await served_door.faults({"service": "prisoner-search", "down": True})

    with pytest.raises(UpstreamUnavailable):
        await served.prisoner_search.people([JOHN])
    assert (await served_door.counts())[SEARCH] == 2

    await served_door.faults()
    assert set(await served.prisoner_search.people([JOHN])) == {JOHN}


async def test_a_service_that_is_slow_ends_at_the_time_limit_and_holds_up_no_other(
    served: Nomis, served_door: Door
) -> None:
    await served.alerts.alerts([JOHN], include_inactive=False)
    await served_door.faults({"service": "prisoner-search", "latencyMs": 60_000})

    slow = asyncio.create_task(served.prisoner_search.people([JOHN]))
    alerts = readable(await served.alerts.alerts([JOHN], include_inactive=False))

    assert len(alerts[JOHN]) == 2
    assert not slow.done()
    with pytest.raises(UpstreamTimeout):
        await slow


async def test_one_chunk_that_fails_fails_the_whole(served: Nomis, served_door: Door) -> None:
    numbers = [PrisonNumber(person.prison_number) for person in CROWD]
    await served.prisoner_search.people([JOHN])
    await served_door.faults({"service": "prisoner-search", "status": 500, "times": 1})

    with pytest.raises(UpstreamError):
        await served.prisoner_search.people(numbers)
