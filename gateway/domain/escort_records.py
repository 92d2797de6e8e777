"""The digital Person Escort Record (dPER) and the youth risk assessment: their state, sections and flags."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from gateway.domain.ids import EscortRecordId, MoveId, PrisonNumber, YouthRiskAssessmentId
from gateway.domain.values import value

if TYPE_CHECKING:  # the two name each other
    from gateway.domain.questions import QuestionSetKind


class EscortRecordStatus(StrEnum):
    UNSTARTED = "unstarted"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"


class SectionKey(StrEnum):
    """The sections of a dPER, in the order in which they are shown, and those that only a youth risk assessment has."""

    RISK = "risk"
    OFFENCE = "offence"
    HEALTH = "health"
    PROPERTY = "property"
    GENERAL_CARE = "general_care"
    CONTACTS = "contacts"


ESCORT_RECORD_SECTIONS: Final = (SectionKey.RISK, SectionKey.OFFENCE, SectionKey.HEALTH, SectionKey.PROPERTY)
"""What every dPER consists of."""

YOUTH_RISK_ASSESSMENT_SECTIONS: Final = (
    SectionKey.RISK,
    SectionKey.OFFENCE,
    SectionKey.HEALTH,
    SectionKey.GENERAL_CARE,
    SectionKey.CONTACTS,
)
"""What every youth risk assessment consists of."""


class SectionStatus(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class FlagSeverity(StrEnum):
    INFORMATION = "information"
    ATTENTION = "attention"
    WARNING = "warning"
    ALERT = "alert"


SECTION_TITLES = {
    SectionKey.RISK: "Risk information",
    SectionKey.OFFENCE: "Offence information",
    SectionKey.HEALTH: "Health information",
    SectionKey.PROPERTY: "Property information",
    SectionKey.GENERAL_CARE: "General care information",
    SectionKey.CONTACTS: "Contact details",
}


FIRST_QUESTION_SET: Final = "1.0.0"
"""The version of the questions that records are taken to have which were made before answers were kept."""


class RecordKey(NamedTuple):
    """A record: which form it is, its id, and the version of its questions."""

    kind: "QuestionSetKind"
    id: UUID
    question_set_version: str


@value(frozen=True, slots=True)
class EscortRecordSection:
    """`answered` and `outstanding` count the questions that apply at present. `record` is known once it is kept."""

    key: SectionKey
    status: SectionStatus
    answered: int
    outstanding: int
    version: int
    record: RecordKey | None = field(default=None, compare=False)

    @property
    def title(self) -> str:
        return SECTION_TITLES[self.key]


@value(frozen=True, slots=True)
class EscortRecordFlag:
    """A mark that an answer puts on the record. `question` is the key of the question that was answered."""

    key: str
    title: str
    severity: FlagSeverity
    question: str


@dataclass(frozen=True, slots=True)
class Handover:
    occurred_at: datetime
    dispatching_officer: str
    receiving_officer: str


@dataclass(frozen=True, slots=True)
class Prefill:
    """The record of the same person whose answers were copied in, and when that one was confirmed."""

    record_id: UUID
    confirmed_at: datetime


@value(frozen=True, slots=True, kw_only=True)
class QuestionRecord:
    """What a dPER and a youth risk assessment have in common; one of each per move.

    `sections` always holds all of its form, in order. `completed_at` is when all was answered for the first time, and
    stays. `question_set_version` is of the questions that it was started with.
    """

    id: UUID
    move_id: MoveId
    prison_number: PrisonNumber | None
    status: EscortRecordStatus
    sections: tuple[EscortRecordSection, ...]
    flags: tuple[EscortRecordFlag, ...]
    completed_at: datetime | None
    confirmed_at: datetime | None
    version: int
    question_set_version: str = FIRST_QUESTION_SET
    prefilled_from: Prefill | None = None


@value(frozen=True, slots=True, kw_only=True)
class EscortRecord(QuestionRecord):
    """The digital Person Escort Record. `amended_at` is when it was last complete again after a change."""

    id: EscortRecordId
    amended_at: datetime | None
    handover: Handover | None


@value(frozen=True, slots=True, kw_only=True)
class YouthRiskAssessment(QuestionRecord):
    """What is asked as well, beside the dPER, where a move leaves a place of the youth estate."""

    id: YouthRiskAssessmentId
