"""Who is asking."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from gateway.domain.caseloads import Caseload as CaseloadValue
from gateway.domain.locations import Location as LocationValue
from gateway.domain.suppliers import Supplier as SupplierValue
from gateway.domain.viewer import Permission, ViewerKind
from gateway.resolvers import locations as resolve_location
from gateway.resolvers import viewer as resolve
from gateway.schema.enums import register
from gateway.schema.locations import Location, Supplier

register(
    ViewerKind,
    "What sort of account asks.",
    {
        ViewerKind.PRISON: "Staff of a prison.",
        ViewerKind.POLICE: "Police custody, staff or system.",
        ViewerKind.COURT: "Court custody, staff or system.",
        ViewerKind.YOUTH_ESTATE: "Staff of the children and young people's secure estate.",
        ViewerKind.HEALTHCARE: "Health staff in an establishment.",
        ViewerKind.POPULATION_MANAGEMENT: "The Population Management Unit.",
        ViewerKind.SUPPLIER: "An escort contractor, staff or system.",
        ViewerKind.LOCAL_ADMINISTRATOR: "A local system administrator.",
        ViewerKind.CONTRACT_MANAGER: "A contract delivery manager.",
        ViewerKind.AUDITOR: "An auditor of access.",
        ViewerKind.READ_ONLY: "Anyone else, who at most reads.",
    },
)
register(
    Permission,
    "What the viewer may do, for a front end to show or hide a control. Each call is checked again.",
    {
        Permission.VIEW_MOVES: "See moves of the viewer's places.",
        Permission.BOOK_MOVE: "Ask for moves.",
        Permission.UPDATE_MOVE: "Change moves that were asked for.",
        Permission.CANCEL_MOVE: "Cancel moves.",
        Permission.REVIEW_SINGLE_REQUEST: "Approve or reject proposed moves.",
        Permission.RECORD_MOVE_EVENT: "Record what happens on a move.",
        Permission.VIEW_ALLOCATIONS: "See allocations of the viewer's places.",
        Permission.CREATE_ALLOCATION: "Ask for allocations.",
        Permission.CANCEL_ALLOCATION: "Cancel allocations.",
        Permission.FILL_ALLOCATION: "Put people into allocations.",
        Permission.VIEW_PER: "See dPERs of moves that are seen.",
        Permission.EDIT_PER: "Answer every section of a dPER.",
        Permission.EDIT_PER_HEALTH: "Answer the health section of a dPER.",
        Permission.CONFIRM_PER: "Confirm a dPER.",
        Permission.PRINT_PER: "Print a dPER.",
        Permission.EDIT_YRA: "Answer and confirm a youth risk assessment.",
        Permission.MANAGE_ACCOUNTS: "Manage the accounts of an establishment.",
        Permission.VIEW_ACCESS_LOG: "See who looked at what.",
    },
)


@strawberry.type(description="NOMIS's grant to work with the people of an establishment.")
class Caseload:
    agency_id: str = strawberry.field(description="NOMIS's code of the establishment.")
    description: str = strawberry.field(description="NOMIS's name for it.")
    active: bool = strawberry.field(description="Whether it is the one that the viewer works in at present.")
    location: LocationValue | None = strawberry.field(
        resolver=resolve_location.of_caseload, graphql_type=Location | None, description="The establishment."
    )


@strawberry.type(description="Who is asking, and what they may see and do.")
class Viewer:
    username: str = strawberry.field(description="The account's name; a system's is its client's.")
    name: str | None = strawberry.field(description="The person's name.")
    kind: ViewerKind = strawberry.field(description="What sort of account it is.")
    roles: Sequence[str] = strawberry.field(
        resolver=resolve.roles, graphql_type=list[str], description="The roles of the account."
    )
    permissions: Sequence[Permission] = strawberry.field(
        resolver=resolve.permissions, graphql_type=list[Permission], description="What the roles permit."
    )
    caseloads: Sequence[CaseloadValue] | None = strawberry.field(
        graphql_type=list[Caseload] | None,
        description="From NOMIS, for prison staff. Empty for everyone else.",
    )
    active_caseload: CaseloadValue | None = strawberry.field(
        resolver=resolve.active_caseload,
        graphql_type=Caseload | None,
        description="The caseload that the viewer works in at present. It narrows nothing.",
    )
    locations: Sequence[LocationValue] | None = strawberry.field(
        resolver=resolve.locations,
        graphql_type=list[Location] | None,
        description="Every place whose moves the viewer may see; null means all of them.",
    )
    supplier: SupplierValue | None = strawberry.field(
        resolver=resolve.supplier, graphql_type=Supplier | None, description="The supplier that the viewer works for."
    )
    session_expires_at: datetime = strawberry.field(description="When the token ends.")
