"""dPERs and youth risk assessments of moves in scope: one statement for each kind, however many records."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
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
from gateway.store.engine import Source
from gateway.store.json_rows import JsonRows
from gateway.store.reading import KEYS, Question, Row, among
from gateway.store.record_forms import FORMS, RecordForm
from gateway.store.responses_codec import from_json
from gateway.store.rows import by_value, picked
from gateway.store.scoping import visible_records
from gateway.store.statements import kept
from gateway.store.tables import moves


async def by_ids(source: Source, ids: Iterable[EscortRecordId], *, within: Scope) -> dict[EscortRecordId, EscortRecord]:
    """Read dPERs. Those that are out of scope are absent."""
    return {record.id: record for record in await _escort_records(source, "id", ids, within)}


async def by_moves(source: Source, move_ids: Iterable[MoveId], *, within: Scope) -> dict[MoveId, EscortRecord]:
    """Read the dPERs of moves. A move without one, or without one in scope, is absent."""
    found = await _escort_records(source, "move_id", move_ids, within)
    return {record.move_id: record for record in found}


async def assessments_by_ids(
    source: Source, ids: Iterable[YouthRiskAssessmentId], *, within: Scope
) -> dict[YouthRiskAssessmentId, YouthRiskAssessment]:
    """Read youth risk assessments. Those that are out of scope are absent."""
    return {record.id: record for record in await _assessments(source, "id", ids, within)}


async def assessments_by_moves(
    source: Source, move_ids: Iterable[MoveId], *, within: Scope
) -> dict[MoveId, YouthRiskAssessment]:
    """Read the youth risk assessments of moves. A move without one, or without one in scope, is absent."""
    found = await _assessments(source, "move_id", move_ids, within)
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


async def _escort_records(source: Source, by: str, keys: Iterable[UUID], within: Scope) -> list[EscortRecord]:
    form = FORMS[QuestionSetKind.ESCORT_RECORD]
    found: list[EscortRecord] = []
    for row in await _rows(source, form, by, keys, within):
        amended_at, *handed_over = _of_dpers(row)
        found.append(EscortRecord(**_common(row, form), amended_at=amended_at, handover=_handover(*handed_over)))
    return found


async def _assessments(source: Source, by: str, keys: Iterable[UUID], within: Scope) -> list[YouthRiskAssessment]:
    form = FORMS[QuestionSetKind.YOUTH_RISK_ASSESSMENT]
    return [YouthRiskAssessment(**_common(row, form)) for row in await _rows(source, form, by, keys, within)]


async def _rows(source: Source, form: RecordForm, by: str, wanted: Iterable[UUID], within: Scope) -> Sequence[Row]:
    if within.is_empty:
        return ()
    return await _of_records(form.kind, by, within).rows(source, {KEYS: list(set(wanted))})


@kept
def _of_records(kind: QuestionSetKind, by: str, within: Scope) -> Question:
    """Make the question for records by one of their columns, each with its sections and its flags."""
    form = FORMS[kind]
    records, sections, flags = form.records, form.sections, form.flags
    of_sections = sa.select(JsonRows(*(sections.c[name] for name in _OF_A_SECTION)))
    of_flags = sa.select(JsonRows(*(flags.c[name] for name in _OF_A_FLAG)))
    return Question(
        sa.select(
            records,
            of_sections.where(sections.c.record_id == records.c.id).scalar_subquery().label("sections"),
            of_flags.where(flags.c.record_id == records.c.id).scalar_subquery().label("flags"),
        )
        .join(moves, moves.c.id == records.c.move_id)
        .where(among(records.c[by]), visible_records(records, within))
    )


_OF_A_SECTION: Final = ("key", "status", "answered", "outstanding", "version")
_OF_A_FLAG: Final = ("question", "key", "title", "severity")
_OF_A_RECORD: Final = (
    "id",
    "move_id",
    "prison_number",
    "status",
    "question_set_version",
    "prefilled_from_id",
    "prefilled_from_confirmed_at",
    "completed_at",
    "confirmed_at",
    "version",
)
_of_all: Final = {kind: picked(form.records, *_OF_A_RECORD) for kind, form in FORMS.items()}
_of_dpers: Final = picked(
    FORMS[QuestionSetKind.ESCORT_RECORD].records,
    "amended_at",
    "handover_occurred_at",
    "dispatching_officer",
    "receiving_officer",
)
_KEYS: Final = {kind: tuple((key.value, key) for key in form.keys) for kind, form in FORMS.items()}
_STATUSES: Final = by_value(EscortRecordStatus)
_SECTIONS: Final = by_value(SectionKey)
_SECTION_STATUSES: Final = by_value(SectionStatus)
_SEVERITIES: Final = by_value(FlagSeverity)


def section_of(row: sa.Row[tuple[object, ...]]) -> EscortRecordSection:
    return EscortRecordSection(
        SectionKey(row.key), SectionStatus(row.status), row.answered, row.outstanding, row.version
    )


def _sections(text: str | None, record: RecordKey, form: RecordForm) -> tuple[EscortRecordSection, ...]:
    """Read the sections; one that nobody has touched has no row and is given as not started."""
    found = {  # by text, as an enumeration's own hash is dear
        key: EscortRecordSection(_SECTIONS[key], _SECTION_STATUSES[status], answered, outstanding, version, record)
        for key, status, answered, outstanding, version in _listed(text)
    }
    return tuple(
        found.get(kept_as) or EscortRecordSection(key, SectionStatus.NOT_STARTED, 0, 0, 0, record)
        for kept_as, key in _KEYS[form.kind]
    )


def _flags(text: str | None) -> tuple[EscortRecordFlag, ...]:
    return tuple(
        EscortRecordFlag(key, title, _SEVERITIES[severity], question)
        for question, key, title, severity in sorted(_listed(text))
    )


def _listed(text: str | None) -> list[Any]:
    found: list[Any] = [] if text is None else orjson.loads(text)
    return found


def _common(row: Row, form: RecordForm) -> dict[str, Any]:
    """Put together what both kinds have."""
    id_, move_id, number, status, questions, prefilled, prefilled_at, completed_at, confirmed_at, version = _of_all[
        form.kind
    ](row)
    return {
        "id": id_,
        "move_id": move_id,
        "prison_number": number,
        "status": _STATUSES[status],
        "sections": _sections(row[-2], RecordKey(form.kind, id_, questions), form),
        "flags": _flags(row[-1]),
        "completed_at": completed_at,
        "confirmed_at": confirmed_at,
        "version": version,
        "question_set_version": questions,
        "prefilled_from": _prefill(prefilled, prefilled_at),
    }


def prefill_of(row: sa.Row[tuple[object, ...]]) -> Prefill | None:
    return _prefill(row.prefilled_from_id, row.prefilled_from_confirmed_at)


def handover_of(row: sa.Row[tuple[object, ...]]) -> Handover | None:
    return _handover(row.handover_occurred_at, row.dispatching_officer, row.receiving_officer)


def _prefill(record_id: UUID | None, confirmed_at: datetime | None) -> Prefill | None:
    return None if record_id is None or confirmed_at is None else Prefill(record_id, confirmed_at)


def _handover(occurred_at: datetime | None, dispatching: str | None, receiving: str | None) -> Handover | None:
    return None if occurred_at is None else Handover(occurred_at, dispatching or "", receiving or "")
