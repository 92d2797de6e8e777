"""The rules of single moves that are easy to miss, each by its number in the field's own list of them.

Those about journeys, allocations, dPERs and events have tests of their own. 59 does not apply: no hearings here.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from gateway.domain.events import Event, EventClassification, EventDetail
from gateway.domain.ids import EventId, MoveId
from gateway.domain.journeys import JourneyState
from gateway.domain.move_replay import after
from gateway.domain.move_states import MOVE_STATES, MoveAction
from gateway.domain.moves import MoveStatus
from gateway.domain.problems import RuleBroken
from gateway.domain.references import DIGITS, LETTERS
from gateway.resolvers.global_ids import NodeType, uuid_of
from gateway.store import moves_writer
from gateway.store.tables import allocations, journeys, locations, supplier_locations
from gateway.store.tables import moves as move_rows
from tests.booking.bed import BOOK, MOORLAND, OCA, OFFICER, PMU, SERGEANT, Bed, a_bed, codes, place
from tests.booking.test_book_move import TO_COURT, TOMORROW, TRANSFER
from tests.booking.test_changing_moves import (
    APPROVE,
    CANCEL,
    IN_TWO_DAYS,
    REDIRECT,
    REJECT,
    UPDATE,
    booked,
    told,
)
from tests.store.worlds import make_move
from tests.support.worlds import NOW, TODAY

pytestmark = pytest.mark.anyio

RECALL: Final = {
    "type": "PRISON_RECALL",
    "prisonNumber": "A9001AA",
    "fromLocationId": place("WYPLE"),
    "toLocationId": None,
    "date": TOMORROW,
}
STATE: Final = (
    "query($id: ID!) {move(id: $id) {status version cancellation {reason rejectionReason} events {nodes {type}}}}"
)


def key_of(move: dict[str, Any]) -> MoveId:
    found = uuid_of(move["id"], NodeType.MOVE)
    assert found is not None
    return MoveId(found)


async def put(bed: Bed, move: dict[str, Any], **values: object) -> None:
    """Bring a move's row into a state that other parts of the gateway lead to."""
    async with bed.gateway.database.transaction() as conn:
        await conn.execute(sa.update(move_rows).where(move_rows.c.id == key_of(move)).values(values))


async def in_an_allocation(bed: Bed, move: dict[str, Any]) -> None:
    async with bed.gateway.database.transaction() as conn:
        allocation_id = uuid4()
        row = {
            "id": allocation_id,
            "status": "filled",
            "date": date.fromisoformat(IN_TWO_DAYS),
            "from_agency": "LEI",
            "to_agency": "MDI",
            "moves_count": 1,
            "complex_cases": [],
            "created_at": NOW,
            "updated_at": NOW,
            "version": 1,
        }
        await conn.execute(sa.insert(allocations), row)
    await put(bed, move, allocation_id=allocation_id)


async def state(bed: Bed, move: dict[str, Any], token: str = PMU) -> Any:
    return (await bed.ask(STATE, token, {"id": move["id"]}))["move"]


def an_event(kind: str, hours: int = 0, **details: str) -> Event:
    at = NOW + timedelta(hours=hours)
    return Event(
        id=EventId(uuid4()), position=0, move_id=MoveId(UUID(int=1)), journey_id=None, type=kind,
        classification=EventClassification.DEFAULT, occurred_at=at, recorded_at=at, supplier=None, notes=None,
        details=tuple(EventDetail(name, value) for name, value in details.items()),
    )  # fmt: skip


