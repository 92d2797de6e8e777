"""A value that is fetched anew once it is old, by one caller for all, and kept when that fails."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from gateway.domain.errors import GatewayError
from gateway.domain.times import Clock

T = TypeVar("T")


class Refreshed(Generic[T]):
    """Holds a shared value. Once it is older than `fresh_for`, the next caller fetches it and the others wait for it.

    A fetch that fails leaves the last value in use and is tried again after `retry_after`.

    Raises (from `current`):
        GatewayError: the fetch failed and there is no value yet.

    """

    def __init__(
        self, fetch: Callable[[], Awaitable[T]], clock: Clock, *, fresh_for: timedelta, retry_after: timedelta
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._fresh_for = fresh_for
        self._retry_after = retry_after
        self._lock = asyncio.Lock()
        self._held: tuple[T, datetime] | None = None

    async def current(self) -> T:
        held = self._held
        if held is not None and self._clock() < held[1]:
            return held[0]
        async with self._lock:
            if self._held is not None and self._clock() < self._held[1]:
                return self._held[0]
            try:
                value = await self._fetch()
            except GatewayError:
                if self._held is None:
                    raise
                self._held = (self._held[0], self._clock() + self._retry_after)
                return self._held[0]
            self._held = (value, self._clock() + self._fresh_for)
            return value

    def expire(self) -> None:
        """Make the next caller fetch."""
        if self._held is not None:
            self._held = (self._held[0], self._clock())
