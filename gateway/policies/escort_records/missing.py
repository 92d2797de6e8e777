"""What is missing before a record can be confirmed, in words that say where to go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gateway.domain.answers import Answer
from gateway.domain.problems import Problem, ProblemCode
from gateway.domain.questions import Question, QuestionSet, Section
from gateway.policies.escort_records.applying import applicable
from gateway.policies.escort_records.wording import named


@dataclass(frozen=True, slots=True)
class Missing:
    """A question that applies and is not answered; `to_review` where a copied answer waits to be reviewed."""

    section: Section
    question: Question
    to_review: bool


def missing(
    question_set: QuestionSet, answers: Mapping[str, Answer], responded: Collection[str]
) -> tuple[Missing, ...]:
    """Return the questions that are outstanding, in order. `responded` are those that an author gave or reviewed."""
    asked = {question.key for question in applicable(question_set, answers)}
    return tuple(
        Missing(section, question, question.key in answers)
        for section in question_set.sections
        for question in section.questions
        if question.key in asked and question.key not in responded
    )


def missing_problems(found: Collection[Missing], *field: str) -> list[Problem]:
    """Tell what is missing: an INCOMPLETE problem for each question, at `field`, its section and its key."""
    return [
        Problem(
            ProblemCode.INCOMPLETE,
            f"{one.section.title}: {named(one.question)} "
            + ("was copied from an earlier record and is not reviewed." if one.to_review else "is not answered."),
            (*field, one.section.key.value, one.question.key),
        )
        for one in found
    ]
