"""Choices, each one draw of Hypothesis: an estate takes hundreds, and composed strategies would take most of the time."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


@cache
def _integers(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)


class Dice:
    """Shrinks towards the first option and the least number."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def number(self, least: int, most: int) -> int:
        return least if least == most else self._draw(_integers(least, most))

    def one_of(self, options: Sequence[T]) -> T:
        return options[self.number(0, len(options) - 1)]

    def one_in(self, times: int) -> bool:
        return self.number(1, times) == times

    def some(self, options: Sequence[T], *, least: int = 0, most: int) -> list[T]:
        """Choose a few, none of them twice, in any order."""
        left = list(options)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(self.number(least, min(most, len(left))))]
