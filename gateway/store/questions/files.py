"""The schema of the data files: `set.json` with what holds for a whole version, and one file for each section.

A name that the schema does not know is an error, so that a slip of the pen cannot drop a rule without a word.
"""

import re
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gateway.domain.escort_records import FlagSeverity, SectionKey
from gateway.domain.questions import DetailsNeed, NomisKind, QuestionSetKind, QuestionType, TextFormat

_KEY: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
VERSION: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)

Key = Annotated[str, StringConstraints(pattern=_KEY, max_length=100)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9_/ ]*$", max_length=20)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FlagRow(_Row):
    title: Words
    severity: FlagSeverity


class SetFile(_Row):
    """`set.json`: the sections in their order, and the flags that options name."""

    kind: QuestionSetKind
    version: Annotated[str, StringConstraints(pattern=f"^{VERSION.pattern}$")]
    title: Words
    sections: Annotated[tuple[SectionKey, ...], Field(min_length=1)]
    flags: dict[Key, FlagRow]


class OptionRow(_Row):
    """Details need a label that asks for them; `details_format` says what their text stands for."""

    value: Key
    label: Words
    details: DetailsNeed = DetailsNeed.NONE
    details_label: Words | None = None
    details_format: TextFormat = TextFormat.WORDS
    guidance: Words | None = None
    flags: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _details_are_asked_for(self) -> Self:
        if (self.details is DetailsNeed.NONE) is not (self.details_label is None):
            raise ValueError("an option has a details_label where it takes details, and nowhere else")
        if self.details is DetailsNeed.NONE and self.details_format is not TextFormat.WORDS:
            raise ValueError("an option without details has no details_format")
        return self


class DependencyRow(_Row):
    question: Key
    option: Key


class AnyQuestionRow(_Row):
    """What a question and a field of an item have in common."""

    key: Key
    type: QuestionType
    text: Words
    summary: Words
    hint: Words | None = None
    required: bool = True
    format: TextFormat = TextFormat.WORDS
    options: tuple[OptionRow, ...] = ()

    @model_validator(mode="after")
    def _type_fits(self) -> Self:
        chosen = self.type in {QuestionType.RADIO, QuestionType.CHECKBOX}
        if chosen and len(self.options) < (2 if self.type is QuestionType.RADIO else 1):
            raise ValueError("there is nothing to choose from")
        if not chosen and self.options:
            raise ValueError("only a radio or checkbox question has options")
        if self.format is not TextFormat.WORDS and self.type is not QuestionType.TEXT:
            raise ValueError("only a text question has a format")
        values = [option.value for option in self.options]
        if len(set(values)) < len(values):
            raise ValueError("it has an option twice")
        return self


class FieldRow(AnyQuestionRow):
    prefill: bool

    @model_validator(mode="after")
    def _is_no_list(self) -> Self:
        if self.type is QuestionType.ITEMS:
            raise ValueError("a field of an item is itself no list of items")
        return self


class QuestionRow(AnyQuestionRow):
    """A list of items leaves to its fields what may be copied: it has no `prefill` of its own."""

    page: Key
    prefill: bool | None = None
    depends_on: DependencyRow | None = None
    nomis: dict[NomisKind, Annotated[tuple[Code, ...], Field(min_length=1)]] = {}
    fallback_for: tuple[NomisKind, ...] = ()
    item_name: Words | None = None
    fields: tuple[FieldRow, ...] = ()

    @model_validator(mode="after")
    def _items_have_fields(self) -> Self:
        lists = self.type is QuestionType.ITEMS
        if lists is not bool(self.fields) or lists is not (self.item_name is not None):
            raise ValueError("a list of items has an item_name and fields, and nothing else has")
        if lists is not (self.prefill is None):
            raise ValueError("every question but a list of items says whether it may be prefilled")
        if any(len(set(codes)) < len(codes) for codes in self.nomis.values()):
            raise ValueError("it has a code of NOMIS twice")
        return self


class SectionFile(_Row):
    section: SectionKey
    title: Words
    questions: Annotated[tuple[QuestionRow, ...], Field(min_length=1)]
