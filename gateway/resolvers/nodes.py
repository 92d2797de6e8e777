"""Anything by its id, as carefully as by the field that owns it: hidden, absent and malformed are all null."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import TypeAlias, TypeVar
from uuid import UUID

from gateway.context import Info
from gateway.domain import ids
from gateway.domain.allocations import Allocation
from gateway.domain.errors import InvalidInput
from gateway.domain.escort_records import EscortRecord, RecordKey, YouthRiskAssessment
from gateway.domain.events import Event
from gateway.domain.ids import (
    AgencyId,
    AllocationId,
    EscortRecordId,
    EventId,
    LodgingId,
    MoveId,
    PrisonNumber,
    YouthRiskAssessmentId,
)
from gateway.domain.journeys import Journey
from gateway.domain.locations import Location
from gateway.domain.moves import Lodging, Move
from gateway.domain.people import Person
from gateway.domain.questions import QuestionSetKind
from gateway.domain.responses import QuestionResponse
from gateway.domain.suppliers import Supplier
from gateway.resolvers import global_ids
from gateway.resolvers.escort_records import RESPONSES
from gateway.resolvers.global_ids import NodeType
from gateway.resolvers.moves import JOURNEYS, carriage

Stored: TypeAlias = (
    Person | Location | Supplier | Move | Journey | Lodging | Event | Allocation | EscortRecord | YouthRiskAssessment
)
Node: TypeAlias = Stored | QuestionResponse

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
        case NodeType.PER_RESPONSE, (kind, record_id, question):
            parsed = global_ids.uuids((record_id,))
            return None if parsed is None else await response(info, kind, parsed[0], question)
        case _:
            parsed = global_ids.uuids(key)
            return None if parsed is None else await _stored(info, node_type, parsed[0])


async def _stored(  # noqa: PLR0911 - one return for each kind of node
    info: Info, node_type: NodeType, key: UUID
) -> Node | None:
    services, loaders = info.context.services, info.context.loaders
    match node_type:
        case NodeType.MOVE:
            return await move(info, MoveId(key))
        case NodeType.PERSON_ESCORT_RECORD:
            return await escort_record(info, EscortRecordId(key))
        case NodeType.YOUTH_RISK_ASSESSMENT:
            return await youth_risk_assessment(info, YouthRiskAssessmentId(key))
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


async def youth_risk_assessment(info: Info, assessment_id: YouthRiskAssessmentId) -> YouthRiskAssessment | None:
    records = info.context.services.escort_records
    found: YouthRiskAssessment | None = await info.context.loaders.load(records.assessments_by_ids, assessment_id, None)
    if found is None:
        await records.note_refused_assessment(assessment_id)
    return found


async def response(info: Info, kind: str, record_id: UUID, question_key: str) -> QuestionResponse | None:
    """Find a response by way of its record: whoever may not see that may not see this."""
    record: EscortRecord | YouthRiskAssessment | None
    match kind:
        case QuestionSetKind.ESCORT_RECORD.value:
            record = await escort_record(info, EscortRecordId(record_id))
        case QuestionSetKind.YOUTH_RISK_ASSESSMENT.value:
            record = await youth_risk_assessment(info, YouthRiskAssessmentId(record_id))
        case _:
            return None
    if record is None:
        return None
    records = info.context.services.escort_records
    key = RecordKey(QuestionSetKind(kind), record.id, record.question_set_version)
    question = records.question_set(key.kind, key.question_set_version).question(question_key)
    if question is None:
        return None
    responses = await RESPONSES.load(info, (key, question.section))
    return next((one for one in responses if one.question.key == question_key), None)


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
