"""Moves in the hands of a transaction that changes them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.events import Event
from gateway.domain.ids import AgencyId, AllocationId, MoveId, MoveReference, PrisonNumber
from gateway.domain.moves import Lodging, Move, MoveStatus
from gateway.domain.scope import Scope
from gateway.store.escort_record_tables import person_escort_records
from gateway.store.events import event_of
from gateway.store.moves import move_of
from gateway.store.moves_writer import move_row
from gateway.store.scoping import visible_moves
from gateway.store.tables import allocations, events, moves

_UNTOUCHED_BY_DUPLICATES = (MoveStatus.PROPOSED.value, MoveStatus.CANCELLED.value)


class LostUpdate(Exception):
    """Someone else changed the row since it was read; cannot happen to one that was locked."""


async def lock(conn: AsyncConnection, move_id: MoveId, *, within: Scope) -> Move | None:
    """Read a move for changing it: others that would change it wait. None where it is absent or out of scope.

    Where it is part of an allocation that one's row is held first, as those who change the allocation do.
    """
    its_allocation = (
        sa.select(moves.c.allocation_id).where(moves.c.id == move_id, visible_moves(within)).scalar_subquery()
    )
    await conn.execute(sa.select(allocations.c.id).where(allocations.c.id == its_allocation).with_for_update())
    row = (
        await conn.execute(
            sa.select(moves).where(moves.c.id == move_id, visible_moves(within)).with_for_update(of=moves)
        )
    ).one_or_none()
    return None if row is None else move_of(row)


async def hold(conn: AsyncConnection, move_id: MoveId, *, within: Scope) -> Move | None:
    """Read a move that stays as it is until this transaction ends; others may hold it too, those who change it wait.

    For changes of what hangs on a move. None where it is absent or out of scope.
    """
    statement = sa.select(moves).where(moves.c.id == move_id, visible_moves(within))
    row = (await conn.execute(statement.with_for_update(read=True, of=moves))).one_or_none()
    return None if row is None else move_of(row)


async def lock_all_of(conn: AsyncConnection, allocation_id: AllocationId, *, within: Scope) -> list[Move]:
    """Read the moves of an allocation that was locked for changing them, in the order of their ids."""
    rows = await conn.execute(
        sa.select(moves)
        .where(moves.c.allocation_id == allocation_id, visible_moves(within))
        .order_by(moves.c.id)
        .with_for_update(of=moves)
    )
    return [move_of(row) for row in rows]


async def save(
    conn: AsyncConnection, before: Move, after: Move, stays: Iterable[Lodging], *, titles: Mapping[AgencyId, str]
) -> None:
    """Write a changed move over the version that it was made from.

    Raises:
        LostUpdate: the row is another version by now.

    """
    statement = sa.update(moves).where(moves.c.id == before.id, moves.c.version == before.version)
    if (await conn.execute(statement.values(move_row(after, stays, titles=titles)))).rowcount != 1:
        raise LostUpdate


async def save_all(
    conn: AsyncConnection, changed: Iterable[tuple[Move, Move, Iterable[Lodging]]], *, titles: Mapping[AgencyId, str]
) -> None:
    """Write moves that were locked, each before and after the change and with its lodgings, in one statement."""
    rows = [
        {**move_row(after, stays, titles=titles), "of_id": before.id, "of_version": before.version}
        for before, after, stays in changed
    ]
    if rows:
        mine = sa.and_(moves.c.id == sa.bindparam("of_id"), moves.c.version == sa.bindparam("of_version"))
        await conn.execute(sa.update(moves).where(mine), rows)


async def references_taken(conn: AsyncConnection, references: Iterable[MoveReference]) -> set[MoveReference]:
    """Say which of some references moves have already."""
    return set(await conn.scalars(sa.select(moves.c.reference).where(moves.c.reference.in_(sorted(references)))))


async def duplicate_of(
    conn: AsyncConnection,
    *,
    prison_number: PrisonNumber,
    from_agency: AgencyId,
    to_agency: AgencyId | None,
    day: date,
    apart_from: MoveId | None,
) -> Move | None:
    """Read another move of the same person between the same places on the same day.

    Proposed and cancelled ones do not count. Two without a destination count as bound for the same place. Whoever
    books from a place may see all that is sent from it, so the answer tells them nothing new.
    """
    row = (
        await conn.execute(
            sa.select(moves)
            .where(
                moves.c.prison_number == prison_number,
                moves.c.from_agency == from_agency,
                moves.c.to_agency.is_(None) if to_agency is None else moves.c.to_agency == to_agency,
                moves.c.date == day,
                moves.c.status.not_in(_UNTOUCHED_BY_DUPLICATES),
                sa.true() if apart_from is None else moves.c.id != apart_from,
            )
            .order_by(moves.c.created_at, moves.c.id)
            .limit(1)
        )
    ).one_or_none()
    return None if row is None else move_of(row)


async def has_second_try(conn: AsyncConnection, *, locked: Move) -> bool:
    """Say whether a move that was locked was proposed once more after it was rejected."""
    return bool(await conn.scalar(sa.select(sa.exists().where(moves.c.original_move_id == locked.id))))


async def standing_on(
    conn: AsyncConnection, numbers: Iterable[PrisonNumber], *, from_agency: AgencyId, day: date
) -> list[Move]:
    """Read people's moves from a place on a day, those that a further one may be a duplicate of (as `duplicate_of`)."""
    rows = await conn.execute(
        sa.select(moves)
        .where(
            moves.c.prison_number.in_(sorted(set(numbers))),
            moves.c.from_agency == from_agency,
            moves.c.date == day,
            moves.c.status.not_in(_UNTOUCHED_BY_DUPLICATES),
        )
        .order_by(moves.c.created_at, moves.c.id)
    )
    return [move_of(row) for row in rows]


async def has_escort_record(conn: AsyncConnection, locked: Move) -> bool:
    """Say whether a dPER was started for a move that was locked."""
    started = sa.exists().where(person_escort_records.c.move_id == locked.id)
    return bool(await conn.scalar(sa.select(started)))


async def told_of(conn: AsyncConnection, locked: Move, types: Iterable[str]) -> list[Event]:
    """Read the events of some types of a move that was locked, in the order in which they occurred."""
    return (await told_of_each(conn, types, locked=[locked]))[locked.id]


async def told_of_each(
    conn: AsyncConnection, types: Iterable[str], *, locked: Sequence[Move]
) -> defaultdict[MoveId, list[Event]]:
    """Read the events of some types of moves that were locked, likewise, in one statement."""
    rows = await conn.execute(
        sa.select(events)
        .where(events.c.move_id.in_([move.id for move in locked]), events.c.type.in_(sorted(types)))
        .order_by(events.c.occurred_at, events.c.position)
    )
    found: defaultdict[MoveId, list[Event]] = defaultdict(list)
    for event in map(event_of, rows):
        found[event.move_id].append(event)
    return found
