"""Whereabouts: where NOMIS has a person on the world's day, given how far their move of that day has come."""

from dataclasses import dataclass
from typing import Final

from estate.agencies import IN_TRANSIT, OUTSIDE, agencies_by_id
from estate.model import AgencyType, MoveStatus

NEVER_BOOKED: Final = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """As `Person` has it: `in_out` is IN, OUT or TRN, and None for one who was never booked in."""

    agency_id: str | None
    in_out: str | None
    active: bool
    last_prison_id: str | None = None


def at_home(home: str | None, last_prison_id: str | None) -> Whereabouts:
    """Return where somebody is on whom no move bears: in their prison, released, between prisons, or unknown."""
    if home is NEVER_BOOKED:
        return Whereabouts(None, None, active=False)
    if home == OUTSIDE:
        return Whereabouts(OUTSIDE, "OUT", active=False, last_prison_id=last_prison_id)
    if home == IN_TRANSIT:
        return Whereabouts(IN_TRANSIT, "TRN", active=False, last_prison_id=last_prison_id)
    return Whereabouts(home, "IN", active=True, last_prison_id=last_prison_id)


def during_move(base: Whereabouts, status: MoveStatus, from_agency: str, to_agency: str | None) -> Whereabouts:
    """Return where somebody is whose move of today has this status.

    Away at court or hospital they stay active at their prison, but out. Between prisons they are at none. At a police
    station, before anybody books them in, NOMIS knows nothing new.
    """
    leaves_prison, reaches_prison = _is_prison(from_agency), _is_prison(to_agency)
    if status is MoveStatus.COMPLETED and reaches_prison:
        last = from_agency if leaves_prison else base.last_prison_id
        return Whereabouts(to_agency, "IN", active=True, last_prison_id=last)
    if status is MoveStatus.IN_TRANSIT and leaves_prison and reaches_prison:
        return Whereabouts(IN_TRANSIT, "TRN", active=False, last_prison_id=from_agency)
    if status in {MoveStatus.IN_TRANSIT, MoveStatus.COMPLETED} and leaves_prison:
        return Whereabouts(from_agency, "OUT", active=True)
    underway = status in {MoveStatus.REQUESTED, MoveStatus.BOOKED, MoveStatus.IN_TRANSIT}
    if underway and base.active and agencies_by_id()[from_agency].agency_type is AgencyType.CRT:
        return Whereabouts(base.agency_id, "OUT", active=True)
    return base


def _is_prison(agency_id: str | None) -> bool:
    return agency_id is not None and agencies_by_id()[agency_id].agency_type is AgencyType.INST
