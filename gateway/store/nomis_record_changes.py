"""What NOMIS told, in the hands of a transaction that holds the move of the dPER that it is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import EscortRecordId, PrisonNumber
from gateway.domain.moves import Move
from gateway.domain.nomis_records import NomisRecord, NomisSyncState
from gateway.domain.questions import NomisKind
from gateway.policies.people import SightWindow
from gateway.store.dialects import upsert
from gateway.store.escort_record_tables import person_escort_records as records
from gateway.store.nomis_record_tables import per_nomis_snapshots as kept
from gateway.store.nomis_records import still_open
from gateway.store.tables import moves

Row: TypeAlias = Mapping[str, str | None]
"""A record as it is kept."""


@dataclass(frozen=True, slots=True)
class LockedSubject:
    """A record that stays open until its transaction ends, and whom it is about."""

    record_id: EscortRecordId
    prison_number: PrisonNumber


async def lock_open(
    conn: AsyncConnection, record_id: EscortRecordId, window: SightWindow, *, locked: Move
) -> LockedSubject | None:
    """Lock the record of a move that is held; None where NOMIS is not to be asked for it any more."""
    statement = (
        sa.select(records.c.prison_number)
        .join(moves, moves.c.id == records.c.move_id)
        .where(records.c.id == record_id, records.c.move_id == locked.id, still_open(window))
        .with_for_update(of=records, key_share=True)
    )
    number = await conn.scalar(statement)
    return None if number is None else LockedSubject(record_id, PrisonNumber(number))


async def save(
    conn: AsyncConnection,
    told: Mapping[NomisKind, tuple[NomisRecord, ...] | None],
    *,
    locked: LockedSubject,
    at: datetime,
) -> list[NomisKind]:
    """Keep what NOMIS told at an instant; None is a kind that it did not, of which what is known stays with its age.

    Return the kinds of which something else is known now than before, or anything at all for the first time.
    """
    before = {
        NomisKind(row.kind): row
        for row in await conn.execute(
            sa.select(kept).where(kept.c.record_id == locked.record_id, kept.c.prison_number == locked.prison_number)
        )
    }
    rows, news = [], []
    for kind, found in sorted(told.items()):
        earlier = before.get(kind)
        if found is None:
            state, synced_at = NomisSyncState.FAILED, None if earlier is None else earlier.synced_at
            payload = [] if earlier is None else earlier.records
        else:
            state, synced_at, payload = NomisSyncState.SUCCEEDED, at, [_payload(record) for record in found]
            if earlier is None or earlier.synced_at is None or not _same(earlier.records, payload):
                news.append(kind)
        rows.append(
            {
                "record_id": locked.record_id,
                "kind": kind.value,
                "prison_number": locked.prison_number,
                "state": state.value,
                "asked_at": at,
                "synced_at": synced_at,
                "records": payload,
            }
        )
    await conn.execute(upsert(conn, kept), rows)
    return news


def _same(before: Sequence[Row], now: Sequence[Row]) -> bool:
    """Compare records in any order: NOMIS promises none."""
    return sorted(map(_sortable, before)) == sorted(map(_sortable, now))


def _sortable(row: Row) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(row.items())]


def _payload(record: NomisRecord) -> Row:
    return {
        "code": record.code,
        "description": record.description,
        "comment": record.comment,
        "start": None if record.start_date is None else record.start_date.isoformat(),
        "end": None if record.end_date is None else record.end_date.isoformat(),
    }
