"""Counts of moves by day, for dashboards."""

from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.ids import AgencyId
from gateway.domain.moves import MoveCount, MoveDirection, MoveStatus
from gateway.domain.scope import Scope
from gateway.store.escort_record_tables import person_escort_records
from gateway.store.scoping import not_cancelled, visible_moves
from gateway.store.tables import lodgings, moves

_COMPLETE: Final = (EscortRecordStatus.COMPLETED.value, EscortRecordStatus.CONFIRMED.value)


async def counts_by_day(
    conn: AsyncConnection,
    agency: AgencyId,
    first_day: date,
    last_day: date,
    direction: MoveDirection,
    *,
    within: Scope,
) -> list[MoveCount]:
    """Count a place's moves of each day, both bounds included, in one statement.

    Days and states without a move are left out; the rest is in order of day and of a move's life. A move counts once
    on each day on which it stops at the place in that direction: lodgings are stops, as `move_filters` tells.
    """
    leaving = direction is MoveDirection.OUTGOING
    end = (moves.c.day, moves.c.from_agency) if leaving else (moves.c.arrives_on, moves.c.to_agency)
    night = lodgings.c.end_date if leaving else lodgings.c.start_date
    if leaving:
        at_the_ends = [sa.select(moves.c.id, end[0].label("on")).where(_between(end[0], first_day, last_day))]
    else:
        # Those of one day arrive on `day`, and those that lodge have an index by arrival.
        at_the_ends = [
            sa.select(moves.c.id, moves.c.day.label("on")).where(
                sa.not_(moves.c.lodges), _between(moves.c.day, first_day, last_day)
            ),
            sa.select(moves.c.id, moves.c.arrives_on.label("on")).where(
                moves.c.lodges, _between(moves.c.arrives_on, first_day, last_day)
            ),
        ]
    stops = sa.union(
        *(select.where(end[1] == agency) for select in at_the_ends),
        sa.select(lodgings.c.move_id, night.label("on")).where(
            lodgings.c.agency_id == agency,
            not_cancelled(lodgings),
            _between(night, first_day, last_day),
        ),
    ).subquery()
    complete = sa.func.coalesce(person_escort_records.c.status.in_(_COMPLETE), sa.false())
    incomplete = sa.case((sa.and_(moves.c.status != MoveStatus.CANCELLED.value, sa.not_(complete)), 1), else_=0)
    statement = (
        sa.select(stops.c.on, moves.c.status, sa.func.count(), sa.func.sum(incomplete))
        .select_from(
            stops.join(moves, moves.c.id == stops.c.id).outerjoin(
                person_escort_records, person_escort_records.c.move_id == moves.c.id
            )
        )
        .where(visible_moves(within))
        .group_by(stops.c.on, moves.c.status)
    )
    found = [
        MoveCount(day=on, direction=direction, status=MoveStatus(status), count=number, per_incomplete=missing)
        for on, status, number, missing in await conn.execute(statement)
    ]
    states = list(MoveStatus)
    return sorted(found, key=lambda one: (one.day, states.index(one.status)))


def _between(column: sa.ColumnElement[date], first_day: date, last_day: date) -> sa.ColumnElement[bool]:
    return column.between(first_day, last_day)
