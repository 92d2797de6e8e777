"""What the tests of webhooks share: what suppliers heard, and how to wait until there is nothing left to say."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from gateway.domain.ids import SupplierKey
from gateway.services.webhook_delivery import WebhookDelivery
from gateway.store import webhook_outbox as outbox
from gateway.store.webhook_tables import webhook_outbox
from mocks.supplier.webhooks import Received, Webhooks
from tests.booking.bed import Bed

GEOAMEY: Final = SupplierKey("geoamey")
SERCO: Final = SupplierKey("serco")


def heard(bed: Bed, supplier: str = GEOAMEY) -> Sequence[Received]:
    """Give what a supplier's system heard, each message once."""
    return receiver(bed, supplier).received


def receiver(bed: Bed, supplier: str = GEOAMEY) -> Webhooks:
    found: Webhooks = bed.gateway.supplier_apps[supplier].state.webhooks
    return found


def delivery(bed: Bed, supplier: str = GEOAMEY) -> WebhookDelivery:
    found: Mapping[str, WebhookDelivery] = bed.gateway.app.state.deliveries
    return found[supplier]


def told(bed: Bed, supplier: str = GEOAMEY) -> list[tuple[str, str | None]]:
    """Give the messages that a supplier heard as pairs of their type and the type of the event."""
    return [(one.type, (one.body["data"].get("event") or {}).get("type")) for one in heard(bed, supplier)]


async def settled(bed: Bed) -> None:
    """Wait until nothing is due or in hand: what is left waits for another time, or is parked."""
    for one in bed.gateway.app.state.platform.announcer.bells.values():
        one.set()
    async with asyncio.timeout(20):
        while True:
            if not await _busy(bed):
                return
            await asyncio.sleep(0.005)  # between two looks


async def _busy(bed: Bed) -> bool:
    now = bed.gateway.clock.now
    in_hand = sa.exists().where(webhook_outbox.c.delivered_at.is_(None), webhook_outbox.c.leased_until > now)
    async with bed.gateway.database.read() as conn:
        if await conn.scalar(sa.select(in_hand)):
            return True
        return any([await outbox.is_due(conn, supplier, at=now) for supplier in (GEOAMEY, SERCO)])


async def rows(bed: Bed) -> list[Any]:
    """Give the outbox, in the order in which it was written."""
    async with bed.gateway.database.read() as conn:
        return list(await conn.execute(sa.select(webhook_outbox).order_by(webhook_outbox.c.position)))
