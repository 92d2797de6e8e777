"""dPERs and youth risk assessments in the hands of a transaction that holds their move."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.escort_records import EscortRecordFlag, EscortRecordSection, EscortRecordStatus, Handover, Prefill
from gateway.domain.ids import MoveId
from gateway.domain.moves import Move
from gateway.domain.questions import QuestionSetKind
from gateway.domain.responses import Response, Responses
from gateway.domain.scope import Scope
from gateway.store.dialects import insert_if_new
from gateway.store.escort_records import handover_of, prefill_of, section_of
from gateway.store.moves_writer import Row
from gateway.store.record_forms import FORMS
from gateway.store.responses_codec import from_json, to_json
from gateway.store.scoping import visible_records
from gateway.store.tables import moves


@dataclass(frozen=True, slots=True)
class RecordState:
    """How far a record is. `amended_at` and `handover` are a dPER's alone."""

    kind: QuestionSetKind
    id: UUID
    move_id: MoveId
    status: EscortRecordStatus
    question_set_version: str
    prefilled_from: Prefill | None
    completed_at: datetime | None
    confirmed_at: datetime | None
    amended_at: datetime | None
    handover: Handover | None
    version: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a record holds, and what follows from it."""

    responses: Responses
    sections: tuple[EscortRecordSection, ...]
    flags: tuple[EscortRecordFlag, ...]


@dataclass(frozen=True, slots=True)
class LastConfirmed:
    """The last confirmed record of a person, to begin the next one from."""

    id: UUID
    confirmed_at: datetime
    responses: Responses


async def move_of_record(
    conn: AsyncConnection, kind: QuestionSetKind, record_id: UUID, *, within: Scope
) -> MoveId | None:
    """Return whose record it is; None where there is none in scope."""
    records = FORMS[kind].records
    return await conn.scalar(
        sa.select(moves.c.id)
        .join(records, records.c.move_id == moves.c.id)
        .where(records.c.id == record_id, visible_records(records, within))
    )


async def state_of(conn: AsyncConnection, kind: QuestionSetKind, *, locked: Move) -> RecordState | None:
    """Lock the record of a move that is held, and read how far it is; None where the move has none."""
    records = FORMS[kind].records
    row = (await conn.execute(sa.select(records).where(records.c.move_id == locked.id).with_for_update())).one_or_none()
    return None if row is None else _state(kind, row)


async def is_confirmed(conn: AsyncConnection, kind: QuestionSetKind, *, locked: Move) -> bool:
    """Say whether the record of a move that is held is confirmed, and so will stay."""
    records = FORMS[kind].records
    confirmed = sa.exists().where(
        records.c.move_id == locked.id, records.c.status == EscortRecordStatus.CONFIRMED.value
    )
    return bool(await conn.scalar(sa.select(confirmed)))


async def responses_of(conn: AsyncConnection, *, locked: RecordState) -> dict[str, Response]:
    """Read what a record that was locked holds for each question."""
    responses = FORMS[locked.kind].responses
    kept = await conn.scalar(sa.select(responses.c.responses).where(responses.c.record_id == locked.id))
    return {} if kept is None else from_json(kept)


async def sections_of(conn: AsyncConnection, *, locked: RecordState) -> list[EscortRecordSection]:
    """Read the sections of a record that was locked, in any order."""
    sections = FORMS[locked.kind].sections
    return [section_of(row) for row in await conn.execute(sa.select(sections).where(sections.c.record_id == locked.id))]


async def last_confirmed(conn: AsyncConnection, kind: QuestionSetKind, *, locked: Move) -> LastConfirmed | None:
    """Read the last confirmed record of the person of a move that is held, wherever it was made.

    Answers follow a person: whoever sends them has to know what was known where they were before.
    """
    form = FORMS[kind]
    statement = (
        sa.select(form.records.c.id, form.records.c.confirmed_at, form.responses.c.responses)
        .join(form.responses, form.responses.c.record_id == form.records.c.id)
        .where(form.records.c.prison_number == locked.prison_number, form.records.c.confirmed_at.is_not(None))
        .order_by(form.records.c.confirmed_at.desc(), form.records.c.id)
        .limit(1)
    )
    row = (await conn.execute(statement)).one_or_none()
    return None if row is None else LastConfirmed(row.id, row.confirmed_at, from_json(row.responses))


async def add(conn: AsyncConnection, state: RecordState, content: Content, *, locked: Move, at: datetime) -> bool:
    """Write a new record for a move that is held; False where it has one, also if that was just being written."""
    form = FORMS[state.kind]
    row = {**record_row(state, at=at), "prison_number": locked.prison_number, "created_at": at}
    made = await conn.execute(insert_if_new(conn, form.records, by=("move_id",)).values(row))
    if made.rowcount != 1:
        return False
    await conn.execute(sa.insert(form.responses).values(record_id=state.id, responses=to_json(content.responses)))
    await _insert(conn, form.sections, _section_rows(state, content.sections))
    return True


async def save(conn: AsyncConnection, state: RecordState, *, at: datetime) -> None:
    """Write how far a record that was locked is now."""
    records = FORMS[state.kind].records
    await conn.execute(sa.update(records).where(records.c.id == state.id).values(record_row(state, at=at)))


async def save_content(conn: AsyncConnection, state: RecordState, content: Content) -> None:
    """Write all that a record that was locked holds now."""
    form = FORMS[state.kind]
    kept = to_json(content.responses)
    changed = await conn.execute(
        sa.update(form.responses).where(form.responses.c.record_id == state.id).values(responses=kept)
    )
    if changed.rowcount != 1:
        await conn.execute(sa.insert(form.responses).values(record_id=state.id, responses=kept))
    await conn.execute(sa.delete(form.sections).where(form.sections.c.record_id == state.id))
    await _insert(conn, form.sections, _section_rows(state, content.sections))
    await conn.execute(sa.delete(form.flags).where(form.flags.c.record_id == state.id))
    await _insert(conn, form.flags, _flag_rows(state, content.flags))


def record_row(state: RecordState, *, at: datetime) -> Row:
    """Return what of a record's row may change, and its keys."""
    row: Row = {
        "id": state.id,
        "move_id": state.move_id,
        "status": state.status.value,
        "question_set_version": state.question_set_version,
        "prefilled_from_id": None if state.prefilled_from is None else state.prefilled_from.record_id,
        "prefilled_from_confirmed_at": None if state.prefilled_from is None else state.prefilled_from.confirmed_at,
        "completed_at": state.completed_at,
        "confirmed_at": state.confirmed_at,
        "updated_at": at,
        "version": state.version,
    }
    if state.kind is QuestionSetKind.YOUTH_RISK_ASSESSMENT:
        return row
    handover = state.handover
    return {
        **row,
        "amended_at": state.amended_at,
        "handover_occurred_at": None if handover is None else handover.occurred_at,
        "dispatching_officer": None if handover is None else handover.dispatching_officer,
        "receiving_officer": None if handover is None else handover.receiving_officer,
    }


