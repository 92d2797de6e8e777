"""dPERs, youth risk assessments and their responses, said once more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gateway.domain.answers import Answer, ItemField, ItemsAnswer, OptionAnswer, OptionsAnswer, TextAnswer
from gateway.domain.escort_records import EscortRecordSection, QuestionRecord, YouthRiskAssessment
from gateway.domain.nomis_records import NomisRecord
from gateway.domain.questions import Question, QuestionSet, QuestionSetKind
from gateway.domain.responses import Response
from gateway.store.questions import load
from tests.scope.estates import Planned, ToldByNomis
from tests.scope.fields import Args, Asked, Field, global_id
from tests.scope.fields_of_people import person

_TITLES: Final = {
    "risk": "Risk information",
    "offence": "Offence information",
    "health": "Health information",
    "property": "Property information",
    "general_care": "General care information",
    "contacts": "Contact details",
}


@dataclass(frozen=True)
class Section:
    """A section with the record that it is of."""

    record: QuestionRecord
    section: EscortRecordSection


@dataclass(frozen=True)
class Told:
    """A question of a record, with what is kept for it and all that is."""

    record: QuestionRecord
    question: Question
    kept: Mapping[str, Response]

    @property
    def response(self) -> Response:
        return self.kept.get(self.question.key, Response())

    @property
    def applies(self) -> bool:
        needed = self.question.depends_on
        if needed is None:
            return True
        before = Told(self.record, asked_of(self.record)[needed.question_key], self.kept)
        given = before.response.answer
        chosen = [given] if isinstance(given, OptionAnswer) else getattr(given, "options", ())
        return before.applies and needed.option in [one.option for one in chosen]


def _kind(record: QuestionRecord) -> QuestionSetKind:
    return (
        QuestionSetKind.YOUTH_RISK_ASSESSMENT
        if isinstance(record, YouthRiskAssessment)
        else QuestionSetKind.ESCORT_RECORD
    )


def question_set(record: QuestionRecord) -> QuestionSet:
    return load().current(_kind(record))


def asked_of(record: QuestionRecord) -> dict[str, Question]:
    return {question.key: question for question in question_set(record).questions()}


def told(planned: Planned, record: QuestionRecord) -> list[Told]:
    kept = dict(planned.responses)
    return [Told(record, question, kept) for question in asked_of(record).values()]


def response_id(record: QuestionRecord, question_key: str) -> str:
    return global_id("PerResponse", _kind(record).value, record.id, question_key)


def _responses(asked: Asked, source: Section, _args: Args) -> list[Told]:
    planned = asked.visible[source.record.move_id]
    return [one for one in told(planned, source.record) if one.question.section is source.section.key]


def _sections(_asked: Asked, source: QuestionRecord, _args: Args) -> list[Section]:
    return [Section(source, section) for section in source.sections]


def _section(_asked: Asked, source: QuestionRecord, args: Args) -> Section:
    return next(Section(source, section) for section in source.sections if section.key.name == args["key"])


def _of_section(name: str) -> Field:
    return lambda _asked, source, _args: getattr(source.section, name)


def _of_response(name: str) -> Field:
    return lambda _asked, source, _args: getattr(source.response, name)


def _needs_review(_asked: Asked, source: Told, _args: Args) -> bool:
    return source.response.answer is not None and source.response.responded_at is None


@dataclass(frozen=True)
class _Sync:
    resource: str
    status: str
    synced_at: datetime | None


def _told_by_nomis(asked: Asked, record: QuestionRecord) -> list[ToldByNomis]:
    """Give what is kept of NOMIS for a dPER, where it is about the person whom the dPER is about."""
    kept = asked.visible[record.move_id].nomis
    if isinstance(record, YouthRiskAssessment) or kept is None or kept.about != record.prison_number:
        return []
    return list(kept.told)


def _nomis_sync(asked: Asked, source: QuestionRecord, _args: Args) -> list[_Sync]:
    told_of = {one.kind.value: one for one in _told_by_nomis(asked, source)}
    kinds = ("alert", "assessment", "contact", "personal_care_need", "reasonable_adjustment")
    return [
        _Sync(f"{kind}s", told_of[kind].state.upper(), told_of[kind].synced_at)
        if kind in told_of
        else _Sync(f"{kind}s", "NEVER", None)
        for kind in kinds
    ]


_BEARS_ON: Final = {
    ("alert", "XELH"): {"escape-risk"},
    ("alert", "HA"): {"indication-of-self-harm-or-suicide", "nature-of-self-harm", "actions-of-self-harm-undertaken"},
    ("alert", "QQQ"): {"other-risk-information"},
    ("assessment", "CSRH"): {"held-separately"},
    ("contact", "NEXTOFKIN"): {"next-of-kin"},
    ("contact", "OTHER"): set(),
    ("personal_care_need", "VI"): {"health-issues", "physical-health-needs", "requires-special-vehicle"},
}
"""On which questions the records of the estates bear."""


def _nomis_mappings(asked: Asked, source: Told, _args: Args) -> list[NomisRecord]:
    return [
        record
        for one in _told_by_nomis(asked, source.record)
        for record in one.records
        if source.question.key in _BEARS_ON[record.kind.value, record.code]
    ]


def _if(shape: type[Answer], part: str | None = None) -> Field:
    def give(_asked: Asked, source: object, _args: Args) -> object:
        if not isinstance(source, shape):
            return None
        return source if part is None else getattr(source, part)

    return give


def _of_field(shape: type[Answer], part: str) -> Field:
    def give(_asked: Asked, source: ItemField, _args: Args) -> object:
        answer: Any = source.answer
        return getattr(answer, part) if isinstance(answer, shape) else None

    return give


_BOTH: Final[dict[str, Field]] = {
    "move": lambda asked, source, _args: asked.visible[source.move_id].move,
    "person": lambda asked, source, _args: person(asked, source.prison_number),
    "sections": _sections,
    "section": _section,
    "questionSet": lambda _asked, source, _args: question_set(source),
}

FIELDS: Final[dict[str, Field]] = {
    **{
        f"{kind}.{name}": field
        for kind in ("PersonEscortRecord", "YouthRiskAssessment")
        for name, field in {
            **_BOTH,
            "nomisSync": _nomis_sync,
            "id": lambda _asked, source, _args: global_id(
                type(source).__name__.replace("EscortR", "PersonEscortR"), source.id
            ),
        }.items()
    },
    **{f"PerSection.{name}": _of_section(name) for name in ("key", "status", "answered", "outstanding", "version")},
    "PerSection.title": lambda _asked, source, _args: _TITLES[source.section.key.value],
    "PerSection.responses": _responses,
    "PerResponse.id": lambda _asked, source, _args: response_id(source.record, source.question.key),
    "PerResponse.answer": _of_response("answer"),
    "PerResponse.needsReview": _needs_review,
    "PerResponse.prefilledAt": _of_response("prefilled_at"),
    "PerResponse.nomisMappings": _nomis_mappings,
    "PerResponse.respondedAt": _of_response("responded_at"),
    "PerResponse.version": _of_response("version"),
    "NomisMapping.kind": lambda _asked, source, _args: source.kind.value,
    "PerAnswer.option": _if(OptionAnswer),
    "PerAnswer.options": _if(OptionsAnswer, "options"),
    "PerAnswer.text": _if(TextAnswer, "text"),
    "PerAnswer.items": _if(ItemsAnswer, "items"),
    "PerItemAnswer.answers": lambda _asked, source, _args: source.fields,
    "PerItemField.option": _of_field(OptionAnswer, "option"),
    "PerItemField.details": _of_field(OptionAnswer, "details"),
    "PerItemField.options": _of_field(OptionsAnswer, "options"),
    "PerItemField.text": _of_field(TextAnswer, "text"),
}
