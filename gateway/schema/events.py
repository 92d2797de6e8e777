"""Events: the append-only log."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from gateway.domain import events as values
from gateway.domain.events import EventClassification
from gateway.domain.suppliers import Supplier as SupplierValue
from gateway.resolvers import connections as resolve_connection
from gateway.resolvers import events as resolve
from gateway.resolvers import moves as resolve_move
from gateway.resolvers.global_ids import NodeType
from gateway.schema import connections
from gateway.schema.enums import register
from gateway.schema.locations import Supplier
from gateway.schema.nodes import Node, id_field
from gateway.schema.scalars import Cursor

register(
    EventClassification,
    "What an event is about, for whoever watches over welfare.",
    {
        EventClassification.DEFAULT: "The course of a move.",
        EventClassification.INCIDENT: "Something went wrong.",
        EventClassification.MEDICAL: "A person's health.",
        EventClassification.NOTIFICATION: "A notice to a place or a person.",
        EventClassification.SUICIDE_AND_SELF_HARM: "Self-harm, or the risk of it.",
    },
)


@strawberry.type(description="A named detail of an event.")
class EventDetail:
    name: str = strawberry.field(description="What it is.")
    value: str | None = strawberry.field(description="Its value as text.")


@strawberry.type(description="One entry of the append-only log about a move, a journey, a dPER or a person in transit.")
class Event(Node):
    id: strawberry.ID = id_field(NodeType.EVENT, lambda root: root.id)
    type: str = strawberry.field(description="One of the catalogue's names: MoveStart, PerSelfHarm.")
    classification: EventClassification = strawberry.field(description="What it is about.")
    occurred_at: datetime = strawberry.field(description="When it happened, as far as is known.")
    recorded_at: datetime = strawberry.field(description="When it was written down.")
    supplier: SupplierValue | None = strawberry.field(
        resolver=resolve_move.supplier,
        graphql_type=Supplier | None,
        description="The supplier that recorded it; null where staff did.",
    )
    notes: str | None = strawberry.field(description="What was written beside it.")
    details: Sequence[values.EventDetail] = strawberry.field(
        graphql_type=list[EventDetail], description="What belongs to an event of its type."
    )
    cursor: str = strawberry.field(resolver=resolve.cursor, graphql_type=Cursor, description="Its position in the log.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, values.Event)


@strawberry.type(description="A row of a list of events.")
class EventEdge:
    cursor: str = strawberry.field(description=connections.CURSOR)
    node: values.Event = strawberry.field(graphql_type=Event, description="The event.")


@strawberry.type(description="A page of events, in the order in which they occurred.")
class EventConnection:
    edges: Sequence[object] = strawberry.field(
        resolver=resolve_connection.edges, graphql_type=list[EventEdge], description=connections.EDGES
    )
    nodes: Sequence[values.Event] = strawberry.field(
        resolver=resolve_connection.nodes, graphql_type=list[Event], description=connections.NODES
    )
    page_info: object = strawberry.field(
        resolver=resolve_connection.page_of, graphql_type=connections.PageInfo, description=connections.PAGE_INFO
    )
