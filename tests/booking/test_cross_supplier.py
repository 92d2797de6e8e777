"""Moves from one contractor's places to another's: who sees them, and what each of the two tells of its own part."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from gateway.domain.escort_records import EscortRecordStatus
from gateway.resolvers.global_ids import NodeType, decode, encode
from gateway.store.tables import journeys, supplier_locations
from mocks.supplier.records import LegState, PositionRecord
from tests.booking.allocating import created, nodes
from tests.booking.bed import BOOK, GEOAMEY, OCA, OFFICER, PMU, SERCO, WANDSWORTH, Bed, a_bed, codes, place
from tests.booking.reporting import (
    CREATE_JOURNEY,
    a_journey,
    an_event,
    at,
    faults,
    journey,
    record,
    recorded,
    refused,
    requested,
    seen,
    types,
    with_record,
)
from tests.booking.test_book_move import TO_COURT, TRANSFER
from tests.booking.test_changing_moves import APPROVE, IN_TWO_DAYS, REDIRECT, UPDATE
from tests.booking.test_journeys import a_leg
from tests.support.worlds import NOW, TODAY

pytestmark = pytest.mark.anyio

SIGHT: Final = "query($id: ID!) {move(id: $id) {person {prisonNumber} personEscortRecord {status}}}"
SOUTH: Final = {"toLocationId": place("WSTMC")}
"""Westminster's court, which Serco serves; GEOAmey carries whoever goes there from Leeds."""


async def sees(bed: Bed, token: str, move_id: str) -> bool:
    found = (await bed.ask("query($id: ID!) {move(id: $id) {id} moves {totalCount}}", token, {"id": move_id})).values()
    by_id, listed = found
    assert listed["totalCount"] == (by_id is not None)
    return by_id is not None


async def reference_of(bed: Bed, move_id: str) -> str:
    return str((await seen(bed, move_id))["reference"])


async def legs(bed: Bed, supplier: str, move_id: str, *told: Any) -> None:
    """Let a supplier's own system know of journeys."""
    bed.suppliers[supplier].legs_by_reference[await reference_of(bed, move_id)] = told


async def down(bed: Bed, supplier: str) -> None:
    await bed.gateway.switch(bed.gateway.suppliers[supplier], {"down": True})


def row(move: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["number"], one["fromLocation"]["agencyId"]) for one in move["journeys"]]


# Who sees it


async def test_the_receiving_supplier_sees_an_authorised_move_with_its_person_and_its_dper() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed, **SOUTH)
        await with_record(bed, move_id, EscortRecordStatus.COMPLETED)
        assert (await bed.ask(SIGHT, SERCO, {"id": move_id}))["move"] == {
            "person": {"prisonNumber": "A1001AA"},
            "personEscortRecord": {"status": "COMPLETED"},
        }
        assert await sees(bed, GEOAMEY, move_id)
        assert await sees(bed, SERCO, move_id)


async def test_it_sees_no_proposal_and_nothing_within_the_others_places() -> None:
    async with a_bed() as bed:
        payload = await bed.change(BOOK, OCA, **(TRANSFER | {"toLocationId": place("WWI")}))
        move_id = payload["move"]["id"]
        assert not await sees(bed, SERCO, move_id)
        assert not await sees(bed, SERCO, await requested(bed, prisonNumber="A1002AA"))
        assert codes(await bed.change(APPROVE, PMU, id=move_id, date=IN_TWO_DAYS)) == []
        assert await sees(bed, SERCO, move_id)


async def test_a_redirection_brings_a_receiver_in_and_sends_it_away_again() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        assert not await sees(bed, SERCO, move_id)
        await bed.change(REDIRECT, PMU, id=move_id, **SOUTH)
        assert await sees(bed, SERCO, move_id)
        await bed.change(REDIRECT, PMU, id=move_id, toLocationId=place("LEEDCC"))
        assert not await sees(bed, SERCO, move_id)
        await recorded(bed, PMU, an_event("MoveRedirect", move_id, to_location="WSTMC"))
        assert await sees(bed, SERCO, move_id)
        assert (await seen(bed, move_id))["supplier"] == {"key": "geoamey"}


