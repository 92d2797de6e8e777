"""Journeys: the legs of a move as its supplier drives them, and where the vehicle is."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from gateway.domain.ids import AgencyId, JourneyId, MoveId, MoveReference, SupplierKey
from gateway.domain.provenance import Provenance
from gateway.domain.values import value


class JourneyState(StrEnum):
    PROPOSED = "proposed"
    REJECTED = "rejected"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@value(frozen=True, slots=True)
class Vehicle:
    id: str | None
    registration: str | None


@value(frozen=True, slots=True)
class Leg:
    """A journey in the supplier's own words, before it is joined to one of our moves."""

    id: JourneyId
    number: int
    state: JourneyState
    date: date | None
    from_agency: AgencyId
    to_agency: AgencyId
    billable: bool
    vehicle: Vehicle | None


@value(frozen=True, slots=True)
class Journey:
    """One leg of a move. `number` counts from 1 in the order in which the legs are driven."""

    id: JourneyId
    move_id: MoveId
    supplier: SupplierKey
    number: int
    state: JourneyState
    date: date | None
    from_agency: AgencyId
    to_agency: AgencyId
    billable: bool
    vehicle: Vehicle | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ReportedJourney:
    """A journey as it was reported to us, event by event: its state follows from `initial_state` and the events.

    `initial_at` is None for one that began here. One that was taken over from what the supplier's system told began
    with that: `initial_state` is what it was then, and what was written down before `initial_at` is contained in it.
    """

    id: JourneyId
    move_id: MoveId
    supplier: SupplierKey
    initial_state: JourneyState
    initial_at: datetime | None
    state: JourneyState
    date: date | None
    from_agency: AgencyId
    to_agency: AgencyId
    billable: bool
    vehicle: Vehicle | None
    reported_at: datetime
    updated_at: datetime
    version: int


OPEN_JOURNEYS: Final = frozenset({JourneyState.PROPOSED, JourneyState.IN_PROGRESS, JourneyState.COMPLETED})
"""The states of journeys that count: neither turned down nor broken off."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the vehicle was at `recorded_at`: degrees, WGS 84. `eta` is when it is expected at the destination."""

    latitude: float | None
    longitude: float | None
    eta: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Tracking:
    position: Position
    provenance: Provenance


@value(frozen=True, slots=True)
class Carriage:
    """What is needed to ask suppliers about a move: its reference with them, what we call it, and who drives.

    `supplier` carries it; `receiving_supplier` is the other one of a cross-supplier move, which takes it over.
    """

    # It is a key of many dictionaries on its way: the hash is that of the reference, which knows its own.
    move_id: MoveId = field(hash=False)
    reference: MoveReference
    supplier: SupplierKey = field(hash=False)
    receiving_supplier: SupplierKey | None = field(default=None, hash=False)

    def parts(self) -> tuple["Carriage", ...]:
        """Return a carriage of one supplier for each that drives, in the order in which they do."""
        drivers = (self.supplier, self.receiving_supplier)
        return tuple(Carriage(self.move_id, self.reference, one) for one in drivers if one is not None)
