"""Announcing changes to suppliers' systems: written with the change, so that neither is ever without the other."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.events import Event
from gateway.domain.ids import SupplierKey
from gateway.domain.moves import Move
from gateway.domain.webhooks import Notice
from gateway.policies.webhooks.notices import notices_of
from gateway.store import journeys, webhook_outbox
from gateway.store.webhook_outbox import NewMessage

Render = Callable[[Notice], str]
"""Writes a notice as the body that goes over the wire."""


@dataclass(frozen=True, slots=True)
class Announcer:
    """Knows which suppliers have a system that wants to be told, and wakes what delivers to it."""

    bells: dict[SupplierKey, asyncio.Event] = field(default_factory=dict)
    render: Render = lambda _notice: ""

    async def announce(
        self, conn: AsyncConnection, found: Iterable[tuple[Move | None, Move, Sequence[Event]]], *, at: datetime
    ) -> frozenset[SupplierKey]:
        """Write what suppliers are to be told of changes (each before, after, and its events); return to whom."""
        if not self.bells:
            return frozenset()
        changes = list(found)
        drivers = await journeys.drivers(
            conn, {event.journey_id for _, _, events in changes for event in events if event.journey_id is not None}
        )
        messages = [
            NewMessage(uuid4(), one.supplier, one.move.id, one.move.reference, one.type, self.render(one))
            for before, after, events in changes
            for one in notices_of(before, after, events, drivers)
            if one.supplier in self.bells
        ]
        await webhook_outbox.add(conn, messages, at=at)
        return frozenset(one.supplier for one in messages)

    def ring(self, suppliers: Iterable[SupplierKey]) -> None:
        """Have what was announced delivered now; once it is committed."""
        for one in suppliers:
            self.bells[one].set()