async def test_a_new_destination_and_a_new_day_ask_who_serves_it_then() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        await bed.change(UPDATE, OFFICER, id=move_id, **SOUTH)
        assert await sees(bed, SERCO, move_id)
        since = TODAY + timedelta(days=2)
        westminster = supplier_locations.c.agency_id == "WSTMC"
        async with bed.gateway.database.transaction() as conn:
            ended = sa.update(supplier_locations).where(westminster).values(effective_to=since - timedelta(days=1))
            await conn.execute(ended)
            taken_over = {"supplier": "geoamey", "agency_id": "WSTMC", "effective_from": since}
            await conn.execute(sa.insert(supplier_locations), taken_over)
        await bed.change(UPDATE, OFFICER, id=move_id, additionalInformation="the day is the same")
        assert await sees(bed, SERCO, move_id)
        await bed.change(UPDATE, OFFICER, id=move_id, date=IN_TWO_DAYS)
        assert not await sees(bed, SERCO, move_id)


async def test_the_places_of_an_allocation_and_a_second_try_have_their_receiver_too() -> None:
    async with a_bed() as bed:
        made = await created(bed, toLocationId=place("WWI"))
        assert all([await _is_shown(bed, SERCO, move["id"]) for move in nodes(made)])
        payload = await bed.change(BOOK, OCA, **(TRANSFER | {"toLocationId": place("WWI")}))
        turned_down = {"rejection_reason": "no_transport_available", "rebook": "true"}
        await recorded(bed, PMU, an_event("MoveReject", payload["move"]["id"], **turned_down))
        (again,) = (await bed.ask("{moves(filter: {statuses: [PROPOSED]}) {nodes {id dateFrom}}}", OCA))["moves"][
            "nodes"
        ]
        assert not await _is_shown(bed, SERCO, again["id"])
        assert codes(await bed.change(APPROVE, PMU, id=again["id"], date=again["dateFrom"])) == []
        assert await _is_shown(bed, SERCO, again["id"])


async def _is_shown(bed: Bed, token: str, move_id: str) -> bool:
    return (await bed.ask("query($id: ID!) {move(id: $id) {id}}", token, {"id": move_id}))["move"] is not None


async def test_the_history_tells_when_a_receiver_came_in() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        await bed.change(REDIRECT, PMU, id=move_id, **SOUTH)
        query = "query($id: ID!) {move(id: $id) {history {nodes {fields {name before after}}}}}"
        _, last = (await bed.ask(query, OFFICER, {"id": move_id}))["move"]["history"]["nodes"]
        assert {"name": "receiving_supplier", "before": None, "after": "serco"} in last["fields"]


# Journeys


async def test_each_supplier_sees_its_own_journeys_and_everybody_else_both() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed, **SOUTH)
        await journey(bed, move_id, "LEI", "MDI")
        await journey(bed, move_id, "MDI", "WWI", token=SERCO)
        bed.gateway.clock.advance(timedelta(seconds=1))
        await journey(bed, move_id, "WWI", "WSTMC", token=SERCO)
        assert row(await seen(bed, move_id, GEOAMEY)) == [(1, "LEI")]
        assert row(await seen(bed, move_id, SERCO)) == [(1, "MDI"), (2, "WWI")]
        for token in (OFFICER, PMU):
            assert row(await seen(bed, move_id, token)) == [(1, "LEI"), (2, "MDI"), (3, "WWI")]


async def test_a_journey_of_the_other_is_answered_like_one_that_is_not() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed, **SOUTH)
        theirs = await journey(bed, move_id, "LEI", "MDI")
        decoded = decode(theirs)
        assert decoded is not None
        unknown = encode(NodeType.JOURNEY, decoded[1][0], uuid.UUID(int=9))
        node = "query($id: ID!) {node(id: $id) {id}}"
        for journey_id in (theirs, unknown):
            assert await bed.ask(node, SERCO, {"id": journey_id}) == {"node": None}
            assert await refused(bed, SERCO, an_event("JourneyStart", journey_id)) == [("NOT_FOUND", ("subjectId",))]
        await down(bed, "serco")
        for journey_id in (theirs, unknown):
            assert await faults(bed, SERCO, an_event("JourneyStart", journey_id)) == {0: "UPSTREAM_UNAVAILABLE"}
        # Nor does it stand in the way of a journey between the same places.
        made = await bed.change(CREATE_JOURNEY, SERCO, **a_journey(move_id, "LEI", "MDI"))
        assert (made["problems"], made["journey"]["number"]) == ([], 1)


