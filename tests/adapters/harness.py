"""Ways to watch, disturb and replace what the adapters talk to."""

import json
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from gateway.adapters.calls import Outcome
from gateway.adapters.http import UpstreamConfig
from gateway.adapters.nomis import Credentials, Nomis, NomisConfig, connect
from gateway.domain.errors import UpstreamMalformed
from tests.adapters.nomis_world import NOW

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass
class Observed:
    """What an observer was told."""

    calls: list[tuple[str, str, Outcome, float]] = field(default_factory=list)

    def __call__(self, system: str, resource: str, outcome: Outcome, seconds: float) -> None:
        self.calls.append((system, resource, outcome, seconds))

    def counted(self) -> Counter[tuple[str, str, str]]:
        return Counter((system, resource, outcome.value) for system, resource, outcome, _ in self.calls)


@dataclass
class Door:
    """The mock's own switches: its count of requests, and its faults."""

    client: httpx.AsyncClient

    async def counts(self) -> dict[str, int]:
        counts: dict[str, int] = (await self.client.get("/__requests")).json()["byRoute"]
        return counts

    async def faults(self, *rules: dict[str, object]) -> None:
        (await self.client.put("/__faults", json={"rules": rules})).raise_for_status()

    async def put(self, path: str, body: dict[str, object] | None = None) -> None:
        (await self.client.put(path, json=body or {})).raise_for_status()

    async def odd_token(self, **wanted: object) -> str:
        token: str = (await self.client.post("/__tokens", json=wanted)).json()["access_token"]
        return token


def nomis_config(
    limits: UpstreamConfig | None = None, *, account: Credentials | None = None, web_client: Credentials | None = None
) -> NomisConfig:
    """Point all five services at one address."""
    limits = limits or UpstreamConfig(base_url="http://nomis.test")
    return NomisConfig(
        sign_in=limits,
        prison_api=limits,
        prisoner_search=limits,
        alerts=limits,
        manage_users=limits,
        account=account or Credentials("gateway", "gateway-secret"),
        web_client=web_client or Credentials("web", "web-secret"),
    )


def answering(content: object, asked: list[httpx.Request] | None = None) -> Nomis:
    """Connect to services that always give one answer, and keep what they are asked."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/oauth/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 1200})
        if asked is not None:
            asked.append(request)
        return httpx.Response(200, content=body)

    return replaced(answer)


def replaced(answer: Callable[[httpx.Request], httpx.Response]) -> Nomis:
    """Connect to services that a function answers for."""
    return connect(nomis_config(), clock=lambda: NOW, transport=httpx.MockTransport(answer))


def readable(found: Mapping[K, V | UpstreamMalformed]) -> dict[K, V]:
    """Give what was found, none of which may be an error."""
    values: dict[K, V] = {}
    for key, value in found.items():
        if isinstance(value, UpstreamMalformed):
            raise value
        values[key] = value
    return values
