"""Journeys and tracking: asked of the suppliers live, served from what they last told when they cannot be."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from gateway.adapters.supplier import SupplierClient, carriage_codec
from gateway.domain.errors import GatewayError, Upstream, UpstreamError, UpstreamMalformed, UpstreamUnavailable
from gateway.domain.ids import MoveId, MoveReference, SupplierKey
from gateway.domain.journeys import Carriage, Journey, Leg, Position, Tracking
from gateway.domain.provenance import Provenance, SourceSystem
from gateway.domain.scope import Scope
from gateway.services.loaders import asks_upstream
from gateway.services.platform import Platform
from gateway.store import carriage
from gateway.store.carriage import CarriageKind, Json, Snapshot

Told = TypeVar("Told")
Shown = TypeVar("Shown")


class Journeys:
    """Keyed by carriages of moves that came out of `moves`; what was kept is read within the scope once more."""

    def __init__(self, platform: Platform, scope: Scope) -> None:
        self._platform = platform
        self._scope = scope

    @asks_upstream
    async def by_carriages(self, keys: Sequence[Carriage]) -> Mapping[Carriage, tuple[Journey, ...] | GatewayError]:
        """Give the journeys of moves: one call to each supplier that is involved.

        A move that its supplier knows nothing of has none. One whose supplier cannot be asked, or gives what cannot be
        read, has those that were last known, marked stale, or the error where none were ever known.
        """
        agencies = (await self._platform.reference_book.current()).locations

        def show(key: Carriage, legs: tuple[Leg, ...], told: Provenance) -> tuple[Journey, ...] | GatewayError:
            if not all(leg.from_agency in agencies and leg.to_agency in agencies for leg in legs):
                return UpstreamMalformed(Upstream.SUPPLIER, "journeys", system=self._name(key.supplier))
            return tuple(
                Journey(
                    id=leg.id,
                    move_id=key.move_id,
                    supplier=key.supplier,
                    number=leg.number,
                    state=leg.state,
                    date=leg.date,
                    from_agency=leg.from_agency,
                    to_agency=leg.to_agency,
                    billable=leg.billable,
                    vehicle=leg.vehicle,
                    provenance=told,
                )
                for leg in sorted(legs, key=lambda leg: leg.number)
            )

        return await self._ask(
            keys,
            "journeys",
            CarriageKind.JOURNEYS,
            lambda client, references: client.legs(references),
            show,
            carriage_codec.legs_to_json,
            carriage_codec.legs_from_json,
        )

    @asks_upstream
    async def tracking_by_carriages(self, keys: Sequence[Carriage]) -> Mapping[Carriage, Tracking | GatewayError]:
        """Give the last positions of moves on the road; a move whose supplier gives none is absent."""

        def show(_key: Carriage, position: Position, told: Provenance) -> Tracking | GatewayError:
            return Tracking(position, told)

        return await self._ask(
            keys,
            "positions",
            CarriageKind.POSITION,
            lambda client, references: client.positions(references),
            show,
            carriage_codec.position_to_json,
            carriage_codec.position_from_json,
        )

    async def _ask(
        self,
        keys: Sequence[Carriage],
        resource: str,
        kind: CarriageKind,
        ask: Callable[
            [SupplierClient, Sequence[MoveReference]], Awaitable[Mapping[MoveReference, Told | UpstreamMalformed]]
        ],
        show: Callable[[Carriage, Told, Provenance], Shown | GatewayError],
        encode: Callable[[Told], Json],
        decode: Callable[[Json], Told],
    ) -> Mapping[Carriage, Shown | GatewayError]:
        by_supplier: dict[SupplierKey, list[Carriage]] = {}
        for key in keys:
            by_supplier.setdefault(key.supplier, []).append(key)
        answers = await asyncio.gather(
            *(self._ask_one(supplier, carried, resource, ask) for supplier, carried in by_supplier.items())
        )
        at = self._platform.clock()
        shown: dict[Carriage, Shown | GatewayError] = {}
        untold: list[tuple[Carriage, UpstreamError | None]] = []
        fresh: list[tuple[MoveId, SupplierKey, Json]] = []
        live = Provenance(SourceSystem.SUPPLIER, at, stale=False)
        for (supplier, carried), told in zip(by_supplier.items(), answers, strict=True):
            for key in carried:
                one = told if isinstance(told, UpstreamError) else told.get(key.reference)
                if one is None or isinstance(one, UpstreamError):
                    untold.append((key, one))
                else:
                    shown[key] = show(key, one, live)
                    fresh.append((key.move_id, supplier, encode(one)))
        await self._platform.last_known.keep(kind, fresh, at)
        kept = await self._kept([key.move_id for key, _ in untold], kind)
        for key, error in untold:
            snapshot = kept.get(key.move_id)
            # What another supplier told before it handed the move over is that one's alone.
            if snapshot is not None and snapshot.supplier == key.supplier:
                shown[key] = show(key, decode(snapshot.payload), _aged(snapshot.fetched_at))
            elif error is not None:
                shown[key] = error
        return shown

    async def _ask_one(
        self,
        supplier: SupplierKey,
        carried: Sequence[Carriage],
        resource: str,
        ask: Callable[
            [SupplierClient, Sequence[MoveReference]], Awaitable[Mapping[MoveReference, Told | UpstreamMalformed]]
        ],
    ) -> Mapping[MoveReference, Told | UpstreamMalformed] | UpstreamError:
        client = self._platform.suppliers.get(supplier)
        if client is None:
            return UpstreamUnavailable(Upstream.SUPPLIER, resource, system=self._name(supplier))
        try:
            return await ask(client, [key.reference for key in carried])
        except UpstreamError as error:
            return error

    async def _kept(self, move_ids: Sequence[MoveId], kind: CarriageKind) -> Mapping[MoveId, Snapshot]:
        if not move_ids:
            return {}
        async with self._platform.database.read() as connection:
            return await carriage.snapshots(connection, move_ids, kind, within=self._scope)

    def _name(self, supplier: SupplierKey) -> str:
        client = self._platform.suppliers.get(supplier)
        return client.name if client is not None else supplier


def _aged(fetched_at: datetime) -> Provenance:
    return Provenance(SourceSystem.SUPPLIER, fetched_at, stale=True)
