"""Who may see a person, and until when.

A person is visible to the establishment where NOMIS has them, to national roles, and to whoever has a move of theirs
in scope that still gives sight of them:
- an open move (proposed, requested, booked, in transit) does, until it has lapsed: 28 days after its last day. What
  nobody completed or cancelled by then is a forgotten record, and must not open a person's file for ever;
- a completed move does until the end of the day after its last day (London): the person is handed over at a court or
  police station at the end of a move and NOMIS still has them elsewhere; custody there ends with the next day's moves;
- a cancelled move does not, from the moment of cancelling.
The move itself stays readable after that; its `person` is then null.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gateway.domain.people import Person
from gateway.domain.scope import Scope

LAPSE: Final = timedelta(days=28)
AFTER_COMPLETION: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SightWindow:
    """The earliest last day of a move, by its state, that still gives sight of its person."""

    open_since: date
    completed_since: date


def sight_window(today: date) -> SightWindow:
    """Return the window that holds on a business day."""
    return SightWindow(open_since=today - LAPSE, completed_since=today - AFTER_COMPLETION)


def may_see(scope: Scope, person: Person | None, *, sighted: bool) -> bool:
    """Decide from where the person is, and whether a move in scope gives sight of them (`sighted`).

    `person` is None where NOMIS holds somebody of whom nothing could be read: that they exist is for those to know who
    may see them wherever they are.
    """
    if scope.national or sighted:
        return True
    return person is not None and person.agency_id is not None and person.agency_id in scope.agencies
