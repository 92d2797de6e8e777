"""Clients that other people wrote, against our subscriptions: npm's graphql-ws, graphql-sse, Apollo Client and urql,
and gql for Python."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportError, TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from tests.booking.bed import OFFICER
from tests.live.serving import Served
from tests.support.worlds import NOW, TOKEN_LIFETIME, token_for

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

INTEROP: Final = Path(__file__).parents[1] / "interop"
PATIENCE: Final = 60.0
QUERY: Final = """
subscription Updates($after: Cursor) {
  moveUpdates(after: $after) { cursor goneId event { id type } move { id reference status } }
}
"""
LATER: Final = token_for("LEEDS_OFFICER", "PECS_PRISON", expires_at=NOW + 3 * TOKEN_LIFETIME)
CLIENTS: Final = ("graphql-ws", "graphql-sse", "apollo", "urql")


@pytest.fixture(scope="module")
def node() -> str:
    """Return the path of node, the clients' packages installed as locked."""
    found, npm = shutil.which("node"), shutil.which("npm")
    assert found, "these clients need node on the path"
    assert npm, "these clients need npm on the path"
    if not (INTEROP / "node_modules" / "graphql-ws").is_dir():
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=INTEROP, check=True, timeout=180)  # noqa: S603 - a fixed command
    return found


@dataclass
class Running:
    """A client's process: what it says, line by line."""

    process: asyncio.subprocess.Process

    async def say(self, **command: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        await self.process.stdin.drain()

    async def hear(self, what: str) -> Any:
        """Give the next line that tells of something, passing over the others."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while line := await self.process.stdout.readline():
                said: Mapping[str, Any] = json.loads(line)
                assert not said.get("errors"), said
                if what in said:
                    return said[what]
                assert set(said) <= {"subscribed", "connected", "closed"}, said
        raise EOFError(what)

    async def types(self, count: int) -> list[str]:
        return [(await self.hear("update"))["event"]["type"] for _ in range(count)]


@asynccontextmanager
async def running(
    node: str, client: str, here: Served, after: str, token: str = OFFICER, *, retry: bool = True
) -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        node,
        str(INTEROP / "subscriptions.mjs"),
        client,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    found = Running(process)
    try:
        variables = {"after": after}
        await found.say(host=here.address, token=token, query=QUERY, variables=variables, retry=retry)
        yield found
        await found.say(do="stop")
        async with asyncio.timeout(PATIENCE):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_client_is_told_and_resumes(here: Served, node: str, client: str) -> None:
    start = await here.cursor()
    async with running(node, client, here, start) as one:
        move_id = await here.book()
        update = await one.hear("update")
        assert (update["event"]["type"], update["move"]["id"]) == ("MoveRequested", move_id)
    await here.until(lambda: len(here.streams) == 0)
    await here.send_elsewhere(move_id)
    async with running(node, client, here, update["cursor"]) as again:
        assert await again.types(1) == ["MoveRedirect"]
        await here.tell(move_id)
        assert await again.types(1) == ["MoveCrossSupplierDropOff"]


@pytest.mark.parametrize("client", ["graphql-ws", "apollo"])
async def test_a_socket_whose_token_ends_comes_back_with_a_newer_one(here: Served, node: str, client: str) -> None:
    async with running(node, client, here, await here.cursor()) as one:
        move_id = await here.book()
        assert await one.types(1) == ["MoveRequested"]
        await one.say(token=LATER)
        here.bed.gateway.clock.advance(TOKEN_LIFETIME)
        assert await one.hear("closed") == {"code": 4403, "reason": "Forbidden: the token has expired"}
        assert (await one.hear("connected"))["cursor"]
        # It asks again from where it first began, so what it had comes again, with the cursors that it knows.
        assert await one.types(1) == ["MoveRequested"]
        await here.send_elsewhere(move_id, token=LATER)
        assert await one.types(1) == ["MoveRedirect"]


async def test_a_node_that_stops_is_left_for_another_without_loss(here: Served, node: str) -> None:
    async with running(node, "graphql-ws", here, await here.cursor()) as one:
        move_id = await here.book()
        assert await one.types(1) == ["MoveRequested"]
        await here.streams.drain(0)
        assert (await one.hear("closed"))["code"] == 1012
        here.streams.is_stopping = False  # the other node, at the same address
        assert await one.types(1) == ["MoveRequested"]
        await here.send_elsewhere(move_id)
        assert await one.types(1) == ["MoveRedirect"]


async def test_a_bad_token_is_told_by_code_and_reason(here: Served, node: str) -> None:
    async with running(node, "graphql-ws", here, await here.cursor(), "a.b.c", retry=False) as one:
        assert await one.hear("error") == {
            "code": 4403,
            "reason": "Forbidden: The Authorization header must hold one bearer token.",
        }


def a_python_client(here: Served, token: str) -> Client:
    transport = WebsocketsTransport(
        url=f"ws://{here.address}/graphql",
        init_payload={"Authorization": f"Bearer {token}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    return Client(transport=transport, fetch_schema_from_transport=False)


async def test_gql_for_python_is_told_and_resumes(here: Served) -> None:
    query = gql(QUERY)
    query.variable_values = {"after": await here.cursor()}
    async with a_python_client(here, OFFICER) as session:
        move_id = await here.book()
        async with asyncio.timeout(PATIENCE):
            async for result in session.subscribe(query):
                update = result["moveUpdates"]
                break
    assert update["move"]["id"] == move_id
    await here.send_elsewhere(move_id)
    query.variable_values = {"after": update["cursor"]}
    async with a_python_client(here, OFFICER) as session, asyncio.timeout(PATIENCE):
        async for result in session.subscribe(query):
            assert result["moveUpdates"]["event"]["type"] == "MoveRedirect"
            break


async def test_gql_for_python_is_told_what_is_wrong(here: Served) -> None:
    query = gql(QUERY)
    query.variable_values = {"after": "nothing of ours"}
    async with a_python_client(here, OFFICER) as session:
        with pytest.raises(TransportQueryError, match="not a cursor"):
            await anext(aiter(session.subscribe(query)))
    with pytest.raises(TransportError) as refused:
        async with a_python_client(here, "a.b.c"):
            pass
    assert "4403" in str(refused.value.__cause__)
