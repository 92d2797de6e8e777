"""Health for a load balancer and for a person: nothing here needs a token, and nothing here says why."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

Check = Callable[[], Awaitable[object]]
"""Raises if what it looks at does not work."""

CHECK_SECONDS: Final = 2.0
KEPT_SECONDS: Final = 2.0


@dataclass(slots=True)
class Health:
    """Three questions, each with its own answer.

    - `/health/ping`: is the process there? Asks nothing of anyone.
    - `/health/ready`: may requests be sent here? Down (503) while something of the gateway's own does not work.
    - `/health`: what of each part? An upstream's outage shows at its component and never makes the whole DOWN: taking
      every gateway out of service would help nobody, and what NOMIS cannot answer is answered without it.

    What the checks found is kept for two seconds, so that anybody's polling reaches no database or upstream.
    """

    own: Mapping[str, Check]
    upstreams: Mapping[str, Check]
    clock: Callable[[], float] = time.monotonic
    check_seconds: float = CHECK_SECONDS
    _found: dict[str, tuple[float, bool]] = field(default_factory=dict, init=False)
    _running: dict[str, asyncio.Task[bool]] = field(default_factory=dict, init=False)

    def routes(self) -> list[Route]:
        return [
            Route("/health/ping", self._ping, methods=["GET"]),
            Route("/health/ready", self._ready, methods=["GET"]),
            Route("/health", self._health, methods=["GET"]),
        ]

    async def _ping(self, _request: Request) -> Response:
        return _answer({"status": "UP"}, up=True)

    async def _ready(self, _request: Request) -> Response:
        found = await self._look(self.own)
        return _answer(_report(found, up=all(found.values())), up=all(found.values()))

    async def _health(self, _request: Request) -> Response:
        own, upstreams = await asyncio.gather(self._look(self.own), self._look(self.upstreams))
        return _answer(_report({**own, **upstreams}, up=all(own.values())), up=all(own.values()))

    async def _look(self, checks: Mapping[str, Check]) -> dict[str, bool]:
        results = await asyncio.gather(*(self._one(name, check) for name, check in checks.items()))
        return dict(zip(checks, results, strict=True))

    async def _one(self, name: str, check: Check) -> bool:
        found_at, works = self._found.get(name, (-KEPT_SECONDS, False))
        if self.clock() - found_at < KEPT_SECONDS:
            return works
        running = self._running.get(name)
        if running is None or running.done():
            running = self._running[name] = asyncio.create_task(self._try(name, check))
        return await asyncio.shield(running)

    async def _try(self, name: str, check: Check) -> bool:
        try:
            async with asyncio.timeout(self.check_seconds):
                await check()
        except Exception as error:  # noqa: BLE001 - whatever a check raises means that its part does not work
            log.warning("health_check_failed", component=name, exception=type(error).__qualname__)
            works = False
        else:
            works = True
        self._found[name] = (self.clock(), works)
        return works


def _report(found: Mapping[str, bool], *, up: bool) -> dict[str, object]:
    components = {name: {"status": "UP" if works else "DOWN"} for name, works in found.items()}
    return {"status": "UP" if up else "DOWN", "components": components}


def _answer(body: Mapping[str, object], *, up: bool) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=200 if up else 503,
        headers={"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"},
    )
