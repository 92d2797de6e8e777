"""The root types: where a query or a change begins."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.domain import allocations as allocation_values
from gateway.domain import locations as location_values
from gateway.domain import moves as move_values
from gateway.domain.alerts import AlertType as AlertTypeValue
from gateway.domain.escort_records import EscortRecord as EscortRecordValue
from gateway.domain.ids import SupplierKey
from gateway.domain.pages import page_request
from gateway.domain.people import Person as PersonValue
from gateway.domain.problems import Problem as ProblemValue
from gateway.domain.suppliers import Supplier as SupplierValue
from gateway.domain.viewer import Viewer as ViewerValue
from gateway.resolvers import mutations as change
from gateway.resolvers import queries as resolve
from gateway.resolvers.arguments import After, Before, First, Last
from gateway.resolvers.global_ids import agency_ids
from gateway.resolvers.nodes import Node as NodeValue
from gateway.schema.allocation_changes import AllocationMutations
from gateway.schema.allocations import Allocation, AllocationConnection, AllocationFilter
from gateway.schema.amendments import AmendmentMutations
from gateway.schema.bookings import BookingMutations
from gateway.schema.dashboards import Dashboard
from gateway.schema.escort_records import PersonEscortRecord
from gateway.schema.locations import Location, LocationConnection, LocationFilter, Supplier
from gateway.schema.moves import Move, MoveConnection, MoveFilter, MoveOrder
from gateway.schema.nodes import Node
from gateway.schema.people import AlertType, Person
from gateway.schema.problems import Problem
from gateway.schema.question_sets import QuestionSetQueries
from gateway.schema.record_changes import EscortRecordMutations
from gateway.schema.recording import RecordingMutations
from gateway.schema.scalars import PrisonNumber
from gateway.schema.viewer import Viewer
from gateway.services.listings import Listing
from gateway.services.moves import Dashboard as DashboardValue

Id = Annotated[strawberry.ID, strawberry.argument(description="An id that the gateway gave.")]


def _matching(given: MoveFilter | None) -> move_values.MoveFilter:
    if given is None:
        return move_values.MoveFilter()
    return move_values.MoveFilter(
        direction=given.direction,
        location_ids=None if given.location_ids is None else agency_ids(given.location_ids, ("filter", "locationIds")),
        date_from=given.date_from,
        date_to=given.date_to,
        statuses=None if given.statuses is None else tuple(given.statuses),
        types=None if given.types is None else tuple(given.types),
        supplier_key=None if given.supplier_key is None else SupplierKey(given.supplier_key),
        prison_number=given.prison_number,  # type: ignore[arg-type]  # the scalar gives the domain's own
        per_statuses=None if given.per_statuses is None else tuple(given.per_statuses),
    )


async def _node(info: Info, id: Id) -> NodeValue | None:  # noqa: A002 - the argument's name for clients
    return await resolve.node(info, id)


async def _nodes(
    info: Info,
    ids: Annotated[list[strawberry.ID], strawberry.argument(description="Ids that the gateway gave.")],
) -> Sequence[NodeValue | BaseException | None]:
    return await resolve.nodes_by_ids(info, ids)


async def _person(
    info: Info,
    prison_number: Annotated[PrisonNumber, strawberry.argument(description="The exact number.")],
) -> PersonValue | None:
    return await resolve.person(info, prison_number)  # type: ignore[arg-type]  # the scalar gives the domain's own


async def _people(
    info: Info,
    prison_numbers: Annotated[list[PrisonNumber], strawberry.argument(description="The exact numbers.")],
) -> Sequence[PersonValue | BaseException | None]:
    return await resolve.people(info, prison_numbers)  # type: ignore[arg-type]  # the scalar gives the domain's own


async def _move(info: Info, id: Id) -> move_values.Move | None:  # noqa: A002
    return await resolve.move(info, id)


async def _moves(
    info: Info,
    filter: Annotated[  # noqa: A002
        MoveFilter | None, strawberry.argument(description="Which of them; all where it is left out.")
    ] = None,
    order_by: Annotated[
        MoveOrder | None, strawberry.argument(description="In which order; by date where it is left out.")
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Listing[move_values.Move]:
    request = page_request(first=first, after=after, last=last, before=before)
    order = move_values.MoveOrder(order_by.field, order_by.direction) if order_by else move_values.MoveOrder()
    return await resolve.moves(info, request, _matching(filter), order)


async def _dashboard(
    info: Info,
    location_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the place.")],
    from_: Annotated[date, strawberry.argument(name="from", description="The first day.")],
    to: Annotated[date, strawberry.argument(description="The last day.")],
) -> DashboardValue:
    return await resolve.dashboard(info, location_id, from_, to)


async def _allocation(info: Info, id: Id) -> allocation_values.Allocation | None:  # noqa: A002
    return await resolve.allocation(info, id)


async def _allocations(
    info: Info,
    filter: Annotated[  # noqa: A002
        AllocationFilter | None, strawberry.argument(description="Which of them; all where it is left out.")
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Listing[allocation_values.Allocation]:
    request = page_request(first=first, after=after, last=last, before=before)
    matching = allocation_values.AllocationFilter()
    if filter is not None:
        matching = allocation_values.AllocationFilter(
            location_ids=None
            if filter.location_ids is None
            else agency_ids(filter.location_ids, ("filter", "locationIds")),
            statuses=None if filter.statuses is None else tuple(filter.statuses),
            date_from=filter.date_from,
            date_to=filter.date_to,
        )
    return await resolve.allocations(info, request, matching)


async def _person_escort_record(info: Info, id: Id) -> EscortRecordValue | None:  # noqa: A002
    return await resolve.person_escort_record(info, id)


def _location(
    info: Info,
    agency_id: Annotated[str, strawberry.argument(description="NOMIS's code of the place: LEI.")],
) -> location_values.Location | None:
    return resolve.location(info, agency_id)


def _locations(
    info: Info,
    filter: Annotated[  # noqa: A002
        LocationFilter | None, strawberry.argument(description="Which of them; all where it is left out.")
    ] = None,
    first: First = None,
    after: After = None,
) -> Listing[location_values.Location]:
    matching = location_values.LocationFilter()
    if filter is not None:
        matching = location_values.LocationFilter(
            types=None if filter.types is None else tuple(filter.types),
            title_contains=filter.title_contains,
            active=filter.active,
        )
    return resolve.locations(info, page_request(first=first, after=after), matching)


@strawberry.type(description="What can be read.")
class Query(QuestionSetQueries):
    node: NodeValue | None = strawberry.field(
        resolver=_node,
        graphql_type=Node | None,
        description="Anything by its id. Null where there is no such thing or you may not see it: the two look alike.",
    )
    nodes: Sequence[NodeValue | BaseException | None] = strawberry.field(
        resolver=_nodes,
        graphql_type=list[Node | None],
        description="Up to a hundred things by their ids. Positions match; null as for `node`.",
    )
    viewer: ViewerValue = strawberry.field(
        resolver=resolve.viewer, graphql_type=Viewer, description="Who you are, and what you may see and do."
    )
    person: PersonValue | None = strawberry.field(
        resolver=_person,
        graphql_type=Person | None,
        description="A person by exact prison number. Null where nobody has that number or you may not see them: "
        "the two look alike. There is no other way to look for people.",
    )
    people: Sequence[PersonValue | BaseException | None] = strawberry.field(
        resolver=_people,
        graphql_type=list[Person | None],
        description="Up to a hundred people by exact prison number. Positions match; null as for `person`.",
    )
    move: move_values.Move | None = strawberry.field(
        resolver=_move,
        graphql_type=Move | None,
        description="A move by its id. Null where there is none or you may not see it: the two look alike.",
    )
    moves: object = strawberry.field(
        resolver=_moves,
        graphql_type=MoveConnection,
        description="Moves that touch your places. There is no search by name.",
    )
    dashboard: DashboardValue = strawberry.field(
        resolver=_dashboard,
        graphql_type=Dashboard,
        description="Who arrives at and leaves a place, per day (a quarter of a year at most), "
        "counting moves that you may see.",
    )
    allocation: allocation_values.Allocation | None = strawberry.field(
        resolver=_allocation,
        graphql_type=Allocation | None,
        description="An allocation by its id. Null where there is none or you may not see it: the two look alike.",
    )
    allocations: object = strawberry.field(
        resolver=_allocations,
        graphql_type=AllocationConnection,
        description="Allocations that touch your places, by date. Without the permission to view them there are none.",
    )
    person_escort_record: EscortRecordValue | None = strawberry.field(
        resolver=_person_escort_record,
        graphql_type=PersonEscortRecord | None,
        description="A dPER by its id. Null where there is none or you may not see it: the two look alike.",
    )
    location: location_values.Location | None = strawberry.field(
        resolver=_location, graphql_type=Location | None, description="A place by NOMIS's code."
    )
    locations: object = strawberry.field(
        resolver=_locations, graphql_type=LocationConnection, description="Places, by title."
    )
    suppliers: Sequence[SupplierValue] = strawberry.field(
        resolver=resolve.suppliers, graphql_type=list[Supplier], description="The escort contractors."
    )
    alert_types: Sequence[AlertTypeValue] | None = strawberry.field(
        resolver=resolve.alert_types,
        graphql_type=list[AlertType] | None,
        description="Every type of alert with its codes, from NOMIS.",
    )


@strawberry.input(description="Which caseload to work in.")
class SetActiveCaseloadInput:
    agency_id: str = strawberry.field(description="NOMIS's code of one of your caseloads.")


@strawberry.type(description="The outcome of choosing a caseload.")
class SetActiveCaseloadPayload:
    viewer: ViewerValue | None = strawberry.field(
        graphql_type=Viewer | None, description="You, with the choice made; null where it was not."
    )
    problems: Sequence[ProblemValue] = strawberry.field(
        graphql_type=list[Problem], description="NOT_FOUND where you have no such caseload."
    )


async def _set_active_caseload(
    info: Info,
    input: Annotated[  # noqa: A002
        SetActiveCaseloadInput, strawberry.argument(description="Which caseload.")
    ],
) -> change.ActiveCaseloadSet:
    return await change.set_active_caseload(info, input.agency_id)


@strawberry.type(description="What can be changed.")
class Mutation(BookingMutations, AmendmentMutations, AllocationMutations, RecordingMutations, EscortRecordMutations):
    set_active_caseload: change.ActiveCaseloadSet = strawberry.mutation(
        resolver=_set_active_caseload,
        graphql_type=SetActiveCaseloadPayload,
        description="Choose which of your caseloads is active here. Other applications keep NOMIS's own choice.",
    )
