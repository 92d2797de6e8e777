"""Allocations: people wanted in number, from one establishment to another."""

import datetime as dt
from collections.abc import Sequence

import strawberry

from gateway.domain import allocations as values
from gateway.domain.allocations import AllocationStatus
from gateway.domain.locations import Location as LocationValue
from gateway.domain.moves import Cancellation as CancellationValue
from gateway.resolvers import allocations as resolve
from gateway.resolvers import connections as resolve_connection
from gateway.resolvers import moves as resolve_move
from gateway.resolvers.global_ids import NodeType
from gateway.schema import connections
from gateway.schema.cancellations import Cancellation
from gateway.schema.enums import register
from gateway.schema.locations import Location
from gateway.schema.moves import MoveConnection
from gateway.schema.nodes import Node, id_field

register(
    AllocationStatus,
    "How far an allocation has come.",
    {
        AllocationStatus.UNFILLED: "Some of its places have nobody yet.",
        AllocationStatus.FILLED: "Every place has a person.",
        AllocationStatus.CANCELLED: "Called off.",
    },
)


@strawberry.type(description="Whether people of a certain need may be among those who are sent.")
class ComplexCase:
    key: str = strawberry.field(description="The need: hold_separately, self_harm.")
    allowed: bool = strawberry.field(description="Whether they may.")


@strawberry.type(description="A request to move a number of people between two establishments.")
class Allocation(Node):
    id: strawberry.ID = id_field(NodeType.ALLOCATION, lambda root: root.id)
    status: AllocationStatus = strawberry.field(description="How far it has come.")
    date: dt.date = strawberry.field(description="The day of its moves.")
    from_location: LocationValue = strawberry.field(
        resolver=resolve_move.from_location, graphql_type=Location, description="Who sends."
    )
    to_location: LocationValue = strawberry.field(
        resolver=resolve_move.certain_to_location, graphql_type=Location, description="Who receives."
    )
    moves_count: int = strawberry.field(description="How many people are wanted.")
    filled_count: int = strawberry.field(description="How many of its open moves have a person.")
    prisoner_category: str | None = strawberry.field(description="The security category that is asked for.")
    sentence_length: str | None = strawberry.field(description="The length of sentence that is asked for.")
    estate: str | None = strawberry.field(description="The part of the estate that is asked for.")
    complex_cases: Sequence[values.ComplexCase] = strawberry.field(
        graphql_type=list[ComplexCase], description="Which needs people may have."
    )
    other_criteria: str | None = strawberry.field(description="What else is asked for.")
    requested_by: str | None = strawberry.field(description="Who asked for it.")
    moves: object = strawberry.field(
        resolver=resolve.moves, graphql_type=MoveConnection, description="Its moves that you may see."
    )
    cancellation: CancellationValue | None = strawberry.field(
        graphql_type=Cancellation | None, description="Why and when it was cancelled."
    )
    version: int = strawberry.field(description="Rises by one at each change.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, values.Allocation)


@strawberry.input(description="Narrows a list of allocations. What is left out does not narrow.")
class AllocationFilter:
    location_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only allocations from or to one of these places."
    )
    statuses: list[AllocationStatus] | None = strawberry.field(default=None, description="Only those in these states.")
    date_from: dt.date | None = strawberry.field(default=None, description="Only those on this day or later.")
    date_to: dt.date | None = strawberry.field(default=None, description="Only those on this day or earlier.")


@strawberry.type(description="A row of a list of allocations.")
class AllocationEdge:
    cursor: str = strawberry.field(description=connections.CURSOR)
    node: values.Allocation = strawberry.field(graphql_type=Allocation, description="The allocation.")


@strawberry.type(description="A page of allocations, by date.")
class AllocationConnection:
    edges: Sequence[object] = strawberry.field(
        resolver=resolve_connection.edges, graphql_type=list[AllocationEdge], description=connections.EDGES
    )
    nodes: Sequence[values.Allocation] = strawberry.field(
        resolver=resolve_connection.nodes, graphql_type=list[Allocation], description=connections.NODES
    )
    page_info: object = strawberry.field(
        resolver=resolve_connection.page_of, graphql_type=connections.PageInfo, description=connections.PAGE_INFO
    )
    total_count: int = strawberry.field(resolver=resolve_connection.total_count, description=connections.TOTAL)
