"""The dashboard: who arrives and leaves, in numbers."""

import datetime as dt
from collections.abc import Sequence

import strawberry

from gateway.domain.locations import Location as LocationValue
from gateway.domain.moves import MoveStatus
from gateway.resolvers import dashboards as resolve
from gateway.schema.locations import Location
from gateway.services import moves as values


@strawberry.type(description="How many moves are in one state.")
class StatusCount:
    status: MoveStatus = strawberry.field(description="The state.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="Moves of one day in one direction, counting those that you may see.")
class MoveCounts:
    total: int = strawberry.field(description="All of them, cancelled ones included.")
    by_status: Sequence[resolve.StatusCount] = strawberry.field(
        graphql_type=list[StatusCount], description="The same by state; states without any are left out."
    )
    per_incomplete: int = strawberry.field(description="Those not cancelled whose dPER is missing or not complete.")
    in_transit: int = strawberry.field(description="Those under way.")


@strawberry.type(description="One day of a dashboard.")
class DashboardDay:
    date: dt.date = strawberry.field(description="The day.")
    incoming: resolve.MoveCounts = strawberry.field(
        resolver=resolve.incoming, graphql_type=MoveCounts, description="Who arrives."
    )
    outgoing: resolve.MoveCounts = strawberry.field(
        resolver=resolve.outgoing, graphql_type=MoveCounts, description="Who leaves."
    )


@strawberry.type(description="Who arrives at and leaves a place, day by day.")
class Dashboard:
    location: LocationValue = strawberry.field(
        resolver=resolve.location, graphql_type=Location, description="The place."
    )
    days: Sequence[values.DashboardDay] = strawberry.field(
        graphql_type=list[DashboardDay], description="Every day that was asked for, in order."
    )
