"""Places in the event log, as clients hold them."""

import base64
import re
from typing import Final

from gateway.domain.errors import InvalidInput

_POSITION: Final = re.compile(r"log:(0|[1-9][0-9]{0,18})", re.ASCII)
_LARGEST: Final = 2**63 - 1


def encode_position(position: int) -> str:
    """Write a place in the event log as an opaque cursor."""
    return base64.urlsafe_b64encode(f"log:{position}".encode()).rstrip(b"=").decode()


def decode_position(cursor: str, *, argument: str) -> int:
    """Read it back. Only what `encode_position` writes is one.

    Raises:
        InvalidInput: anything else.

    """
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        text = ""
    match = _POSITION.fullmatch(text)
    if match is None or int(match[1]) > _LARGEST or encode_position(int(match[1])) != cursor:
        raise InvalidInput(f"{argument} is not a cursor of the event log.", field=(argument,))
    return int(match[1])
