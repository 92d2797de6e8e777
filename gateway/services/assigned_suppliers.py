"""Which contractor carries a move: the one that serves the place where it starts, on its day."""

import datetime as dt

from gateway.domain.ids import AgencyId, SupplierKey
from gateway.domain.moves import Move
from gateway.domain.problems import ProblemCode, RuleBroken, problem
from gateway.services.changes import ChangeInHand
from gateway.store import reference


async def assigned_supplier(
    hand: ChangeInHand, start: AgencyId, day: dt.date | None, *, caller: SupplierKey | None
) -> SupplierKey:
    """Return who carries: the contractor that asks, or else the one that serves the place on the day.

    Raises:
        RuleBroken: none does.

    """
    if caller is not None:
        return caller
    serving = () if day is None else await reference.serving(hand.conn, start, day)
    if not serving:
        words = "No escort contractor serves this place on that day."
        raise RuleBroken(problem(ProblemCode.INVALID, words, "fromLocationId"))
    return serving[0]


async def kept_supplier(hand: ChangeInHand, move: Move, day: dt.date | None) -> SupplierKey:
    """Return who carries a move on another day: the same contractor where it serves the place then too.

    Raises:
        RuleBroken: none does.

    """
    serving = () if day is None else await reference.serving(hand.conn, move.from_agency, day)
    if move.supplier is not None and move.supplier in serving:
        return move.supplier
    if not serving:
        raise RuleBroken(problem(ProblemCode.INVALID, "No escort contractor serves this place on that day.", "date"))
    return serving[0]
