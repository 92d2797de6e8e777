"""The call that wakes a node's reader of the event log."""

import asyncio
from contextlib import suppress


class LogWake:
    """Remembers that there may be something to read. It carries nothing: a lost call costs time, never an event."""

    def __init__(self) -> None:
        self._called = asyncio.Event()

    def wake(self) -> None:
        self._called.set()

    async def wait(self, seconds: float) -> None:
        """Wait for a call, at most so long. A call from before counts, once."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._called.wait()
        self._called.clear()
