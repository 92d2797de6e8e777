"""What suppliers last told of each move, kept beside our moves for when they cannot be asked."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from gateway.domain.ids import MoveId, SupplierKey
from gateway.services.write_behind import WriteBehind
from gateway.store import carriage
from gateway.store.carriage import CarriageKind, Json, MoveSnapshot, Snapshot
from gateway.store.engine import Database

Told = TypeVar("Told", bound=Hashable)

REWRITE_AFTER: Final = timedelta(minutes=5)
"""An unchanged answer is written again after this long, so that the age it is later served with is nearly true."""

_REMEMBERED: Final = 50_000


class LastKnownWriter(WriteBehind[MoveSnapshot]):
    """Writes answers behind the reads that brought them; those that say nothing new are left out."""

    def __init__(self, database: Database) -> None:
        async def write(rows: Sequence[MoveSnapshot]) -> None:
            latest = {(row.move_id, row.kind, row.supplier): row for row in rows}
            async with database.transaction() as connection:
                await carriage.save(connection, list(latest.values()))

        super().__init__("last known", write)
        self._written: OrderedDict[tuple[MoveId, CarriageKind, SupplierKey], tuple[int, datetime]] = OrderedDict()

    async def keep(
        self,
        kind: CarriageKind,
        answers: Iterable[tuple[MoveId, SupplierKey, Told]],
        at: datetime,
        encode: Callable[[Told], Json],
    ) -> None:
        """Keep answers that suppliers gave at an instant; `encode` turns those that are new to plain JSON values."""
        rows: list[MoveSnapshot] = []
        for move_id, supplier, told in answers:
            digest = hash(told)
            key = move_id, kind, supplier
            before = self._written.get(key)
            if before is not None and before[0] == digest and at - before[1] < REWRITE_AFTER:
                continue
            self._written[key] = (digest, at)
            self._written.move_to_end(key)
            rows.append(MoveSnapshot(*key, Snapshot(encode(told), at)))
        while len(self._written) > _REMEMBERED:
            self._written.popitem(last=False)
        await self.put(rows)
