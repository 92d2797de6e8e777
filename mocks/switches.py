"""Switches of every stand-in: faults that are set from outside, and a count of the requests at the door.

Both stand before the application and never behind a token:

- `PUT /__faults` replaces all rules, `GET` shows them, `DELETE` clears them;
- `GET /__requests` tells how many requests came, by route, `DELETE` begins anew.

Paths that begin with two underscores are neither counted nor faulted.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from http import HTTPStatus
from random import Random
from typing import Annotated, Final, Protocol, runtime_checkable

import httpx
import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

ANY_SERVICE: Final = "*"

_CONTROLS: Final = "/__"


class FaultRule(BaseModel):
    """What happens to requests of a service whose path begins with `path`.

    The wait comes first, then the dropped connection, then the error. A rule that names a `status` or `html` but no
    rate always answers so. `times` is how many requests the rule still hits; None: no end.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, str_max_length=200
    )

    service: str = ANY_SERVICE
    path: str | None = None
    latency_ms: Annotated[int, Field(ge=0, le=600_000)] = 0
    error_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    html: bool = False
    down: bool = False
    times: Annotated[int, Field(ge=0)] | None = None

    def hits(self, service: str, path: str) -> bool:
        return self.service in (ANY_SERVICE, service) and path.startswith(self.path or "")

    @property
    def rate(self) -> float:
        """How often it answers with an error, from 0 to 1."""
        if self.error_rate is not None:
            return self.error_rate
        return 1.0 if self.status is not None or self.html else 0.0


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rules: Annotated[list[FaultRule], Field(max_length=100)]


def first_rules(*, latency_ms: int = 0, error_rate: float = 0.0, down: bool = False) -> tuple[FaultRule, ...]:
    """Make the rule that command-line flags ask for: one for everything, or none."""
    if not (latency_ms or error_rate or down):
        return ()
    return (FaultRule(latency_ms=latency_ms, error_rate=error_rate, down=down),)


class Switches:
    """An ASGI application around another one.

    The first rule that hits a request decides about it. Rates draw from a stream of their own, so that a run can be
    repeated. `routes` give requests their names in the count; without one a request counts by its bare path.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        service_of: Callable[[str], str],
        services: Collection[str],
        routes: Sequence[BaseRoute] = (),
        rules: Iterable[FaultRule] = (),
    ) -> None:
        self._app = app
        self._service_of = service_of
        self._services = frozenset(services)
        self._routes = tuple(routes)
        self._draw = Random(0)  # noqa: S311 - chance of a fault, nothing to guard
        self._counts: Counter[str] = Counter()
        self._rules: list[FaultRule] = []
        self._hits: list[int] = []
        self.set_rules(rules)

    def set_rules(self, rules: Iterable[FaultRule]) -> None:
        """Replace all rules; what they have hit so far is forgotten."""
        self._rules = list(rules)
        self._hits = [0] * len(self._rules)

    def counts(self) -> dict[str, int]:
        """Give the requests so far, by route."""
        return dict(self._counts)

    def forget_counts(self) -> None:
        self._counts.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(_CONTROLS):
            response = await self._control(Request(scope, receive))
            await (response or self._app)(scope, receive, send)
            return
        self._counts[self._name(scope)] += 1
        rule = self._take(path)
        if rule is None:
            await self._app(scope, receive, send)
            return
        if rule.latency_ms:
            await asyncio.sleep(rule.latency_ms / 1000)
        if rule.down:
            await _drop(receive, send)
        elif rule.rate and self._draw.random() < rule.rate:
            await _error(rule)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _name(self, scope: Scope) -> str:
        for route in self._routes:
            if isinstance(route, Route) and route.matches(scope)[0] is Match.FULL:
                return f"{scope['method']} {route.path}"
        return f"{scope['method']} {scope['path']}"

    def _take(self, path: str) -> FaultRule | None:
        service = self._service_of(path)
        for index, rule in enumerate(self._rules):
            if rule.hits(service, path) and (rule.times is None or self._hits[index] < rule.times):
                self._hits[index] += 1
                return rule
        return None

    async def _control(self, request: Request) -> Response | None:
        """Answer for the switches; None where the path is the application's own."""
        path = request.url.path
        if path == "/__faults":
            return await self._faults(request)
        return self._requests(request) if path == "/__requests" else None

    async def _faults(self, request: Request) -> Response:
        if request.method == "GET":
            return self._show()
        if request.method == "PUT":
            return await self._replace(request)
        if request.method == "DELETE":
            self.set_rules(())
            return Response(status_code=204)
        return _refusal("faults know GET, PUT and DELETE", "method", status=405)

    def _requests(self, request: Request) -> Response:
        if request.method == "GET":
            return _json({"total": self._counts.total(), "byRoute": self.counts()})
        if request.method == "DELETE":
            self.forget_counts()
            return Response(status_code=204)
        return _refusal("requests know GET and DELETE", "method", status=405)

    def _show(self) -> Response:
        shown = []
        for rule, hits in zip(self._rules, self._hits, strict=True):
            left = None if rule.times is None else rule.times - hits
            shown.append({**rule.model_dump(by_alias=True), "times": left})
        return _json({"rules": shown})

    async def _replace(self, request: Request) -> Response:
        try:
            wanted = _Rules.model_validate_json(await request.body()).rules
        except ValidationError as refused:
            first = refused.errors(include_url=False, include_input=False, include_context=False)[0]
            return _refusal(first["msg"], ".".join(str(part) for part in first["loc"]) or "body")
        for index, rule in enumerate(wanted):
            if rule.service not in {ANY_SERVICE, *self._services}:
                names = ", ".join(sorted(self._services))
                return _refusal(f"no such service; there are {names} and *", f"rules.{index}.service")
        self.set_rules(wanted)
        return self._show()


@runtime_checkable
class _Connection(Protocol):
    """What uvicorn's request cycle has besides ASGI."""

    transport: asyncio.Transport


async def _drop(receive: Receive, send: Send) -> None:
    """End the connection without an answer.

    ASGI has no word for this: an application that returns or raises early makes uvicorn answer 500. So the socket is
    closed underneath; once the server has noticed, it neither answers nor complains. In-process transports have no
    socket: there the caller gets the error that it would meet over one.

    Raises:
        httpx.RemoteProtocolError: there is no connection to close.

    """
    connection = getattr(send, "__self__", None)
    if not isinstance(connection, _Connection):
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
    connection.transport.close()
    while (await receive())["type"] != "http.disconnect":
        continue


def _error(rule: FaultRule) -> Response:
    """Answer as something in between would: without the wording of the service itself."""
    status = HTTPStatus.SERVICE_UNAVAILABLE.value if rule.status is None else rule.status
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"
    if rule.html:
        return HTMLResponse(
            f"<html><head><title>{status} {phrase}</title></head><body><h1>{phrase}</h1></body></html>", status
        )
    return _json({"status": status, "error": phrase}, status)


def _refusal(message: str, field: str, *, status: int = 400) -> Response:
    return _json({"error": "invalid_request", "message": message, "field": field}, status)


def _json(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
