"""Lodgings: the nights on the way of moves in scope."""

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import LodgingId, MoveId
from gateway.domain.moves import Lodging, LodgingStatus
from gateway.domain.scope import Scope
from gateway.store.scoping import not_cancelled, visible_moves
from gateway.store.tables import lodgings, moves


async def by_ids(conn: AsyncConnection, ids: Iterable[LodgingId], *, within: Scope) -> dict[LodgingId, Lodging]:
    """Read lodgings, cancelled ones too. Those whose move is out of scope are absent."""
    wanted = set(ids)
    if not wanted or within.is_empty:
        return {}
    found = map(lodging_of, await conn.execute(_within(within).where(lodgings.c.id.in_(wanted))))
    return {lodging.id: lodging for lodging in found}


async def by_moves(
    conn: AsyncConnection, move_ids: Iterable[MoveId], *, within: Scope
) -> dict[MoveId, tuple[Lodging, ...]]:
    """Read the lodgings of moves that are not cancelled, by their first day; empty for a move that is out of scope."""
    wanted = list(dict.fromkeys(move_ids))
    found: defaultdict[MoveId, list[Lodging]] = defaultdict(list)
    if wanted and not within.is_empty:
        statement = (
            _within(within)
            .where(lodgings.c.move_id.in_(wanted), not_cancelled(lodgings))
            .order_by(lodgings.c.start_date, lodgings.c.end_date, lodgings.c.id)
        )
        for row in await conn.execute(statement):
            found[row.move_id].append(lodging_of(row))
    return {move_id: tuple(found[move_id]) for move_id in wanted}


def _within(within: Scope) -> sa.Select[tuple[object, ...]]:
    return sa.select(lodgings).join(moves, moves.c.id == lodgings.c.move_id).where(visible_moves(within))


def lodging_of(row: sa.Row[tuple[object, ...]]) -> Lodging:
    return Lodging(
        id=row.id,
        move_id=row.move_id,
        agency_id=row.agency_id,
        start_date=row.start_date,
        end_date=row.end_date,
        status=LodgingStatus(row.status),
    )
