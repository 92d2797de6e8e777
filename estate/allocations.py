"""Allocations: requests to move a number of people between two prisons, with a planned move for each place."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from estate.cancellations import called_off
from estate.geography import prisons_of_kind, supplier_of
from estate.keys import uid
from estate.model import Allocation, AllocationStatus, ComplexCase, MoveStatus
from estate.plans import DayPlanner, Phase, Plan
from estate.pools import LEEDS
from estate.times import Day

_EACH_DAY: Final = 4
_CASES: Final = ("hold_separately", "self_harm", "mental_health_issue", "under_drug_treatment")
_CRITERIA: Final = (None, "No one with visits booked this week.", "Must have six months or more to serve.")


@dataclass(frozen=True, slots=True)
class Planned:
    """An allocation in outline, with the plans of its places."""

    id: UUID
    status: AllocationStatus
    from_agency: str
    to_agency: str
    plans: tuple[Plan, ...]


def plan_allocations(rng: random.Random, day: Day, planner: DayPlanner) -> list[Planned]:
    """Plan the allocations of a day, the first two of them from Leeds: one cancelled, one ordinary.

    Of an ordinary one that is still ahead, every second has two places that nobody fills yet.
    """
    sources = [key for key in prisons_of_kind("men") if key != LEEDS]
    planned = []
    for number in range(_EACH_DAY):
        from_agency = LEEDS if number < 2 else "MDI" if number == 2 else sources[int(rng.random() * len(sources))]
        targets = [key for key in ("LHI", "RNI", "HLI", "NMI", "RSI") if key != from_agency]
        to_agency = targets[int(rng.random() * len(targets))]
        planned.append(_planned(day, number, planner, from_agency, to_agency))
    return planned


def _planned(day: Day, number: int, planner: DayPlanner, from_agency: str, to_agency: str) -> Planned:
    allocation_id = uid(day.seed, "allocation", day.date.isoformat(), number)
    cancelled, has_room = number == 0, number in {1, 3}
    size = 2 if cancelled else 4
    plans = []
    for place in range(size):
        filled = not cancelled and not (has_room and place >= 2)
        status = _status(day, place, cancelled=cancelled, filled=filled)
        plans.append(planner.slot(from_agency, to_agency, status, allocation_id, filled=filled))
    if cancelled:
        status_of_all = AllocationStatus.CANCELLED
    else:
        standing = [plan for plan in plans if plan.status is not MoveStatus.CANCELLED]
        full = bool(standing) and all(plan.entry is not None for plan in standing)
        status_of_all = AllocationStatus.FILLED if full else AllocationStatus.UNFILLED
    return Planned(allocation_id, status_of_all, from_agency, to_agency, tuple(plans))


def _status(day: Day, place: int, *, cancelled: bool, filled: bool) -> MoveStatus:
    if cancelled or (day.phase is Phase.PAST and not filled):
        return MoveStatus.CANCELLED
    if day.phase is Phase.PAST:
        return MoveStatus.COMPLETED
    if not filled:
        return MoveStatus.REQUESTED
    return MoveStatus.BOOKED if place % 2 else MoveStatus.REQUESTED


def allocation(rng: random.Random, day: Day, planned: Planned) -> Allocation:
    """Put the record together; it was made before any of its moves."""
    created_at = min(day.midnight, day.known_until) - timedelta(days=25, minutes=int(rng.random() * 2000))
    standing = [plan for plan in planned.plans if plan.status is not MoveStatus.CANCELLED]
    is_cancelled = planned.status is AllocationStatus.CANCELLED
    updated_at = created_at + timedelta(hours=6 if is_cancelled else 1)
    luck = int(rng.random() * 1000)
    return Allocation(
        id=planned.id,
        status=planned.status,
        date=day.date,
        from_agency=planned.from_agency,
        to_agency=planned.to_agency,
        supplier=supplier_of(planned.from_agency, planned.to_agency),
        moves_count=len(standing),
        filled_count=sum(plan.entry is not None for plan in standing),
        prisoner_category=("b", "c", "d")[luck % 3],
        sentence_length=("short", "long", None)[luck % 7 % 3],
        estate="adult_male",
        complex_cases=tuple(ComplexCase(key, (luck >> place) % 2 == 0) for place, key in enumerate(_CASES)),
        other_criteria=_CRITERIA[luck % len(_CRITERIA)],
        requested_by="PMU_REVIEWER",
        cancellation=called_off(day.date.toordinal(), updated_at) if is_cancelled else None,
        created_at=created_at,
        updated_at=updated_at,
        version=2 if is_cancelled else 1,
    )
