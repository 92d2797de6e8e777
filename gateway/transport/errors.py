"""The one place that turns an exception into an entry of a GraphQL answer's `errors`."""

import traceback
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

import structlog
from graphql import GraphQLError, Node, Source
from strawberry.types import ExecutionContext

from gateway.domain.errors import GatewayError

log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

MASK: Final = "Something went wrong in the gateway. Quote the request id when you report it."
FRAMES_LOGGED: Final = 8


class ErrorCode(StrEnum):
    """Every value that `extensions.code` may take. Clients branch on these: none is ever renamed.

    About the request as HTTP carries it:
    - BAD_REQUEST: the body or the URL's parameters are not a GraphQL request
    - BATCHING_NOT_SUPPORTED: the body is a list of requests
    - METHOD_NOT_ALLOWED: neither GET nor POST, or a mutation sent by GET
    - NOT_FOUND: nothing to print or to follow by this id, or nothing that you may see
    - NOT_ACCEPTABLE: `Accept` leaves out both JSON media types
    - UNSUPPORTED_MEDIA_TYPE: the body is not plain `application/json` in UTF-8
    - REQUEST_TOO_LARGE: more bytes than a request may have
    - REQUEST_TIMEOUT: the body did not arrive in time
    - PERSISTED_QUERY_NOT_SUPPORTED: a hash or an id instead of a document

    About who asks:
    - UNAUTHENTICATED: no token, or one that does not hold
    - FORBIDDEN: the viewer's roles do not allow the action

    About the document and its variables:
    - GRAPHQL_PARSE_FAILED: a syntax error
    - GRAPHQL_VALIDATION_FAILED: the document does not fit the schema
    - OPERATION_RESOLUTION_FAILURE: it cannot be told which operation is to run
    - SUBSCRIPTION_NOT_SUPPORTED: a subscription by a request that takes one answer and no event stream
    - BAD_USER_INPUT: a variable or an argument cannot be used

    About limits on what one request may ask:
    - DOCUMENT_TOO_LONG: too many characters
    - TOO_MANY_TOKENS: too many words and signs
    - QUERY_TOO_DEEP: fields within fields
    - INTROSPECTION_TOO_DEEP: likewise, below `__schema` and `__type`
    - TOO_MANY_FIELDS: with every fragment written out
    - TOO_MANY_ROOT_FIELDS: likewise, at the root
    - TOO_MANY_ALIASES: likewise, of renamed fields
    - TOO_MANY_DIRECTIVES: in all, or in one place
    - TOO_MANY_VALUES: in the variables, or in one list or object of theirs
    - QUERY_TOO_EXPENSIVE: too many objects by the sizes of the pages asked for

    About subscriptions:
    - TOO_MANY_SUBSCRIPTIONS: the node, the account or the socket has all that it may have
    - CURSOR_EXPIRED: `after` is of a log that is no more: start without it, and read anew

    About systems:
    - UPSTREAM_UNAVAILABLE: another system is down or did not answer in time
    - UPSTREAM_REJECTED: another system refused the gateway's request
    - UPSTREAM_MALFORMED: another system's answer could not be read
    - DEADLINE_EXCEEDED: the whole operation took too long
    - INTERNAL_SERVER_ERROR: a fault of the gateway's own, hidden behind one message
    """

    BAD_REQUEST = "BAD_REQUEST"
    BATCHING_NOT_SUPPORTED = "BATCHING_NOT_SUPPORTED"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_FOUND = "NOT_FOUND"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"
    REQUEST_TIMEOUT = "REQUEST_TIMEOUT"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    SUBSCRIPTION_NOT_SUPPORTED = "SUBSCRIPTION_NOT_SUPPORTED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    DOCUMENT_TOO_LONG = "DOCUMENT_TOO_LONG"
    TOO_MANY_TOKENS = "TOO_MANY_TOKENS"
    QUERY_TOO_DEEP = "QUERY_TOO_DEEP"
    INTROSPECTION_TOO_DEEP = "INTROSPECTION_TOO_DEEP"
    TOO_MANY_FIELDS = "TOO_MANY_FIELDS"
    TOO_MANY_ROOT_FIELDS = "TOO_MANY_ROOT_FIELDS"
    TOO_MANY_ALIASES = "TOO_MANY_ALIASES"
    TOO_MANY_DIRECTIVES = "TOO_MANY_DIRECTIVES"
    TOO_MANY_VALUES = "TOO_MANY_VALUES"
    QUERY_TOO_EXPENSIVE = "QUERY_TOO_EXPENSIVE"
    TOO_MANY_SUBSCRIPTIONS = "TOO_MANY_SUBSCRIPTIONS"
    CURSOR_EXPIRED = "CURSOR_EXPIRED"
    UPSTREAM_UNAVAILABLE = "UPSTREAM_UNAVAILABLE"
    UPSTREAM_REJECTED = "UPSTREAM_REJECTED"
    UPSTREAM_MALFORMED = "UPSTREAM_MALFORMED"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


