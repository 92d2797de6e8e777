"""Nights on the way: planned, shifted and cancelled by the Population Management Unit, begun and ended on the road."""

import itertools
from datetime import timedelta
from typing import Any, Final

import pytest

from gateway.domain.lodging_states import LODGING_ACTIONS, LODGING_STATES
from gateway.domain.moves import LodgingStatus
from tests.booking.bed import GEOAMEY, MOORLAND, OFFICER, PMU, Bed, a_bed
from tests.booking.reporting import an_event, record, recorded, refused, requested, seen, types
from tests.support.worlds import NOW, TODAY

pytestmark = pytest.mark.anyio

S: Final = LodgingStatus


def day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def on(number: float) -> str:
    """Give an instant so many days after today's morning; only the past can be told of."""
    return (NOW + timedelta(days=number)).isoformat()


def stay(move_id: str, first: int, last: int, location: str = "MDI") -> dict[str, object]:
    return an_event("LodgingCreate", move_id, location=location, start_date=day(first), end_date=day(last))


async def planned(bed: Bed, move_id: str, first: int, last: int, location: str = "MDI") -> str:
    """Plan a lodging; give its id."""
    before = {one["id"] for one in (await seen(bed, move_id))["lodgings"]}
    await recorded(bed, PMU, stay(move_id, first, last, location))
    (made,) = [one["id"] for one in (await seen(bed, move_id))["lodgings"] if one["id"] not in before]
    lodging_id: str = made
    return lodging_id


