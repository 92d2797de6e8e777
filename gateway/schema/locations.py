"""Places and suppliers."""

from collections.abc import Sequence

import strawberry

from gateway.domain.locations import Location as LocationValue
from gateway.domain.locations import LocationType
from gateway.domain.suppliers import Supplier as SupplierValue
from gateway.resolvers import connections as resolve_connection
from gateway.resolvers import locations as resolve
from gateway.resolvers.global_ids import NodeType
from gateway.schema import connections
from gateway.schema.enums import register
from gateway.schema.nodes import Node, id_field

register(
    LocationType,
    "What kind of place it is.",
    {
        LocationType.PRISON: "A prison or young offender institution.",
        LocationType.COURT: "A court of any kind.",
        LocationType.POLICE: "A police custody suite.",
        LocationType.SECURE_TRAINING_CENTRE: "A secure training centre of the youth estate.",
        LocationType.SECURE_CHILDRENS_HOME: "A secure children's home of the youth estate.",
        LocationType.HOSPITAL: "A hospital.",
        LocationType.HIGH_SECURITY_HOSPITAL: "A high security psychiatric hospital.",
        LocationType.IMMIGRATION_DETENTION_CENTRE: "An immigration removal centre.",
        LocationType.APPROVED_PREMISES: "Approved premises of the probation service.",
        LocationType.PROBATION_OFFICE: "An office of the probation service.",
        LocationType.FOREIGN_NATIONAL_PRISON: "A prison for foreign nationals.",
    },
)


@strawberry.type(description="An escort contractor.")
class Supplier(Node):
    id: strawberry.ID = id_field(NodeType.SUPPLIER, lambda root: root.key)
    key: str = strawberry.field(description="Its short name in data: geoamey, serco.")
    name: str = strawberry.field(description="Its name.")
    lot: str | None = strawberry.field(description="The part of the country that it is contracted for.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, SupplierValue)


@strawberry.type(description="A place where moves start, stop or end. Reference data, the same for every viewer.")
class Location(Node):
    id: strawberry.ID = id_field(NodeType.LOCATION, lambda root: root.agency_id)
    agency_id: str = strawberry.field(description="NOMIS's code of the place: LEI, LEEDCC.")
    title: str = strawberry.field(description="Its name as people say it.")
    type: LocationType = strawberry.field(description="What kind of place it is.")
    region: str | None = strawberry.field(description="The region that it is run in.")
    suppliers: Sequence[SupplierValue] = strawberry.field(
        resolver=resolve.suppliers,
        graphql_type=list[Supplier],
        description="Who carries people from here at present. Courts have none of their own.",
    )
    active: bool = strawberry.field(description="Whether new moves may start or end here.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, LocationValue)


@strawberry.input(description="Narrows a list of locations. What is left out does not narrow.")
class LocationFilter:
    types: list[LocationType] | None = strawberry.field(default=None, description="Only places of these kinds.")
    title_contains: str | None = strawberry.field(
        default=None, description="Only places whose title has this in it, whatever the case."
    )
    active: bool | None = strawberry.field(default=None, description="Only places in use, or only those that are not.")


@strawberry.type(description="A row of a list of locations.")
class LocationEdge:
    cursor: str = strawberry.field(description=connections.CURSOR)
    node: LocationValue = strawberry.field(graphql_type=Location, description="The location.")


@strawberry.type(description="A page of locations.")
class LocationConnection:
    edges: Sequence[object] = strawberry.field(
        resolver=resolve_connection.edges, graphql_type=list[LocationEdge], description=connections.EDGES
    )
    nodes: Sequence[LocationValue] = strawberry.field(
        resolver=resolve_connection.nodes, graphql_type=list[Location], description=connections.NODES
    )
    page_info: object = strawberry.field(
        resolver=resolve_connection.page_of, graphql_type=connections.PageInfo, description=connections.PAGE_INFO
    )
    total_count: int = strawberry.field(resolver=resolve_connection.total_count, description=connections.TOTAL)
