"""A stream: one subscription of one client, how it reaches them, and why it may be ended."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from gateway.domain.claims import Claims
from gateway.transport.live.groups import Group, Push, Seat


class Ending(Enum):
    """Why a stream is ended by the gateway. In each case the client may come back with its cursor."""

    EXPIRED = "the token has expired"
    REFUSED = "the token is no longer accepted"
    SLOW = "too much is waiting to be read: go on from your last cursor"
    UNSURE = "it cannot be asked what you may see: try again later"
    STOPPING = "this node is stopping: go on elsewhere from your last cursor"


@dataclass(eq=False, slots=True)
class Stream:
    """One subscription of one client."""

    claims: Claims
    seat: Seat
    group: Group
    end: Callable[[Ending], None]
    on_socket: bool = False
    starts_now: bool = False
    work: asyncio.Task[None] | None = None
    is_over: bool = False


class Socket(Protocol):
    """A connection that lives no longer than its token, whatever streams it carries."""

    claims: Claims | None

    def end(self, ending: Ending) -> None: ...


@dataclass(frozen=True, slots=True)
class Listener:
    """How a stream reaches its client."""

    push: Push
    ready: Callable[[], Awaitable[None]]
    end: Callable[[Ending], None]
    on_socket: bool = False