async def test_rule_01_a_duplicate_is_of_a_person_whoever_else_asks() -> None:
    async with a_bed() as bed:
        await booked(bed)
        again = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": " a1001aa "}))
        assert codes(again) == [("DUPLICATE", ("date",))]
        assert (await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A1002AA"})))["problems"] == []


async def test_rule_02_what_is_proposed_or_cancelled_neither_makes_nor_suffers_a_duplicate() -> None:
    async with a_bed() as bed:
        first = await booked(bed)
        await bed.change(CANCEL, OFFICER, id=first["id"], reason="COURT_CLOSURE")
        await booked(bed)
        one, other = await booked(bed, OCA), await booked(bed, OCA)
        assert codes(await bed.change(APPROVE, PMU, id=one["id"], date=IN_TWO_DAYS)) == []
        refused = await bed.change(APPROVE, PMU, id=other["id"], date=IN_TWO_DAYS)
        assert codes(refused) == [("DUPLICATE", ("date",))]
        assert (await state(bed, other))["status"] == "PROPOSED"


async def test_rule_03_two_moves_without_a_destination_are_duplicates() -> None:
    async with a_bed() as bed:
        await booked(bed, SERGEANT, **RECALL)
        assert codes(await bed.change(BOOK, SERGEANT, **RECALL)) == [("DUPLICATE", ("date",))]
        assert (await bed.change(BOOK, SERGEANT, **(RECALL | {"toLocationId": place("LEI")})))["problems"] == []


async def test_rule_04_a_duplicate_names_the_move_that_is_there() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        again = await bed.change(BOOK.replace("code message", "code existingId message"), OFFICER, **TO_COURT)
        assert [one["existingId"] for one in again["problems"]] == [move["id"]]


async def test_rule_05_a_move_may_wait_for_its_person_and_not_leave_without_one() -> None:
    async with a_bed() as bed:
        nameless = await booked(bed, SERGEANT, **(TO_COURT | {"fromLocationId": place("WYPLE"), "prisonNumber": None}))
        assert nameless["status"] == "REQUESTED"
        proposed = await bed.change(BOOK, OCA, **(TRANSFER | {"prisonNumber": None}))
        assert codes(proposed) == [("REQUIRED", ("prisonNumber",))]
    waiting = make_move(1, status=MoveStatus.BOOKED, prison_number=None)
    with pytest.raises(RuleBroken) as broken:
        after(waiting, [], an_event("MoveStart"))
    assert [one.code.name for one in broken.value.problems] == ["INCOMPLETE"]


async def test_rule_06_a_proposal_without_a_day_can_be_cancelled() -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA)
        assert move["date"] is None
        cancelled = await bed.change(CANCEL, OCA, id=move["id"], reason="SENDER_CANCELLED_REQUEST")
        assert (cancelled["problems"], cancelled["move"]["status"]) == ([], "CANCELLED")


async def test_rule_07_reasons_are_there_only_for_what_is_cancelled_or_rejected() -> None:
    async with a_bed() as bed:
        cancelled, rejected, approved = [await booked(bed, OCA) for _ in range(3)]
        await bed.change(CANCEL, OCA, id=cancelled["id"], reason="SENDER_CANCELLED_REQUEST")
        await bed.change(REJECT, PMU, id=rejected["id"], reason="MORE_INFO_REQUIRED")
        await bed.change(APPROVE, PMU, id=approved["id"], date=IN_TWO_DAYS)
        assert [(await state(bed, one))["cancellation"] for one in (cancelled, rejected, approved)] == [
            {"reason": "SENDER_CANCELLED_REQUEST", "rejectionReason": None},
            {"reason": "REJECTED", "rejectionReason": "MORE_INFO_REQUIRED"},
            None,
        ]


@pytest.mark.parametrize("status", ["booked", "in_transit", "completed", "cancelled"])
async def test_rule_08_a_refused_transition_leaves_nothing_behind(status: str) -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA)
        await bed.change(APPROVE, PMU, id=move["id"], date=IN_TWO_DAYS)
        await put(bed, move, status=status)
        before = await state(bed, move)
        refused = await bed.change(REJECT, PMU, id=move["id"], reason="MORE_INFO_REQUIRED")
        assert codes(refused) == [("NOT_ALLOWED_IN_STATE", ("id",))]
        assert await state(bed, move) == before


async def test_rule_09_a_second_cancellation_keeps_the_first_reason() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        await bed.change(CANCEL, OFFICER, id=move["id"], reason="COURT_CLOSURE")
        again = await bed.change(CANCEL, OFFICER, id=move["id"], reason="COURT_NO_CAPACITY")
        assert codes(again) == [("NOT_ALLOWED_IN_STATE", ("id",))]
        assert (await state(bed, move, OFFICER))["cancellation"]["reason"] == "COURT_CLOSURE"