def _state(kind: QuestionSetKind, row: sa.Row[tuple[object, ...]]) -> RecordState:
    per = kind is QuestionSetKind.ESCORT_RECORD
    return RecordState(
        kind=kind,
        id=row.id,
        move_id=row.move_id,
        status=EscortRecordStatus(row.status),
        question_set_version=row.question_set_version,
        prefilled_from=prefill_of(row),
        completed_at=row.completed_at,
        confirmed_at=row.confirmed_at,
        amended_at=row.amended_at if per else None,
        handover=handover_of(row) if per else None,
        version=row.version,
    )


def _section_rows(state: RecordState, sections: Iterable[EscortRecordSection]) -> list[Row]:
    return [
        {
            "record_id": state.id,
            "key": section.key.value,
            "status": section.status.value,
            "answered": section.answered,
            "outstanding": section.outstanding,
            "version": section.version,
        }
        for section in sections
    ]


def _flag_rows(state: RecordState, flags: Iterable[EscortRecordFlag]) -> list[Row]:
    return [
        {
            "record_id": state.id,
            "question": flag.question,
            "key": flag.key,
            "title": flag.title,
            "severity": flag.severity.value,
        }
        for flag in flags
    ]


async def _insert(conn: AsyncConnection, table: sa.Table, rows: list[Row]) -> None:
    if rows:
        await conn.execute(sa.insert(table), rows)
