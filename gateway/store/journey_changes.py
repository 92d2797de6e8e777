"""Reported journeys in the hands of a transaction that holds their move."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.events import Event
from gateway.domain.ids import JourneyId
from gateway.domain.journeys import ReportedJourney
from gateway.domain.moves import Move
from gateway.store.events import event_of
from gateway.store.journeys import journey_of
from gateway.store.moves_writer import Row
from gateway.store.tables import events, journeys


async def all_of(conn: AsyncConnection, locked: Move) -> tuple[ReportedJourney, ...]:
    """Read the journeys that were reported of a move that was locked, by when they were."""
    rows = await conn.execute(
        sa.select(journeys).where(journeys.c.move_id == locked.id).order_by(journeys.c.reported_at, journeys.c.id)
    )
    return tuple(map(journey_of, rows))


async def told_of(conn: AsyncConnection, journey_id: JourneyId, types: Iterable[str], *, locked: Move) -> list[Event]:
    """Read the events of some types of a journey of a move that was locked, in the order in which they occurred."""
    rows = await conn.execute(
        sa.select(events)
        .where(events.c.move_id == locked.id, events.c.journey_id == journey_id, events.c.type.in_(sorted(types)))
        .order_by(events.c.occurred_at, events.c.position)
    )
    return [event_of(row) for row in rows]


async def insert(conn: AsyncConnection, journey: ReportedJourney) -> None:
    await conn.execute(sa.insert(journeys).values(journey_row(journey)))


async def save(conn: AsyncConnection, journey: ReportedJourney) -> None:
    """Write a journey of a move that was locked over its last version."""
    await conn.execute(sa.update(journeys).where(journeys.c.id == journey.id).values(journey_row(journey)))


def journey_row(journey: ReportedJourney) -> Row:
    return {
        "id": journey.id,
        "move_id": journey.move_id,
        "supplier": journey.supplier,
        "initial_state": journey.initial_state.value,
        "initial_at": journey.initial_at,
        "state": journey.state.value,
        "date": journey.date,
        "from_agency": journey.from_agency,
        "to_agency": journey.to_agency,
        "billable": journey.billable,
        "vehicle_id": None if journey.vehicle is None else journey.vehicle.id,
        "vehicle_registration": None if journey.vehicle is None else journey.vehicle.registration,
        "reported_at": journey.reported_at,
        "updated_at": journey.updated_at,
        "version": journey.version,
    }