def test_rule_10_what_is_told_late_gives_what_it_would_have_given_in_time() -> None:
    move = make_move(1, status=MoveStatus.REQUESTED)
    requested, accept, start = an_event("MoveRequested"), an_event("MoveAccept", 1), an_event("MoveStart", 2)
    late = after(after(move, [requested], start), [requested, start], accept)
    assert late == after(after(move, [requested], accept), [requested, accept], start)
    assert late.status is MoveStatus.IN_TRANSIT


@pytest.mark.parametrize("status", [MoveStatus.IN_TRANSIT, MoveStatus.COMPLETED])
async def test_rule_11_a_supplier_may_call_off_what_left_and_nobody_does_by_hand(status: MoveStatus) -> None:
    called_off = after(
        make_move(1, status=status), [], an_event("MoveCancel", cancellation_reason="supplier_no_resource")
    )
    assert called_off.status is MoveStatus.CANCELLED
    async with a_bed() as bed:
        move = await booked(bed)
        await put(bed, move, status=status.value)
        refused = await bed.change(CANCEL, OFFICER, id=move["id"], reason="COURT_CLOSURE")
        assert codes(refused) == [("NOT_ALLOWED_IN_STATE", ("id",))]


def test_rule_13_nothing_undoes_a_move() -> None:
    ends = {MoveStatus.CANCELLED, MoveStatus.COMPLETED}
    back = [(end, action, MOVE_STATES.next(end, action)) for end in ends for action in MoveAction]
    assert {target for _, _, target in back} <= {None, MoveStatus.CANCELLED}
    rejected = make_move(1, status=MoveStatus.CANCELLED)
    log = [an_event("MoveRequested"), an_event("MoveReject", 2, rejection_reason="no_transport_available")]
    with pytest.raises(RuleBroken):
        after(rejected, log, an_event("MoveAccept", 1))


async def test_rule_15_a_lockout_frees_a_move_from_the_rules_of_places() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        wrong = {"id": move["id"], "toLocationId": place("MDI")}
        assert codes(await bed.change(UPDATE, OFFICER, **wrong)) == [("INVALID", ("toLocationId",))]
        async with bed.gateway.database.transaction() as conn:
            await moves_writer.insert_events(conn, [replace(an_event("MoveLockout"), move_id=key_of(move))])
        assert (await bed.change(UPDATE, OFFICER, **wrong))["problems"] == []
        home = await bed.change(UPDATE, OFFICER, id=move["id"], toLocationId=place("LEI"))
        assert home["move"]["toLocation"] == {"agencyId": "LEI"}


async def test_rule_16_a_redirection_may_change_the_type_and_both_are_checked_together() -> None:
    async with a_bed() as bed:
        move = await booked(bed, prisonNumber="A9001AA", token=SERGEANT, fromLocationId=place("WYPLE"))
        to_prison = {"id": move["id"], "toLocationId": place("LEI")}
        assert codes(await bed.change(REDIRECT, PMU, **to_prison)) == [("INVALID", ("toLocationId",))]
        from_prison_only = await bed.change(REDIRECT, PMU, **to_prison, type="PRISON_TRANSFER")
        assert codes(from_prison_only) == [("INVALID", ("type",))]
        redirected = await bed.change(REDIRECT, PMU, **to_prison, type="PRISON_REMAND", reason="other")
        assert redirected["problems"] == []
        (event,) = [one for one in redirected["move"]["events"]["nodes"] if one["type"] == "MoveRedirect"]
        assert {one["name"]: one["value"] for one in event["details"]} == {
            "to_location": "LEI",
            "move_type": "prison_remand",
            "reason": "other",
        }


@pytest.mark.parametrize(
    ("status", "possible"),
    [("requested", True), ("booked", True), ("in_transit", True), ("completed", False), ("cancelled", False)],
)
async def test_rule_17_what_is_over_is_not_redirected(status: str, possible: bool) -> None:  # noqa: FBT001
    async with a_bed() as bed:
        move = await booked(bed)
        await put(bed, move, status=status)
        answer = await bed.change(REDIRECT, PMU, id=move["id"], toLocationId=place("WSTMC"))
        assert codes(answer) == ([] if possible else [("NOT_ALLOWED_IN_STATE", ("id",))])


