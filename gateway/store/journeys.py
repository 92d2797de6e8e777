"""Journeys as they were reported, of moves in scope."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import JourneyId, MoveId, SupplierKey
from gateway.domain.journeys import JourneyState, ReportedJourney, Vehicle
from gateway.domain.scope import Scope
from gateway.store.engine import Source
from gateway.store.reading import KEYS, Question, Row, among
from gateway.store.rows import by_value, picked
from gateway.store.scoping import told_by_whom_they_hear, visible_moves
from gateway.store.statements import kept
from gateway.store.tables import journeys, moves


async def by_moves(
    source: Source, move_ids: Iterable[MoveId], *, within: Scope
) -> dict[MoveId, tuple[ReportedJourney, ...]]:
    """Read the journeys that were reported of moves, by when they were. One without any, or out of scope, is absent.

    So are those of other suppliers, to whoever works for one.
    """
    wanted = set(move_ids)
    if not wanted or within.is_empty:
        return {}
    found: defaultdict[MoveId, list[ReportedJourney]] = defaultdict(list)
    for row in await _by_moves(within).rows(source, {KEYS: list(wanted)}):
        journey = journey_of(row)
        found[journey.move_id].append(journey)
    return {move_id: tuple(listed) for move_id, listed in found.items()}


@kept
def _by_moves(within: Scope) -> Question:
    return Question(
        sa.select(journeys)
        .join(moves, moves.c.id == journeys.c.move_id)
        .where(among(journeys.c.move_id), visible_moves(within), told_by_whom_they_hear(within, journeys.c.supplier))
        .order_by(journeys.c.move_id, journeys.c.reported_at, journeys.c.id)
    )


_picked: Final = picked(
    journeys,
    "id",
    "move_id",
    "supplier",
    "initial_state",
    "initial_at",
    "state",
    "date",
    "from_agency",
    "to_agency",
    "billable",
    "vehicle_id",
    "vehicle_registration",
    "reported_at",
    "updated_at",
    "version",
)
_STATES: Final = by_value(JourneyState)


def journey_of(row: Row) -> ReportedJourney:
    """Read a row that begins with the columns of `journeys`."""
    (
        id_,
        move_id,
        supplier,
        initial_state,
        initial_at,
        state,
        date,
        from_agency,
        to_agency,
        billable,
        vehicle_id,
        vehicle_registration,
        reported_at,
        updated_at,
        version,
    ) = _picked(row)
    known = vehicle_id is not None or vehicle_registration is not None
    return ReportedJourney(
        id_,
        move_id,
        supplier,
        _STATES[initial_state],
        initial_at,
        _STATES[state],
        date,
        from_agency,
        to_agency,
        billable,
        Vehicle(vehicle_id, vehicle_registration) if known else None,
        reported_at,
        updated_at,
        version,
    )


async def drivers(conn: AsyncConnection, ids: Iterable[JourneyId]) -> dict[JourneyId, SupplierKey]:
    """Return whose journeys are, of those that are kept here; no scope is asked: see who calls."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    rows = await conn.execute(sa.select(journeys.c.id, journeys.c.supplier).where(journeys.c.id.in_(wanted)))
    return {JourneyId(row.id): SupplierKey(row.supplier) for row in rows}
