"""Journeys and tracking: asked of the suppliers live, served from what they last told when they cannot be."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

import structlog

from gateway.adapters.supplier import carriage_codec
from gateway.domain.errors import GatewayError, Upstream, UpstreamError, UpstreamMalformed, UpstreamUnavailable
from gateway.domain.ids import MoveId, MoveReference, SupplierKey
from gateway.domain.journeys import Carriage, Journey, Leg, Position, ReportedJourney, Tracking
from gateway.domain.provenance import Provenance, SourceSystem
from gateway.domain.scope import Scope
from gateway.policies.journeys import may_see_journeys_of
from gateway.services.loaders import asks_upstream
from gateway.services.platform import Platform
from gateway.services.reported_journeys import ToldLegs, differing, formerly_driven, in_one_row, joined
from gateway.services.shared_questions import SharedQuestions
from gateway.store import carriage, journeys
from gateway.store.carriage import CarriageKind, Json, Snapshot

_log: Final = structlog.get_logger(__name__)

Told = TypeVar("Told")
Shown = TypeVar("Shown")


class Journeys:
    """Keyed by carriages of moves that came out of `moves`; what was kept is read within the scope once more."""

    def __init__(self, platform: Platform, scope: Scope) -> None:
        self._platform = platform
        self._scope = scope

    @asks_upstream
    async def by_carriages(self, keys: Sequence[Carriage]) -> Mapping[Carriage, tuple[Journey, ...] | GatewayError]:
        """Give the journeys of moves, of each supplier that the viewer hears of: one call to each that is involved.

        What a supplier's system tells now stands alone, whatever it reported; where the two differ, the log says so.
        A move that it knows nothing of, or whose supplier cannot be asked or gives what cannot be read, has what was
        reported, over what was last known of it (marked stale). Where nothing of one supplier was ever known, the move
        has the error: some of its journeys must not look like all.
        """
        parts = {key: self._heard(key) for key in keys}
        agencies = (await self._platform.reference_book.current()).locations

        def show(key: Carriage, legs: tuple[Leg, ...], told: Provenance) -> ToldLegs | GatewayError:
            if not all(leg.from_agency in agencies and leg.to_agency in agencies for leg in legs):
                return UpstreamMalformed(Upstream.SUPPLIER, "journeys", system=self._name(key.supplier))
            return ToldLegs(legs, told)

        told, unasked = await self._ask(
            [part for heard in parts.values() for part in heard],
            "journeys",
            CarriageKind.JOURNEYS,
            self._platform.asking.legs,
            show,
            carriage_codec.legs_to_json,
            carriage_codec.legs_from_json,
        )
        moves = [key.move_id for key in keys]
        reported = await journeys.by_moves(self._platform.database, moves, within=self._scope)
        _log_differences(told, reported)
        shown: dict[Carriage, tuple[Journey, ...] | GatewayError] = {}
        for key, heard in parts.items():
            said = reported.get(key.move_id, ())
            row = [_of_one(part, told.get(part), said, unasked) for part in heard]
            shown[key] = in_one_row(row, formerly_driven(said, key)) if said or len(row) != 1 else row[0]
        return shown

    @asks_upstream
    async def tracking_by_carriages(self, keys: Sequence[Carriage]) -> Mapping[Carriage, Tracking | GatewayError]:
        """Give the last positions of moves on the road; a move whose suppliers give none is absent.

        Of two suppliers' vehicles it is the one that was seen last: the person is in that one, or about to be.
        """
        parts = {key: self._heard(key) for key in keys}

        def show(_key: Carriage, position: Position, told: Provenance) -> Tracking | GatewayError:
            return Tracking(position, told)

        found, _ = await self._ask(
            [part for heard in parts.values() for part in heard],
            "positions",
            CarriageKind.POSITION,
            self._platform.asking.positions,
            show,
            carriage_codec.position_to_json,
            carriage_codec.position_from_json,
        )
        shown: dict[Carriage, Tracking | GatewayError] = {}
        for key, heard in parts.items():
            told = [found[part] for part in heard if part in found]
            seen = [one for one in told if isinstance(one, Tracking)]
            if told:
                shown[key] = max(seen, key=lambda one: one.position.recorded_at) if seen else told[0]
        return shown

    def _heard(self, key: Carriage) -> tuple[Carriage, ...]:
        return tuple(part for part in key.parts() if may_see_journeys_of(self._scope, part.supplier))

    async def _ask(
        self,
        keys: Sequence[Carriage],
        resource: str,
        kind: CarriageKind,
        questions: Mapping[SupplierKey, SharedQuestions[MoveReference, Told]],
        show: Callable[[Carriage, Told, Provenance], Shown | GatewayError],
        encode: Callable[[Told], Json],
        decode: Callable[[Json], Told],
    ) -> tuple[Mapping[Carriage, Shown | GatewayError], frozenset[Carriage]]:
        """Return what suppliers tell, or told last, and of which moves they could not be asked."""
        by_supplier: dict[SupplierKey, list[Carriage]] = {}
        for key in keys:
            by_supplier.setdefault(key.supplier, []).append(key)

        async def of_one(supplier: SupplierKey) -> Mapping[MoveReference, Told | UpstreamError] | UpstreamError:
            try:
                return await self._to(supplier, questions, resource).find(
                    [key.reference for key in by_supplier[supplier]]
                )
            except UpstreamError as error:
                return error

        answers = await asyncio.gather(*map(of_one, by_supplier))
        at = self._platform.clock()
        shown: dict[Carriage, Shown | GatewayError] = {}
        untold: list[tuple[Carriage, UpstreamError | None]] = []
        fresh: list[tuple[MoveId, SupplierKey, Told]] = []
        live = Provenance(SourceSystem.SUPPLIER, at, stale=False)
        for (supplier, carried), told in zip(by_supplier.items(), answers, strict=True):
            for key in carried:
                one = told if isinstance(told, UpstreamError) else told.get(key.reference)
                if one is None or isinstance(one, UpstreamError):
                    untold.append((key, one))
                else:
                    shown[key] = show(key, one, live)
                    fresh.append((key.move_id, supplier, one))
        await self._platform.last_known.keep(kind, fresh, at, encode)
        kept = await self._kept([key.move_id for key, _ in untold], kind)
        for key, error in untold:
            snapshot = kept.get((key.move_id, key.supplier))
            if snapshot is not None:
                shown[key] = show(key, decode(snapshot.payload), _aged(snapshot.fetched_at))
            elif error is not None:
                shown[key] = error
        return shown, frozenset(key for key, error in untold if error is not None)

    def _to(
        self,
        supplier: SupplierKey,
        questions: Mapping[SupplierKey, SharedQuestions[MoveReference, Told]],
        resource: str,
    ) -> SharedQuestions[MoveReference, Told]:
        if supplier not in questions:
            raise UpstreamUnavailable(Upstream.SUPPLIER, resource, system=self._name(supplier))
        return questions[supplier]

    async def _kept(
        self, move_ids: Sequence[MoveId], kind: CarriageKind
    ) -> Mapping[tuple[MoveId, SupplierKey], Snapshot]:
        if not move_ids:
            return {}
        async with self._platform.database.read() as connection:
            return await carriage.snapshots(connection, move_ids, kind, within=self._scope)

    def _name(self, supplier: SupplierKey) -> str:
        client = self._platform.suppliers.get(supplier)
        return client.name if client is not None else supplier


def _of_one(
    part: Carriage,
    told: ToldLegs | GatewayError | None,
    reported: Sequence[ReportedJourney],
    unasked: Collection[Carriage],
) -> tuple[Journey, ...] | GatewayError:
    """Return what is known of one supplier's journeys of a move."""
    known = [one for one in reported if one.supplier == part.supplier]
    if isinstance(told, GatewayError):
        return joined(part, None, known, asked=False) if known else told
    return joined(part, told, known, asked=part not in unasked)


def _log_differences(
    told: Mapping[Carriage, ToldLegs | GatewayError], reported: Mapping[MoveId, Sequence[ReportedJourney]]
) -> None:
    """Note where suppliers tell other than they reported, by ids and counts alone."""
    by_supplier: dict[SupplierKey, dict[str, int]] = {}
    for key, one in told.items() if reported else ():
        if isinstance(one, ToldLegs) and not one.provenance.stale:
            known = [said for said in reported.get(key.move_id, ()) if said.supplier == key.supplier]
            count = differing(one.legs, known)
            if count:
                by_supplier.setdefault(key.supplier, {})[str(key.move_id)] = count
    for supplier, moves in by_supplier.items():
        _log.info("journeys differ from what was reported", supplier=supplier, differing_by_move=moves)


def _aged(fetched_at: datetime) -> Provenance:
    return Provenance(SourceSystem.SUPPLIER, fetched_at, stale=True)
