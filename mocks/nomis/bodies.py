"""What callers send: request bodies and query parameters, checked as the services check them."""

from collections.abc import Iterable
from datetime import date

import orjson
from starlette.requests import Request

from mocks.nomis.errors import Invalid, UnsupportedMediaType


async def json_body(request: Request) -> object:
    """Parse the body; 415 unless it is said to be JSON, 400 unless it is."""
    media_type = request.headers.get("content-type", "application/octet-stream").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType(f"Content-Type '{media_type}' is not supported")
    try:
        body: object = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise Invalid("Malformed request") from None
    return body


def texts(value: object, name: str = "body", *, least: int = 1) -> list[str]:
    """Read a list of strings; 400 when it is something else or too short."""
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise Invalid("Malformed request")
    if len(value) < least:
        raise Invalid(f"{name} - must not be empty")
    return value


async def text_list(request: Request, *, least: int = 1) -> list[str]:
    """Read a body that is a list of strings, at least one unless told otherwise."""
    return texts(await json_body(request), least=least)


async def json_object(request: Request) -> dict[str, object]:
    body = await json_body(request)
    if not isinstance(body, dict):
        raise Invalid("Malformed request")
    return body


def flag(request: Request, name: str, *, default: bool) -> bool:
    """Read true or false from the query; 400 for anything else."""
    value = request.query_params.get(name)
    if value is None:
        return default
    if value.lower() not in {"true", "false"}:
        raise Invalid(f"Invalid value for parameter '{name}'")
    return value.lower() == "true"


def listed(request: Request, name: str) -> list[str]:
    """Read a parameter that may be repeated and may hold several values between commas."""
    return _split(request.query_params.getlist(name))


def required(request: Request, name: str) -> list[str]:
    """Read such a parameter; 400 when it is missing."""
    values = listed(request, name)
    if not values:
        raise Invalid(f"Required request parameter '{name}' for method parameter type List is not present")
    return values


def day(request: Request, name: str) -> date | None:
    """Read a date from the query; 400 when it is none."""
    value = request.query_params.get(name)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Invalid(f"Invalid value for parameter '{name}'") from None


def _split(values: Iterable[str]) -> list[str]:
    return [part for value in values for part in value.split(",") if part]


def number_in_path(request: Request, name: str) -> int:
    """Read a number from the path; 400 when it is none."""
    value = str(request.path_params[name])
    if not value.lstrip("-").isdigit():
        raise Invalid("Malformed request")
    return int(value)
