"""The event log in its total order, for the one reader of a node. Nothing here is limited to what a viewer may see.

Numbers are drawn before a transaction commits, so on PostgreSQL a low one may appear after a higher one was read.
Therefore an event is ordered by its transaction first, and read only once every transaction up to its own has ended:
below the horizon of the reading statement's snapshot.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.event_log import LoggedEvent, LogPosition, Sight
from gateway.domain.ids import AgencyId, EventId, MoveId, SupplierKey
from gateway.domain.moves import LodgingStatus, Move
from gateway.domain.scope import Scope
from gateway.store.dialects import insert_if_new, is_postgresql
from gateway.store.events import event_of
from gateway.store.journeys import drivers as drivers_of
from gateway.store.moves import move_of
from gateway.store.scoping import visible_events, visible_moves
from gateway.store.tables import event_log, events, lodgings, moves

_LARGEST: Final = 2**63 - 1
_HORIZON: Final = sa.text("((pg_snapshot_xmin(pg_current_snapshot()))::text)::bigint")
_ORDER: Final = sa.tuple_(events.c.transaction_id, events.c.position)
_ADOPTION: Final = 0x5EC0_0E4F
"""Names the lock under which nodes that start together look after the log's row."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which log this is. Positions of another epoch mean nothing in it."""

    epoch: int
    cursor_key: bytes


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some events in the log's order. `is_held_back` says that the next one is there, and cannot be read yet."""

    events: list[LoggedEvent]
    is_held_back: bool


