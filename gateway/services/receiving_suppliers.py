"""Which contractor receives a move, worked out whenever a move is written."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.move_days import departure_day
from gateway.domain.moves import Move
from gateway.policies.booking.receiving import receiving_supplier
from gateway.store import reference


async def with_receivers(conn: AsyncConnection, moves: Sequence[Move]) -> list[Move]:
    """Return moves with whoever receives them on their day, looked up in one statement for all of them."""
    ends = {(place, departure_day(move)) for move in moves for place in (move.from_agency, move.to_agency) if place}
    serving = await reference.serving_on_days(conn, ends) if ends else {}

    def of(move: Move) -> Move:
        day = departure_day(move)
        at_end = None if move.to_agency is None else serving[move.to_agency, day]
        found = receiving_supplier(serving[move.from_agency, day], at_end, move.supplier)
        return replace(move, receiving_supplier=found)

    return [of(move) for move in moves]


async def with_receivers_of_changed(conn: AsyncConnection, pairs: Sequence[tuple[Move, Move]]) -> list[Move]:
    """Return moves after a change, each with its receiver: as it was, unless what that depends on is another now.

    What depends on it is also who sees the move, so it is worked out once more when that begins: at authorisation.
    """
    stale = [after for before, after in pairs if _depends_on(before) != _depends_on(after)]
    found = {move.id: move for move in await with_receivers(conn, stale)}
    return [
        found[after.id] if after.id in found else replace(after, receiving_supplier=before.receiving_supplier)
        for before, after in pairs
    ]


def _depends_on(move: Move) -> tuple[object, ...]:
    return (move.supplier, move.from_agency, move.to_agency, departure_day(move), move.authorised_at)
