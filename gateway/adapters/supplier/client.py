"""One escort contractor's tracking service: the journeys of moves, and where their vehicles are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.adapters.batches import in_chunks
from gateway.adapters.calls import Observer, UpstreamCaller, json_ask
from gateway.adapters.decoding import reader
from gateway.adapters.http import Transport, UpstreamConfig, make_transport
from gateway.adapters.supplier.payloads import JourneysFoundPayload, PositionsFoundPayload
from gateway.adapters.systems import System
from gateway.adapters.token_endpoint import TokenEndpoint
from gateway.adapters.tokens import Credentials
from gateway.domain.errors import Upstream
from gateway.domain.ids import MoveReference, SupplierKey
from gateway.domain.journeys import Leg, Position

_read_journeys: Final = reader(JourneysFoundPayload)
_read_positions: Final = reader(PositionsFoundPayload)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierConfig:
    """`name` is what people call the contractor: errors name it."""

    key: SupplierKey
    name: str
    service: UpstreamConfig
    account: Credentials


class SupplierClient:
    """An answer holds in full or not at all: a journey that cannot be read must not look as if there were none."""

    def __init__(self, key: SupplierKey, caller: UpstreamCaller, token_caller: UpstreamCaller) -> None:
        self.key = key
        self.name = caller.system.name
        self._caller = caller
        self._token_caller = token_caller

    async def legs(self, references: Collection[MoveReference]) -> dict[MoveReference, tuple[Leg, ...]]:
        """Give the journeys of moves. A move that the supplier does not know is absent.

        Raises:
            UpstreamError: the supplier could not be asked.

        """
        answers = await in_chunks(references, self._journeys)
        wanted = set(references)
        return {
            row.reference: row.to_domain() for answer in answers for row in answer.content if row.reference in wanted
        }

    async def positions(self, references: Collection[MoveReference]) -> dict[MoveReference, Position]:
        """Give the last positions of moves on the road; others are absent. Raises as `legs` does."""
        answers = await in_chunks(references, self._positions)
        wanted = set(references)
        return {
            row.reference: row.to_domain() for answer in answers for row in answer.content if row.reference in wanted
        }

    async def aclose(self) -> None:
        await self._caller.aclose()
        await self._token_caller.aclose()

    async def _journeys(self, references: Sequence[MoveReference]) -> JourneysFoundPayload:
        ask = json_ask("/journeys/search", "journeys", {"moveReferences": references})
        return await self._caller.ask(ask, _read_journeys)

    async def _positions(self, references: Sequence[MoveReference]) -> PositionsFoundPayload:
        ask = json_ask("/positions/search", "positions", {"moveReferences": references})
        return await self._caller.ask(ask, _read_positions)


def connect(
    config: SupplierConfig, *, transport: Transport = "aiohttp", observer: Observer | None = None
) -> SupplierClient:
    """Make the client; nothing is asked before it is used."""
    system = System(Upstream.SUPPLIER, config.name)
    token_caller = UpstreamCaller(system, config.service, make_transport(config.service, transport), observer=observer)
    caller = UpstreamCaller(
        system,
        config.service,
        make_transport(config.service, transport),
        tokens=TokenEndpoint(token_caller, "/oauth/token").account(config.account),
        observer=observer,
    )
    return SupplierClient(config.key, caller, token_caller)
