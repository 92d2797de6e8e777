"""Switches for tests and demonstrations, never behind a token: what the system holds, and the end of tokens."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from mocks.supplier.bodies import JourneysBody, PositionBody, journeys_payload, position_payload, read
from mocks.supplier.errors import JsonResponse
from mocks.supplier.holdings import Holdings
from mocks.supplier.tokens import Clock, Tokens


@dataclass(frozen=True, slots=True)
class Controls:
    """Handlers of the routes that begin with two underscores."""

    holdings: Holdings
    tokens: Tokens
    clock: Clock

    async def put_legs(self, request: Request) -> Response:
        """Replace the journeys of a move, which may be new to the system."""
        reference = str(request.path_params["reference"])
        body = await read(request, JourneysBody)
        now = self.clock()
        legs = tuple(journey.record(now) for journey in body.journeys)
        self.holdings.change_legs(reference, legs)
        return JsonResponse(journeys_payload(reference, legs))

    async def drop_legs(self, request: Request) -> Response:
        """Let the system no longer know a move."""
        self.holdings.change_legs(str(request.path_params["reference"]), None)
        return Response(status_code=204)

    async def put_position(self, request: Request) -> Response:
        """Replace the position of a move, which may be new to the system."""
        reference = str(request.path_params["reference"])
        position = (await read(request, PositionBody)).record(self.clock())
        self.holdings.change_position(reference, position)
        return JsonResponse(position_payload(reference, position))

    async def drop_position(self, request: Request) -> Response:
        """Take a move off the road."""
        self.holdings.change_position(str(request.path_params["reference"]), None)
        return Response(status_code=204)

    async def restore(self, _request: Request) -> Response:
        """Go back to what the system began with."""
        self.holdings.restore()
        return Response(status_code=204)

    async def revoke(self, _request: Request) -> Response:
        """End every token before its time."""
        self.tokens.revoke_all()
        return Response(status_code=204)
