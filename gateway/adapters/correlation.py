"""What ties the calls that the gateway makes to the request that it serves."""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,127}")


@dataclass(frozen=True, slots=True)
class Correlation:
    """`traceparent` is W3C Trace Context's header, as the caller sent it.

    What is not well formed is not passed on: both come from outside and end up in headers of our own.
    """

    request_id: str
    traceparent: str | None = None

    def headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        if _REQUEST_ID.fullmatch(self.request_id):
            headers["X-Request-Id"] = self.request_id
        if self.traceparent is not None and _TRACEPARENT.fullmatch(self.traceparent):
            headers["traceparent"] = self.traceparent
        return headers


correlation: Final[ContextVar[Correlation | None]] = ContextVar("correlation", default=None)
"""Set by whoever serves a request, for as long as it is served; None outside of any."""


def correlation_headers() -> dict[str, str]:
    """Return the headers that a call made now should carry."""
    current = correlation.get()
    return {} if current is None else current.headers()
