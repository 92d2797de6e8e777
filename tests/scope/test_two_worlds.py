"""Two gateways whose stores were filled in turn with visible and hidden things, and with visible ones alone."""

import uuid

import pytest

from gateway.domain.events import Event, EventClassification
from gateway.domain.ids import AgencyId, EventId, MoveReference
from gateway.domain.moves import Move
from tests.store.worlds import make_move
from tests.support.estate_builders import an_account, an_agency
from tests.support.stores import empty_store_url
from tests.support.worlds import NOW, TODAY, NomisSource, Stored, running_gateway, token_for

pytestmark = pytest.mark.anyio

QUERY = """{
  moves { totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } edges { cursor node {
    id reference events { edges { cursor node { id type cursor } } pageInfo { startCursor endCursor } }
  } } }
}"""


def _move(number: int, from_agency: str, reference: str) -> Move:
    return make_move(
        number,
        date=TODAY,
        reference=MoveReference(reference),
        from_agency=AgencyId(from_agency),
        to_agency=AgencyId("HLI"),
    )


def _event(move: Move, number: int) -> Event:
    return Event(
        id=EventId(uuid.uuid5(move.id, str(number))),
        position=0,
        move_id=move.id,
        journey_id=None,
        type="MoveRequested",
        classification=EventClassification.DEFAULT,
        occurred_at=NOW,
        recorded_at=NOW,
        supplier=None,
        notes=None,
        details=(),
    )


async def _bytes(moves: list[Move], events: list[Event]) -> bytes:
    nomis = NomisSource(
        agency_list=(an_agency("LEI"), an_agency("MDI"), an_agency("HLI")),
        account_list=(an_account("LEEDS_OFFICER", "PECS_PRISON", caseloads=("LEI",)),),
    )
    stored = Stored(moves=[(move, ()) for move in moves], events=events)
    async with empty_store_url("sqlite") as url, running_gateway(url, nomis=nomis, stored=stored) as gateway:
        return await gateway.raw(QUERY, token_for("LEEDS_OFFICER", "PECS_PRISON"))


async def test_what_was_written_between_leaves_no_trace_in_any_cursor() -> None:
    seen, hidden = _move(1, "LEI", "ACE1234A"), _move(2, "MDI", "ACE1235A")
    mine = [_event(seen, number) for number in range(3)]
    others = [_event(hidden, number) for number in range(9)]
    together = [*others[:4], mine[0], *others[4:8], mine[1], others[8], mine[2]]
    alone = await _bytes([seen], mine)
    assert b'"totalCount":1' in alone
    assert alone.count(b'"type":"MoveRequested"') == 3
    assert await _bytes([hidden, seen], together) == alone
