"""Two suppliers follow one move: each hears of its own journeys, and neither of what is the sender's alone."""

import pytest

from tests.booking.bed import GEOAMEY, OCA, OFFICER, SERCO
from tests.booking.reporting import an_event, journey, recorded
from tests.booking.test_cross_supplier import SOUTH
from tests.live.serving import Served
from tests.support.records import START

pytestmark = pytest.mark.anyio


async def test_each_hears_of_its_own_journeys_and_of_the_move(here: Served) -> None:
    start = await here.cursor()
    move_id = await here.book(**SOUTH)
    north = await journey(here.bed, move_id, "LEI", "MDI")
    south = await journey(here.bed, move_id, "MDI", "WSTMC", token=SERCO)
    await recorded(here.bed, GEOAMEY, an_event("JourneyStart", north, vehicle_reg="AB12 CDE"))
    await recorded(here.bed, SERCO, an_event("JourneyStart", south, vehicle_reg="XY34 ZZZ"))
    await here.tell(move_id)
    heard: dict[str, list[str]] = {}
    for name, token in (("geoamey", GEOAMEY), ("serco", SERCO), ("sender", OFFICER)):
        async with here.socket(token) as socket:
            await socket.subscribe(variables={"after": start})
            heard[name] = []
            while "MoveCrossSupplierDropOff" not in heard[name]:
                heard[name].append((await socket.next())["event"]["type"])
    own = ["MoveRequested", "JourneyCreate", "JourneyStart", "MoveCrossSupplierDropOff"]
    assert heard["geoamey"] == own
    assert heard["serco"] == own
    assert heard["sender"].count("JourneyStart") == heard["sender"].count("JourneyCreate") == 2


async def test_neither_hears_that_a_record_is_being_filled_in(here: Served) -> None:
    start = await here.cursor()
    move_id = await here.book(**SOUTH)
    assert (await here.bed.change(START, OFFICER, moveId=move_id))["problems"] == []
    await here.tell(move_id)
    for token, expected in (
        (GEOAMEY, ["MoveRequested", "MoveCrossSupplierDropOff"]),
        (SERCO, ["MoveRequested", "MoveCrossSupplierDropOff"]),
        (OCA, ["MoveRequested", "PerStart", "MoveCrossSupplierDropOff"]),
    ):
        async with here.socket(token) as socket:
            await socket.subscribe(variables={"after": start})
            assert [(await socket.next())["event"]["type"] for _ in expected] == expected
