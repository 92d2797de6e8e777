"""Which questions apply, and which answers go when others change.

A question that hangs on another one applies only while that one applies itself and has the revealing option in its
answer. An answer to a question that no longer applies is not kept: what was said under another assumption must not
come back unseen when that assumption returns.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.answers import Answer, options_of
from gateway.domain.questions import Question, QuestionSet


@dataclass(frozen=True, slots=True)
class Kept:
    """Answers after clearing. `cleared` are the questions, in order, whose answer went."""

    answers: Mapping[str, Answer]
    cleared: tuple[str, ...]


def applies(question_set: QuestionSet, question: Question, answers: Mapping[str, Answer]) -> bool:
    """Say whether a question is asked, given the answers by question key."""
    asked: Question | None = question
    while asked is not None and asked.depends_on is not None:
        if asked.depends_on.option not in options_of(answers.get(asked.depends_on.question_key)):
            return False
        asked = question_set.question(asked.depends_on.question_key)
    return asked is not None


def applicable(question_set: QuestionSet, answers: Mapping[str, Answer]) -> tuple[Question, ...]:
    """Return the questions that apply, in order, without the fields of items."""
    return tuple(question for question in question_set.questions() if applies(question_set, question, answers))


def clear(question_set: QuestionSet, answers: Mapping[str, Answer]) -> Kept:
    """Drop the answers to questions that do not apply: all that hangs, however deep, on an option no longer chosen."""
    asked = {question.key for question in applicable(question_set, answers)}
    return Kept(
        {key: answer for key, answer in answers.items() if key in asked},
        tuple(question.key for question in question_set.questions() if question.key in answers.keys() - asked),
    )