@pytest.mark.parametrize("kind", ["PRISON_RECALL", "VIDEO_REMAND"])
async def test_rule_18_recalls_and_video_remands_start_with_the_police_and_may_end_anywhere(kind: str) -> None:
    async with a_bed() as bed:
        move = await booked(bed, SERGEANT, **(RECALL | {"type": kind}))
        assert (move["status"], move["supplier"]) == ("REQUESTED", {"key": "geoamey"})
        assert await bed.refusal(BOOK, OFFICER, **(RECALL | {"type": kind, "fromLocationId": place("LEI")})) == (
            "FORBIDDEN"
        )


@pytest.mark.parametrize("end", ["LEEDCC", "LGI", "WYPLE", "RIPONA"])
async def test_rule_19_a_transfer_ends_where_people_are_held(end: str) -> None:
    async with a_bed() as bed:
        refused = await bed.change(BOOK, OCA, **(TRANSFER | {"toLocationId": place(end)}))
        assert codes(refused) == [("INVALID", ("toLocationId",))]


async def test_rule_20_an_extradition_ends_where_people_are_extradited_from() -> None:
    async with a_bed() as bed:
        given = TO_COURT | {"type": "EXTRADITION"}
        assert codes(await bed.change(BOOK, OFFICER, **given)) == [("INVALID", ("toLocationId",))]
        assert (await bed.change(BOOK, OFFICER, **(given | {"toLocationId": place("WSTMC")})))["problems"] == []


async def test_rule_21_a_place_that_was_closed_stops_no_cancellation_and_no_other_change() -> None:
    async with a_bed() as bed:
        move, other = await booked(bed), await booked(bed, prisonNumber="A1002AA")
        async with bed.gateway.database.transaction() as conn:
            closed = locations.c.agency_id.in_(["LEI", "LEEDCC"])
            await conn.execute(sa.update(locations).where(closed).values(active=False))
        bed.gateway.app.state.platform.reference_book.expire()
        assert (await bed.change(UPDATE, OFFICER, id=move["id"], additionalInformation="x"))["problems"] == []
        assert (await bed.change(UPDATE, OFFICER, id=move["id"], date=IN_TWO_DAYS))["problems"] == []
        assert (await bed.change(UPDATE, OFFICER, id=move["id"], toLocationId=place("WSTMC")))["problems"] == []
        assert (await bed.change(CANCEL, OFFICER, id=other["id"], reason="COURT_CLOSURE"))["problems"] == []
        fresh = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A1003AA"}))
        assert codes(fresh) == [("INVALID", ("fromLocationId",)), ("INVALID", ("toLocationId",))]


async def test_rule_22_a_category_that_came_later_stops_no_cancellation_and_no_other_change() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        bed.nomis.people_by_number["A1001AA"] = replace(bed.nomis.people_by_number["A1001AA"], category="A")
        assert (await bed.change(UPDATE, OFFICER, id=move["id"], date=IN_TWO_DAYS))["problems"] == []
        cancelled = await bed.change(CANCEL, OFFICER, id=move["id"], reason="PRISONER_NO_LONGER_REQUIRED")
        assert cancelled["problems"] == []


@pytest.mark.parametrize("category", ["A", "E", "H", "P", "Q", "V"])
async def test_rule_23_every_restricted_category_is_refused(category: str) -> None:
    async with a_bed() as bed:
        bed.nomis.people_by_number["A1001AA"] = replace(bed.nomis.people_by_number["A1001AA"], category=category)
        assert codes(await bed.change(BOOK, OFFICER, **TO_COURT)) == [("NOT_ELIGIBLE", ("prisonNumber",))]


