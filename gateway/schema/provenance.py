"""Where values come from."""

from datetime import datetime

import strawberry

from gateway.domain.provenance import SourceSystem
from gateway.schema.enums import register

register(
    SourceSystem,
    "A system that holds data.",
    {
        SourceSystem.NOMIS: "Prison records.",
        SourceSystem.SUPPLIER: "The escort contractor's own system.",
        SourceSystem.GATEWAY: "The store of this service.",
    },
)


@strawberry.type(description="Where a value came from and how old it is, for a front end to show in an outage.")
class Provenance:
    system: SourceSystem = strawberry.field(description="The system that holds the value.")
    fetched_at: datetime = strawberry.field(description="When it was got from there.")
    stale: bool = strawberry.field(
        description="True where the system cannot be asked just now and its last known answer is served."
    )
