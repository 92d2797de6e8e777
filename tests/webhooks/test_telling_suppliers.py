"""What a supplier's system hears of its moves by itself, when, and in which order."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from gateway.domain.times import utc_now
from gateway.domain.webhook_signatures import signed_headers
from tests.booking.allocating import CREATE, WANTED
from tests.booking.bed import BOOK, OCA, OFFICER, PMU, WANDSWORTH, Bed, a_bed, place
from tests.booking.bed import GEOAMEY as GEOAMEY_TOKEN
from tests.booking.reporting import an_event, recorded
from tests.booking.test_book_move import TO_COURT
from tests.booking.test_changing_moves import APPROVE, CANCEL, REJECT, UPDATE, booked
from tests.support.worlds import NOW, TODAY, WEBHOOK_SECRET
from tests.webhooks.outbox import GEOAMEY, SERCO, heard, receiver, rows, settled, told

pytestmark = pytest.mark.anyio


async def test_a_booked_move_is_there_at_its_supplier_at_once_and_nobody_elses() -> None:
    async with a_bed(webhooks=True) as bed:
        move = await booked(bed)
        await settled(bed)
        (message,) = heard(bed)
        assert heard(bed, SERCO) == ()
        data = message.body["data"]
        assert (message.type, message.body["timestamp"]) == ("move.added", NOW.isoformat().replace("+00:00", "Z"))
        assert data["move"] == {"id": move["id"], "reference": move["reference"], "status": "REQUESTED", "version": 1}
        assert (data["version"], data["event"]["type"]) == (1, "MoveRequested")
        query = "query($id: ID!, $event: ID!) {move(id: $id) {reference} node(id: $event) {... on Event {type}}}"
        seen = await bed.ask(query, GEOAMEY_TOKEN, {"id": data["move"]["id"], "event": data["event"]["id"]})
        assert seen == {"move": {"reference": move["reference"]}, "node": {"type": "MoveRequested"}}
        journeys = "query($id: ID!) {move(id: $id) {journeys {id}}}"
        assert await bed.ask(journeys, GEOAMEY_TOKEN, {"id": move["id"]}) == {"move": {"journeys": []}}


async def test_a_message_names_no_person_and_says_nothing_that_was_said() -> None:
    async with a_bed(webhooks=True) as bed:
        move = await booked(bed, additionalInformation="KEEP APART FROM HIS BROTHER")
        await bed.change(CANCEL, OFFICER, id=move["id"], reason="OTHER", comment="ILL")
        await settled(bed)
        assert len(heard(bed)) == 2
        for row in await rows(bed):
            for secret in ("A1001AA", "BROTHER", "ILL", "Leeds"):
                assert secret not in row.body


async def test_every_change_follows_in_order() -> None:
    async with a_bed(webhooks=True) as bed:
        move = await booked(bed)
        later = (TODAY + timedelta(days=3)).isoformat()
        await bed.change(UPDATE, OFFICER, id=move["id"], date=later)
        await bed.change(UPDATE, OFFICER, id=move["id"], additionalInformation="Two bags")
        await bed.change(CANCEL, OFFICER, id=move["id"], reason="MADE_IN_ERROR")
        await settled(bed)
        assert [kind for kind, _ in told(bed)] == ["move.added", "move.changed", "move.changed", "move.cancelled"]
        assert [one.body["data"]["move"]["version"] for one in heard(bed)] == [1, 2, 3, 4]
        assert len({one.id for one in heard(bed)}) == 4


async def test_a_proposal_is_nobodys_business_until_it_is_approved() -> None:
    async with a_bed(webhooks=True) as bed:
        move, other = await booked(bed, OCA), await booked(bed, OCA, prisonNumber="A1002AA")
        await bed.change(REJECT, PMU, id=other["id"], reason="NO_SPACE_AT_RECEIVING_PRISON")
        await settled(bed)
        assert await rows(bed) == []
        await bed.change(APPROVE, PMU, id=move["id"], date=TO_COURT["date"])
        await settled(bed)
        assert told(bed) == [("move.added", "MoveApprove")]
        assert heard(bed)[0].move_id == move["id"]


async def test_the_places_of_an_allocation_are_moves_of_their_supplier() -> None:
    async with a_bed(webhooks=True) as bed:
        made = await bed.change(CREATE, PMU, **(WANTED | {"movesCount": 3}))
        await settled(bed)
        moves = made["allocation"]["moves"]["nodes"]
        assert {one.move_id for one in heard(bed)} == {move["id"] for move in moves}
        assert told(bed) == [("move.added", "MoveRequested")] * 3


async def test_what_a_supplier_told_is_not_told_back_and_what_came_of_it_is() -> None:
    async with a_bed(webhooks=True) as bed:
        move = await booked(bed)
        await recorded(bed, GEOAMEY_TOKEN, an_event("MoveAccept", move["id"]))
        await recorded(bed, PMU, an_event("MoveOperationSafeguard", move["id"], authorised_by="PMU"))
        await settled(bed)
        assert told(bed) == [("move.added", "MoveRequested"), ("move.event_recorded", "MoveOperationSafeguard")]


async def test_a_change_that_is_taken_back_is_told_to_nobody() -> None:
    async with a_bed(webhooks=True) as bed:
        payload = await bed.change(BOOK, OFFICER, **(TO_COURT | {"date": None}))
        assert payload["problems"]
        await booked(bed)
        await bed.change(BOOK, OFFICER, **TO_COURT)  # a duplicate
        await settled(bed)
        assert len(await rows(bed)) == 1


async def test_each_supplier_hears_of_its_own() -> None:
    async with a_bed(webhooks=True) as bed:
        await booked(bed)
        south = {"fromLocationId": place("WWI"), "toLocationId": place("WSTMC"), "prisonNumber": "A3001AA"}
        move = await booked(bed, WANDSWORTH, **south)
        await settled(bed)
        assert len(heard(bed, GEOAMEY)) == 1
        assert [one.move_id for one in heard(bed, SERCO)] == [move["id"]]


async def test_without_a_webhook_nothing_is_written() -> None:
    async with a_bed() as bed:
        await booked(bed)
        assert await rows(bed) == []


async def test_a_supplier_that_is_down_hears_everything_in_order_once_it_is_back() -> None:
    async with a_bed(webhooks=True) as bed:
        await bed.gateway.switch(bed.gateway.suppliers[GEOAMEY], {"service": "supplier", "down": True})
        move, other = await booked(bed), await booked(bed, prisonNumber="A1002AA")
        await bed.change(UPDATE, OFFICER, id=move["id"], additionalInformation="Two bags")
        await bed.change(CANCEL, OFFICER, id=move["id"], reason="MADE_IN_ERROR")
        for _ in range(20):
            await settled(bed)
            bed.gateway.clock.advance(timedelta(minutes=20))
        assert heard(bed) == ()
        assert sum(row.attempts for row in await rows(bed)) > 8
        await bed.gateway.switch(bed.gateway.suppliers[GEOAMEY])
        bed.gateway.clock.advance(timedelta(hours=4))
        await settled(bed)
        kinds = {one["id"]: [each.type for each in heard(bed) if each.move_id == one["id"]] for one in (move, other)}
        assert kinds == {move["id"]: ["move.added", "move.changed", "move.cancelled"], other["id"]: ["move.added"]}


async def test_the_first_success_after_an_outage_brings_all_that_waits() -> None:
    async with a_bed(webhooks=True) as bed:
        door = bed.gateway.suppliers[GEOAMEY]
        await bed.gateway.switch(door, {"service": "supplier", "path": "/webhooks", "status": 503})
        for n in range(5):
            await booked(bed, prisonNumber=f"A11{n:02}AA")
            await settled(bed)
            bed.gateway.clock.advance(timedelta(minutes=5 - n))
        await bed.gateway.switch(door)
        for _ in range(2):  # the first may be due only in a few seconds
            await settled(bed)
            bed.gateway.clock.advance(timedelta(minutes=1))
        await settled(bed)
        assert len(heard(bed)) == 5


@pytest.mark.parametrize("rule", [{"status": 500}, {"status": 404}, {"down": True}, {"status": 429, "html": True}])
async def test_a_refusal_of_any_sort_is_tried_again_under_the_same_id(rule: dict[str, object]) -> None:
    async with a_bed(webhooks=True) as bed:
        fault = {"service": "supplier", "path": "/webhooks", "times": 2, **rule}
        await bed.gateway.switch(bed.gateway.suppliers[GEOAMEY], fault)
        await booked(bed)
        for _ in range(3):
            await settled(bed)
            bed.gateway.clock.advance(timedelta(seconds=10))
        (message,) = heard(bed)
        (row,) = await rows(bed)
        assert (message.id, row.attempts) == (f"msg_{row.id.hex}", 2)


async def _send(bed: Bed, headers: dict[str, str], body: str) -> int:
    transport = httpx.ASGITransport(bed.gateway.suppliers[GEOAMEY])
    async with httpx.AsyncClient(transport=transport, base_url="http://geoamey.test") as client:
        headers = {"content-type": "application/json", **headers}
        return (await client.post("/webhooks", content=body, headers=headers)).status_code


async def test_the_supplier_takes_only_what_is_signed_just_now_and_each_id_once() -> None:
    async with a_bed(webhooks=True) as bed:
        await booked(bed)
        await settled(bed)
        (row,) = await rows(bed)
        good = signed_headers([WEBHOOK_SECRET], f"msg_{row.id.hex}", NOW, row.body)
        other = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="
        assert await _send(bed, good, row.body) == 204
        assert [one.repeats for one in heard(bed)] == [1]
        assert await _send(bed, good, row.body.replace("REQUESTED", "CANCELLED")) == 401
        assert await _send(bed, good | {"webhook-id": "msg_another"}, row.body) == 401
        assert await _send(bed, signed_headers([other], "msg_1", NOW, row.body), row.body) == 401
        both = signed_headers([other, WEBHOOK_SECRET], "msg_2", NOW, row.body)
        assert await _send(bed, both, row.body) == 204
        for minutes in (-6, 6):
            old = signed_headers([WEBHOOK_SECRET], f"msg_{minutes}", NOW + timedelta(minutes=minutes), row.body)
            assert await _send(bed, old, row.body) == 401
        assert (len(heard(bed)), receiver(bed).refused) == (2, 5)


def test_the_librarys_own_check_takes_our_signature() -> None:
    body = '{"type":"move.added","data":{}}'
    headers = signed_headers([WEBHOOK_SECRET], "msg_1", utc_now(), body)
    found: Any = Webhook(WEBHOOK_SECRET).verify(body, headers)
    assert found == {"type": "move.added", "data": {}}
