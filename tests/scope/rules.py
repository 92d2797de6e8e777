"""The rules of sight said once more, plainly, over values in memory: what the gateway's answers are held against.

Nothing here comes from the gateway's own policies or store.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from estate.model import Person
from gateway.domain.allocations import Allocation
from gateway.domain.moves import Lodging, LodgingStatus, Move, MoveStatus
from tests.scope.estates import Planned, World
from tests.scope.viewers import Who
from tests.support.worlds import TODAY

WORK_AT_PLACES: Final = {
    "PECS_POLICE",
    "PECS_PRISON",
    "PECS_HMYOI",
    "PECS_SCH",
    "PECS_STC",
    "PECS_OCA",
    "PECS_COURT",
    "PECS_PER_AUTHOR",
    "PECS_STAKEHOLDER_EVENT_AUTHOR",
}
WORK_EVERYWHERE: Final = {"PECS_PMU", "PECS_CDM", "PECS_READ_ONLY"}
WORK_FOR_A_SUPPLIER: Final = {"PECS_SUPPLIER"}
VIEW_ALLOCATIONS: Final = {
    "PECS_OCA",
    "PECS_SCH",
    "PECS_STC",
    "PECS_PMU",
    "PECS_SUPPLIER",
    "PECS_CDM",
    "PECS_READ_ONLY",
}

WHILE_IT_IS_FILLED_IN: Final = {
    "PerStart",
    "PerResponsesRecorded",
    "PerNomisRecordsChanged",
    "YraStart",
    "YraResponsesRecorded",
}

_LONDON: Final = ZoneInfo("Europe/London")


def departure(move: Move) -> date:
    return move.date or move.date_from or move.created_at.astimezone(_LONDON).date()


def standing(stays: Iterable[Lodging]) -> list[Lodging]:
    return [stay for stay in stays if stay.status is not LodgingStatus.CANCELLED]


def arrival(planned: Planned) -> date:
    return max([departure(planned.move), *(stay.end_date for stay in standing(planned.stays))])


def leaves(planned: Planned) -> list[tuple[str, date]]:
    """Say where and when a move sets off: at first, and after every night on the way."""
    move = planned.move
    nights = [(str(stay.agency_id), stay.end_date) for stay in standing(planned.stays)]
    return [(move.from_agency, departure(move)), *nights]


def comes(planned: Planned) -> list[tuple[str, date]]:
    """Say where and when a move gets to: each night on the way, and its end."""
    move = planned.move
    nights = [(str(stay.agency_id), stay.start_date) for stay in standing(planned.stays)]
    return nights if move.to_agency is None else [*nights, (move.to_agency, arrival(planned))]


class Sight:
    """What one viewer may see of a world."""

    def __init__(self, world: World, who: Who) -> None:
        roles = who.roles_that_count()
        self.national = bool(roles & WORK_EVERYWHERE)
        self.places = who.agencies() if roles & WORK_AT_PLACES else frozenset()
        self.supplier = who.supplier() if roles & WORK_FOR_A_SUPPLIER else None
        self.views_allocations = bool(roles & VIEW_ALLOCATIONS)
        self.world = world
        self.moves = [self._as_seen(planned) for planned in world.moves if self.sees(planned)]
        self.allocations = [one for one in world.allocations if self.sees_allocation(one)]
        self.people = {one.prison_number: one for one in world.people if self.sees_person(one)}

    def sees(self, planned: Planned) -> bool:
        """Tell whether a move is visible: to its sender always, to anybody else once it is authorised."""
        move = planned.move
        if self.national or move.from_agency in self.places:
            return True
        if move.authorised_at is None:
            return False
        touched = {move.to_agency, *(stay.agency_id for stay in standing(planned.stays))}
        return bool(touched & self.places) or (self.supplier is not None and move.supplier == self.supplier)

    def _as_seen(self, planned: Planned) -> Planned:
        """Take from a visible move what is its sender's alone: records that are not complete before it leaves.

        National roles count as the sender's own.
        """
        if self.national or planned.move.from_agency in self.places:
            return planned
        left = planned.move.status in (MoveStatus.IN_TRANSIT, MoveStatus.COMPLETED)
        record, assessment = planned.record, planned.assessment
        record = record if record is not None and (left or record.completed_at) else None
        assessment = assessment if assessment is not None and (left or assessment.completed_at) else None
        return replace(
            planned,
            record=record,
            assessment=assessment,
            responses=planned.responses if record or assessment else (),
            events=tuple(event for event in planned.events if event.type not in WHILE_IT_IS_FILLED_IN),
        )

    def sees_allocation(self, allocation: Allocation) -> bool:
        if not self.views_allocations:
            return False
        if self.national or {allocation.from_agency, allocation.to_agency} & self.places:
            return True
        return self.supplier is not None and allocation.supplier == self.supplier

    def sees_person(self, person: Person) -> bool:
        """Tell whether a person is visible: where NOMIS has them, nationally, or by a visible move that is not over."""
        if self.national:
            return True
        if person.agency_id in self.places - {"OUT", "TRN"}:
            return True
        return any(
            planned.move.prison_number == person.prison_number and self._gives_sight(planned) for planned in self.moves
        )

    @staticmethod
    def _gives_sight(planned: Planned) -> bool:
        age = TODAY - arrival(planned)
        if planned.move.status is MoveStatus.COMPLETED:
            return age <= timedelta(days=1)
        return planned.move.status is not MoveStatus.CANCELLED and age <= timedelta(days=28)

    def find(
        self,
        direction: str | None = None,
        places: Collection[str] | None = None,
        since: date = date.min,
        until: date = date.max,
    ) -> list[Planned]:
        """Find visible moves that stop at a place in days; a direction without a place is seen from one's own."""
        if places is None and direction is not None and not self.national and self.supplier is None:
            places = self.places
        return [
            planned
            for planned in self.moves
            if any(
                (places is None or place in places) and since <= day <= until
                for place, day in [
                    *(leaves(planned) if direction != "INCOMING" else []),
                    *(comes(planned) if direction != "OUTGOING" else []),
                ]
            )
        ]
