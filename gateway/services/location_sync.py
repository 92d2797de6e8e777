"""Keeps our locations equal to NOMIS's agencies."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Final

import structlog

from gateway.adapters.nomis import Nomis
from gateway.domain.errors import UpstreamError
from gateway.services.reference_book import ReferenceBook
from gateway.store import reference
from gateway.store.engine import Database

_log = structlog.get_logger(__name__)

EVERY: Final = timedelta(hours=1)
RETRY: Final = timedelta(minutes=1)


class LocationSync:
    """Asks NOMIS for its agencies at the start and every hour; while it cannot be asked, what is known stays."""

    def __init__(self, nomis: Nomis, database: Database, book: ReferenceBook) -> None:
        self._nomis = nomis
        self._database = database
        self._book = book
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="location sync")

    async def once(self) -> None:
        """Take over what NOMIS lists now.

        Raises:
            UpstreamError: it could not be asked.

        """
        agencies = await self._nomis.prison_api.agencies()
        if not agencies:
            # An empty list would close every place in the country: more likely a fault than the truth.
            _log.warning("no agencies were listed")
            return
        async with self._database.transaction() as connection:
            await reference.upsert_agencies(connection, agencies)
        self._book.expire()

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            pause = EVERY
            try:
                await self.once()
            except UpstreamError as error:
                _log.warning("locations were not refreshed", code=error.code)
                pause = RETRY
            except Exception as error:  # noqa: BLE001 - a fault of the store must not end the task for good
                _log.error("locations were not refreshed", error=type(error).__name__)
                pause = RETRY
            await asyncio.sleep(pause.total_seconds())
