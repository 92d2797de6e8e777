"""Nights on the way by their days: which one a stay is, which are the same, and which follow when one is extended."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from gateway.domain.ids import AgencyId
from gateway.domain.moves import Lodging, LodgingStatus


def matching(stays: Iterable[Lodging], agency_id: AgencyId | None, day: date, *, ends: bool) -> Lodging | None:
    """Return the lodging that a stay at a place is, by the day on which it begins or (`ends`) ends.

    It begins on the first day that was planned. It ends on the last, or on any before that since the first; the
    service that ran before looked for the end on the first day, and so lost sight of whoever stayed for longer. Of
    several the one that has begun is taken, and then the one that is over first.
    """
    there = [
        stay
        for stay in stays
        if stay.agency_id == agency_id
        and stay.status is not LodgingStatus.CANCELLED
        and (stay.start_date <= day <= stay.end_date if ends else stay.start_date == day)
    ]
    wanted = LodgingStatus.STARTED if ends else LodgingStatus.PROPOSED
    return min(there, key=lambda stay: (stay.status is not wanted, stay.end_date, str(stay.id)), default=None)


def repeated(stays: Iterable[Lodging], stay: Lodging) -> bool:
    """Say whether another lodging of the move is for the same days, wherever; cancelled ones do not count."""
    return any(
        other.id != stay.id
        and other.status is not LodgingStatus.CANCELLED
        and (other.start_date, other.end_date) == (stay.start_date, stay.end_date)
        for other in stays
    )


def shifted_with(stays: Iterable[Lodging], extended: Lodging, by: timedelta) -> list[tuple[Lodging, Lodging]]:
    """Return what follows a lodging whose end moves by so many days: each as it was and as it is then."""
    if not by:
        return []
    return [
        (stay, replace(stay, start_date=stay.start_date + by, end_date=stay.end_date + by))
        for stay in stays
        if stay.id != extended.id
        and stay.status is not LodgingStatus.CANCELLED
        and stay.start_date > extended.start_date
    ]
