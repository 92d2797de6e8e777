"""Loaders: what one operation asks for together is fetched together, once."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar

from aiodataloader import DataLoader

from gateway.domain.errors import GatewayError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Bulk: TypeAlias = Callable[[Sequence[K]], Awaitable[Mapping[K, V | GatewayError]]]
"""Fetch many at once. A key that is absent from the answer is absent or hidden; one whose value is an error failed
alone; raising fails them all. Its work does not grow with the number of keys but in the size of its few requests."""


class Loaders:
    """The loaders of one operation (or of one event of a subscription): one for each bulk method that is used."""

    def __init__(self) -> None:
        self._loaders: dict[object, _Loader[object, object]] = {}

    async def load(self, bulk: Bulk[K, V], key: K, missing: V) -> V:
        """Return the value of a key, fetched together with all others that are asked for at the same moment.

        Raises:
            GatewayError: what the bulk method raised, or gave for this key.

        """
        loader = self._loaders.get(bulk)
        if loader is None:
            loader = self._loaders[bulk] = _Loader(bulk)  # type: ignore[arg-type]  # keyed by the bulk method itself
        value = await loader.load(key)
        return missing if value is _MISSING else value  # type: ignore[return-value]  # the bulk's own value type


class _Missing:
    pass


_MISSING = _Missing()


class _Loader(DataLoader[K, V | _Missing], Generic[K, V]):
    def __init__(self, bulk: Bulk[K, V]) -> None:
        super().__init__()
        self._bulk = bulk

    async def batch_load_fn(self, keys: list[K]) -> list[V | _Missing | GatewayError]:  # type: ignore[override]
        # The library takes exceptions as values of single keys, which its types do not say.
        found = await self._bulk(keys)
        return [found.get(key, _MISSING) for key in keys]
