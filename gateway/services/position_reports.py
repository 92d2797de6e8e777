"""Positions that suppliers report by themselves: kept beside the move, for when their own system cannot be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from gateway.adapters.supplier import carriage_codec
from gateway.domain.errors import InvalidInput, Refused
from gateway.domain.ids import MoveId, SupplierKey
from gateway.domain.journeys import Position
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.problems import Problem, ProblemCode, problem
from gateway.domain.scope import Scope
from gateway.domain.viewer import Viewer
from gateway.policies.events.rules import Recorder
from gateway.policies.events.who import recorders_of
from gateway.services.event_recording import CLOCK_SKEW
from gateway.services.platform import Platform
from gateway.store import carriage, locks, moves
from gateway.store.carriage import CarriageKind, MoveSnapshot, Snapshot

MOST_AT_ONCE: Final = 500
_BEFORE_ITS_END: Final = frozenset({MoveStatus.REQUESTED, MoveStatus.BOOKED, MoveStatus.IN_TRANSIT})


@dataclass(frozen=True, slots=True)
class ReportPosition:
    """`move_id` is None for an id that is not a move's."""

    move_id: MoveId | None
    position: Position


@dataclass(frozen=True, slots=True)
class ReportedPosition:
    """What came of a report: kept, or not as a later one is known already, or what stood in the way."""

    kept: bool
    problem: Problem | None = None


class PositionReports:
    """Bound to one viewer. Positions say nothing that the access log is for: nobody is shown anything."""

    def __init__(self, platform: Platform, viewer: Viewer, scope: Scope) -> None:
        self._platform = platform
        self._viewer = viewer
        self._scope = scope

    async def report(self, asked: Sequence[ReportPosition]) -> list[ReportedPosition]:
        """Keep the last position of each move; one that cannot be kept leaves the others.

        Raises:
            Refused: the viewer reports for no supplier.
            InvalidInput: there are too many at once.

        """
        if Recorder.SUPPLIER not in recorders_of(self._viewer):
            raise Refused("Your roles do not report positions.")
        if len(asked) > MOST_AT_ONCE:
            raise InvalidInput(f"At most {MOST_AT_ONCE} positions at once.", field=("input", "positions"))
        wanted = {one.move_id for one in asked if one.move_id is not None}
        if not wanted:
            return [ReportedPosition(kept=False, problem=_not_there(n)) for n in range(len(asked))]
        async with self._platform.database.transaction() as connection:
            await locks.take_all(connection, "position", map(str, wanted))
            found = await moves.by_ids(connection, wanted, within=self._scope)
            known = await carriage.snapshots(connection, wanted, CarriageKind.POSITION, within=self._scope)
            latest = {
                move_id: carriage_codec.position_from_json(one.payload).recorded_at
                for (move_id, supplier), one in known.items()
                if supplier == self._viewer.supplier
            }
            results: list[ReportedPosition] = []
            kept: dict[MoveId, MoveSnapshot] = {}
            for number, one in enumerate(asked):
                move = None if one.move_id is None else found.get(one.move_id)
                problem_there = self._problem(move, one.position, number)
                if move is None or problem_there is not None:
                    results.append(ReportedPosition(kept=False, problem=problem_there))
                    continue
                newer = move.id not in latest or one.position.recorded_at > latest[move.id]
                if newer:
                    latest[move.id] = one.position.recorded_at
                    kept[move.id] = self._snapshot(move.id, one.position)
                results.append(ReportedPosition(kept=newer))
            await carriage.save(connection, list(kept.values()))
        return results

    def _problem(self, move: Move | None, position: Position, number: int) -> Problem | None:
        field = ("positions", str(number))
        if move is None or self._viewer.supplier not in {move.supplier, move.receiving_supplier}:
            return _not_there(number)
        if move.status not in _BEFORE_ITS_END:
            words = f"The move is {move.status.value}: nobody drives it."
            return problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, *field, "moveId")
        if position.recorded_at > self._platform.clock() + CLOCK_SKEW:
            return problem(ProblemCode.INVALID, "That time is still to come.", *field, "recordedAt")
        return None

    def _snapshot(self, move_id: MoveId, position: Position) -> MoveSnapshot:
        supplier = cast("SupplierKey", self._viewer.supplier)  # whoever reports as a supplier has one
        told = Snapshot(carriage_codec.position_to_json(position), self._platform.clock())
        return MoveSnapshot(move_id, CarriageKind.POSITION, supplier, told)


def _not_there(number: int) -> Problem:
    return problem(ProblemCode.NOT_FOUND, "There is no such move.", "positions", str(number), "moveId")
