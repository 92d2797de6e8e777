"""Tokens that the gateway's own account gets by client credentials, shared by all calls until they end."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote_plus

from pydantic import BaseModel, ConfigDict, Field

from gateway.adapters.systems import System

RENEW_BEFORE_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """An OAuth2 client."""

    client_id: str
    secret: str = field(repr=False)

    def basic(self) -> str:
        """Return the `Authorization` header of RFC 6749, section 2.3.1: both parts form-encoded, then joined."""
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.secret)}"
        return f"Basic {b64encode(pair.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """`expires_in` is in seconds, counted from when the answer came."""

    access_token: str = field(repr=False)
    expires_in: float


class TokenPayload(BaseModel):
    """The token endpoint's answer, of which every field but these two is optional."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)

    access_token: str = Field(min_length=1)
    expires_in: float = Field(gt=0)

    def to_domain(self) -> IssuedToken:
        return IssuedToken(self.access_token, self.expires_in)


@dataclass(frozen=True, slots=True)
class _Held:
    token: str = field(repr=False)
    renew_at: float
    expires_at: float


class ClientCredentials:
    """Holds one token, asks for it once however many calls wait, and renews it 30 seconds before it ends.

    While the old one still holds, renewing goes on behind the calls, so that a slow sign-in delays nobody.
    """

    def __init__(
        self,
        system: System,
        issue: Callable[[], Awaitable[IssuedToken]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.system = system
        self._issue = issue
        self._monotonic = monotonic
        self._held: _Held | None = None
        self._renewal: asyncio.Task[str] | None = None

    def fresh(self) -> str | None:
        """Return the token while it need not be renewed yet."""
        held = self._held
        return held.token if held is not None and self._monotonic() < held.renew_at else None

    async def token(self) -> str:
        """Return a token that holds.

        Raises:
            UpstreamError: there is none, and none could be had.

        """
        now = self._monotonic()
        held = self._held
        if held is not None and now < held.renew_at:
            return held.token
        renewal = self._renewal or self._renew()
        if held is not None and now < held.expires_at:
            return held.token
        # Shielded: a caller that gives up must not end it for the others.
        return await asyncio.shield(renewal)

    def forget(self, token: str) -> None:
        """Drop a token that was refused, unless a newer one has taken its place."""
        if self._held is not None and self._held.token == token:
            self._held = None

    async def aclose(self) -> None:
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.gather(self._renewal, return_exceptions=True)

    def _renew(self) -> asyncio.Task[str]:
        renewal = asyncio.create_task(self._ask())
        renewal.add_done_callback(self._renewed)
        self._renewal = renewal
        return renewal

    async def _ask(self) -> str:
        issued = await self._issue()
        now = self._monotonic()
        margin = min(RENEW_BEFORE_S, issued.expires_in / 2)
        self._held = _Held(issued.access_token, now + issued.expires_in - margin, now + issued.expires_in)
        return issued.access_token

    def _renewed(self, renewal: asyncio.Task[str]) -> None:
        self._renewal = None
        if not renewal.cancelled():
            # Behind the calls nobody may wait for it; taken note of here, and raised to whoever does.
            renewal.exception()
