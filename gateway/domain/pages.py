"""Pages of an ordered list: one vocabulary for every connection."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from gateway.domain.errors import InvalidInput
from gateway.domain.values import value

T = TypeVar("T")

DEFAULT_PAGE_SIZE: Final = 50
MAX_PAGE_SIZE: Final = 1000


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which slice of a list is wanted: `size` rows after (or, going backwards, before) an opaque position."""

    size: int = DEFAULT_PAGE_SIZE
    position: str | None = None
    backwards: bool = False


def page_request(
    *, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
) -> PageRequest:
    """Read Relay's four arguments.

    Raises:
        InvalidInput: forwards and backwards at once, a negative size, or one over the maximum.

    """
    if last is not None or before is not None:
        if first is not None or after is not None:
            message = "Give first and after, or last and before, not both."
            raise InvalidInput(message, field=("last" if last is not None else "before",))
        return PageRequest(_size(last, "last"), before, backwards=True)
    return PageRequest(_size(first, "first"), after)


def _size(value: int | None, name: str) -> int:
    if value is None:
        return DEFAULT_PAGE_SIZE
    if value < 0:
        raise InvalidInput(f"{name} must not be negative.", field=(name,))
    if value > MAX_PAGE_SIZE:
        raise InvalidInput(f"{name} must be at most {MAX_PAGE_SIZE}.", field=(name,))
    return value


@value(frozen=True, slots=True)
class Edge(Generic[T]):
    """A row in its list. `place` is its cursor, or what writes it: a page has many, and few are asked for."""

    place: str | Callable[[], str]
    node: T

    @property
    def cursor(self) -> str:
        return self.place if isinstance(self.place, str) else self.place()


@value(frozen=True, slots=True)
class Page(Generic[T]):
    """A slice in the list's own order (also when it was asked for backwards)."""

    edges: tuple[Edge[T], ...]
    has_next: bool
    has_previous: bool

    @property
    def nodes(self) -> tuple[T, ...]:
        return tuple(edge.node for edge in self.edges)
