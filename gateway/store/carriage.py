"""What suppliers last told of moves in scope, kept for when they cannot be asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import MoveId, SupplierKey
from gateway.domain.scope import Scope
from gateway.store.dialects import upsert
from gateway.store.reading import KEYS, among
from gateway.store.scoping import told_by_whom_they_hear, visible_moves
from gateway.store.statements import kept
from gateway.store.tables import carriage_snapshots, moves

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


class CarriageKind(StrEnum):
    JOURNEYS = "journeys"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one of a move's suppliers told."""

    payload: Json
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class MoveSnapshot:
    move_id: MoveId
    kind: CarriageKind
    supplier: SupplierKey
    snapshot: Snapshot


async def snapshots(
    conn: AsyncConnection, move_ids: Iterable[MoveId], kind: CarriageKind, *, within: Scope
) -> dict[tuple[MoveId, SupplierKey], Snapshot]:
    """Read what is kept of moves, by who told it: also those who have no part in the move by now.

    A move of which nothing is, or that is out of scope, is absent; so are other suppliers, to whoever works for one.
    """
    wanted = set(move_ids)
    if not wanted or within.is_empty:
        return {}
    return {
        (MoveId(row.move_id), SupplierKey(row.supplier)): Snapshot(row.payload["told"], row.fetched_at)
        for row in await conn.execute(_snapshots(kind, within), {KEYS: list(wanted)})
    }


@kept
def _snapshots(kind: CarriageKind, within: Scope) -> sa.Select[Any]:
    return (
        sa.select(carriage_snapshots)
        .join(moves, moves.c.id == carriage_snapshots.c.move_id)
        .where(
            among(carriage_snapshots.c.move_id),
            carriage_snapshots.c.kind == kind.value,
            visible_moves(within),
            told_by_whom_they_hear(within, carriage_snapshots.c.supplier),
        )
    )


async def save(conn: AsyncConnection, entries: Sequence[MoveSnapshot]) -> None:
    """Keep what was told in place of what was kept. The rows are written in order, so that two writers never lock."""
    rows = [
        {
            "move_id": entry.move_id,
            "kind": entry.kind.value,
            "supplier": entry.supplier,
            "payload": {"told": entry.snapshot.payload},
            "fetched_at": entry.snapshot.fetched_at,
        }
        for entry in sorted(entries, key=lambda entry: (entry.move_id, entry.kind, entry.supplier))
    ]
    if rows:
        await conn.execute(upsert(conn, carriage_snapshots), rows)
