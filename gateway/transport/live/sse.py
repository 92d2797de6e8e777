"""GraphQL over server-sent events, in the protocol's distinct connections mode: one operation for each request."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from gateway.domain.claims import Claims
from gateway.domain.errors import InvalidInput
from gateway.transport.documents import PreparedOperation
from gateway.transport.errors import format_error
from gateway.transport.heads import ABORT
from gateway.transport.live.execution import NotStarted
from gateway.transport.live.groups import Rendered
from gateway.transport.live.outlets import QueuedOutlet
from gateway.transport.live.stream import Ending, Listener, Stream
from gateway.transport.live.streams import Streams
from gateway.transport.media_types import EVENT_STREAM
from gateway.transport.requests import OperationRequest

COMPLETE: Final = b"event: complete\ndata:\n\n"
HEARTBEAT: Final = b":\n\n"
LAST_EVENT_ID: Final = "last-event-id"
RETRY_MS: Final = (500, 5_000)
"""Between which bounds a client of a node that stops is told to wait, so that they do not all come at once."""
_DICE: Final = random.SystemRandom()


class EventStreams:
    """Answers subscriptions as event streams."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    async def answer(
        self,
        claims: Claims,
        operation: OperationRequest,
        prepared: PreparedOperation,
        request_id: str,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Serve a subscription until its client leaves or it may not go on.

        Raises:
            GatewayError: it cannot begin, and nothing was sent yet.

        """
        viewer = await self._streams.backend.establish(claims)
        outlet = QueuedOutlet(*_sending(send, request_id))
        exchange = _Exchange(outlet, self._streams.limits.waiting_bytes)
        listener = Listener(exchange.push, outlet.drained, exchange.end)
        resume = Headers(scope=scope).get(LAST_EVENT_ID) or None
        try:
            stream = await self._streams.open(claims, viewer, operation, prepared, request_id, listener, resume=resume)
        except (NotStarted, InvalidInput) as refused:
            errors = refused.errors if isinstance(refused, NotStarted) else [format_error(refused, request_id)]
            outlet.write([event(orjson.dumps({"errors": errors})), COMPLETE])
            outlet.end(0, "")
            await outlet.task
            return
        except BaseException:
            outlet.task.cancel()
            raise
        try:
            outlet.write([self._first(stream)])
            await self._until_over(receive, exchange)
        finally:
            self._streams.close(stream)
            outlet.task.cancel()
        if exchange.is_cut_off and (abort := scope.get("extensions", {}).get(ABORT)) is not None:
            abort()

    def _first(self, stream: Stream) -> bytes:
        """Give a client that has no cursor yet one to come back with."""
        if not stream.starts_now:
            return HEARTBEAT
        return b"id: %s\n\n" % self._streams.backend.log.start_cursor(stream.seat.position).encode()

    async def _until_over(self, receive: Receive, exchange: "_Exchange") -> None:
        outlet, patience = exchange.outlet, self._streams.limits.heartbeat_seconds
        left = asyncio.create_task(_departure(receive))
        over = asyncio.create_task(exchange.over.wait())
        try:
            while not (left.done() or over.done() or outlet.task.done()):
                waited = await asyncio.wait(
                    {left, over, outlet.task}, timeout=patience, return_when=asyncio.FIRST_COMPLETED
                )
                if not waited[0]:
                    outlet.write([HEARTBEAT])
            if over.done() and not exchange.is_cut_off:
                await asyncio.wait({left, outlet.task}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        finally:
            left.cancel()
            over.cancel()


class _Exchange:
    """One event stream on its way to one client."""

    def __init__(self, outlet: QueuedOutlet, most_waiting: int) -> None:
        self.outlet = outlet
        self.over = asyncio.Event()
        self.is_cut_off = False
        self._most_waiting = most_waiting

    def push(self, results: Sequence[Rendered]) -> None:
        if self.outlet.write([event(one.payload, one.cursor) for one in results]) > self._most_waiting:
            # It reads too slowly to be told: the connection just ends, and the last event's id says where to go on.
            self.is_cut_off = True
            self.over.set()

    def end(self, ending: Ending) -> None:
        if ending is Ending.STOPPING:
            self.outlet.write([b"retry: %d\n\n" % _DICE.randrange(*RETRY_MS)])
        self.outlet.end(0, ending.value)
        self.over.set()


def event(result: bytes, cursor: str | None = None) -> bytes:
    """Write an execution result as an event. Its JSON has no line breaks."""
    id_ = b"" if cursor is None else b"id: %s\n" % cursor.encode()
    return b"event: next\n" + id_ + b"data: " + result + b"\n\n"


def headers(request_id: str) -> Mapping[str, str]:
    """Return the headers of an event stream, which nothing in between may keep, compress or hold back."""
    return {
        "Content-Type": f"{EVENT_STREAM}; charset=utf-8",
        "Cache-Control": "no-store, no-transform",
        "X-Accel-Buffering": "no",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": request_id,
    }


def _sending(send: Send, request_id: str) -> tuple[Callable[[bytes], Any], Callable[[int, str], Any]]:
    """Return what sends a piece, the head before the first one, and what ends the answer without `complete`."""
    has_head = False

    async def send_piece(text: bytes) -> None:
        nonlocal has_head
        if not has_head:
            has_head = True
            given = [(name.lower().encode(), value.encode()) for name, value in headers(request_id).items()]
            head: Message = {"type": "http.response.start", "status": 200, "headers": given}
            await send(head)
        await send({"type": "http.response.body", "body": text, "more_body": True})

    async def finish(_code: int, _reason: str) -> None:
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_piece, finish


async def _departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
