"""Repeatable numbers: random streams, UUIDs, move references and prison numbers as functions of what they name."""

import random
from datetime import date
from hashlib import blake2b
from itertools import permutations
from typing import Final
from uuid import UUID

MOVES_A_DAY: Final = 1024
"""At most so many references for one day; a day with more would take the next day's."""

_LETTERS: Final = "ACEFHJKMNPRTUVWXY"
_TRIPLES: Final = tuple("".join(three) for three in permutations(_LETTERS, 3))
_DIGITS: Final = tuple("".join(four) for four in permutations("123456789", 4))
_REFERENCES: Final = len(_TRIPLES) * len(_DIGITS) * len(_LETTERS)
_FIRST_DAY: Final = date(1990, 1, 1).toordinal()

_NUMBER_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_NUMBERS: Final = 2 * 9000 * len(_NUMBER_LETTERS) ** 2

# Primes that divide neither count, so that multiplying only changes the order.
_STRIDE: Final = 1_000_000_007


def stream(seed: int, kind: str, index: int) -> random.Random:
    """Return the random numbers of one thing; nothing else draws from them."""
    return random.Random(f"{seed}:{kind}:{index}")


def uid(*parts: object) -> UUID:
    digest = blake2b(":".join(map(str, parts)).encode(), digest_size=16).digest()
    return UUID(bytes=digest, version=4)


def move_reference(day: date, place: int) -> str:
    """Return the reference of the move at a place in a day: no two moves of any days share one, until the year 2550.

    Raises:
        ValueError: the place is not below `MOVES_A_DAY`.

    """
    if not 0 <= place < MOVES_A_DAY:
        message = f"place must be from 0 to {MOVES_A_DAY - 1}"
        raise ValueError(message)
    index = (day.toordinal() - _FIRST_DAY) * MOVES_A_DAY + place
    rest, letter = divmod(index * _STRIDE % _REFERENCES, len(_LETTERS))
    triple, digits = divmod(rest, len(_DIGITS))
    return f"{_TRIPLES[triple]}{_DIGITS[digits]}{_LETTERS[letter]}"


def prison_number(seed: int, index: int) -> str:
    """Return the number of the person at an index: unique among ten million."""
    base = len(_NUMBER_LETTERS)
    rest, last = divmod((index * _STRIDE + seed * 7919) % _NUMBERS, base)
    rest, middle = divmod(rest, base)
    first, digits = divmod(rest, 9000)
    return f"{'AG'[first]}{digits + 1000}{_NUMBER_LETTERS[middle]}{_NUMBER_LETTERS[last]}"


def mix(seed: int, kind: str, index: int) -> bytes:
    """Return sixteen repeatable bytes, for where a whole random stream would be too slow."""
    return blake2b(f"{seed}:{kind}:{index}".encode(), digest_size=16).digest()
