"""One escort contractor's tracking service: the journeys of moves, and where their vehicles are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.adapters.batches import in_chunks
from gateway.adapters.calls import Observer, UpstreamCaller, json_ask
from gateway.adapters.carriers import make_carrier
from gateway.adapters.decoding import Rows
from gateway.adapters.http import Transport, UpstreamConfig
from gateway.adapters.supplier.payloads import JourneysPayload, PositionPayload
from gateway.adapters.systems import System
from gateway.adapters.token_endpoint import TokenEndpoint
from gateway.adapters.tokens import Credentials
from gateway.adapters.wire import wire_rows
from gateway.domain.errors import Upstream, UpstreamMalformed
from gateway.domain.ids import MoveReference, SupplierKey
from gateway.domain.journeys import Leg, Position

_read_journeys: Final = wire_rows(JourneysPayload, inside="content", key="moveReference", keyless=False)
_read_positions: Final = wire_rows(PositionPayload, inside="content", key="moveReference", keyless=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierConfig:
    """`name` is what people call the contractor: errors name it."""

    key: SupplierKey
    name: str
    service: UpstreamConfig
    account: Credentials


class SupplierClient:
    """What is told of a move holds in full or not at all: a journey that cannot be read must not look like none."""

    def __init__(self, key: SupplierKey, caller: UpstreamCaller, token_caller: UpstreamCaller) -> None:
        self.key = key
        self.name = caller.system.name
        self._caller = caller
        self._token_caller = token_caller

    async def legs(
        self, references: Collection[MoveReference]
    ) -> dict[MoveReference, tuple[Leg, ...] | UpstreamMalformed]:
        """Give the journeys of moves. A move that the supplier does not know is absent.

        One of which a journey cannot be read has an error in their place.

        Raises:
            UpstreamError: the supplier could not be asked.

        """
        answers = await in_chunks(references, self._journeys)
        wanted = set(references)
        found: dict[MoveReference, tuple[Leg, ...] | UpstreamMalformed] = {}
        for answer in answers:
            for row in answer.rows:
                reference = row.reference
                if reference in wanted:
                    found[reference] = row.to_domain()
            found.update(self._caller.spoilt("journeys", answer, wanted))
        return found

    async def positions(
        self, references: Collection[MoveReference]
    ) -> dict[MoveReference, Position | UpstreamMalformed]:
        """Give the last positions of moves on the road; others are absent. Errors and raises as `legs` does."""
        answers = await in_chunks(references, self._positions)
        wanted = set(references)
        found: dict[MoveReference, Position | UpstreamMalformed] = {}
        for answer in answers:
            found.update((row.reference, row.to_domain()) for row in answer.rows if row.reference in wanted)
            found.update(self._caller.spoilt("positions", answer, wanted))
        return found

    async def aclose(self) -> None:
        await self._caller.aclose()
        await self._token_caller.aclose()

    async def _journeys(self, references: Sequence[MoveReference]) -> Rows[JourneysPayload]:
        ask = json_ask("/journeys/search", "journeys", {"moveReferences": references})
        return await self._caller.ask_rows(ask, _read_journeys)

    async def _positions(self, references: Sequence[MoveReference]) -> Rows[PositionPayload]:
        ask = json_ask("/positions/search", "positions", {"moveReferences": references})
        return await self._caller.ask_rows(ask, _read_positions)


def connect(
    config: SupplierConfig, *, transport: Transport = "aiohttp", observer: Observer | None = None
) -> SupplierClient:
    """Make the client; nothing is asked before it is used."""
    system = System(Upstream.SUPPLIER, config.name)
    token_caller = UpstreamCaller(system, config.service, make_carrier(config.service, transport), observer=observer)
    caller = UpstreamCaller(
        system,
        config.service,
        make_carrier(config.service, transport),
        tokens=TokenEndpoint(token_caller, "/oauth/token").account(config.account),
        observer=observer,
    )
    return SupplierClient(config.key, caller, token_caller)
