"""The GraphQL endpoint: one operation per request, by GET or POST, answered once or as an event stream."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial
from typing import Any, Final, TypeVar

import orjson
import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry import Schema
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from gateway.domain.claims import Claims
from gateway.domain.errors import GatewayError
from gateway.execution.engine import Engine
from gateway.execution.plans import Plans
from gateway.transport.documents import Documents, PreparedOperation, core_schema
from gateway.transport.errors import DocumentErrors, ErrorCode, QuietErrors, RequestError, format_error
from gateway.transport.limits import Limits
from gateway.transport.live.sse import COMPLETE, EventStreams, event
from gateway.transport.live.sse import headers as sse_headers
from gateway.transport.media_types import MediaType, accepts_events, negotiate
from gateway.transport.requests import OperationRequest, check_content, from_body, from_url, read_body, request_id
from gateway.transport.responses import answer, document_refusal, json_answer, refusal
from gateway.transport.sharing import SharedAnswers

log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

Authenticate = Callable[[Headers], Awaitable[Claims]]
"""Says who asks, from a request's headers. Raises a GatewayError."""

MakeContext = Callable[[Claims, OperationRequest, str], Awaitable[Any]]
"""Makes the context of one execution, for the claims, the operation and the request id. Raises a GatewayError."""

UNWIND_SECONDS: Final = 1.0
"""How long a cancelled execution is waited for: what it then still does, it does unobserved."""

Result = TypeVar("Result")


class ClientGone(Exception):
    """The client closed the connection before it had its answer."""


class Events(Enum):
    """Whether the client takes an event stream: not at all, as well as JSON, or nothing else."""

    NOT = auto()
    TOO = auto()
    ONLY = auto()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request on its way to an answer."""

    request: Request
    request_id: str
    media_type: MediaType
    events: Events = Events.NOT


@dataclass(frozen=True, slots=True)
class Executed:
    """What came of an operation; `written` is its answer's JSON, where others had the same."""

    result: ExecutionResult
    written: bytes | None = None


