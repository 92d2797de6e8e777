"""Switches of a mock: faults to try by hand and in tests, and a count of requests at its door.

They need no token. `PUT /__faults` replaces all rules, `GET` shows them, `DELETE` clears them; `GET /__requests` gives
the counts and `DELETE` starts them anew. The first rule that fits a request acts on it.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Annotated

import uvicorn
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN = "/__"
"""Paths under this are the mock's own: no rule acts on them and they are not counted."""


class ConnectionDropped(Exception):
    """Raised in place of an answer where there is no connection to drop: with an in-process transport."""


class Rule(BaseModel):
    """What to do to requests of a service (`*`: any) whose path begins with `path`.

    `latency_ms` waits first. Then, for a share `error_rate` of the requests, `down` drops the connection without an
    answer and otherwise `status` is answered, as JSON or as an ingress's HTML page. A rule that gives neither only
    waits. `times` is how many requests it still acts on; None: for ever.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")

    service: str = "*"
    path: str = ""
    latency_ms: Annotated[int, Field(ge=0, le=600_000)] = 0
    error_rate: Annotated[float, Field(ge=0, le=1)] = 1.0
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    html: bool = False
    body: str | None = None
    down: bool = False
    times: Annotated[int, Field(ge=0)] | None = None

    def fits(self, service: str, path: str) -> bool:
        return self.service in {"*", service} and path.startswith(self.path) and self.times != 0


class Rules(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rules: list[Rule]


class Switches:
    """ASGI middleware around a whole mock. `service_of` names the service that a path belongs to."""

    def __init__(
        self, app: ASGIApp, service_of: Callable[[str], str], *, rules: list[Rule] | None = None, seed: int = 1
    ) -> None:
        self._app = app
        self._service_of = service_of
        self._rules = list(rules or [])
        self._counts: Counter[str] = Counter()
        self._random = random.Random(seed)  # noqa: S311 - which requests fail is no secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path in {"/__faults", "/__requests"}:
            await (await self._control(Request(scope, receive)))(scope, receive, send)
            return
        if path.startswith(OWN):
            await self._app(scope, receive, send)
            return
        self._counts[f"{scope['method']} {path}"] += 1
        rule = next((rule for rule in self._rules if rule.fits(self._service_of(path), path)), None)
        if rule is None:
            await self._app(scope, receive, send)
            return
        await self._act(rule, scope, receive, send)

    async def _act(self, rule: Rule, scope: Scope, receive: Receive, send: Send) -> None:
        if rule.times is not None:
            rule.times -= 1
        if rule.latency_ms:
            await asyncio.sleep(rule.latency_ms / 1000)
        fails = (rule.down or rule.status is not None) and self._random.random() < rule.error_rate
        if not fails:
            await self._app(scope, receive, send)
        elif rule.down:
            drop(send)
        else:
            await self._failure(rule)(scope, receive, send)

    @staticmethod
    def _failure(rule: Rule) -> Response:
        status = rule.status or 503
        if rule.html:
            return HTMLResponse(rule.body or f"<html><body><h1>{status}</h1></body></html>", status)
        if rule.body is not None:
            return Response(rule.body, status, media_type="application/json")
        return JSONResponse({"status": status, "userMessage": "Unexpected error", "developerMessage": "fault"}, status)

    async def _control(self, request: Request) -> Response:
        if request.url.path == "/__requests":
            if request.method == "DELETE":
                self._counts.clear()
            return JSONResponse({"total": self._counts.total(), "byRoute": dict(sorted(self._counts.items()))})
        if request.method == "PUT":
            try:
                self._rules = Rules.model_validate_json(await request.body()).rules
            except ValidationError as error:
                return JSONResponse({"error": json.loads(error.json(include_url=False))}, 400)
        elif request.method == "DELETE":
            self._rules = []
        return JSONResponse({"rules": [rule.model_dump(by_alias=True) for rule in self._rules]})


def drop(send: Callable[[Message], object]) -> None:
    """Close the connection of a request without an answer.

    Uvicorn hands the application a bound method of the object that owns the transport. An in-process transport has no
    connection, so there an exception takes the answer's place.

    Raises:
        ConnectionDropped: there is no connection.

    """
    owner = getattr(send, "__self__", None)
    transport = getattr(owner, "transport", None)
    if transport is None:
        raise ConnectionDropped
    # Marked as answered, so that the server neither complains nor tries to answer by itself.
    owner.disconnected = True  # type: ignore[union-attr]  # it has a transport
    transport.abort()


def serve(app: ASGIApp, port: int) -> None:
    """Serve a mock on the loopback address until stopped."""
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
