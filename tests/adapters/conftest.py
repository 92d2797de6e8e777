"""The NOMIS mock over hand-made people, and the adapters in front of it."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import stamina

from gateway.adapters.nomis import Nomis, connect
from mocks.nomis import create_app
from mocks.nomis.keys import KeyRing, SigningKey
from mocks.nomis.services import Service, service_of
from mocks.switches import Switches
from tests.adapters.harness import Door, Observed, nomis_config
from tests.adapters.nomis_world import NOW, TODAY, HandMade


@pytest.fixture
def no_pause() -> Iterator[None]:
    """Try again at once."""
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return SigningKey(key_id="dps-client-key")


@pytest.fixture
def nomis_app(signing_key: SigningKey) -> Switches:
    """Serve the people; with switches."""
    app = create_app(HandMade(), today=TODAY, keys=KeyRing(signing_key), clock=lambda: NOW)
    return Switches(app, service_of=service_of, services=tuple(Service))


@pytest.fixture
def nomis_transport(nomis_app: Switches) -> httpx.ASGITransport:
    return httpx.ASGITransport(app=nomis_app)


@pytest.fixture
async def door(nomis_transport: httpx.ASGITransport) -> AsyncIterator[Door]:
    async with httpx.AsyncClient(transport=nomis_transport, base_url="http://nomis.test") as client:
        yield Door(client)


@pytest.fixture
def observed() -> Observed:
    return Observed()


@pytest.fixture
async def nomis(nomis_transport: httpx.ASGITransport, observed: Observed) -> AsyncIterator[Nomis]:
    adapters = connect(nomis_config(), clock=lambda: NOW, transport=nomis_transport, observer=observed)
    yield adapters
    await adapters.aclose()


@pytest.fixture
async def officer_token(nomis: Nomis) -> str:
    return (await nomis.sign_in.issue("LEI_OFFICER", "correct horse")).access_token
