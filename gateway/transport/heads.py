"""HTTP/1.1 as uvicorn's fast parser reads it, with a bound on the head of a request, which that parser lacks."""

from typing import Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

MAX_HEAD_BYTES: Final = 98_304
"""Room for the longest URL that the parser takes (65,535 bytes) and half of that again for headers."""
ABORT: Final = "secure_move.abort"
"""Under this name an application finds what cuts off a client that takes nothing, among its scope's extensions."""
MESSAGE: Final = b"The head of the request is too large."
TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\n"
    b"connection: close\r\n"
    b"\r\n"
    b"%s" % (len(MESSAGE), MESSAGE)
)


class BoundedHeads(HttpToolsProtocol):
    """Refuses a request (431) whose line and headers go on beyond the bound.

    The parser gathers a header until it ends, at a cost that grows with the square of its length: without a bound, one
    connection that never ends a header takes the server's memory and time, and needs no token for it. What arrives
    together with a head's first byte is not counted, as most of it may belong to the request before: the bound is
    exact but for one read from the socket.
    """

    _head_bytes = 0
    _is_head_open = False
    _has_begun = False

    def data_received(self, data: bytes) -> None:
        self._has_begun = False
        super().data_received(data)
        if not self._is_head_open or self._has_begun:
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            answering = cast("RequestResponseCycle | None", self.cycle)  # none before the first request
            if answering is None or answering.response_complete:
                self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        self._head_bytes, self._is_head_open, self._has_begun = 0, True, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_head_open = False
        super().on_headers_complete()
        self.scope.setdefault("extensions", {})[ABORT] = self.transport.abort  # type: ignore[assignment]  # our own
