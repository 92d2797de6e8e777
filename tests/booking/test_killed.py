"""The gateway as a real process that is killed in the middle of fifty clients' requests, and started again."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from starlette.types import ASGIApp

from gateway.domain.times import business_day, utc_now
from gateway.store.engine import Database
from gateway.store.tables import idempotency_keys
from mocks.nomis.app import create_app as create_nomis
from mocks.nomis.services import Service, service_of
from mocks.supplier.app import create_app as create_supplier
from mocks.switches import Switches
from tests.booking.allocating import ASSIGN, CREATE, FREE, READ, WANTED, nodes, numbers
from tests.booking.bed import BOOK, REGIONS, SERVED, a_nomis, codes
from tests.booking.consistency import contradictions
from tests.booking.test_book_move import TO_COURT
from tests.support.stores import empty_store_url
from tests.support.worlds import ISSUER, SUPPLIERS, Stored, SupplierSource, fill, key_ring, token_for

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ROOT: Final = Path(__file__).parents[2]
CLIENTS: Final = 50
KILLED_AFTER: Final = (8, 25)
"""After how many answers the process is killed, each time."""


@contextlib.contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an upstream on a free port: outside of the process that is killed."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


@dataclass
class Killable:
    """A gateway process. `answered` counts the answers that clients got; at each mark it is killed and started."""

    env: dict[str, str]
    url: str
    marks: list[int]
    process: subprocess.Popen[bytes] | None = None
    answered: int = 0
    cut_off: int = 0
    running: asyncio.Event = field(default_factory=asyncio.Event)
    restarts: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: ASYNC220 - it goes on while we wait
            [sys.executable, "-m", "gateway", "serve"], cwd=ROOT, env={**os.environ, **self.env}
        )
        async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(180):
            while True:
                assert self.process.poll() is None, "the gateway ended by itself"
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/health/ready")).is_success:
                        break
                await asyncio.sleep(0.05)  # between two looks at a door that is still shut
        self.running.set()

    async def ask(self, client: httpx.AsyncClient, query: str, token: str, variables: object) -> dict[str, Any]:
        """Send an operation until it is answered, as a client does that lost its connection."""
        while True:
            await self.running.wait()
            try:
                answer = await client.post(
                    f"{self.url}/graphql",
                    json={"query": query, "variables": variables},
                    headers={"Authorization": f"Bearer {token}"},
                )
            except httpx.TransportError:
                self.cut_off += 1
                continue
            self._count()
            body: dict[str, Any] = answer.json()
            assert "errors" not in body, body["errors"]
            data: dict[str, Any] = body["data"]
            return data

    def _count(self) -> None:
        self.answered += 1
        if self.marks and self.answered >= self.marks[0]:
            self.marks.pop(0)
            assert self.process is not None
            self.running.clear()
            self.process.send_signal(signal.SIGKILL)
            assert self.process.wait(timeout=10) == -signal.SIGKILL
            self.restarts.append(asyncio.create_task(self.start()))

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)


@contextlib.asynccontextmanager
async def a_killable_gateway() -> AsyncIterator[tuple[Killable, Database]]:
    nomis_app = create_nomis(
        a_nomis(), today=business_day(utc_now()), keys=key_ring(), issuer=ISSUER, agency_cache_seconds=0
    )
    nomis_door = Switches(nomis_app, service_of=service_of, services=tuple(Service), routes=nomis_app.routes)
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(empty_store_url("postgresql"))
        nomis = stack.enter_context(serving(nomis_door))
        suppliers = {one.key: stack.enter_context(serving(create_supplier(SupplierSource()))) for one in SUPPLIERS}
        database = Database(url, pool_size=2)
        stack.push_async_callback(database.aclose)
        await fill(database, a_nomis(), Stored(), REGIONS, SERVED)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        env = {
            "GATEWAY_PORT": str(port),
            "GATEWAY_DATABASE_URL": url,
            "GATEWAY_SIGN_IN_URL": f"{nomis}/auth",
            "GATEWAY_TOKEN_ISSUER": ISSUER,
            "GATEWAY_PRISON_API_URL": nomis,
            "GATEWAY_PRISONER_SEARCH_URL": nomis,
            "GATEWAY_ALERTS_URL": nomis,
            "GATEWAY_MANAGE_USERS_URL": nomis,
            "GATEWAY_NOMIS_CLIENT_ID": "gateway",
            "GATEWAY_NOMIS_CLIENT_SECRET": "gateway-secret",
            "GATEWAY_UPSTREAM_TIME_LIMIT": "30",
            "GATEWAY_LOG_LEVEL": "error",
            "GATEWAY_SUPPLIERS": json.dumps(
                [
                    {
                        "key": one.key,
                        "name": one.name,
                        "base_url": suppliers[one.key],
                        "client_id": "gateway",
                        "client_secret": "gateway-secret",
                    }
                    for one in SUPPLIERS
                ]
            ),
        }
        gateway = Killable(env, f"http://127.0.0.1:{port}", list(KILLED_AFTER))
        stack.callback(gateway.end)
        await gateway.start()
        yield gateway, database


@dataclass(frozen=True)
class Request:
    """What a client sends, with a key, until it has its answer; and then once more."""

    query: str
    token: str
    given: Mapping[str, object]

    def of(self, data: dict[str, Any]) -> tuple[str | None, list[tuple[str, tuple[str, ...]]]]:
        """Give what an answer says: which thing, and which problems."""
        (payload,) = data.values()
        thing = payload.get("move") or payload.get("allocation")
        return (None if thing is None else thing["id"], codes(payload))


def requests(allocation_id: str) -> list[Request]:
    """Have 30 people, two each and each wanted by two, fill 20 places; have moves booked, and allocations made."""
    until = utc_now() + timedelta(hours=1)
    oca = token_for("LEEDS_OCA", "PECS_OCA", expires_at=until)
    officer = token_for("LEEDS_OFFICER", "PECS_PRISON", expires_at=until)
    pmu = token_for("PMU_USER", "PECS_PMU", auth_source="auth", expires_at=until)
    found: list[Request] = []
    for n in range(CLIENTS):
        key = {"idempotencyKey": f"request {n}"}
        pair = [FREE[n % 30], FREE[(n + 1) % 30]]
        if n % 2 == 0:
            found.append(Request(ASSIGN, oca, {"allocationId": allocation_id, "prisonNumbers": pair, **key}))
        elif n % 4 == 1:
            found.append(Request(BOOK, officer, TO_COURT | {"prisonNumber": pair[0], **key}))
        else:
            found.append(Request(CREATE, pmu, WANTED | {"movesCount": 1 + n % 7, **key}))
    return found


async def test_what_was_answered_stands_and_what_was_not_is_done_once() -> None:
    pmu = token_for("PMU_USER", "PECS_PMU", auth_source="auth", expires_at=utc_now() + timedelta(hours=1))
    limits = httpx.Limits(max_connections=CLIENTS)
    async with (
        a_killable_gateway() as (gateway, database),
        httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client,
    ):
        data = await gateway.ask(client, CREATE, pmu, {"input": WANTED | {"movesCount": 20}})
        allocation = data["createAllocation"]["allocation"]
        gateway.answered = 0
        asked = requests(allocation["id"])

        async def every(some: Sequence[Request]) -> list[dict[str, Any]]:
            return await asyncio.gather(
                *(gateway.ask(client, one.query, one.token, {"input": one.given}) for one in some)
            )

        first = [one.of(data) for one, data in zip(asked, await every(asked), strict=True)]
        await asyncio.gather(*gateway.restarts)
        assert len(gateway.restarts) == len(KILLED_AFTER)
        assert gateway.cut_off > 0
        assert await contradictions(database) == []

        again = [one.of(data) for one, data in zip(asked, await every(asked), strict=True)]
        done = [n for n, (thing, _) in enumerate(first) if thing is not None]
        assert [again[n] for n in done] == [first[n] for n in done]
        assert all(again[n][0] is None for n in range(CLIENTS) if n not in done)

        books = [n for n in done if asked[n].query is BOOK]
        makes = [n for n in done if asked[n].query is CREATE]
        fills = [n for n in done if asked[n].query is ASSIGN]
        assert len({first[n][0] for n in books}) == len(books) == sum(one.query is BOOK for one in asked)
        assert len({first[n][0] for n in makes}) == len(makes) == sum(one.query is CREATE for one in asked)
        kept = (await gateway.ask(client, READ, pmu, {"id": allocation["id"]}))["allocation"]
        people = [number for n in fills for number in asked[n].given["prisonNumbers"]]  # type: ignore[attr-defined]
        assert sorted(people) == sorted(numbers(kept))
        assert kept["version"] == 1 + len(fills)
        assert len(nodes(kept)) == 20
        totals = await gateway.ask(client, "{allocations {totalCount} moves {totalCount}}", pmu, {})
        wanted = 20 + len(books) + sum(1 + n % 7 for n in makes)
        assert totals == {"allocations": {"totalCount": 1 + len(makes)}, "moves": {"totalCount": wanted}}
        async with database.read() as conn:
            assert await conn.scalar(sa.select(sa.func.count()).select_from(idempotency_keys)) == len(done)
        assert await contradictions(database) == []
