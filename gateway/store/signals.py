"""PostgreSQL's word that somebody wrote to the event log, heard by every node."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import structlog

from gateway.store.engine import Database

_log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

CHANNEL: Final = "secure_move_events"
"""Where the trigger of the events' table calls."""
_SOONEST: Final = 0.1
_LATEST: Final = 2.0
_CONNECT_SECONDS: Final = 5.0
_PROBE_SECONDS: Final = 15.0


class EventSignals:
    """Listens on a connection of its own, and calls `heard` for each word and whenever it listens anew.

    A word can be lost with the connection; so whoever is called must also look by themselves now and then.
    """

    def __init__(self, database: Database, heard: Callable[[], None]) -> None:
        self._address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard = heard
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="event signals")

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        pause = _SOONEST
        while True:
            try:
                connection = await asyncpg.connect(
                    self._address, timeout=_CONNECT_SECONDS, server_settings={"application_name": "secure-move-events"}
                )
            except Exception as error:  # noqa: BLE001 - whatever keeps it from listening, it tries again
                _log.warning("event_signals_lost", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LATEST)
                continue
            pause = _SOONEST
            try:
                await self._listen(connection)
            except Exception as error:  # noqa: BLE001 - likewise
                _log.warning("event_signals_lost", error=type(error).__name__)
            finally:
                connection.terminate()

    async def _listen(self, connection: Any) -> None:
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        await connection.add_listener(CHANNEL, lambda *_: self._heard())
        self._heard()
        while not gone.is_set():
            # A connection that died without a word is found out by asking.
            with suppress(TimeoutError):
                async with asyncio.timeout(_PROBE_SECONDS):
                    await gone.wait()
            if not gone.is_set():
                await connection.execute("select 1", timeout=_CONNECT_SECONDS)