async def test_what_happens_on_the_others_journeys_is_not_shown_either() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed, **SOUTH)
        theirs = await journey(bed, move_id, "LEI", "MDI")
        await journey(bed, move_id, "MDI", "WSTMC", token=SERCO)
        (event,) = await recorded(bed, GEOAMEY, an_event("JourneyStart", theirs, vehicle_reg="SECRET1"))
        assert sorted(types(await seen(bed, move_id, SERCO))) == ["JourneyCreate", "MoveRequested"]
        assert sorted(types(await seen(bed, move_id, GEOAMEY))) == ["JourneyCreate", "JourneyStart", "MoveRequested"]
        node = "query($id: ID!) {node(id: $id) {id}}"
        assert await bed.ask(node, SERCO, {"id": event["id"]}) == {"node": None}
        assert len((await seen(bed, move_id, OFFICER))["events"]["nodes"]) == 4
        # One that the gateway itself writes of a journey goes with the journey.
        await bed.change(UPDATE, OFFICER, id=move_id, date=IN_TWO_DAYS)
        updates = [types(await seen(bed, move_id, token)).count("JourneyUpdate") for token in (SERCO, GEOAMEY, OFFICER)]
        assert updates == [1, 0, 1]


async def test_both_systems_are_asked_once_and_each_is_kept_for_itself() -> None:
    async with a_bed() as bed:
        moves = [await requested(bed, prisonNumber=f"A11{n:02}AA", **SOUTH) for n in range(3)]
        for n, move_id in enumerate(moves):
            north, south = (
                a_leg(10 + n, LegState.IN_PROGRESS, "LEI", "MDI"),
                a_leg(20 + n, LegState.PROPOSED, "MDI", "WWI"),
            )
            await legs(bed, "geoamey", move_id, replace(north, number=1))
            await legs(bed, "serco", move_id, replace(south, number=1))
        query = "{moves {nodes {journeys {number supplier {key} provenance {stale}}}}}"

        async def shown(token: str = PMU) -> list[list[tuple[int, str, bool]]]:
            found = (await bed.ask(query, token))["moves"]["nodes"]
            return [
                [(one["number"], one["supplier"]["key"], one["provenance"]["stale"]) for one in move["journeys"]]
                for move in found
            ]

        for door in bed.gateway.suppliers.values():
            await bed.gateway.counts(door)
        assert await shown() == [[(1, "geoamey", False), (2, "serco", False)]] * 3
        for door in bed.gateway.suppliers.values():
            assert await bed.gateway.counts(door) == {"POST /journeys/search": 1}
        assert await shown(SERCO) == [[(1, "serco", False)]] * 3
        assert await bed.gateway.counts(bed.gateway.suppliers["geoamey"]) == {}
        await bed.gateway.settle()
        await down(bed, "serco")
        assert await shown() == [[(1, "geoamey", False), (2, "serco", True)]] * 3
        await down(bed, "geoamey")
        assert await shown() == [[(1, "geoamey", True), (2, "serco", True)]] * 3


async def test_some_of_the_journeys_are_not_shown_as_if_they_were_all() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed, **SOUTH)
        await legs(bed, "geoamey", move_id, a_leg(1, LegState.PROPOSED, "LEI", "MDI"))
        await down(bed, "serco")
        query = "query($id: ID!) {move(id: $id) {reference journeys {number}}}"
        answer = await bed.gateway.ask(query, PMU, {"id": move_id})
        assert answer["data"]["move"]["journeys"] is None
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UPSTREAM_UNAVAILABLE"]
        # What its own carrier has is nobody else's to withhold.
        assert row(await seen(bed, move_id, GEOAMEY)) == [(1, "LEI")]


async def test_the_vehicle_that_was_seen_last_is_the_one_that_is_tracked() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed, **SOUTH)
        await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, at(1)), an_event("MoveStart", move_id, at(2)))
        reference = await reference_of(bed, move_id)
        query = "query($id: ID!) {move(id: $id) {tracking {latitude}}}"

        async def latitude(token: str = PMU) -> object:
            tracking = (await bed.ask(query, token, {"id": move_id}))["move"]["tracking"]
            return None if tracking is None else tracking["latitude"]

        north = bed.suppliers["geoamey"].positions_by_reference
        south = bed.suppliers["serco"].positions_by_reference
        north[reference] = PositionRecord(53.8, -1.5, NOW - timedelta(minutes=5))
        assert (await latitude(), await latitude(SERCO)) == (53.8, None)
        south[reference] = PositionRecord(51.5, -0.1, NOW - timedelta(minutes=1))
        assert (await latitude(), await latitude(GEOAMEY), await latitude(SERCO)) == (51.5, 53.8, 51.5)
        # Once it was handed over its carrier gives no position any more; the last known one is older.
        await bed.gateway.settle()
        del north[reference]
        assert await latitude() == 51.5


