"""The digital Person Escort Record (dPER): its state, sections and flags."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from gateway.domain.ids import EscortRecordId, MoveId, PrisonNumber


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


@dataclass(frozen=True, slots=True)
class EscortRecordSection:
    """`answered` and `outstanding` count the questions that apply at present."""

    key: SectionKey
    status: SectionStatus
    answered: int
    outstanding: int
    version: int

    @property
    def title(self) -> str:
        return SECTION_TITLES[self.key]


@dataclass(frozen=True, slots=True)
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
class EscortRecord:
    """One per move. `sections` always holds all four, in order."""

    id: EscortRecordId
    move_id: MoveId
    prison_number: PrisonNumber | None
    status: EscortRecordStatus
    sections: tuple[EscortRecordSection, ...]
    flags: tuple[EscortRecordFlag, ...]
    completed_at: datetime | None
    amended_at: datetime | None
    confirmed_at: datetime | None
    handover: Handover | None
    version: int
