"""Answers: their JSON, headers and statuses."""

from collections.abc import Mapping, Sequence
from typing import Final

import orjson
from starlette.responses import Response

from gateway.domain.errors import InvalidInput, Refused, Unauthenticated, UpstreamError
from gateway.transport.errors import RequestError, format_error
from gateway.transport.media_types import MediaType

RETRY_AFTER_SECONDS: Final = 5
DOCUMENT_STATUS: Final[Mapping[MediaType, int]] = {MediaType.RESPONSE: 400, MediaType.JSON: 200}
"""The status of a request whose document or variables are refused: the older media type keeps 200 for HTTP that went
well, as the clients that ask for it expect."""


def answer(
    media_type: MediaType,
    request_id: str,
    body: Mapping[str, object],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Make an answer that no cache keeps: it shows what one viewer may see."""
    return json_answer(media_type, request_id, orjson.dumps(body), status=status, headers=headers)


def json_answer(
    media_type: MediaType,
    request_id: str,
    written: bytes,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Make the same of a body that is written already."""
    return Response(
        written,
        status_code=status,
        headers={
            "Content-Type": f"{media_type.value}; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Request-Id": request_id,
            **(headers or {}),
        },
    )


def refusal(media_type: MediaType, request_id: str, error: Exception) -> Response:
    """Answer a request that ended before its operation ran, as GraphQL errors without `data`."""
    status, headers = _outcome(error)
    return answer(media_type, request_id, {"errors": [format_error(error, request_id)]}, status=status, headers=headers)


def document_refusal(media_type: MediaType, request_id: str, errors: Sequence[Exception]) -> Response:
    """Answer a request whose document or variables cannot be used."""
    body = {"errors": [format_error(error, request_id) for error in errors]}
    return answer(media_type, request_id, body, status=DOCUMENT_STATUS[media_type])


def _outcome(error: Exception) -> tuple[int, dict[str, str]]:
    outcome: tuple[int, dict[str, str]] = (500, {})
    match error:
        case RequestError():
            outcome = (error.status, error.headers)
        case Unauthenticated():
            outcome = (401, {"WWW-Authenticate": "Bearer"})
        case Refused():
            outcome = (403, {})
        case InvalidInput():
            outcome = (400, {})
        case UpstreamError():
            outcome = (503, {"Retry-After": str(RETRY_AFTER_SECONDS)}) if error.retryable else (502, {})
    return outcome
