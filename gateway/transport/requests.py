"""Reading a GraphQL request from HTTP: the parameters of a GET or the JSON body of a POST, and nothing else."""

import asyncio
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from strawberry.types.graphql import OperationType

from gateway.transport.errors import ErrorCode, RequestError
from gateway.transport.limits import Limits

BOM: Final = b"\xef\xbb\xbf"
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+=-]{7,127}")
MAX_PARAMETERS: Final = 20
PARAMETERS: Final = ("query", "operationName", "variables", "extensions")


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRequest:
    """What a client asks for. `kind` and, where it gave none, `operation_name` are filled in once the document is read.

    Variables and document stay out of `repr`: they hold people's details.
    """

    query: str = field(repr=False)
    operation_name: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict, repr=False)
    extensions: Mapping[str, object] = field(default_factory=dict, repr=False)
    kind: OperationType | None = None


def request_id(request: Request) -> str:
    """Return the caller's `X-Request-Id` where it sent a single plain one, else a new id."""
    given = request.headers.getlist("x-request-id")
    if len(given) == 1 and REQUEST_ID.fullmatch(given[0]):
        return given[0]
    return new_request_id()


def new_request_id() -> str:
    return uuid.uuid4().hex


def check_content(request: Request) -> None:
    """Refuse a body that is not plain JSON in UTF-8, before any of it is read. Raises RequestError (415).

    Forms are refused with the rest: a page of another site can send a form without the browser asking first.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        message = "The body must not be compressed."
        raise RequestError(
            ErrorCode.UNSUPPORTED_MEDIA_TYPE, message, status=415, headers={"Accept-Encoding": "identity"}
        )
    given = request.headers.getlist("content-type")
    name, *parameters = (piece.strip().lower() for piece in (given[0] if len(given) == 1 else "").split(";"))
    charsets = {parameter.partition("=")[2].strip(' "') for parameter in parameters if parameter.startswith("charset")}
    if name != "application/json" or not charsets <= {"utf-8", "utf8"}:
        message = "The body must be application/json, in UTF-8, and Content-Type must say so."
        raise RequestError(ErrorCode.UNSUPPORTED_MEDIA_TYPE, message, status=415)


async def read_body(request: Request, limits: Limits) -> bytes:
    """Read the body, up to its bounds in bytes and in seconds. Raises RequestError (413 and 408) beyond them.

    A body that announces its size is refused by that alone. Raises starlette's ClientDisconnect if the client leaves.
    """
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdecimal() and (len(declared) > 12 or int(declared) > limits.body_bytes):  # noqa: PLR2004 - digits enough for a terabyte
        raise _too_large(limits)
    body = bytearray()
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limits.body_bytes:
                    raise _too_large(limits)
    except TimeoutError:
        message = f"The body did not arrive within {limits.body_seconds:g} seconds."
        raise RequestError(ErrorCode.REQUEST_TIMEOUT, message, status=408, headers={"Connection": "close"}) from None
    return bytes(body)


def from_body(body: bytes, limits: Limits) -> OperationRequest:
    """Read the request in a POST's body. Raises RequestError (400) saying which part is wrong, never quoting it."""
    parameters = _read_json(body, "The body")
    if isinstance(parameters, list):
        message = "Batches are not supported: send one request at a time."
        raise RequestError(ErrorCode.BATCHING_NOT_SUPPORTED, message, status=400)
    if not isinstance(parameters, dict):
        raise _bad("The body must be a JSON object.")
    return from_parameters(parameters, limits)


