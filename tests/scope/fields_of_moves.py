"""Moves and what hangs on them, and allocations, said once more."""

from typing import Any, Final

from gateway.domain.allocations import Allocation, AllocationStatus
from gateway.domain.moves import Lodging, Move, MoveStatus
from mocks.supplier.records import LegRecord
from tests.scope.fields import Args, Asked, Field, Provenance, ToldJourney, ToldPosition, global_id
from tests.scope.fields_of_people import person
from tests.scope.fields_of_places import SUPPLIERS_BY_KEY, place
from tests.scope.pages import Page, allocation_key, event_key, log_cursor, page, page_of_moves
from tests.scope.rules import standing


def is_told_to_its_supplier(move: Move) -> bool:
    return move.supplier is not None and move.authorised_at is not None


def is_on_the_road(move: Move) -> bool:
    return is_told_to_its_supplier(move) and move.status is MoveStatus.IN_TRANSIT


def journeys(asked: Asked, source: Move, _args: Args) -> list[ToldJourney]:
    """Give what the supplier tells, or else what was kept; suppliers are not told of what is not authorised."""
    planned = asked.of(source)
    if not is_told_to_its_supplier(source):
        return []
    told = planned.legs if planned.legs is not None else planned.kept_legs
    legs: tuple[LegRecord, ...] = told or ()
    return [ToldJourney(source, leg, Provenance("SUPPLIER", stale=planned.legs is None)) for leg in legs]


def _tracking(asked: Asked, source: Move, _args: Args) -> ToldPosition | None:
    position = asked.of(source).position
    if position is None or not is_on_the_road(source):
        return None
    return ToldPosition(position, Provenance("SUPPLIER"))


def _events(asked: Asked, source: Move, args: Args) -> Page:
    wanted = args.get("classifications")
    return page(
        [
            (event_key(event), event)
            for event in asked.of(source).events
            if wanted is None or event.classification.name in wanted
        ],
        args,
        name="occurred_at",
    )


def _journey_events(asked: Asked, source: ToldJourney, args: Args) -> Page:
    events = [event for event in asked.of(source.move).events if event.journey_id == source.leg.id]
    return page([(event_key(event), event) for event in events], args, name="occurred_at")


def _lodgings(asked: Asked, source: Move, _args: Args) -> list[Lodging]:
    return sorted(standing(asked.of(source).stays), key=lambda stay: (stay.start_date, stay.end_date, str(stay.id)))


def _allocation(asked: Asked, source: Move, _args: Args) -> Allocation | None:
    return next((one for one in asked.sight.allocations if one.id == source.allocation_id), None)


def _moves_of_allocation(asked: Asked, source: Allocation, args: Args) -> Page:
    return page_of_moves([one for one in asked.sight.moves if one.move.allocation_id == source.id], args)


def filled_count(asked: Asked, source: Allocation, _args: Args) -> int:
    """Count what is authorised in the whole world: it is a fact of the allocation, the same for all who see that."""
    return len(
        [
            one
            for one in asked.world.moves
            if one.move.allocation_id == source.id
            and one.move.prison_number is not None
            and one.move.authorised_at is not None
            and one.move.status is not MoveStatus.CANCELLED
            and source.status is not AllocationStatus.CANCELLED
        ]
    )


def allocations(asked: Asked, _source: object, args: Args) -> Page:
    wanted = args.get("filter") or {}
    places = wanted.get("locationIds")
    since, until = wanted.get("dateFrom") or "", wanted.get("dateTo") or "~"
    found = [
        one
        for one in asked.sight.allocations
        if (
            places is None or {global_id("Location", one.from_agency), global_id("Location", one.to_agency)} & {*places}
        )
        and (wanted.get("statuses") is None or one.status.name in wanted["statuses"])
        and since <= one.date.isoformat() <= until
    ]
    return page([(allocation_key(one.date, one.id), one) for one in found], args, name="date")


def _leg(name: str) -> Field:
    return lambda _asked, source, _args: getattr(source.leg, name)


def _position(name: str) -> Field:
    return lambda _asked, source, _args: getattr(source.position, name)


def _id(kind: str) -> Field:
    return lambda _asked, source, _args: global_id(kind, source.id)


def _from(_asked: Asked, source: Any, _args: Args) -> object:
    return place(source.from_agency)


def _to(_asked: Asked, source: Any, _args: Args) -> object:
    return place(source.to_agency)


def _supplier(_asked: Asked, source: Any, _args: Args) -> object:
    return SUPPLIERS_BY_KEY.get(source.supplier)


def _person(asked: Asked, source: Any, _args: Args) -> object:
    return person(asked, source.prison_number)


FIELDS: Final[dict[str, Field]] = {
    "Move.id": _id("Move"),
    "Move.person": _person,
    "Move.fromLocation": _from,
    "Move.toLocation": _to,
    "Move.supplier": _supplier,
    "Move.allocation": _allocation,
    "Move.journeys": journeys,
    "Move.lodgings": _lodgings,
    "Move.personEscortRecord": lambda asked, source, _args: asked.of(source).record,
    "Move.youthRiskAssessment": lambda asked, source, _args: asked.of(source).assessment,
    "Move.events": _events,
    # The estates' moves were never changed: tests/booking has those that were, and who may read of it.
    "Move.history": lambda _asked, _source, args: page([], args, name="history"),
    "Move.tracking": _tracking,
    "Lodging.id": _id("Lodging"),
    "Lodging.location": lambda _asked, source, _args: place(source.agency_id),
    "Journey.id": lambda _asked, source, _args: global_id("Journey", source.move.id, source.leg.id),
    "Journey.supplier": lambda asked, source, args: _supplier(asked, source.move, args),
    "Journey.fromLocation": lambda asked, source, args: _from(asked, source.leg, args),
    "Journey.toLocation": lambda asked, source, args: _to(asked, source.leg, args),
    "Journey.events": _journey_events,
    **{f"Journey.{name}": _leg(name) for name in ("number", "state", "date", "billable", "vehicle")},
    **{f"Tracking.{name}": _position(name) for name in ("latitude", "longitude", "eta")},
    "Tracking.recordedAt": _position("recorded_at"),
    "Event.id": _id("Event"),
    "Event.supplier": _supplier,
    "Event.cursor": lambda _asked, source, _args: log_cursor(source),
    "Allocation.id": _id("Allocation"),
    "Allocation.fromLocation": _from,
    "Allocation.toLocation": _to,
    "Allocation.filledCount": filled_count,
    "Allocation.moves": _moves_of_allocation,
}
