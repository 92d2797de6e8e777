"""Who may book what from where.

A role works at places of its own sort, among those that the account's caseloads, groups or client binding name. Two
things go beyond the screens of the service that ran before, where nobody could do them: what follows a hearing
(remand, and a hospital need that arises there) is booked by the supplier that has the person in the court's custody,
and remands and other court business from a custody suite by its police.
"""

from dataclasses import dataclass
from typing import Final

from gateway.domain.locations import Location
from gateway.domain.locations import LocationType as L
from gateway.domain.moves import MoveType as M
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.permissions import SUPPLIER_ROLE


@dataclass(frozen=True, slots=True)
class Books:
    """What a role books, and at which sort of place."""

    types: frozenset[M]
    places: frozenset[L]


_COURT: Final = frozenset({M.COURT_APPEARANCE, M.COURT_OTHER})
# Hospital moves are of a prison's own making only at other places: the rule of places says so, with its reason.
_PRISON: Final = Books(_COURT | {M.HOSPITAL, M.APPROVED_PREMISES, M.EXTRADITION}, frozenset({L.PRISON}))

BOOKINGS: Final = {
    "PECS_POLICE": Books(
        _COURT | {M.HOSPITAL, M.PRISON_RECALL, M.PRISON_REMAND, M.POLICE_TRANSFER, M.VIDEO_REMAND},
        frozenset({L.POLICE}),
    ),
    "PECS_PRISON": _PRISON,
    "PECS_HMYOI": _PRISON,
    "PECS_OCA": Books(frozenset({M.PRISON_TRANSFER}), frozenset({L.PRISON})),
    "PECS_SCH": Books(_COURT | {M.HOSPITAL, M.PRISON_TRANSFER}, frozenset({L.SECURE_CHILDRENS_HOME})),
    "PECS_STC": Books(_COURT | {M.HOSPITAL, M.PRISON_TRANSFER}, frozenset({L.SECURE_TRAINING_CENTRE})),
    SUPPLIER_ROLE: Books(frozenset({M.PRISON_REMAND, M.HOSPITAL}), frozenset({L.COURT})),
}
"""Every role that books. No other does: courts, health staff, PMU (which has allocations) and readers among them."""


def may_book_type(viewer: Viewer, move_type: M) -> bool:
    """Say whether any of the viewer's roles books such moves at all."""
    return Permission.BOOK_MOVE in viewer.permissions and any(
        move_type in books.types for role, books in BOOKINGS.items() if role in viewer.roles
    )


def may_book_from(viewer: Viewer, move_type: M, start: Location) -> bool:
    """Say whether one of the viewer's roles books such moves from this place.

    `start` is known to everybody; that it is not the viewer's own tells nothing.
    """
    return may_book_type(viewer, move_type) and any(books_as(viewer, role, move_type, start) for role in viewer.roles)


def books_as(viewer: Viewer, role: str, move_type: M, start: Location) -> bool:
    """Say whether one role of the viewer's is for such moves from this place."""
    books = BOOKINGS.get(role)
    return (
        books is not None and move_type in books.types and start.type in books.places and _works_at(viewer, role, start)
    )


def _works_at(viewer: Viewer, role: str, start: Location) -> bool:
    if role == SUPPLIER_ROLE:
        return viewer.supplier is not None and viewer.supplier in start.supplier_keys
    return start.agency_id in viewer.agencies
