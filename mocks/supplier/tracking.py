"""Journeys and positions of moves, for callers with a token."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from mocks.supplier.bodies import SearchBody, journeys_payload, position_payload, read
from mocks.supplier.errors import JsonResponse, NotFound
from mocks.supplier.holdings import Holdings

_UNKNOWN_MOVE = "there is no such move"
_NO_POSITION = "there is no position of such a move"


class Tracking:
    """Searches leave out what is unknown, count duplicates once, and answer in an order of their own.

    `admit` raises for a request that may not come in; that is asked before the request is looked at.
    """

    def __init__(self, holdings: Holdings, admit: Callable[[Request], None]) -> None:
        self._holdings = holdings
        self._admit = admit

    async def search_journeys(self, request: Request) -> Response:
        found = []
        for reference in await self._references(request):
            legs = self._holdings.legs(reference)
            if legs is not None:
                found.append(journeys_payload(reference, legs))
        return JsonResponse({"content": found})

    async def journeys(self, request: Request) -> Response:
        self._admit(request)
        reference = str(request.path_params["reference"])
        legs = self._holdings.legs(reference)
        if legs is None:
            raise NotFound(_UNKNOWN_MOVE)
        return JsonResponse(journeys_payload(reference, legs))

    async def search_positions(self, request: Request) -> Response:
        found = []
        for reference in await self._references(request):
            position = self._holdings.position(reference)
            if position is not None:
                found.append(position_payload(reference, position))
        return JsonResponse({"content": found})

    async def position(self, request: Request) -> Response:
        self._admit(request)
        reference = str(request.path_params["reference"])
        position = self._holdings.position(reference)
        if position is None:
            raise NotFound(_NO_POSITION)
        return JsonResponse(position_payload(reference, position))

    async def _references(self, request: Request) -> list[str]:
        self._admit(request)
        return sorted(set((await read(request, SearchBody)).move_references))
