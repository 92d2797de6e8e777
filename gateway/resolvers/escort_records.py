"""Fields of dPERs, youth risk assessments and their responses."""

from collections.abc import Sequence
from typing import Annotated, Final

import strawberry

from gateway.context import Info
from gateway.domain.answers import (
    Answer,
    Item,
    ItemField,
    ItemsAnswer,
    OptionAnswer,
    OptionsAnswer,
    TextAnswer,
)
from gateway.domain.errors import InvalidInput
from gateway.domain.escort_records import (
    EscortRecord,
    EscortRecordSection,
    Prefill,
    QuestionRecord,
    RecordKey,
    SectionKey,
    YouthRiskAssessment,
)
from gateway.domain.ids import MoveId
from gateway.domain.moves import Move
from gateway.domain.questions import QuestionSet, QuestionSetKind
from gateway.domain.responses import QuestionResponse
from gateway.resolvers.global_ids import NodeType, encode
from gateway.resolvers.relations import Relation

SectionOf = tuple[RecordKey, SectionKey]

PRINT_PATH: Final = "/person-escort-records/{}/print"
"""Where a dPER is printed, by its global id; the same with `.pdf` is the PDF."""


def _move_id(root: QuestionRecord) -> MoveId:
    return root.move_id


def _section_of(root: EscortRecordSection) -> SectionOf | None:
    return None if root.record is None else (root.record, root.key)


MOVE: Relation[QuestionRecord, MoveId, Move | None] = Relation(
    bulk=lambda services: services.moves.by_ids, key=_move_id, missing=None
)
RESPONSES: Relation[EscortRecordSection, SectionOf, Sequence[QuestionResponse]] = Relation(
    bulk=lambda services: services.escort_records.responses_by_sections, key=_section_of, missing=()
)


def section(
    root: QuestionRecord, key: Annotated[SectionKey, strawberry.argument(description="Which section.")]
) -> EscortRecordSection:
    found = next((section for section in root.sections if section.key is key), None)
    if found is None:
        raise InvalidInput("This form has no such section.", field=("section", "key"))
    return found


def question_set(root: EscortRecord, info: Info) -> QuestionSet:
    kind = QuestionSetKind.ESCORT_RECORD
    return info.context.services.escort_records.question_set(kind, root.question_set_version)


def assessment_question_set(root: YouthRiskAssessment, info: Info) -> QuestionSet:
    kind = QuestionSetKind.YOUTH_RISK_ASSESSMENT
    return info.context.services.escort_records.question_set(kind, root.question_set_version)


def print_url(root: EscortRecord) -> str:
    return PRINT_PATH.format(encode(NodeType.PERSON_ESCORT_RECORD, root.id))


def prefill_record_id(root: Prefill, node_type: NodeType) -> strawberry.ID:
    return strawberry.ID(encode(node_type, root.record_id))


def response_key(root: QuestionResponse) -> tuple[object, ...]:
    return (root.record.kind.value, root.record.id, root.question.key)


def answer(root: QuestionResponse) -> Answer | None:
    return root.response.answer


def needs_review(root: QuestionResponse) -> bool:
    return root.response.needs_review


def option(root: Answer | ItemField) -> OptionAnswer | None:
    return root if isinstance(root, OptionAnswer) else None


def options(root: Answer) -> Sequence[OptionAnswer] | None:
    return root.options if isinstance(root, OptionsAnswer) else None


def text(root: Answer) -> str | None:
    return root.text if isinstance(root, TextAnswer) else None


def items(root: Answer) -> Sequence[Item] | None:
    return root.items if isinstance(root, ItemsAnswer) else None


def field_option(root: ItemField) -> str | None:
    return root.answer.option if isinstance(root.answer, OptionAnswer) else None


def field_options(root: ItemField) -> Sequence[OptionAnswer] | None:
    return root.answer.options if isinstance(root.answer, OptionsAnswer) else None


def field_text(root: ItemField) -> str | None:
    return root.answer.text if isinstance(root.answer, TextAnswer) else None


def field_details(root: ItemField) -> str | None:
    return root.answer.details if isinstance(root.answer, OptionAnswer) else None
