"""Viewer: who is asking."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.caseloads import Caseload
from gateway.domain.ids import AgencyId, SupplierKey


class ViewerKind(StrEnum):
    """What sort of account asks; the first that fits, in the order of `policies.permissions.kind_of`."""

    PRISON = "prison"
    POLICE = "police"
    COURT = "court"
    YOUTH_ESTATE = "youth_estate"
    HEALTHCARE = "healthcare"
    POPULATION_MANAGEMENT = "population_management"
    SUPPLIER = "supplier"
    LOCAL_ADMINISTRATOR = "local_administrator"
    CONTRACT_MANAGER = "contract_manager"
    AUDITOR = "auditor"
    READ_ONLY = "read_only"


class Permission(StrEnum):
    """What a viewer may do, sorted by the thing that it is done to."""

    VIEW_MOVES = "move:view"
    BOOK_MOVE = "move:book"
    UPDATE_MOVE = "move:update"
    CANCEL_MOVE = "move:cancel"
    REVIEW_SINGLE_REQUEST = "move:review"
    RECORD_MOVE_EVENT = "move:record-event"
    VIEW_ALLOCATIONS = "allocation:view"
    CREATE_ALLOCATION = "allocation:create"
    CANCEL_ALLOCATION = "allocation:cancel"
    FILL_ALLOCATION = "allocation:fill"
    VIEW_PER = "escort-record:view"
    EDIT_PER = "escort-record:edit"
    EDIT_PER_HEALTH = "escort-record:edit-health"
    CONFIRM_PER = "escort-record:confirm"
    PRINT_PER = "escort-record:print"
    EDIT_YRA = "youth-risk-assessment:edit"
    MANAGE_ACCOUNTS = "account:manage"
    VIEW_ACCESS_LOG = "access-log:view"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person or system on whose behalf an operation runs, settled once per request.

    `agencies` are the places that the viewer's caseloads, groups or client binding name, regions resolved;
    whether they may be seen also depends on the roles: ask `policies.scope.scope_of`.
    """

    username: str
    client_id: str
    name: str | None
    kind: ViewerKind
    roles: frozenset[str]
    permissions: frozenset[Permission]
    caseloads: tuple[Caseload, ...]
    agencies: frozenset[AgencyId]
    supplier: SupplierKey | None
    session_expires_at: datetime


@dataclass(frozen=True, slots=True)
class FormerViewer:
    """Whom an account has been, before it was given other places.

    What it may have seen as that is what was so `until` then; None says that it was that viewer until just now. What
    came about later is not theirs to hear of, not even that it is gone.
    """

    viewer: Viewer
    until: datetime | None
