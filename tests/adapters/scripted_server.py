"""A server that answers each request as its script says, down to the bytes, or does not."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from itertools import count


class Act(Enum):
    HANG = "hang"
    DROP = "drop"


def http(status: int, body: bytes | str, *headers: str, length: int | None = None) -> bytes:
    """Write an answer; `length` is what it claims its length to be."""
    content = body.encode() if isinstance(body, str) else body
    kind = "text/html" if content.startswith(b"<") else "application/json"
    lines = [
        f"HTTP/1.1 {status} Whatever",
        f"Content-Type: {kind}",
        f"Content-Length: {len(content) if length is None else length}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@dataclass
class ScriptedServer:
    """Plays its script from the beginning; the last line again and again. `seen` are the heads of requests."""

    script: Sequence[bytes | Act]
    base_url: str = ""
    seen: list[str] = field(default_factory=list)
    connections: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    _turns: Iterator[int] = field(default_factory=count)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(
                    (int(line[15:]) for line in head.lower().splitlines() if line.startswith("content-length:")), 0
                )
                await reader.readexactly(length)
                self.seen.append(head)
                self.asked.set()
                act = self.script[min(next(self._turns), len(self.script) - 1)]
                if act is Act.HANG:
                    await self._over.wait()
                if isinstance(act, Act):
                    return
                writer.write(act)
                await writer.drain()
                if b"\r\n\r\n" not in act or b"short" in act:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def stop(self) -> None:
        self._over.set()


@asynccontextmanager
async def scripted(*script: bytes | Act, tls: ssl.SSLContext | None = None) -> AsyncIterator[ScriptedServer]:
    """Serve a script on a port of its own."""
    playing = ScriptedServer(script)
    server = await asyncio.start_server(playing._serve, "127.0.0.1", 0, ssl=tls)  # noqa: SLF001 - its own
    playing.base_url = f"{'http' if tls is None else 'https'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield playing
    finally:
        playing.stop()
        server.close()
        await server.wait_closed()