# What the receiver tells


async def test_the_receiver_tells_of_the_way_and_decides_nothing() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed, **SOUTH)
        record_id = await with_record(bed, move_id, EscortRecordStatus.COMPLETED)
        decisions = [
            an_event("MoveAccept", move_id, at(1)),
            an_event("MoveStart", move_id, at(1)),
            an_event("MoveCancel", move_id, at(1), cancellation_reason="supplier_no_resource"),
        ]
        assert await faults(bed, SERCO, *decisions) == dict.fromkeys(range(3), "FORBIDDEN")
        await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, at(1)), an_event("MoveStart", move_id, at(2)))
        await recorded(bed, GEOAMEY, an_event("MoveCrossSupplierDropOff", move_id, at(3)))
        mine = await journey(bed, move_id, "MDI", "WSTMC", token=SERCO)
        await recorded(
            bed,
            SERCO,
            an_event("JourneyStart", mine, at(4), vehicle_reg="AB12 CDE"),
            an_event("PerMedicalAid", record_id, at(4.5), **MEDICAL),
            an_event("JourneyComplete", mine, at(5)),
            an_event("MoveComplete", move_id, at(6)),
        )
        now = await seen(bed, move_id)
        assert (now["status"], now["journeys"][0]["state"]) == ("COMPLETED", "COMPLETED")


MEDICAL: Final = {
    "advised_by": "A. Nurse",
    "advised_at": at(4.4),
    "treated_by": "A. Nurse",
    "treated_at": at(4.5),
    "location": "WWI",
    "vehicle_reg": "AB12 CDE",
    "supplier_personnel_number": "S1",
}


async def test_a_supplier_takes_over_from_the_move_that_it_sees() -> None:
    """The person goes on in a move of the receiver's own: that one names the move before it."""
    async with a_bed() as bed:
        before = await requested(bed, **SOUTH)
        payload = await bed.change(
            BOOK,
            WANDSWORTH,
            **(TO_COURT | SOUTH | {"prisonNumber": "A3001AA", "fromLocationId": place("WWI")}),
        )
        own = payload["move"]["id"]
        hidden = await requested(bed, prisonNumber="A1002AA")
        picked_up = an_event("MoveCrossSupplierPickUp", own, previous_move_reference=await reference_of(bed, before))
        assert [one["type"] for one in await recorded(bed, SERCO, picked_up)] == ["MoveCrossSupplierPickUp"]
        unseen = an_event("MoveCrossSupplierPickUp", own, previous_move_reference=await reference_of(bed, hidden))
        assert await refused(bed, SERCO, unseen) == [("NOT_FOUND", ("details", "previous_move_reference"))]


async def test_what_a_receiver_drove_stays_with_the_move_when_it_is_sent_back() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed, **SOUTH)
        driven = await journey(bed, move_id, "MDI", "WWI", token=SERCO)
        await journey(bed, move_id, "WWI", "WSTMC", token=SERCO)
        await recorded(bed, SERCO, an_event("JourneyStart", driven, at(1), vehicle_reg="AB12 CDE"))
        await bed.change(REDIRECT, PMU, id=move_id, toLocationId=place("LEEDCC"))
        await journey(bed, move_id, "WWI", "LEEDCC")
        assert not await sees(bed, SERCO, move_id)
        (result,) = await record(bed, SERCO, an_event("JourneyComplete", driven, at(2)))
        assert [one["code"] for one in result["problems"]] == ["NOT_FOUND"]
        assert row(await seen(bed, move_id, OFFICER)) == [(1, "WWI"), (2, "MDI")]
        assert row(await seen(bed, move_id, GEOAMEY)) == [(1, "WWI")]


async def test_planned_journeys_of_both_follow_the_move_to_its_new_day() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed, **SOUTH)
        await journey(bed, move_id, "LEI", "MDI")
        await journey(bed, move_id, "MDI", "WSTMC", token=SERCO)
        await bed.change(UPDATE, OFFICER, id=move_id, date=IN_TWO_DAYS)
        async with bed.gateway.database.read() as conn:
            days = (await conn.scalars(sa.select(journeys.c.date))).all()
        assert days == [date.fromisoformat(IN_TWO_DAYS)] * 2
