"""Listing: a page of a list, and its length for whoever asks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.domain.pages import Page

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """`total` counts the whole list that the viewer may see. It costs a statement of its own, so it is asked on use."""

    page: Page[T]
    total: Callable[[], Awaitable[int]]
