"""dPERs and youth risk assessments of moves that the viewer may see."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from gateway.domain.access_log import SubjectType
from gateway.domain.escort_records import EscortRecord, QuestionRecord, RecordKey, SectionKey, YouthRiskAssessment
from gateway.domain.ids import EscortRecordId, MoveId, YouthRiskAssessmentId
from gateway.domain.nomis_records import NomisRecord
from gateway.domain.questions import QuestionSet, QuestionSetKind
from gateway.domain.responses import UNANSWERED, QuestionResponse, Response, Responses, answers_of
from gateway.domain.scope import Scope
from gateway.policies.escort_records.applying import applies
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.nomis_records import NomisRecords
from gateway.services.platform import Platform
from gateway.store import escort_records

SectionOf = tuple[RecordKey, SectionKey]


class EscortRecords:
    def __init__(self, platform: Platform, scope: Scope, access: AccessRecorder) -> None:
        self._platform = platform
        self._scope = scope
        self._access = access
        self._nomis = NomisRecords(platform, scope)

    async def by_ids(self, ids: Sequence[EscortRecordId]) -> Mapping[EscortRecordId, EscortRecord]:
        found = await escort_records.by_ids(self._platform.database, ids, within=self._scope)
        await self._viewed(SubjectType.ESCORT_RECORD, found.values())
        return found

    async def by_moves(self, ids: Sequence[MoveId]) -> Mapping[MoveId, EscortRecord]:
        found = await escort_records.by_moves(self._platform.database, ids, within=self._scope)
        await self._viewed(SubjectType.ESCORT_RECORD, found.values())
        return found

    async def assessments_by_ids(
        self, ids: Sequence[YouthRiskAssessmentId]
    ) -> Mapping[YouthRiskAssessmentId, YouthRiskAssessment]:
        found = await escort_records.assessments_by_ids(self._platform.database, ids, within=self._scope)
        await self._viewed(SubjectType.YOUTH_RISK_ASSESSMENT, found.values())
        return found

    async def assessments_by_moves(self, ids: Sequence[MoveId]) -> Mapping[MoveId, YouthRiskAssessment]:
        found = await escort_records.assessments_by_moves(self._platform.database, ids, within=self._scope)
        await self._viewed(SubjectType.YOUTH_RISK_ASSESSMENT, found.values())
        return found

    async def responses_by_sections(self, keys: Sequence[SectionOf]) -> Mapping[SectionOf, Sequence[QuestionResponse]]:
        """Give the questions of sections, in order, with what their records hold for them: a statement for each kind.

        And with what NOMIS has on them, as far as it is known. A section of a record that is out of scope has none.
        """
        found: dict[SectionOf, Sequence[QuestionResponse]] = {}
        kept: dict[UUID, dict[str, Response]] = {}
        async with self._platform.database.read() as connection:
            for kind in sorted({record.kind for record, _ in keys}):
                ids = {record.id for record, _ in keys if record.kind is kind}
                kept |= await escort_records.responses_by_records(connection, kind, ids, within=self._scope)
        nomis = await self._nomis.by_questions(list({record for record, _ in keys if record.id in kept}))
        for record, section in keys:
            if record.id in kept:
                questions = self._platform.question_set(record.kind, record.question_set_version)
                on_it = nomis.get(record, {})
                found[record, section] = tuple(_of_section(record, questions, section, kept[record.id], on_it))
        return found

    def question_set(self, kind: QuestionSetKind, version: str) -> QuestionSet:
        """Give the questions of a record."""
        return self._platform.question_set(kind, version)

    async def note_refused(self, ids: Sequence[EscortRecordId]) -> None:
        """Note that ids were asked for and gave nothing."""
        await self._access.refused(SubjectType.ESCORT_RECORD, (Read(str(record_id), None) for record_id in ids))

    async def note_refused_assessment(self, assessment_id: YouthRiskAssessmentId) -> None:
        """Note that an id was asked for and gave nothing."""
        await self._access.refused(SubjectType.YOUTH_RISK_ASSESSMENT, [Read(str(assessment_id), None)])

    async def _viewed(self, subject: SubjectType, seen: Iterable[QuestionRecord]) -> None:
        await self._access.viewed(subject, (Read(str(record.id), record.prison_number) for record in seen))


def _of_section(
    record: RecordKey,
    questions: QuestionSet,
    section: SectionKey,
    responses: Responses,
    nomis: Mapping[str, tuple[NomisRecord, ...]],
) -> Iterator[QuestionResponse]:
    answers = answers_of(responses)
    for question in questions.questions(section):
        yield QuestionResponse(
            record,
            question,
            responses.get(question.key, UNANSWERED),
            applies=applies(questions, question, answers),
            nomis=nomis.get(question.key, ()),
        )
