"""Fields of an event."""

from gateway.domain.events import Event
from gateway.services.events import log_cursor


def cursor(root: Event) -> str:
    return log_cursor(root)
