"""Changes: who made them, and how one version of a thing differs from the one before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gateway.domain.ids import SupplierKey

Plain = None | bool | int | str
"""A value as it stands in a row, readable without knowing its type: ids, days and instants as ISO text."""


@dataclass(frozen=True, slots=True)
class Author:
    """On whose behalf something changes. `supplier` is set for those who report for a contractor."""

    username: str
    client_id: str | None
    supplier: SupplierKey | None
    request_id: str | None


class ChangedThing(StrEnum):
    MOVE = "Move"
    JOURNEY = "Journey"
    LODGING = "Lodging"
    ALLOCATION = "Allocation"
    ESCORT_RECORD = "PersonEscortRecord"
    YOUTH_RISK_ASSESSMENT = "YouthRiskAssessment"


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    before: Plain
    after: Plain


@dataclass(frozen=True, slots=True)
class Change:
    """A new version of a thing, with what differs from the version before; a first version has no `before`s."""

    subject_type: ChangedThing
    subject_id: UUID
    version: int
    at: datetime
    username: str
    fields: tuple[FieldChange, ...]
