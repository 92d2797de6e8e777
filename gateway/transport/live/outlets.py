"""Outlets: a bounded queue in front of one client, and nobody waits for it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from starlette.types import Message, Scope, Send

from gateway.transport.live.sockets import EXTENSION, DirectSocket

LEFT_TO_READ = 64 * 1024
"""So much may wait before somebody who catches up is given more."""


class Outlet(Protocol):
    """Takes texts for one client."""

    def write(self, texts: Sequence[bytes]) -> int:
        """Take texts, and return how many bytes are now waiting."""
        ...

    async def drained(self) -> None:
        """Wait until little is waiting."""
        ...

    def end(self, code: int, reason: str) -> None:
        """End the connection."""
        ...


class DirectOutlet:
    """A socket of our own server: its transport's buffer is the queue."""

    def __init__(self, socket: DirectSocket) -> None:
        self.write = socket.write_texts
        self.drained = socket.drained
        self.end = socket.end


class QueuedOutlet:
    """Any ASGI connection: a queue, and a task that sends what is in it."""

    def __init__(self, send: Callable[[bytes], Awaitable[None]], end: Callable[[int, str], Awaitable[None]]) -> None:
        self._send = send
        self._end = end
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._given = asyncio.Event()
        self._taken = asyncio.Event()
        self._ending: tuple[int, str] | None = None
        self.task = asyncio.create_task(self._run(), name="outlet")

    def write(self, texts: Sequence[bytes]) -> int:
        if self._ending is None and not self.task.done():
            self._waiting.extend(texts)
            self._bytes += sum(map(len, texts))
            self._given.set()
        return self._bytes

    async def drained(self) -> None:
        while self._bytes > LEFT_TO_READ and not self.task.done():
            self._taken.clear()
            await self._taken.wait()

    def end(self, code: int, reason: str) -> None:
        if self._ending is None:
            self._ending = code, reason
            self._given.set()

    async def _run(self) -> None:
        try:
            while True:
                while self._waiting:
                    text = self._waiting.popleft()
                    await self._send(text)
                    self._bytes -= len(text)
                    self._taken.set()
                if self._ending is not None:
                    await self._end(*self._ending)
                    return
                await self._given.wait()
                self._given.clear()
        finally:
            self._taken.set()


def socket_outlet(scope: Scope, send: Send) -> Outlet:
    """Return the outlet of an accepted socket."""
    direct = scope.get("extensions", {}).get(EXTENSION)
    if direct is not None:
        return DirectOutlet(direct)

    async def send_text(text: bytes) -> None:
        await send({"type": "websocket.send", "text": text.decode()})

    async def close(code: int, reason: str) -> None:
        closing: Message = {"type": "websocket.close", "code": code, "reason": reason}
        await send(closing)

    return QueuedOutlet(send_text, close)
