"""Who fills in and confirms what, of which moves, and in which state of theirs.

The sending establishment's staff fill in the record of a person whom they send: custody staff all of it, health staff
the health section. Custody staff confirm it. The receiving end, courts and suppliers read. The youth risk assessment is
made by those who work with young people in custody, and by no one else.
"""

from typing import Final

from gateway.domain.escort_records import SectionKey
from gateway.domain.locations import Location
from gateway.domain.locations import LocationType as L
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.questions import QuestionSetKind
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.allocations.who import of_youth_estate

FILLED_IN_WHILE: Final = frozenset({MoveStatus.REQUESTED, MoveStatus.BOOKED})
"""From the booking until the person leaves. A proposal may never take place, and may be about a mistyped number."""

_EVERY_SECTION: Final = frozenset(SectionKey)
_HEALTH: Final = frozenset({SectionKey.HEALTH})
_WHERE_DPERS_ARE_MADE: Final = frozenset({L.PRISON, L.POLICE, L.SECURE_TRAINING_CENTRE, L.SECURE_CHILDRENS_HOME})


def sections_of_roles(viewer: Viewer, kind: QuestionSetKind) -> frozenset[SectionKey]:
    """Return the sections that a viewer's roles fill in, wherever."""
    if kind is QuestionSetKind.YOUTH_RISK_ASSESSMENT:
        return _EVERY_SECTION if Permission.EDIT_YRA in viewer.permissions else frozenset()
    if Permission.EDIT_PER in viewer.permissions:
        return _EVERY_SECTION
    return _HEALTH if Permission.EDIT_PER_HEALTH in viewer.permissions else frozenset()


def confirms(viewer: Viewer, kind: QuestionSetKind) -> bool:
    """Say whether a viewer's roles confirm such records at all."""
    needed = Permission.CONFIRM_PER if kind is QuestionSetKind.ESCORT_RECORD else Permission.EDIT_YRA
    return needed in viewer.permissions


def sends(viewer: Viewer, move: Move) -> bool:
    """Say whether a move leaves from a place where the viewer works."""
    return move.from_agency in viewer.agencies


def needs_escort_record(start: Location) -> bool:
    """Say whether nobody leaves a place without a complete dPER: where there are staff who make one.

    Out of a court or a hospital people travel on the record with which they came there.
    """
    return start.type in _WHERE_DPERS_ARE_MADE


def needs_youth_risk_assessment(start: Location) -> bool:
    """Say whether a move from a place needs a youth risk assessment beside the dPER."""
    return of_youth_estate(start)
