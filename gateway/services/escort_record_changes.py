"""Changes to dPERs and youth risk assessments: their start, their answers, their confirmation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from gateway.domain.access_log import AccessAction, SubjectType
from gateway.domain.changes import Author
from gateway.domain.errors import InvalidInput, Refused
from gateway.domain.escort_records import EscortRecord, Handover, QuestionRecord, RecordKey, YouthRiskAssessment
from gateway.domain.ids import EscortRecordId, MoveId, PrisonNumber, YouthRiskAssessmentId
from gateway.domain.locations import Location
from gateway.domain.moves import Move
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.questions import QuestionSet, QuestionSetKind
from gateway.domain.scope import Scope
from gateway.domain.viewer import Viewer
from gateway.policies.escort_records.conflicts import SeenAnswer
from gateway.policies.escort_records.who import confirms, sections_of_roles, sends
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.changes import ChangeInHand, Outcome, change
from gateway.services.nomis_records import questions_with_records
from gateway.services.platform import Platform
from gateway.services.record_answering import answered
from gateway.services.record_confirming import confirmed
from gateway.services.record_kinds import OF_KIND, RecordKind
from gateway.services.record_starting import started
from gateway.services.records_in_hand import LockedRecord, locked_record, no_such_record
from gateway.store import escort_records, move_changes, nomis_refreshes
from gateway.store.escort_record_changes import RecordState

MOST_AT_ONCE = 200
"""Responses of one call; no form asks for so many."""

Work = Callable[[ChangeInHand, LockedRecord, QuestionSet, Location], Awaitable[RecordState]]


@dataclass(frozen=True, slots=True)
class RecordResponses:
    """Which record, and what its author answers. `record_id` is None where the client's id is none of such a record."""

    record_id: UUID | None
    given: tuple[SeenAnswer, ...]


