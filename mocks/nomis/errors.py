"""Refusals, and the body in which each service words them."""

from starlette.requests import Request
from starlette.responses import Response

from mocks.nomis.services import Service, service_of
from mocks.nomis.wire import Json, JsonResponse, without_nulls

_UNAUTHORISED = 401
_BAD_REQUEST = 400
_FORBIDDEN = 403
_NOT_FOUND = 404

_PREFIXES = {
    _BAD_REQUEST: "Validation failure",
    _NOT_FOUND: "Not found",
    _FORBIDDEN: "Authentication problem. Check token and roles -",
}


class Refusal(Exception):
    """An answer other than success; the wording of its body is the business of the service that gives it."""

    status = 500

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class Unauthorised(Refusal):
    """No token, or one that does not hold; the answer has no body, only the reason in a header."""

    status = _UNAUTHORISED


class Forbidden(Refusal):
    """A role is missing, or the person is outside the caller's caseloads."""

    status = _FORBIDDEN

    def __init__(self, message: str = "Access Denied") -> None:
        super().__init__(message)


class NotFound(Refusal):
    """The thing asked for is unknown."""

    status = _NOT_FOUND


class Invalid(Refusal):
    """The request breaks a rule of its form."""

    status = _BAD_REQUEST


class Conflict(Refusal):
    """The request contradicts what is there already."""

    status = 409


class UnsupportedMediaType(Refusal):
    """The body is not said to be JSON."""

    status = 415


class MethodNotAllowed(Refusal):
    """The path exists, the method on it does not."""

    status = 405


def error_body(service: Service, status: int, message: str) -> dict[str, Json]:
    """Word a refusal as the service does: five services, four dialects of one shape.

    Prison API leaves nulls out and gives no developer message with a 403; Search tells a 403 by its status alone and
    words a 404 for developers only; Alerts puts the kind of failure before the user's message and spells nulls out.
    """
    if service is Service.SIGN_IN:
        return {"error": "Not Found" if status == _NOT_FOUND else "invalid_request", "error_description": message}
    if service is Service.PRISON_API:
        developer = None if status == _FORBIDDEN else message
        return without_nulls({"status": status, "userMessage": message, "developerMessage": developer})
    if service is Service.PRISONER_SEARCH:
        if status == _FORBIDDEN:
            return {"status": status}
        if status == _NOT_FOUND:
            return {"status": status, "developerMessage": message}
    return {
        "status": status,
        "errorCode": None,
        "userMessage": _prefixed(service, status, message),
        "developerMessage": message,
        "moreInfo": None,
    }


def _prefixed(service: Service, status: int, message: str) -> str:
    if service is Service.MANAGE_USERS:
        return f"User not found: {message}" if status == _NOT_FOUND else message
    prefix = _PREFIXES.get(status)
    if prefix is None:
        return message
    return f"{prefix} {message}" if prefix.endswith("-") else f"{prefix}: {message}"


def render(request: Request, refusal: Refusal) -> Response:
    """Answer a refusal in the dialect of the service whose path was asked."""
    if isinstance(refusal, Unauthorised):
        return Response(status_code=_UNAUTHORISED, headers={"www-authenticate": _challenge(refusal.message)})
    service = service_of(request.url.path)
    return JsonResponse(error_body(service, refusal.status, refusal.message), refusal.status)


def _challenge(reason: str) -> str:
    if not reason:
        return "Bearer"
    return (
        f'Bearer error="invalid_token", error_description="{reason}", '
        'error_uri="https://tools.ietf.org/html/rfc6750#section-3.1"'
    )
