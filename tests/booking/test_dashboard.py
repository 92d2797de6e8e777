"""The dashboard over moves that were booked: who counts where, on which day, for whom."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.moves import LodgingStatus, MoveStatus
from tests.booking.allocating import (
    ASSIGN,
    CANCEL,
    CANCEL_MOVE,
    FREE,
    TOMORROW,
    created,
    move_of,
    recorded,
    reported,
)
from tests.booking.bed import BOOK, MOORLAND, NURSE, OCA, OFFICER, PMU, SERGEANT, WANDSWORTH, Bed, a_bed, place
from tests.booking.test_allocations import counting_statements
from tests.booking.test_book_move import TO_COURT, TRANSFER
from tests.booking.test_changing_moves import APPROVE, IN_TWO_DAYS, REDIRECT, REJECT, UPDATE
from tests.booking.test_changing_moves import CANCEL as CANCEL_IN_FULL
from tests.scope.estates import make_lodging, make_move
from tests.support.worlds import TODAY, Stored

pytestmark = pytest.mark.anyio

DASHBOARD: Final = """
query($place: ID!, $from: Date!, $to: Date!) {
  dashboard(locationId: $place, from: $from, to: $to) {
    days {
      date
      incoming { total perIncomplete inTransit byStatus { status count } }
      outgoing { total perIncomplete inTransit byStatus { status count } }
    }
  }
}
"""


async def dashboard(
    bed: Bed, token: str, agency: str, first: date = TODAY, last: date = TODAY + timedelta(days=6)
) -> list[tuple[str, str, dict[str, int], int, int]]:
    """Give day, direction, counts by state, incomplete dPERs and moves under way, where there are any moves."""
    variables = {"place": place(agency), "from": first.isoformat(), "to": last.isoformat()}
    days = (await bed.ask(DASHBOARD, token, variables))["dashboard"]["days"]
    assert [day["date"] for day in days] == [
        (first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)
    ]
    found = []
    for day in days:
        for way in ("incoming", "outgoing"):
            counts = day[way]
            by_status = {one["status"]: one["count"] for one in counts["byStatus"]}
            assert counts["total"] == sum(by_status.values())
            if counts["total"]:
                found.append((day["date"], way, by_status, counts["perIncomplete"], counts["inTransit"]))
    return found


async def booked(bed: Bed, token: str, given: Mapping[str, object]) -> dict[str, Any]:
    payload = await bed.change(BOOK, token, **given)
    assert payload["problems"] == []
    move: dict[str, Any] = payload["move"]
    return move


async def test_a_proposal_counts_for_its_sender_alone_until_it_is_approved() -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA, TRANSFER)
        proposed = [(TOMORROW, "outgoing", {"PROPOSED": 1}, 1, 0)]
        assert await dashboard(bed, OCA, "LEI") == proposed
        assert await dashboard(bed, PMU, "LEI") == proposed
        assert await dashboard(bed, MOORLAND, "MDI") == []
        assert (await bed.change(APPROVE, PMU, id=move["id"], date=IN_TWO_DAYS))["problems"] == []
        assert await dashboard(bed, OCA, "LEI") == [(IN_TWO_DAYS, "outgoing", {"REQUESTED": 1}, 1, 0)]
        assert await dashboard(bed, MOORLAND, "MDI") == [(IN_TWO_DAYS, "incoming", {"REQUESTED": 1}, 1, 0)]


async def test_a_request_that_was_turned_down_or_withdrawn_never_counts_at_the_other_end() -> None:
    async with a_bed() as bed:
        one = await booked(bed, OCA, TRANSFER)
        other = await booked(bed, OCA, TRANSFER | {"prisonNumber": "A1002AA"})
        assert (await bed.change(REJECT, PMU, id=one["id"], reason="MORE_INFO_REQUIRED"))["problems"] == []
        withdrawn = await bed.change(CANCEL_IN_FULL, OCA, id=other["id"], reason="PRISONER_REFUSAL")
        assert withdrawn["problems"] == []
        assert await dashboard(bed, OCA, "LEI") == [(TOMORROW, "outgoing", {"CANCELLED": 2}, 0, 0)]
        assert await dashboard(bed, MOORLAND, "MDI") == []


async def test_a_cancelled_move_counts_as_such_and_asks_for_no_dper() -> None:
    async with a_bed() as bed:
        await booked(bed, OFFICER, TO_COURT | {"prisonNumber": "A1002AA"})
        move = await booked(bed, OFFICER, TO_COURT)
        assert await dashboard(bed, OFFICER, "LEI") == [(TOMORROW, "outgoing", {"REQUESTED": 2}, 2, 0)]
        await bed.change(CANCEL_IN_FULL, OFFICER, id=move["id"], reason="COURT_CLOSURE")
        assert await dashboard(bed, OFFICER, "LEI") == [(TOMORROW, "outgoing", {"REQUESTED": 1, "CANCELLED": 1}, 1, 0)]


async def test_an_allocations_places_count_at_both_ends_with_and_without_people() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        for token, agency, way in ((OCA, "LEI", "outgoing"), (MOORLAND, "MDI", "incoming")):
            assert await dashboard(bed, token, agency) == [(TOMORROW, way, {"REQUESTED": 3}, 3, 0)]
        given = {"allocationId": allocation["id"], "prisonNumbers": list(FREE[:2])}
        filled = (await bed.change(ASSIGN, OCA, **given))["allocation"]
        move = move_of(filled, FREE[0])
        await recorded(bed, move)
        assert await dashboard(bed, MOORLAND, "MDI") == [(TOMORROW, "incoming", {"REQUESTED": 3}, 3, 0)]
        for status, incomplete in ((EscortRecordStatus.COMPLETED, 2), (EscortRecordStatus.CONFIRMED, 2)):
            async with bed.gateway.database.transaction() as conn:
                await conn.execute(sa.text("update person_escort_records set status = :status"), {"status": status})
            assert await dashboard(bed, NURSE, "LEI") == [(TOMORROW, "outgoing", {"REQUESTED": 3}, incomplete, 0)]
        await reported(bed, move, MoveStatus.IN_TRANSIT)
        assert await dashboard(bed, MOORLAND, "MDI") == [
            (TOMORROW, "incoming", {"REQUESTED": 2, "IN_TRANSIT": 1}, 2, 1)
        ]
        await bed.change(CANCEL_MOVE, PMU, id=move_of(filled, FREE[1])["id"], reason="SUPPLIER_NO_RESOURCE")
        await bed.change(CANCEL, PMU, id=allocation["id"], reason="MADE_IN_ERROR")
        assert await dashboard(bed, MOORLAND, "MDI") == [
            (TOMORROW, "incoming", {"IN_TRANSIT": 1, "CANCELLED": 2}, 0, 1)
        ]


async def test_a_move_that_is_put_off_or_redirected_counts_where_it_goes_now() -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA, TRANSFER)
        await bed.change(APPROVE, PMU, id=move["id"], date=TOMORROW)
        assert (await bed.change(REDIRECT, PMU, id=move["id"], toLocationId=place("WWI")))["problems"] == []
        assert await dashboard(bed, MOORLAND, "MDI") == []
        assert await dashboard(bed, WANDSWORTH, "WWI") == [(TOMORROW, "incoming", {"REQUESTED": 1}, 1, 0)]
        assert (await bed.change(UPDATE, PMU, id=move["id"], date=IN_TWO_DAYS))["problems"] == []
        assert await dashboard(bed, WANDSWORTH, "WWI") == [(IN_TWO_DAYS, "incoming", {"REQUESTED": 1}, 1, 0)]
        assert await dashboard(bed, OCA, "LEI") == [(IN_TWO_DAYS, "outgoing", {"REQUESTED": 1}, 1, 0)]


async def test_a_move_of_several_days_counts_on_each_day_on_which_it_stops() -> None:
    """From Leeds today, a night at Wandsworth, at Moorland tomorrow; a night that was called off counts for nothing."""
    move = make_move(1, status=MoveStatus.IN_TRANSIT)
    stays = (
        make_lodging(move, 1, "WWI", TODAY, status=LodgingStatus.STARTED),
        make_lodging(move, 2, "WYPLE", TODAY + timedelta(days=1), nights=2, status=LodgingStatus.CANCELLED),
    )
    async with a_bed(stored=Stored(moves=[(move, stays)])) as bed:
        today, way = TODAY.isoformat(), ({"IN_TRANSIT": 1}, 1, 1)
        for token, agency, expected in (
            (OCA, "LEI", [(today, "outgoing", *way)]),
            (WANDSWORTH, "WWI", [(today, "incoming", *way), (TOMORROW, "outgoing", *way)]),
            (MOORLAND, "MDI", [(TOMORROW, "incoming", *way)]),
            (SERGEANT, "WYPLE", []),
        ):
            assert await dashboard(bed, token, agency) == expected


async def test_counts_are_of_moves_that_the_viewer_may_see_whichever_place_they_ask_about() -> None:
    async with a_bed() as bed:
        await created(bed)
        await booked(bed, OFFICER, TO_COURT)
        assert await dashboard(bed, WANDSWORTH, "LEI") == []
        assert await dashboard(bed, MOORLAND, "LEI") == [(TOMORROW, "outgoing", {"REQUESTED": 3}, 3, 0)]
        assert await dashboard(bed, OFFICER, "LEEDCC") == [(TOMORROW, "incoming", {"REQUESTED": 1}, 1, 0)]
        assert await dashboard(bed, PMU, "LEI") == [(TOMORROW, "outgoing", {"REQUESTED": 4}, 4, 0)]


async def test_a_dashboard_agrees_with_the_lists_behind_it() -> None:
    listed = "query($filter: MoveFilter!) {moves(filter: $filter, first: 1000) {nodes {id status}}}"
    async with a_bed() as bed:
        allocation = await created(bed, movesCount=5)
        given = {"allocationId": allocation["id"], "prisonNumbers": list(FREE[:3])}
        filled = (await bed.change(ASSIGN, OCA, **given))["allocation"]
        await recorded(bed, move_of(filled, FREE[0]))
        await reported(bed, move_of(filled, FREE[1]), MoveStatus.COMPLETED)
        await bed.change(CANCEL_MOVE, PMU, id=move_of(filled, FREE[2])["id"], reason="SUPPLIER_NO_RESOURCE")
        await booked(bed, OCA, TRANSFER | {"prisonNumber": FREE[9]})
        for token, agency, way in ((OCA, "LEI", "OUTGOING"), (MOORLAND, "MDI", "INCOMING"), (PMU, "LEI", "OUTGOING")):
            chosen = {"direction": way, "locationIds": [place(agency)], "dateFrom": TOMORROW, "dateTo": TOMORROW}
            rows = (await bed.ask(listed, token, {"filter": chosen}))["moves"]["nodes"]
            by_status: dict[str, int] = {}
            for status in ("PROPOSED", "REQUESTED", "BOOKED", "IN_TRANSIT", "COMPLETED", "CANCELLED"):
                number = sum(row["status"] == status for row in rows)
                if number:
                    by_status[status] = number
            assert len({row["id"] for row in rows}) == len(rows)
            missing = sum(row["status"] != "CANCELLED" for row in rows)  # no dPER is complete
            assert await dashboard(bed, token, agency) == [(TOMORROW, way.lower(), by_status, missing, 0)]


async def test_a_dashboard_takes_one_statement_for_each_direction_however_many_days() -> None:
    async with a_bed() as bed:
        await created(bed, movesCount=10)
        await dashboard(bed, OCA, "LEI")
        counts = []
        for days in (1, 92):
            with counting_statements() as sent:
                await dashboard(bed, OCA, "LEI", TODAY, TODAY + timedelta(days=days - 1))
            counts.append(len(sent))
        assert counts == [2, 2]
