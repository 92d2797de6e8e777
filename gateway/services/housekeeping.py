"""What is thrown away once nobody needs it."""

from datetime import timedelta
from typing import Final

from gateway.services.platform import Platform
from gateway.services.recurring import Recurring
from gateway.store import idempotency, webhook_outbox

EVERY: Final = timedelta(hours=1)
KEYS_KEPT_FOR: Final = timedelta(days=30)


MESSAGES_KEPT_FOR: Final = timedelta(days=30)
"""How long it can be looked up when a supplier was told what."""


class Housekeeping(Recurring):
    """Drops idempotency keys a month after their first use, and webhooks after their delivery.

    Several nodes may do so at once.
    """

    def __init__(self, platform: Platform) -> None:
        async def work() -> None:
            await self.once()

        super().__init__("housekeeping", work, every=EVERY)
        self._platform = platform

    async def once(self) -> int:
        """Drop what is due; return how much it was."""
        used, delivered = self._platform.clock() - KEYS_KEPT_FOR, self._platform.clock() - MESSAGES_KEPT_FOR
        async with self._platform.database.read() as connection:
            keys = await idempotency.any_from(connection, before=used)
            messages = await webhook_outbox.any_delivered(connection, before=delivered)
        if not keys and not messages:
            return 0
        async with self._platform.database.transaction() as connection:
            return await idempotency.forget(connection, before=used) + await webhook_outbox.forget(
                connection, before=delivered
            )
