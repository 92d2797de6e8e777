"""What is copied from the record that a person had before.

Answers are matched by the key of their question, so that they come over between versions. An item's fields are copied
one by one. What does not fit the set of the new record is left out: it is asked anew. So is what a copied answer no
longer reveals.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final

from gateway.domain.answers import Answer, Item, ItemField, ItemsAnswer
from gateway.domain.problems import ProblemCode
from gateway.domain.questions import Question, QuestionSet
from gateway.policies.escort_records.applying import clear
from gateway.policies.escort_records.checking import answer_problems

NEVER: Final = frozenset(
    {
        "medication-while-moving",
        "travelling-with-child",
        "child-full-name",
        "child-date-of-birth",
        "history-of-self-harm-recency",
        "property-being-moved",
        "property-bags",
        "property-bag-seal-number",
        "property-bag-type",
    }
)
"""True of one journey only, so that yesterday's answer is a danger: never copied, whatever a question set says."""


def prefilled(question_set: QuestionSet, earlier: Mapping[str, Answer], *, today: dt.date) -> Mapping[str, Answer]:
    """Return the answers that a new record starts with, from those of the person's last confirmed one.

    None of them counts as answered before an author reviewed it. One may be incomplete: details that a NOMIS record
    made unnecessary then, or the fields of a medicine that are asked anew each time. To review it unchanged, it has to
    hold like any answer. `today` is the business day.
    """
    copied: dict[str, Answer] = {}
    for question in question_set.questions():
        answer = _copied(question, earlier.get(question.key), today)
        if answer is not None:
            copied[question.key] = answer
    return clear(question_set, copied).answers


def may_prefill(question: Question) -> bool:
    return question.prefill and question.key not in NEVER


def _copied(question: Question, answer: Answer | None, today: dt.date) -> Answer | None:
    if isinstance(answer, ItemsAnswer):
        items = tuple(
            Item(fields) for item in answer.items if (fields := tuple(_copied_fields(question, item.fields, today)))
        )
        return ItemsAnswer(items) if items and question.key not in NEVER else None
    if answer is None or not may_prefill(question) or not _fits(question, answer, today):
        return None
    return answer


def _copied_fields(question: Question, fields: Iterable[ItemField], today: dt.date) -> Iterable[ItemField]:
    for one in fields:
        field = question.item_question(one.question_key)
        if field is not None and may_prefill(field) and _fits(field, one.answer, today):
            yield one


def _fits(question: Question, answer: Answer, today: dt.date) -> bool:
    """Say whether nothing is wrong with an answer except what it lacks."""
    return all(one.code is ProblemCode.REQUIRED for one in answer_problems(question, answer, today=today))
