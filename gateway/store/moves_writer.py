"""Rows of moves and of what hangs on them, with all that is derived, for every writer alike."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.allocations import Allocation
from gateway.domain.escort_records import EscortRecord, QuestionRecord, YouthRiskAssessment
from gateway.domain.event_log import Sight
from gateway.domain.events import Event
from gateway.domain.ids import AgencyId, EventId
from gateway.domain.move_days import arrival_day, departure_day
from gateway.domain.moves import Cancellation, Lodging, LodgingStatus, Move
from gateway.store.escort_record_tables import per_flags, per_sections, person_escort_records
from gateway.store.tables import allocations, events, lodgings, moves

Row = dict[str, object]


def move_row(move: Move, stays: Iterable[Lodging], *, titles: Mapping[AgencyId, str]) -> Row:
    """Return a move's row. `titles` are those of all places, `stays` its lodgings.

    Raises:
        KeyError: a place of the move has no title.

    """
    open_stays = [stay for stay in stays if stay.status is not LodgingStatus.CANCELLED]
    return {
        "id": move.id,
        "reference": move.reference,
        "type": move.type.value,
        "status": move.status.value,
        "date": move.date,
        "date_from": move.date_from,
        "date_to": move.date_to,
        "day": departure_day(move),
        "arrives_on": arrival_day(move, open_stays),
        "lodges": bool(open_stays),
        "time_due": move.time_due,
        "prison_number": move.prison_number,
        "from_agency": move.from_agency,
        "to_agency": move.to_agency,
        "from_title": titles[move.from_agency],
        "to_title": "" if move.to_agency is None else titles[move.to_agency],
        "supplier": move.supplier,
        "vehicle_kind": move.vehicle_needs.kind.value,
        "special_vehicle_reason": move.vehicle_needs.reason,
        "prison_transfer_reason": move.prison_transfer_reason,
        "additional_information": move.additional_information,
        "recall_date": move.recall_date,
        **_cancellation_columns(move.cancellation),
        "rejection_reason": (
            None
            if move.cancellation is None or move.cancellation.rejection_reason is None
            else move.cancellation.rejection_reason.value
        ),
        "allocation_id": move.allocation_id,
        "recorded_retrospectively": move.recorded_retrospectively,
        "authorised_at": move.authorised_at,
        "escort_check": move.escort_check.value,
        "original_move_id": move.original_move_id,
        "receiving_supplier": move.receiving_supplier,
        "created_at": move.created_at,
        "updated_at": move.updated_at,
        "version": move.version,
    }


def lodging_row(lodging: Lodging) -> Row:
    return {
        "id": lodging.id,
        "move_id": lodging.move_id,
        "agency_id": lodging.agency_id,
        "start_date": lodging.start_date,
        "end_date": lodging.end_date,
        "status": lodging.status.value,
    }


def allocation_row(allocation: Allocation, *, created_at: datetime, updated_at: datetime) -> Row:
    """Return an allocation's row; `filled_count` is not kept but counted."""
    return {
        "id": allocation.id,
        "status": allocation.status.value,
        "date": allocation.date,
        "from_agency": allocation.from_agency,
        "to_agency": allocation.to_agency,
        "supplier": allocation.supplier,
        "moves_count": allocation.moves_count,
        "prisoner_category": allocation.prisoner_category,
        "sentence_length": allocation.sentence_length,
        "estate": allocation.estate,
        "complex_cases": [{"key": case.key, "allowed": case.allowed} for case in allocation.complex_cases],
        "other_criteria": allocation.other_criteria,
        "requested_by": allocation.requested_by,
        **_cancellation_columns(allocation.cancellation),
        "created_at": created_at,
        "updated_at": updated_at,
        "version": allocation.version,
    }


def _record_row(record: QuestionRecord, *, created_at: datetime, updated_at: datetime) -> Row:
    return {
        "id": record.id,
        "move_id": record.move_id,
        "prison_number": record.prison_number,
        "status": record.status.value,
        "question_set_version": record.question_set_version,
        "prefilled_from_id": None if record.prefilled_from is None else record.prefilled_from.record_id,
        "prefilled_from_confirmed_at": None if record.prefilled_from is None else record.prefilled_from.confirmed_at,
        "completed_at": record.completed_at,
        "confirmed_at": record.confirmed_at,
        "created_at": created_at,
        "updated_at": updated_at,
        "version": record.version,
    }


