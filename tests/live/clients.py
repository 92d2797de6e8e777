"""Clients that speak the two protocols over real sockets, and a gateway behind one."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from gateway.transport.server import DrainingServer, server_config

PROTOCOL: Final = Subprotocol("graphql-transport-ws")
PATIENCE: Final = 10.0

UPDATES: Final = """
subscription Updates($after: Cursor, $filter: MoveUpdateFilter) {
  moveUpdates(after: $after, filter: $filter) {
    cursor goneId event { id type notes } move { id status reference toLocation { agencyId } }
  }
}
"""


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    """Serve an application that has been started on a real socket of this loop."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = server_config(app, log_level="critical")
    config.lifespan = "off"
    server = DrainingServer(config, lambda: app.state.streams.drain(0.05))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.005)
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listener.close()


@dataclass
class Socket:
    """One socket; its messages as they come."""

    connection: ClientConnection
    ack: dict[str, Any] = field(default_factory=dict)

    async def send(self, **message: object) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            message: dict[str, Any] = json.loads(await self.connection.recv())
            return message

    async def subscribe(
        self, query: str = UPDATES, variables: Mapping[str, object] | None = None, *, under: str = "1"
    ) -> None:
        """Subscribe to what has happened since the socket was opened, unless the variables say otherwise."""
        given = {"after": self.ack["cursor"], **(variables or {})}
        await self.send(id=under, type="subscribe", payload={"query": query, "variables": given})

    async def next(self, *, under: str = "1") -> dict[str, Any]:
        """Give the next result of a subscription's one field."""
        message = await self.receive()
        assert (message["type"], message["id"]) == ("next", under), message
        assert "errors" not in message["payload"], message
        (value,) = message["payload"]["data"].values()
        assert isinstance(value, dict)
        return value

    async def closed(self) -> tuple[int, str]:
        """Give the code and the reason with which the gateway closes."""
        async with asyncio.timeout(PATIENCE):
            await self.connection.wait_closed()
        assert self.connection.close_code is not None
        return self.connection.close_code, self.connection.close_reason or ""


@asynccontextmanager
async def a_socket(address: str, token: str | None, **options: Any) -> AsyncIterator[Socket]:
    """Open a socket and, given a token, authenticate it."""
    async with connect(f"ws://{address}/graphql", subprotocols=[PROTOCOL], compression=None, **options) as connection:
        found = Socket(connection)
        if token is not None:
            await found.send(type="connection_init", payload={"Authorization": f"Bearer {token}"})
            message = await found.receive()
            assert message["type"] == "connection_ack"
            found.ack = message["payload"]
        yield found


@dataclass
class EventStream:
    """One event stream: its events as triples of name, id and data."""

    response: httpx.Response
    lines: AsyncIterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = self.response.aiter_lines()

    async def block(self) -> dict[str, str]:
        """Give the fields of the next block, comments left out; blocks without any are passed over."""
        async with asyncio.timeout(PATIENCE):
            found: dict[str, str] = {}
            async for line in self.lines:
                if not line:
                    if found:
                        return found
                elif not line.startswith(":"):
                    name, _, value = line.partition(":")
                    found[name] = value.strip()
            raise EOFError

    async def next(self) -> tuple[str, dict[str, Any]]:
        """Give the id and the result's one field of the next event."""
        block = await self.block()
        assert block["event"] == "next", block
        payload = json.loads(block["data"])
        assert "errors" not in payload, payload
        (value,) = payload["data"].values()
        return block["id"], value


@asynccontextmanager
async def an_event_stream(
    address: str,
    token: str,
    query: str = UPDATES,
    variables: Mapping[str, object] | None = None,
    *,
    method: str = "POST",
    last_event_id: str | None = None,
) -> AsyncIterator[EventStream]:
    """Open an event stream."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    if last_event_id is not None:
        headers["Last-Event-ID"] = last_event_id
    asked = {"query": query, "variables": variables or {}}
    given: dict[str, Any] = (
        {"json": asked} if method == "POST" else {"params": {**asked, "variables": json.dumps(asked["variables"])}}
    )
    async with (
        httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client,
        client.stream(method, f"http://{address}/graphql", headers=headers, **given) as response,
    ):
        yield EventStream(response)