class RequestError(GatewayError):
    """A request refused as HTTP: it has a status of its own, whatever media type the client accepts."""

    def __init__(self, code: ErrorCode, message: str, *, status: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.error_code = code
        self.status = status
        self.headers = dict(headers or {})

    def extensions(self) -> dict[str, object]:
        return {"code": self.error_code.value}


class DocumentError(GraphQLError):
    """Something wrong with the document or its variables. Its message is written here, so it may be shown."""

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        nodes: Collection[Node] | None = None,
        source: Source | None = None,
        positions: Collection[int] | None = None,
        variable: str | None = None,
    ) -> None:
        extensions: dict[str, object] = {"code": code.value}
        if variable is not None:
            extensions["variable"] = variable
        super().__init__(message, nodes or None, source, positions, extensions=extensions)
        self.error_code = code


class DocumentErrors(Exception):
    """Why an operation is not run at all: the answer has no `data`."""

    def __init__(self, errors: list[DocumentError]) -> None:
        super().__init__(", ".join(error.error_code for error in errors))
        self.errors = errors


class QuietErrors:
    """Keeps a Strawberry schema from logging errors: put it before `Schema` among the bases.

    Strawberry logs each one, a client's mistakes included, with the source around it, and a document may quote a
    person's details. What deserves a log is logged by `format_error`, without them.
    """

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log nothing."""


def format_error(error: Exception, request_id: str) -> dict[str, object]:
    """Return one entry of `errors`. An exception that nobody meant to show is masked, and logged by its type alone."""
    body: dict[str, object] = {}
    cause: Exception = error
    if isinstance(error, GraphQLError):
        if error.locations:
            body["locations"] = [location.formatted for location in error.locations]
        if error.path is not None:
            body["path"] = list(error.path)
        cause = _root_cause(error)
    if isinstance(cause, GatewayError):
        message, extensions = cause.message, dict(cause.extensions())
    elif isinstance(cause, DocumentError):
        message, extensions = cause.message, dict(cause.extensions or {})
    elif isinstance(cause, GraphQLError) and _is_unusable_argument(error, cause):
        message, extensions = "An argument of this field has no usable value.", {"code": ErrorCode.BAD_USER_INPUT.value}
    else:
        _log_masked(error, cause, request_id)
        message, extensions = MASK, {"code": ErrorCode.INTERNAL_SERVER_ERROR.value}
    extensions["requestId"] = request_id
    return {"message": message, **body, "extensions": extensions}


def _root_cause(error: GraphQLError) -> Exception:
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_unusable_argument(error: Exception, cause: GraphQLError) -> bool:
    """Tell an argument that failed at execution from a value that could not be served.

    The executor raises both as bare GraphQL errors; only the first points at a node of the document by itself, which
    is then not the field that `error` was located at. It happens where a nullable variable meets a non-null argument
    that has a default: validation lets that pass.
    """
    return isinstance(error, GraphQLError) and bool(error.path) and cause is not error and bool(cause.nodes)


def _log_masked(error: Exception, cause: Exception, request_id: str) -> None:
    nodes = error.nodes if isinstance(error, GraphQLError) else None
    field = getattr(getattr(nodes[0], "name", None), "value", None) if nodes else None
    frames = traceback.extract_tb(cause.__traceback__)[-FRAMES_LOGGED:]
    log.error(
        "error_masked",
        request_id=request_id,
        exception=f"{type(cause).__module__}.{type(cause).__qualname__}",
        field=field,
        frames=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    )
