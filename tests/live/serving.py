"""The bed of the booking tests behind a real socket."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from gateway.domain.events import Event, EventClassification, EventDetail
from gateway.domain.ids import EventId, MoveId
from gateway.resolvers.global_ids import decode
from gateway.store import moves_writer
from gateway.transport.live.streams import Streams
from tests.booking.bed import OFFICER, Bed, a_bed, place
from tests.booking.test_changing_moves import UPDATE, booked
from tests.live.clients import PATIENCE, UPDATES, EventStream, Socket, a_socket, an_event_stream, served
from tests.support.worlds import NOW


@dataclass
class Served:
    bed: Bed
    address: str

    @property
    def streams(self) -> Streams:
        found: Streams = self.bed.gateway.app.state.streams
        return found

    def limit(self, **changes: float) -> None:
        self.streams.limits = replace(self.streams.limits, **changes)  # type: ignore[arg-type]  # the names' own types

    def socket(self, token: str | None = OFFICER, **options: Any) -> AbstractAsyncContextManager[Socket]:
        return a_socket(self.address, token, **options)

    def events(
        self, token: str = OFFICER, query: str = UPDATES, **options: Any
    ) -> AbstractAsyncContextManager[EventStream]:
        return an_event_stream(self.address, token, query, **options)

    async def book(self, number: str = "A1101AA", **changes: object) -> str:
        """Book a move from Leeds to the Crown Court; give its id."""
        move_id: str = (await booked(self.bed, **({"prisonNumber": number} | changes)))["id"]  # type: ignore[arg-type]  # all are of the move
        return move_id

    def place(self, agency_id: str) -> str:
        return place(agency_id)

    async def cursor(self) -> str:
        """Give the place in the log before everything that is still to come."""
        log = self.streams.backend.log
        return log.start_cursor(await log.now())

    async def tell(
        self,
        move_id: str,
        kind: str = "MoveCrossSupplierDropOff",
        classification: EventClassification = EventClassification.DEFAULT,
        notes: str | None = None,
        **details: str,
    ) -> None:
        """Write an event about a move, or its dPER, as changes do."""
        decoded = decode(move_id)
        assert decoded is not None
        event = Event(
            id=EventId(uuid4()),
            position=0,
            move_id=MoveId(UUID(decoded[1][0])),
            journey_id=None,
            type=kind,
            classification=classification,
            occurred_at=NOW,
            recorded_at=NOW,
            supplier=None,
            notes=notes,
            details=tuple(EventDetail(name, value) for name, value in details.items()),
        )
        async with self.bed.gateway.database.transaction() as conn:
            await moves_writer.insert_events(conn, [event])
        self.streams.backend.log.wake()

    async def send_elsewhere(self, move_id: str, agency_id: str = "WSTMC", token: str = OFFICER) -> None:
        payload = await self.bed.change(UPDATE, token, id=move_id, toLocationId=place(agency_id))
        assert payload["problems"] == []

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what the gateway does by itself."""
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
                await asyncio.sleep(0.01)


@asynccontextmanager
async def a_served_bed(backend: str = "sqlite") -> AsyncIterator[Served]:
    async with a_bed(backend=backend) as bed, served(bed.gateway.app) as address:
        yield Served(bed, address)
