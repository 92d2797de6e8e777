"""What of a record is printed, and how much of it: sized to what was entered.

Questions stand below the one that revealed them. A plain no takes a word in a list, so that what matters to the escort
stands out; a question about which NOMIS has something on record is printed in full whatever its answer. What is not
answered is named.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from gateway.domain.answers import Answer, FieldAnswer, ItemsAnswer, OptionAnswer, OptionsAnswer, TextAnswer
from gateway.domain.escort_records import EscortRecordFlag, EscortRecordSection, FlagSeverity
from gateway.domain.nomis_records import NomisRecord
from gateway.domain.printed_records import (
    PrintedEntry,
    PrintedFlag,
    PrintedItem,
    PrintedLine,
    PrintedNomisRecord,
    PrintedSection,
)
from gateway.domain.questions import Question, QuestionSet, QuestionType
from gateway.domain.responses import UNANSWERED, Response, Responses, answers_of
from gateway.policies.escort_records.applying import applicable

_SEVEREST_FIRST: Final = (FlagSeverity.ALERT, FlagSeverity.WARNING, FlagSeverity.ATTENTION, FlagSeverity.INFORMATION)
_NO: Final = "no"


def printed_flags(flags: Iterable[EscortRecordFlag]) -> tuple[PrintedFlag, ...]:
    """Name each flag once, the severest first, otherwise in the order of the questions that raised them."""
    once = dict.fromkeys(PrintedFlag(flag.title, flag.severity) for flag in flags)
    return tuple(sorted(once, key=lambda flag: _SEVEREST_FIRST.index(flag.severity)))


def printed_sections(
    question_set: QuestionSet,
    sections: Iterable[EscortRecordSection],
    responses: Responses,
    nomis: Mapping[str, tuple[NomisRecord, ...]],
) -> tuple[PrintedSection, ...]:
    """Lay out the sections of a record. `nomis` are the records attached to questions, by question key."""
    asked = applicable(question_set, answers_of(responses))
    told: set[NomisRecord] = set()
    printed = []
    for section in sections:
        questions = list(_below(None, [question for question in asked if question.section is section.key]))
        entries, no, unanswered = [], [], []
        for question in questions:
            response = responses.get(question.key, UNANSWERED)
            attached = _attached(nomis.get(question.key, ()), told)
            if response.answer is None:
                unanswered.append(question)
            if _is_plain_no(question, response) and not attached:
                no.append(question)
            elif response.answer is not None or attached:
                entries.append(_entry(question_set, question, response, attached))
        printed.append(PrintedSection(section.title, section.status, tuple(entries), tuple(no), tuple(unanswered)))
    return tuple(printed)


def _below(key: str | None, questions: Sequence[Question]) -> Iterator[Question]:
    """Give the questions that one revealed, each followed by those that it reveals itself."""
    for question in questions:
        if key == (None if question.depends_on is None else question.depends_on.question_key):
            yield question
            yield from _below(question.key, questions)


def _attached(records: Iterable[NomisRecord], told: set[NomisRecord]) -> tuple[PrintedNomisRecord, ...]:
    made = tuple(PrintedNomisRecord(record, record not in told) for record in records)
    told.update(one.record for one in made)
    return made


def _is_plain_no(question: Question, response: Response) -> bool:
    if not isinstance(response.answer, OptionAnswer) or response.needs_review:
        return False
    option = question.option(response.answer.option)
    return (
        response.answer.option == _NO
        and response.answer.details is None
        and option is not None
        and not option.flags
        and not option.follow_ups
    )


def _entry(
    question_set: QuestionSet, question: Question, response: Response, attached: tuple[PrintedNomisRecord, ...]
) -> PrintedEntry:
    answer = response.answer
    items = answer.items if isinstance(answer, ItemsAnswer) else ()
    return PrintedEntry(
        question=question,
        depth=_depth(question_set, question),
        lines=() if answer is None or isinstance(answer, ItemsAnswer) else tuple(_lines(question, answer)),
        items=tuple(
            PrintedItem(tuple(_field_lines(field, item.field(field.key)) for field in question.item_questions))
            for item in items
        ),
        nomis=attached,
        copied_at=response.prefilled_at if response.needs_review else None,
    )


def _depth(question_set: QuestionSet, question: Question) -> int:
    depth = 0
    above: Question | None = question
    while above is not None and above.depends_on is not None:
        depth += 1
        above = question_set.question(above.depends_on.question_key)
    return depth


def _field_lines(field: Question, answer: FieldAnswer | None) -> tuple[PrintedLine, ...]:
    return () if answer is None else tuple(_lines(field, answer))


def _lines(question: Question, answer: Answer) -> Iterator[PrintedLine]:
    match answer:
        case OptionAnswer(option=value, details=details):
            yield PrintedLine(_label(question, value), details)
        case OptionsAnswer(options=options):
            for one in options:
                yield PrintedLine(_label(question, one.option), one.details)
            if not options and question.type is QuestionType.CHECKBOX:
                yield PrintedLine("None")
        case TextAnswer(text=text):
            yield PrintedLine(text)


def _label(question: Question, value: str) -> str:
    option = question.option(value)
    return value if option is None else option.label