async def test_rule_24_the_heightened_escape_list_is_refused_and_the_rest_of_it_carried_and_told() -> None:
    async with a_bed() as bed:
        heightened = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A1006AA"}))
        assert codes(heightened) == [("NOT_ELIGIBLE", ("prisonNumber",))]
        carried = await booked(bed, prisonNumber="A1004AA")
        (event,) = carried["events"]["nodes"]
        assert event["details"] == [{"name": "escape_list", "value": "XEL"}]


async def test_rule_25_the_day_of_an_allocations_move_is_the_allocations() -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA)
        await bed.change(APPROVE, PMU, id=move["id"], date=IN_TWO_DAYS)
        await in_an_allocation(bed, move)
        assert codes(await bed.change(UPDATE, PMU, id=move["id"], date=TOMORROW)) == [("LOCKED", ("date",))]
        elsewhere = await bed.change(UPDATE, PMU, id=move["id"], toLocationId=place("WWI"))
        assert codes(elsewhere) == [("LOCKED", ("toLocationId",))]
        assert (await bed.change(UPDATE, PMU, id=move["id"], additionalInformation="x"))["problems"] == []


async def test_rule_26_a_new_day_takes_along_planned_journeys_of_the_old_one_alone() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        old, other = date.fromisoformat(TOMORROW), TODAY + timedelta(days=9)
        planned = [(JourneyState.PROPOSED, old), (JourneyState.PROPOSED, other), (JourneyState.IN_PROGRESS, old)]
        ids = [uuid4() for _ in planned]
        async with bed.gateway.database.transaction() as conn:
            rows = [
                {
                    "id": key, "move_id": key_of(move), "supplier": "geoamey", "initial_state": "proposed",
                    "state": kind.value, "date": day, "from_agency": "LEI", "to_agency": "LEEDCC", "billable": False,
                    "reported_at": NOW, "updated_at": NOW, "version": 1,
                }
                for key, (kind, day) in zip(ids, planned, strict=True)
            ]  # fmt: skip
            await conn.execute(sa.insert(journeys), rows)
        changed = await bed.change(UPDATE, OFFICER, id=move["id"], date=IN_TWO_DAYS)
        assert sorted(told(changed)) == ["JourneyUpdate", "MoveDateChanged", "MoveRequested"]
        async with bed.gateway.database.read() as conn:
            found = await conn.execute(sa.select(journeys.c.id, journeys.c.date, journeys.c.version))
            now = {row.id: (row.date, row.version) for row in found}
        assert [now[key] for key in ids] == [(date.fromisoformat(IN_TWO_DAYS), 2), (other, 1), (old, 1)]


async def _another_contractor_from(bed: Bed, day: date) -> None:
    """Let GEOAmey serve Leeds to the eve of a day and Serco from then on."""
    leeds = supplier_locations.c.agency_id == "LEI"
    async with bed.gateway.database.transaction() as conn:
        await conn.execute(sa.update(supplier_locations).where(leeds).values(effective_to=day - timedelta(days=1)))
        row = {"supplier": "serco", "agency_id": "LEI", "effective_from": day}
        await conn.execute(sa.insert(supplier_locations), row)


async def test_rule_27_a_redirection_keeps_the_supplier_and_a_new_day_asks_who_serves_then() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        redirected = await bed.change(REDIRECT, PMU, id=move["id"], toLocationId=place("WSTMC"))
        assert redirected["move"]["supplier"] == {"key": "geoamey"}
        await _another_contractor_from(bed, TODAY + timedelta(days=2))
        later = await bed.change(UPDATE, OFFICER, id=move["id"], date=IN_TWO_DAYS)
        assert later["move"]["supplier"] == {"key": "serco"}
        changed = [one for one in later["move"]["events"]["nodes"] if one["type"] == "MoveUpdate"]
        assert [one["details"] for one in changed] == [[{"name": "changed", "value": "supplier"}]]
        # One that has accepted is not replaced behind its back.
        await put(bed, move, status="booked")
        back = await bed.change(UPDATE, OFFICER, id=move["id"], date=TOMORROW)
        assert codes(back) == [("INVALID", ("date",))]


