"""Health: what is asked, what is kept, and that an upstream's outage is nobody else's."""

import asyncio
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.applications import Starlette

from gateway.transport.health import Health

pytestmark = pytest.mark.anyio


@dataclass
class Parts:
    """The gateway's parts, which may fail, and the time."""

    failing: set[str] = field(default_factory=set)
    hanging: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    now: float = 0.0

    async def check(self, name: str) -> None:
        self.asked.append(name)
        if name in self.failing:
            raise ConnectionError("postgresql://user:password@host")
        if name in self.hanging:
            await asyncio.Event().wait()

    def client(self) -> httpx.AsyncClient:
        health = Health(
            own={"store": lambda: self.check("store")},
            upstreams={"nomis": lambda: self.check("nomis"), "geoamey": lambda: self.check("geoamey")},
            clock=lambda: self.now,
            check_seconds=0.01,
        )
        transport = httpx.ASGITransport(Starlette(routes=health.routes()))
        return httpx.AsyncClient(transport=transport, base_url="http://gateway")


async def test_ping_asks_nobody() -> None:
    parts = Parts(failing={"store", "nomis"})
    async with parts.client() as client:
        response = await client.get("/health/ping")
    assert (response.status_code, response.json()) == (200, {"status": "UP"})
    assert response.headers["cache-control"] == "no-store"
    assert parts.asked == []


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        (Parts(), 200),
        (Parts(failing={"nomis", "geoamey"}), 200),
        (Parts(failing={"store"}), 503),
        (Parts(hanging={"store"}), 503),
    ],
)
async def test_readiness_is_a_matter_of_the_gateways_own_parts(parts: Parts, status: int) -> None:
    async with parts.client() as client:
        response = await client.get("/health/ready")
    word = "UP" if status == 200 else "DOWN"
    assert (response.status_code, response.json()) == (
        status,
        {"status": word, "components": {"store": {"status": word}}},
    )
    assert set(parts.asked) == {"store"}


@pytest.mark.parametrize("parts", [Parts(failing={"nomis"}), Parts(hanging={"nomis"})])
async def test_an_upstreams_outage_shows_without_taking_the_gateway_down(parts: Parts) -> None:
    async with parts.client() as client:
        response = await client.get("/health")
    assert response.status_code == 200
    assert response.json() == {
        "status": "UP",
        "components": {"store": {"status": "UP"}, "nomis": {"status": "DOWN"}, "geoamey": {"status": "UP"}},
    }


async def test_a_broken_store_takes_the_gateway_down_without_saying_why() -> None:
    async with Parts(failing={"store"}).client() as client:
        response = await client.get("/health")
    assert (response.status_code, response.json()["status"]) == (503, "DOWN")
    assert "password" not in response.text


async def test_findings_are_kept_for_two_seconds() -> None:
    parts = Parts()
    async with parts.client() as client:
        await asyncio.gather(*(client.get("/health") for _ in range(5)))
        assert sorted(parts.asked) == ["geoamey", "nomis", "store"]
        parts.failing.add("store")
        parts.now = 1.9
        assert (await client.get("/health/ready")).status_code == 200
        parts.now = 2.0
        assert (await client.get("/health/ready")).status_code == 503
        parts.failing.clear()
        parts.now = 4.0
        assert (await client.get("/health/ready")).status_code == 200


async def test_health_is_only_read() -> None:
    async with Parts().client() as client:
        assert (await client.post("/health")).status_code == 405
