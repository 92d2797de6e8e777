"""Journeys as they were reported, of moves in scope."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import JourneyId, MoveId, SupplierKey
from gateway.domain.journeys import JourneyState, ReportedJourney, Vehicle
from gateway.domain.scope import Scope
from gateway.store.scoping import told_by_whom_they_hear, visible_moves
from gateway.store.statements import KEYS, among, kept
from gateway.store.tables import journeys, moves


async def by_moves(
    conn: AsyncConnection, move_ids: Iterable[MoveId], *, within: Scope
) -> dict[MoveId, tuple[ReportedJourney, ...]]:
    """Read the journeys that were reported of moves, by when they were. One without any, or out of scope, is absent.

    So are those of other suppliers, to whoever works for one.
    """
    wanted = set(move_ids)
    if not wanted or within.is_empty:
        return {}
    found: defaultdict[MoveId, list[ReportedJourney]] = defaultdict(list)
    for row in await conn.execute(_by_moves(within), {KEYS: list(wanted)}):
        found[row.move_id].append(journey_of(row))
    return {move_id: tuple(listed) for move_id, listed in found.items()}


@kept
def _by_moves(within: Scope) -> sa.Select[Any]:
    return (
        sa.select(journeys)
        .join(moves, moves.c.id == journeys.c.move_id)
        .where(among(journeys.c.move_id), visible_moves(within), told_by_whom_they_hear(within, journeys.c.supplier))
        .order_by(journeys.c.move_id, journeys.c.reported_at, journeys.c.id)
    )


def journey_of(row: sa.Row[tuple[object, ...]]) -> ReportedJourney:
    known = row.vehicle_id is not None or row.vehicle_registration is not None
    return ReportedJourney(
        id=row.id,
        move_id=row.move_id,
        supplier=row.supplier,
        initial_state=JourneyState(row.initial_state),
        initial_at=row.initial_at,
        state=JourneyState(row.state),
        date=row.date,
        from_agency=row.from_agency,
        to_agency=row.to_agency,
        billable=row.billable,
        vehicle=Vehicle(row.vehicle_id, row.vehicle_registration) if known else None,
        reported_at=row.reported_at,
        updated_at=row.updated_at,
        version=row.version,
    )


async def drivers(conn: AsyncConnection, ids: Iterable[JourneyId]) -> dict[JourneyId, SupplierKey]:
    """Return whose journeys are, of those that are kept here; no scope is asked: see who calls."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    rows = await conn.execute(sa.select(journeys.c.id, journeys.c.supplier).where(journeys.c.id.in_(wanted)))
    return {JourneyId(row.id): SupplierKey(row.supplier) for row in rows}
