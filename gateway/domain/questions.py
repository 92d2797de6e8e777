"""Question sets: what a dPER or a youth risk assessment asks, as data that has a version.

A record keeps the version that it was started with, so a set is never changed once records exist: a new wording, option
or rule is a new version.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.domain.escort_records import FlagSeverity, SectionKey


class QuestionSetKind(StrEnum):
    """Which form it is. The two share their rules, and nothing goes from one to the other."""

    ESCORT_RECORD = "person-escort-record"
    YOUTH_RISK_ASSESSMENT = "youth-risk-assessment"


class QuestionType(StrEnum):
    """How a question is answered: one option, several options, a line, some lines, or a list of items."""

    RADIO = "radio"
    CHECKBOX = "checkbox"
    TEXT = "text"
    TEXTAREA = "textarea"
    ITEMS = "items"


class DetailsNeed(StrEnum):
    """Whether an option is explained in words.

    `REQUIRED_UNLESS_NOMIS`: a NOMIS record that is attached to the question says enough.
    """

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"
    REQUIRED_UNLESS_NOMIS = "required_unless_nomis"


class TextFormat(StrEnum):
    """What the text of an answer, or the details of an option, stands for."""

    WORDS = "words"
    CHILD_DATE_OF_BIRTH = "child_date_of_birth"
    """`YYYY-MM-DD`, of somebody who is not yet 18."""
    PARTIAL_PAST_DATE = "partial_past_date"
    """A day, a month or a year that has begun: `YYYY-MM-DD`, `YYYY-MM`, `YYYY`."""
    PAST_DATE_OR_WORDS = "past_date_or_words"
    """Words; where it is written as a date it is one, and not in the future."""
    TIME_GIVEN = "time_given"
    """`HH:MM` or `YYYY-MM-DD HH:MM` in London, not after today; or words without figures: not given yet."""
    TIME_DUE = "time_due"
    """`HH:MM` or `YYYY-MM-DD HH:MM` in London, not before today; or words without figures: when needed."""
    POUNDS = "pounds"
    """Pounds sterling, with pence or without: `20`, `1,250.00`."""


class NomisKind(StrEnum):
    """The kinds of NOMIS records that bear on questions. Equal codes of different kinds have nothing in common."""

    ALERT = "alert"
    ASSESSMENT = "assessment"
    CONTACT = "contact"
    PERSONAL_CARE_NEED = "personal_care_need"
    REASONABLE_ADJUSTMENT = "reasonable_adjustment"


@dataclass(frozen=True, slots=True)
class NomisCode:
    kind: NomisKind
    code: str


@dataclass(frozen=True, slots=True)
class Flag:
    """What an option marks the record with. Several options, also of several questions, may raise the same one."""

    key: str
    title: str
    severity: FlagSeverity


@dataclass(frozen=True, slots=True)
class Option:
    """`follow_ups` are the keys of the questions that are asked only where this option is chosen.

    `guidance` tells the author what to do once it is chosen.
    """

    value: str
    label: str
    details: DetailsNeed = DetailsNeed.NONE
    details_label: str | None = None
    details_format: TextFormat = TextFormat.WORDS
    guidance: str | None = None
    flags: tuple[Flag, ...] = ()
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dependency:
    """The question applies only while the other one has this option among its answer."""

    question_key: str
    option: str


@dataclass(frozen=True, slots=True)
class Question:
    """`page` groups the questions that are answered together. `summary` is its short name, for lists and print.

    `item_questions` are the fields of each item of an ITEMS question; a field is answered within its item only, hangs
    on nothing, and is itself no list. `required`: it has to have an answer; one that is not has to be answered as well
    before its section is complete, though perhaps with no option at all.

    `nomis` are the codes of NOMIS whose records are shown beside it, and `fallback_for` the kinds of which it takes
    those that no question knows.
    """

    key: str
    section: SectionKey
    page: str
    type: QuestionType
    text: str
    summary: str
    hint: str | None = None
    required: bool = True
    prefill: bool = False
    format: TextFormat = TextFormat.WORDS
    options: tuple[Option, ...] = ()
    depends_on: Dependency | None = None
    item_questions: "tuple[Question, ...]" = ()
    item_name: str | None = None
    nomis: frozenset[NomisCode] = frozenset()
    fallback_for: frozenset[NomisKind] = frozenset()

    def option(self, value: str) -> Option | None:
        return next((option for option in self.options if option.value == value), None)

    def item_question(self, key: str) -> "Question | None":
        return next((one for one in self.item_questions if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Section:
    """`questions` in the order in which they are asked, without the fields of items."""

    key: SectionKey
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """One version of a form. Keys of questions, those of item fields included, are unique within it.

    A question comes after the one that it depends on, and in the same section.
    """

    kind: QuestionSetKind
    version: str
    title: str
    sections: tuple[Section, ...]
    _by_key: Mapping[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {question.key: question for question in self.questions()})

    def questions(self, section: SectionKey | None = None) -> Iterator[Question]:
        """Give the questions in order, all or those of a section, without the fields of items."""
        for one in self.sections:
            if section is None or one.key is section:
                yield from one.questions

    def question(self, key: str) -> Question | None:
        """Find a question by its key; a field of items is not found here."""
        return self._by_key.get(key)

    def section(self, key: SectionKey) -> Section | None:
        return next((one for one in self.sections if one.key is key), None)


class QuestionSets:
    """All versions of all forms that records may hold. The last one given of a kind is in force: new records use it."""

    def __init__(self, sets: Iterable[QuestionSet]) -> None:
        self._sets = tuple(sets)

    def current(self, kind: QuestionSetKind) -> QuestionSet:
        """Return the set in force.

        Raises:
            LookupError: there is none of this kind.

        """
        found = [one for one in self._sets if one.kind is kind]
        if not found:
            raise LookupError(f"There is no question set for the {kind.value}.")
        return found[-1]

    def find(self, kind: QuestionSetKind, version: str) -> QuestionSet | None:
        return next((one for one in self._sets if one.kind is kind and one.version == version), None)

    def versions(self, kind: QuestionSetKind) -> tuple[str, ...]:
        """Return the versions of a kind, oldest first."""
        return tuple(one.version for one in self._sets if one.kind is kind)
