"""The event log of a node: one reader for all who follow it, and what it read last."""

import asyncio
import os
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

import structlog

from gateway.domain.event_log import LoggedEvent, LogPosition
from gateway.domain.ids import EventId, MoveId
from gateway.domain.scope import Scope
from gateway.services.log_cursors import KEY_BYTES, LogCursors, expired
from gateway.services.log_wake import LogWake
from gateway.store import event_log
from gateway.store.engine import Database
from gateway.store.signals import EventSignals

_log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

PAGE: Final = 200
WINDOW: Final = 5_000
"""Events that a node keeps in memory for those who follow a little behind."""
POLL: Final = timedelta(seconds=1)
"""How long an event may go unnoticed whose wake-up was lost."""
_SOONEST: Final = 0.004
_LATEST: Final = 0.25
_PATIENCE: Final = 2.0
_COMPLAIN: Final = 5.0


class EventLog:
    """Follows the log for as long as somebody does. What it hands out is limited to nobody's scope: see `Updates`.

    The horizon may hold events back that are committed already (see `store.event_log`). Nothing wakes the reader when
    it rises, so while there are such events it looks again soon, at growing intervals.
    """

    def __init__(self, database: Database, *, cursor_key: bytes | None = None) -> None:
        self._database = database
        self._wake = LogWake()
        # On SQLite there is one process, and its own changes wake the reader.
        is_shared = database.url.get_backend_name() == "postgresql"
        self._signals = EventSignals(database, self.wake) if is_shared else None
        self._given_key = cursor_key
        self._cursors: LogCursors | None = None
        self._window: deque[LoggedEvent] = deque(maxlen=WINDOW)
        self._start = self.head = LogPosition(0, 0)
        self._moved = asyncio.Event()
        self._followers = 0
        self._begun = asyncio.Lock()
        self._identifying = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._has_complained = False
        self.held_back_since: float | None = None
        """When the horizon began to hold events back, by the loop's clock; None while it does not."""

    @property
    def cursors(self) -> LogCursors:
        if self._cursors is None:
            message = "the event log is not open yet"
            raise RuntimeError(message)
        return self._cursors

    async def open(self) -> None:
        """Find out which log this is. While the store is away that waits for the first who asks for anything."""
        try:
            await self._identify()
        except Exception as error:  # noqa: BLE001 - the store is away, and drivers have many words for that
            _log.warning("event_log_not_open", error=type(error).__name__)
        if self._signals is not None:
            self._signals.start()

    async def _identify(self) -> LogCursors:
        async with self._identifying:
            if self._cursors is None:
                async with self._database.transaction() as connection:
                    identity = await event_log.adopt(connection, secrets.token_bytes(KEY_BYTES))
                self._cursors = LogCursors(identity.epoch, self._given_key or identity.cursor_key)
            return self._cursors

    async def aclose(self) -> None:
        if self._signals is not None:
            await self._signals.aclose()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def wake(self) -> None:
        """Say that there may be something to read."""
        self._wake.wake()

    async def now(self) -> LogPosition:
        """Return the position before everything that is still to come."""
        if self._cursors is None:
            await self._identify()
        async with self._database.read() as connection:
            return await event_log.now(connection)

    def start_cursor(self, position: LogPosition) -> str:
        """Write a position that is no event's."""
        return self.cursors.encode(position, os.urandom(8))

    async def position(self, cursor: str) -> LogPosition:
        """Read a cursor.

        Raises:
            InvalidInput: it is none of this log's, or it has expired: also where it lies beyond the log's end, which
                happens once a backup has been restored.

        """
        position = (self._cursors or await self._identify()).decode(cursor)
        if position > self.head and position > await self.now():
            raise expired()
        return position

    async def position_of(self, event_id: EventId, *, within: Scope) -> LogPosition | None:
        async with self._database.read() as connection:
            return await event_log.position_of(connection, event_id, within=within)

    async def lost_sight_of(
        self, *, was: Scope, unchanged_since: datetime | None, within: Scope, limit: int
    ) -> list[MoveId]:
        async with self._database.read() as connection:
            return await event_log.lost_sight_of(
                connection, was=was, unchanged_since=unchanged_since, within=within, limit=limit
            )

    async def page(self, after: LogPosition) -> list[LoggedEvent]:
        """Read the next events from the store, beside their moves as they are now."""
        return (await self._page(after)).events

    async def _page(self, after: LogPosition) -> event_log.LogPage:
        async with self._database.read() as connection:
            return await event_log.page_after(connection, after, limit=PAGE, at=time.monotonic())

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Keep the reader at work meanwhile."""
        self._followers += 1
        try:
            async with self._begun:
                if self._task is None:
                    self._start = self.head = await self.now()
                    self._window.clear()
                    self._task = asyncio.create_task(self._read(), name="event log")
            yield
        finally:
            self._followers -= 1
            if not self._followers and self._task is not None:
                task, self._task = self._task, None
                task.cancel()

    async def next(self, after: LogPosition) -> Sequence[LoggedEvent]:
        """Return the next events after a position, as soon as there are any, to somebody who is `following`."""
        while True:
            while after >= self.head:
                await self._moved.wait()
            if after >= self._start:
                break
            if page := await self.page(after):
                return page
            after = self._start
        found: deque[LoggedEvent] = deque()
        for one in reversed(self._window):
            if one.position <= after:
                break
            found.appendleft(one)
        return list(found)[:PAGE]

    async def _read(self) -> None:
        pause = 0.0
        while True:
            try:
                page = await self._page(self.head)
                self._advance(page.events)
                if len(page.events) == PAGE:
                    continue
            except Exception as error:  # noqa: BLE001 - the store is away, and drivers have many words for that
                pause = min(max(2 * pause, 0.05), _PATIENCE)
                _log.warning("event_log_not_read", error=type(error).__name__)
                await asyncio.sleep(pause)
                continue
            if page.is_held_back:
                # No nearer to the next event: wait a little longer each time.
                pause = _SOONEST if page.events else min(max(2 * pause, _SOONEST), _LATEST)
                if page.events:
                    self.held_back_since = None
                self._note_held_back()
                await asyncio.sleep(pause)
            else:
                pause, self.held_back_since = 0.0, None
                await self._wake.wait(POLL.total_seconds())

    def _note_held_back(self) -> None:
        """Say so once where a transaction that does not end holds back what everybody waits for."""
        now = asyncio.get_running_loop().time()
        if self.held_back_since is None:
            self.held_back_since, self._has_complained = now, False
        elif now - self.held_back_since > _COMPLAIN and not self._has_complained:
            self._has_complained = True
            _log.warning("event_log_held_back", seconds=round(now - self.held_back_since, 1))

    def _advance(self, page: Sequence[LoggedEvent]) -> None:
        if not page:
            return
        if len(self._window) + len(page) > WINDOW:
            dropped = min(len(self._window), len(self._window) + len(page) - WINDOW)
            for _ in range(dropped):
                self._start = self._window.popleft().position
        self._window.extend(page)
        self.head = page[-1].position
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
