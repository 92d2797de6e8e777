"""Root fields that read."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from gateway.context import Info
from gateway.domain.alerts import AlertType
from gateway.domain.allocations import Allocation, AllocationFilter
from gateway.domain.errors import InvalidInput
from gateway.domain.escort_records import EscortRecord
from gateway.domain.ids import AgencyId, AllocationId, EscortRecordId, MoveId, PrisonNumber
from gateway.domain.locations import Location, LocationFilter
from gateway.domain.moves import Move, MoveFilter, MoveOrder
from gateway.domain.pages import PageRequest
from gateway.domain.people import Person
from gateway.domain.suppliers import Supplier
from gateway.domain.viewer import Viewer
from gateway.resolvers import global_ids, nodes
from gateway.resolvers.global_ids import NodeType
from gateway.services.listings import Listing
from gateway.services.moves import Dashboard

MOST_AT_ONCE: Final = 100
"""How many things may be asked for by name in one field."""


def viewer(info: Info) -> Viewer:
    return info.context.viewer


async def node(info: Info, node_id: str) -> nodes.Node | None:
    return await nodes.by_global_id(info, node_id)


async def nodes_by_ids(info: Info, node_ids: Sequence[str]) -> Sequence[nodes.Node | BaseException | None]:
    """Give nodes in the order of their ids.

    Raises:
        InvalidInput: more than a hundred of them.

    """
    _at_most(len(node_ids), "ids")
    return await nodes.by_global_ids(info, node_ids)


async def person(info: Info, number: PrisonNumber) -> Person | None:
    return await nodes.person(info, number)


async def people(info: Info, numbers: Sequence[PrisonNumber]) -> Sequence[Person | BaseException | None]:
    """Give people in the order of their numbers.

    Raises:
        InvalidInput: more than a hundred of them.

    """
    _at_most(len(numbers), "prisonNumbers")
    return await nodes.together(nodes.person(info, number) for number in numbers)


async def move(info: Info, global_id: str) -> Move | None:
    key = _key(global_id, NodeType.MOVE)
    return None if key is None else await nodes.move(info, MoveId(key))


async def moves(info: Info, request: PageRequest, matching: MoveFilter, order: MoveOrder) -> Listing[Move]:
    with info.context.loaders.reading():
        return await info.context.services.moves.page(request, matching=matching, order=order)


async def dashboard(info: Info, location_id: str, first_day: date, last_day: date) -> Dashboard:
    (agency_id,) = global_ids.agency_ids([location_id], ("locationId",))
    return await info.context.services.moves.dashboard(agency_id, first_day, last_day)


async def allocation(info: Info, global_id: str) -> Allocation | None:
    key = _key(global_id, NodeType.ALLOCATION)
    return None if key is None else await nodes.allocation(info, AllocationId(key))


async def allocations(info: Info, request: PageRequest, matching: AllocationFilter) -> Listing[Allocation]:
    with info.context.loaders.reading():
        return await info.context.services.allocations.page(request, matching=matching)


async def person_escort_record(info: Info, global_id: str) -> EscortRecord | None:
    key = _key(global_id, NodeType.PERSON_ESCORT_RECORD)
    return None if key is None else await nodes.escort_record(info, EscortRecordId(key))


def location(info: Info, agency_id: str) -> Location | None:
    return info.context.services.locations.by_agency_id(AgencyId(agency_id))


def locations(info: Info, request: PageRequest, matching: LocationFilter) -> Listing[Location]:
    return info.context.services.locations.page(request, matching)


def suppliers(info: Info) -> Sequence[Supplier]:
    return info.context.services.locations.suppliers()


async def alert_types(info: Info) -> Sequence[AlertType] | None:
    return await info.context.services.alerts.catalogue()


def _at_most(count: int, field: str) -> None:
    if count > MOST_AT_ONCE:
        raise InvalidInput(f"{field} takes at most {MOST_AT_ONCE} at once.", field=(field,))


def _key(global_id: str, node_type: NodeType) -> UUID | None:
    decoded = global_ids.decode(global_id)
    if decoded is None or decoded[0] is not node_type:
        return None
    parsed = global_ids.uuids(decoded[1])
    return None if parsed is None else parsed[0]