def _page(can_be_read: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Make the statement that reads a page: each event, whether it can be read, and its move.

    What cannot be read yet comes along: it sorts behind everything that can, and says that the reader should look again
    soon. One snapshot decides both.
    """
    after = sa.tuple_(sa.bindparam("transaction_id", type_=sa.BigInteger), sa.bindparam("number", type_=sa.BigInteger))
    return (
        sa.select(*events.c, can_be_read.label("can_be_read"), *(one.label(f"of_move_{one.name}") for one in moves.c))
        .join_from(events, moves, moves.c.id == events.c.move_id)
        .where(after < _ORDER)
        .order_by(events.c.transaction_id, events.c.position)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


_PAGE: Final = _page(sa.true())
_PAGE_WITH_HORIZON: Final = _page(events.c.transaction_id < sa.cast(_HORIZON, sa.BigInteger))
_MOVE_FROM: Final = len(events.c) + 1


async def adopt(conn: AsyncConnection, new_key: bytes) -> Identity:
    """Return the log's identity, made with a new key where it has none, in a transaction that writes.

    A log that was copied to another PostgreSQL server (a dump that was restored) holds transaction ids that its
    new server has yet to reach: new events would sort before the old ones. So it starts anew there: a next epoch, in
    which what was copied is ordered by its numbers, before everything else.
    """
    cluster = ""
    if is_postgresql(conn):
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADOPTION)))
        cluster = str(await conn.scalar(sa.text("select system_identifier from pg_control_system()")))
    made = {"id": 1, "epoch": 1, "cluster": cluster, "cursor_key": new_key.hex()}
    await conn.execute(insert_if_new(conn, event_log).values(made))
    row = (await conn.execute(sa.select(event_log))).one()
    epoch: int = row.epoch
    if row.cluster != cluster:
        epoch += 1
        await conn.execute(sa.update(event_log).values(epoch=epoch, cluster=cluster))
        await conn.execute(sa.update(events).values(transaction_id=0))
    return Identity(epoch, bytes.fromhex(row.cursor_key))


async def now(conn: AsyncConnection) -> LogPosition:
    """Return the position between what has happened and what is still to come: nothing ever appears before it."""
    if is_postgresql(conn):
        horizon = (await conn.execute(sa.select(_HORIZON))).scalar_one()
        return LogPosition(int(horizon) - 1, _LARGEST)
    return LogPosition(0, await conn.scalar(sa.select(sa.func.max(events.c.position))) or 0)


async def page_after(conn: AsyncConnection, position: LogPosition, *, limit: int, at: float) -> LogPage:
    """Read the next events of the log, none of which can be overtaken, and their moves: `at` says when that is."""
    statement = _PAGE_WITH_HORIZON if is_postgresql(conn) else _PAGE
    given = {"transaction_id": position.transaction_id, "number": position.number, "most": limit}
    found = (await conn.execute(statement, given)).all()
    rows = [row for row in found if row.can_be_read]
    of_moves = {row.move_id: row for row in rows}
    seen = {move_id: move_of(row[_MOVE_FROM:]) for move_id, row in of_moves.items()}
    stays = await _standing_lodgings(conn, [move_id for move_id, row in of_moves.items() if row.of_move_lodges])
    drivers = await drivers_of(conn, {row.journey_id for row in rows if row.journey_id is not None})
    events_ = [
        _logged(row, seen[row.move_id], stays.get(row.move_id, frozenset()), drivers.get(row.journey_id), at)
        for row in rows
    ]
    return LogPage(events_, is_held_back=len(rows) < len(found))


async def position_of(conn: AsyncConnection, event_id: EventId, *, within: Scope) -> LogPosition | None:
    """Find an event in the log; None where there is no such event in scope."""
    row = (
        await conn.execute(
            sa.select(events.c.transaction_id, events.c.position)
            .join(moves, moves.c.id == events.c.move_id)
            .where(events.c.id == event_id, visible_events(within))
        )
    ).one_or_none()
    return None if row is None else LogPosition(row.transaction_id, row.position)


async def lost_sight_of(
    conn: AsyncConnection, *, was: Scope, unchanged_since: datetime | None, within: Scope, limit: int
) -> list[MoveId]:
    """List the latest moves that are in one scope and not in another; given a moment, those unchanged since.

    A move that has not changed since was in the scope then, too: whatever sight depends on is a change of the move.
    """
    lost = sa.select(moves.c.id).where(visible_moves(was), sa.not_(visible_moves(within)))
    if unchanged_since is not None:
        lost = lost.where(moves.c.updated_at <= unchanged_since)
    return [MoveId(one) for one in await conn.scalars(lost.order_by(moves.c.day.desc(), moves.c.id).limit(limit))]


async def _standing_lodgings(conn: AsyncConnection, ids: Iterable[MoveId]) -> dict[MoveId, frozenset[AgencyId]]:
    wanted = sorted(ids)
    if not wanted:
        return {}
    rows = await conn.execute(
        sa.select(lodgings.c.move_id, lodgings.c.agency_id).where(
            lodgings.c.move_id.in_(wanted), lodgings.c.status != LodgingStatus.CANCELLED.value
        )
    )
    found: dict[MoveId, frozenset[AgencyId]] = {}
    for row in rows:
        move_id = MoveId(row.move_id)
        found[move_id] = found.get(move_id, frozenset()) | {AgencyId(row.agency_id)}
    return found


def _logged(
    row: sa.Row[tuple[object, ...]], move: Move, lodged: frozenset[AgencyId], driver: SupplierKey | None, at: float
) -> LoggedEvent:
    before = row.sight_before
    return LoggedEvent(
        position=LogPosition(row.transaction_id, row.position),
        event=event_of(row),
        move=move,
        sight=Sight(
            move.from_agency,
            move.to_agency,
            lodged,
            move.supplier,
            move.receiving_supplier,
            move.authorised_at is not None,
        ),
        driver=driver,
        sight_before=None if before is None else _sight(before),
        read_at=at,
    )


def _sight(kept: Mapping[str, Any]) -> Sight:
    lodged: Sequence[AgencyId] = kept["lodgings"]
    suppliers = kept["supplier"], kept["receiving_supplier"]
    return Sight(kept["from"], kept["to"], frozenset(lodged), *suppliers, kept["authorised"])
