"""Anything by its id, as carefully as by the field that owns it: hidden, absent and malformed are all null."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import TypeAlias, TypeVar
from uuid import UUID

from gateway.context import Info
from gateway.domain import ids
from gateway.domain.allocations import Allocation
from gateway.domain.errors import InvalidInput
from gateway.domain.escort_records import EscortRecord
from gateway.domain.events import Event
from gateway.domain.ids import AgencyId, AllocationId, EscortRecordId, EventId, LodgingId, MoveId, PrisonNumber
from gateway.domain.journeys import Journey
from gateway.domain.locations import Location
from gateway.domain.moves import Lodging, Move
from gateway.domain.people import Person
from gateway.domain.suppliers import Supplier
from gateway.resolvers import global_ids
from gateway.resolvers.global_ids import NodeType
from gateway.resolvers.moves import JOURNEYS, carriage

Node: TypeAlias = Person | Location | Supplier | Move | Journey | Lodging | Event | Allocation | EscortRecord

T = TypeVar("T")


async def together(asked: Iterable[Awaitable[T]]) -> list[T | BaseException]:
    """Ask for all at once; one that fails leaves its error in its place, and the others theirs."""
    return await asyncio.gather(*asked, return_exceptions=True)


async def by_global_ids(info: Info, given: Sequence[str]) -> Sequence[Node | BaseException | None]:
    return await together(by_global_id(info, one) for one in given)


async def by_global_id(info: Info, given: str) -> Node | None:  # noqa: PLR0911 - one return for each kind of node
    decoded = global_ids.decode(given)
    if decoded is None:
        return None
    node_type, key = decoded
    locations = info.context.services.locations
    match node_type, key:
        case NodeType.PERSON, (number,):
            try:
                exact = ids.prison_number(number)
            except InvalidInput:
                return None
            return await person(info, exact) if exact == number else None
        case NodeType.LOCATION, (agency_id,):
            return locations.by_agency_id(AgencyId(agency_id))
        case NodeType.SUPPLIER, (supplier,):
            return locations.supplier(ids.SupplierKey(supplier))
        case NodeType.JOURNEY, _:
            parsed = global_ids.uuids(key, 2)
            return None if parsed is None else await journey(info, MoveId(parsed[0]), ids.JourneyId(parsed[1]))
        case _:
            parsed = global_ids.uuids(key)
            return None if parsed is None else await _stored(info, node_type, parsed[0])


async def _stored(info: Info, node_type: NodeType, key: UUID) -> Node | None:
    services, loaders = info.context.services, info.context.loaders
    match node_type:
        case NodeType.MOVE:
            return await move(info, MoveId(key))
        case NodeType.PERSON_ESCORT_RECORD:
            return await escort_record(info, EscortRecordId(key))
        case NodeType.ALLOCATION:
            return await allocation(info, AllocationId(key))
        case NodeType.LODGING:
            return await loaders.load(services.moves.lodgings_by_ids, LodgingId(key), None)
        case NodeType.EVENT:
            return await loaders.load(services.events.by_ids, EventId(key), None)
        case _:
            return None


async def person(info: Info, number: PrisonNumber) -> Person | None:
    people = info.context.services.people
    found: Person | None = await info.context.loaders.load(people.by_numbers, number, None)
    if found is None:
        await people.note_refused([number])
    return found


async def move(info: Info, move_id: MoveId) -> Move | None:
    moves = info.context.services.moves
    found: Move | None = await info.context.loaders.load(moves.by_ids, move_id, None)
    if found is None:
        await moves.note_refused([move_id])
    return found


async def escort_record(info: Info, record_id: EscortRecordId) -> EscortRecord | None:
    records = info.context.services.escort_records
    found: EscortRecord | None = await info.context.loaders.load(records.by_ids, record_id, None)
    if found is None:
        await records.note_refused([record_id])
    return found


async def allocation(info: Info, allocation_id: AllocationId) -> Allocation | None:
    return await info.context.loaders.load(info.context.services.allocations.by_ids, allocation_id, None)


async def journey(info: Info, move_id: MoveId, journey_id: ids.JourneyId) -> Journey | None:
    """Find a journey by way of its move: whoever may not see that may not see this."""
    found = await move(info, move_id)
    key = None if found is None else carriage(found)
    if key is None:
        return None
    journeys = await JOURNEYS.load(info, key)
    return next((one for one in journeys or () if one.id == journey_id), None)
