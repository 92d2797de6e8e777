"""Which of the two JSON media types of GraphQL over HTTP an answer takes, by the request's `Accept`."""

from enum import StrEnum
from typing import Final

from gateway.transport.errors import ErrorCode, RequestError

MAX_RANGES: Final = 50
EVENT_STREAM: Final = "text/event-stream"


class MediaType(StrEnum):
    """`RESPONSE` tells by its status whether a document was refused; `JSON`, the older one, says 200 all the same."""

    RESPONSE = "application/graphql-response+json"
    JSON = "application/json"


def negotiate(accept: str | None) -> MediaType:
    """Return the media type to answer in; without a preference the older one, which every client understands.

    Raises RequestError (406) where neither is acceptable: better before a mutation has run than after it.
    """
    if accept is None or not accept.strip():
        return MediaType.JSON
    ranges = [_range(part) for part in accept.split(",")[:MAX_RANGES]]
    qualities = {media_type: _quality(media_type, ranges) for media_type in MediaType}
    best = max(qualities.values())
    if best <= 0:
        message = f"Accept must allow {MediaType.RESPONSE} or {MediaType.JSON}."
        raise RequestError(ErrorCode.NOT_ACCEPTABLE, message, status=406)
    named = {name for name, _ in ranges}
    if qualities[MediaType.RESPONSE] == best and (MediaType.RESPONSE in named or qualities[MediaType.JSON] < best):
        return MediaType.RESPONSE
    return MediaType.JSON


def accepts_events(accept: str | None) -> bool:
    """Tell whether event streams are acceptable by name: a wildcard does not say that a client can read one."""
    ranges = [_range(part) for part in (accept or "").split(",")[:MAX_RANGES]]
    return any(name == EVENT_STREAM and quality > 0 for name, quality in ranges)


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            quality = _number(value.strip())
    return name, quality


def _number(text: str) -> float:
    """Read a quality. One that is no number from 0 to 1 counts as 0: what was meant cannot be known."""
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal()):
        return 0.0
    quality = float(text)
    return quality if quality <= 1 else 0.0


def _quality(media_type: MediaType, ranges: list[tuple[str, float]]) -> float:
    """Return how welcome a media type is: the closest range that matches it decides, not the best."""
    for name in (media_type.value, "application/*", "*/*"):
        matching = [quality for range_name, quality in ranges if range_name == name]
        if matching:
            return max(matching)
    return 0.0
