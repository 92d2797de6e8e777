"""What can go wrong, and who is at fault.

GatewayError
├── Unauthenticated        no token, or one that does not hold            UNAUTHENTICATED
├── Refused                the viewer's roles do not allow the action     FORBIDDEN
├── InvalidInput           an argument does not mean anything             BAD_USER_INPUT
└── UpstreamError          another system let us down
    ├── UpstreamUnavailable    no connection, or a fault on their side    UPSTREAM_UNAVAILABLE
    ├── UpstreamTimeout        no answer within its time limit            UPSTREAM_UNAVAILABLE
    ├── UpstreamRejected       it refused our request                     UPSTREAM_REJECTED
    └── UpstreamMalformed      it answered, but not what was agreed       UPSTREAM_MALFORMED

A thing that is absent and a thing that is hidden raise nothing: both are `None`.
Messages are safe to show: they are written here or at the place that raises, never taken from an upstream.
"""

from enum import StrEnum
from typing import ClassVar


class Upstream(StrEnum):
    """A system that we call."""

    NOMIS = "NOMIS"
    SUPPLIER = "SUPPLIER"
    SIGN_IN = "SIGN_IN"


class GatewayError(Exception):
    """Everything that the gateway raises on purpose. `code` goes into `extensions.code`."""

    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def extensions(self) -> dict[str, object]:
        """Return the entries of a GraphQL error's `extensions`: the stable code and what goes with it."""
        return {"code": self.code}


class Unauthenticated(GatewayError):
    code = "UNAUTHENTICATED"


class Refused(GatewayError):
    """A missing role, never a hidden record: this reveals nothing about any record."""

    code = "FORBIDDEN"


class InvalidInput(GatewayError):
    """An argument that cannot be used. `field` is its path from the root field, outermost first."""

    code = "BAD_USER_INPUT"

    def __init__(self, message: str, *, field: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.field = field

    def extensions(self) -> dict[str, object]:
        return {"code": self.code, "field": list(self.field)} if self.field else {"code": self.code}


class UpstreamError(GatewayError):
    """Another system let us down. `resource` is what was asked for: `people`, `alerts`, `journeys`."""

    code = "UPSTREAM_UNAVAILABLE"
    retryable: ClassVar[bool] = True
    sentence: ClassVar[str] = "{system} is not available just now."

    def __init__(self, upstream: Upstream, resource: str, *, system: str | None = None) -> None:
        named = upstream.value if system is None else system
        if upstream is Upstream.NOMIS and system is not None:
            # People know the whole by this name, and not which of its services they wait for.
            named = f"NOMIS ({system})"
        super().__init__(self.sentence.format(system=named))
        self.upstream = upstream
        self.resource = resource
        self.system = system or upstream.value

    def extensions(self) -> dict[str, object]:
        return {
            "code": self.code,
            "upstream": self.upstream.value,
            "service": self.system,
            "resource": self.resource,
            "retryable": self.retryable,
        }


class UpstreamUnavailable(UpstreamError):
    """No connection, a dropped one, or a fault on their side (5xx)."""


class UpstreamTimeout(UpstreamError):
    """No answer within the time limit: to a client this is the same as not being there."""

    sentence = "{system} did not answer in time."


class UpstreamRejected(UpstreamError):
    """It refused our request (4xx): our credentials, roles or request are wrong, so a retry will not help."""

    code = "UPSTREAM_REJECTED"
    retryable = False
    sentence = "{system} did not accept the gateway's request."


class UpstreamMalformed(UpstreamError):
    """It answered something that is not what was agreed."""

    code = "UPSTREAM_MALFORMED"
    retryable = False
    sentence = "{system} gave an answer that could not be read."
