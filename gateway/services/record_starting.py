"""Starting a record: one for each move, with what the person's last confirmed one allows to be copied."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from gateway.domain.escort_records import EscortRecordStatus, Prefill
from gateway.domain.locations import Location
from gateway.domain.moves import EscortCheckStatus, Move
from gateway.domain.problems import Existing, Problem, ProblemCode, RuleBroken, problem
from gateway.domain.questions import QuestionSet, QuestionSetKind
from gateway.domain.responses import Response, answers_of
from gateway.domain.times import business_day
from gateway.policies.escort_records.prefill import prefilled
from gateway.policies.escort_records.who import needs_youth_risk_assessment
from gateway.services.changes import ChangeInHand, Told
from gateway.services.record_kinds import RecordKind
from gateway.services.records_in_hand import content_of, note_record, refuse_gone
from gateway.store import escort_record_changes
from gateway.store.escort_record_changes import RecordState

_IDENTIFIED = frozenset({EscortCheckStatus.PASSED, EscortCheckStatus.HELD, EscortCheckStatus.REFUSED})
"""The move's number is that of somebody whom its sender may see."""


async def started(
    hand: ChangeInHand, kind: RecordKind, move: Move, question_set: QuestionSet, start: Location
) -> RecordState:
    """Start the record of a move that is held, also if somebody else does so at this moment: one of the two does.

    Raises:
        RuleBroken: it has one already (whose id is told), names nobody, was not booked, has left, or needs no such
            record.

    """
    refuse_gone(move, kind, "moveId")
    if move.prison_number is None:
        words = f"The move names nobody yet: the {kind.noun} is about a person."
        raise RuleBroken(problem(ProblemCode.INCOMPLETE, words, "moveId"))
    if kind.kind is QuestionSetKind.YOUTH_RISK_ASSESSMENT and not needs_youth_risk_assessment(start):
        words = "Only moves out of the youth estate have a youth risk assessment."
        raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, "moveId"))
    source, copied = await _copied(hand, kind, move, question_set)
    state = RecordState(
        kind=kind.kind,
        id=uuid4(),
        move_id=move.id,
        status=EscortRecordStatus.UNSTARTED,
        question_set_version=question_set.version,
        prefilled_from=source,
        completed_at=None,
        confirmed_at=None,
        amended_at=None,
        handover=None,
        version=1,
    )
    content = content_of(question_set, copied, {}, {section.key.value for section in question_set.sections})
    if not await escort_record_changes.add(hand.conn, state, content, locked=move, at=hand.at):
        there = await escort_record_changes.state_of(hand.conn, kind.kind, locked=move)
        raise RuleBroken(_already(kind, None if there is None else there.id))
    await note_record(hand, None, state)
    copies = {"copied": str(len(copied))} if copied else {}
    await hand.tell(move, [Told(kind.event("Start"), details=copies)])
    return state


async def _copied(
    hand: ChangeInHand, kind: RecordKind, move: Move, question_set: QuestionSet
) -> tuple[Prefill | None, Mapping[str, Response]]:
    # A number that was mistyped, or could not be checked, must not open the record of whoever has it.
    if move.escort_check not in _IDENTIFIED:
        return None, {}
    last = await escort_record_changes.last_confirmed(hand.conn, kind.kind, locked=move)
    if last is None:
        return None, {}
    answers = prefilled(question_set, answers_of(last.responses), today=business_day(hand.at))
    if not answers:
        return None, {}
    copied = {
        key: Response(answer=answer, version=1, prefilled_at=last.responses[key].responded_at or last.confirmed_at)
        for key, answer in answers.items()
    }
    return Prefill(last.id, last.confirmed_at), copied


def _already(kind: RecordKind, record_id: UUID | None) -> Problem:
    return Problem(
        ProblemCode.DUPLICATE,
        f"The move has its {kind.noun} already.",
        ("input", "moveId"),
        None if record_id is None else Existing(kind.thing, record_id),
    )
