"""Answering: all questions of a call or none, with what follows from them, under the lock of the record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import orjson

from gateway.domain.escort_record_states import ESCORT_RECORD_STATES, EscortRecordAction, recorded
from gateway.domain.escort_records import EscortRecordStatus, SectionKey, SectionStatus
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.questions import QuestionSet
from gateway.domain.responses import UNANSWERED, Response, Responses, answers_of, responded_of
from gateway.domain.times import business_day
from gateway.policies.escort_records.conflicts import SeenAnswer, conflicts, is_said_already
from gateway.policies.escort_records.recording import Given, given_problems, record
from gateway.policies.escort_records.wording import named
from gateway.services.changes import ChangeInHand, Told
from gateway.services.records_in_hand import (
    LockedRecord,
    changed_responses,
    content_of,
    next_version,
    note_record,
    refuse,
    refuse_locked,
)
from gateway.store import escort_record_changes
from gateway.store.escort_record_changes import Content, RecordState

RESPONSES = ("input", "responses")


async def answered(
    hand: ChangeInHand,
    locked: LockedRecord,
    question_set: QuestionSet,
    given: Sequence[SeenAnswer],
    with_nomis: Collection[str],
) -> RecordState:
    """Record answers; what says the same as what stands changes nothing. `with_nomis`: NOMIS has records about these.

    Raises:
        RuleBroken: the record is closed; someone else changed one of the questions; an answer does not do.

    """
    refuse_locked(locked)
    before = await escort_record_changes.responses_of(hand.conn, locked=locked.state)
    refuse(conflicts(question_set, before, given, *RESPONSES))
    news = _news(question_set, before, given)
    known = answers_of(before)
    refuse(
        [
            *_unreviewable(question_set, before, given),
            *given_problems(question_set, known, news, *RESPONSES, today=business_day(hand.at), with_nomis=with_nomis),
        ]
    )
    after = _after(hand, question_set, before, news)
    changed = changed_responses(before, after)
    if not changed:
        return locked.state
    return await _kept(hand, locked, question_set, after, changed)


def _news(question_set: QuestionSet, before: Responses, given: Sequence[SeenAnswer]) -> list[Given]:
    """Return what is not said already; that a copied answer was reviewed is given as that answer."""
    found = []
    for one in given:
        question = question_set.question(one.question_key)
        stands = before.get(one.question_key, UNANSWERED)
        if question is None or not is_said_already(question, one, stands):
            found.append(Given(one.question_key, stands.answer if one.reviewed else one.answer))
    return found


def _unreviewable(question_set: QuestionSet, before: Responses, given: Sequence[SeenAnswer]) -> list[Problem]:
    found = []
    for one in given:
        question = question_set.question(one.question_key)
        if question is not None and one.reviewed and before.get(one.question_key, UNANSWERED).answer is None:
            words = f"{named(question)} holds no copied answer that could be reviewed."
            found.append(Problem(ProblemCode.INVALID, words, (*RESPONSES, question.key, "reviewed")))
    return found


def _after(
    hand: ChangeInHand, question_set: QuestionSet, before: Responses, news: Sequence[Given]
) -> dict[str, Response]:
    result = record(question_set, answers_of(before), responded_of(before), news)
    after = dict(before)
    for one in news:
        earlier = before.get(one.question_key, UNANSWERED)
        after[one.question_key] = Response(
            answer=result.answers.get(one.question_key),
            version=earlier.version + 1,
            responded_at=hand.at,
            responded_by=hand.author.username,
        )
    for key in result.cleared:
        after[key] = Response(version=before.get(key, UNANSWERED).version + 1)
    return after


async def _kept(
    hand: ChangeInHand,
    locked: LockedRecord,
    question_set: QuestionSet,
    after: Responses,
    changed: Mapping[str, tuple[Response, Response]],
) -> RecordState:
    touched = _sections_of(question_set, changed)
    earlier = {
        section.key.value: section
        for section in await escort_record_changes.sections_of(hand.conn, locked=locked.state)
    }
    content = content_of(question_set, after, earlier, {key.value for key in touched})
    state = _state_after(hand, locked.state, content)
    await escort_record_changes.save(hand.conn, state, at=hand.at)
    await escort_record_changes.save_content(hand.conn, state, content)
    await note_record(hand, locked.state, state, changed)
    await hand.tell(locked.move, _told(hand, locked, question_set, state, content, changed))
    return state


def _state_after(hand: ChangeInHand, before: RecordState, content: Content) -> RecordState:
    complete = all(section.status is SectionStatus.COMPLETED for section in content.sections)
    action = recorded(before.status, complete=complete)
    status = None if action is None else ESCORT_RECORD_STATES.next(before.status, action)
    if action is None or status is None:  # a confirmed record was refused before
        raise RuleBroken(problem(ProblemCode.LOCKED, "The record can no longer be changed.", "id"))
    state = next_version(before, status=status)
    if status is not EscortRecordStatus.COMPLETED:
        return state
    if before.completed_at is None:
        return replace(state, completed_at=hand.at)
    return state if action is EscortRecordAction.ANSWER else replace(state, amended_at=hand.at)


def _told(
    hand: ChangeInHand,
    locked: LockedRecord,
    question_set: QuestionSet,
    state: RecordState,
    content: Content,
    changed: Mapping[str, tuple[Response, Response]],
) -> list[Told]:
    """Tell of each section that changed, and once more when all are complete for the first time.

    Whoever reads a complete record is told of what changes in it; while it is not complete, its authors alone are.
    """
    kind, first = locked.kind, locked.state.completed_at is None
    amended = state.status is EscortRecordStatus.COMPLETED and not first
    what = kind.event("Updated" if amended else "ResponsesRecorded")
    told = []
    for section in _sections_of(question_set, changed):
        keys = [one.key for one in question_set.questions(section) if one.key in changed]
        cleared = [key for key in keys if changed[key][1].responded_at is None]
        details = {
            "section": section.value,
            "responded_by": hand.author.username,
            **({} if amended else {"questions": ", ".join(keys)}),
            **({"cleared": ", ".join(cleared)} if cleared and not amended else {}),
        }
        told.append(Told(what, details=details))
    if first and state.completed_at is not None:
        details = {
            "completed_at": state.completed_at.isoformat().replace("+00:00", "Z"),
            "responded_by": _responders(question_set, content.responses),
        }
        told.append(Told(kind.event("Completion"), details=details))
    return told


def _responders(question_set: QuestionSet, responses: Responses) -> str:
    """Name, for audit, who answered each section."""
    found: dict[str, list[str]] = {}
    for section in question_set.sections:
        names = (responses.get(question.key, UNANSWERED).responded_by for question in section.questions)
        found[section.key.value] = list(dict.fromkeys(name for name in names if name is not None))
    return orjson.dumps(found).decode()


def _sections_of(question_set: QuestionSet, keys: Collection[str]) -> list[SectionKey]:
    return [
        section.key for section in question_set.sections if any(question.key in keys for question in section.questions)
    ]
