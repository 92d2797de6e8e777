"""Two authors of one record: nobody overwrites what they have not seen.

An author says which version of a response they saw. One that changed since is a conflict on that question alone, told
with the answer that stands. Who says no version answers only what nobody has answered. Giving the answer that stands is
no conflict: both say the same, and a request that is sent again changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.answers import Answer, FieldAnswer, ItemsAnswer, OptionAnswer, OptionsAnswer, TextAnswer
from gateway.domain.problems import Problem, ProblemCode
from gateway.domain.questions import Question, QuestionSet
from gateway.domain.responses import UNANSWERED, Response, Responses
from gateway.policies.escort_records.tidying import tidied
from gateway.policies.escort_records.wording import named

_LONGEST_QUOTE = 500


@dataclass(frozen=True, slots=True)
class SeenAnswer:
    """What an author answers, and which version of the response they saw. `reviewed`: what stands is right."""

    question_key: str
    answer: Answer | None
    version: int | None = None
    reviewed: bool = False


def is_said_already(question: Question, given: SeenAnswer, stands: Response) -> bool:
    """Say whether an author says what stands, and was said by an author before."""
    if stands.responded_at is None:
        return False
    if given.reviewed:
        return given.version in {None, stands.version}
    return given.answer is not None and tidied(question, given.answer) == stands.answer


def conflicts(
    question_set: QuestionSet, responses: Responses, given: Sequence[SeenAnswer], *field: str
) -> list[Problem]:
    """Find what changed under an author: one CONFLICT for each such question, at `field` and its key."""
    found = []
    for one in given:
        question = question_set.question(one.question_key)
        stands = responses.get(one.question_key, UNANSWERED)
        if question is None or is_said_already(question, one, stands) or not _has_changed(one, stands):
            continue
        words = f"{named(question)} {_how_it_stands(question, stands)}"
        found.append(Problem(ProblemCode.CONFLICT, words, (*field, question.key)))
    return found


def _has_changed(given: SeenAnswer, stands: Response) -> bool:
    if given.version is None:
        return stands.responded_at is not None
    return given.version != stands.version


def _how_it_stands(question: Question, stands: Response) -> str:
    if stands.answer is None:
        return f"was changed by someone else: it has no answer now (version {stands.version})."
    what = f"{in_words(question, stands.answer)} (version {stands.version})"
    if stands.responded_at is None:
        return f"holds another answer by now: {what}, copied and to be reviewed."
    return f"was answered by someone else: {what}."


def in_words(question: Question, answer: Answer) -> str:
    """Say an answer as a person would read it."""
    match answer:
        case ItemsAnswer(items=items):
            said = "; ".join(
                ", ".join(
                    f"{field.summary}: {_plain(field, given)}"
                    for field in question.item_questions
                    if (given := item.field(field.key)) is not None
                )
                for item in items
            )
            return _quoted(said)
        case _:
            return _quoted(_plain(question, answer))


def _plain(question: Question, answer: FieldAnswer) -> str:
    match answer:
        case OptionAnswer():
            return _option(question, answer)
        case OptionsAnswer(options=options):
            return "; ".join(_option(question, one) for one in options) or "none of the options"
        case TextAnswer(text=text):
            return text


def _option(question: Question, answer: OptionAnswer) -> str:
    option = question.option(answer.option)
    label = answer.option if option is None else option.label
    return label if answer.details is None else f"{label}: {answer.details}"


def _quoted(said: str) -> str:
    return f"'{said if len(said) <= _LONGEST_QUOTE else said[: _LONGEST_QUOTE - 1] + '…'}'"
