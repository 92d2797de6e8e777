"""Connections: what Relay's vocabulary reads off a page."""

from collections.abc import Sequence
from typing import TypeVar

from gateway.domain.pages import Edge, Page
from gateway.services.listings import Listing

T = TypeVar("T")


def page_of(root: Listing[T] | Page[T]) -> Page[T]:
    return root.page if isinstance(root, Listing) else root


def edges(root: Listing[T] | Page[T]) -> Sequence[Edge[T]]:
    return page_of(root).edges


def nodes(root: Listing[T] | Page[T]) -> Sequence[T]:
    return page_of(root).nodes


async def total_count(root: Listing[T]) -> int:
    return await root.total()


def start_cursor(root: Page[T]) -> str | None:
    return root.edges[0].cursor if root.edges else None


def end_cursor(root: Page[T]) -> str | None:
    return root.edges[-1].cursor if root.edges else None
