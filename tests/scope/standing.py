"""One gateway that keeps running while world after world is put beneath it."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, TypeVar
from unittest.mock import patch
from uuid import UUID

import sqlalchemy as sa
import uvloop

from gateway.adapters.supplier import carriage_codec
from gateway.domain.ids import AgencyId, JourneyId
from gateway.domain.journeys import JourneyState, Leg, Vehicle
from gateway.services.access_log import AccessLogWriter
from gateway.store import moves_writer
from gateway.store.responses_codec import to_json
from gateway.store.tables import metadata
from mocks.supplier.records import LegRecord, PositionRecord
from tests.scope.estates import NOWHERE, PLACES, REGIONS, SERVED, Planned, World
from tests.scope.pages import TITLES
from tests.scope.viewers import BINDINGS, Who
from tests.support.stores import empty_store_url
from tests.support.worlds import NOW, Gateway, NomisSource, Stored, SupplierSource, running_gateway

T = TypeVar("T")

_KEPT: Final = {"suppliers", "regions", "locations", "region_locations", "supplier_locations", "alembic_version"}
"""Reference data is the same in every world: the gateway reads it every half minute only."""

_TIME_LIMIT: Final = 60.0
"""Seconds for a call upstream, the most that may be set: nothing here shall be late, however busy the machine is."""


@dataclass
class Answer:
    """An answer's bytes, and how often each upstream was asked for it."""

    body: bytes
    calls: Mapping[str, int]


@dataclass
class Standing:
    """A running gateway, from outside its event loop."""

    gateway: Gateway
    suppliers: Mapping[str, SupplierSource]
    _engine: sa.Engine
    _run: asyncio.Runner
    _names: Iterator[int] = field(default_factory=count)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._run.run(work)

    def newcomer(self, who: Who) -> Who:
        """Give a viewer a name that the gateway never met, so that it remembers nothing of them."""
        return who.named(f"VIEWER{next(self._names)}")

    def load(self, world: World, *who: Who) -> None:
        """Put a world beneath the gateway: its store's rows, NOMIS's people and account, and the suppliers' legs."""
        self.run(self.gateway.settle())
        self._write(world)
        asking = self.gateway.app.state.platform.asking
        for kept in (asking.people, asking.active_alerts, asking.all_alerts):
            kept.forget()
        people = {person.prison_number: person for person in world.people}
        self.gateway.nomis_house.move_in(
            NomisSource(people, (*PLACES.values(), *NOWHERE), tuple(one.account() for one in who))
        )
        for source in self.suppliers.values():
            source.legs_by_reference.clear()
            source.positions_by_reference.clear()
        for planned in world.moves:
            move = planned.move
            self._tell(move.supplier, move.reference, planned.legs, planned.position)
            self._tell(move.receiving_supplier, move.reference, planned.received_legs, planned.received_position)

    def _tell(
        self, supplier: str | None, reference: str, legs: tuple[LegRecord, ...] | None, position: PositionRecord | None
    ) -> None:
        if supplier is None:
            return
        if legs is not None:
            self.suppliers[supplier].legs_by_reference[reference] = legs
        if position is not None:
            self.suppliers[supplier].positions_by_reference[reference] = position

    def ask(self, query: str, who: Who) -> bytes:
        """Ask under a request id that is always the same, and give the answer's bytes."""
        return self.run(self.gateway.raw(query, who.token()))

    def ask_together(self, query: str, everybody: Sequence[Who]) -> list[bytes]:
        """Have everybody ask the same at the same moment."""

        async def ask() -> list[bytes]:
            return await asyncio.gather(*(self.gateway.raw(query, who.token()) for who in everybody))

        return self.run(ask())

    def ask_counting(self, query: str, who: Who) -> Answer:
        """Ask likewise, and tell how often each upstream was asked."""

        async def ask() -> Answer:
            before = await self._totals()
            body = await self.gateway.raw(query, who.token())
            return Answer(body, (await self._totals()) - before)

        return self.run(ask())

    async def _totals(self) -> Counter[str]:
        doors = {"nomis": self.gateway.nomis, **self.gateway.suppliers}
        counts = {name: await self.gateway.counts(door, forget=False) for name, door in doors.items()}
        return Counter({f"{name} {route}": count for name in counts for route, count in counts[name].items()})

    def _write(self, world: World) -> None:
        tables = metadata.tables
        rows = _rows(world)
        with self._engine.begin() as connection:
            for name, table in tables.items():
                if name not in _KEPT:
                    connection.execute(sa.delete(table))
            for name in rows:
                if rows[name]:
                    connection.execute(sa.insert(tables[name]), rows[name])


