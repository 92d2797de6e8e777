"""What NOMIS last told for dPERs in scope."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.ids import EscortRecordId, MoveId, PrisonNumber
from gateway.domain.moves import EscortCheckStatus
from gateway.domain.nomis_records import NomisRecord, NomisSnapshot, NomisSync, NomisSyncState
from gateway.domain.questions import NomisKind
from gateway.domain.scope import Scope
from gateway.policies.escort_records.who import FILLED_IN_WHILE
from gateway.policies.people import SightWindow
from gateway.store.escort_record_tables import person_escort_records as records
from gateway.store.nomis_record_tables import per_nomis_snapshots as kept
from gateway.store.scoping import visible_records
from gateway.store.tables import moves

_UNIDENTIFIED: Final = (EscortCheckStatus.UNCHECKED.value, EscortCheckStatus.NOBODY.value)


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """`asked_at` is when NOMIS was last asked for the record, whatever came of it."""

    snapshot: NomisSnapshot
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Subject:
    """About whom NOMIS is asked for a record, and the move that gives sight of them."""

    move_id: MoveId
    prison_number: PrisonNumber


async def snapshots(
    conn: AsyncConnection, record_ids: Iterable[EscortRecordId], *, within: Scope
) -> dict[EscortRecordId, KeptSnapshot]:
    """Read what is kept for records. One for which NOMIS was never asked, or that is out of scope, is absent.

    What is about somebody else than whom the record is about is left out, and so is all of a record whose person was
    never identified: a mistyped number must not open somebody's file.
    """
    if within.is_empty:
        return {}
    statement = (
        sa.select(kept)
        .join(records, records.c.id == kept.c.record_id)
        .join(moves, moves.c.id == records.c.move_id)
        .where(
            kept.c.record_id.in_(set(record_ids)),
            kept.c.prison_number == records.c.prison_number,
            moves.c.escort_check.not_in(_UNIDENTIFIED),
            visible_records(records, within),
        )
    )
    found: defaultdict[EscortRecordId, dict[NomisKind, sa.Row[tuple[object, ...]]]] = defaultdict(dict)
    for row in await conn.execute(statement):
        found[EscortRecordId(row.record_id)][NomisKind(row.kind)] = row
    return {record_id: _snapshot(rows) for record_id, rows in found.items()}


async def to_ask(
    conn: AsyncConnection, record_ids: Iterable[EscortRecordId], window: SightWindow, *, within: Scope
) -> dict[EscortRecordId, Subject]:
    """Say about whom NOMIS may be asked for records.

    For those that are not confirmed yet, of a move during which they are filled in and that gives sight
    of its person. All others are absent: they keep what they have.
    """
    if within.is_empty:
        return {}
    statement = (
        sa.select(records.c.id, records.c.move_id, records.c.prison_number)
        .join(moves, moves.c.id == records.c.move_id)
        .where(records.c.id.in_(set(record_ids)), still_open(window), visible_records(records, within))
    )
    return {
        EscortRecordId(row.id): Subject(MoveId(row.move_id), PrisonNumber(row.prison_number))
        for row in await conn.execute(statement)
    }


def still_open(window: SightWindow) -> sa.ColumnElement[bool]:
    """Return the condition on records and moves together that NOMIS may be asked for one."""
    return sa.and_(
        records.c.status != EscortRecordStatus.CONFIRMED.value,
        records.c.prison_number.is_not(None),
        # The file of whoever is named, and of nobody who was named before.
        records.c.prison_number == moves.c.prison_number,
        moves.c.status.in_(sorted(FILLED_IN_WHILE)),
        moves.c.arrives_on >= window.open_since,
        moves.c.escort_check.not_in(_UNIDENTIFIED),
    )


def _snapshot(rows: Mapping[NomisKind, sa.Row[tuple[object, ...]]]) -> KeptSnapshot:
    syncs: list[NomisSync] = []
    found: list[NomisRecord] = []
    asked: list[datetime] = []
    for kind in NomisKind:
        row = rows.get(kind)
        if row is None:
            syncs.append(NomisSync(kind, NomisSyncState.NEVER, None))
            continue
        syncs.append(NomisSync(kind, NomisSyncState(row.state), row.synced_at))
        found.extend(_record(kind, entry) for entry in row.records)
        asked.append(row.asked_at)
    return KeptSnapshot(NomisSnapshot(tuple(syncs), tuple(found)), min(asked, default=None))


def _record(kind: NomisKind, entry: Mapping[str, str | None]) -> NomisRecord:
    return NomisRecord(
        kind,
        entry["code"] or "",
        entry["description"] or "",
        entry["comment"],
        _day(entry["start"]),
        _day(entry["end"]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
