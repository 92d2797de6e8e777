"""What suppliers' systems report by webhook: taken as `recordEvents` takes it, and from nobody else."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.webhook_signatures import NotSigned, signed_headers, verified_id
from tests.booking.bed import GEOAMEY, OFFICER, PMU, WANDSWORTH, Bed, a_bed, place
from tests.booking.reporting import MOVE, record, with_record
from tests.booking.test_changing_moves import booked
from tests.support.worlds import INBOUND_SECRET, NOW, WEBHOOK_SECRET

pytestmark = pytest.mark.anyio

TRACKING: Final = """query($id: ID!) {move(id: $id) {
  tracking {latitude longitude eta recordedAt provenance {fetchedAt stale}}
}}"""
URL: Final = "/webhooks/suppliers/geoamey"


def at(minutes: float = 0) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def an_event(kind: str, subject: str, **more: object) -> dict[str, object]:
    return {"type": kind, "subjectId": subject, "occurredAt": at(), **more}


def a_position(move: str, minutes: float = 0, **more: object) -> dict[str, object]:
    return {"moveId": move, "latitude": 53.8, "longitude": -1.5, "recordedAt": at(minutes), **more}


def a_report(**data: object) -> str:
    return json.dumps({"type": "supplier.report", "timestamp": at(), "data": data})


async def send(
    bed: Bed,
    body: str,
    message_id: str = "msg_1",
    *,
    secret: str = INBOUND_SECRET,
    url: str = URL,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    signed = signed_headers([secret], message_id, bed.gateway.clock.now, body)
    kind = {"content-type": "application/json"}
    answer = await bed.gateway.client.post(url, content=body, headers={**kind, **signed, **(headers or {})})
    found: dict[str, Any] = answer.json()
    return answer.status_code, found


async def report(bed: Bed, message_id: str = "msg_1", **data: object) -> dict[str, Any]:
    status, body = await send(bed, a_report(**data), message_id)
    assert status == 200, body
    told: dict[str, Any] = body["data"]
    return told


async def seen(bed: Bed, move: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await bed.ask(MOVE, PMU, {"id": move["id"]}))["move"]
    return found


async def ready(bed: Bed) -> dict[str, Any]:
    """Book a move with all that it needs to leave."""
    move = await booked(bed)
    await with_record(bed, move["id"], EscortRecordStatus.COMPLETED, completed_at=NOW)
    return move


async def test_events_are_recorded_as_the_supplier_that_signed_them() -> None:
    async with a_bed() as bed:
        move = await ready(bed)
        told = await report(bed, events=[an_event("MoveAccept", move["id"]), an_event("MoveStart", move["id"])])
        assert [one["problems"] for one in told["events"]] == [[], []]
        now = await seen(bed, move)
        assert now["status"] == "IN_TRANSIT"
        assert {one["id"] for one in now["events"]["nodes"]} >= {one["eventId"] for one in told["events"]}
        query = "query($id: ID!) {move(id: $id) {events {nodes {type supplier {key}}}}}"
        logged = (await bed.ask(query, PMU, {"id": move["id"]}))["move"]["events"]["nodes"]
        assert {"type": "MoveAccept", "supplier": {"key": "geoamey"}} in logged


async def test_a_repeat_gives_the_first_result_and_records_nothing() -> None:
    async with a_bed() as bed:
        move = await ready(bed)
        events = [an_event("MoveAccept", move["id"]), an_event("MoveStart", move["id"], idempotencyKey="ours")]
        first = await report(bed, events=events)
        bed.gateway.clock.advance(timedelta(minutes=1))
        assert await report(bed, events=events) == first
        assert [one["idempotencyKey"] for one in first["events"]] == ["msg_1 0", "ours"]
        types = [one["type"] for one in (await seen(bed, move))["events"]["nodes"]]
        assert [types.count(kind) for kind in ("MoveRequested", "MoveAccept", "MoveStart")] == [1, 1, 1]
        other = await report(bed, events=[an_event("MoveComplete", move["id"])])
        (problem,) = other["events"][0]["problems"]
        assert (problem["code"], problem["field"]) == ("CONFLICT", ["data", "events", "0", "idempotencyKey"])


async def test_what_one_event_lacks_is_told_beside_it_and_leaves_the_others() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        told = await report(
            bed,
            events=[
                an_event("MoveLockout", move["id"], details=[{"name": "reason", "value": "no_space"}]),
                an_event("MoveAccept", move["id"]),
                an_event("MoveApprove", move["id"], details=[{"name": "date", "value": "2026-12-01"}]),
                an_event("MoveAccept", "nothing"),
                an_event("MoveAccept", move["id"], occurredAt=at(10)),
            ],
        )
        fields = [[one["field"] for one in event["problems"]] for event in told["events"]]
        assert fields == [
            [["data", "events", "0", "details", "from_location"]],
            [],
            [],
            [["data", "events", "3", "subjectId"]],
            [["data", "events", "4", "occurredAt"]],
        ]
        assert told["events"][2]["error"]["code"] == "FORBIDDEN"
        assert (await seen(bed, move))["status"] == "BOOKED"


async def test_the_same_is_refused_as_by_mutation() -> None:
    async with a_bed() as bed:
        south = {"fromLocationId": place("WWI"), "toLocationId": place("WSTMC"), "prisonNumber": "A3001AA"}
        others = await booked(bed, WANDSWORTH, **south)
        for kind in ("MoveAccept", "MoveNonsense", "MoveProposed"):
            by_webhook = (await report(bed, kind, events=[an_event(kind, others["id"])]))["events"][0]
            given = an_event(kind, others["id"]) | {"idempotencyKey": f"key {kind}"}
            (by_mutation,) = await record(bed, GEOAMEY, given)
            codes = [one["code"] for one in by_webhook["problems"]]
            assert codes == [one["code"] for one in by_mutation["problems"]]
            assert codes


OTHER_SECRET: Final = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="


async def accept(
    bed: Bed,
    move: dict[str, Any],
    *,
    url: str = URL,
    secret: str = INBOUND_SECRET,
    minutes: float = 0,
    sent: tuple[str, str] = ("", ""),
    method: str = "POST",
    **headers: str,
) -> httpx.Response:
    """Report that a move is accepted, with something wrong about it; `sent` is replaced once it is signed."""
    body = a_report(events=[an_event("MoveAccept", move["id"])])
    signed = signed_headers([secret], "msg_1", NOW + timedelta(minutes=minutes), body)
    signed |= {"content-type": "application/json"} | {name.replace("_", "-"): one for name, one in headers.items()}
    return await bed.gateway.client.request(method, url, content=body.replace(*sent), headers=signed)


WRONG: Final[tuple[dict[str, Any], ...]] = (
    {"secret": OTHER_SECRET},
    {"secret": WEBHOOK_SECRET},  # that of the other direction
    {"sent": ("MoveAccept", "MoveCancel")},
    {"minutes": -6},
    {"minutes": 6},
    {"url": "/webhooks/suppliers/nobody"},
    {"webhook_id": "msg_2"},
    {"webhook_id": ""},
    {"webhook_timestamp": "now"},
    {"webhook_timestamp": "9" * 30},
    {"webhook_signature": ""},
    {"webhook_signature": "v1"},
    {"webhook_signature": "v1,@@@ v2,abc"},
)


async def test_what_is_not_signed_as_it_has_to_be_or_not_just_now_is_refused_alike() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        for wrong in WRONG:
            answer = await accept(bed, move, **wrong)
            assert answer.status_code == 401, wrong
            (error,) = answer.json()["errors"]
            assert error["message"] == "The message is not signed as it has to be, or not just now."
            assert error["extensions"]["code"] == "UNAUTHENTICATED"
        assert (await seen(bed, move))["status"] == "REQUESTED"


@pytest.mark.parametrize(
    ("given", "status", "state"),
    [
        ({"minutes": -4}, 200, "BOOKED"),
        ({"minutes": 4}, 200, "BOOKED"),
        ({"url": "/webhooks/suppliers/serco"}, 200, "REQUESTED"),  # signed, and no such move there
        ({"content_type": "text/plain"}, 415, "REQUESTED"),
        ({"method": "GET"}, 405, "REQUESTED"),
    ],
)
async def test_what_else_there_is(given: dict[str, Any], status: int, state: str) -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        assert (await accept(bed, move, **given)).status_code == status
        assert (await seen(bed, move))["status"] == state


MALFORMED: Final = (
    "",
    "null",
    "[]",
    "{",
    '{"type":"supplier.report"}',
    '{"type":"other","data":{}}',
    '{"type":"supplier.report","data":{"evt":[]}}',
    '{"type":"supplier.report","data":{"events":[{"type":"MoveAccept"}]}}',
    '{"type":"supplier.report","data":{"positions":[{"moveId":"x","latitude":91,"longitude":0,"recordedAt":"now"}]}}',
    '{"type":"supplier.report","data":{"positions":[{"moveId":"x","latitude":NaN,"longitude":0}]}}',
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "[" * 5_000,
    a_report(events=[an_event("MoveAccept", "x", occurredAt="0001-01-01T00:00:00+05:00")]),
    a_report(events=[an_event("MoveAccept", "x", occurredAt="2026-11-24T09:00:00")]),
    a_report(events=[an_event("MoveAccept", "x", notes="\x00")]),
    a_report(events=[an_event("MoveAccept", "x", idempotencyKey=" ")]),
    a_report(events=[an_event("MoveAccept", "x")] * 101),
    a_report(positions=[a_position("x")] * 501),
)


async def test_a_body_of_another_form_is_refused_without_a_trace() -> None:
    async with a_bed() as bed:
        for body in MALFORMED:
            status, answer = await send(bed, body)
            assert status == 400, body
            (error,) = answer["errors"]
            assert error["extensions"]["code"] == "BAD_USER_INPUT"
            assert "Traceback" not in json.dumps(answer)


async def test_a_body_may_be_as_large_as_one_of_graphql_and_no_larger() -> None:
    async with a_bed() as bed:
        status, answer = await send(bed, " " * (1024 * 1024 + 1))
        assert (status, answer["errors"][0]["extensions"]["code"]) == (413, "REQUEST_TOO_LARGE")
        status, answer = await send(bed, a_report(events=[an_event("MoveAccept", "x")] * 100))
        assert (status, len(answer["data"]["events"])) == (200, 100)


async def on_the_road(bed: Bed) -> dict[str, Any]:
    move = await ready(bed)
    await report(bed, "start", events=[an_event("MoveAccept", move["id"]), an_event("MoveStart", move["id"])])
    return move


async def tracking(bed: Bed, move: dict[str, Any]) -> Any:
    return (await bed.ask(TRACKING, OFFICER, {"id": move["id"]}))["move"]["tracking"]


async def test_a_reported_position_serves_while_the_suppliers_system_gives_none() -> None:
    async with a_bed() as bed:
        move = await on_the_road(bed)
        assert await tracking(bed, move) is None
        told = await report(bed, positions=[a_position(move["id"], -1, eta=at(30))])
        assert told["positions"] == [{"kept": True, "problems": []}]
        for down in ((), ({"service": "supplier", "down": True},)):
            await bed.gateway.switch(bed.gateway.suppliers["geoamey"], *down)
            assert await tracking(bed, move) == {
                "latitude": 53.8,
                "longitude": -1.5,
                "eta": at(30),
                "recordedAt": at(-1),
                "provenance": {"fetchedAt": at(), "stale": True},
            }


async def test_an_older_position_replaces_no_newer_one() -> None:
    async with a_bed() as bed:
        move = await on_the_road(bed)
        given = [a_position(move["id"], -2), a_position(move["id"], -1, latitude=54.0), a_position(move["id"], -3)]
        told = await report(bed, "one", positions=given)
        assert [one["kept"] for one in told["positions"]] == [True, True, False]
        assert [one["kept"] for one in (await report(bed, "one", positions=given))["positions"]] == [False] * 3
        assert (await tracking(bed, move))["latitude"] == 54.0


async def test_positions_of_what_is_not_the_suppliers_are_refused() -> None:
    async with a_bed() as bed:
        south = {"fromLocationId": place("WWI"), "toLocationId": place("WSTMC"), "prisonNumber": "A3001AA"}
        others = await booked(bed, WANDSWORTH, **south)
        move = await on_the_road(bed)
        given = [
            a_position(others["id"]),
            a_position("nothing"),
            a_position(move["id"], 10),
            a_position(move["id"]),
        ]
        told = await report(bed, "all", positions=given)
        codes = [[one["code"] for one in each["problems"]] for each in told["positions"]]
        assert codes == [["NOT_FOUND"], ["NOT_FOUND"], ["INVALID"], []]
        await report(bed, "end", events=[an_event("MoveComplete", move["id"], occurredAt=at(1))])
        (ended,) = (await report(bed, "late", positions=[a_position(move["id"], 1)]))["positions"]
        assert [one["code"] for one in ended["problems"]] == ["NOT_ALLOWED_IN_STATE"]


async def test_what_is_reported_is_on_record_under_the_suppliers_name() -> None:
    async with a_bed() as bed:
        move = await on_the_road(bed)
        history = "query($id: ID!) {move(id: $id) {history(first: 9) {nodes {username}}}}"
        found = (await bed.ask(history, PMU, {"id": move["id"]}))["move"]["history"]["nodes"]
        assert [one["username"] for one in found] == ["LEEDS_OFFICER", "geoamey webhook", "geoamey webhook"]


@given(
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]),
        st.one_of(st.text(max_size=40), st.sampled_from(["msg_1", str(int(NOW.timestamp())), "v1,", "v1,AAAA v1"])),
    ),
    st.binary(max_size=40),
)
def test_whatever_the_headers_hold_it_is_refused_and_nothing_else(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(NotSigned):
        verified_id([INBOUND_SECRET], headers, body, at=NOW)
    with pytest.raises(NotSigned):
        verified_id([], headers, body, at=NOW)
