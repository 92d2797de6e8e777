"""Wishes for what NOMIS knows to be brought up to date, written behind the reads that found it old."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from gateway.domain.ids import EscortRecordId
from gateway.domain.times import Clock
from gateway.services.write_behind import WriteBehind
from gateway.store import nomis_refreshes
from gateway.store.engine import Database

FRESH_FOR: Final = timedelta(minutes=5)
"""Younger than this, what is shown needs no asking."""

_REMEMBERED: Final = 50_000


class NomisFreshness(WriteBehind[EscortRecordId]):
    """Reading never waits for NOMIS: it shows what is known with its age, and has it asked for behind the answer.

    A record is wished for once in a while, however many look at it.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        async def write(record_ids: Sequence[EscortRecordId]) -> None:
            async with database.transaction() as connection:
                await nomis_refreshes.hasten(connection, record_ids, at=clock())
            self.wake()

        super().__init__("nomis freshness", write)
        self._clock = clock
        self._wished: OrderedDict[EscortRecordId, datetime] = OrderedDict()
        self._listeners: list[Callable[[], object]] = []

    def listen(self, listener: Callable[[], object]) -> None:
        """Have a listener called whenever something is to be asked for at once."""
        self._listeners.append(listener)

    def wake(self) -> None:
        """Say that something is to be asked for: for whoever put it into the queue in a transaction of their own."""
        for listener in self._listeners:
            listener()

    def is_old(self, asked_at: datetime | None) -> bool:
        """Say whether NOMIS is to be asked again for what it was last asked for at an instant, or never."""
        return asked_at is None or self._clock() - asked_at >= FRESH_FOR

    async def wish(self, record_ids: Iterable[EscortRecordId]) -> None:
        """Have records asked for soon."""
        at = self._clock()
        wanted = []
        for record_id in record_ids:
            before = self._wished.get(record_id)
            if before is not None and at - before < FRESH_FOR:
                continue
            self._wished[record_id] = at
            self._wished.move_to_end(record_id)
            wanted.append(record_id)
        while len(self._wished) > _REMEMBERED:
            self._wished.popitem(last=False)
        await self.put(wanted)
