"""The server: uvicorn, which takes its time to stop so that clients do not all come back at once."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import uvicorn
from starlette.types import ASGIApp

from gateway.transport.heads import BoundedHeads
from gateway.transport.live.sockets import LiveSockets

LARGEST_MESSAGE = 1024 * 1024
PING_SECONDS = 20.0


def server_config(
    app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, log_level: str = "info", compress: bool = False
) -> uvicorn.Config:
    """Return how the gateway is served. `compress` deflates what goes over sockets, at a cost for each of them."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=BoundedHeads,
        ws=LiveSockets,
        ws_max_size=LARGEST_MESSAGE,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=compress,
        log_level=log_level,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


class DrainingServer(uvicorn.Server):
    """Stops in two steps: first the connections that stay open are sent elsewhere, spread over a while; then the rest.

    A second signal does not wait for the first step.
    """

    def __init__(self, config: uvicorn.Config, drain: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._drain = drain

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        draining = asyncio.ensure_future(self._drain())
        while not draining.done() and not self.force_exit:
            await asyncio.wait({draining}, timeout=0.1)
        draining.cancel()
        await super().shutdown(sockets)
