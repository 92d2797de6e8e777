"""A tiny schema behind a real endpoint, and clients for it."""

import asyncio
import contextlib
import enum
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import Route
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from gateway.domain.claims import Claims
from gateway.domain.errors import (
    InvalidInput,
    Refused,
    Unauthenticated,
    Upstream,
    UpstreamRejected,
    UpstreamUnavailable,
)
from gateway.transport.documents import Documents
from gateway.transport.errors import QuietErrors
from gateway.transport.graphql import GraphQLEndpoint
from gateway.transport.heads import BoundedHeads
from gateway.transport.limits import Limits
from gateway.transport.requests import OperationRequest

SECRET = "Smith-Personal-Detail"

CLAIMS = Claims(
    subject="ITAG_USER",
    client_id="book-a-secure-move",
    username="ITAG_USER",
    name="Itag User",
    auth_source="nomis",
    roles=frozenset({"PECS_PRISON"}),
    is_client_credentials=False,
    expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    token="a.b.c",
)


def parse_prison_number(value: object) -> str:
    text = str(value).strip().upper()
    if len(text) != 7:
        raise InvalidInput("A prison number has seven characters.")
    return text


class PrisonNumber(str):
    __slots__ = ()


class Status(enum.Enum):
    BOOKED = "booked"
    CANCELLED = "cancelled"


strawberry.enum(Status)


@strawberry.input
class EventInput:
    kind: str
    count: int = 0


@strawberry.input
class MoveInput:
    reference: str
    status: Status | None = None
    events: list[EventInput] | None = None


@strawberry.input(one_of=True)
class ByEither:
    reference: strawberry.Maybe[str]
    number: strawberry.Maybe[int]


@strawberry.type
class Event:
    id: strawberry.ID
    kind: str
    required: list[str] = strawberry.field(default_factory=list)


@strawberry.type
class EventConnection:
    nodes: list[Event]


@strawberry.type
class Move:
    reference: str

    @strawberry.field
    def events(self, first: int | None = None) -> EventConnection:
        return EventConnection(
            nodes=[Event(id=strawberry.ID(str(number)), kind="START") for number in range(first or 1)]
        )

    @strawberry.field
    def journeys(self) -> list[Event]:
        return []

    @strawberry.field
    def move(self) -> "Move":
        return self

    @strawberry.field
    def alerts(self) -> list[str] | None:
        raise UpstreamUnavailable(Upstream.NOMIS, "alerts", system="the alerts service")


@strawberry.type
class MoveEdge:
    cursor: str
    node: Move


@strawberry.type
class MoveConnection:
    edges: list[MoveEdge]
    nodes: list[Move]


@dataclass
class Probe:
    """What the tests of one endpoint steer and look at."""

    running: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)
    contexts: list[tuple[Claims, OperationRequest, str]] = field(default_factory=list)
    refuse_caller: Exception | None = None
    refuse_context: Exception | None = None
    mutations: int = 0


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def move(self, reference: str = "ABC1234D") -> Move:
        return Move(reference=reference)

    @strawberry.field
    def moves(self, first: int | None = None, last: int | None = None) -> MoveConnection:
        del last
        moves = [Move(reference=str(number)) for number in range(min(first or 1, 5))]
        return MoveConnection(edges=[MoveEdge(cursor=move.reference, node=move) for move in moves], nodes=moves)

    @strawberry.field
    def people(self, prison_numbers: list[PrisonNumber]) -> list[Move]:
        return [Move(reference=number) for number in prison_numbers]

    @strawberry.field
    def person(self, prison_number: PrisonNumber) -> str:
        return prison_number

    @strawberry.field
    def status(self, status: Status = Status.BOOKED) -> str:
        return status.value

    @strawberry.field
    def booking(self, input: MoveInput) -> str:  # noqa: A002 - the field's word in GraphQL
        return input.reference

    @strawberry.field
    def either(self, by: ByEither) -> bool:
        return by is not None

    @strawberry.field
    def count(self, limit: int = 5) -> int:
        return limit

    @strawberry.field
    def echo(self, value: JSON) -> JSON:
        return value

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError(SECRET)

    @strawberry.field
    def unserialisable(self) -> int | None:
        return SECRET  # type: ignore[return-value]  # a resolver's mistake is what is tested

    @strawberry.field
    def required(self) -> str:
        raise RuntimeError(SECRET)

    @strawberry.field
    def refused(self) -> str | None:
        raise Refused("Only administrators may see this.")

    @strawberry.field
    def rejected(self) -> str | None:
        raise UpstreamRejected(Upstream.NOMIS, "people", system="Prisoner Search")

    @strawberry.field
    def invalid(self) -> str | None:
        raise InvalidInput("The reference means nothing.", field=("invalid", "reference"))

    @strawberry.field
    async def forever(self, info: strawberry.Info) -> bool:
        probe: Probe = info.context["probe"]
        probe.running.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            probe.cancelled.set()
            raise
        return True


@strawberry.type
class Mutation:
    @strawberry.mutation
    def book(self, info: strawberry.Info) -> bool:
        info.context["probe"].mutations += 1
        return True

    @strawberry.mutation
    async def stall(self) -> bool:
        await asyncio.Event().wait()
        return True


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self) -> AsyncIterator[int]:
        yield 1


class TinySchema(QuietErrors, strawberry.Schema):
    """As the application's schema is: errors are not logged by Strawberry."""


def make_schema(documents: Documents) -> TinySchema:
    return TinySchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        extensions=[documents.extension],
        config=StrawberryConfig(
            disable_field_suggestions=True,
            scalar_map={
                PrisonNumber: strawberry.scalar(name="PrisonNumber", parse_value=parse_prison_number, serialize=str)
            },
        ),
    )


@dataclass
class Harness:
    """An endpoint, its documents and its probe."""

    limits: Limits
    probe: Probe
    documents: Documents
    schema: TinySchema
    app: Starlette

    def client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        return httpx.AsyncClient(transport=transport, base_url="http://gateway")

    async def post(
        self,
        query: str,
        variables: dict[str, object] | None = None,
        *,
        accept: str = "application/graphql-response+json",
        x_request_id: str | None = None,
    ) -> httpx.Response:
        headers = {"accept": accept} | ({} if x_request_id is None else {"x-request-id": x_request_id})
        async with self.client() as client:
            return await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    async def codes(self, query: str, variables: dict[str, object] | None = None) -> list[str]:
        body = (await self.post(query, variables)).json()
        return [error["extensions"]["code"] for error in body.get("errors", [])]


def make_harness(limits: Limits) -> Harness:
    probe = Probe()
    documents = Documents(limits)
    schema = make_schema(documents)

    async def authenticate(headers: Headers) -> Claims:
        if probe.refuse_caller is not None:
            raise probe.refuse_caller
        if headers.get("authorization") == "Bearer bad":
            raise Unauthenticated("The bearer token is not accepted.")
        return CLAIMS

    async def make_context(claims: Claims, operation: OperationRequest, request_id: str) -> object:
        probe.contexts.append((claims, operation, request_id))
        if probe.refuse_context is not None:
            raise probe.refuse_context
        return {"probe": probe}

    endpoint = GraphQLEndpoint(
        schema, authenticate=authenticate, make_context=make_context, documents=documents, limits=limits
    )
    return Harness(limits, probe, documents, schema, Starlette(routes=[Route("/graphql", endpoint)]))


@contextlib.contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Serve an application over a real socket, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=BoundedHeads, log_level="critical", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
