"""What may be changed in a move before it leaves, and which rules are asked again for what changes.

Only what changes is looked at: a rule that is younger than the move, a place that was closed or a category that was
given meanwhile stand in the way of nothing else.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from gateway.domain.ids import AgencyId
from gateway.domain.locations import Location
from gateway.domain.moves import Move, MoveStatus, MoveType, VehicleKind, VehicleNeeds
from gateway.domain.problems import Problem, ProblemCode, problem
from gateway.policies.booking.dates import date_problems, horizon_problems, recall_date_problems
from gateway.policies.booking.places import place_problems
from gateway.policies.booking.transfers import transfer_reason_problems
from gateway.policies.booking.vehicles import vehicle_problems

Places = Mapping[AgencyId, Location]

_VEHICLE = frozenset({"vehicle_kind", "special_vehicle_reason"})
_DAYS = ("date", "date_from", "date_to", "time_due")


def amended(move: Move, given: Mapping[str, object]) -> Move:
    """Return a move with what is given by the names of its parts; None clears.

    `vehicle_kind` and `special_vehicle_reason` stand for the parts of `vehicle_needs`: an ordinary vehicle takes the
    reason for a special one with it.
    """
    plain = {name: value for name, value in given.items() if name not in _VEHICLE}
    kind = given.get("vehicle_kind") or move.vehicle_needs.kind
    reason = given.get("special_vehicle_reason", move.vehicle_needs.reason)
    if kind is VehicleKind.CELLULAR and "special_vehicle_reason" not in given:
        reason = None
    needs = VehicleNeeds(kind, reason)  # type: ignore[arg-type]  # the schema's types see to it
    return replace(move, vehicle_needs=needs, **plain)  # type: ignore[arg-type]  # likewise


def amendment_problems(move: Move, after: Move, places: Places, *, locked_out: bool, today: dt.date) -> list[Problem]:
    """Check a changed move against the rules of what changed in it."""
    found = _allocation_problems(move, after)
    if after.to_agency != move.to_agency:
        found += destination_problems(move, after.to_agency, places, locked_out=locked_out)
    if any(getattr(after, name) != getattr(move, name) for name in _DAYS):
        found += date_problems(
            proposed=move.status is MoveStatus.PROPOSED,
            date=after.date,
            date_from=after.date_from,
            date_to=after.date_to,
            time_due=after.time_due,
        )
    found += horizon_problems(
        date=None if after.date == move.date else after.date,
        date_from=None if after.date_from == move.date_from else after.date_from,
        today=today,
    )
    if after.date != move.date and recall_date_problems(move.type, after.recall_date, after.date):
        found.append(problem(ProblemCode.INVALID, "The move cannot be before the recall.", "date"))
    if after.vehicle_needs != move.vehicle_needs:
        found += vehicle_problems(after.vehicle_needs.kind, after.vehicle_needs.reason)
    if after.prison_transfer_reason != move.prison_transfer_reason:
        found += transfer_reason_problems(move.type, after.prison_transfer_reason)
    return found


def destination_problems(
    move: Move, to_agency: AgencyId | None, places: Places, *, locked_out: bool, move_type: MoveType | None = None
) -> list[Problem]:
    """Check another destination, for the type that the move has or is to have from then on."""
    end = None if to_agency is None else places.get(to_agency)
    if to_agency is not None and end is None:
        return [problem(ProblemCode.NOT_FOUND, "There is no such place.", "toLocationId")]
    # That the place of departure was closed meanwhile is no reason against another destination.
    start = replace(places[move.from_agency], active=True)
    found = place_problems(move_type or move.type, start, end, locked_out=locked_out)
    # Where the move starts is settled: if that is wrong now, it is so for the new type.
    return [replace(one, field=("input", "type")) if one.field == ("input", "fromLocationId") else one for one in found]


def _allocation_problems(move: Move, after: Move) -> list[Problem]:
    if move.allocation_id is None:
        return []
    found: list[Problem] = []
    if after.date != move.date:
        found.append(problem(ProblemCode.LOCKED, "The day of an allocation's move is that of the allocation.", "date"))
    if after.to_agency != move.to_agency:
        words = "An allocation's move goes where the allocation does: it can be redirected by those who decide."
        found.append(problem(ProblemCode.LOCKED, words, "toLocationId"))
    return found
