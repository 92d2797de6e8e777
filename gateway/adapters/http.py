"""The HTTP client beneath every adapter: the one place that chooses what carries httpx's requests."""

import functools
import ssl
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Final, Literal

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

Transport = Literal["aiohttp", "httpx"] | httpx.AsyncBaseTransport
"""aiohttp's connections cost a third of the CPU of httpx's own; a ready transport serves tests."""

_KEEP_ALIVE_S: Final = 30.0
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


def make_client(config: UpstreamConfig, *, transport: Transport = "aiohttp") -> httpx.AsyncClient:
    """Make a client that keeps connections but no cookies, follows no redirect and reads no proxy from the environment.

    Cookies are shared by every user of a client: one that an upstream sets must not come back with another's token.
    The whole call has a time limit above this, so only connecting is timed here.
    """
    return httpx.AsyncClient(
        base_url=config.base_url,
        transport=_transport(config, transport),
        timeout=httpx.Timeout(None, connect=config.connect_s),
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        headers={"User-Agent": user_agent(), "Accept": "application/json"},
        follow_redirects=False,
        trust_env=False,
    )


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


def _transport(config: UpstreamConfig, transport: Transport) -> httpx.AsyncBaseTransport:
    if isinstance(transport, httpx.AsyncBaseTransport):
        return transport
    if transport == "httpx":
        limits = httpx.Limits(
            max_connections=config.max_in_flight,
            max_keepalive_connections=config.max_in_flight,
            keepalive_expiry=_KEEP_ALIVE_S,
        )
        return httpx.AsyncHTTPTransport(verify=_tls(), limits=limits, trust_env=False)

    def session() -> aiohttp.ClientSession:
        # Made at the first request: aiohttp wants a running loop.
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=config.max_in_flight, keepalive_timeout=_KEEP_ALIVE_S, ssl=_tls(), ttl_dns_cache=30
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    return AiohttpTransport(verify=_tls(), trust_env=False, client=session)
