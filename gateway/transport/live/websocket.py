"""GraphQL over WebSocket, by the protocol graphql-transport-ws.

Close codes are chosen by what clients do with them. They come back after 4403, 1012, 1013 and a lost connection; after
4400, 4401, 4409 and 4429, which name a client's own mistake, they never do.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import orjson
import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Receive, Scope, Send
from strawberry.types.graphql import OperationType

from gateway.domain.claims import Claims
from gateway.domain.errors import GatewayError, Unauthenticated, UpstreamError
from gateway.domain.viewer import Viewer
from gateway.transport.documents import core_schema
from gateway.transport.errors import DocumentErrors, ErrorCode, RequestError, format_error
from gateway.transport.live.execution import NotStarted
from gateway.transport.live.groups import Rendered
from gateway.transport.live.outlets import Outlet, socket_outlet
from gateway.transport.live.stream import Ending, Listener, Stream
from gateway.transport.live.streams import Streams
from gateway.transport.requests import from_parameters, new_request_id

_log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

PROTOCOL: Final = "graphql-transport-ws"
CODES: Final[Mapping[Ending, int]] = {
    Ending.EXPIRED: 4403,
    Ending.REFUSED: 4403,
    Ending.SLOW: 1013,
    Ending.UNSURE: 1013,
    Ending.STOPPING: 1012,
}
PREFIX: Final = "Forbidden: "
LONGEST_ID: Final = 256


class Broken(Exception):
    """The client does not keep to the protocol: the socket is closed, with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class WebSocketEndpoint:
    """An ASGI application for sockets."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if PROTOCOL not in scope.get("subprotocols", ()):
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": 4406, "reason": "Subprotocol not acceptable"})
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        connection = Connection(self._streams, scope, socket_outlet(scope, send))
        await connection.serve(receive)


class Connection:
    """One socket: first authenticated, then carrying operations, each under the id that its client gave it."""

    def __init__(self, streams: Streams, scope: Scope, outlet: Outlet) -> None:
        self._streams = streams
        self._backend = streams.backend
        self._limits = streams.limits
        self._headers = Headers(scope=scope)
        self._outlet = outlet
        self.claims: Claims | None = None
        self._viewer: Viewer | None = None
        self._has_begun = False
        self._is_over = False
        self._running: dict[str, asyncio.Task[None]] = {}
        self._subscribed: dict[str, Stream] = {}

    async def serve(self, receive: Receive) -> None:
        """Answer messages until the socket closes, and then leave nothing running."""
        if not self._streams.admit(self):
            self._close(CODES[Ending.STOPPING], Ending.STOPPING.value)
        patience = asyncio.get_running_loop().call_later(
            self._limits.init_seconds,
            self._close_if,
            lambda: self.claims is None,
            4408,
            "Connection initialisation timeout",
        )
        try:
            while (message := await receive())["type"] == "websocket.receive":
                try:
                    await self._take(message.get("text"))
                except Broken as broken:
                    self._close(broken.code, broken.reason)
        finally:
            patience.cancel()
            self._is_over = True
            self._streams.dismiss(self)
            for stream in list(self._subscribed.values()):
                self._streams.close(stream)
            for task in self._running.values():
                task.cancel()

    def end(self, ending: Ending) -> None:
        """Close the socket; the client may come back."""
        code = CODES[ending]
        self._close(code, f"{PREFIX if code == CODES[Ending.EXPIRED] else ''}{ending.value}")

    def _close_if(self, holds: Callable[[], bool], code: int, reason: str) -> None:
        if holds():
            self._close(code, reason)

    def _close(self, code: int, reason: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._outlet.end(code, reason)
            for stream in list(self._subscribed.values()):
                self._streams.close(stream)

    def _send(self, **message: object) -> None:
        self._write([orjson.dumps(message)])

    def _write(self, texts: Sequence[bytes]) -> None:
        if not self._is_over and self._outlet.write(texts) > self._limits.waiting_bytes:
            self.end(Ending.SLOW)

    async def _take(self, text: object) -> None:
        if self._is_over:
            return
        message = self._message(text)
        match message.get("type"):
            case "connection_init":
                await self._begin(message)
            case "ping":
                await self._answer_ping(message)
            case "pong":
                pass
            case "subscribe":
                self._subscribe(message)
            case "complete":
                self._complete(_id(message))
            case _:
                raise Broken(4400, "Invalid message: unknown type")

    def _message(self, text: object) -> dict[str, object]:
        if not isinstance(text, str) or len(text) > self._limits.message_characters:
            raise Broken(4400, "Invalid message: a text of JSON is expected")
        try:
            message = orjson.loads(text)
        except ValueError:
            raise Broken(4400, "Invalid message: no JSON") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise Broken(4400, "Invalid message: no object with a type")
        payload = message.get("payload")
        if message.get("type") in {"connection_init", "ping", "pong"} and not isinstance(payload, dict | None):
            raise Broken(4400, "Invalid message: payload is no object")
        return message

    async def _begin(self, message: Mapping[str, object]) -> None:
        if self._has_begun:
            raise Broken(4429, "Too many initialisation requests")
        self._has_begun = True
        try:
            claims = await self._backend.authenticate(self._credentials(message))
            viewer = await self._backend.establish(claims)
            cursor = self._backend.log.start_cursor(await self._backend.log.now())
        except Unauthenticated as error:
            raise Broken(4403, f"{PREFIX}{error.message}") from None
        except UpstreamError as error:
            raise Broken(1013, error.message) from None
        self.claims, self._viewer = claims, viewer
        self._send(type="connection_ack", payload={"cursor": cursor, "expiresAt": claims.expires_at})

    def _credentials(self, message: Mapping[str, object]) -> Headers:
        """Return the headers to authenticate: those of the handshake, or else what stands in the message."""
        payload = message.get("payload")
        given = {name.lower(): value for name, value in payload.items()} if isinstance(payload, dict) else {}
        token = given.get("authorization")
        if token is None:
            return self._headers
        headers = MutableHeaders()
        headers["authorization"] = token if isinstance(token, str) and token.isascii() else "?"
        return headers

    async def _answer_ping(self, message: Mapping[str, object]) -> None:
        """Answer; and where the ping brings a token, go on with that one, if it is the same account's."""
        payload = message.get("payload")
        names = {name.lower() for name in payload} if isinstance(payload, dict) else set()
        if self.claims is None or "authorization" not in names:
            self._send(type="pong", **({} if payload is None else {"payload": payload}))
            return
        try:
            claims = await self._backend.authenticate(self._credentials(message))
            if _account(claims) != _account(self.claims):
                raise Unauthenticated("The token is another account's: open another socket for it.")
            viewer = await self._backend.establish(claims)
        except GatewayError as error:
            self._send(type="pong", payload={"refused": error.message, "expiresAt": self.claims.expires_at})
            return
        self.claims, self._viewer = claims, viewer
        for stream in list(self._subscribed.values()):
            await self._streams.renew(stream, claims)
        self._send(type="pong", payload={"expiresAt": claims.expires_at})

    def _subscribe(self, message: Mapping[str, object]) -> None:
        if self.claims is None or self._viewer is None:
            raise Broken(4401, "Unauthorized")
        id_, payload = _id(message), message.get("payload")
        if not isinstance(payload, dict):
            raise Broken(4400, "Invalid message: payload is no object")
        if id_ in self._running:
            raise Broken(4409, f"Subscriber for {id_} already exists")
        most = self._limits.streams_on_one_socket
        if len(self._running) >= most:
            refused = RequestError(
                ErrorCode.TOO_MANY_SUBSCRIPTIONS, f"A socket may have {most} operations at a time.", status=503
            )
            self._send(id=id_, type="error", payload=[format_error(refused, new_request_id())])
            return
        task = asyncio.create_task(self._run(id_, payload, self.claims, self._viewer), name="operation")
        self._running[id_] = task

    def _complete(self, id_: str) -> None:
        task = self._running.pop(id_, None)
        if task is not None:
            task.cancel()
        stream = self._subscribed.pop(id_, None)
        if stream is not None:
            self._streams.close(stream)

    async def _run(self, id_: str, payload: dict[str, object], claims: Claims, viewer: Viewer) -> None:
        request_id = new_request_id()
        errors: list[object] = []
        try:
            if not await self._start(id_, payload, claims, viewer, request_id):
                return
        except NotStarted as refused:
            errors = list(refused.errors)
        except DocumentErrors as refused:
            errors = [format_error(error, request_id) for error in refused.errors]
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets a masked answer
            errors = [format_error(error, request_id)]
        if self._running.pop(id_, None) is not None and errors:
            self._send(id=id_, type="error", payload=errors)

    async def _start(
        self, id_: str, payload: dict[str, object], claims: Claims, viewer: Viewer, request_id: str
    ) -> bool:
        """Answer a query, or open a stream; tell if the operation is over."""
        operation = from_parameters(payload, self._backend.documents.limits)
        prepared = self._backend.documents.prepare(
            core_schema(self._backend.schema), operation.query, operation.operation_name, operation.variables
        )
        operation = replace(operation, operation_name=prepared.name, kind=prepared.kind)
        if prepared.kind is not OperationType.SUBSCRIPTION:
            body = await self._backend.execute(claims, operation, prepared, request_id)
            if "data" not in body:
                self._send(id=id_, type="error", payload=body["errors"])
            else:
                self._send(id=id_, type="next", payload=body)
                self._send(id=id_, type="complete")
            return True
        before = b'{"id":' + orjson.dumps(id_) + b',"type":"next","payload":'

        def push(results: Sequence[Rendered]) -> None:
            self._write([b"%b%b}" % (before, one.payload) for one in results])

        listener = Listener(push, self._outlet.drained, self.end, on_socket=True)
        stream = await self._streams.open(claims, viewer, operation, prepared, request_id, listener)
        if id_ not in self._running or self._is_over:
            self._streams.close(stream)
        else:
            self._subscribed[id_] = stream
        return False


def _id(message: Mapping[str, object]) -> str:
    id_ = message.get("id")
    if not isinstance(id_, str) or not 0 < len(id_) <= LONGEST_ID:
        raise Broken(4400, "Invalid message: id is no text")
    return id_


def _account(claims: Claims) -> tuple[str, str, str | None, str]:
    return claims.subject, claims.client_id, claims.username, claims.auth_source
