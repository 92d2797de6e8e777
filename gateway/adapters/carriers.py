"""What carries one exchange with an upstream: aiohttp's connections, or a transport of httpx's."""

from collections.abc import Mapping
from functools import partial
from typing import Protocol

import aiohttp
import httpx
from aiohttp.http_exceptions import ContentEncodingError
from yarl import URL

from gateway.adapters.decoding import Unreadable
from gateway.adapters.http import (
    Addresses,
    Requests,
    Transport,
    UpstreamConfig,
    make_session,
    make_transport,
    user_agent,
)


class Dropped(Exception):
    """There was no connection, or it broke before the answer was there."""


class Carrier(Protocol):
    """Sends a request and reads the whole answer.

    Raises `Dropped`, and `Unreadable` for an answer that cannot be unpacked or is larger than `largest` bytes.
    """

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        content: bytes | None,
        largest: int,
    ) -> tuple[int, bytes]: ...

    async def aclose(self) -> None: ...


def make_carrier(config: UpstreamConfig, transport: Transport = "aiohttp") -> Carrier:
    """Make what carries the exchanges with a service; close it in the end."""
    if transport == "aiohttp":
        return AiohttpCarrier(config)
    return HttpxCarrier(config, make_transport(config, transport))


class AiohttpCarrier:
    """aiohttp without the requests and responses of httpx, which cost as much again as the exchange itself."""

    def __init__(self, config: UpstreamConfig) -> None:
        self._config = config
        self.addresses = Addresses(config.base_url, partial(URL, encoded=True))
        self._headers = {"User-Agent": user_agent(), "Accept": "application/json", "Accept-Encoding": "gzip"}
        # A whole call has a time limit, which its maker keeps; only connecting is timed beneath that.
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=config.connect_s)
        self._session: aiohttp.ClientSession | None = None

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        content: bytes | None,
        largest: int,
    ) -> tuple[int, bytes]:
        if self._session is None:
            # Made at the first request: aiohttp wants a running loop.
            self._session = make_session(self._config)
        failure: type[Exception] = Dropped
        try:
            async with self._session.request(
                method,
                self.addresses.of(path, params),
                headers={**self._headers, **headers},
                data=content,
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                body = bytearray()
                async for part in response.content.iter_any():
                    body += part
                    if len(body) > largest:
                        raise Unreadable
                return response.status, bytes(body)
        except aiohttp.ClientPayloadError as error:
            failure = Unreadable if isinstance(error.__cause__, ContentEncodingError) else Dropped
        except (aiohttp.ClientError, OSError):
            pass
        # Outside of the handlers: the library's errors hold the request, token and all.
        raise failure

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


class HttpxCarrier:
    """Any transport of httpx's: a ready one serves tests."""

    def __init__(self, config: UpstreamConfig, transport: httpx.AsyncBaseTransport) -> None:
        self._requests = Requests(config)
        self._transport = transport

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        content: bytes | None,
        largest: int,
    ) -> tuple[int, bytes]:
        request = self._requests.make(method, path, params=params, headers=headers, content=content)
        failure: type[Exception] = Dropped
        try:
            response = await self._transport.handle_async_request(request)
            try:
                body = bytearray()
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > largest:
                        raise Unreadable
                return response.status_code, bytes(body)
            finally:
                await response.aclose()
        except httpx.DecodingError:
            failure = Unreadable
        except (httpx.TransportError, OSError):
            pass
        raise failure

    async def aclose(self) -> None:
        await self._transport.aclose()
