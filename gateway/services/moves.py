"""Moves that the viewer may see, one by one, in pages and in counts."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar

from gateway.domain.access_log import SubjectType
from gateway.domain.errors import InvalidInput
from gateway.domain.ids import AgencyId, AllocationId, LodgingId, MoveId, PrisonNumber
from gateway.domain.moves import Lodging, Move, MoveCount, MoveDirection, MoveFilter, MoveOrder
from gateway.domain.pages import Page, PageRequest
from gateway.domain.scope import Scope
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.listings import Listing
from gateway.services.platform import Platform
from gateway.store import lodgings, move_counts, move_pages, moves

Key = TypeVar("Key", bound=Hashable)

LONGEST_DASHBOARD: Final = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class DashboardDay:
    date: date
    incoming: tuple[MoveCount, ...]
    outgoing: tuple[MoveCount, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Every day of the range is there, quiet ones too."""

    agency_id: AgencyId
    days: tuple[DashboardDay, ...]


class Moves:
    def __init__(self, platform: Platform, scope: Scope, access: AccessRecorder) -> None:
        self._platform = platform
        self._scope = scope
        self._access = access

    async def by_ids(self, ids: Sequence[MoveId]) -> Mapping[MoveId, Move]:
        found = await moves.by_ids(self._platform.database, ids, within=self._scope)
        await self._viewed(found.values())
        return found

    async def note_viewed(self, seen: Iterable[Move]) -> None:
        """Note moves that are about to be handed out, read in another way."""
        await self._viewed(seen)

    async def note_refused(self, ids: Sequence[MoveId]) -> None:
        """Note that ids were asked for and gave nothing."""
        await self._access.refused(SubjectType.MOVE, (Read(str(move_id), None) for move_id in ids))

    async def page(self, request: PageRequest, *, matching: MoveFilter, order: MoveOrder) -> Listing[Move]:
        """Give a page of the moves that match.

        Raises:
            InvalidInput: the position is not one of this list, or the dates are the wrong way round.

        """
        if matching.date_from and matching.date_to and matching.date_to < matching.date_from:
            message = "dateTo must not be before dateFrom."
            raise InvalidInput(message, field=("filter", "dateTo"))

        async def total() -> int:
            async with self._platform.database.read() as connection:
                return await move_pages.count(connection, matching=matching, within=self._scope)

        store = self._platform.database
        page = await move_pages.page(store, request, matching=matching, order=order, within=self._scope)
        await self._viewed(page.nodes)
        return Listing(page, total)

    async def pages_by_numbers(
        self, keys: Sequence[tuple[PrisonNumber, PageRequest]]
    ) -> Mapping[tuple[PrisonNumber, PageRequest], Page[Move]]:
        """Give a page of each person's moves, newest first: one statement for each distinct page that is asked for."""
        pages: dict[tuple[PrisonNumber, PageRequest], Page[Move]] = {}
        async with self._platform.database.read() as connection:
            for request, numbers in _grouped(keys).items():
                found = await move_pages.pages_by_prison_numbers(connection, numbers, request, within=self._scope)
                pages.update({(number, request): page for number, page in found.items()})
        await self._viewed(node for page in pages.values() for node in page.nodes)
        return pages

    async def counts_by_numbers(self, numbers: Sequence[PrisonNumber]) -> Mapping[PrisonNumber, int]:
        async with self._platform.database.read() as connection:
            return await moves.counts_by_prison_numbers(connection, numbers, within=self._scope)

    async def pages_by_allocations(
        self, keys: Sequence[tuple[AllocationId, PageRequest]]
    ) -> Mapping[tuple[AllocationId, PageRequest], Page[Move]]:
        """Give a page of each allocation's moves, of those that the viewer may see."""
        pages: dict[tuple[AllocationId, PageRequest], Page[Move]] = {}
        async with self._platform.database.read() as connection:
            for request, ids in _grouped(keys).items():
                found = await move_pages.pages_by_allocations(connection, ids, request, within=self._scope)
                pages.update({(allocation_id, request): page for allocation_id, page in found.items()})
        await self._viewed(node for page in pages.values() for node in page.nodes)
        return pages

    async def counts_by_allocations(self, ids: Sequence[AllocationId]) -> Mapping[AllocationId, int]:
        async with self._platform.database.read() as connection:
            return await moves.counts_by_allocations(connection, ids, within=self._scope)

    async def lodgings_by_moves(self, ids: Sequence[MoveId]) -> Mapping[MoveId, tuple[Lodging, ...]]:
        async with self._platform.database.read() as connection:
            return await lodgings.by_moves(connection, ids, within=self._scope)

    async def lodgings_by_ids(self, ids: Sequence[LodgingId]) -> Mapping[LodgingId, Lodging]:
        async with self._platform.database.read() as connection:
            return await lodgings.by_ids(connection, ids, within=self._scope)

    async def dashboard(self, agency_id: AgencyId, first_day: date, last_day: date) -> Dashboard:
        """Count who arrives at and leaves any place, day by day, among the moves that the viewer may see.

        Raises:
            InvalidInput: there is no such place, or the days are the wrong way round or more than a quarter of a year.

        """
        if last_day < first_day:
            message = "to must not be before from."
            raise InvalidInput(message, field=("to",))
        if last_day - first_day >= LONGEST_DASHBOARD:
            message = f"A dashboard covers at most {LONGEST_DASHBOARD.days} days."
            raise InvalidInput(message, field=("to",))
        if agency_id not in (await self._platform.reference_book.current()).locations:
            message = "locationId must be the id of a location."
            raise InvalidInput(message, field=("locationId",))
        counts: dict[MoveDirection, list[MoveCount]] = {}
        async with self._platform.database.read() as connection:
            for direction in MoveDirection:
                counts[direction] = await move_counts.counts_by_day(
                    connection, agency_id, first_day, last_day, direction, within=self._scope
                )
        days = tuple(
            DashboardDay(
                day,
                incoming=tuple(count for count in counts[MoveDirection.INCOMING] if count.day == day),
                outgoing=tuple(count for count in counts[MoveDirection.OUTGOING] if count.day == day),
            )
            for day in (first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1))
        )
        return Dashboard(agency_id, days)

    async def _viewed(self, seen: Iterable[Move]) -> None:
        await self._access.viewed(SubjectType.MOVE, (Read(str(move.id), move.prison_number) for move in seen))


def _grouped(keys: Sequence[tuple[Key, PageRequest]]) -> dict[PageRequest, list[Key]]:
    groups: dict[PageRequest, list[Key]] = {}
    for key, request in keys:
        groups.setdefault(request, []).append(key)
    return groups