class EscortRecordChanges:
    """Bound to one viewer. A record that is hidden is NOT_FOUND; one that is seen but not theirs to change, refused."""

    def __init__(
        self, platform: Platform, viewer: Viewer, scope: Scope, access: AccessRecorder, author: Author
    ) -> None:
        self._platform = platform
        self._viewer = viewer
        self._scope = scope
        self._access = access
        self._author = author

    async def start(self, kind: QuestionSetKind, move_id: MoveId | None) -> Outcome[QuestionRecord]:
        """Start the record of a move, with what may be copied from the person's last confirmed one.

        Raises:
            Refused: the viewer fills in no such records, or not those of this move.

        """
        names = OF_KIND[kind]
        self._needs(bool(sections_of_roles(self._viewer, kind)), f"Your roles do not fill in {names.noun}s.")
        places = (await self._platform.reference_book.current()).locations
        questions = self._platform.question_sets.current(kind)
        try:
            async with change(self._platform, self._author) as hand:
                move = await self._held(hand, move_id)
                self._needs(sends(self._viewer, move), f"This {names.noun} is not yours to fill in.")
                state = await started(hand, names, move, questions, places[move.from_agency])
                if kind is QuestionSetKind.ESCORT_RECORD:
                    await nomis_refreshes.hasten(hand.conn, [EscortRecordId(state.id)], at=hand.at)
        except RuleBroken as broken:
            if move_id is not None and _no_such_move() in broken.problems:
                await self._access.refused(SubjectType.MOVE, [Read(str(move_id), None)])
            return Outcome(None, broken.problems)
        self._platform.nomis_freshness.wake()
        await self._access.changed(AccessAction.CREATE, names.subject, Read(str(state.id), move.prison_number))
        return Outcome(await self._as_it_is(state))

    async def _held(self, hand: ChangeInHand, move_id: MoveId | None) -> Move:
        move = None if move_id is None else await move_changes.hold(hand.conn, move_id, within=self._scope)
        if move is None:
            raise RuleBroken(_no_such_move())
        return move

    async def record(self, kind: QuestionSetKind, asked: RecordResponses) -> Outcome[QuestionRecord]:
        """Record answers, all or none.

        Raises:
            Refused: the viewer fills in no such records, not those of this move, or not one of these sections.
            InvalidInput: there are none, or too many.

        """
        noun = OF_KIND[kind].noun
        sections = sections_of_roles(self._viewer, kind)
        self._needs(bool(sections), f"Your roles do not fill in {noun}s.")
        if not 1 <= len(asked.given) <= MOST_AT_ONCE:
            raise InvalidInput(f"Send 1 to {MOST_AT_ONCE} responses.", field=("input", "responses"))

        async def work(
            hand: ChangeInHand, locked: LockedRecord, question_set: QuestionSet, _start: Location
        ) -> RecordState:
            asked_of = [question_set.question(one.question_key) for one in asked.given]
            self._needs(
                all(question is None or question.section in sections for question in asked_of),
                "Your roles fill in the health section only.",
            )
            key = RecordKey(kind, locked.state.id, question_set.version)
            with_nomis = await questions_with_records(hand.conn, key, question_set, within=self._scope)
            return await answered(hand, locked, question_set, asked.given, with_nomis)

        return await self._change(kind, asked.record_id, AccessAction.UPDATE, work)

    async def confirm(
        self, kind: QuestionSetKind, record_id: UUID | None, version: int | None, handover: Handover | None
    ) -> Outcome[QuestionRecord]:
        """Confirm a complete record and hand it over, or add who handed over to whom to a confirmed dPER.

        Raises:
            Refused: the viewer confirms no such records, or not those of this move.

        """
        self._needs(confirms(self._viewer, kind), f"Your roles do not confirm {OF_KIND[kind].noun}s.")

        async def work(
            hand: ChangeInHand, locked: LockedRecord, question_set: QuestionSet, start: Location
        ) -> RecordState:
            return await confirmed(hand, locked, question_set, version, handover, start)

        return await self._change(kind, record_id, AccessAction.CONFIRM, work)

    async def _change(
        self, kind: QuestionSetKind, record_id: UUID | None, action: AccessAction, work: Work
    ) -> Outcome[QuestionRecord]:
        names = OF_KIND[kind]
        places = (await self._platform.reference_book.current()).locations
        try:
            async with change(self._platform, self._author) as hand:
                locked = await locked_record(hand, names, record_id, self._scope)
                self._needs(sends(self._viewer, locked.move), f"This {names.noun} is not yours to fill in.")
                questions = self._platform.question_set(kind, locked.state.question_set_version)
                state = await work(hand, locked, questions, places[locked.move.from_agency])
        except RuleBroken as broken:
            await self._note_refused(names, record_id, broken)
            return Outcome(None, broken.problems)
        await self._note(names, state, locked, action)
        return Outcome(await self._as_it_is(state))

    async def _note(self, names: RecordKind, state: RecordState, locked: LockedRecord, action: AccessAction) -> None:
        number: PrisonNumber | None = locked.move.prison_number
        read = Read(str(state.id), number)
        if state.version == locked.state.version:
            await self._access.viewed(names.subject, [read])
        else:
            await self._access.changed(action, names.subject, read)

    async def _note_refused(self, names: RecordKind, record_id: UUID | None, broken: RuleBroken) -> None:
        if record_id is not None and no_such_record(names) in broken.problems:
            await self._access.refused(names.subject, [Read(str(record_id), None)])

    async def _as_it_is(self, state: RecordState) -> EscortRecord | YouthRiskAssessment | None:
        """Read a record that was just changed; by now it may have changed once more."""
        async with self._platform.database.read() as connection:
            if state.kind is QuestionSetKind.ESCORT_RECORD:
                record_id = EscortRecordId(state.id)
                return (await escort_records.by_ids(connection, [record_id], within=self._scope)).get(record_id)
            assessment_id = YouthRiskAssessmentId(state.id)
            found = await escort_records.assessments_by_ids(connection, [assessment_id], within=self._scope)
            return found.get(assessment_id)

    @staticmethod
    def _needs(met: bool, words: str) -> None:  # noqa: FBT001 - reads as a sentence
        if not met:
            raise Refused(words)


def _no_such_move() -> Problem:
    return problem(ProblemCode.NOT_FOUND, "There is no such move.", "moveId")