class GraphQLEndpoint:
    """An ASGI application for one route. Give it to `Route` as it is: it answers every method itself.

    The order of the checks is part of the contract: method, `Accept`, who asks, the body, the document with its limits
    and variables, the kind of operation, and only then is a context made and the operation run. So nobody without a
    token gets to send a body, and nothing is fetched for a request that cannot be answered.

    No rule against forged cross-site requests is needed beyond that: every request carries its bearer token in a
    header, which a page of another site can neither know nor have the browser add, and cookies are not read.
    """

    def __init__(
        self,
        schema: Schema,
        *,
        authenticate: Authenticate,
        make_context: MakeContext,
        documents: Documents | None = None,
        limits: Limits | None = None,
        event_streams: EventStreams | None = None,
        engine: Engine | None = None,
        sharing: SharedAnswers | None = None,
    ) -> None:
        """Raise TypeError for a schema that would log people's details: see QuietErrors."""
        if not isinstance(schema, QuietErrors):
            message = "the schema's class must derive from QuietErrors"
            raise TypeError(message)
        self._schema: Schema = schema
        self._authenticate = authenticate
        self._make_context = make_context
        self._limits = limits or (documents.limits if documents else Limits())
        self._documents = documents or Documents(self._limits)
        self._event_streams = event_streams
        self._engine = engine or Engine(Plans(schema, at_use=0))
        self._sharing = sharing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request, send)
        except (ClientGone, ClientDisconnect):
            return
        if response is not None:
            await response(scope, receive, send)

    async def run(
        self, claims: Claims, operation: OperationRequest, prepared: PreparedOperation, id_: str
    ) -> Mapping[str, object]:
        """Run a query or mutation that came by another way than a request of its own, to the body of its answer."""
        try:
            async with asyncio.timeout(self._limits.operation_seconds):
                result = (await self._execute(claims, operation, prepared, id_)).result
        except TimeoutError:
            return {"errors": [format_error(self._too_long(operation.kind), id_)]}
        cause = _cause_before_the_root(result)
        return result_body(result, id_) if cause is None else {"errors": [format_error(cause, id_)]}

    async def _answer(self, request: Request, send: Send) -> Response | None:
        """Give the answer; None where it has been sent, as an event stream."""
        exchange = Exchange(request, request_id(request), MediaType.JSON)
        try:
            _check_method(request.method)
            exchange = self._negotiated(exchange)
            return await self._answer_operation(exchange, send)
        except DocumentErrors as refused:
            if exchange.events is Events.ONLY:
                return _as_events(exchange, _errors_body(refused.errors, exchange.request_id))
            return document_refusal(exchange.media_type, exchange.request_id, refused.errors)
        except (ClientGone, ClientDisconnect):
            log.info("client_gone", request_id=exchange.request_id)
            raise
        except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, the client gets a masked answer
            return refusal(exchange.media_type, exchange.request_id, error)

    def _negotiated(self, exchange: Exchange) -> Exchange:
        accept = _joined(exchange.request.headers, "accept")
        events = self._event_streams is not None and accepts_events(accept)
        try:
            media_type = negotiate(accept)
        except RequestError:
            if not events:
                raise
            return replace(exchange, events=Events.ONLY)
        return replace(exchange, media_type=media_type, events=Events.TOO if events else Events.NOT)

    async def _answer_operation(self, exchange: Exchange, send: Send) -> Response | None:
        request = exchange.request
        claims = await self._authenticate(request.headers)
        if request.method == "GET":
            operation = from_url(request.scope["query_string"], self._limits)
        else:
            check_content(request)
            operation = from_body(await read_body(request, self._limits), self._limits)
        prepared = self._documents.prepare(
            core_schema(self._schema), operation.query, operation.operation_name, operation.variables
        )
        operation = replace(operation, operation_name=prepared.name, kind=prepared.kind)
        _check_kind(request.method, prepared.kind, exchange.events)
        if prepared.kind is OperationType.SUBSCRIPTION and self._event_streams is not None:
            await self._event_streams.answer(
                claims, operation, prepared, exchange.request_id, request.scope, request.receive, send
            )
            return None
        execution = self._execute(claims, operation, prepared, exchange.request_id)
        executed = await self._within_bounds(execution, request, prepared.kind)
        return _result_answer(exchange, executed)

    async def _execute(
        self, claims: Claims, operation: OperationRequest, prepared: PreparedOperation, id_: str
    ) -> "Executed":
        if self._sharing is not None and self._sharing.takes(prepared):
            shared = await self._sharing.answer(
                claims, operation, prepared, id_, partial(self._execute_in, operation, prepared)
            )
            return Executed(shared.result, shared.written)
        context = await self._make_context(claims, operation, id_)
        return Executed(await self._execute_in(operation, prepared, context))

    async def _execute_in(
        self, operation: OperationRequest, prepared: PreparedOperation, context: Any
    ) -> ExecutionResult:
        async def by_graphql_core() -> ExecutionResult:
            return await self._schema.execute(
                operation.query,
                variable_values=dict(operation.variables),
                context_value=context,
                operation_name=operation.operation_name,
                operation_extensions=dict(operation.extensions),
            )

        return await self._engine.answer(
            prepared.document_key, prepared.document, prepared.definition, prepared.variables, context, by_graphql_core
        )

    async def _within_bounds(
        self, execution: Coroutine[Any, Any, Result], request: Request, kind: OperationType
    ) -> Result:
        """Run an execution until it ends, the client leaves, or its time is up, and cancel it in the latter two."""
        run = asyncio.create_task(execution)
        watch = asyncio.create_task(_disconnection(request.receive))
        try:
            await asyncio.wait(
                {run, watch}, timeout=self._limits.operation_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if run.done():
                return run.result()
            if watch.done():
                raise ClientGone
        finally:
            await _cancel(run, watch)
        raise self._too_long(kind)

    def _too_long(self, kind: OperationType | None) -> RequestError:
        message = f"The operation took more than {self._limits.operation_seconds:g} seconds and was stopped."
        if kind is OperationType.MUTATION:
            message += " Parts of it may have been done."
        return RequestError(ErrorCode.DEADLINE_EXCEEDED, message, status=504)


def _check_method(method: str) -> None:
    if method not in {"GET", "POST"}:
        message = "Only GET and POST are answered here."
        raise RequestError(ErrorCode.METHOD_NOT_ALLOWED, message, status=405, headers={"Allow": "GET, POST"})


def _check_kind(method: str, kind: OperationType, events: Events) -> None:
    if kind is OperationType.SUBSCRIPTION and events is Events.NOT:
        message = "A subscription needs a connection that stays open: accept text/event-stream, or use a WebSocket."
        raise RequestError(ErrorCode.SUBSCRIPTION_NOT_SUPPORTED, message, status=400)
    if kind is OperationType.MUTATION and method == "GET":
        message = "A mutation must be sent by POST."
        raise RequestError(ErrorCode.METHOD_NOT_ALLOWED, message, status=405, headers={"Allow": "POST"})


def _result_answer(exchange: Exchange, executed: Executed) -> Response:
    """Answer what came of an execution: 200 with `data`, even a null one, or 500 if it never got to the root fields."""
    if executed.written is not None and exchange.events is not Events.ONLY:
        return json_answer(exchange.media_type, exchange.request_id, executed.written)
    result = executed.result
    cause = _cause_before_the_root(result)
    if cause is not None:
        return refusal(exchange.media_type, exchange.request_id, cause)
    body = result_body(result, exchange.request_id)
    if exchange.events is Events.ONLY:
        return _as_events(exchange, body)
    return answer(exchange.media_type, exchange.request_id, body)


def _cause_before_the_root(result: ExecutionResult) -> Exception | None:
    """Return why an execution never got to the root fields; None where it did."""
    errors = result.errors or []
    if result.data is not None or any(error.path for error in errors):
        return None
    causes = [error.original_error for error in errors if isinstance(error.original_error, GatewayError)]
    return (causes or errors or [RuntimeError()])[0]


def result_body(result: ExecutionResult, id_: str) -> dict[str, object]:
    """Return the body of an answer to an operation that was run."""
    body: dict[str, object] = {"data": result.data}
    if result.errors:
        body["errors"] = [format_error(error, id_) for error in result.errors]
    if result.extensions:
        body["extensions"] = result.extensions
    return body


def _errors_body(errors: Sequence[Exception], id_: str) -> dict[str, object]:
    return {"errors": [format_error(error, id_) for error in errors]}


def _as_events(exchange: Exchange, body: Mapping[str, object]) -> Response:
    """Answer one result to a client that takes nothing but an event stream."""
    return Response(event(orjson.dumps(body)) + COMPLETE, headers=sse_headers(exchange.request_id))


async def _disconnection(receive: Receive) -> None:
    """Return once the client has gone. What it still sends, such as the body of a GET, is dropped."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel what still runs, and wait a moment for it to unwind. What it raises meanwhile interests nobody."""
    for task in tasks:
        task.cancel()
    done, _ = await asyncio.wait(tasks, timeout=UNWIND_SECONDS)
    for task in done:
        if not task.cancelled():
            task.exception()


def _joined(headers: Headers, name: str) -> str | None:
    values = headers.getlist(name)
    return ", ".join(values) if values else None
