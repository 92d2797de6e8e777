"""Questions of different requests to another system: asked together, and what was told kept for a few seconds.

Whose question it was is not known here, and what is told is not scoped: that comes after, for each viewer.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Generic, TypeVar

from gateway.domain.errors import UpstreamError
from gateway.domain.times import Clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST_KEYS: Final = 500
"""Keys in one question: as many as the adapters put into one call."""

MOST_KEPT: Final = 10_000
"""Keys of which an answer is kept; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How questions are shared.

    One waits at most `wait_seconds` for another of its kind that is under way, and takes all along that come meanwhile;
    at 0 it is asked at once. What was told is kept for `keep`, at 0 not at all. With `joins` a key that is being asked
    for is waited for: not for what a viewer may have changed meanwhile, and not where the time that an answer takes
    may tell somebody that others ask for the same.
    """

    wait_seconds: float = 0.0
    keep: timedelta = timedelta(0)
    joins: bool = False

    @property
    def shares(self) -> bool:
        return self.wait_seconds > 0 or bool(self.keep)


@dataclass(eq=False, slots=True)
class _Asking(Generic[K, V]):
    """One question: open for more keys until it is sent."""

    ended: asyncio.Future[None]
    context: Context
    """Of whom it was opened by: to their trace it belongs."""
    keys: dict[K, None] = field(default_factory=dict)
    found: Mapping[K, V | UpstreamError] = field(default_factory=dict)
    failure: BaseException | None = None
    timer: asyncio.Handle | None = None


class SharedQuestions(Generic[K, V]):
    """The questions of one kind to one system, of all requests of this process."""

    def __init__(
        self, ask: Callable[[Sequence[K]], Awaitable[Mapping[K, V | UpstreamError]]], manner: Manner, clock: Clock
    ) -> None:
        self._ask = ask
        self._manner = manner
        self._shares = manner.shares
        self._clock = clock
        self.keeps: Final = bool(manner.keep)
        self._open: _Asking[K, V] | None = None
        self._of_key: dict[K, _Asking[K, V]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._kept: OrderedDict[K, tuple[V, datetime]] = OrderedDict()

    async def find(self, keys: Collection[K]) -> Mapping[K, V | UpstreamError]:
        """Answer from what is kept, and ask for the rest. Raises as `ask` does."""
        kept = self.kept(keys)
        if not kept:
            return await self.ask(keys)
        self.renew(kept)
        rest = [key for key in keys if key not in kept]
        return {**kept, **await self.ask(rest)} if rest else kept

    def kept(self, keys: Iterable[K]) -> dict[K, V]:
        """Return what was told of keys of late."""
        if not self.keeps:
            return {}
        now = self._clock()
        return {key: value for key in keys if (value := self._fresh(key, now, self._manner.keep)) is not None}

    def renew(self, keys: Iterable[K]) -> None:
        """Ask anew, behind the answer, for those of the kept keys that are past half their time.

        So what is asked for all the time is always at hand, and yet never older than it may be.
        """
        now, half = self._clock(), self._manner.keep / 2
        self._join([key for key in keys if self._fresh(key, now, half) is None and key not in self._of_key])

    def _fresh(self, key: K, now: datetime, most: timedelta) -> V | None:
        told = self._kept.get(key)
        # A clock that was set back makes ages negative.
        return told[0] if told is not None and timedelta(0) <= now - told[1] < most else None

    async def ask(self, keys: Collection[K]) -> Mapping[K, V | UpstreamError]:
        """Ask, together with whoever asks now, whatever is kept.

        A key of which nothing is known is absent, and one that failed alone has its error.

        Raises:
            UpstreamError: the system could not be asked.

        """
        if not self._shares:
            return await self._ask(list(keys))
        if not keys:
            return {}
        parts = self._join(keys)
        # Futures that are waited for so are not cancelled with whoever gives up: others wait for them too.
        await asyncio.wait({one.ended for one in set(parts.values())})
        found: dict[K, V | UpstreamError] = {}
        for key, one in parts.items():
            if one.failure is not None:
                raise one.failure.with_traceback(None)
            if key in one.found:
                found[key] = one.found[key]
        return found

    def forget(self) -> None:
        """Drop what is kept: the system holds other things now."""
        self._kept.clear()

    async def aclose(self) -> None:
        """End what is under way, which nobody waits for any more."""
        if self._open is not None and self._open.timer is not None:
            self._open.timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _join(self, keys: Iterable[K]) -> dict[K, _Asking[K, V]]:
        """Put keys into questions that are not sent yet, or find those under way where one may join them."""
        parts: dict[K, _Asking[K, V]] = {}
        for key in keys:
            known = self._of_key.get(key)
            if known is None or not (known is self._open or self._manner.joins):
                known = self._open or self._opened()
                known.keys[key] = None
                self._of_key[key] = known
                if len(known.keys) >= MOST_KEYS:
                    self._send(known)
            parts[key] = known
        return parts

    def _opened(self) -> _Asking[K, V]:
        loop = asyncio.get_running_loop()
        one = self._open = _Asking[K, V](loop.create_future(), copy_context())
        send = partial(self._send, one)
        # Of what nobody else asks just now, only this turn of the loop is waited for.
        waits = self._manner.wait_seconds if self._tasks else 0.0
        one.timer = loop.call_later(waits, send) if waits else loop.call_soon(send)
        return one

    def _send(self, one: _Asking[K, V]) -> None:
        if one is not self._open:
            return
        self._open = None
        if one.timer is not None:
            one.timer.cancel()
        task = asyncio.get_running_loop().create_task(self._run(one), context=one.context)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._open is not None and not self._tasks and not task.cancelled():
            self._send(self._open)

    async def _run(self, one: _Asking[K, V]) -> None:
        try:
            one.found = await self._ask(list(one.keys))
        except BaseException as error:
            one.failure = error
            if not isinstance(error, Exception):
                raise
        else:
            self._keep(one.found)
        finally:
            for key in one.keys:
                if self._of_key.get(key) is one:
                    del self._of_key[key]
            one.ended.set_result(None)

    def _keep(self, found: Mapping[K, V | UpstreamError]) -> None:
        if not self.keeps:
            return
        now = self._clock()
        for key, value in found.items():
            if isinstance(value, UpstreamError):
                continue
            self._kept[key] = (value, now)
            self._kept.move_to_end(key)
        # In the order in which they were told: what is too old lies in front.
        while self._kept and (
            len(self._kept) > MOST_KEPT or now - next(iter(self._kept.values()))[1] >= self._manner.keep
        ):
            self._kept.popitem(last=False)