def shape(move: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [(one["location"]["agencyId"], one["startDate"], one["endDate"], one["status"]) for one in move["lodgings"]]


STATUS: Final = "query($id: ID!) {node(id: $id) {... on Lodging {status}}}"


async def status(bed: Bed, lodging_id: str) -> str:
    found: str = (await bed.ask(STATUS, PMU, {"id": lodging_id}))["node"]["status"]
    return found


async def test_a_lodging_opens_the_move_to_the_place_and_moves_its_arrival() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        assert await bed.ask("query($id: ID!) {move(id: $id) {id}}", MOORLAND, {"id": move_id}) == {"move": None}
        await planned(bed, move_id, 1, 3)
        move = await seen(bed, move_id, MOORLAND)
        assert shape(move) == [("MDI", day(1), day(3), "PROPOSED")]
        assert move["version"] == 2
        assert "LodgingCreate" in types(move)
        dashboard = await bed.ask(
            "query($from: Date!, $to: Date!, $id: ID!) "
            "{dashboard(locationId: $id, from: $from, to: $to) {days {date incoming {total}}}}",
            PMU,
            {"from": day(1), "to": day(3), "id": "TG9jYXRpb246TEVFREND"},
        )
        assert [one["incoming"]["total"] for one in dashboard["dashboard"]["days"]] == [0, 0, 1]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"start_date": day(2), "end_date": day(2)}, [("INVALID", ("details", "end_date"))]),
        ({"start_date": day(2), "end_date": day(1)}, [("INVALID", ("details", "end_date"))]),
        ({"start_date": day(1), "end_date": day(3), "location": "WWI"}, [("DUPLICATE", ("details", "start_date"))]),
        ({"end_date": day(3), "start_date": None}, [("REQUIRED", ("details", "start_date"))]),
        ({"start_date": day(1), "end_date": "soon"}, [("INVALID", ("details", "end_date"))]),
        ({"start_date": day(4), "end_date": day(5), "location": "NOSUCH"}, [("INVALID", ("details", "location"))]),
    ],
)
async def test_nights_that_cannot_be_are_refused(
    event: dict[str, object], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        await planned(bed, move_id, 1, 3)
        assert await refused(bed, PMU, an_event("LodgingCreate", move_id, **({"location": "MDI"} | event))) == expected
        assert len((await seen(bed, move_id))["lodgings"]) == 1


async def test_a_move_that_is_over_has_no_new_lodgings() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        await recorded(bed, GEOAMEY, an_event("MoveCancel", move_id, cancellation_reason="court_closure"))
        assert await refused(bed, PMU, stay(move_id, 1, 2)) == [("NOT_ALLOWED_IN_STATE", ("subjectId",))]


async def test_extending_one_shifts_the_later_ones_each_with_its_event() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        first = await planned(bed, move_id, 1, 2)
        await planned(bed, move_id, 2, 4, "WWI")
        cancelled = await planned(bed, move_id, 4, 5)
        await recorded(bed, PMU, an_event("LodgingCancel", cancelled, cancellation_reason="made_in_error"))
        await recorded(bed, PMU, an_event("LodgingUpdate", first, end_date=day(4), location="OAKHLL"))
        move = await seen(bed, move_id)
        assert shape(move) == [("OAKHLL", day(1), day(4), "PROPOSED"), ("WWI", day(4), day(6), "PROPOSED")]
        updates = [
            {detail["name"]: detail["value"] for detail in event["details"]}
            for event in move["events"]["nodes"]
            if event["type"] == "LodgingUpdate"
        ]
        assert sorted(updates, key=lambda one: one["end_date"]) == [
            {"end_date": day(4), "location": "OAKHLL", "old_location": "MDI", "old_end_date": day(2)},
            {"start_date": day(4), "old_start_date": day(2), "end_date": day(6), "old_end_date": day(4)},
        ]


async def test_what_was_there_before_is_written_by_the_gateway() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        lodging_id = await planned(bed, move_id, 1, 2)
        event = an_event("LodgingUpdate", lodging_id, end_date=day(3), old_end_date=day(1))
        assert await refused(bed, PMU, event) == [("INVALID", ("details", "old_end_date"))]
        await recorded(bed, PMU, an_event("LodgingCancel", lodging_id, cancellation_reason="made_in_error"))
        events = (await seen(bed, move_id))["events"]["nodes"]
        (cancelled,) = [one for one in events if one["type"] == "LodgingCancel"]
        assert {one["name"]: one["value"] for one in cancelled["details"]} == {
            "cancellation_reason": "made_in_error",
            "location": "MDI",
            "start_date": day(1),
            "end_date": day(2),
        }


async def test_the_days_of_nights_that_have_begun_do_not_move() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        first = await planned(bed, move_id, -2, -1)
        second = await planned(bed, move_id, 0, 1, "WWI")
        await recorded(bed, GEOAMEY, an_event("MoveLodgingStart", move_id, location="WWI", reason="other"))
        assert await status(bed, second) == "STARTED"
        extended = an_event("LodgingUpdate", first, end_date=day(0))
        assert await refused(bed, PMU, extended) == [("NOT_ALLOWED_IN_STATE", ("details", "end_date"))]
        elsewhere = an_event("LodgingUpdate", second, location="MDI")
        assert await refused(bed, PMU, elsewhere) == [("NOT_ALLOWED_IN_STATE", ("details", "location"))]
        await recorded(bed, PMU, an_event("LodgingUpdate", second, end_date=day(2)))


async def _brought(bed: Bed, move_id: str, lodging_id: str, to: LodgingStatus) -> None:
    """Bring a lodging from three days ago until yesterday to a status."""
    start = an_event("MoveLodgingStart", move_id, on(-3), location="MDI", reason="overnight_lodging")
    end = an_event("MoveLodgingEnd", move_id, on(-1.5), location="MDI")
    cancel = an_event("LodgingCancel", lodging_id, on(-3), cancellation_reason="made_in_error")
    for token, event in {
        S.PROPOSED: [],
        S.STARTED: [(GEOAMEY, start)],
        S.COMPLETED: [(GEOAMEY, start), (GEOAMEY, end)],
        S.CANCELLED: [(PMU, cancel)],
    }[to]:
        await recorded(bed, token, event)
    assert await status(bed, lodging_id) == to.name


@pytest.mark.parametrize(
    ("before", "kind"), list(itertools.product(S, LODGING_ACTIONS)), ids=lambda one: getattr(one, "value", one)
)
async def test_every_transition_and_every_refused_one(before: LodgingStatus, kind: str) -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        lodging_id = await planned(bed, move_id, -3, -1)
        await _brought(bed, move_id, lodging_id, before)
        token, event = {
            "MoveLodgingStart": (GEOAMEY, an_event(kind, move_id, on(-3), location="MDI", reason="lockout")),
            "MoveLodgingEnd": (GEOAMEY, an_event(kind, move_id, on(-1), location="MDI")),
            "LodgingCancel": (PMU, an_event(kind, lodging_id, on(-1), cancellation_reason="made_in_error")),
        }[kind]
        (action,) = LODGING_ACTIONS[kind]
        target = LODGING_STATES.next(before, action)
        # A cancelled lodging is no plan any more: whoever sleeps there nevertheless is noted on the move.
        noted = before is S.CANCELLED and kind != "LodgingCancel"
        waits = LODGING_STATES.awaits(before, action) and kind != "LodgingCancel"
        if target is not None or noted or waits:
            await recorded(bed, token, event)
        else:
            assert await refused(bed, token, event) == [("NOT_ALLOWED_IN_STATE", ("type",))]
        assert await status(bed, lodging_id) == (target or before).name


@pytest.mark.parametrize("ended", [-3, -2, -1])
async def test_a_stay_of_several_nights_ends_on_any_of_its_days(ended: int) -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        lodging_id = await planned(bed, move_id, -3, -1)
        await recorded(
            bed,
            GEOAMEY,
            an_event("MoveLodgingEnd", move_id, on(ended + 0.1), location="MDI"),
            an_event("MoveLodgingStart", move_id, on(-3), location="MDI", reason="overnight_lodging"),
        )
        assert await status(bed, lodging_id) == "COMPLETED"


async def test_a_stay_that_nobody_planned_is_noted_on_the_move() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        lodging_id = await planned(bed, move_id, -3, -1)
        await recorded(
            bed,
            GEOAMEY,
            an_event("MoveLodgingStart", move_id, on(-2), location="MDI", reason="lockout"),
            an_event("MoveLodgingStart", move_id, on(-3), location="WWI", reason="lockout"),
        )
        assert await status(bed, lodging_id) == "PROPOSED"


async def test_nobody_but_the_population_management_unit_plans_nights() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        lodging_id = await planned(bed, move_id, 1, 2)
        for token in (GEOAMEY, OFFICER):
            events = [stay(move_id, 3, 4), an_event("LodgingCancel", lodging_id, cancellation_reason="made_in_error")]
            answer = await bed.gateway.ask(
                "mutation($input: RecordEventsInput!) {recordEvents(input: $input) {results {event {id}}}}",
                token,
                {"input": {"events": events}},
            )
            assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
        (gone,) = await record(bed, PMU, an_event("LodgingCancel", move_id, cancellation_reason="made_in_error"))
        assert gone["problems"][0]["code"] == "INVALID"
