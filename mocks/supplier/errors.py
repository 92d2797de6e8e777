"""Refusals, and the one body in which the system words them."""

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response


class JsonResponse(Response):
    """An answer in JSON; written by orjson, as benchmarks run against this service."""

    media_type = "application/json"

    def __init__(self, content: object, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(orjson.dumps(content), status_code, dict(headers) if headers else None)


class Refusal(Exception):
    """An answer other than success: a code, a sentence and, where one is to blame, the name of a field."""

    status = HTTPStatus.BAD_REQUEST
    error = "invalid_request"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def headers(self) -> dict[str, str]:
        return {}

    def response(self) -> Response:
        body = {"error": self.error, "message": self.message}
        if self.field is not None:
            body["field"] = self.field
        return JsonResponse(body, self.status, self.headers())


class Invalid(Refusal):
    """The request breaks a rule of its form."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message, field)


class UnsupportedGrant(Refusal):
    """A grant other than client credentials."""

    error = "unsupported_grant_type"


class InvalidClient(Refusal):
    """No client, an unknown one, or another secret: which of these is not told."""

    status = HTTPStatus.UNAUTHORIZED
    error = "invalid_client"

    def __init__(self) -> None:
        super().__init__("the client is unknown or its secret is another")

    def headers(self) -> dict[str, str]:
        return {"www-authenticate": 'Basic realm="oauth"'}


class InvalidToken(Refusal):
    """No token, an unknown one, or one that has ended."""

    status = HTTPStatus.UNAUTHORIZED
    error = "invalid_token"

    def headers(self) -> dict[str, str]:
        return {"www-authenticate": 'Bearer error="invalid_token"'}


class InvalidSignature(Refusal):
    """A webhook that does not prove where it comes from, or is from another time."""

    status = HTTPStatus.UNAUTHORIZED
    error = "invalid_signature"


class NotFound(Refusal):
    """The thing asked for is unknown."""

    status = HTTPStatus.NOT_FOUND
    error = "not_found"


class UnsupportedMediaType(Refusal):
    """The body is not said to be what the route takes."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    error = "unsupported_media_type"


async def refuse(_request: Request, refusal: Exception) -> Response:
    """Answer a refusal; anything else goes on to the server."""
    if not isinstance(refusal, Refusal):
        raise refusal
    return refusal.response()


async def no_route(request: Request, error: Exception) -> Response:
    """Answer an unknown path, or a wrong method on a known one."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        body = {"error": "method_not_allowed", "message": f"this path does not take {request.method}"}
        return JsonResponse(body, error.status_code, error.headers)
    return NotFound("there is nothing at this path").response()
