"""Moves: a day's plans written out as records."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from estate import cancellations
from estate.allocations import Planned, allocation, plan_allocations
from estate.escort_records import escort_record, youth_risk_assessment
from estate.events import events_of
from estate.geography import area_supplier, receiving_supplier_of, supplier_of
from estate.keys import move_reference, stream, uid
from estate.legs import journeys, lodging, position
from estate.model import (
    Allocation,
    Cancellation,
    EscortRecord,
    Event,
    Journey,
    Move,
    MoveStatus,
    MoveType,
    PrisonTransferReason,
    VehicleKind,
)
from estate.plans import DayPlanner, Phase, Plan
from estate.pools import DayPeople, Pools, may_lodge
from estate.times import Course, Day, course, day_of

EVENTS_WITHIN: Final = 35
"""Only moves within so many days of the world's day have events; older ones are too many to tell of in full."""

_DUE: Final = {MoveType.COURT_APPEARANCE: 570, MoveType.HOSPITAL: 660, MoveType.COURT_OTHER: 840}
_REASONS: Final = tuple(PrisonTransferReason)
_SPECIAL: Final = (
    "Uses a wheelchair and cannot climb the steps.",
    "Late in pregnancy.",
    "Cannot sit in a cell because of a leg in plaster.",
    "Travels with medical equipment.",
)
_REMARKS: Final = ("Needs an interpreter at reception.", "Has a hearing aid.", "Please bring the court papers.")


@dataclass(frozen=True, slots=True)
class MovesOfDay:
    moves: tuple[Move, ...]
    allocations: tuple[Allocation, ...]


def make_day(
    seed: int,
    day: date,
    today: date,
    count: int,
    pools: Pools,
    excluded_from: tuple[int, int],
    barred: Collection[str] = (),
) -> MovesOfDay:
    """Make the moves of one day, whatever other days hold.

    `excluded_from` is this day's number among all days and how many there are: it shares out, over all days, the one
    refused move of everybody whom the contract leaves to others. `barred` are people who do not travel.
    """
    when = day_of(seed, day, today)
    rng = stream(seed, "day", day.toordinal())
    planner = DayPlanner(rng, DayPeople(pools, day, barred), when.phase)
    planned = plan_allocations(rng, when, planner)
    planner.leeds()
    number, of = excluded_from
    for entry in pools.excluded[number::of]:
        planner.refuse(entry, "SNARCC" if area_supplier(entry.home or "LEI") == "serco" else "LEEDCC")
    planner.elsewhere(max(len(MoveType), count - len(planner.plans)))
    for turn, plan in enumerate(plan for plan in planner.plans if plan.status is MoveStatus.CANCELLED):
        plan.turn = turn
    made = tuple(_move(rng, when, place, plan) for place, plan in enumerate(planner.plans))
    return MovesOfDay(made, _allocations(rng, when, planned))


def _allocations(rng: random.Random, day: Day, planned: list[Planned]) -> tuple[Allocation, ...]:
    return tuple(allocation(rng, day, one) for one in planned)


def _move(rng: random.Random, day: Day, place: int, plan: Plan) -> Move:
    reference = move_reference(day.date, place)
    status, from_agency, to_agency = plan.status, plan.from_agency, plan.to_agency
    supplier, receiver = supplier_of(from_agency, to_agency), receiving_supplier_of(from_agency, to_agency)
    completed = status is MoveStatus.COMPLETED
    retrospective = completed and day.phase is Phase.PAST and plan.allocation_id is None and place % 41 == 7
    times = course(rng, day, status, proposal=plan.proposal, retrospective=retrospective)
    lodged = None
    if to_agency is not None and _lodges(day.date, plan):
        lodged = lodging(rng, day, reference, status, (from_agency, to_agency))
    legs = journeys(rng, day, reference, status, (from_agency, to_agency), (supplier, receiver), times, lodged)
    record = None if plan.entry is None else escort_record(rng, day, reference, status, times)
    luck = rng.random()
    dated = not plan.proposal
    transfer = plan.move_type is MoveType.PRISON_TRANSFER
    special = luck < 0.04
    return Move(
        id=uid(day.seed, reference),
        reference=reference,
        move_type=plan.move_type,
        status=status,
        date=day.date if dated else None,
        date_from=None if dated else day.date,
        date_to=None if dated or luck < 0.2 else day.date + timedelta(days=7),
        day=day.date,
        time_due=day.at(_DUE[plan.move_type]) if dated and plan.move_type in _DUE else None,
        prison_number=None if plan.entry is None else plan.entry.number,
        from_agency=from_agency,
        to_agency=to_agency,
        supplier=supplier,
        receiving_supplier=receiver,
        vehicle_kind=VehicleKind.SPECIAL if special else VehicleKind.CELLULAR,
        special_vehicle_reason=_SPECIAL[place % len(_SPECIAL)] if special else None,
        prison_transfer_reason=_REASONS[place % len(_REASONS)] if transfer else None,
        additional_information=_REMARKS[place % len(_REMARKS)] if luck > 0.9 else None,
        recall_date=day.date - timedelta(days=2) if plan.move_type is MoveType.PRISON_RECALL else None,
        cancellation=_cancellation(day, plan, times),
        allocation_id=plan.allocation_id,
        recorded_retrospectively=retrospective,
        authorised_at=times.authorised_at,
        created_at=times.created_at,
        updated_at=times.updated_at,
        version=1 + int(luck * 3) + 2 * completed,
        journeys=legs,
        lodgings=() if lodged is None else (lodged,),
        escort_record=record,
        youth_risk_assessment=youth_risk_assessment(day, reference, from_agency, record),
        events=_events(rng, day, plan, reference, supplier, times, legs, record),
        position=position(rng, day, legs) if status is MoveStatus.IN_TRANSIT else None,
    )


def _lodges(day: date, plan: Plan) -> bool:
    """Lodge the transfers of those whose turn it is; where it is a place in an allocation, whoever fills it."""
    if plan.move_type is not MoveType.PRISON_TRANSFER or plan.proposal or plan.entry is None:
        return False
    return may_lodge(plan.entry, day)


def _cancellation(day: Day, plan: Plan, times: Course) -> Cancellation | None:
    at = times.cancelled_at
    if at is None:
        return None
    if plan.refused:
        return cancellations.not_carried(at)
    if plan.proposal:
        return cancellations.rejected(plan.turn // 3, at) if plan.turn % 3 else cancellations.withdrawn(at)
    if plan.allocation_id is not None:
        return cancellations.of_allocation(at) if day.phase is not Phase.PAST else cancellations.unfilled(at)
    return cancellations.called_off(day.date.toordinal() * 9 + plan.turn, at)


def _events(
    rng: random.Random,
    day: Day,
    plan: Plan,
    reference: str,
    supplier: str,
    times: Course,
    legs: tuple[Journey, ...],
    record: EscortRecord | None,
) -> tuple[Event, ...]:
    if abs((day.date - day.today).days) > EVENTS_WITHIN:
        return ()
    return events_of(rng, day, plan, reference, supplier, times, legs, record)
