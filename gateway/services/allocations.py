"""Allocations that the viewer may see."""

from collections.abc import Mapping, Sequence

from gateway.domain.allocations import Allocation, AllocationFilter
from gateway.domain.errors import InvalidInput
from gateway.domain.ids import AllocationId
from gateway.domain.pages import PageRequest
from gateway.domain.scope import Scope
from gateway.services.listings import Listing
from gateway.services.platform import Platform
from gateway.store import allocations


class Allocations:
    """Without the permission to view them the scope is empty, and there are none."""

    def __init__(self, platform: Platform, scope: Scope) -> None:
        self._platform = platform
        self._scope = scope

    async def by_ids(self, ids: Sequence[AllocationId]) -> Mapping[AllocationId, Allocation]:
        async with self._platform.database.read() as connection:
            return await allocations.by_ids(connection, ids, within=self._scope)

    async def page(self, request: PageRequest, *, matching: AllocationFilter) -> Listing[Allocation]:
        """Give a page of the allocations that match, by date.

        Raises:
            InvalidInput: the position is not one of this list, or the dates are the wrong way round.

        """
        if matching.date_from and matching.date_to and matching.date_to < matching.date_from:
            message = "dateTo must not be before dateFrom."
            raise InvalidInput(message, field=("filter", "dateTo"))

        async def total() -> int:
            async with self._platform.database.read() as connection:
                return await allocations.count(connection, matching=matching, within=self._scope)

        async with self._platform.database.read() as connection:
            page = await allocations.page(connection, request, matching=matching, within=self._scope)
        return Listing(page, total)