async def test_rule_28_the_last_day_of_a_contractor_is_its_own_and_a_window_counts_from_its_first() -> None:
    async with a_bed() as bed:
        await _another_contractor_from(bed, TODAY + timedelta(days=2))
        assert (await booked(bed, date=TOMORROW))["supplier"] == {"key": "geoamey"}
        assert (await booked(bed, date=IN_TWO_DAYS))["supplier"] == {"key": "serco"}
        assert (await booked(bed, OCA, dateFrom=TOMORROW))["supplier"] == {"key": "geoamey"}
        proposal = await booked(bed, OCA, dateFrom=IN_TWO_DAYS)
        assert proposal["supplier"] == {"key": "serco"}


async def test_rule_56_a_prison_number_is_one_however_it_is_written_and_holds_no_separator() -> None:
    async with a_bed() as bed:
        move = await booked(bed, prisonNumber=" a1001aa ")
        query = "query($id: ID!) {move(id: $id) {person {prisonNumber}}}"
        assert (await bed.ask(query, OFFICER, {"id": move["id"]}))["move"] == {"person": {"prisonNumber": "A1001AA"}}
        for number in ("A1001AA:1", "A1001:A", ":A1001AA"):
            assert await bed.refusal(BOOK, OFFICER, **TO_COURT | {"prisonNumber": number}) == "BAD_USER_INPUT"


async def test_rule_60_references_can_be_said_over_the_phone() -> None:
    async with a_bed() as bed:
        references = [(await booked(bed, prisonNumber=f"A11{n:02}AA"))["reference"] for n in range(12)]
        assert len({*references}) == len(references)
        for reference in references:
            assert {*reference[:3], reference[7]} <= {*LETTERS}
            assert {*reference[3:7]} <= {*DIGITS}
            assert (len({*reference[:3]}), len({*reference[3:7]})) == (3, 4)


async def test_rule_62_a_key_gives_the_first_result_for_a_month_and_is_free_again_then() -> None:
    async with a_bed() as bed:
        given = TO_COURT | {"idempotencyKey": "key", "date": (TODAY + timedelta(days=60)).isoformat()}
        first = await bed.change(BOOK, OFFICER, **given)
        housekeeping = bed.gateway.app.state.housekeeping
        bed.gateway.clock.advance(timedelta(minutes=11))
        assert await housekeeping.once() == 0
        assert (await bed.change(BOOK, OFFICER, **given))["move"]["id"] == first["move"]["id"]
        bed.gateway.clock.advance(timedelta(days=30))
        assert await housekeeping.once() == 1


@pytest.mark.parametrize(("due", "code"), [("2027-06-30T23:30:00Z", []), ("2027-06-30T22:30:00Z", ["INVALID"])])
async def test_rule_63_the_day_is_londons(due: str, code: list[str]) -> None:
    async with a_bed() as bed:
        answer = await bed.change(BOOK, OFFICER, **(TO_COURT | {"date": "2027-07-01", "timeDue": due}))
        assert [one["code"] for one in answer["problems"]] == code


async def test_an_instant_at_the_edge_of_time_is_bad_input_and_no_fault() -> None:
    async with a_bed() as bed:
        for due in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00"):
            answer = await bed.gateway.ask(BOOK, OFFICER, {"input": TO_COURT | {"timeDue": due}})
            assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_the_role_that_books_a_type_is_the_one_that_changes_it() -> None:
    async with a_bed() as bed:
        # An account with both roles of a prison: the officer's changes no transfers, the other's changes nothing.
        given = TRANSFER | {
            "prisonNumber": "A2001AA", "fromLocationId": place("MDI"), "toLocationId": place("LEI")
        }  # fmt: skip
        move = await booked(bed, MOORLAND, **given)
        assert await bed.refusal(UPDATE, MOORLAND, id=move["id"], additionalInformation="x") == "FORBIDDEN"
        await bed.change(APPROVE, PMU, id=move["id"], date=IN_TWO_DAYS)
        cancel = {"id": move["id"], "reason": "SENDER_CANCELLED_REQUEST"}
        assert await bed.refusal(CANCEL, MOORLAND, **cancel) == "FORBIDDEN"
        assert (await bed.change(CANCEL, PMU, **cancel))["problems"] == []
