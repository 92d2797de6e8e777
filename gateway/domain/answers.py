"""Answers to the questions of a dPER or youth risk assessment: one shape for each way of answering."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class OptionAnswer:
    """One option, and what was said about it."""

    option: str
    details: str | None = None


@dataclass(frozen=True, slots=True)
class OptionsAnswer:
    """Several options, each with what was said about it; none at all is an answer as well: nothing applies."""

    options: tuple[OptionAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class TextAnswer:
    text: str


FieldAnswer: TypeAlias = OptionAnswer | OptionsAnswer | TextAnswer
"""An answer to one field of an item."""


@dataclass(frozen=True, slots=True)
class ItemField:
    """One field of an item, by the key of its question."""

    question_key: str
    answer: FieldAnswer


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: a property bag, a medicine."""

    fields: tuple[ItemField, ...] = ()

    def field(self, key: str) -> FieldAnswer | None:
        return next((one.answer for one in self.fields if one.question_key == key), None)


@dataclass(frozen=True, slots=True)
class ItemsAnswer:
    items: tuple[Item, ...]


Answer: TypeAlias = OptionAnswer | OptionsAnswer | TextAnswer | ItemsAnswer


def options_of(answer: Answer | None) -> frozenset[str]:
    """Return the options that an answer selects; a text or a list of items selects none."""
    match answer:
        case OptionAnswer(option=option):
            return frozenset({option})
        case OptionsAnswer(options=options):
            return frozenset(one.option for one in options)
        case _:
            return frozenset()
