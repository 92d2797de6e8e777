"""Where a dPER is printed: one address for the page and one for the same as PDF.

Signed in with the same bearer token as the graph. Which record it is and whether it may be printed is for the services:
what is hidden is not found, as if it were absent.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.context import Context
from gateway.domain.claims import Claims
from gateway.domain.ids import EscortRecordId
from gateway.domain.printed_records import PrintedRecord
from gateway.resolvers.escort_records import PRINT_PATH
from gateway.resolvers.global_ids import NodeType, decode, uuids
from gateway.transport.errors import ErrorCode, RequestError
from gateway.transport.media_types import MediaType
from gateway.transport.print.pages import html_page
from gateway.transport.print.pdf import FACES, PdfPrinter
from gateway.transport.requests import OperationRequest, request_id
from gateway.transport.responses import refusal

OPERATION: Final = "PrintPersonEscortRecord"
"""What the access log calls it."""
SECONDS: Final = 30.0

Authenticate = Callable[[Headers], Awaitable[Claims]]
MakeContext = Callable[[Claims, OperationRequest, str], Awaitable[Context]]

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


def page_policy(nonce: str) -> str:
    """Return the policy of a page: its own style sheet, and nothing else at all."""
    return f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class PrintEndpoint:
    """Answers both addresses."""

    def __init__(self, *, authenticate: Authenticate, make_context: MakeContext) -> None:
        self._authenticate = authenticate
        self._make_context = make_context
        self._printer = PdfPrinter()

    def routes(self) -> list[Route]:
        path = PRINT_PATH.format("{record_id}")
        return [
            Route(path, self.page, methods=["GET"]),
            Route(f"{path}.pdf", self.pdf, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)

        async def as_html(page: PrintedRecord) -> Response:
            headers = {"Content-Security-Policy": page_policy(nonce)}
            return Response(html_page(page, nonce=nonce), media_type="text/html", headers=headers)

        return await self._answer(request, as_html)

    async def pdf(self, request: Request) -> Response:
        async def as_pdf(page: PrintedRecord) -> Response:
            made = await self._printer.pdf(html_page(page, faces=FACES))
            name = f"person-escort-record-{page.move.reference}.pdf"
            headers = {"Content-Disposition": f'inline; filename="{name}"'}
            return Response(made, media_type="application/pdf", headers=headers)

        return await self._answer(request, as_pdf)

    async def _answer(self, request: Request, make: Callable[[PrintedRecord], Awaitable[Response]]) -> Response:
        id_ = request_id(request)
        try:
            claims = await self._authenticate(request.headers)
            async with asyncio.timeout(SECONDS):
                context = await self._make_context(claims, OperationRequest(query="", operation_name=OPERATION), id_)
                response = await make(await _printed(context, request.path_params["record_id"]))
        except TimeoutError:
            message = f"Printing took more than {SECONDS:g} seconds and was stopped."
            return refusal(MediaType.JSON, id_, RequestError(ErrorCode.DEADLINE_EXCEEDED, message, status=504))
        except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, the client gets a masked answer
            return refusal(MediaType.JSON, id_, error)
        response.headers.update({**_HEADERS, "X-Request-Id": id_})
        return response


async def _printed(context: Context, global_id: str) -> PrintedRecord:
    decoded = decode(global_id)
    key = None if decoded is None or decoded[0] is not NodeType.PERSON_ESCORT_RECORD else uuids(decoded[1])
    # Not even whoever may not print learns from the answer whether an id means anything.
    page = await context.services.record_printing.printed(None if key is None else EscortRecordId(key[0]))
    if page is None:
        raise RequestError(ErrorCode.NOT_FOUND, "There is no such dPER.", status=404)
    return page
