"""Work that is done again and again for as long as the application lives."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

_log = structlog.get_logger(__name__)


class Recurring:
    """Does its work at the start and then with a pause in between. A fault ends one round, never the task.

    `wake` ends the pause.
    """

    def __init__(self, name: str, work: Callable[[], Awaitable[None]], *, every: timedelta) -> None:
        self._name = name
        self._work = work
        self._every = every
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Have the next round begin at once."""
        self._woken.set()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._work()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next round may go well
                _log.error("a round failed", work=self._name, error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every.total_seconds()):
                    await self._woken.wait()
