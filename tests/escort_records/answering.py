"""Answers to any question, for tests: what each needs, and no more."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from gateway.domain.answers import (
    Answer,
    FieldAnswer,
    Item,
    ItemField,
    ItemsAnswer,
    OptionAnswer,
    OptionsAnswer,
    TextAnswer,
)
from gateway.domain.questions import (
    DetailsNeed,
    Option,
    Question,
    QuestionSet,
    QuestionSetKind,
    QuestionType,
    TextFormat,
)
from gateway.store.questions import load

PER: Final = load().current(QuestionSetKind.ESCORT_RECORD)
YOUTH: Final = load().current(QuestionSetKind.YOUTH_RISK_ASSESSMENT)
TODAY: Final = date(2026, 11, 24)

_TEXTS: Final = {
    TextFormat.WORDS: "words",
    TextFormat.CHILD_DATE_OF_BIRTH: "2026-02-28",
    TextFormat.PARTIAL_PAST_DATE: "2026-03",
    TextFormat.PAST_DATE_OR_WORDS: "2026-11-01",
    TextFormat.TIME_GIVEN: "08:00",
    TextFormat.TIME_DUE: "2026-11-24 20:00",
    TextFormat.POUNDS: "12.50",
}


def question(key: str, asked: QuestionSet = PER) -> Question:
    found = asked.question(key)
    assert found is not None
    return found


def chosen(option: Option) -> OptionAnswer:
    """Choose an option, with details where it needs them."""
    needed = option.details in {DetailsNeed.REQUIRED, DetailsNeed.REQUIRED_UNLESS_NOMIS}
    return OptionAnswer(option.value, _TEXTS[option.details_format] if needed else None)


def answer_of(asked: Question, *values: str) -> Answer:
    """Answer a question, with certain options or with its last one."""
    match asked.type:
        case QuestionType.RADIO | QuestionType.CHECKBOX | QuestionType.TEXT | QuestionType.TEXTAREA:
            return field_answer(asked, *values)
        case QuestionType.ITEMS:
            fields = tuple(ItemField(field.key, field_answer(field)) for field in asked.item_questions)
            return ItemsAnswer((Item(fields),))


def field_answer(asked: Question, *values: str) -> FieldAnswer:
    options = [option for option in asked.options if option.value in values] or list(asked.options[-1:])
    match asked.type:
        case QuestionType.RADIO:
            return chosen(options[0])
        case QuestionType.CHECKBOX:
            return OptionsAnswer(tuple(chosen(option) for option in options))
        case _:
            return TextAnswer(_TEXTS[asked.format])


def with_field(asked: Question, key: str, given: FieldAnswer | None) -> ItemsAnswer:
    """Answer a list of items with one item, whose one field is answered so, or not at all."""
    fields = []
    for field in asked.item_questions:
        answer = given if field.key == key else field_answer(field)
        if answer is not None:
            fields.append(ItemField(field.key, answer))
    return ItemsAnswer((Item(tuple(fields)),))


def revealing(asked: QuestionSet, one: Question) -> dict[str, Answer]:
    """Give the answers that make a question apply, and no others."""
    answers: dict[str, Answer] = {}
    while one.depends_on is not None:
        parent = question(one.depends_on.question_key, asked)
        answers[parent.key] = answer_of(parent, one.depends_on.option)
        one = parent
    return answers


def complete(asked: QuestionSet) -> dict[str, Answer]:
    """Answer everything, each with its first option, so that every question applies."""
    return {one.key: answer_of(one, *(option.value for option in one.options[:1])) for one in asked.questions()}


def every(asked: QuestionSet) -> Iterator[tuple[Question, Question | None]]:
    """Give all questions, and the fields of items with the question that they belong to."""
    for one in asked.questions():
        yield one, None
        for field in one.item_questions:
            yield field, one
