"""Escort records (dPERs) of moves in scope: three statements, however many records."""

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.escort_records import (
    ESCORT_RECORD_SECTIONS,
    EscortRecord,
    EscortRecordFlag,
    EscortRecordSection,
    EscortRecordStatus,
    FlagSeverity,
    Handover,
    SectionKey,
    SectionStatus,
)
from gateway.domain.ids import EscortRecordId, MoveId
from gateway.domain.scope import Scope
from gateway.store.escort_record_tables import per_flags, per_sections, person_escort_records
from gateway.store.scoping import visible_moves
from gateway.store.tables import moves


async def by_ids(
    conn: AsyncConnection, ids: Iterable[EscortRecordId], *, within: Scope
) -> dict[EscortRecordId, EscortRecord]:
    """Read records. Those whose move is out of scope are absent."""
    found = await _records(conn, person_escort_records.c.id.in_(set(ids)), within)
    return {record.id: record for record in found}


async def by_moves(conn: AsyncConnection, move_ids: Iterable[MoveId], *, within: Scope) -> dict[MoveId, EscortRecord]:
    """Read the records of moves. A move without one, or out of scope, is absent."""
    found = await _records(conn, person_escort_records.c.move_id.in_(set(move_ids)), within)
    return {record.move_id: record for record in found}


async def _records(conn: AsyncConnection, wanted: sa.ColumnElement[bool], within: Scope) -> list[EscortRecord]:
    if within.is_empty:
        return []
    statement = (
        sa.select(person_escort_records)
        .join(moves, moves.c.id == person_escort_records.c.move_id)
        .where(wanted, visible_moves(within))
    )
    rows = (await conn.execute(statement)).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    sections = await _sections(conn, ids)
    flags = await _flags(conn, ids)
    return [_record(row, sections.get(row.id, {}), tuple(flags.get(row.id, ()))) for row in rows]


async def _sections(
    conn: AsyncConnection, ids: list[EscortRecordId]
) -> dict[EscortRecordId, dict[SectionKey, EscortRecordSection]]:
    found: defaultdict[EscortRecordId, dict[SectionKey, EscortRecordSection]] = defaultdict(dict)
    for row in await conn.execute(sa.select(per_sections).where(per_sections.c.record_id.in_(ids))):
        key = SectionKey(row.key)
        found[row.record_id][key] = EscortRecordSection(
            key, SectionStatus(row.status), row.answered, row.outstanding, row.version
        )
    return found


async def _flags(conn: AsyncConnection, ids: list[EscortRecordId]) -> dict[EscortRecordId, list[EscortRecordFlag]]:
    found: defaultdict[EscortRecordId, list[EscortRecordFlag]] = defaultdict(list)
    statement = (
        sa.select(per_flags).where(per_flags.c.record_id.in_(ids)).order_by(per_flags.c.question, per_flags.c.key)
    )
    for row in await conn.execute(statement):
        found[row.record_id].append(EscortRecordFlag(row.key, row.title, FlagSeverity(row.severity), row.question))
    return found


def _record(
    row: sa.Row[tuple[object, ...]],
    sections: dict[SectionKey, EscortRecordSection],
    flags: tuple[EscortRecordFlag, ...],
) -> EscortRecord:
    """Put a record together; a section that nobody has touched has no row and is given as not started."""
    handover = None
    if row.handover_occurred_at is not None:
        handover = Handover(row.handover_occurred_at, row.dispatching_officer or "", row.receiving_officer or "")
    return EscortRecord(
        id=row.id,
        move_id=row.move_id,
        prison_number=row.prison_number,
        status=EscortRecordStatus(row.status),
        sections=tuple(
            sections.get(key) or EscortRecordSection(key, SectionStatus.NOT_STARTED, 0, 0, 0)
            for key in ESCORT_RECORD_SECTIONS
        ),
        flags=flags,
        completed_at=row.completed_at,
        amended_at=row.amended_at,
        confirmed_at=row.confirmed_at,
        handover=handover,
        version=row.version,
    )
