"""Events of moves that the viewer may see."""

from collections.abc import Mapping, Sequence

from gateway.domain.events import Event, EventClassification
from gateway.domain.ids import EventId, JourneyId, MoveId
from gateway.domain.pages import Page, PageRequest
from gateway.domain.scope import Scope
from gateway.services.platform import Platform
from gateway.store import events

Classifications = frozenset[EventClassification] | None


class Events:
    def __init__(self, platform: Platform, scope: Scope) -> None:
        self._platform = platform
        self._scope = scope

    async def by_ids(self, ids: Sequence[EventId]) -> Mapping[EventId, Event]:
        async with self._platform.database.read() as connection:
            return await events.by_ids(connection, ids, within=self._scope)

    async def pages_by_moves(
        self, keys: Sequence[tuple[MoveId, PageRequest, Classifications]]
    ) -> Mapping[tuple[MoveId, PageRequest, Classifications], Page[Event]]:
        """Give a page of each move's events as they occurred: one statement for each distinct page asked for."""
        groups: dict[tuple[PageRequest, Classifications], list[MoveId]] = {}
        for move_id, request, classifications in keys:
            groups.setdefault((request, classifications), []).append(move_id)
        pages: dict[tuple[MoveId, PageRequest, Classifications], Page[Event]] = {}
        async with self._platform.database.read() as connection:
            for (request, classifications), ids in groups.items():
                found = await events.pages_by_moves(
                    connection,
                    ids,
                    request,
                    classifications=None if classifications is None else sorted(classifications),
                    within=self._scope,
                )
                pages.update({(move_id, request, classifications): page for move_id, page in found.items()})
        return pages

    async def pages_by_journeys(
        self, keys: Sequence[tuple[MoveId, JourneyId, PageRequest]]
    ) -> Mapping[tuple[MoveId, JourneyId, PageRequest], Page[Event]]:
        """Give a page of each journey's events as they occurred."""
        groups: dict[PageRequest, list[tuple[MoveId, JourneyId]]] = {}
        for move_id, journey_id, request in keys:
            groups.setdefault(request, []).append((move_id, journey_id))
        pages: dict[tuple[MoveId, JourneyId, PageRequest], Page[Event]] = {}
        async with self._platform.database.read() as connection:
            for request, pairs in groups.items():
                found = await events.pages_by_journeys(connection, pairs, request, within=self._scope)
                pages.update({(*pair, request): page for pair, page in found.items()})
        return pages


def log_cursor(event: Event) -> str:
    """Write where an event stands in the log as an opaque cursor."""
    return events.log_cursor(event)
