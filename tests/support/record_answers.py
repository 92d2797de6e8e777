"""Answers to whole forms, as clients send them."""

from functools import cache
from typing import Any, Final

from gateway.domain.questions import DetailsNeed, Question, QuestionSetKind, QuestionType
from gateway.store.questions import load

_TEXTS: Final = {"current-offences": "Theft.", "first-time-in-custody-date": "2024-05"}


@cache
def questions(kind: QuestionSetKind = QuestionSetKind.ESCORT_RECORD) -> dict[str, Question]:
    """Give the questions in force by their keys, in order."""
    return {question.key: question for question in load().current(kind).questions()}


def plain(question: Question) -> dict[str, Any]:
    """Answer a question with the least there is to say."""
    if question.type is QuestionType.RADIO:
        options = [one for one in question.options if one.details is DetailsNeed.NONE and not one.follow_ups]
        chosen = next((one for one in options if not one.flags), options[0])
        return {"questionKey": question.key, "option": chosen.value}
    if question.type is QuestionType.CHECKBOX and not question.required:
        return {"questionKey": question.key, "options": []}
    return {"questionKey": question.key, "text": _TEXTS.get(question.key, "Nothing to add.")}


def whole(kind: QuestionSetKind = QuestionSetKind.ESCORT_RECORD) -> list[dict[str, Any]]:
    """Answer all that is asked at first, so that nothing more is revealed and the record is complete."""
    return [plain(question) for question in questions(kind).values() if question.depends_on is None]
