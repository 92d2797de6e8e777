"""Loaders: what one operation asks for together is fetched together, once.

Reads of our own store begin at once. Questions to other systems wait until the operation reads nothing from the store
any more. So how many are asked follows from the shape of the query: not from the time that a read took, which hidden
rows have a part in, nor from the load on the machine.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Generic, TypeAlias, TypeVar

from aiodataloader import DataLoader

from gateway.domain.errors import GatewayError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Method = TypeVar("Method", bound=Callable[..., object])

Bulk: TypeAlias = Callable[[Sequence[K]], Awaitable[Mapping[K, V | GatewayError]]]
"""Fetch many at once. A key that is absent from the answer is absent or hidden; one whose value is an error failed
alone; raising fails them all. Its work does not grow with the number of keys but in the size of its few requests."""

SETTLING_TURNS: Final = 16
"""Turns of the event loop without a new question, after which an operation has asked all that follows from what it
knows. The executor takes one for each list and object between an answer and the questions beneath it: at most five in
this schema. A turn in which nothing happens costs microseconds."""

TURNS_OF_A_PLAN: Final = 5
"""The same for an operation that is run by a plan, which takes one between an answer and the questions beneath it."""

_ASKS_UPSTREAM: Final = "asks_upstream"


def asks_upstream(method: Method) -> Method:
    """Mark a bulk method that asks other systems."""
    setattr(method, _ASKS_UPSTREAM, True)
    return method


class Missing:
    """What is known of a key that has no answer."""


MISSING: Final = Missing()


class Loaders:
    """The loaders of one operation (or of one event of a subscription): one for each bulk method that is used.

    What was found stays known for the operation, failures included: whoever asks again asks nobody.
    """

    def __init__(self) -> None:
        self._loaders: dict[object, _Loader[Any, Any]] = {}
        self._reads = 0
        self._questions = 0
        self._read_ended = asyncio.Event()
        self._settling: asyncio.Task[None] | None = None
        self.settling_turns = SETTLING_TURNS

    async def load(self, bulk: Bulk[K, V], key: K, missing: V) -> V:
        """Return the value of a key, fetched together with all others that are asked for at the same moment.

        Raises:
            GatewayError: what the bulk method raised, or gave for this key.

        """
        loader = self._loader(bulk)
        # Also where it is known: an operation that is run again comes upon its errors in the order in which it would
        # have come upon them at first.
        await self._asked(bulk, loader, (key,))
        value = loader.known[key]
        if isinstance(value, Exception):
            raise value
        return missing if isinstance(value, Missing) else value

    async def load_many(self, bulk: Bulk[K, V], keys: Iterable[K | None]) -> Mapping[K, V | Exception | Missing]:
        """Return the values of many keys, all fetched together: in it, or known from before, each has one.

        A key without an answer has `MISSING`, one that failed has its error. None is no key.
        """
        loader = self._loader(bulk)
        wanted = {key: None for key in keys if key is not None and key not in loader.known}
        if wanted:
            await self._asked(bulk, loader, tuple(wanted))
        return loader.known

    def _loader(self, bulk: Bulk[K, V]) -> "_Loader[K, V]":
        loader = self._loaders.get(bulk)
        if loader is None:
            loader = self._loaders[bulk] = _Loader(bulk)
        return loader

    async def _asked(self, bulk: Bulk[K, V], loader: "_Loader[K, V]", keys: tuple[K, ...]) -> None:
        self._questions += 1
        if getattr(bulk, _ASKS_UPSTREAM, False):
            await self._settled()
            await loader.learn(keys)
        else:
            with self.reading():
                await loader.learn(keys)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold questions to other systems back while the store is read for what more of them may follow from.

        Nothing that waits for other systems may be awaited meanwhile: both would wait for ever.
        """
        self._reads += 1
        try:
            yield
        finally:
            self._reads -= 1
            self._questions += 1
            self._read_ended.set()

    async def _settled(self) -> None:
        """Wait until the operation can only go on by asking other systems."""
        if self._settling is None:
            self._settling = asyncio.create_task(self._settle())
        # Shielded: others wait for the same task, and one that gives up must not end it for them.
        await asyncio.shield(self._settling)

    async def _settle(self) -> None:
        turns = 0
        while turns < self.settling_turns:
            while self._reads:
                self._read_ended.clear()
                await self._read_ended.wait()
            before = self._questions
            await asyncio.sleep(0)
            turns = turns + 1 if before == self._questions else 0
        self._settling = None


class _Loader(DataLoader[tuple[K, ...], None], Generic[K, V]):
    """Collects what is asked for in one turn of the loop, group by group: a group of keys is one question."""

    def __init__(self, bulk: Bulk[K, V]) -> None:
        super().__init__(cache=False)
        self._bulk = bulk
        self._asked: dict[K, asyncio.Future[None]] = {}
        self.known: dict[K, V | Exception | Missing] = {}

    async def learn(self, keys: tuple[K, ...]) -> None:
        """Wait until keys are known. What is on its way already is not asked for again."""
        asked = self._asked
        fresh = tuple([key for key in keys if key not in asked])
        awaited = {asked[key] for key in keys if key in asked} if len(fresh) != len(keys) else set()
        if fresh:
            question = self.load(fresh)
            asked.update(dict.fromkeys(fresh, question))
            awaited.add(question)
        # Others may wait for the same questions: whoever gives up must not end them.
        if len(awaited) == 1:
            await asyncio.shield(awaited.pop())
        else:
            await asyncio.wait(awaited)

    async def batch_load_fn(self, keys: list[tuple[K, ...]]) -> list[None]:
        known = self.known
        # The keys of one question are distinct, and none of them is known.
        wanted = list(keys[0]) if len(keys) == 1 else list(dict.fromkeys([key for group in keys for key in group]))
        try:
            found = await self._bulk(wanted) if wanted else {}
        except Exception as error:  # noqa: BLE001 - it is the answer to each of them
            known.update(dict.fromkeys(wanted, error))
        else:
            for key in wanted:
                known[key] = found.get(key, MISSING)
        return [None] * len(keys)
