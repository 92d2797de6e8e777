"""A supplier's system as an application."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.supplier.controls import Controls
from mocks.supplier.errors import JsonResponse, NotFound, Refusal, no_route, refuse
from mocks.supplier.holdings import Holdings
from mocks.supplier.records import Source
from mocks.supplier.road import Driver
from mocks.supplier.sign_in import SignIn
from mocks.supplier.tokens import Clock, Tokens
from mocks.supplier.tracking import Tracking
from mocks.supplier.webhooks import Webhooks
from mocks.switches import FaultRule, Switches

SERVICE: Final = "supplier"


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(
    source: Source,
    *,
    clock: Clock = _now,
    webhook_secrets: Iterable[str] = (),
    drive: Callable[[Holdings], Driver] | None = None,
) -> Starlette:
    """Serve what a source holds. `clock` decides when tokens end and dates what is changed at run time.

    Without a secret it takes no webhooks. `drive` makes who drives the moves, for as long as the application lives.
    """
    tokens = Tokens(source.clients(), clock)
    holdings = Holdings(source)
    sign_in = SignIn(tokens)
    tracking = Tracking(holdings, sign_in.admit)
    controls = Controls(holdings, tokens, clock)
    webhooks = Webhooks(holdings, webhook_secrets, clock)
    driver = None if drive is None else drive(holdings)
    if driver is not None:
        webhooks.listeners.append(driver.hear)

    async def road(_request: Request) -> Response:
        """Tell how the road is, and what the gateway did not take."""
        if driver is None:
            raise NotFound("this system does not drive")
        return JsonResponse(driver.status())

    @asynccontextmanager
    async def driving(_app: Starlette) -> AsyncIterator[None]:
        task = None if driver is None else asyncio.create_task(driver.run(), name="the road")
        yield
        if task is not None and driver is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await driver.gateway.aclose()

    app = Starlette(
        routes=[
            Route("/oauth/token", sign_in.token, methods=["POST"]),
            Route("/journeys/search", tracking.search_journeys, methods=["POST"]),
            Route("/moves/{reference}/journeys", tracking.journeys, methods=["GET"]),
            Route("/positions/search", tracking.search_positions, methods=["POST"]),
            Route("/moves/{reference}/position", tracking.position, methods=["GET"]),
            Route("/webhooks", webhooks.receive, methods=["POST"]),
            Route("/health/ping", _up, methods=["GET"]),
            Route("/__legs/{reference}", controls.put_legs, methods=["PUT"]),
            Route("/__legs/{reference}", controls.drop_legs, methods=["DELETE"]),
            Route("/__positions/{reference}", controls.put_position, methods=["PUT"]),
            Route("/__positions/{reference}", controls.drop_position, methods=["DELETE"]),
            Route("/__webhooks", webhooks.show, methods=["GET"]),
            Route("/__webhooks", webhooks.forget, methods=["DELETE"]),
            Route("/__road", road, methods=["GET"]),
            Route("/__changes", controls.restore, methods=["DELETE"]),
            Route("/__tokens", controls.revoke, methods=["DELETE"]),
        ],
        exception_handlers={Refusal: refuse, HTTPException: no_route},
        lifespan=driving,
    )
    # For whoever holds the application: what it hears and holds.
    app.state.webhooks = webhooks
    app.state.holdings = holdings
    return app


def behind_switches(app: Starlette, *, rules: Iterable[FaultRule] = ()) -> Switches:
    """Put the switches before the application, which is one service."""
    return Switches(app, service_of=lambda _path: SERVICE, services=(SERVICE,), routes=app.routes, rules=rules)


async def _up(_request: Request) -> Response:
    return JsonResponse({"status": "UP"})
