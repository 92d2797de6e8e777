"""Moves, as rows and as values."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import AllocationId, MoveId, PrisonNumber
from gateway.domain.moves import (
    Cancellation,
    CancellationReason,
    EscortCheckStatus,
    Move,
    MoveStatus,
    MoveType,
    RejectionReason,
    VehicleKind,
    VehicleNeeds,
)
from gateway.domain.scope import Scope
from gateway.policies.people import SightWindow
from gateway.store.scoping import visible_moves
from gateway.store.statements import KEYS, among, kept
from gateway.store.tables import moves

OPEN: Final = tuple(
    status.value for status in (MoveStatus.PROPOSED, MoveStatus.REQUESTED, MoveStatus.BOOKED, MoveStatus.IN_TRANSIT)
)
"""The states in which a move is still to be made or finished."""

_UNIDENTIFIED: Final = (EscortCheckStatus.UNCHECKED.value, EscortCheckStatus.NOBODY.value)


async def by_ids(conn: AsyncConnection, ids: Iterable[MoveId], *, within: Scope) -> dict[MoveId, Move]:
    """Read moves. Those that do not exist and those out of scope are absent alike."""
    wanted = set(ids)
    if not wanted or within.is_empty:
        return {}
    rows = await conn.execute(_by_ids(within), {KEYS: list(wanted)})
    found = map(move_of, rows)
    return {move.id: move for move in found}


@kept
def _by_ids(within: Scope) -> sa.Select[Any]:
    return sa.select(moves).where(among(moves.c.id), visible_moves(within))


async def sighted(
    conn: AsyncConnection, numbers: Collection[PrisonNumber], window: SightWindow, *, within: Scope
) -> frozenset[PrisonNumber]:
    """Return who of these has a move in scope that gives sight of them, by the rule in `policies.people`."""
    if not numbers or within.is_empty:
        return frozenset()
    given = {
        KEYS: list(set(numbers)),
        "open_since": window.open_since,
        "completed_since": window.completed_since,
    }
    return frozenset(PrisonNumber(number) for number in await conn.scalars(_sighted(within), given))


@kept
def _sighted(within: Scope) -> sa.Select[Any]:
    return (
        sa.select(moves.c.prison_number)
        .distinct()
        .where(
            among(moves.c.prison_number),
            # A number that nobody has looked up yet, or that the sender may not move, must not open a person's file.
            moves.c.escort_check.not_in(_UNIDENTIFIED),
            sa.or_(
                sa.and_(moves.c.status.in_(OPEN), moves.c.arrives_on >= sa.bindparam("open_since")),
                sa.and_(
                    moves.c.status == MoveStatus.COMPLETED.value, moves.c.arrives_on >= sa.bindparam("completed_since")
                ),
            ),
            visible_moves(within),
        )
    )


async def counts_by_prison_numbers(
    conn: AsyncConnection, numbers: Sequence[PrisonNumber], *, within: Scope
) -> dict[PrisonNumber, int]:
    """Count each person's moves in scope; 0 where there is none."""
    statement = (
        sa.select(moves.c.prison_number, sa.func.count())
        .where(moves.c.prison_number.in_(set(numbers)), visible_moves(within))
        .group_by(moves.c.prison_number)
    )
    found = {PrisonNumber(number): count for number, count in await conn.execute(statement)}
    return {number: found.get(number, 0) for number in numbers}


async def counts_by_allocations(
    conn: AsyncConnection, allocation_ids: Sequence[AllocationId], *, within: Scope
) -> dict[AllocationId, int]:
    """Count each allocation's moves in scope; 0 where there is none."""
    statement = (
        sa.select(moves.c.allocation_id, sa.func.count())
        .where(moves.c.allocation_id.in_(set(allocation_ids)), visible_moves(within))
        .group_by(moves.c.allocation_id)
    )
    found = {AllocationId(number): count for number, count in await conn.execute(statement)}
    return {allocation_id: found.get(allocation_id, 0) for allocation_id in allocation_ids}


def move_of(row: sa.Row[tuple[object, ...]]) -> Move:
    """Read a row of `moves`, or of a subquery with its columns."""
    return Move(
        id=row.id,
        reference=row.reference,
        type=MoveType(row.type),
        status=MoveStatus(row.status),
        date=row.date,
        date_from=row.date_from,
        date_to=row.date_to,
        time_due=row.time_due,
        prison_number=row.prison_number,
        from_agency=row.from_agency,
        to_agency=row.to_agency,
        supplier=row.supplier,
        vehicle_needs=VehicleNeeds(VehicleKind(row.vehicle_kind), row.special_vehicle_reason),
        prison_transfer_reason=row.prison_transfer_reason,
        additional_information=row.additional_information,
        recall_date=row.recall_date,
        cancellation=cancellation_of(row),
        allocation_id=row.allocation_id,
        recorded_retrospectively=row.recorded_retrospectively,
        authorised_at=row.authorised_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        escort_check=EscortCheckStatus(row.escort_check),
        original_move_id=row.original_move_id,
        receiving_supplier=row.receiving_supplier,
    )


def cancellation_of(row: sa.Row[tuple[object, ...]]) -> Cancellation | None:
    """Read the columns that moves and allocations share; only a move's can hold a rejection."""
    if row.cancellation_reason is None or row.cancelled_at is None:
        return None
    rejection: str | None = getattr(row, "rejection_reason", None)
    return Cancellation(
        reason=CancellationReason(row.cancellation_reason),
        comment=row.cancellation_comment,
        rejection_reason=None if rejection is None else RejectionReason(rejection),
        at=row.cancelled_at,
    )