def assessment_row(record: YouthRiskAssessment, *, created_at: datetime, updated_at: datetime) -> Row:
    return _record_row(record, created_at=created_at, updated_at=updated_at)


def escort_record_row(record: EscortRecord, *, created_at: datetime, updated_at: datetime) -> Row:
    return {
        **_record_row(record, created_at=created_at, updated_at=updated_at),
        "amended_at": record.amended_at,
        "handover_occurred_at": None if record.handover is None else record.handover.occurred_at,
        "dispatching_officer": None if record.handover is None else record.handover.dispatching_officer,
        "receiving_officer": None if record.handover is None else record.handover.receiving_officer,
    }


def section_rows(record: QuestionRecord) -> list[Row]:
    return [
        {
            "record_id": record.id,
            "key": section.key.value,
            "status": section.status.value,
            "answered": section.answered,
            "outstanding": section.outstanding,
            "version": section.version,
        }
        for section in record.sections
    ]


def flag_rows(record: QuestionRecord) -> list[Row]:
    return [
        {
            "record_id": record.id,
            "question": flag.question,
            "key": flag.key,
            "title": flag.title,
            "severity": flag.severity.value,
        }
        for flag in record.flags
    ]


def event_row(event: Event, *, recorded_by: str | None, sight_before: Sight | None = None) -> Row:
    """Return an event's row, without its position: the log gives that."""
    return {
        "id": event.id,
        "move_id": event.move_id,
        "journey_id": event.journey_id,
        "lodging_id": event.lodging_id,
        "type": event.type,
        "classification": event.classification.value,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "supplier": event.supplier,
        "recorded_by": recorded_by,
        "notes": event.notes,
        "details": [{"name": detail.name, "value": detail.value} for detail in event.details],
        "sight_before": sight_row(sight_before),
    }


def sight_row(sight: Sight | None) -> Row | None:
    """Return the facts as the column `sight_before` holds them."""
    if sight is None:
        return None
    return {
        "from": sight.from_agency,
        "to": sight.to_agency,
        "lodgings": sorted(sight.lodging_agencies),
        "supplier": sight.supplier,
        "receiving_supplier": sight.receiving_supplier,
        "authorised": sight.authorised,
    }


async def insert_moves(
    conn: AsyncConnection, found: Iterable[tuple[Move, tuple[Lodging, ...]]], *, titles: Mapping[AgencyId, str]
) -> None:
    """Write new moves with their lodgings."""
    pairs = list(found)
    await _insert(conn, moves, [move_row(move, stays, titles=titles) for move, stays in pairs])
    await _insert(conn, lodgings, [lodging_row(stay) for _, stays in pairs for stay in stays])


async def insert_allocations(conn: AsyncConnection, found: Iterable[Allocation], *, at: datetime) -> None:
    await _insert(conn, allocations, [allocation_row(one, created_at=at, updated_at=at) for one in found])


async def insert_escort_records(conn: AsyncConnection, found: Iterable[EscortRecord], *, at: datetime) -> None:
    """Write new dPERs with their sections and flags."""
    records = list(found)
    await _insert(
        conn, person_escort_records, [escort_record_row(one, created_at=at, updated_at=at) for one in records]
    )
    await _insert(conn, per_sections, [row for record in records for row in section_rows(record)])
    await _insert(conn, per_flags, [row for record in records for row in flag_rows(record)])


async def insert_events(
    conn: AsyncConnection,
    found: Iterable[Event],
    *,
    recorded_by: str | None = None,
    sights: Mapping[EventId, Sight] | None = None,
) -> None:
    """Append events to the log in their order; their own positions are passed over.

    `sights` are those of before the change, for events by whose change somebody may have lost sight of the move.
    """
    before = sights or {}
    rows = [event_row(event, recorded_by=recorded_by, sight_before=before.get(event.id)) for event in found]
    await _insert(conn, events, rows)


async def _insert(conn: AsyncConnection, table: sa.Table, rows: list[Row]) -> None:
    if rows:
        await conn.execute(sa.insert(table), rows)


def _cancellation_columns(cancellation: Cancellation | None) -> Row:
    if cancellation is None:
        return {"cancellation_reason": None, "cancellation_comment": None, "cancelled_at": None}
    return {
        "cancellation_reason": cancellation.reason.value,
        "cancellation_comment": cancellation.comment,
        "cancelled_at": cancellation.at,
    }
