"""Sends webhooks: one signed request, whose answer is its status and nothing else."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import httpx
from pydantic import SecretStr

from gateway.adapters.http import Transport, UpstreamConfig, make_transport, user_agent
from gateway.domain.times import Clock
from gateway.domain.webhook_signatures import signed_headers
from gateway.domain.webhooks import Answer, Message

_READ_AT_MOST: Final = 4096
"""Bytes of an answer that are read, to spare the connection; nobody looks at them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookConfig:
    """Where a supplier's system listens, which secrets sign, and how many seconds a try may take."""

    url: str
    secrets: Sequence[SecretStr] = field(repr=False)
    time_limit_s: float


class WebhookSender:
    """Goes to the address that the settings name and nowhere else: no redirect is followed."""

    def __init__(self, config: WebhookConfig, transport: httpx.AsyncBaseTransport, clock: Clock) -> None:
        self._url = httpx.URL(config.url)
        self._secrets = [one.get_secret_value() for one in config.secrets]
        self._time_limit_s = config.time_limit_s
        self._transport = transport
        self._clock = clock

    async def send(self, message: Message) -> Answer:
        """Send a message once; no answer, within the time limit, is an answer without a status."""
        request = httpx.Request(
            "POST",
            self._url,
            headers={
                "User-Agent": user_agent(),
                "Content-Type": "application/json",
                **signed_headers(self._secrets, f"msg_{message.id.hex}", self._clock(), message.body),
            },
            content=message.body.encode(),
            extensions={"timeout": httpx.Timeout(self._time_limit_s).as_dict()},
        )
        try:
            async with asyncio.timeout(self._time_limit_s):
                return await self._exchange(request)
        except (TimeoutError, httpx.HTTPError, aiohttp.ClientError, OSError):  # aiohttp's own slip through at times
            return Answer(None)

    async def _exchange(self, request: httpx.Request) -> Answer:
        response = await self._transport.handle_async_request(request)
        try:
            answer = Answer(response.status_code, _seconds(response.headers.get("retry-after", "")))
            # It has answered; whether its words can be read to their end changes nothing.
            with contextlib.suppress(httpx.HTTPError, httpx.StreamError, OSError):
                await _read_a_little(response)
            return answer
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        await self._transport.aclose()


async def _read_a_little(response: httpx.Response) -> None:
    read = 0
    async for chunk in response.aiter_raw():
        read += len(chunk)
        if read > _READ_AT_MOST:
            return


def _seconds(text: str) -> int | None:
    """Read `Retry-After` where it is a number; a date is as good as nothing, as clocks differ."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None  # noqa: PLR2004 - a hundred days


def connect(config: WebhookConfig, clock: Clock, *, transport: Transport = "aiohttp") -> WebhookSender:
    """Make the sender; nothing is connected before it is used."""
    upstream = UpstreamConfig(base_url=config.url, time_limit_s=config.time_limit_s)
    return WebhookSender(config, make_transport(upstream, transport), clock)
