"""Turns: those who read the log from a place of their own, and share each page that they have in common."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from gateway.domain.event_log import LogPosition


class Reader(Protocol):
    """Somebody with a place in the log."""

    position: LogPosition


R = TypeVar("R", bound=Reader)


@dataclass(eq=False, slots=True)
class _Waiting(Generic[R]):
    reader: R
    served: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


Serve = Callable[[LogPosition, Callable[[LogPosition], Sequence[R]]], Awaitable[None]]
"""Reads the page after a position and hands it out. It is given who waits at that position or after it, up to the
page's last one, at the moment it asks; whoever it hands something moves on to that last position."""


class Turns(Generic[R]):
    """Serves readers a page at a time; a page that is read for one goes to everybody who stands within it.

    Every other turn is the hindmost reader's, who so comes to where the next one stands, and then both share the rest
    of the way: after a node was lost, hundreds who come back at places of their own cost little more than one. The
    turns between belong to whoever waits longest, so that nobody who comes from far behind keeps others waiting.
    """

    def __init__(self, serve: Serve[R]) -> None:
        self._serve = serve
        self._waiting: dict[_Waiting[R], None] = {}
        self._task: asyncio.Task[None] | None = None

    async def turn(self, reader: R) -> None:
        """Wait until the reader was served a page. Raises what the reading of it raised."""
        waiting = _Waiting(reader)
        self._waiting[waiting] = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="catching up")
        try:
            await waiting.served
        finally:
            self._waiting.pop(waiting, None)

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        is_hindmosts = True
        while self._waiting:
            first = next(iter(self._waiting))
            if is_hindmosts:
                first = min(self._waiting, key=lambda one: one.reader.position)
            is_hindmosts = not is_hindmosts
            await self._serve_from(first.reader.position)

    async def _serve_from(self, start: LogPosition) -> None:
        served: list[_Waiting[R]] = []

        def there(last: LogPosition) -> list[R]:
            served.extend(one for one in self._waiting if start <= one.reader.position < last)
            return [one.reader for one in served]

        failure: Exception | None = None
        try:
            await self._serve(start, there)
        except Exception as error:  # noqa: BLE001 - it is theirs who waited for it
            failure = error
        # Nothing follows what was read, or it could not be read: those who stand just there are told so.
        for one in served or [one for one in self._waiting if one.reader.position == start]:
            self._waiting.pop(one, None)
            if one.served.done():
                continue
            if failure is None:
                one.served.set_result(None)
            else:
                one.served.set_exception(failure)