def _rows(world: World) -> dict[str, list[moves_writer.Row]]:
    """Give the rows of a world by table. Events keep the positions that they have: the log never renumbers."""
    titles = {AgencyId(agency_id): title for agency_id, title in TITLES.items()}
    records = [planned.record for planned in world.moves if planned.record is not None]
    assessments = [planned.assessment for planned in world.moves if planned.assessment is not None]
    return {
        "allocations": [moves_writer.allocation_row(one, created_at=NOW, updated_at=NOW) for one in world.allocations],
        "moves": [moves_writer.move_row(planned.move, planned.stays, titles=titles) for planned in world.moves],
        "lodgings": [moves_writer.lodging_row(stay) for planned in world.moves for stay in planned.stays],
        "person_escort_records": [
            moves_writer.escort_record_row(record, created_at=NOW, updated_at=NOW) for record in records
        ],
        "per_sections": [row for record in records for row in moves_writer.section_rows(record)],
        "per_flags": [row for record in records for row in moves_writer.flag_rows(record)],
        "per_responses": [
            _responses(planned, planned.record.id) for planned in world.moves if planned.record is not None
        ],
        "per_nomis_snapshots": [row for planned in world.moves for row in _told_by_nomis(planned)],
        "youth_risk_assessments": [
            moves_writer.assessment_row(one, created_at=NOW, updated_at=NOW) for one in assessments
        ],
        "yra_sections": [row for one in assessments for row in moves_writer.section_rows(one)],
        "yra_flags": [row for one in assessments for row in moves_writer.flag_rows(one)],
        "yra_responses": [
            _responses(planned, planned.assessment.id) for planned in world.moves if planned.assessment is not None
        ],
        "events": [
            {**moves_writer.event_row(event, recorded_by=None), "position": event.position}
            for planned in world.moves
            for event in planned.events
        ],
        "carriage_snapshots": [row for planned in world.moves for row in _snapshots(planned)],
    }


def _snapshots(planned: Planned) -> list[moves_writer.Row]:
    return [
        {
            "move_id": planned.move.id,
            "kind": "journeys",
            "supplier": supplier,
            "payload": {"told": carriage_codec.legs_to_json(tuple(map(_as_kept, kept)))},
            "fetched_at": NOW,
        }
        for supplier, kept in (
            (planned.move.supplier, planned.kept_legs),
            (planned.move.receiving_supplier, planned.kept_received_legs),
        )
        if supplier is not None and kept is not None
    ]


def _told_by_nomis(planned: Planned) -> Iterator[moves_writer.Row]:
    if planned.record is None or planned.nomis is None:
        return
    for one in planned.nomis.told:
        yield {
            "record_id": planned.record.id,
            "kind": one.kind.value,
            "prison_number": planned.nomis.about,
            "state": one.state,
            "asked_at": NOW,
            "synced_at": one.synced_at,
            "records": [
                {
                    "code": record.code,
                    "description": record.description,
                    "comment": record.comment,
                    "start": None if record.start_date is None else record.start_date.isoformat(),
                    "end": None if record.end_date is None else record.end_date.isoformat(),
                }
                for record in one.records
            ],
        }


def _responses(planned: Planned, record_id: UUID) -> moves_writer.Row:
    return {"record_id": record_id, "responses": to_json(dict(planned.responses))}


def _as_kept(leg: LegRecord) -> Leg:
    return Leg(
        id=JourneyId(leg.id),
        number=leg.number,
        state=JourneyState(leg.state.value),
        date=leg.date,
        from_agency=AgencyId(leg.from_agency),
        to_agency=AgencyId(leg.to_agency),
        billable=leg.billable,
        vehicle=None if leg.vehicle is None else Vehicle(leg.vehicle.id, leg.vehicle.registration),
    )


@contextmanager
def standing_gateway(**options: float) -> Iterator[Standing]:
    """Run a gateway over places and regions that never change, and warm what it keeps for all its life.

    `options` are settings of it. It does not write its access log, which has tests of its own and would take a third of
    the time.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, ExitStack() as patches:
        stack = AsyncExitStack()
        suppliers = {"geoamey": SupplierSource(), "serco": SupplierSource()}

        async def start() -> tuple[Gateway, str]:
            url = await stack.enter_async_context(empty_store_url("sqlite"))
            running = running_gateway(
                url,
                nomis=NomisSource({}, (*PLACES.values(), *NOWHERE)),
                stored=Stored(),
                suppliers=suppliers,
                regions=REGIONS,
                served=SERVED,
                bindings=BINDINGS,
                time_limit=_TIME_LIMIT,
                options=options,
            )
            return await stack.enter_async_context(running), url

        gateway, url = runner.run(start())
        for writer in gateway.writers:
            if isinstance(writer, AccessLogWriter):
                patches.enter_context(patch.object(writer, "put", _write_nothing))
        engine = sa.create_engine(url)
        sa.event.listen(engine, "connect", _without_waiting_for_the_disk)
        try:
            standing = Standing(gateway, suppliers, engine, runner)
            # The catalogue of alerts is asked for once in all.
            standing.ask("{ alertTypes { code } }", Who("stranger-system", source="machine"))
            yield standing
        finally:
            engine.dispose()
            runner.run(stack.aclose())


async def _write_nothing(_rows: object) -> None:
    """Stand in for `put`."""


def _without_waiting_for_the_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = off")
