"""Bookings through the front door: every role, type and place; and what is asked for beside them."""

import base64
import json
from datetime import timedelta
from itertools import product
from typing import Any, Final

import pytest
import sqlalchemy as sa

from gateway.domain.moves import MoveType as M
from gateway.store.tables import access_log, supplier_locations
from tests.booking.bed import (
    BOOK,
    COURT,
    GEOAMEY,
    MOORLAND,
    NURSE,
    OCA,
    OFFICER,
    PLACEMENTS,
    PLACES,
    PMU,
    READER,
    SCH,
    SERCO,
    SERGEANT,
    STC,
    Bed,
    a_bed,
    codes,
    place,
)
from tests.booking.test_book_move import TO_COURT, TOMORROW, TRANSFER
from tests.booking.test_changing_moves import APPROVE, CANCEL, UPDATE, booked
from tests.support.worlds import NOW, TODAY

pytestmark = pytest.mark.anyio

TO_COURTS: Final = {M.COURT_APPEARANCE, M.COURT_OTHER}
MAY_BOOK: Final = {
    OFFICER: ({"LEI"}, TO_COURTS | {M.HOSPITAL, M.APPROVED_PREMISES, M.EXTRADITION}),
    OCA: ({"LEI"}, {M.PRISON_TRANSFER}),
    SERGEANT: (
        {"WYPLE"},
        TO_COURTS | {M.HOSPITAL, M.PRISON_RECALL, M.PRISON_REMAND, M.POLICE_TRANSFER, M.VIDEO_REMAND},
    ),
    STC: ({"OAKHLL"}, TO_COURTS | {M.HOSPITAL, M.PRISON_TRANSFER}),
    SCH: ({"ALDINE"}, TO_COURTS | {M.HOSPITAL, M.PRISON_TRANSFER}),
    # Each contractor out of the custody of the courts that it serves, and from nowhere else.
    GEOAMEY: ({"LEEDCC"}, {M.PRISON_REMAND, M.HOSPITAL}),
    SERCO: ({"WSTMC"}, {M.PRISON_REMAND, M.HOSPITAL}),
    **dict.fromkeys((PMU, COURT, PLACEMENTS, NURSE, READER), (frozenset[str](), frozenset[M]())),
}
SEEN: Final = "query($id: ID!) {move(id: $id) {status person {prisonNumber} escortCheck}}"


async def test_each_role_books_its_types_from_its_own_places_and_nothing_else() -> None:
    async with a_bed() as bed:
        for token, (own, types) in MAY_BOOK.items():
            for move_type, start in product(M, PLACES):
                # Without a day nothing can come of it: all that is asked is whether it may be asked for.
                given = {"type": move_type.name, "fromLocationId": place(start)}
                answer = await bed.gateway.ask(BOOK, token, {"input": given})
                refused = [one["extensions"]["code"] for one in answer.get("errors", ())]
                allowed = start in own and move_type in types
                assert refused == ([] if allowed else ["FORBIDDEN"]), (move_type, start, token)
                assert not allowed or answer["data"]["bookMove"]["problems"]


async def test_a_prison_books_no_hospital_move_and_a_court_does_by_its_supplier() -> None:
    async with a_bed() as bed:
        to_hospital = {"type": "HOSPITAL", "toLocationId": place("LGI"), "date": TOMORROW}
        from_prison = await bed.change(
            BOOK, OFFICER, prisonNumber="A1001AA", fromLocationId=place("LEI"), **to_hospital
        )
        assert codes(from_prison) == [("INVALID", ("fromLocationId",))]
        # Who came to court by a move of today is in its custody.
        await booked(bed, date=TODAY.isoformat())
        arisen = await bed.change(BOOK, GEOAMEY, prisonNumber="A1001AA", fromLocationId=place("LEEDCC"), **to_hospital)
        assert (arisen["problems"], arisen["move"]["status"]) == ([], "REQUESTED")
        unknown = await bed.change(BOOK, GEOAMEY, prisonNumber="A1002AA", fromLocationId=place("LEEDCC"), **to_hospital)
        assert codes(unknown) == [("NOT_FOUND", ("prisonNumber",))]


async def test_what_a_supplier_books_in_an_outage_is_given_again_for_its_key() -> None:
    async with a_bed() as bed:
        await bed.down("prisoner-search", "alerts")
        given = {
            "type": "PRISON_REMAND", "prisonNumber": "A1001AA", "fromLocationId": place("LEEDCC"),
            "toLocationId": place("LEI"), "date": TOMORROW, "idempotencyKey": "key",
        }  # fmt: skip
        first = await bed.change(BOOK, GEOAMEY, **given)
        again = await bed.change(BOOK, GEOAMEY, **given)
        assert (first["move"]["status"], again["problems"]) == ("PROPOSED", [])
        assert again["move"]["id"] == first["move"]["id"]
        assert await bed.ask(SEEN, GEOAMEY, {"id": first["move"]["id"]}) == {"move": None}


