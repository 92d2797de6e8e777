"""The part of the invented world that one supplier holds."""

from collections.abc import Iterator
from typing import Final

from estate import Estate
from estate.model import ClientHome, Journey, JourneyState, Move, Position
from mocks.supplier.records import ClientRecord, LegRecord, LegState, PositionRecord, VehicleRecord

DAYS_NEAR: Final = 35


class EstateSource:
    """The moves of one supplier within 35 days of the world's day, made when the source is.

    Those that it carries and those that it receives from another one, with the journeys that it drives itself. A
    move that was never authorised is unknown: suppliers hear of moves once they are requested.
    """

    def __init__(self, estate: Estate, supplier: str) -> None:
        self._estate = estate
        self._supplier = supplier
        self._legs: dict[str, tuple[LegRecord, ...]] = {}
        self._positions: dict[str, PositionRecord] = {}
        for move in self._moves():
            own = [journey for journey in move.journeys if journey.supplier == supplier]
            self._legs[move.reference] = tuple(map(_leg, own))
            if move.position is not None and any(one.state is JourneyState.IN_PROGRESS for one in own):
                self._positions[move.reference] = _position(move.position)

    def legs(self, reference: str) -> tuple[LegRecord, ...] | None:
        return self._legs.get(reference)

    def position(self, reference: str) -> PositionRecord | None:
        return self._positions.get(reference)

    def references(self) -> tuple[str, ...]:
        """Tell all moves that are held, in the order of their days."""
        return tuple(self._legs)

    def clients(self) -> tuple[ClientRecord, ...]:
        return tuple(
            ClientRecord(client.client_id, client.secret, client.token_seconds)
            for client in self._estate.clients()
            if client.home is ClientHome.SUPPLIER and client.supplier == self._supplier
        )

    def _moves(self) -> Iterator[Move]:
        for move in self._estate.moves_near(DAYS_NEAR):
            if self._supplier in {move.supplier, move.receiving_supplier} and move.authorised_at is not None:
                yield move


def _leg(journey: Journey) -> LegRecord:
    vehicle = journey.vehicle
    return LegRecord(
        id=journey.id,
        number=journey.number,
        state=LegState(journey.state),
        date=journey.date,
        from_agency=journey.from_agency,
        to_agency=journey.to_agency,
        billable=journey.billable,
        vehicle=None if vehicle is None else VehicleRecord(vehicle.id, vehicle.registration),
        updated_at=journey.updated_at,
    )


def _position(position: Position) -> PositionRecord:
    return PositionRecord(position.latitude, position.longitude, position.recorded_at, position.eta)
