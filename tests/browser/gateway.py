"""A small gateway for the page to talk to: a few moves, a countdown, and a token asked for at every door."""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from gateway.domain.errors import Upstream, UpstreamUnavailable
from gateway.transport.example_queries import Tab
from gateway.transport.graphiql import GraphiQLConfig, IssuedToken, Persona, graphiql_routes

OFFICER = Persona("leeds", "Omar Leeds", "Prison officer at Leeds. Sees the moves of that prison.")
SERGEANT = Persona("sergeant", "Pat Station", "Custody sergeant. Sees the moves of that station.")
STRANGER = Persona("stranger", "Sam Stranger", "Somebody whom sign-in will not know.")

TABS = (
    Tab("The day's moves", "query MovesOfTheDay {\n  moves {\n    reference\n  }\n}\n"),
    Tab("Watching", "subscription Watch {\n  watch\n}\n"),
    Tab("A countdown", "subscription Countdown {\n  countdown(start: 3)\n}\n"),
)
PREFIX = "/behind/a/proxy"


@strawberry.type
class Move:
    reference: str
    status: str


@strawberry.type
class Query:
    @strawberry.field
    def moves(self) -> list[Move]:
        return [Move(reference="ABC1234D", status="BOOKED"), Move(reference="XYZ9876K", status="IN_TRANSIT")]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def countdown(self, start: int) -> AsyncIterator[int]:
        for left in range(start, -1, -1):
            yield left
            await asyncio.sleep(0)

    @strawberry.subscription
    async def watch(self, info: strawberry.Info[dict[str, "SmallGateway"], None]) -> AsyncIterator[str]:
        """Give one event and wait for more, which never come."""
        try:
            yield "watching"
            await asyncio.Event().wait()
        finally:
            info.context["gateway"].left.set()


@dataclass
class SmallGateway:
    """The endpoint and what it was asked. Tokens are numbered, so that a renewed one can be told from the first."""

    expires_in: int = 1200
    issued: list[str] = field(default_factory=list)
    seen: list[str | None] = field(default_factory=list)
    sockets: list[object] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    """Set when a subscriber who was watching has gone."""

    async def sign_in(self, persona: Persona) -> IssuedToken:
        if persona == STRANGER:
            raise UpstreamUnavailable(Upstream.SIGN_IN, "token")
        token = f"{persona.key}-{len(self.issued) + 1}"
        self.issued.append(token)
        return IssuedToken(token, self.expires_in)

    def accepts(self, authorization: object) -> bool:
        return isinstance(authorization, str) and authorization.removeprefix("Bearer ") in {*self.issued, "pasted"}

    def app(self, personas: tuple[Persona, ...]) -> Starlette:
        config = GraphiQLConfig(
            endpoint="../graphql",
            subscription_endpoint="../graphql",
            personas=personas,
            tabs=lambda: TABS,
            sign_in=self.sign_in,
        )
        endpoint = _Endpoint(self)
        routes = [Route("/graphql", endpoint), WebSocketRoute("/graphql", endpoint), *graphiql_routes(config)]
        return Starlette(routes=[Mount(PREFIX, routes=routes)])


class _Endpoint(GraphQL[object, None]):
    def __init__(self, gateway: SmallGateway) -> None:
        super().__init__(
            strawberry.Schema(query=Query, subscription=Subscription),
            graphql_ide=None,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
        )
        self.gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            authorization = dict(scope["headers"]).get(b"authorization", b"").decode() or None
            self.gateway.seen.append(authorization)
            if not self.gateway.accepts(authorization):
                refusal = {"errors": [{"message": "Sign in first.", "extensions": {"code": "UNAUTHENTICATED"}}]}
                await JSONResponse(refusal, status_code=401)(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> object:
        return {"request": request, "response": response, "gateway": self.gateway}

    async def on_ws_connect(self, context: object) -> None:
        assert isinstance(context, dict)
        params = context["connection_params"]
        self.gateway.sockets.append(json.loads(json.dumps(params)))
        if not self.gateway.accepts(params.get("Authorization")):
            raise ConnectionRejectionError


@contextlib.contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Serve an application on a free port, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", ws="websockets-sansio", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
