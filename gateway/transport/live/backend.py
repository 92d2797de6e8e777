"""What the live transports need from the application, and the bounds that they keep."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.datastructures import Headers
from strawberry import Schema

from gateway.context import Context
from gateway.domain.access_log import AccessLogEntry
from gateway.domain.claims import Claims
from gateway.domain.event_log import LogPosition
from gateway.domain.times import Clock
from gateway.domain.viewer import FormerViewer, Viewer
from gateway.execution.engine import Engine
from gateway.services.access_log import AccessLog
from gateway.services.event_log import EventLog
from gateway.transport.documents import Documents, PreparedOperation
from gateway.transport.requests import OperationRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLimits:
    """The bounds on connections that stay open.

    - `sockets` and `streams` are a node's, `streams_of_one_account` those of one account on one node; a stream is a
      subscription on a socket, or an event stream
    - `waiting_bytes` may wait for one client that reads slowly, before its connection is ended
    - `init_seconds` pass at most until a socket is authenticated
    - `heartbeat_seconds` pass at most without a sign of life on an event stream
    - `recheck_seconds` pass at most until what NOMIS says of a viewer reaches their streams: see `GrantBook`, which
      remembers it for a minute
    """

    sockets: int = 10_000
    streams: int = 20_000
    streams_of_one_account: int = 200
    streams_on_one_socket: int = 100
    waiting_bytes: int = 1024 * 1024
    message_characters: int = 256 * 1024
    init_seconds: float = 10.0
    heartbeat_seconds: float = 15.0
    recheck_seconds: float = 5.0


class MakeLiveContext(Protocol):
    """Makes the context of one event, with loaders of its own, for a viewer who was established before."""

    def __call__(
        self, viewer: Viewer, operation: str | None, request_id: str, access_log: AccessLog, /
    ) -> Awaitable[Context]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The doors into the application."""

    schema: Schema
    documents: Documents
    log: EventLog
    clock: Clock
    authenticate: Callable[[Headers], Awaitable[Claims]]
    establish: Callable[[Claims], Awaitable[Viewer]]
    formerly: Callable[[Claims, LogPosition], Awaitable[Sequence[FormerViewer]]]
    """Whom an account has been since a position of the log, before it was given other places."""
    make_context: MakeLiveContext
    standing: Callable[[Viewer], Hashable]
    note_access: Callable[[Sequence[AccessLogEntry]], Awaitable[None]]
    engine: Engine
    execute: Callable[[Claims, OperationRequest, PreparedOperation, str], Awaitable[Mapping[str, object]]]
    """Runs a query or a mutation that came over a socket or as an event stream, to the body of its answer."""
