"""Stores for the tests of this folder, on both databases."""

from collections.abc import AsyncIterator

import pytest

from gateway.store.engine import Database
from tests.live.serving import Served, a_served_bed
from tests.support.stores import BACKENDS, empty_store


@pytest.fixture(
    params=[pytest.param(one, marks=[pytest.mark.slow] if one == "postgresql" else []) for one in BACKENDS],
    scope="session",
)
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def store(backend: str) -> AsyncIterator[Database]:
    async with empty_store(backend) as database:
        yield database


@pytest.fixture
async def here() -> AsyncIterator[Served]:
    async with a_served_bed() as found:
        yield found