async def test_the_police_book_somebody_at_liberty_and_nobody_whom_an_establishment_holds() -> None:
    async with a_bed() as bed:
        recall = {"type": "PRISON_RECALL", "fromLocationId": place("WYPLE"), "date": TOMORROW}
        free = await bed.change(BOOK, SERGEANT, **recall, prisonNumber="A9001AA", recallDate=TODAY.isoformat())
        assert free["move"]["status"] == "REQUESTED"
        # Someone who is held and someone who does not exist are one answer.
        held = await bed.gateway.raw(BOOK, SERGEANT, {"input": recall | {"prisonNumber": "A1001AA"}})
        nobody = await bed.gateway.raw(BOOK, SERGEANT, {"input": recall | {"prisonNumber": "Z9999ZZ"}})
        assert held == nobody
        assert b"NOT_FOUND" in held


async def test_an_unknown_category_is_proposed_and_the_supplier_sees_it_once_it_is_decided() -> None:
    async with a_bed() as bed:
        move = await booked(bed, prisonNumber="A1007AA")
        assert move["status"] == "PROPOSED"
        assert sorted(one["type"] for one in move["events"]["nodes"]) == ["MoveEscortCheckHeld", "MoveProposed"]
        assert await bed.ask(SEEN, GEOAMEY, {"id": move["id"]}) == {"move": None}
        # Nothing of that keeps its sender from calling it off.
        cancelled = await bed.change(CANCEL, OFFICER, id=move["id"], reason="COURT_CLOSURE")
        assert cancelled["problems"] == []


async def test_a_special_vehicle_comes_with_its_reason_and_the_supplier_reads_it() -> None:
    async with a_bed() as bed:
        move = await booked(bed, vehicleKind="SPECIAL", specialVehicleReason=" Wheelchair. ")
        seen = await bed.ask("query($id: ID!) {move(id: $id) {vehicleNeeds {kind reason}}}", GEOAMEY, move)
        assert seen == {"move": {"vehicleNeeds": {"kind": "SPECIAL", "reason": "Wheelchair."}}}
        (requested,) = move["events"]["nodes"]
        assert requested["details"] == [{"name": "special_vehicle_reason", "value": "Wheelchair."}]
        needless = await bed.change(
            BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A1002AA", "specialVehicleReason": "x"})
        )
        assert codes(needless) == [("INVALID", ("vehicleKind",))]


async def test_what_was_arranged_directly_keeps_when_and_is_requested_at_once() -> None:
    async with a_bed() as bed:
        arranged = NOW - timedelta(hours=20)
        given = {"date": (TODAY - timedelta(days=1)).isoformat(), "arrangedDirectlyAt": arranged.isoformat()}
        move = await booked(bed, **given)
        assert (move["status"], move["recordedRetrospectively"]) == ("REQUESTED", True)
        (requested,) = move["events"]["nodes"]
        assert requested["occurredAt"] == arranged.isoformat().replace("+00:00", "Z")
        later = TO_COURT | {"arrangedDirectlyAt": (NOW + timedelta(seconds=1)).isoformat()}
        assert codes(await bed.change(BOOK, OFFICER, **later)) == [("INVALID", ("arrangedDirectlyAt",))]
        transfer = await bed.change(BOOK, OCA, **TRANSFER, arrangedDirectlyAt=arranged.isoformat())
        assert codes(transfer) == [("INVALID", ("arrangedDirectlyAt",))]


async def test_a_court_move_for_today_is_booked_like_any_other() -> None:
    async with a_bed() as bed:
        assert (await booked(bed, date=TODAY.isoformat()))["status"] == "REQUESTED"


@pytest.mark.parametrize(
    ("text", "code"), [("a\x00b", "BAD_USER_INPUT"), ("x" * 10_001, "BAD_USER_INPUT"), ("\ud800", "BAD_REQUEST")]
)
async def test_a_text_that_cannot_be_kept_is_bad_input_and_nothing_is_written(text: str, code: str) -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        for query, token, given in (
            (BOOK, OFFICER, TO_COURT | {"prisonNumber": "A1002AA", "additionalInformation": text}),
            (UPDATE, OFFICER, {"id": move["id"], "additionalInformation": text}),
            (CANCEL, OFFICER, {"id": move["id"], "reason": "OTHER", "comment": text}),
        ):
            answer = await sent(bed, query, token, given)
            assert answer["errors"][0]["extensions"]["code"] == code
        assert await bed.ask("{moves {totalCount nodes {version}}}", OFFICER) == {
            "moves": {"totalCount": 1, "nodes": [{"version": 1}]}
        }


