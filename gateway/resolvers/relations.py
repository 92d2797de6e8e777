"""Relation: a field that leads to other objects, declared once by its bulk method and the key that its parent holds.

The ordinary resolver asks through a loader; an executor that holds all parents of a level may read `bulk` and `key`
and ask for all of them at once. Both get their answer from the same lines.

What a field shows of its relation may depend on its arguments: then it declares the function that makes a relation of
them.
"""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.context import Info
from gateway.services import Services
from gateway.services.loaders import Bulk

Root = TypeVar("Root")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Relation(Generic[Root, K, V]):
    """`key` gives None for a parent that leads nowhere; `missing` is the value then, and for a key without answer."""

    bulk: Callable[[Services], Bulk[K, V]]
    key: Callable[[Root], K | None]
    missing: V

    def resolve(self, root: Root, info: Info) -> V | Awaitable[V]:
        """Answer for one parent, together with all others that ask at the same moment."""
        key = self.key(root)
        if key is None:
            return self.missing
        return self.load(info, key)

    async def load_for(self, root: Root, info: Info) -> V:
        """Answer for one parent, as `resolve` does."""
        key = self.key(root)
        return self.missing if key is None else await self.load(info, key)

    async def load(self, info: Info, key: K) -> V:
        """Answer for a key."""
        return await info.context.loaders.load(self.bulk(info.context.services), key, self.missing)


@dataclass(frozen=True, slots=True)
class Derived(Generic[Root, K, V, Shown]):
    """A relation of which a field shows only what `view` makes of it, for the parent that asks."""

    relation: Relation[Root, K, V]
    view: Callable[[Root, V], Shown]

    async def resolve(self, root: Root, info: Info) -> Shown:
        """Answer for one parent, as the relation itself does."""
        return self.view(root, await self.relation.load_for(root, info))
