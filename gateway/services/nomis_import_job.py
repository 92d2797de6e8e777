"""Keeps what NOMIS knows beside dPERs that may still change: from when they are started until they are confirmed."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

import structlog

from gateway.domain.ids import EscortRecordId
from gateway.domain.times import business_day
from gateway.policies.people import SightWindow, sight_window
from gateway.policies.scope import scope_of_the_gateway
from gateway.services import nomis_import
from gateway.services.changes import Told, change
from gateway.services.escort_check_job import ITSELF
from gateway.services.nomis_import import ToldByNomis
from gateway.services.platform import Platform
from gateway.services.recurring import Recurring
from gateway.store import move_changes, nomis_record_changes, nomis_records, nomis_refreshes
from gateway.store.nomis_records import Subject

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
    and longer pauses, for as long as the record is open. Whoever has the record open learns of news by an event, which
    names the kinds and nothing of what is in them.
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
        numbers = sorted({subject.prison_number for subject in about.values()})
        told = await nomis_import.ask(self._platform.nomis, numbers, business_day(at)) if numbers else {}
        informed = 0
        for record_id, subject in about.items():
            found = told[subject.prison_number]
            try:
                await self._keep(record_id, subject, found, window, attempts=taken[record_id])
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one record, the next is another
                _log.error("nomis records were not kept", error=type(error).__name__)
            else:
                informed += any(records is not None for records in found.values())
        _log.info("nomis records", records=len(about), told=informed, closed=len(taken) - len(about))
        return informed

    async def _keep(
        self, record_id: EscortRecordId, subject: Subject, told: ToldByNomis, window: SightWindow, *, attempts: int
    ) -> None:
        """Keep what was told of one record, unless it was closed meanwhile or is about somebody else by now.

        Locked in the order in which those lock who answer it: the move, then the record.
        """
        async with change(self._platform, ITSELF) as hand:
            move = await move_changes.hold(hand.conn, subject.move_id, within=scope_of_the_gateway())
            locked = None
            if move is not None:
                locked = await nomis_record_changes.lock_open(hand.conn, record_id, window, locked=move)
            if move is None or locked is None or locked.prison_number != subject.prison_number:
                await nomis_refreshes.plan(hand.conn, record_id, due_at=hand.at, attempts=attempts)
                return
            news = await nomis_record_changes.save(hand.conn, told, locked=locked, at=hand.at)
            if news:
                kinds = ", ".join(f"{kind.value}s" for kind in news)
                await hand.tell(move, [Told("PerNomisRecordsChanged", details={"kinds": kinds})])
            failed = any(found is None for found in told.values())
            due_at = hand.at + (_pause(attempts) if failed else AGAIN_AFTER)
            await nomis_refreshes.plan(hand.conn, record_id, due_at=due_at, attempts=attempts + 1 if failed else 0)

    async def _drop(self, record_ids: Collection[EscortRecordId]) -> None:
        if record_ids:
            async with self._platform.database.transaction() as connection:
                await nomis_refreshes.drop(connection, record_ids)


def _pause(attempts: int) -> timedelta:
    """Return how long to wait after so many tries that failed before this one."""
    return min(FIRST_PAUSE * (1 << min(attempts, 10)), LONGEST_PAUSE)