async def sent(bed: Bed, query: str, token: str, given: dict[str, Any]) -> dict[str, Any]:
    """Send a body as it stands: half a surrogate pair is ASCII in JSON, and no text in UTF-8."""
    answer = await bed.gateway.client.post(
        "/graphql",
        content=json.dumps({"query": query, "variables": {"input": given}}),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize("wrong", ["nonsense", "", base64.b64encode(b"Location:\x00").decode(), place("NOWHERE")])
async def test_an_id_that_is_none_is_told_beside_its_field(wrong: str) -> None:
    async with a_bed() as bed:
        for field in ("fromLocationId", "toLocationId"):
            answer = await bed.gateway.ask(BOOK, OFFICER, {"input": TO_COURT | {field: wrong}})
            if wrong == place("NOWHERE"):
                assert codes(answer["data"]["bookMove"]) == [("NOT_FOUND", (field,))]
            else:
                assert answer["errors"][0]["extensions"] | {"requestId": ""} == {
                    "code": "BAD_USER_INPUT", "field": ["input", field], "requestId": "",
                }  # fmt: skip
        absent = await bed.change(CANCEL, OFFICER, id=wrong, reason="COURT_CLOSURE")
        assert codes(absent) == [("NOT_FOUND", ("id",))]


async def test_the_other_end_neither_books_for_nor_changes_the_senders_moves() -> None:
    async with a_bed() as bed:
        theirs = {**TRANSFER, "fromLocationId": place("LEI"), "toLocationId": place("MDI")}
        assert await bed.refusal(BOOK, MOORLAND, **theirs) == "FORBIDDEN"


async def test_who_asks_for_what_is_hidden_is_on_record() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        await bed.change(CANCEL, SERGEANT, id=move["id"], reason="COURT_CLOSURE")
        await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A2001AA"}))
        await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A1005AA"}))
        await bed.gateway.settle()
        async with bed.gateway.database.read() as conn:
            rows = await conn.execute(sa.select(access_log).order_by(access_log.c.id))
            noted = [(row.username, row.subject_type, row.action, row.outcome, row.prison_number) for row in rows]
        assert noted == [
            ("LEEDS_OFFICER", "Move", "create", "allowed", "A1001AA"),
            ("SERGEANT", "Move", "view", "refused", None),
            ("LEEDS_OFFICER", "Person", "view", "refused", "A2001AA"),
            ("LEEDS_OFFICER", "Person", "view", "allowed", "A1005AA"),
        ]


async def test_a_contractor_is_not_told_of_the_moves_of_another_at_a_court_that_both_serve() -> None:
    async with a_bed() as bed:
        async with bed.gateway.database.transaction() as conn:
            await conn.execute(sa.insert(supplier_locations), {"supplier": "serco", "agency_id": "LEEDCC"})
        bed.gateway.app.state.platform.reference_book.expire()
        await booked(bed, date=TODAY.isoformat())
        # A move of either contractor's gives sight of the person; only one of them remands.
        given = {
            "type": "PRISON_REMAND", "prisonNumber": "A1001AA", "fromLocationId": place("LEEDCC"),
            "toLocationId": place("LEI"), "date": TOMORROW,
        }  # fmt: skip
        query = BOOK.replace("code message", "code existingId message")
        first = await bed.change(query, GEOAMEY, **given)
        assert first["problems"] == []
        theirs, own = await bed.change(query, SERCO, **given), await bed.change(query, GEOAMEY, **given)
        assert codes(theirs) == codes(own) == [("DUPLICATE", ("date",))]
        assert [one["problems"][0]["existingId"] for one in (theirs, own)] == [None, first["move"]["id"]]
        assert first["move"]["reference"] not in theirs["problems"][0]["message"]


async def test_no_move_is_booked_or_put_further_ahead_than_a_year() -> None:
    async with a_bed() as bed:
        last, beyond = (TODAY + timedelta(days=366)).isoformat(), (TODAY + timedelta(days=367)).isoformat()
        assert codes(await bed.change(BOOK, OFFICER, **(TO_COURT | {"date": beyond}))) == [("INVALID", ("date",))]
        window = await bed.change(BOOK, OCA, **(TRANSFER | {"dateFrom": beyond}))
        assert codes(window) == [("INVALID", ("dateFrom",))]
        move, proposal = await booked(bed, date=last), await booked(bed, OCA)
        assert codes(await bed.change(UPDATE, OFFICER, id=move["id"], date=beyond)) == [("INVALID", ("date",))]
        assert codes(await bed.change(APPROVE, PMU, id=proposal["id"], date=beyond)) == [("INVALID", ("date",))]
