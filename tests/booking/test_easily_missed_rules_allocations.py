"""Rules that are easily missed, as far as allocations are concerned; numbered as the field's fact sheet has them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.domain.events import Event, EventClassification
from gateway.domain.ids import EventId, MoveId
from gateway.domain.move_replay import after
from gateway.domain.moves import MoveStatus
from gateway.domain.problems import ProblemCode, RuleBroken
from gateway.policies.scope import scope_of_the_gateway
from gateway.store import moves as stored_moves
from tests.booking.allocating import (
    ASSIGN,
    CANCEL,
    CANCEL_MOVE,
    CREATE,
    FREE,
    READ,
    REMOVE,
    WANTED,
    closed,
    created,
    move_key,
    move_of,
    nodes,
    recorded,
    reported,
    types,
)
from tests.booking.bed import BOOK, OCA, PMU, Bed, a_bed, codes
from tests.booking.test_book_move import TRANSFER
from tests.booking.test_changing_moves import IN_TWO_DAYS, UPDATE
from tests.scope.estates import uid
from tests.support.worlds import NOW, token_for

pytestmark = pytest.mark.anyio


async def read(bed: Bed, allocation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await bed.ask(READ, PMU, allocation))["allocation"]
    return found


@pytest.mark.parametrize("type_", ["MoveStart", "MoveComplete"])
async def test_rule_05_a_place_may_lack_a_person_until_it_would_leave(type_: str) -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        place = nodes(allocation)[0]
        assert (place["status"], place["person"]) == ("REQUESTED", None)
        await reported(bed, place, MoveStatus.BOOKED if type_ == "MoveStart" else MoveStatus.IN_TRANSIT)
        key = MoveId(move_key(place))
        async with bed.gateway.database.read() as conn:
            move = (await stored_moves.by_ids(conn, [key], within=scope_of_the_gateway()))[key]
        told = Event(
            id=EventId(uid("event", key)),
            position=0,
            move_id=key,
            journey_id=None,
            type=type_,
            classification=EventClassification.DEFAULT,
            occurred_at=NOW,
            recorded_at=NOW,
            supplier=move.supplier,
            notes=None,
            details=(),
        )
        with pytest.raises(RuleBroken) as refused:
            after(move, [], told)
        assert [one.code for one in refused.value.problems] == [ProblemCode.INCOMPLETE]


async def test_rule_05_a_proposal_names_its_person() -> None:
    async with a_bed() as bed:
        payload = await bed.change(BOOK, OCA, **(TRANSFER | {"prisonNumber": None}))
        assert codes(payload) == [("REQUIRED", ("prisonNumber",))]


async def test_rule_21_a_place_that_closed_since_still_lets_an_allocation_be_filled_and_cancelled() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        await closed(bed, "LEI", "MDI")
        assert codes(await bed.change(CREATE, PMU, **WANTED)) == [
            ("INVALID", ("fromLocationId",)),
            ("INVALID", ("toLocationId",)),
        ]
        assigned = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[FREE[0]])
        assert assigned["problems"] == []
        cancelled = await bed.change(CANCEL, PMU, id=allocation["id"], reason="MADE_IN_ERROR")
        assert cancelled["problems"] == []


async def test_rule_25_the_day_of_an_allocations_move_is_that_of_the_allocation() -> None:
    async with a_bed() as bed:
        move = nodes(await created(bed))[0]
        payload = await bed.change(UPDATE, PMU, id=move["id"], date=IN_TWO_DAYS)
        assert codes(payload) == [("LOCKED", ("date",))]
        assert payload["move"] is None


async def test_rule_36_the_number_of_places_is_asked_for_once_and_counted_from_then_on() -> None:
    async with a_bed() as bed:
        allocation = await created(bed, movesCount=4)
        for left, place in zip((3, 2), nodes(allocation), strict=False):
            await bed.change(CANCEL_MOVE, PMU, id=place["id"], reason="SUPPLIER_NO_RESOURCE")
            now = await read(bed, allocation)
            assert (now["movesCount"], now["moves"]["totalCount"], now["version"]) == (left, 4, 5 - left)
        await bed.change(CANCEL, PMU, id=allocation["id"], reason="MADE_IN_ERROR")
        assert (await read(bed, allocation))["movesCount"] == 0


async def test_rule_36_cancelling_the_last_empty_place_leaves_a_full_allocation() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        given = {"allocationId": allocation["id"], "prisonNumbers": list(FREE[:2])}
        filled = (await bed.change(ASSIGN, OCA, **given))["allocation"]
        (empty,) = (one for one in nodes(filled) if one["person"] is None)
        await bed.change(CANCEL_MOVE, PMU, id=empty["id"], reason="SUPPLIER_NO_RESOURCE")
        now = await read(bed, allocation)
        assert (now["status"], now["movesCount"], now["filledCount"]) == ("FILLED", 2, 2)


async def test_rule_37_an_allocation_without_places_is_unfilled_and_not_cancelled() -> None:
    async with a_bed() as bed:
        allocation = await created(bed, movesCount=2)
        given = {"allocationId": allocation["id"], "prisonNumbers": list(FREE[:2])}
        filled = (await bed.change(ASSIGN, OCA, **given))["allocation"]
        assert filled["status"] == "FILLED"
        for place in nodes(filled):
            await bed.change(CANCEL_MOVE, PMU, id=place["id"], reason="SUPPLIER_NO_RESOURCE")
        now = await read(bed, allocation)
        assert (now["status"], now["movesCount"], now["filledCount"]) == ("UNFILLED", 0, 0)
        late = await bed.change(ASSIGN, OCA, **given)
        assert codes(late) == [("CONFLICT", ("prisonNumbers",))]
        assert (await bed.change(CANCEL, PMU, id=allocation["id"], reason="MADE_IN_ERROR"))["problems"] == []


async def test_rule_38_the_moves_of_a_cancelled_allocation_say_so_and_keep_its_comment() -> None:
    """The service that ran before gave each of them the reason `other`, and a second one to those cancelled before."""
    async with a_bed() as bed:
        allocation = await created(bed, movesCount=2)
        first, second = nodes(allocation)
        await bed.change(CANCEL_MOVE, PMU, id=first["id"], reason="SUPPLIER_NO_RESOURCE", comment="No van.")
        payload = await bed.change(CANCEL, PMU, id=allocation["id"], reason="OTHER", comment="The wing is closed.")
        over = {move["id"]: move for move in nodes(payload["allocation"])}
        assert over[first["id"]]["cancellation"] == {"reason": "SUPPLIER_NO_RESOURCE", "comment": "No van."}
        assert types(over[first["id"]]).count("MoveCancel") == 1
        assert over[second["id"]]["cancellation"] == {
            "reason": "ALLOCATION_CANCELLED",
            "comment": "The wing is closed.",
        }


async def test_rule_39_a_person_who_gets_another_place_gets_another_dper() -> None:
    async with a_bed() as bed:
        allocation = await created(bed, movesCount=2)
        given = {"allocationId": allocation["id"], "prisonNumbers": [FREE[0]]}
        first = move_of((await bed.change(ASSIGN, OCA, **given))["allocation"], FREE[0])
        await recorded(bed, first)
        removed = await bed.change(REMOVE, OCA, allocationId=allocation["id"], moveId=first["id"])
        assert codes(removed) == [("LOCKED", ("moveId",))]
        await bed.change(CANCEL_MOVE, PMU, id=first["id"], reason="PRISONER_UNFIT_TO_TRAVEL")
        again = (await bed.change(ASSIGN, OCA, **given))["allocation"]
        records = {
            move["id"]: move["personEscortRecord"]
            for move in nodes(again)
            if move["person"] or move["id"] == first["id"]
        }
        assert len(records) == 2
        assert records.pop(first["id"]) is not None
        assert list(records.values()) == [None]


async def test_rule_60_the_references_of_places_can_be_read_over_the_phone() -> None:
    async with a_bed() as bed:
        references = [move["reference"] for move in nodes(await created(bed, movesCount=100))]
        assert len(set(references)) == 100
        for reference in references:
            assert re.fullmatch(r"[ACEFHJKMNPRTUVWXY]{3}[1-9]{4}[ACEFHJKMNPRTUVWXY]", reference)


async def test_rule_62_the_same_key_still_gives_the_first_allocation_after_ten_minutes() -> None:
    """The service that ran before answered with a conflict then; a retry after an outage deserves better."""
    later = token_for("PMU_USER", "PECS_PMU", auth_source="auth", expires_at=NOW + timedelta(days=2))
    async with a_bed() as bed:
        first = await created(bed, later, idempotencyKey="key")
        bed.gateway.clock.advance(timedelta(hours=23))
        again = await created(bed, later, idempotencyKey="key")
        assert again["id"] == first["id"]


async def test_rule_63_sight_of_somebody_who_arrived_ends_with_the_london_day() -> None:
    """In summer that is an hour before the day of UTC ends."""
    person = "query($number: PrisonNumber!) {person(prisonNumber: $number) {prisonNumber}}"
    until = datetime(2027, 7, 1, tzinfo=UTC)
    moorland = token_for("MOORLAND_OFFICER", "PECS_PRISON", "PECS_OCA", expires_at=until)
    async with a_bed() as bed:
        allocation = await created(bed, date="2027-06-15")
        given = {"allocationId": allocation["id"], "prisonNumbers": [FREE[0]]}
        move = move_of((await bed.change(ASSIGN, OCA, **given))["allocation"], FREE[0])
        await reported(bed, move, MoveStatus.COMPLETED)
        for now, sight in (
            (datetime(2027, 6, 16, 22, 59, tzinfo=UTC), {"prisonNumber": FREE[0]}),
            (datetime(2027, 6, 16, 23, 1, tzinfo=UTC), None),
        ):
            bed.gateway.clock.now = now
            assert await bed.ask(person, moorland, {"number": FREE[0]}) == {"person": sight}
