"""Texts as people type them."""

from typing import Final

from gateway.domain.errors import InvalidInput

LONGEST_TEXT: Final = 10_000
"""Characters; a page or three."""

LONGEST_KEY: Final = 200


def text_of(given: str | None, *field: str, longest: int = LONGEST_TEXT) -> str | None:
    """Trim a text; nothing but space is nothing.

    Raises:
        InvalidInput: it is too long, or holds what no text can (NUL, half of a surrogate pair).

    """
    if given is None:
        return None
    trimmed = given.strip()
    if len(trimmed) > longest:
        raise InvalidInput(f"{field[-1]} may have {longest} characters at most.", field=field)
    if "\x00" in trimmed or any("\ud800" <= character <= "\udfff" for character in trimmed):
        raise InvalidInput(f"{field[-1]} holds characters that cannot be kept.", field=field)
    return trimmed or None


def key_of(given: str | None, *field: str) -> str | None:
    """Read an idempotency key.

    Raises:
        InvalidInput: it is empty, too long, or cannot be kept.

    """
    key = text_of(given, *field, longest=LONGEST_KEY)
    if given is not None and key is None:
        raise InvalidInput(f"{field[-1]} must not be empty.", field=field)
    return key
