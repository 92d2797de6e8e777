"""Allocations: a request to move a number of people between two establishments."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.domain.ids import AgencyId, AllocationId, SupplierKey
from gateway.domain.moves import Cancellation


class AllocationStatus(StrEnum):
    UNFILLED = "unfilled"
    FILLED = "filled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ComplexCase:
    key: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Allocation:
    """`moves_count` is how many people are wanted; `filled_count` how many of its open moves have one."""

    id: AllocationId
    status: AllocationStatus
    date: date
    from_agency: AgencyId
    to_agency: AgencyId
    supplier: SupplierKey | None
    moves_count: int
    filled_count: int
    prisoner_category: str | None
    sentence_length: str | None
    estate: str | None
    complex_cases: tuple[ComplexCase, ...]
    other_criteria: str | None
    requested_by: str | None
    cancellation: Cancellation | None
    version: int


@dataclass(frozen=True, slots=True)
class AllocationFilter:
    location_ids: tuple[AgencyId, ...] | None = None
    statuses: tuple[AllocationStatus, ...] | None = None
    date_from: date | None = None
    date_to: date | None = None
