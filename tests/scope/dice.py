"""Choices out of a string of bytes.

An estate takes hundreds of them: as many draws of Hypothesis would take all the time, and most of its examples would be
copies of parts of others.
"""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Each choice takes a byte. Zeroes choose first options and least numbers, and so does an end of bytes."""

    def __init__(self, rolls: bytes) -> None:
        self._rolls = rolls
        self._at = 0

    def apart(self, rolls: int) -> "Dice":
        """Set some of the bytes apart, so that what is chosen by them does not depend on how many others take."""
        part = Dice(self._rolls[self._at : self._at + rolls])
        self._at += rolls
        return part

    def number(self, least: int, most: int) -> int:
        """Choose one of up to 256 numbers."""
        roll = self._rolls[self._at] if self._at < len(self._rolls) else 0
        self._at += 1
        return least + roll % (most - least + 1)

    def one_of(self, options: Sequence[T]) -> T:
        return options[self.number(0, len(options) - 1)]

    def one_in(self, times: int) -> bool:
        return self.number(1, times) == times

    def some(self, options: Sequence[T], *, least: int = 0, most: int) -> list[T]:
        """Choose a few, none of them twice, in any order."""
        left = list(options)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(self.number(least, min(most, len(left))))]
