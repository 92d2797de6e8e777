"""A bounded queue whose rows are written in batches behind the answers that caused them."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

import stamina
import structlog

T = TypeVar("T")

_log = structlog.get_logger(__name__)

BATCH_SIZE: Final = 500
CAPACITY: Final = 20_000
LINGER_SECONDS: Final = 0.05
"""How long the first row of a batch waits for more: what many answers leave behind is written in one transaction."""


class WriteBehind(Generic[T]):
    """Rows go in at once and are written soon, in order, many at a time.

    A full queue makes the next `put` wait, so that under overload answers slow down rather than rows getting lost.
    `aclose` writes what is left. A write that fails is tried again with growing pauses, for about a minute; after
    that the batch is given up with an error in the log that counts its rows.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[Sequence[T]], Awaitable[None]],
        *,
        capacity: int = CAPACITY,
        batch_size: int = BATCH_SIZE,
    ) -> None:
        self._name = name
        self._write = write
        self._queue: asyncio.Queue[T] = asyncio.Queue(capacity)
        self._batch_size = batch_size
        self._task: asyncio.Task[None] | None = None
        self._hurried = asyncio.Event()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"write-behind {self._name}")

    async def put(self, rows: Sequence[T]) -> None:
        for row in rows:
            # put_nowait spares a trip through the event loop for nearly every row.
            try:
                self._queue.put_nowait(row)
            except asyncio.QueueFull:
                await self._queue.put(row)

    async def flush(self) -> None:
        """Wait until everything that was put so far is written, which is at once."""
        self._hurried.set()
        await self._queue.join()
        self._hurried.clear()

    async def aclose(self) -> None:
        await self.flush()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        while True:
            batch = [await self._queue.get()]
            await self._linger()
            while len(batch) < self._batch_size and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._write_with_patience(batch)
            except Exception as error:  # noqa: BLE001 - whatever the database raises must not end the writer
                _log.error("rows were lost", queue=self._name, rows=len(batch), error=type(error).__name__)
            finally:
                for _ in batch:
                    self._queue.task_done()

    async def _linger(self) -> None:
        if self._queue.qsize() < self._batch_size:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    await self._hurried.wait()

    async def _write_with_patience(self, batch: Sequence[T]) -> None:
        async for attempt in stamina.retry_context(on=Exception, attempts=10, timeout=60, wait_max=10):
            with attempt:
                await self._write(batch)
