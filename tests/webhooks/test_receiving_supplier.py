"""What the supplier hears that takes a move over: as much of it as it may see, and what it did itself not again."""

import pytest

from tests.booking.bed import BOOK, GEOAMEY, OCA, OFFICER, PMU, SERCO, a_bed, codes, place
from tests.booking.reporting import an_event, journey, recorded, requested
from tests.booking.test_book_move import TRANSFER
from tests.booking.test_changing_moves import APPROVE, IN_TWO_DAYS, REDIRECT, UPDATE
from tests.booking.test_cross_supplier import SOUTH
from tests.support.records import START
from tests.webhooks.outbox import SERCO as SERCO_KEY
from tests.webhooks.outbox import heard, settled, told

pytestmark = pytest.mark.anyio


async def test_the_receiving_supplier_is_told_of_its_moves_and_of_no_others() -> None:
    async with a_bed(webhooks=True) as bed:
        theirs = await requested(bed, **SOUTH)
        await requested(bed, prisonNumber="A1002AA")
        await settled(bed)
        assert told(bed, SERCO_KEY) == [("move.added", "MoveRequested")]
        assert [one.move_id for one in heard(bed, SERCO_KEY)] == [theirs]
        assert told(bed) == [("move.added", "MoveRequested")] * 2


async def test_it_hears_nothing_of_a_proposal() -> None:
    async with a_bed(webhooks=True) as bed:
        payload = await bed.change(BOOK, OCA, **(TRANSFER | {"toLocationId": place("WWI")}))
        await settled(bed)
        assert told(bed, SERCO_KEY) == []
        assert codes(await bed.change(APPROVE, PMU, id=payload["move"]["id"], date=IN_TWO_DAYS)) == []
        await settled(bed)
        assert told(bed, SERCO_KEY) == [("move.added", "MoveApprove")]


async def test_a_redirection_adds_a_receiver_and_takes_it_away_again() -> None:
    async with a_bed(webhooks=True) as bed:
        move_id = await requested(bed)
        await bed.change(REDIRECT, PMU, id=move_id, **SOUTH)
        await bed.change(REDIRECT, PMU, id=move_id, toLocationId=place("LEEDCC"))
        await settled(bed)
        assert told(bed, SERCO_KEY) == [("move.added", "MoveRedirect"), ("move.removed", None)]
        assert [kind for kind, _ in told(bed)] == ["move.added", "move.changed", "move.changed"]


async def test_each_of_two_suppliers_hears_of_its_own_journeys_alone() -> None:
    async with a_bed(webhooks=True) as bed:
        move_id = await requested(bed, **SOUTH)
        north = await journey(bed, move_id, "LEI", "MDI")
        south = await journey(bed, move_id, "MDI", "WSTMC", token=SERCO)
        await recorded(bed, GEOAMEY, an_event("JourneyStart", north, vehicle_reg="AB12 CDE"))
        # What the gateway itself writes of a journey goes to whoever drives it.
        await bed.change(UPDATE, OFFICER, id=move_id, date=IN_TWO_DAYS)
        await settled(bed)
        journeys = {
            key: [event for _, event in told(bed, key) if event and event.startswith("Journey")]
            for key in ("geoamey", SERCO_KEY)
        }
        assert south
        assert journeys == {"geoamey": [], SERCO_KEY: ["JourneyUpdate"]}


async def test_a_record_that_is_being_filled_in_is_the_senders_business() -> None:
    async with a_bed(webhooks=True) as bed:
        move_id = await requested(bed, **SOUTH)
        await settled(bed)
        before = told(bed), told(bed, SERCO_KEY)
        assert (await bed.change(START, OFFICER, moveId=move_id))["problems"] == []
        await settled(bed)
        assert (told(bed), told(bed, SERCO_KEY)) == before
