"""What the answers mark a person with.

A flag stands as long as its option is chosen in an answer that an author gave or reviewed; details do not matter. One
that an item raises (medication while moving) counts like any other.
"""

from collections.abc import Collection, Iterator, Mapping

from gateway.domain.answers import Answer, ItemsAnswer, options_of
from gateway.domain.escort_records import EscortRecordFlag
from gateway.domain.questions import Question, QuestionSet
from gateway.policies.escort_records.applying import applicable


def flags_of(
    question_set: QuestionSet, answers: Mapping[str, Answer], responded: Collection[str]
) -> tuple[EscortRecordFlag, ...]:
    """Return the flags in the order of their questions: one for each question and flag.

    `responded` are the questions whose answer an author gave or reviewed. The question of a flag that an item raises is
    the item's field.
    """
    found: dict[EscortRecordFlag, None] = {}
    for question in applicable(question_set, answers):
        if question.key in responded and question.key in answers:
            found |= dict.fromkeys(_raised(question, answers[question.key]))
    return tuple(found)


def _raised(question: Question, answer: Answer) -> Iterator[EscortRecordFlag]:
    chosen = options_of(answer)
    for option in question.options:
        if option.value in chosen:
            for flag in option.flags:
                yield EscortRecordFlag(flag.key, flag.title, flag.severity, question.key)
    if isinstance(answer, ItemsAnswer):
        for field in question.item_questions:
            for item in answer.items:
                given = item.field(field.key)
                if given is not None:
                    yield from _raised(field, given)
