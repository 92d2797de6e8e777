"""Single requests: from whoever may make them to what the sender, the receiver and the supplier then see."""

from datetime import timedelta

import pytest

from tests.booking.bed import BOOK, GEOAMEY, MOORLAND, OCA, OFFICER, a_bed, codes, place
from tests.support.worlds import TODAY

pytestmark = pytest.mark.anyio

TOMORROW = (TODAY + timedelta(days=1)).isoformat()
TO_COURT = {
    "type": "COURT_APPEARANCE",
    "prisonNumber": "A1001AA",
    "fromLocationId": place("LEI"),
    "toLocationId": place("LEEDCC"),
    "date": TOMORROW,
}
TRANSFER = {
    "type": "PRISON_TRANSFER",
    "prisonNumber": "A1001AA",
    "fromLocationId": place("LEI"),
    "toLocationId": place("MDI"),
    "dateFrom": TOMORROW,
}


async def test_a_court_move_is_requested_at_once_and_the_supplier_sees_it() -> None:
    async with a_bed() as bed:
        booked = await bed.change(BOOK, OFFICER, **TO_COURT)
        assert booked["problems"] == []
        move = booked["move"]
        assert move["status"] == "REQUESTED"
        assert move["supplier"] == {"key": "geoamey"}
        assert [event["type"] for event in move["events"]["nodes"]] == ["MoveRequested"]
        seen = await bed.ask("query($id: ID!) {move(id: $id) {reference person {prisonNumber}}}", GEOAMEY, move)
        assert seen == {"move": {"reference": move["reference"], "person": {"prisonNumber": "A1001AA"}}}


async def test_a_prison_transfer_is_proposed_and_unseen_at_the_other_end() -> None:
    async with a_bed() as bed:
        booked = await bed.change(BOOK, OCA, **TRANSFER)
        assert booked["move"]["status"] == "PROPOSED"
        for token in (MOORLAND, GEOAMEY):
            assert await bed.ask("query($id: ID!) {move(id: $id) {id}}", token, booked["move"]) == {"move": None}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"prisonNumber": "A1005AA"}, [("NOT_ELIGIBLE", ("prisonNumber",))]),
        ({"prisonNumber": "A1006AA"}, [("NOT_ELIGIBLE", ("prisonNumber",))]),
        ({"prisonNumber": "A2001AA"}, [("NOT_FOUND", ("prisonNumber",))]),
        ({"prisonNumber": "Z9999ZZ"}, [("NOT_FOUND", ("prisonNumber",))]),
        ({"date": None}, [("REQUIRED", ("date",))]),
        ({"toLocationId": None}, [("REQUIRED", ("toLocationId",))]),
        ({"toLocationId": place("MDI")}, [("INVALID", ("toLocationId",))]),
        ({"vehicleKind": "SPECIAL"}, [("REQUIRED", ("specialVehicleReason",))]),
        ({"recallDate": TOMORROW}, [("INVALID", ("recallDate",))]),
    ],
)
async def test_what_breaks_a_rule_is_told_beside_its_field(
    changes: dict[str, object], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    async with a_bed() as bed:
        booked = await bed.change(BOOK, OFFICER, **(TO_COURT | changes))
        assert booked["move"] is None
        assert codes(booked) == expected
        assert await bed.ask("{moves {totalCount}}", OFFICER) == {"moves": {"totalCount": 0}}
