"""Fields of an event."""

from gateway.domain.events import Event
from gateway.services.events import encode_position


def cursor(root: Event) -> str:
    return encode_position(root.position)
