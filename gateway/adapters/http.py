"""HTTP beneath every adapter: the one place that chooses what carries httpx's requests."""

import functools
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final, Generic, Literal, TypeVar
from urllib.parse import urlencode

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

A = TypeVar("A")

Transport = Literal["aiohttp", "httpx"] | httpx.AsyncBaseTransport
"""aiohttp's connections cost a third of the CPU of httpx's own; a ready transport serves tests."""

_KEEP_ALIVE_S: Final = 30.0
_KEPT_ADDRESSES: Final = 256
_PRODUCT: Final = "secure-move-gateway"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamConfig:
    """Where a service is and how much of our time it may take.

    `time_limit_s` bounds a whole call: waiting for a place, a token, the answer, and a second try.
    `connect_s` bounds the opening of one connection. `max_in_flight` is how many calls may be under way at once.
    """

    base_url: str
    time_limit_s: float = 4.0
    connect_s: float = 1.0
    max_in_flight: int = 40


@functools.cache
def user_agent() -> str:
    """Name ourselves: the firewall before NOMIS turns unnamed tools away."""
    try:
        return f"{_PRODUCT}/{version(_PRODUCT)}"
    except PackageNotFoundError:
        return f"{_PRODUCT}/unpackaged"


@functools.cache
def _tls() -> ssl.SSLContext:
    """Verify certificates against the usual authorities, or those that SSL_CERT_FILE names."""
    return httpx.create_ssl_context()


def make_transport(config: UpstreamConfig, transport: Transport = "aiohttp") -> httpx.AsyncBaseTransport:
    """Make what carries requests to a service; close it in the end.

    It keeps connections but no cookies, follows no redirect and reads no proxy from the environment: every user's
    requests go through it, and a cookie that an upstream sets must not come back with another's token.
    """
    if isinstance(transport, httpx.AsyncBaseTransport):
        return transport
    if transport == "httpx":
        limits = httpx.Limits(
            max_connections=config.max_in_flight,
            max_keepalive_connections=config.max_in_flight,
            keepalive_expiry=_KEEP_ALIVE_S,
        )
        return httpx.AsyncHTTPTransport(verify=_tls(), limits=limits, trust_env=False)

    return AiohttpTransport(verify=_tls(), trust_env=False, client=functools.partial(make_session, config))


def make_session(config: UpstreamConfig) -> aiohttp.ClientSession:
    """Make aiohttp's connections to a service, in a running loop."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=config.max_in_flight, keepalive_timeout=_KEEP_ALIVE_S, ssl=_tls(), ttl_dns_cache=30
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


class Addresses(Generic[A]):
    """The addresses of one service.

    The first ones are parsed only once: those that come again and again are few, the rest name one booking.
    """

    def __init__(self, base_url: str, parse: Callable[[str], A]) -> None:
        self._base_url = base_url.rstrip("/")
        self._parse = parse
        self._known: dict[tuple[str, str], A] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, path: str, params: Mapping[str, str] | None) -> A:
        query = urlencode(params) if params else ""
        known = self._known.get((path, query))
        if known is None:
            known = self._parse(f"{self._base_url}{path}{'?' if query else ''}{query}")
            if len(self._known) < _KEPT_ADDRESSES:
                self._known[path, query] = known
        return known


class Requests:
    """Makes the requests to one service.

    They are handed to the transport as they are: `httpx.AsyncClient` would add redirects, cookies and credentials from
    addresses, none of which is wanted here, at more than the price of the exchange itself.
    """

    def __init__(self, config: UpstreamConfig) -> None:
        self.addresses = Addresses(config.base_url, httpx.URL)
        self._headers = {"User-Agent": user_agent(), "Accept": "application/json", "Accept-Encoding": "gzip"}
        # A whole call has a time limit, which its maker keeps; only connecting is timed beneath that.
        self._extensions = {"timeout": httpx.Timeout(None, connect=config.connect_s).as_dict()}

    def make(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        content: bytes | None,
    ) -> httpx.Request:
        return httpx.Request(
            method,
            self.addresses.of(path, params),
            headers={**self._headers, **headers},
            content=content,
            extensions=self._extensions,
        )
