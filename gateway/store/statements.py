"""Statements that are made once: building one anew for each request costs more than the database takes to answer it.

SQLAlchemy remembers with a statement, and with each part of it, what it needs to find the compiled form again. So a
statement is kept for each shape of a question (whose scope, which filter), and given its keys at each use.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Final, Generic, TypeVar

Made = TypeVar("Made")
Function = TypeVar("Function", bound=Callable[..., object])

_forgetting: Final[list[Callable[[], None]]] = []

KEPT: Final = 1_000
"""Of one kind: viewers of so many different scopes ask without anything being made anew."""


def kept(make: Function) -> Function:
    """Make what a function returns once for equal arguments. They must be hashable, and the result never changed."""
    wrapped = lru_cache(maxsize=KEPT)(make)
    _forgetting.append(wrapped.cache_clear)
    return wrapped  # type: ignore[return-value]  # it takes and returns the same


def forget() -> None:
    """Have everything made anew: for whoever changes what is made, which nobody but a test does."""
    for one in _forgetting:
        one()


class Kept(Generic[Made]):
    """Things that were made, by what they were made for; of too many, the one used longest ago is made again."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        _forgetting.append(self._made.clear)

    def of(self, shape: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made for a shape, or make it."""
        if shape in self._made:
            self._made.move_to_end(shape)
            return self._made[shape]
        made = self._made[shape] = make()
        if len(self._made) > self._most:
            self._made.popitem(last=False)
        return made
