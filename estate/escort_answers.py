"""What is answered in an escort record, and the progress and the marks that follow; made once for each combination."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from estate.escort_questions import FACTS, FLAGS, NO, PROPERTY, QUESTIONS, Answer, Asked
from estate.model import Flag, Section, SectionKey, SectionStatus

EVERYTHING: Final = (1.0, 1.0, 1.0, 1.0)
NOTHING: Final = (0.0, 0.0, 0.0, 0.0)
# Health staff often come last, so most of the half-done records lack health and property.
HALF_DONE: Final = (
    (1.0, 1.0, 0.0, 0.0),
    (1.0, 0.5, 0.0, 0.0),
    (0.6, 0.0, 0.0, 0.0),
    (1.0, 1.0, 0.5, 0.0),
    (1.0, 1.0, 1.0, 0.7),
    (0.0, 1.0, 1.0, 0.0),
    (0.3, 0.2, 0.2, 0.4),
)
"""How much of each section is answered."""

Shares = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Content:
    """`responses` by question key; `sections` are all four, in order."""

    responses: Mapping[str, Answer]
    sections: tuple[Section, ...]
    flags: tuple[Flag, ...]


@cache
def content(facts: frozenset[int], shares: Shares, *, with_property: bool) -> Content:
    """Answer so much of each section of the record of somebody of whom some facts are true, question after question."""
    said: dict[str, Answer] = {}
    for number in sorted(facts):
        said.update(FACTS[number])
    if with_property:
        said.update(PROPERTY)
    responses: dict[str, Answer] = {}
    sections = []
    for key, share in zip(SectionKey, shares, strict=True):
        asked = [one for one in QUESTIONS if one.section is key]
        most = round(share * sum(_applies(one, said) for one in asked))
        for one in asked:
            if len(_answered(key, responses)) < most and _applies(one, responses):
                responses[one.key] = said.get(one.key) or one.usual or NO
        sections.append(_section(key, responses))
    return Content(responses, tuple(sections), tuple(_flags(responses)))


def _applies(question: Asked, answers: Mapping[str, Answer]) -> bool:
    return question.after is None or answers.get(question.after, {}).get("option") == "yes"


def _answered(section: SectionKey, responses: Mapping[str, Answer]) -> list[str]:
    return [one.key for one in QUESTIONS if one.section is section and one.key in responses]


def _section(key: SectionKey, responses: Mapping[str, Answer]) -> Section:
    asked = sum(one.section is key and _applies(one, responses) for one in QUESTIONS)
    answered = len(_answered(key, responses))
    if answered >= asked:
        return Section(key, SectionStatus.COMPLETED, answered, 0)
    status = SectionStatus.IN_PROGRESS if answered else SectionStatus.NOT_STARTED
    return Section(key, status, answered, asked - answered)


def _flags(responses: Mapping[str, Answer]) -> Iterator[Flag]:
    for question, answer in responses.items():
        yield from _raised(question, answer)
        for item in answer.get("items", ()):
            for field, given in item.items():
                yield from _raised(field, given)


def _raised(question: str, answer: Answer) -> Iterator[Flag]:
    chosen = [answer["option"]] if "option" in answer else [one["option"] for one in answer.get("options", ())]
    for option in chosen:
        if (question, option) in FLAGS:
            key, title, severity = FLAGS[question, option]
            yield Flag(key, title, severity, question)
