"""Who changed what and when, of moves that the viewer may see."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.domain.changes import Change
from gateway.domain.ids import MoveId
from gateway.domain.pages import Page, PageRequest
from gateway.domain.scope import Scope
from gateway.policies.history import as_told
from gateway.services.platform import Platform
from gateway.store import history


class History:
    def __init__(self, platform: Platform, scope: Scope) -> None:
        self._platform = platform
        self._scope = scope

    async def pages_by_moves(
        self, keys: Sequence[tuple[MoveId, PageRequest]]
    ) -> Mapping[tuple[MoveId, PageRequest], Page[Change]]:
        """Give a page of each move's versions: one statement for each distinct page that is asked for."""
        groups: dict[PageRequest, list[MoveId]] = {}
        for move_id, request in keys:
            groups.setdefault(request, []).append(move_id)
        pages: dict[tuple[MoveId, PageRequest], Page[Change]] = {}
        async with self._platform.database.read() as connection:
            for request, ids in groups.items():
                found = await history.pages_by_moves(connection, ids, request, within=self._scope)
                pages.update({(move_id, request): _as_told(page) for move_id, page in found.items()})
        return pages


def _as_told(page: Page[Change]) -> Page[Change]:
    return replace(page, edges=tuple(replace(edge, node=as_told(edge.node)) for edge in page.edges))
