"""Fields of an allocation."""

from gateway.context import Info
from gateway.domain.allocations import Allocation
from gateway.domain.moves import Move
from gateway.domain.pages import page_request
from gateway.resolvers.arguments import After, First
from gateway.resolvers.people import EMPTY
from gateway.services.listings import Listing


async def moves(root: Allocation, info: Info, first: First = None, after: After = None) -> Listing[Move]:
    """Give a page of the allocation's moves that the viewer may see."""
    services, loaders = info.context.services, info.context.loaders
    key = (root.id, page_request(first=first, after=after))
    page = await loaders.load(services.moves.pages_by_allocations, key, EMPTY)

    async def total() -> int:
        return await loaders.load(services.moves.counts_by_allocations, root.id, 0)

    return Listing(page, total)
