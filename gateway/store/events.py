"""Events of moves in scope, by when they happened."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.errors import InvalidInput
from gateway.domain.events import FOR_AUDIT, Event, EventClassification, EventDetail
from gateway.domain.ids import EventId, JourneyId, MoveId
from gateway.domain.pages import Page, PageRequest
from gateway.domain.scope import Scope
from gateway.store.keysets import Keyset, Position, pages_by, with_empty
from gateway.store.scoping import visible_events
from gateway.store.tables import events, moves

# Ties and cursors go by the event's own id and times. Its place in the log would tell, by the gaps, how much happened
# in between that the viewer may not see.
_BY_OCCURRENCE: Final = Keyset("occurred_at", events.c.occurred_at, events.c.id)
_AS_RECORDED: Final = Keyset("log", events.c.recorded_at, events.c.id)


def log_cursor(event: Event) -> str:
    """Write where an event stands among all, by when it was written down, as an opaque cursor."""
    return _AS_RECORDED.encode(Position(event.recorded_at, event.id))


def logged_event_id(cursor: str) -> EventId | None:
    """Read what `log_cursor` wrote; None for anything else."""
    try:
        tie = _AS_RECORDED.decode(cursor, argument="after").tie
    except InvalidInput:
        return None
    return EventId(tie) if isinstance(tie, UUID) else None


async def by_ids(conn: AsyncConnection, ids: Iterable[EventId], *, within: Scope) -> dict[EventId, Event]:
    """Read events. Those whose move is out of scope are absent."""
    wanted = set(ids)
    if not wanted or within.is_empty:
        return {}
    found = map(event_of, await conn.execute(_within(within).where(events.c.id.in_(wanted))))
    return {event.id: event for event in found}


async def pages_by_moves(
    conn: AsyncConnection,
    move_ids: Sequence[MoveId],
    request: PageRequest,
    *,
    classifications: Sequence[EventClassification] | None,
    within: Scope,
) -> dict[MoveId, Page[Event]]:
    """Read the same page of each move's events in one statement. No classifications given: all; an empty list: none.

    Raises:
        InvalidInput: the position is not one of such a list.

    """
    rows = _within(within).where(events.c.move_id.in_(set(move_ids)))
    if classifications is not None:
        rows = rows.where(events.c.classification.in_(sorted({one.value for one in classifications})))
    found = await pages_by(
        conn,
        rows,
        request,
        group=(events.c.move_id,),
        keyset=_BY_OCCURRENCE,
        read=lambda row: (MoveId(row.move_id), event_of(row)),
    )
    return with_empty(found, move_ids)


async def pages_by_journeys(
    conn: AsyncConnection, wanted: Sequence[tuple[MoveId, JourneyId]], request: PageRequest, *, within: Scope
) -> dict[tuple[MoveId, JourneyId], Page[Event]]:
    """Read the same page of the events of journeys in one statement.

    A journey is named with its move: only an event of both counts, and the move must be in scope.

    Raises:
        InvalidInput: the position is not one of such a list.

    """
    rows = _within(within).where(
        # The index is on moves, which have few events; the journeys then tell them apart.
        events.c.move_id.in_({move_id for move_id, _ in wanted}),
        events.c.journey_id.in_({journey_id for _, journey_id in wanted}),
    )
    found = await pages_by(
        conn,
        rows,
        request,
        group=(events.c.move_id, events.c.journey_id),
        keyset=_BY_OCCURRENCE,
        read=lambda row: ((MoveId(row.move_id), JourneyId(row.journey_id)), event_of(row)),
    )
    return with_empty(found, wanted)


def _within(within: Scope) -> sa.Select[tuple[object, ...]]:
    return sa.select(events).join(moves, moves.c.id == events.c.move_id).where(visible_events(within))


def event_of(row: sa.Row[tuple[object, ...]]) -> Event:
    return Event(
        id=row.id,
        position=row.position,
        move_id=row.move_id,
        journey_id=row.journey_id,
        lodging_id=row.lodging_id,
        type=row.type,
        classification=EventClassification(row.classification),
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        supplier=row.supplier,
        notes=row.notes,
        details=tuple(
            EventDetail(detail["name"], detail["value"]) for detail in row.details if detail["name"] not in FOR_AUDIT
        ),
    )
