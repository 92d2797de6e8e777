"""Confirming: by hand, or by the departure of the move; and the handing over of the person."""

import datetime as dt

from gateway.domain.escort_records import EscortRecordStatus, Handover
from gateway.domain.locations import Location
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.problems import ProblemCode, RuleBroken, problem
from gateway.domain.questions import QuestionSet, QuestionSetKind
from gateway.domain.responses import answers_of, responded_of
from gateway.policies.escort_records.handovers import handover_problems
from gateway.policies.escort_records.missing import missing, missing_problems
from gateway.policies.escort_records.who import needs_youth_risk_assessment
from gateway.services.changes import ChangeInHand, Told
from gateway.services.record_kinds import OF_KIND
from gateway.services.records_in_hand import LockedRecord, next_version, note_record, refuse, refuse_locked
from gateway.store import escort_record_changes
from gateway.store.escort_record_changes import RecordState


async def confirmed(
    hand: ChangeInHand,
    locked: LockedRecord,
    question_set: QuestionSet,
    version: int | None,
    handover: Handover | None,
    start: Location,
) -> RecordState:
    """Confirm a complete record, for good, and hand it over; to one that is confirmed, add who handed over to whom.

    Raises:
        RuleBroken: someone changed it first; something is missing (all of it is told); it is closed; the handover does
            not do.

    """
    state = locked.state
    if version is not None and version != state.version:
        words = f"Someone changed this first: it is version {state.version} now."
        raise RuleBroken(problem(ProblemCode.CONFLICT, words, "version"))
    if handover is not None:
        refuse(handover_problems(handover, booked_at=locked.move.created_at, now=hand.at))
    if state.status is EscortRecordStatus.CONFIRMED:
        return await _handed_over(hand, locked, handover)
    refuse_locked(locked)
    await _refuse_incomplete(hand, locked, question_set, start)
    after = next_version(state, status=EscortRecordStatus.CONFIRMED, confirmed_at=hand.at, handover=handover)
    told = [_confirmation(after, hand.at)]
    if state.kind is QuestionSetKind.ESCORT_RECORD:
        told.append(_handover(locked.move, handover, hand.at))
    return await _written(hand, locked, after, told)


async def _handed_over(hand: ChangeInHand, locked: LockedRecord, handover: Handover | None) -> RecordState:
    if handover is None or handover == locked.state.handover:
        if handover is not None:
            return locked.state
        words = f"The {locked.kind.noun} is confirmed already."
        raise RuleBroken(problem(ProblemCode.LOCKED, words, "id"))
    if locked.move.status is MoveStatus.CANCELLED:
        words = "The move was cancelled: nobody was handed over."
        raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, "id"))
    after = next_version(locked.state, handover=handover)
    return await _written(hand, locked, after, [_handover(locked.move, handover, hand.at)])


async def _refuse_incomplete(
    hand: ChangeInHand, locked: LockedRecord, question_set: QuestionSet, start: Location
) -> None:
    responses = await escort_record_changes.responses_of(hand.conn, locked=locked.state)
    outstanding = missing(question_set, answers_of(responses), responded_of(responses))
    problems = missing_problems(outstanding, "input", "id")
    if locked.state.kind is QuestionSetKind.ESCORT_RECORD and needs_youth_risk_assessment(start):
        kind = QuestionSetKind.YOUTH_RISK_ASSESSMENT
        if not await escort_record_changes.is_confirmed(hand.conn, kind, locked=locked.move):
            words = "The youth risk assessment has to be confirmed first."
            problems.append(problem(ProblemCode.INCOMPLETE, words, "id"))
    refuse(problems)


async def confirmed_by_departure(hand: ChangeInHand, states: list[RecordState], left_at: dt.datetime) -> list[Told]:
    """Confirm the complete ones of the records, locked, of a move that leaves; return the events that say so."""
    told = []
    for state in states:
        if state.status is EscortRecordStatus.COMPLETED:
            at = max(left_at, state.completed_at or left_at)
            after = next_version(state, status=EscortRecordStatus.CONFIRMED, confirmed_at=at)
            await escort_record_changes.save(hand.conn, after, at=hand.at)
            await note_record(hand, state, after)
            told.append(_confirmation(after, at))
    return told


async def _written(hand: ChangeInHand, locked: LockedRecord, after: RecordState, told: list[Told]) -> RecordState:
    await escort_record_changes.save(hand.conn, after, at=hand.at)
    await note_record(hand, locked.state, after)
    await hand.tell(locked.move, told)
    return after


def _confirmation(state: RecordState, at: dt.datetime) -> Told:
    return Told(OF_KIND[state.kind].event("Confirmation"), details={"confirmed_at": _text(at)}, occurred_at=at)


def _handover(move: Move, handover: Handover | None, at: dt.datetime) -> Told:
    officers = (
        {}
        if handover is None
        else {
            "dispatching_officer": handover.dispatching_officer,
            "receiving_officer": handover.receiving_officer,
        }
    )
    details = {"location": move.from_agency, **officers}
    return Told("PerHandover", details=details, occurred_at=at if handover is None else handover.occurred_at)


def _text(at: dt.datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
