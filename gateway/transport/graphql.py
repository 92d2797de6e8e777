"""The GraphQL endpoint: one operation per request, by GET or POST, answered once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

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
from gateway.transport.documents import Documents, core_schema
from gateway.transport.errors import DocumentErrors, ErrorCode, QuietErrors, RequestError, format_error
from gateway.transport.limits import Limits
from gateway.transport.media_types import MediaType, negotiate
from gateway.transport.requests import OperationRequest, check_content, from_body, from_url, read_body, request_id
from gateway.transport.responses import answer, document_refusal, refusal

log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

Authenticate = Callable[[Headers], Awaitable[Claims]]
"""Says who asks, from a request's headers. Raises a GatewayError."""

MakeContext = Callable[[Claims, OperationRequest, str], Awaitable[object]]
"""Makes the context of one execution, for the claims, the operation and the request id. Raises a GatewayError."""

UNWIND_SECONDS: Final = 1.0
"""How long a cancelled execution is waited for: what it then still does, it does unobserved."""

Result = TypeVar("Result")


class ClientGone(Exception):
    """The client closed the connection before it had its answer."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request on its way to an answer."""

    request: Request
    request_id: str
    media_type: MediaType


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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except (ClientGone, ClientDisconnect):
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        exchange = Exchange(request, request_id(request), MediaType.JSON)
        try:
            _check_method(request.method)
            exchange = replace(exchange, media_type=negotiate(_joined(request.headers, "accept")))
            return await self._answer_operation(exchange)
        except DocumentErrors as refused:
            return document_refusal(exchange.media_type, exchange.request_id, refused.errors)
        except (ClientGone, ClientDisconnect):
            log.info("client_gone", request_id=exchange.request_id)
            raise
        except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, the client gets a masked answer
            return refusal(exchange.media_type, exchange.request_id, error)

    async def _answer_operation(self, exchange: Exchange) -> Response:
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
        _check_kind(request.method, prepared.kind)
        execution = self._execute(claims, operation, exchange.request_id)
        result = await self._within_bounds(execution, request, prepared.kind)
        return _result_answer(exchange, result)

    async def _execute(self, claims: Claims, operation: OperationRequest, id_: str) -> ExecutionResult:
        context = await self._make_context(claims, operation, id_)
        return await self._schema.execute(
            operation.query,
            variable_values=dict(operation.variables),
            context_value=context,
            operation_name=operation.operation_name,
            operation_extensions=dict(operation.extensions),
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
        message = f"The operation took more than {self._limits.operation_seconds:g} seconds and was stopped."
        if kind is OperationType.MUTATION:
            message += " Parts of it may have been done."
        raise RequestError(ErrorCode.DEADLINE_EXCEEDED, message, status=504)


def _check_method(method: str) -> None:
    if method not in {"GET", "POST"}:
        message = "Only GET and POST are answered here."
        raise RequestError(ErrorCode.METHOD_NOT_ALLOWED, message, status=405, headers={"Allow": "GET, POST"})


def _check_kind(method: str, kind: OperationType) -> None:
    if kind is OperationType.SUBSCRIPTION:
        message = "A subscription needs a connection that stays open: it cannot be answered here."
        raise RequestError(ErrorCode.SUBSCRIPTION_NOT_SUPPORTED, message, status=400)
    if kind is OperationType.MUTATION and method == "GET":
        message = "A mutation must be sent by POST."
        raise RequestError(ErrorCode.METHOD_NOT_ALLOWED, message, status=405, headers={"Allow": "POST"})


def _result_answer(exchange: Exchange, result: ExecutionResult) -> Response:
    """Answer what came of an execution: 200 with `data`, even a null one, or 500 if it never got to the root fields."""
    errors = result.errors or []
    if result.data is None and not any(error.path for error in errors):
        causes = [error.original_error for error in errors if isinstance(error.original_error, GatewayError)]
        return refusal(exchange.media_type, exchange.request_id, (causes or errors or [RuntimeError()])[0])
    body: dict[str, object] = {"data": result.data}
    if errors:
        body["errors"] = [format_error(error, exchange.request_id) for error in errors]
    if result.extensions:
        body["extensions"] = result.extensions
    return answer(exchange.media_type, exchange.request_id, body)


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
