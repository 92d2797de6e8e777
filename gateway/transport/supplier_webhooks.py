"""Where suppliers' systems report by webhook, for those that do not speak GraphQL."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.domain.times import Clock
from gateway.domain.webhook_signatures import NotSigned, verified_id
from gateway.resolvers.supplier_reports import Report, read_report
from gateway.transport.errors import ErrorCode, RequestError
from gateway.transport.limits import Limits
from gateway.transport.media_types import MediaType
from gateway.transport.requests import check_content, read_body, request_id
from gateway.transport.responses import answer, refusal

log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

Take = Callable[[str, str, Report, str], Awaitable[Mapping[str, object]]]
"""Does what a message says: for a supplier's key, the message's id, its body, and the request's id.

Raises a GatewayError.
"""

_NOT_YOURS: Final = "The message is not signed as it has to be, or not just now."


class SupplierWebhookEndpoint:
    """An ASGI application for `/webhooks/suppliers/{key}`. Give it to `Route` as it is.

    The order of the checks is part of the contract: method, content, body, signature, form. A supplier that does not
    exist, one without a secret, a wrong signature and a wrong time are one answer.
    """

    def __init__(self, secrets: Mapping[str, Sequence[str]], take: Take, clock: Clock, limits: Limits) -> None:
        self._secrets = secrets
        self._take = take
        self._clock = clock
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        id_ = request_id(request)
        try:
            response = await self._answer(request, id_)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, the sender gets a masked answer
            response = refusal(MediaType.JSON, id_, error)
        await response(scope, receive, send)

    async def _answer(self, request: Request, id_: str) -> Response:
        if request.method != "POST":
            message = "Only POST is answered here."
            raise RequestError(ErrorCode.METHOD_NOT_ALLOWED, message, status=405, headers={"Allow": "POST"})
        check_content(request)
        body = await read_body(request, self._limits)
        key = str(request.path_params["key"])
        try:
            message_id = verified_id(self._secrets.get(key, ()), request.headers, body, at=self._clock())
        except NotSigned as reason:
            log.warning("a supplier's webhook was refused", request_id=id_, reason=str(reason))
            raise RequestError(ErrorCode.UNAUTHENTICATED, _NOT_YOURS, status=401) from None
        report = read_report(body)
        try:
            async with asyncio.timeout(self._limits.operation_seconds):
                data = await self._take(key, message_id, report, id_)
        except TimeoutError:
            message = f"It took more than {self._limits.operation_seconds:g} seconds. Send the same message again."
            raise RequestError(ErrorCode.DEADLINE_EXCEEDED, message, status=504) from None
        return answer(MediaType.JSON, id_, {"data": data})
