"""What each role permits. Roles are those of sign-in, without their `ROLE_` prefix."""

from collections.abc import Iterable
from typing import Final

from gateway.domain.viewer import Permission as P  # noqa: N817 - the table below reads as one
from gateway.domain.viewer import ViewerKind

_PER_ALL: Final = frozenset({P.VIEW_PER, P.EDIT_PER, P.EDIT_PER_HEALTH, P.CONFIRM_PER, P.PRINT_PER})
_ESTABLISHMENT: Final = frozenset({P.VIEW_MOVES, P.BOOK_MOVE, P.UPDATE_MOVE, P.CANCEL_MOVE}) | _PER_ALL
_READER: Final = frozenset({P.VIEW_MOVES, P.VIEW_ALLOCATIONS, P.VIEW_PER, P.PRINT_PER})

PERMISSIONS: Final[dict[str, frozenset[P]]] = {
    "PECS_POLICE": _ESTABLISHMENT | {P.RECORD_MOVE_EVENT},
    "PECS_PRISON": _ESTABLISHMENT | {P.EDIT_YRA},
    "PECS_HMYOI": _ESTABLISHMENT | {P.EDIT_YRA},
    # Without an OCA of their own, they fill allocations themselves.
    "PECS_SCH": _ESTABLISHMENT | {P.VIEW_ALLOCATIONS, P.FILL_ALLOCATION, P.EDIT_YRA},
    "PECS_STC": _ESTABLISHMENT | {P.VIEW_ALLOCATIONS, P.FILL_ALLOCATION, P.EDIT_YRA},
    "PECS_OCA": _PER_ALL | {P.VIEW_MOVES, P.BOOK_MOVE, P.CANCEL_MOVE, P.VIEW_ALLOCATIONS, P.FILL_ALLOCATION},
    "PECS_PMU": _READER
    | {
        P.UPDATE_MOVE,
        P.CANCEL_MOVE,
        P.REVIEW_SINGLE_REQUEST,
        P.RECORD_MOVE_EVENT,
        P.CREATE_ALLOCATION,
        P.CANCEL_ALLOCATION,
    },
    # The youth estate's own population management: allocations between its places, as far as its groups go.
    "PECS_PLACEMENTS": frozenset(
        {P.VIEW_MOVES, P.VIEW_ALLOCATIONS, P.VIEW_PER, P.CREATE_ALLOCATION, P.CANCEL_ALLOCATION}
    ),
    "PECS_SUPPLIER": _READER | {P.BOOK_MOVE, P.RECORD_MOVE_EVENT},
    "PECS_COURT": frozenset({P.VIEW_MOVES, P.VIEW_PER, P.RECORD_MOVE_EVENT}),
    # Health staff: the real role may confirm; the programme gives confirming to custody staff, so it is not here.
    "PECS_PER_AUTHOR": frozenset({P.VIEW_MOVES, P.VIEW_PER, P.EDIT_PER_HEALTH, P.PRINT_PER}),
    "PECS_STAKEHOLDER_EVENT_AUTHOR": frozenset({P.VIEW_MOVES, P.VIEW_PER, P.RECORD_MOVE_EVENT}),
    "PECS_CDM": _READER,
    "PECS_READ_ONLY": _READER,
    "PECS_LSA": frozenset({P.MANAGE_ACCOUNTS}),
    "PECS_AUDITOR": frozenset({P.VIEW_ACCESS_LOG}),
}
"""Every role that means anything here; any other role permits nothing."""

NATIONAL_ROLES: Final = frozenset({"PECS_PMU", "PECS_CDM", "PECS_READ_ONLY"})
"""Roles whose work is the whole estate."""

SUPPLIER_ROLE: Final = "PECS_SUPPLIER"

ESTABLISHMENT_ROLES: Final = frozenset(
    {
        "PECS_POLICE",
        "PECS_PRISON",
        "PECS_HMYOI",
        "PECS_SCH",
        "PECS_STC",
        "PECS_OCA",
        "PECS_COURT",
        "PECS_PER_AUTHOR",
        "PECS_STAKEHOLDER_EVENT_AUTHOR",
        "PECS_PLACEMENTS",
    }
)
"""Roles that work at the places which the account's caseloads, groups or client binding name."""

_KINDS: Final = (
    (ViewerKind.POPULATION_MANAGEMENT, frozenset({"PECS_PMU"})),
    (ViewerKind.SUPPLIER, frozenset({SUPPLIER_ROLE})),
    (ViewerKind.CONTRACT_MANAGER, frozenset({"PECS_CDM"})),
    (ViewerKind.POLICE, frozenset({"PECS_POLICE"})),
    (ViewerKind.COURT, frozenset({"PECS_COURT"})),
    (ViewerKind.YOUTH_ESTATE, frozenset({"PECS_HMYOI", "PECS_SCH", "PECS_STC", "PECS_PLACEMENTS"})),
    (ViewerKind.PRISON, frozenset({"PECS_PRISON", "PECS_OCA"})),
    (ViewerKind.HEALTHCARE, frozenset({"PECS_PER_AUTHOR"})),
    (ViewerKind.LOCAL_ADMINISTRATOR, frozenset({"PECS_LSA"})),
    (ViewerKind.AUDITOR, frozenset({"PECS_AUDITOR"})),
)


def role_name(authority: str) -> str:
    """Strip one leading `ROLE_`, as the services that issue and check tokens do."""
    return authority.removeprefix("ROLE_")


def permissions_of(roles: Iterable[str]) -> frozenset[P]:
    """Unite what the roles permit; a role that is not in the table adds nothing."""
    return frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))


def kind_of(roles: Iterable[str]) -> ViewerKind:
    """Name the sort of account: the first row that fits, READ_ONLY where none does."""
    held = frozenset(roles)
    return next((kind for kind, those in _KINDS if held & those), ViewerKind.READ_ONLY)
