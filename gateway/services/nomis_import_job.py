"""Keeps what NOMIS knows beside dPERs that may still change: from when they are started until they are confirmed."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

import structlog

from gateway.domain.ids import EscortRecordId, PrisonNumber
from gateway.domain.times import business_day
from gateway.policies.people import SightWindow, sight_window
from gateway.policies.scope import scope_of_the_gateway
from gateway.services import nomis_import
from gateway.services.nomis_import import Told
from gateway.services.platform import Platform
from gateway.services.recurring import Recurring
from gateway.store import nomis_records, nomis_refreshes

_log = structlog.get_logger(__name__)

EVERY: Final = timedelta(seconds=5)
"""How soon another node's wish is seen; the node that was asked wakes the job itself."""
AGAIN_AFTER: Final = timedelta(hours=1)
"""When what nobody looks at is brought up to date. What is looked at is asked for sooner, by `nomis_freshness`."""
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(minutes=15)
BATCH: Final = 60
"""A hundred and twenty questions by booking: at six at a time, less than a lease however slowly NOMIS answers."""
LEASE: Final = timedelta(minutes=3)


class NomisImportJob(Recurring):
    """Works through the queue in the store, which outlives restarts. Several nodes take different parts of it.

    What NOMIS did not tell stays as it was, with its age, and is asked for again: after a minute, then after longer
    and longer pauses, for as long as the record is open.
    """

    def __init__(self, platform: Platform) -> None:
        async def work() -> None:
            while await self.once():
                pass

        super().__init__("nomis records", work, every=EVERY)
        self._platform = platform

    async def once(self) -> int:
        """Ask for a batch of the records that are due; return of how many anything was told.

        None is either nothing to do or an outage, of which the next round is to find the end.
        """
        at = self._platform.clock()
        # Nearly always there is nothing to do, and then nothing is written or locked.
        async with self._platform.database.read() as connection:
            if not await nomis_refreshes.is_due(connection, at=at):
                return 0
        async with self._platform.database.transaction() as connection:
            taken = await nomis_refreshes.lease(connection, at=at, until=at + LEASE, limit=BATCH)
        if not taken:
            return 0
        window = sight_window(business_day(at))
        async with self._platform.database.read() as connection:
            about = await nomis_records.to_ask(connection, taken, window, within=scope_of_the_gateway())
        await self._drop(set(taken) - set(about))
        told = (
            await nomis_import.ask(self._platform.nomis, sorted(set(about.values())), business_day(at)) if about else {}
        )
        informed = 0
        for record_id, number in about.items():
            try:
                await self._keep(record_id, number, told[number], window, attempts=taken[record_id])
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one record, the next is another
                _log.error("nomis records were not kept", error=type(error).__name__)
            else:
                informed += any(found is not None for found in told[number].values())
        _log.info("nomis records", records=len(about), told=informed, closed=len(taken) - len(about))
        return informed

    async def _keep(
        self, record_id: EscortRecordId, number: PrisonNumber, told: Told, window: SightWindow, *, attempts: int
    ) -> None:
        """Keep what was told of one record, unless it was closed meanwhile or is about somebody else by now."""
        at = self._platform.clock()
        async with self._platform.database.transaction() as connection:
            if not await nomis_records.lock_open(connection, record_id, number, window, within=scope_of_the_gateway()):
                await nomis_refreshes.plan(connection, record_id, due_at=at, attempts=attempts)
                return
            await nomis_records.save(connection, record_id, number, told, at=at)
            failed = any(found is None for found in told.values())
            due_at = at + (_pause(attempts) if failed else AGAIN_AFTER)
            await nomis_refreshes.plan(connection, record_id, due_at=due_at, attempts=attempts + 1 if failed else 0)

    async def _drop(self, record_ids: Collection[EscortRecordId]) -> None:
        if record_ids:
            async with self._platform.database.transaction() as connection:
                await nomis_refreshes.drop(connection, record_ids)


def _pause(attempts: int) -> timedelta:
    """Return how long to wait after so many tries that failed before this one."""
    return min(FIRST_PAUSE * (1 << min(attempts, 10)), LONGEST_PAUSE)
