"""Allocations as a client sends them, and what others make of their moves meanwhile."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from gateway.domain.changes import ChangedThing
from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.ids import MoveId
from gateway.domain.moves import MoveStatus
from gateway.policies.scope import scope_of_the_gateway
from gateway.resolvers.global_ids import NodeType, uuid_of
from gateway.store import moves as stored_moves
from gateway.store import moves_writer
from gateway.store.tables import changes, events, locations, moves
from tests.booking.bed import PMU, Bed, place
from tests.scope.estates import make_record
from tests.support.worlds import NOW, TODAY

PAYLOAD: Final = """{
    allocation {
      id status date movesCount filledCount version prisonerCategory sentenceLength estate otherCriteria requestedBy
      complexCases { key allowed }
      cancellation { reason comment }
      moves(first: 100) { nodes {
        id reference status type date version escortCheck person { prisonNumber } supplier { key }
        vehicleNeeds { kind } additionalInformation
        fromLocation { agencyId } toLocation { agencyId }
        cancellation { reason comment }
        personEscortRecord { id }
        events(first: 20) { nodes { type details { name value } } }
      } }
    }
    problems { code field message }
}"""
CREATE: Final = "mutation Create($input: CreateAllocationInput!) {createAllocation(input: $input) " + PAYLOAD + "}"
ASSIGN: Final = "mutation Assign($input: AssignToAllocationInput!) {assignToAllocation(input: $input) " + PAYLOAD + "}"
REMOVE: Final = (
    "mutation Remove($input: RemoveFromAllocationInput!) {removeFromAllocation(input: $input) " + PAYLOAD + "}"
)
CANCEL: Final = "mutation Cancel($input: CancelAllocationInput!) {cancelAllocation(input: $input) " + PAYLOAD + "}"
CANCEL_MOVE: Final = (
    "mutation CancelMove($input: CancelMoveInput!) {cancelMove(input: $input) {move {status} problems {code field}}}"
)
READ: Final = (
    "query Read($id: ID!) {allocation(id: $id) {id status movesCount filledCount version "
    "moves(first: 100) {totalCount nodes {id status version person {prisonNumber}}}}}"
)

TOMORROW: Final = (TODAY + timedelta(days=1)).isoformat()
WANTED: Final[dict[str, object]] = {
    "date": TOMORROW,
    "fromLocationId": place("LEI"),
    "toLocationId": place("MDI"),
    "movesCount": 3,
    "prisonerCategory": "c",
    "sentenceLength": "long",
    "estate": "adult_male",
    "otherCriteria": "Nobody with a visit this week.",
    "requestedBy": "A. Planner",
    "complexCases": [{"key": "self_harm", "allowed": False}, {"key": "hold_separately", "allowed": True}],
}
FREE: Final = tuple(f"A11{n:02}AA" for n in range(30))
"""People at Leeds with nothing against them."""


async def created(bed: Bed, token: str = PMU, **different: object) -> dict[str, Any]:
    """Create an allocation of three places from Leeds to Moorland, with differences; give it."""
    payload = await bed.change(CREATE, token, **(WANTED | different))
    assert payload["problems"] == []
    allocation: dict[str, Any] = payload["allocation"]
    return allocation


def nodes(allocation: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = allocation["moves"]["nodes"]
    return found


def move_of(allocation: dict[str, Any], number: str) -> dict[str, Any]:
    """Give the move that somebody has in an allocation."""
    (found,) = (one for one in nodes(allocation) if one["person"] and one["person"]["prisonNumber"] == number)
    return found


def types(move: dict[str, Any]) -> list[str]:
    """Give the types of a move's events; those of one moment come in any order."""
    return sorted(event["type"] for event in move["events"]["nodes"])


def numbers(allocation: dict[str, Any]) -> set[str]:
    return {one["person"]["prisonNumber"] for one in nodes(allocation) if one["person"]}


def move_key(move: dict[str, Any]) -> UUID:
    key = uuid_of(move["id"], NodeType.MOVE)
    assert key is not None
    return key


async def reported(bed: Bed, move: dict[str, Any], status: MoveStatus) -> None:
    """Put a move where a supplier's reports would have taken it."""
    async with bed.gateway.database.transaction() as conn:
        await conn.execute(sa.update(moves).where(moves.c.id == move_key(move)).values(status=status.value))


async def recorded(bed: Bed, move: dict[str, Any]) -> None:
    """Start a dPER for a move."""
    key = MoveId(move_key(move))
    async with bed.gateway.database.transaction() as conn:
        found = await stored_moves.by_ids(conn, [key], within=scope_of_the_gateway())
        record = make_record(found[key], EscortRecordStatus.IN_PROGRESS)
        await moves_writer.insert_escort_records(conn, [record], at=NOW)


async def closed(bed: Bed, *agency_ids: str) -> None:
    """Close places, as NOMIS tells it, and wait until the gateway has heard."""
    bed.nomis.agency_list = tuple(
        replace(one, active=one.active and one.agency_id not in agency_ids) for one in bed.nomis.agency_list
    )
    async with bed.gateway.database.transaction() as conn:
        await conn.execute(sa.update(locations).where(locations.c.agency_id.in_(agency_ids)).values(active=False))
    bed.gateway.clock.advance(timedelta(minutes=1))
    for agency_id in agency_ids:
        found = await bed.ask("query($id: String!) {location(agencyId: $id) {active}}", PMU, {"id": agency_id})
        assert found == {"location": {"active": False}}


async def history(bed: Bed, global_id: str, node_type: NodeType, thing: ChangedThing) -> list[dict[str, Any]]:
    """Give the history rows of a thing: version, who, and its fields as name to (before, after)."""
    async with bed.gateway.database.read() as conn:
        rows = await conn.execute(
            sa.select(changes)
            .where(changes.c.subject_id == uuid_of(global_id, node_type), changes.c.subject_type == thing.value)
            .order_by(changes.c.version)
        )
        return [
            {
                "version": row.version,
                "username": row.username,
                "fields": {one["name"]: (one["before"], one["after"]) for one in row.fields},
            }
            for row in rows
        ]


async def rows_in(bed: Bed) -> tuple[int, int, int]:
    """Count moves, events and changes."""
    async with bed.gateway.database.read() as conn:
        found = [
            int(await conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0)
            for table in (moves, events, changes)
        ]
    return found[0], found[1], found[2]
