"""Whether an answer fits its question. Every problem names the question, in words and by its key.

Details that a question requires are waived by an attached NOMIS record only where the question says so. The service
that ran before waived all of them, also where NOMIS has nothing to say about what is asked.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Final

from gateway.domain.answers import Answer, Item, ItemsAnswer, OptionAnswer, OptionsAnswer, TextAnswer
from gateway.domain.problems import Problem, ProblemCode
from gateway.domain.questions import DetailsNeed, Option, Question, QuestionType, TextFormat
from gateway.policies.escort_records.formats import format_problem
from gateway.policies.escort_records.wording import named

LONGEST: Final = {QuestionType.TEXT: 500, QuestionType.TEXTAREA: 10_000}
"""Characters of a text, by the type of its question."""
LONGEST_DETAILS: Final = 5_000
MOST_ITEMS: Final = 200

_HOW: Final = {
    QuestionType.RADIO: "one option",
    QuestionType.CHECKBOX: "a list of options",
    QuestionType.TEXT: "a text",
    QuestionType.TEXTAREA: "a text",
    QuestionType.ITEMS: "a list of items",
}


@dataclass(frozen=True, slots=True)
class _Context:
    """Where an answer stands in the input, what it is called, and what is true at the moment."""

    name: str
    path: tuple[str, ...]
    today: dt.date
    nomis: bool

    def invalid(self, words: str, *below: str) -> Problem:
        return Problem(ProblemCode.INVALID, f"{self.name} {words}", (*self.path, *below))

    def required(self, words: str, *below: str) -> Problem:
        return Problem(ProblemCode.REQUIRED, f"{self.name} {words}", (*self.path, *below))


def answer_problems(
    question: Question, answer: Answer | None, *field: str, today: dt.date, nomis: bool = False
) -> list[Problem]:
    """Check a tidied answer to a question that applies.

    `field` is the path of the answers in the input: a problem stands at `field`, the key of the question, and the part
    of the answer. `nomis`: a NOMIS record is attached to the question. `today` is the business day.
    """
    return _problems(question, answer, _Context(named(question), (*field, question.key), today, nomis))


def _problems(  # noqa: PLR0911 - one for each type
    question: Question, answer: Answer | None, at: _Context
) -> list[Problem]:
    match question.type, answer:
        case _, None:
            return [at.required("needs an answer.")]
        case QuestionType.RADIO, OptionAnswer():
            return _option_problems(question, answer, at, "option", "details")
        case QuestionType.CHECKBOX, OptionsAnswer():
            return _options_problems(question, answer, at)
        case ((QuestionType.TEXT | QuestionType.TEXTAREA), TextAnswer(text=text)):
            if not text:
                return [at.required("needs an answer.", "text")]
            return _text_problems(text, question.format, LONGEST[question.type], at, "text")
        case QuestionType.ITEMS, ItemsAnswer():
            return _items_problems(question, answer, at)
        case _:
            return [at.invalid(f"is answered with {_HOW[question.type]}.")]


def _option_problems(
    question: Question, answer: OptionAnswer, at: _Context, place: str, *details: str
) -> list[Problem]:
    option = question.option(answer.option)
    if option is None:
        known = ", ".join(one.value for one in question.options)
        # What was sent is not repeated: it may be a text of any length, given in the wrong place.
        return [at.invalid(f"has no such option; it has {known}.", place)]
    return _details_problems(option, answer.details, at, details)


def _options_problems(question: Question, answer: OptionsAnswer, at: _Context) -> list[Problem]:
    if not answer.options and question.required:
        return [at.required("needs at least one option.", "options")]
    found: list[Problem] = []
    known = {option.value for option in question.options}
    if any(one.option not in known for one in answer.options):
        found.append(
            at.invalid(f"has no such option; it has {', '.join(one.value for one in question.options)}.", "options")
        )
    twice = [value for value, count in Counter(one.option for one in answer.options).items() if count > 1]
    found += [at.invalid(f"has the option {value} twice.", "options", value) for value in twice if value in known]
    for one in answer.options:
        if one.option in known and one.option not in twice:
            found += _option_problems(question, one, at, "options", "options", one.option, "details")
    return found


def _details_problems(option: Option, details: str | None, at: _Context, place: tuple[str, ...]) -> list[Problem]:
    if details is None:
        waived = at.nomis and option.details is DetailsNeed.REQUIRED_UNLESS_NOMIS
        if option.details in {DetailsNeed.NONE, DetailsNeed.OPTIONAL} or waived:
            return []
        return [at.required(f"needs details for '{option.label}'.", *place)]
    if option.details is DetailsNeed.NONE:
        return [at.invalid(f"takes no details for '{option.label}'.", *place)]
    return _text_problems(details, option.details_format, LONGEST_DETAILS, at, *place)


def _text_problems(text: str, form: TextFormat, longest: int, at: _Context, *place: str) -> list[Problem]:
    if len(text) > longest:
        return [at.invalid(f"may have {longest} characters at most.", *place)]
    if any(not _may_be_kept(character) for character in text):
        return [at.invalid("holds characters that cannot be kept.", *place)]
    words = format_problem(form, text, at.today)
    return [] if words is None else [at.invalid(words, *place)]


def _may_be_kept(character: str) -> bool:
    """Tell characters of a text from NUL, other controls, and halves of surrogate pairs."""
    return character in "\n\t" or not (
        character < " " or "\x7f" <= character <= "\x9f" or "\ud800" <= character <= "\udfff"
    )


def _items_problems(question: Question, answer: ItemsAnswer, at: _Context) -> list[Problem]:
    if not answer.items:
        return [at.required(f"needs at least one {question.item_name or 'item'}.", "items")]
    if len(answer.items) > MOST_ITEMS:
        return [at.invalid(f"may have {MOST_ITEMS} items at most.", "items")]
    return [
        problem for number, item in enumerate(answer.items) for problem in _item_problems(question, item, number, at)
    ]


def _item_problems(question: Question, item: Item, number: int, at: _Context) -> list[Problem]:
    name = f"{at.name}, {question.item_name or 'item'} {number + 1}"
    path = (*at.path, "items", str(number))
    counts = Counter(one.question_key for one in item.fields)
    found: list[Problem] = []
    if any(question.item_question(key) is None for key in counts):
        known = ", ".join(one.key for one in question.item_questions)
        found.append(Problem(ProblemCode.INVALID, f"{name}: there is no such field; there are {known}.", path))
    for field in question.item_questions:
        below = _Context(f"{name}, {named(field)}", (*path, field.key), at.today, at.nomis)
        if counts[field.key] > 1:
            found.append(below.invalid("is answered twice."))
        elif counts[field.key] or field.required:
            found += _problems(field, item.field(field.key), below)
    return found
