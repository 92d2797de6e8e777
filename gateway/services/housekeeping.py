"""What is thrown away once nobody needs it."""

from datetime import timedelta
from typing import Final

from gateway.services.platform import Platform
from gateway.services.recurring import Recurring
from gateway.store import idempotency, viewer_grants, webhook_outbox

EVERY: Final = timedelta(hours=1)
KEYS_KEPT_FOR: Final = timedelta(days=30)
GRANTS_KEPT_FOR: Final = timedelta(days=30)
"""How long somebody may have been away who is told what they have lost sight of meanwhile."""
MESSAGES_KEPT_FOR: Final = timedelta(days=30)
"""How long it can be looked up when a supplier was told what."""


class Housekeeping(Recurring):
    """Drops idempotency keys a month after their first use, webhooks after their delivery, grants after their end.

    Several nodes may do so at once.
    """

    def __init__(self, platform: Platform) -> None:
        async def work() -> None:
            await self.once()

        super().__init__("housekeeping", work, every=EVERY)
        self._platform = platform

    async def once(self) -> int:
        """Drop what is due; return how much it was."""
        now, database = self._platform.clock(), self._platform.database
        used, delivered, ended = now - KEYS_KEPT_FOR, now - MESSAGES_KEPT_FOR, now - GRANTS_KEPT_FOR
        async with database.read() as connection:
            is_due = (
                await idempotency.any_from(connection, before=used)
                or await webhook_outbox.any_delivered(connection, before=delivered)
                or await viewer_grants.any_former(connection, before=ended)
            )
        if not is_due:
            return 0
        async with database.transaction() as connection:
            return (
                await idempotency.forget(connection, before=used)
                + await webhook_outbox.forget(connection, before=delivered)
                + await viewer_grants.forget_former(connection, before=ended)
            )
