"""Moves, as rows and as values."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

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
from gateway.store.engine import Source
from gateway.store.reading import KEYS, Question, Row, among
from gateway.store.rows import by_value, picked
from gateway.store.scoping import visible_moves
from gateway.store.statements import kept
from gateway.store.tables import moves

OPEN: Final = tuple(
    status.value for status in (MoveStatus.PROPOSED, MoveStatus.REQUESTED, MoveStatus.BOOKED, MoveStatus.IN_TRANSIT)
)
"""The states in which a move is still to be made or finished."""

_UNIDENTIFIED: Final = (EscortCheckStatus.UNCHECKED.value, EscortCheckStatus.NOBODY.value)


async def by_ids(source: Source, ids: Iterable[MoveId], *, within: Scope) -> dict[MoveId, Move]:
    """Read moves. Those that do not exist and those out of scope are absent alike."""
    wanted = set(ids)
    if not wanted or within.is_empty:
        return {}
    found = map(move_of, await _by_ids(within).rows(source, {KEYS: list(wanted)}))
    return {move.id: move for move in found}


@kept
def _by_ids(within: Scope) -> Question:
    return Question(sa.select(moves).where(among(moves.c.id), visible_moves(within)))


async def sighted(
    source: Source, numbers: Collection[PrisonNumber], window: SightWindow, *, within: Scope
) -> frozenset[PrisonNumber]:
    """Return who of these has a move in scope that gives sight of them, by the rule in `policies.people`."""
    if not numbers or within.is_empty:
        return frozenset()
    given = {
        KEYS: list(set(numbers)),
        "open_since": window.open_since,
        "completed_since": window.completed_since,
    }
    return frozenset(PrisonNumber(row[0]) for row in await _sighted(within).rows(source, given))


@kept
def _sighted(within: Scope) -> Question:
    return Question(
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


_COLUMNS: Final = (
    "id",
    "reference",
    "type",
    "status",
    "date",
    "date_from",
    "date_to",
    "time_due",
    "prison_number",
    "from_agency",
    "to_agency",
    "supplier",
    "vehicle_kind",
    "special_vehicle_reason",
    "prison_transfer_reason",
    "additional_information",
    "recall_date",
    "cancellation_reason",
    "cancellation_comment",
    "rejection_reason",
    "cancelled_at",
    "allocation_id",
    "recorded_retrospectively",
    "authorised_at",
    "created_at",
    "updated_at",
    "version",
    "escort_check",
    "original_move_id",
    "receiving_supplier",
)
_picked: Final = picked(moves, *_COLUMNS)
_TYPES: Final = by_value(MoveType)
_STATUSES: Final = by_value(MoveStatus)
_VEHICLES: Final = by_value(VehicleKind)
_CHECKS: Final = by_value(EscortCheckStatus)


def move_of(row: Row) -> Move:
    """Read a row that begins with the columns of `moves`."""
    (
        id_,
        reference,
        type_,
        status,
        date,
        date_from,
        date_to,
        time_due,
        prison_number,
        from_agency,
        to_agency,
        supplier,
        vehicle_kind,
        special_vehicle_reason,
        prison_transfer_reason,
        additional_information,
        recall_date,
        cancellation_reason,
        cancellation_comment,
        rejection_reason,
        cancelled_at,
        allocation_id,
        recorded_retrospectively,
        authorised_at,
        created_at,
        updated_at,
        version,
        escort_check,
        original_move_id,
        receiving_supplier,
    ) = _picked(row)
    return Move(
        id_,
        reference,
        _TYPES[type_],
        _STATUSES[status],
        date,
        date_from,
        date_to,
        time_due,
        prison_number,
        from_agency,
        to_agency,
        supplier,
        VehicleNeeds(_VEHICLES[vehicle_kind], special_vehicle_reason),
        prison_transfer_reason,
        additional_information,
        recall_date,
        cancellation_of(cancellation_reason, cancellation_comment, rejection_reason, cancelled_at),
        allocation_id,
        recorded_retrospectively,
        authorised_at,
        created_at,
        updated_at,
        version,
        _CHECKS[escort_check],
        original_move_id,
        receiving_supplier,
    )


def cancellation_of(
    reason: str | None, comment: str | None, rejection: str | None, at: datetime | None
) -> Cancellation | None:
    """Read the columns that moves and allocations share; only a move's can hold a rejection."""
    if reason is None or at is None:
        return None
    return Cancellation(
        reason=CancellationReason(reason),
        comment=comment,
        rejection_reason=None if rejection is None else RejectionReason(rejection),
        at=at,
    )
