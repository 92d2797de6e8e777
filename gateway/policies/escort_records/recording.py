"""Recording answers, several at once: all or none."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.answers import Answer
from gateway.domain.problems import Problem, ProblemCode
from gateway.domain.questions import Question, QuestionSet
from gateway.policies.escort_records.applying import applies, clear
from gateway.policies.escort_records.checking import answer_problems
from gateway.policies.escort_records.tidying import tidied
from gateway.policies.escort_records.wording import named


@dataclass(frozen=True, slots=True)
class Given:
    """What an author answers to a question; None where they sent no answer at all.

    That a copied answer was reviewed and stays is given as that answer itself.
    """

    question_key: str
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The record after its answers were recorded. `cleared` are the questions, in order, whose answer went."""

    answers: Mapping[str, Answer]
    responded: frozenset[str]
    cleared: tuple[str, ...]


def given_problems(
    question_set: QuestionSet,
    answers: Mapping[str, Answer],
    given: Sequence[Given],
    *field: str,
    today: dt.date,
    with_nomis: Collection[str] = (),
) -> list[Problem]:
    """Check what an author answers, given the answers that the record has.

    Whether a question applies is decided by all answers of the call together. To answer one that does not is refused,
    so that nobody believes it was kept. `field` is the path of the answers in the input, `with_nomis` are the questions
    to which a NOMIS record is attached.
    """
    after = {**answers, **{one.question_key: one.answer for one in given if one.answer is not None}}
    found: list[Problem] = []
    for key, count in Counter(one.question_key for one in given).items():
        question = question_set.question(key)
        if question is None:
            words = f"There is no question {key[:100]!r} in version {question_set.version} of the question set."
            found.append(Problem(ProblemCode.INVALID, words, (*field, key[:100])))
        elif count > 1:
            found.append(Problem(ProblemCode.INVALID, f"{named(question)} is answered twice.", (*field, key)))
    for one in given:
        question = question_set.question(one.question_key)
        if question is None:
            continue
        if not applies(question_set, question, after):
            found.append(_not_asked(question_set, question, field))
            continue
        answer = None if one.answer is None else tidied(question, one.answer)
        found += answer_problems(question, answer, *field, today=today, nomis=question.key in with_nomis)
    return found


def record(
    question_set: QuestionSet, answers: Mapping[str, Answer], responded: Collection[str], given: Sequence[Given]
) -> Recorded:
    """Return what a record holds once answers without problems were recorded."""
    after = dict(answers)
    for one in given:
        question = question_set.question(one.question_key)
        if question is not None and one.answer is not None:
            after[question.key] = tidied(question, one.answer)
    kept = clear(question_set, after)
    answered = frozenset(responded) | {one.question_key for one in given}
    return Recorded(kept.answers, answered & kept.answers.keys(), kept.cleared)


def _not_asked(question_set: QuestionSet, question: Question, field: tuple[str, ...]) -> Problem:
    words = f"{named(question)} is not asked at present"
    parent = None if question.depends_on is None else question_set.question(question.depends_on.question_key)
    if parent is not None and question.depends_on is not None:
        option = parent.option(question.depends_on.option)
        words += f": only where {named(parent)} is answered with '{option.label if option else ''}'"
    return Problem(ProblemCode.INVALID, f"{words}.", (*field, question.key))
