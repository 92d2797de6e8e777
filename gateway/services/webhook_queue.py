"""What waits for suppliers' systems, for whoever runs the gateway: looked at, tried again, given up."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from gateway.domain.ids import SupplierKey
from gateway.domain.times import Clock, utc_now
from gateway.domain.webhooks import Parked, Waiting
from gateway.store import webhook_outbox
from gateway.store.engine import Database

SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class WebhookQueue:
    database: Database
    clock: Clock = utc_now

    async def waiting(self) -> list[Waiting]:
        """Count what waits, by supplier."""
        async with self.database.read() as connection:
            return await webhook_outbox.waiting(connection)

    async def parked(self, supplier: SupplierKey | None) -> list[Parked]:
        """List what is no longer tried by itself, 200 at most."""
        async with self.database.read() as connection:
            return await webhook_outbox.parked(connection, supplier, limit=SHOWN)

    async def resume(self, supplier: SupplierKey | None, ids: Sequence[UUID]) -> int:
        """Have parked messages tried again: those named, or all; return how many. A node that runs finds them."""
        async with self.database.transaction() as connection:
            return await webhook_outbox.resume(connection, supplier=supplier, ids=ids, at=self.clock())

    async def discard(self, ids: Sequence[UUID]) -> int:
        """Give up parked messages, for what waits behind them; return how many."""
        async with self.database.transaction() as connection:
            return await webhook_outbox.discard(connection, ids, at=self.clock())


@asynccontextmanager
async def webhook_queue(database_url: str) -> AsyncIterator[WebhookQueue]:
    """Open the queue of a store for a moment."""
    database = Database(database_url, pool_size=1)
    try:
        yield WebhookQueue(database)
    finally:
        await database.aclose()
