"""Updates: what a subscription asks to be told of, and what it is told."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.domain.escort_records import EscortRecord, SectionKey
from gateway.domain.event_log import Sight
from gateway.domain.events import Event, EventClassification, detail
from gateway.domain.ids import AgencyId, EscortRecordId, MoveId
from gateway.domain.moves import Move, MoveDirection, MoveStatus
from gateway.domain.scope import Scope

WELFARE: Final = frozenset(
    {EventClassification.INCIDENT, EventClassification.MEDICAL, EventClassification.SUICIDE_AND_SELF_HARM}
)
"""What whoever watches over people's welfare is alerted to."""

OF_ESCORT_RECORDS: Final = "Per"
"""How the catalogue's names of events about a dPER begin."""


class UpdateKind(StrEnum):
    """What a subscription is about."""

    MOVES = "moves"
    WELFARE = "welfare"
    ESCORT_RECORD = "escort_record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a subscription asks for; a part that is None leaves all open.

    `agency_ids` and `direction` ask for a stop of the move as they do in lists: leaving its origin, coming to its
    destination, coming to and leaving a place where it lodges. Without places, a direction is seen from the viewer's
    own ones, where they have any. States are those of the move as it is now.
    """

    kind: UpdateKind
    move_ids: frozenset[MoveId] | None = None
    agency_ids: frozenset[AgencyId] | None = None
    direction: MoveDirection | None = None
    event_types: frozenset[str] | None = None
    statuses: frozenset[MoveStatus] | None = None
    record_id: EscortRecordId | None = None
    """The dPER that is asked for; `move_ids` then holds its move."""

    def wants_event(self, event: Event) -> bool:
        if self.kind is UpdateKind.WELFARE and event.classification not in WELFARE:
            return False
        if self.kind is UpdateKind.ESCORT_RECORD and not event.type.startswith(OF_ESCORT_RECORDS):
            return False
        return self.event_types is None or event.type in self.event_types

    def wants_move(self, move_id: MoveId, sight: Sight, within: Scope) -> bool:
        """Tell whether a move is one of those asked for, whatever has happened and whatever state it is in."""
        if self.move_ids is not None and move_id not in self.move_ids:
            return False
        places = self.agency_ids
        if places is None:
            if self.direction is None or within.national or within.supplier is not None:
                return self.direction is not MoveDirection.INCOMING or bool(_arrivals(sight))
            places = within.agencies
        return (self.direction is not MoveDirection.INCOMING and not places.isdisjoint(_departures(sight))) or (
            self.direction is not MoveDirection.OUTGOING and not places.isdisjoint(_arrivals(sight))
        )

    def wants_status(self, status: MoveStatus) -> bool:
        return self.statuses is None or status in self.statuses


def _departures(sight: Sight) -> frozenset[AgencyId]:
    return sight.lodging_agencies | {sight.from_agency}


def _arrivals(sight: Sight) -> frozenset[AgencyId]:
    return sight.lodging_agencies if sight.to_agency is None else sight.lodging_agencies | {sight.to_agency}


@dataclass(frozen=True, slots=True)
class MoveUpdate:
    """An event with its move; or the id of a move that the viewer no longer sees, and nothing else of it."""

    cursor: str
    event: Event | None
    move: Move | None
    gone_id: MoveId | None = None


@dataclass(frozen=True, slots=True)
class EscortRecordChange:
    """A dPER that changed; or the id of one that the viewer no longer sees, and nothing else of it."""

    cursor: str
    section: SectionKey | None
    record: EscortRecord | None
    gone_id: EscortRecordId | None = None


Update = MoveUpdate | EscortRecordChange


def changed_section(event: Event) -> SectionKey | None:
    """Return the section that an event about a dPER names, if it names one."""
    named = detail(event, "section")
    return SectionKey(named) if named in set(SectionKey) else None
