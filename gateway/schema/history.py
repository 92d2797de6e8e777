"""History: who changed what, and when."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from gateway.domain import changes as values
from gateway.resolvers import connections as resolve_connection
from gateway.resolvers import history as resolve
from gateway.schema import connections


@strawberry.type(description="How one part of a thing differs from the version before.")
class FieldChange:
    name: str = strawberry.field(
        description="The part, as the store names it: `date`, `to_agency`, `additional_information`."
    )
    before: str | None = strawberry.field(
        resolver=resolve.before,
        description="Its value in the version before, as text; null where it had none. Enumerations are in lower case.",
    )
    after: str | None = strawberry.field(
        resolver=resolve.after,
        description="Its value from then on. Both are null for `prison_number`: that the person changed is told, and "
        "not who it was.",
    )


@strawberry.type(description="One version of a thing: who made it, when, and what differs from the one before.")
class Change:
    version: int = strawberry.field(description="The version that this change made; 1 is how the thing was made.")
    at: datetime = strawberry.field(description="When.")
    username: str = strawberry.field(
        description="The account that made it; `secure-move-gateway` where the gateway did so by itself."
    )
    fields: Sequence[values.FieldChange] = strawberry.field(
        graphql_type=list[FieldChange], description="What differs; for version 1, what it was made with."
    )


@strawberry.type(description="A row of a history.")
class ChangeEdge:
    cursor: str = strawberry.field(description=connections.CURSOR)
    node: values.Change = strawberry.field(graphql_type=Change, description="The change.")


@strawberry.type(description="A page of a history, the first version first.")
class ChangeConnection:
    edges: Sequence[object] = strawberry.field(
        resolver=resolve_connection.edges, graphql_type=list[ChangeEdge], description=connections.EDGES
    )
    nodes: Sequence[values.Change] = strawberry.field(
        resolver=resolve_connection.nodes, graphql_type=list[Change], description=connections.NODES
    )
    page_info: object = strawberry.field(
        resolver=resolve_connection.page_of, graphql_type=connections.PageInfo, description=connections.PAGE_INFO
    )
