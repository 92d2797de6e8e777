"""What every connection shares."""

import strawberry

from gateway.resolvers import connections as resolve

NODES = "The things themselves, without their cursors."
EDGES = "The rows of the page."
PAGE_INFO = "Where the page stands in the list."
TOTAL = "How many there are in the whole list, counting only what you may see. Costs a query of its own."
CURSOR = "The row's place in the list, to be given as `after` or `before`."


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next: bool = strawberry.field(name="hasNextPage", description="Whether more rows follow.")
    has_previous: bool = strawberry.field(name="hasPreviousPage", description="Whether rows precede.")
    start_cursor: str | None = strawberry.field(
        resolver=resolve.start_cursor, description="The first row's cursor; null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        resolver=resolve.end_cursor, description="The last row's cursor; null on an empty page."
    )
