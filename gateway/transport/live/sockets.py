"""WebSockets as uvicorn keeps them, with what serving many subscribers needs beyond ASGI.

ASGI knows only "send, and wait until it is taken". Here a text goes out at once, without a task woken for each of
thousands of sockets; how much waits for a slow client can be seen; and one that takes nothing at all can be let go.
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

EXTENSION: Final = "secure_move.socket"
_SHORT: Final = 126
_MIDDLE: Final = 65_536
_TEXT: Final = 0x81
"""The first byte of a frame that holds a whole text (RFC 6455, section 5.2)."""


class DirectSocket(Protocol):
    """What an application finds under `EXTENSION` among the extensions of its scope."""

    def write_texts(self, texts: Sequence[bytes]) -> int:
        """Send texts of UTF-8 in one go, and return how many bytes now wait for the client."""
        ...

    async def drained(self) -> None:
        """Wait until little is waiting for the client."""
        ...

    def end(self, code: int, reason: str) -> None:
        """Close, after what is waiting; a client that does not take that within seconds is cut off."""
        ...


class LiveSockets(WebSocketsSansIOProtocol):
    """Offers each socket's application a `DirectSocket`.

    A client that does not answer a ping is cut off without a close frame: uvicorn would send 1011, after which clients
    do not come back, and a client that was only out of reach for a while should.
    """

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None:
            scope["extensions"][EXTENSION] = self

    def write_texts(self, texts: Sequence[bytes]) -> int:
        if self.close_sent or self.transport.is_closing() or self.conn.state is not State.OPEN:
            return 0
        if self.conn.extensions:  # compressed: each socket has a history of its own
            for text in texts:
                self.conn.send_text(text)
            self.transport.write(b"".join(self.conn.data_to_send()))
        else:
            self.transport.write(b"".join([_head(len(text)) + text for text in texts]))
        return self.transport.get_write_buffer_size()

    async def drained(self) -> None:
        await self.writable.wait()

    def end(self, code: int, reason: str) -> None:
        if self.close_sent or self.transport.is_closing() or self.conn.state is not State.OPEN:
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def keepalive_timeout(self) -> None:
        self.pong_timer = None
        self.pending_ping_payload = None
        self.transport.abort()


def _head(length: int) -> bytes:
    if length < _SHORT:
        return bytes((_TEXT, length))
    if length < _MIDDLE:
        return b"\x81\x7e" + length.to_bytes(2, "big")
    return b"\x81\x7f" + length.to_bytes(8, "big")
