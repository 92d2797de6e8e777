"""Fields of a move, its lodgings and journeys."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Annotated, cast

import strawberry

from gateway.context import Info
from gateway.domain.allocations import Allocation
from gateway.domain.escort_records import EscortRecord, YouthRiskAssessment
from gateway.domain.events import Event, EventClassification
from gateway.domain.ids import AllocationId, JourneyId, MoveId, PrisonNumber
from gateway.domain.journeys import Carriage, Journey, Tracking
from gateway.domain.locations import Location
from gateway.domain.moves import Lodging, Move, MoveStatus
from gateway.domain.pages import Page, PageRequest, page_request
from gateway.domain.people import Person
from gateway.domain.suppliers import Supplier
from gateway.resolvers.arguments import After, First
from gateway.resolvers.relations import Relation

MoveRelated = Move | EscortRecord | YouthRiskAssessment

PERSON: Relation[MoveRelated, PrisonNumber, Person | None] = Relation(
    bulk=lambda services: services.people.by_numbers, key=attrgetter("prison_number"), missing=None
)
ALLOCATION: Relation[Move, AllocationId, Allocation | None] = Relation(
    bulk=lambda services: services.allocations.by_ids, key=attrgetter("allocation_id"), missing=None
)
LODGINGS: Relation[Move, MoveId, Sequence[Lodging]] = Relation(
    bulk=lambda services: services.moves.lodgings_by_moves, key=attrgetter("id"), missing=()
)
ESCORT_RECORD: Relation[Move, MoveId, EscortRecord | None] = Relation(
    bulk=lambda services: services.escort_records.by_moves, key=attrgetter("id"), missing=None
)

YOUTH_RISK_ASSESSMENT: Relation[Move, MoveId, YouthRiskAssessment | None] = Relation(
    bulk=lambda services: services.escort_records.assessments_by_moves, key=attrgetter("id"), missing=None
)


def carriage(root: Move) -> Carriage | None:
    """Say what to ask its suppliers about; nothing while it is proposed, as suppliers are not told of proposals."""
    if root.supplier is None or root.authorised_at is None:
        return None
    return Carriage(root.id, root.reference, root.supplier, root.receiving_supplier)


def carriage_on_the_road(root: Move) -> Carriage | None:
    """Say what to ask for a position about: only a move that is under way has one."""
    return carriage(root) if root.status is MoveStatus.IN_TRANSIT else None


JOURNEYS: Relation[Move, Carriage, Sequence[Journey] | None] = Relation(
    bulk=lambda services: services.journeys.by_carriages, key=carriage, missing=()
)
TRACKING: Relation[Move, Carriage, Tracking | None] = Relation(
    bulk=lambda services: services.journeys.tracking_by_carriages, key=carriage_on_the_road, missing=None
)


def from_location(root: Move | Journey | Allocation, info: Info) -> Location:
    # The store's foreign keys and the journeys service see to it that the place is known.
    return cast("Location", info.context.services.locations.by_agency_id(root.from_agency))


def to_location(root: Move | Journey | Allocation, info: Info) -> Location | None:
    return None if root.to_agency is None else info.context.services.locations.by_agency_id(root.to_agency)


def certain_to_location(root: Journey | Allocation, info: Info) -> Location:
    return cast("Location", info.context.services.locations.by_agency_id(root.to_agency))


def lodging_location(root: Lodging, info: Info) -> Location:
    return cast("Location", info.context.services.locations.by_agency_id(root.agency_id))


def supplier(root: Move | Journey | Event, info: Info) -> Supplier | None:
    return None if root.supplier is None else info.context.services.locations.supplier(root.supplier)


def journey_supplier(root: Journey, info: Info) -> Supplier:
    return cast("Supplier", info.context.services.locations.supplier(root.supplier))


PageKey = tuple[MoveId, PageRequest, frozenset[EventClassification] | None]


def events_by(
    first: int | None = None,
    after: str | None = None,
    classifications: Sequence[EventClassification] | None = None,
) -> Relation[Move, PageKey, Page[Event]]:
    """Declare which events a field shows. Raises InvalidInput where there is no such page."""
    request = page_request(first=first, after=after)
    wanted = None if classifications is None else frozenset(classifications)
    return Relation(
        bulk=lambda services: services.events.pages_by_moves, key=lambda move: (move.id, request, wanted), missing=EMPTY
    )


async def events(
    root: Move,
    info: Info,
    first: First = None,
    after: After = None,
    classifications: Annotated[
        list[EventClassification] | None, strawberry.argument(description="Only events about these things.")
    ] = None,
) -> Page[Event]:
    """Give a page of what happened, in the order in which it occurred."""
    return await events_by(first, after, classifications).load_for(root, info)


def journey_events_by(
    first: int | None = None, after: str | None = None
) -> Relation[Journey, tuple[MoveId, JourneyId, PageRequest], Page[Event]]:
    """Declare which events of a journey a field shows. Raises InvalidInput where there is no such page."""
    request = page_request(first=first, after=after)
    return Relation(
        bulk=lambda services: services.events.pages_by_journeys,
        key=lambda journey: (journey.move_id, journey.id, request),
        missing=EMPTY,
    )


async def journey_events(root: Journey, info: Info, first: First = None, after: After = None) -> Page[Event]:
    """Give a page of what happened on one journey."""
    return await journey_events_by(first, after).load_for(root, info)


EMPTY: Page[Event] = Page(edges=(), has_next=False, has_previous=False)
