"""The days of a move: when it leaves and when it arrives."""

from collections.abc import Iterable
from datetime import date

from gateway.domain.moves import Lodging, LodgingStatus, Move
from gateway.domain.times import business_day


def departure_day(move: Move) -> date:
    """Return its date; while it has none, the first day of its window, or else the London day it was made on."""
    return move.date or move.date_from or business_day(move.created_at)


def arrival_day(move: Move, lodgings: Iterable[Lodging]) -> date:
    """Return the last day of its lodgings, cancelled ones apart, and never a day before it leaves."""
    ends = (lodging.end_date for lodging in lodgings if lodging.status is not LodgingStatus.CANCELLED)
    return max((departure_day(move), *ends))
