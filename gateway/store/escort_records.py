"""dPERs and youth risk assessments of moves in scope: three statements for each kind, however many records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.escort_records import (
    EscortRecord,
    EscortRecordFlag,
    EscortRecordSection,
    EscortRecordStatus,
    FlagSeverity,
    Handover,
    Prefill,
    RecordKey,
    SectionKey,
    SectionStatus,
    YouthRiskAssessment,
)
from gateway.domain.ids import EscortRecordId, MoveId, YouthRiskAssessmentId
from gateway.domain.questions import QuestionSetKind
from gateway.domain.responses import Response
from gateway.domain.scope import Scope
from gateway.store.record_forms import FORMS, RecordForm
from gateway.store.responses_codec import from_json
from gateway.store.scoping import visible_records
from gateway.store.statements import KEYS, among, kept
from gateway.store.tables import moves

K = TypeVar("K")


async def by_ids(
    conn: AsyncConnection, ids: Iterable[EscortRecordId], *, within: Scope
) -> dict[EscortRecordId, EscortRecord]:
    """Read dPERs. Those that are out of scope are absent."""
    return {record.id: record for record in await _escort_records(conn, "id", ids, within)}


async def by_moves(conn: AsyncConnection, move_ids: Iterable[MoveId], *, within: Scope) -> dict[MoveId, EscortRecord]:
    """Read the dPERs of moves. A move without one, or without one in scope, is absent."""
    found = await _escort_records(conn, "move_id", move_ids, within)
    return {record.move_id: record for record in found}


async def assessments_by_ids(
    conn: AsyncConnection, ids: Iterable[YouthRiskAssessmentId], *, within: Scope
) -> dict[YouthRiskAssessmentId, YouthRiskAssessment]:
    """Read youth risk assessments. Those that are out of scope are absent."""
    return {record.id: record for record in await _assessments(conn, "id", ids, within)}


async def assessments_by_moves(
    conn: AsyncConnection, move_ids: Iterable[MoveId], *, within: Scope
) -> dict[MoveId, YouthRiskAssessment]:
    """Read the youth risk assessments of moves. A move without one, or without one in scope, is absent."""
    found = await _assessments(conn, "move_id", move_ids, within)
    return {record.move_id: record for record in found}


async def responses_by_records(
    conn: AsyncConnection, kind: QuestionSetKind, ids: Iterable[UUID], *, within: Scope
) -> dict[UUID, dict[str, Response]]:
    """Read what records hold for each question. A record that is out of scope is absent; one without answers is not."""
    form = FORMS[kind]
    if within.is_empty:
        return {}
    statement = (
        sa.select(form.records.c.id, form.responses.c.responses)
        .join(moves, moves.c.id == form.records.c.move_id)
        .outerjoin(form.responses, form.responses.c.record_id == form.records.c.id)
        .where(form.records.c.id.in_(set(ids)), visible_records(form.records, within))
    )
    return {
        record_id: {} if kept is None else from_json(kept) for record_id, kept in (await conn.execute(statement)).all()
    }


async def _escort_records(conn: AsyncConnection, by: str, keys: Iterable[UUID], within: Scope) -> list[EscortRecord]:
    return [
        EscortRecord(**common, amended_at=row.amended_at, handover=handover_of(row))
        for row, common in await _records(conn, FORMS[QuestionSetKind.ESCORT_RECORD], by, keys, within)
    ]


async def _assessments(
    conn: AsyncConnection, by: str, keys: Iterable[UUID], within: Scope
) -> list[YouthRiskAssessment]:
    form = FORMS[QuestionSetKind.YOUTH_RISK_ASSESSMENT]
    return [YouthRiskAssessment(**common) for _, common in await _records(conn, form, by, keys, within)]


async def _records(
    conn: AsyncConnection, form: RecordForm, by: str, wanted: Iterable[UUID], within: Scope
) -> list[tuple[sa.Row[tuple[object, ...]], dict[str, Any]]]:
    if within.is_empty:
        return []
    rows = (await conn.execute(_of_records(form.kind, by, within), {KEYS: list(set(wanted))})).all()
    if not rows:
        return []
    keys = {row.id: RecordKey(form.kind, row.id, row.question_set_version) for row in rows}
    sections = await _sections(conn, form, keys)
    flags = await _flags(conn, form, list(keys))
    return [
        (row, _common(row, form, keys[row.id], sections.get(row.id, {}), tuple(flags.get(row.id, ())))) for row in rows
    ]


@kept
def _of_records(kind: QuestionSetKind, by: str, within: Scope) -> sa.Select[Any]:
    """Make the statement that reads records by one of their columns."""
    records = FORMS[kind].records
    return (
        sa.select(records)
        .join(moves, moves.c.id == records.c.move_id)
        .where(among(records.c[by]), visible_records(records, within))
    )


@kept
def _of_sections(kind: QuestionSetKind) -> sa.Select[Any]:
    sections = FORMS[kind].sections
    return sa.select(sections).where(among(sections.c.record_id))


@kept
def _of_flags(kind: QuestionSetKind) -> sa.Select[Any]:
    flags = FORMS[kind].flags
    return sa.select(flags).where(among(flags.c.record_id)).order_by(flags.c.question, flags.c.key)


async def _sections(
    conn: AsyncConnection, form: RecordForm, of: Mapping[UUID, RecordKey]
) -> dict[UUID, dict[SectionKey, EscortRecordSection]]:
    found: defaultdict[UUID, dict[SectionKey, EscortRecordSection]] = defaultdict(dict)
    for row in await conn.execute(_of_sections(form.kind), {KEYS: list(of)}):
        found[row.record_id][SectionKey(row.key)] = section_of(row, of[row.record_id])
    return found


def section_of(row: sa.Row[tuple[object, ...]], record: RecordKey | None = None) -> EscortRecordSection:
    return EscortRecordSection(
        SectionKey(row.key), SectionStatus(row.status), row.answered, row.outstanding, row.version, record
    )


async def _flags(conn: AsyncConnection, form: RecordForm, ids: list[UUID]) -> dict[UUID, list[EscortRecordFlag]]:
    found: defaultdict[UUID, list[EscortRecordFlag]] = defaultdict(list)
    for row in await conn.execute(_of_flags(form.kind), {KEYS: ids}):
        found[row.record_id].append(EscortRecordFlag(row.key, row.title, FlagSeverity(row.severity), row.question))
    return found


def _common(
    row: sa.Row[tuple[object, ...]],
    form: RecordForm,
    record: RecordKey,
    sections: Mapping[SectionKey, EscortRecordSection],
    flags: tuple[EscortRecordFlag, ...],
) -> dict[str, Any]:
    """Put together what both kinds have; a section that nobody has touched has no row and is given as not started."""
    return {
        "id": row.id,
        "move_id": row.move_id,
        "prison_number": row.prison_number,
        "status": EscortRecordStatus(row.status),
        "sections": tuple(
            sections.get(key) or EscortRecordSection(key, SectionStatus.NOT_STARTED, 0, 0, 0, record)
            for key in form.keys
        ),
        "flags": flags,
        "completed_at": row.completed_at,
        "confirmed_at": row.confirmed_at,
        "version": row.version,
        "question_set_version": row.question_set_version,
        "prefilled_from": prefill_of(row),
    }


def prefill_of(row: sa.Row[tuple[object, ...]]) -> Prefill | None:
    if row.prefilled_from_id is None or row.prefilled_from_confirmed_at is None:
        return None
    return Prefill(row.prefilled_from_id, row.prefilled_from_confirmed_at)


def handover_of(row: sa.Row[tuple[object, ...]]) -> Handover | None:
    if row.handover_occurred_at is None:
        return None
    return Handover(row.handover_occurred_at, row.dispatching_officer or "", row.receiving_officer or "")