def from_url(query_string: bytes, limits: Limits) -> OperationRequest:
    """Read the request in the URL of a GET, whose `variables` and `extensions` are JSON texts.

    Raises RequestError: 414 for too long a URL, 400 otherwise.
    """
    if len(query_string) > limits.url_bytes:
        message = f"The URL's parameters may have at most {limits.url_bytes} bytes: send the request by POST."
        raise RequestError(ErrorCode.REQUEST_TOO_LARGE, message, status=414)
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError:
        raise _bad("The URL's parameters cannot be read: they must be percent-encoded UTF-8.") from None
    parameters: dict[str, object] = {}
    for name, value in pairs:
        if name in parameters:
            raise _bad("The URL repeats a parameter.")
        parameters[name] = value
    for name in ("variables", "extensions"):
        text = parameters.get(name)
        if isinstance(text, str) and text:
            parameters[name] = _read_json(text.encode(), name)
    return from_parameters(parameters, limits)


def from_parameters(parameters: Mapping[str, object], limits: Limits) -> OperationRequest:
    """Check the parameters' types. Null and an empty text mean absent; a parameter of another name is ignored.

    Raises RequestError (400).
    """
    given = {name: parameters.get(name) for name in PARAMETERS}
    query, operation_name, variables, extensions = (None if value == "" else value for value in given.values())
    variables = {} if variables is None else variables
    extensions = {} if extensions is None else extensions
    if not isinstance(variables, dict):
        raise _bad("variables must be a JSON object.")
    if not isinstance(extensions, dict):
        raise _bad("extensions must be a JSON object.")
    if not (operation_name is None or isinstance(operation_name, str)):
        raise _bad("operationName must be a text.")
    if not (query is None or isinstance(query, str)):
        raise _bad("query must be a text.")
    if extensions.get("persistedQuery") is not None or (query is None and parameters.get("documentId") is not None):
        # clients recognise this very message, and then send the document itself
        raise RequestError(ErrorCode.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported", status=400)
    if query is None:
        raise _bad("query is missing: it must hold the GraphQL document.")
    for name, value in (("variables", variables), ("extensions", extensions)):
        _check_extent(name, value, limits)
    return OperationRequest(query=query, operation_name=operation_name, variables=variables, extensions=extensions)


def _read_json(text: bytes, what: str) -> object:
    """Parse JSON strictly: UTF-8, no NaN or Infinity, no lone surrogates, no key twice in one object.

    The first parser judges all of that but the keys, which only the second can see. A repeated key is refused because
    two readers of the same request may take different values for it.
    """
    try:
        text = text.removeprefix(BOM)
        orjson.loads(text)
        value: object = json.loads(text, object_pairs_hook=_unique)
    except RepeatedKeyError:
        raise _bad(f"{what} must not have a key twice in one object.") from None
    except (ValueError, RecursionError):
        raise _bad(f"{what} must be valid JSON, in UTF-8.") from None
    return value


class RepeatedKeyError(ValueError):
    """An object has a key twice."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise RepeatedKeyError
    return values


def _check_extent(name: str, value: object, limits: Limits) -> None:
    """Refuse a value that is nested too deeply, or holds too much in all or in one place. Raises RequestError (400)."""
    count = 0
    level: list[object] = [value]
    for _ in range(limits.json_depth + 1):
        if any(isinstance(outer, dict | list) and len(outer) > limits.json_entries for outer in level):
            raise _too_many(f"A list or object in {name} may have at most {limits.json_entries} entries.")
        level = [
            part
            for outer in level
            if isinstance(outer, dict | list)
            for part in (outer.values() if isinstance(outer, dict) else outer)
        ]
        count += len(level)
        if count > limits.json_values:
            raise _too_many(f"There may be at most {limits.json_values} values in {name}.")
        if not level:
            return
    raise _bad(f"{name} must not be nested deeper than {limits.json_depth} levels.")


def _bad(message: str) -> RequestError:
    return RequestError(ErrorCode.BAD_REQUEST, message, status=400)


def _too_many(message: str) -> RequestError:
    return RequestError(ErrorCode.TOO_MANY_VALUES, message, status=400)


def _too_large(limits: Limits) -> RequestError:
    message = f"The body may have at most {limits.body_bytes} bytes."
    return RequestError(ErrorCode.REQUEST_TOO_LARGE, message, status=413, headers={"Connection": "close"})
