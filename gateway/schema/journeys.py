"""Journeys and tracking: from the suppliers."""

import datetime as dt

import strawberry

from gateway.domain import journeys as values
from gateway.domain.journeys import JourneyState
from gateway.domain.locations import Location as LocationValue
from gateway.domain.provenance import Provenance as ProvenanceValue
from gateway.domain.suppliers import Supplier as SupplierValue
from gateway.resolvers import journeys as resolve_tracking
from gateway.resolvers import moves as resolve
from gateway.resolvers.global_ids import NodeType
from gateway.schema.enums import register
from gateway.schema.events import EventConnection
from gateway.schema.locations import Location, Supplier
from gateway.schema.nodes import Node, id_field
from gateway.schema.provenance import Provenance
from gateway.schema.relations import RELATION

register(
    JourneyState,
    "How far a journey has come.",
    {
        JourneyState.PROPOSED: "Planned.",
        JourneyState.REJECTED: "Turned down before it began.",
        JourneyState.IN_PROGRESS: "Under way.",
        JourneyState.COMPLETED: "Arrived.",
        JourneyState.CANCELLED: "Broken off after it began.",
    },
)


@strawberry.type(description="The vehicle of a journey.")
class Vehicle:
    id: str | None = strawberry.field(description="The supplier's own name for it.")
    registration: str | None = strawberry.field(description="Its registration plate.")


@strawberry.type(description="One leg of a move, as its supplier drives it.")
class Journey(Node):
    id: strawberry.ID = id_field(NodeType.JOURNEY, lambda root: (root.move_id, root.id))
    number: int = strawberry.field(description="Its place among the legs of the move, from 1.")
    state: JourneyState = strawberry.field(description="How far it has come.")
    date: dt.date | None = strawberry.field(description="The day of the journey.")
    supplier: SupplierValue = strawberry.field(
        resolver=resolve.journey_supplier, graphql_type=Supplier, description="Who drives it."
    )
    from_location: LocationValue = strawberry.field(
        resolver=resolve.from_location, graphql_type=Location, description="Where it starts."
    )
    to_location: LocationValue = strawberry.field(
        resolver=resolve.certain_to_location, graphql_type=Location, description="Where it ends."
    )
    billable: bool = strawberry.field(description="Whether the supplier charges for it.")
    vehicle: values.Vehicle | None = strawberry.field(
        graphql_type=Vehicle | None, description="The vehicle, once the supplier names one."
    )
    events: object = strawberry.field(
        resolver=resolve.journey_events,
        metadata={RELATION: resolve.journey_events_by},
        graphql_type=EventConnection,
        description="What happened on it.",
    )
    provenance: ProvenanceValue = strawberry.field(
        graphql_type=Provenance, description="Whether the supplier told it just now, and if not, when."
    )

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, values.Journey)


@strawberry.type(description="Where the vehicle was last seen, and when it is expected.")
class Tracking:
    latitude: float | None = strawberry.field(resolver=resolve_tracking.latitude, description="Degrees north (WGS 84).")
    longitude: float | None = strawberry.field(
        resolver=resolve_tracking.longitude, description="Degrees east (WGS 84)."
    )
    eta: dt.datetime | None = strawberry.field(
        resolver=resolve_tracking.eta, description="When it is expected at the destination."
    )
    recorded_at: dt.datetime = strawberry.field(resolver=resolve_tracking.recorded_at, description="When it was there.")
    provenance: ProvenanceValue = strawberry.field(
        graphql_type=Provenance, description="Whether the supplier told it just now, and if not, when."
    )
