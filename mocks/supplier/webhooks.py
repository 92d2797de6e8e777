"""Webhooks that the supplier's system receives about its moves, by the Standard Webhooks specification.

The signature is checked with nothing but the standard library: what sends it has its own idea of it.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from mocks.supplier.bodies import expect
from mocks.supplier.errors import Invalid, InvalidSignature, JsonResponse, NotFound
from mocks.supplier.holdings import Holdings
from mocks.supplier.tokens import Clock

TOLERANCE: Final = timedelta(minutes=5)

Heard = Callable[["Received"], Awaitable[None]]
"""Is told of each message once, after it was kept."""


@dataclass(slots=True)
class Received:
    """A message in the order in which it first came; `repeats` counts how often it came again."""

    id: str
    type: str
    reference: str
    move_id: str
    received_at: datetime
    body: dict[str, Any] = field(repr=False)
    repeats: int = 0


class Webhooks:
    """Takes what is signed with one of the secrets, just now; a known id is acknowledged and left at that."""

    def __init__(self, holdings: Holdings, secrets: Iterable[str], clock: Clock) -> None:
        self._holdings = holdings
        self._keys = [b64decode(secret.removeprefix("whsec_")) for secret in secrets]
        self._clock = clock
        self._received: dict[str, Received] = {}
        self.refused = 0
        self.listeners: list[Heard] = []

    @property
    def received(self) -> Sequence[Received]:
        return tuple(self._received.values())

    async def receive(self, request: Request) -> Response:
        """Take a message; a success without words."""
        if not self._keys:
            raise NotFound("this system takes no webhooks")
        expect(request, "application/json")
        body = await request.body()
        message_id = self._verified(request, body)
        known = self._received.get(message_id)
        if known is not None:
            known.repeats += 1
            return Response(status_code=204)
        message = self._read(message_id, body)
        self._received[message_id] = message
        self._take_note(message)
        for heard in self.listeners:
            await heard(message)
        return Response(status_code=204)

    async def show(self, _request: Request) -> Response:
        """Tell what was received, and how much was refused."""
        shown = [
            {
                "id": one.id,
                "type": one.type,
                "moveReference": one.reference,
                "receivedAt": one.received_at,
                "repeats": one.repeats,
                "body": one.body,
            }
            for one in self._received.values()
        ]
        return JsonResponse({"content": shown, "refused": self.refused})

    async def forget(self, _request: Request) -> Response:
        """Forget what was received; what comes again is new."""
        self._received.clear()
        self.refused = 0
        return Response(status_code=204)

    def _verified(self, request: Request, body: bytes) -> str:
        headers = request.headers
        message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        signed = message_id.encode() + b"." + stamp.encode() + b"." + body
        wanted = [b"v1," + b64encode(hmac.digest(key, signed, "sha256")) for key in self._keys]
        given = headers.get("webhook-signature", "").encode().split(b" ")
        if not message_id or not any(hmac.compare_digest(one, each) for one in given for each in wanted):
            self.refused += 1
            raise InvalidSignature("no signature of this message is ours")
        # Signed, so these are the sender's own digits.
        if abs(self._clock() - datetime.fromtimestamp(int(stamp), UTC)) > TOLERANCE:
            self.refused += 1
            raise InvalidSignature("the message is from another time")
        return message_id

    def _read(self, message_id: str, body: bytes) -> Received:
        try:
            told = orjson.loads(body)
            move = told["data"]["move"]
            return Received(message_id, told["type"], move["reference"], move["id"], self._clock(), told)
        except (ValueError, KeyError, TypeError):
            raise Invalid("this is no message that was agreed on", "body") from None

    def _take_note(self, message: Received) -> None:
        """Let the move be there, or no longer."""
        if message.type == "move.removed":
            self._holdings.change_legs(message.reference, None)
            self._holdings.change_position(message.reference, None)
        elif self._holdings.legs(message.reference) is None:
            self._holdings.change_legs(message.reference, ())
