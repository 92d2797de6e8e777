"""A record in the hands of a change: found within the scope of whoever changes it, locked, and written anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import orjson

from gateway.domain.changes import ChangedThing
from gateway.domain.escort_records import EscortRecordSection, EscortRecordStatus
from gateway.domain.moves import Move
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.questions import QuestionSet
from gateway.domain.responses import UNANSWERED, Response, Responses, answers_of, responded_of
from gateway.domain.scope import Scope
from gateway.policies.escort_records.flags import flags_of
from gateway.policies.escort_records.progress import section_progress
from gateway.policies.escort_records.who import FILLED_IN_WHILE
from gateway.services.changes import ChangeInHand
from gateway.services.record_kinds import OF_KIND, RecordKind
from gateway.store import escort_record_changes, move_changes
from gateway.store.escort_record_changes import Content, RecordState
from gateway.store.moves_writer import Row
from gateway.store.responses_codec import answer_to_json

_STATE_IN_HISTORY: Final = (
    "status",
    "question_set_version",
    "prefilled_from",
    "completed_at",
    "confirmed_at",
    "amended_at",
    "handover",
)


@dataclass(frozen=True, slots=True)
class LockedRecord:
    """A record with its move: both stay as they are until the change ends."""

    kind: RecordKind
    move: Move
    state: RecordState


def no_such_record(kind: RecordKind) -> Problem:
    """Return the one answer for a record that does not exist and for one that is hidden."""
    return problem(ProblemCode.NOT_FOUND, f"There is no such {kind.noun}.", "id")


async def locked_record(hand: ChangeInHand, kind: RecordKind, record_id: UUID | None, within: Scope) -> LockedRecord:
    """Lock a record for changing it: its move first, then the record itself.

    Raises:
        RuleBroken: there is none, or it is out of scope.

    """
    found = None
    if record_id is not None:
        found = await escort_record_changes.move_of_record(hand.conn, kind.kind, record_id, within=within)
    move = await move_changes.hold(hand.conn, found, within=within) if found else None
    state = None if move is None else await escort_record_changes.state_of(hand.conn, kind.kind, locked=move)
    if move is None or state is None:
        raise RuleBroken(no_such_record(kind))
    return LockedRecord(kind, move, state)


def refuse_locked(record: LockedRecord) -> None:
    """See to it that a record may still be changed.

    Raises:
        RuleBroken: it is confirmed, or its move has left, is over or was cancelled.

    """
    if record.state.status is EscortRecordStatus.CONFIRMED:
        words = f"The {record.kind.noun} is confirmed: it can no longer be changed."
        raise RuleBroken(problem(ProblemCode.LOCKED, words, "id"))
    refuse_gone(record.move, record.kind, "id")


def refuse_gone(move: Move, kind: RecordKind, *field: str) -> None:
    """See to it that a move was booked and has not left.

    Raises:
        RuleBroken: it was not, or has.

    """
    if move.status not in FILLED_IN_WHILE:
        state = move.status.value.replace("_", " ")
        words = f"The move is {state}: its {kind.noun} is filled in from the booking until the person leaves."
        raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, *field))


def content_of(
    question_set: QuestionSet, responses: Responses, before: Mapping[str, EscortRecordSection], touched: set[str]
) -> Content:
    """Return what follows from responses. `before` are the sections by key, `touched` those that change now."""
    answers, responded = answers_of(responses), responded_of(responses)
    sections = []
    for one in section_progress(question_set, answers, responded):
        earlier = before.get(one.key.value)
        version = 0 if earlier is None else earlier.version
        sections.append(
            EscortRecordSection(
                one.key, one.status, one.answered, one.outstanding, version + (one.key.value in touched)
            )
        )
    return Content(responses, tuple(sections), flags_of(question_set, answers, responded))


async def note_record(
    hand: ChangeInHand,
    before: RecordState | None,
    after: RecordState,
    responses: Mapping[str, tuple[Response, Response]] | None = None,
) -> None:
    """Write what a change made of a record into its history; `responses` are those that changed, before and after."""
    changed = responses or {}
    first = None if before is None else {**_row(before), **{key: _text(one) for key, (one, _) in changed.items()}}
    then = {**_row(after), **{key: _text(one) for key, (_, one) in changed.items()}}
    await hand.note(_thing(after), after.id, after.version, first, then)


def changed_responses(before: Responses, after: Responses) -> dict[str, tuple[Response, Response]]:
    """Return the responses that differ, as they were and as they are."""
    return {key: (before.get(key, UNANSWERED), one) for key, one in after.items() if before.get(key, UNANSWERED) != one}


def next_version(state: RecordState, **changes: object) -> RecordState:
    return replace(state, version=state.version + 1, **changes)  # type: ignore[arg-type]  # names are those of its parts


def refuse(problems: Sequence[Problem]) -> None:
    """End the change where there are problems.

    Raises:
        RuleBroken: there are.

    """
    if problems:
        raise RuleBroken(*problems)


def _thing(state: RecordState) -> ChangedThing:
    return OF_KIND[state.kind].thing


def _row(state: RecordState) -> Row:
    row: Row = {name: getattr(state, name) for name in _STATE_IN_HISTORY}
    row["prefilled_from"] = None if state.prefilled_from is None else state.prefilled_from.record_id
    if state.handover is not None:
        at = state.handover.occurred_at.isoformat()
        row["handover"] = f"{at}: {state.handover.dispatching_officer} to {state.handover.receiving_officer}"
    return row


def _text(response: Response) -> str | None:
    if response == UNANSWERED:
        return None
    told = {**answer_to_json(response.answer), "version": response.version, "reviewed": not response.needs_review}
    return orjson.dumps(told).decode()
