"""Answers as clients send them, read into the shape of the question's type; whether they fit it is checked later."""

from collections.abc import Sequence
from typing import Protocol

from gateway.domain.answers import (
    Answer,
    FieldAnswer,
    Item,
    ItemField,
    ItemsAnswer,
    OptionAnswer,
    OptionsAnswer,
    TextAnswer,
)
from gateway.domain.errors import InvalidInput
from gateway.policies.escort_records.conflicts import SeenAnswer


class GivenOption(Protocol):
    option: str
    details: str | None


class GivenField(Protocol):
    question_key: str
    option: str | None
    text: str | None
    details: str | None

    @property
    def options(self) -> Sequence[GivenOption] | None: ...


class GivenItem(Protocol):
    @property
    def answers(self) -> Sequence[GivenField]: ...


class GivenResponse(GivenField, Protocol):
    version: int | None
    reviewed: bool | None

    @property
    def items(self) -> Sequence[GivenItem] | None: ...


def seen_answer(given: GivenResponse) -> SeenAnswer:
    """Read what an author answers to one question.

    Raises:
        InvalidInput: it says more than one thing, or gives details of nothing.

    """
    reviewed = bool(given.reviewed)
    said = [*_said(given), *([given.items] if given.items is not None else []), *([True] if reviewed else [])]
    if len(said) > 1:
        words = f"The answer to {given.question_key[:100]!r} is one of option, options, text, items and reviewed."
        raise InvalidInput(words, field=("input", "responses"))
    answer: Answer | None = _plain(given)
    if given.items is not None:
        answer = ItemsAnswer(tuple(_item(one) for one in given.items))
    return SeenAnswer(given.question_key, answer, given.version, reviewed)


def _item(given: GivenItem) -> Item:
    fields = []
    for one in given.answers:
        if len(_said(one)) > 1:
            words = f"The answer to {one.question_key[:100]!r} is one of option, options and text."
            raise InvalidInput(words, field=("input", "responses"))
        answer = _plain(one)
        if answer is not None:
            fields.append(ItemField(one.question_key, answer))
    return Item(tuple(fields))


def _said(given: GivenField) -> list[object]:
    return [part for part in (given.option, given.options, given.text) if part is not None]


def _plain(given: GivenField) -> FieldAnswer | None:
    if given.details is not None and given.option is None:
        words = f"The details of {given.question_key[:100]!r} are of no option."
        raise InvalidInput(words, field=("input", "responses"))
    if given.option is not None:
        return OptionAnswer(given.option, given.details)
    if given.options is not None:
        return OptionsAnswer(tuple(OptionAnswer(one.option, one.details) for one in given.options))
    return None if given.text is None else TextAnswer(given.text)
