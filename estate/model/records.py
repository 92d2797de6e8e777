"""Escort records and events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from estate.model.codes import (
    EscortRecordStatus,
    EventClassification,
    EventSubject,
    FlagSeverity,
    SectionKey,
    SectionStatus,
)


@dataclass(frozen=True, slots=True)
class Section:
    key: SectionKey
    status: SectionStatus
    answered: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Flag:
    """`question` is the key of the question whose answer raised it."""

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
    """A dPER: `sections` are always all four, in order.

    `responses` are answers by question key: `{"option": ..., "details": ...}`, `{"options": [...]}`, `{"text": ...}` or
    `{"items": [...]}`, all given at `responded_at`.
    """

    id: UUID
    status: EscortRecordStatus
    responses: Mapping[str, Mapping[str, Any]]
    responded_at: datetime | None
    sections: tuple[Section, ...]
    flags: tuple[Flag, ...]
    completed_at: datetime | None
    amended_at: datetime | None
    confirmed_at: datetime | None
    handover: Handover | None
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class YouthRiskAssessment:
    """What a young person is asked as well; confirmed. `responses` are as those of an escort record."""

    id: UUID
    responses: Mapping[str, Mapping[str, Any]]
    confirmed_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """`occurred_at` is when a person believes it happened, `recorded_at` when it was written down (never earlier)."""

    id: UUID
    type: str
    classification: EventClassification
    occurred_at: datetime
    recorded_at: datetime
    supplier: str | None
    recorded_by: str | None
    notes: str | None
    details: tuple[tuple[str, str | None], ...]
    subject: EventSubject
    subject_id: UUID
