"""Where NOMIS has people on the world's day: at home in their prison, unless a move of that day says otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from estate.agencies import IN_TRANSIT, OUTSIDE, agencies_by_id
from estate.model import AgencyType, Move, MoveStatus, MoveType
from estate.roster import Entry


@dataclass(frozen=True, slots=True)
class Place:
    """A place as NOMIS words it; `went_to` is where somebody who is out for the day has gone."""

    agency_id: str | None
    in_out_status: str | None
    active: bool
    last_prison_id: str | None
    went_to: str | None = None


_LEAVES_FOR_GOOD: Final = frozenset({MoveType.APPROVED_PREMISES, MoveType.EXTRADITION, MoveType.COURT_OTHER})


def place_of(entry: Entry, move: Move | None) -> Place:
    """Say where somebody is, given their move of the day, if any."""
    changed = None if move is None else _after(entry, move)
    return changed or _at_home(entry)


def moves_by_person(moves: Iterable[Move]) -> dict[str, Move]:
    return {move.prison_number: move for move in moves if move.prison_number is not None}


def _at_home(entry: Entry) -> Place:
    if entry.home is None:
        return Place(None, None, active=False, last_prison_id=None)
    if entry.home == OUTSIDE:
        return Place(OUTSIDE, "OUT", active=False, last_prison_id="LEI" if entry.index % 3 else "MDI")
    if entry.home == IN_TRANSIT:
        return Place(IN_TRANSIT, "TRN", active=False, last_prison_id="LEI")
    return Place(entry.home, "IN", active=True, last_prison_id=entry.home)


def _after(entry: Entry, move: Move) -> Place | None:
    """Follow a move that is under way or done; None where it changes nothing in NOMIS.

    NOMIS counts a transfer under way as between prisons, and somebody at court or hospital as on their prison's roll.
    """
    home = entry.home
    under_way = move.status is MoveStatus.IN_TRANSIT
    if not under_way and move.status is not MoveStatus.COMPLETED:
        return None
    from_prison = home is not None and home == move.from_agency
    if not from_prison:
        return None if under_way else _received(entry, move)
    if move.move_type is MoveType.PRISON_TRANSFER:
        if under_way:
            return Place(IN_TRANSIT, "TRN", active=False, last_prison_id=home)
        return Place(move.to_agency, "IN", active=True, last_prison_id=home)
    if not under_way and move.move_type in _LEAVES_FOR_GOOD:
        return Place(OUTSIDE, "OUT", active=False, last_prison_id=home)
    return Place(home, "OUT", active=True, last_prison_id=home, went_to=move.to_agency)


def _received(entry: Entry, move: Move) -> Place | None:
    """Book in somebody who has arrived at a prison; without a booking NOMIS does not know them there yet."""
    if move.to_agency is None or entry.home is None:
        return None
    if agencies_by_id()[move.to_agency].agency_type is not AgencyType.INST:
        return None
    return Place(move.to_agency, "IN", active=True, last_prison_id=move.to_agency)
