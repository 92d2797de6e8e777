"""The suppliers drive: what the gateway then knows of a move, and what becomes of it when something is in the way."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.escort_records import EscortRecordStatus
from gateway.policies.events.catalogue import rule_of
from gateway.policies.events.rules import Needed, Subject
from mocks.supplier.holdings import Holdings
from mocks.supplier.road import Driver, GatewayClient
from mocks.supplier.road.plan import About, Trip, a_trip
from tests.booking.allocating import ASSIGN, CREATE, FREE, WANTED
from tests.booking.bed import OFFICER, PMU, Bed, a_bed
from tests.booking.reporting import MOVE, with_record
from tests.booking.test_changing_moves import CANCEL, booked
from tests.support.worlds import INBOUND_SECRET, NOW, TODAY, token_for
from tests.webhooks.outbox import GEOAMEY, receiver, settled

pytestmark = pytest.mark.anyio

PLACES: Final = {"LEI": (53.796, -1.576), "LEEDCC": (53.801, -1.551), "MDI": (53.53, -0.96)}
DAY: Final = TODAY.isoformat()


@dataclass
class Ways(httpx.AsyncBaseTransport):
    """Leads to the gateway or to sign-in, unless the road is blocked."""

    bed: Bed
    blocked: bool = False
    asked: int = 0
    doors: dict[str, httpx.ASGITransport] = field(default_factory=dict)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.blocked:
            raise httpx.ConnectError("no way", request=request)
        self.asked += 1
        return await self.doors[request.url.host].handle_async_request(request)


@dataclass
class Road:
    bed: Bed
    driver: Driver
    ways: Ways

    async def until(self, done: Callable[[], bool], *, hours: float = 24) -> None:
        """Let the road's time pass from one thing to the next."""
        clock = self.bed.gateway.clock
        end = clock.now + timedelta(hours=hours / self.driver.speed)
        while not done() and clock.now < end:
            due = self.driver.next_due()
            clock.now = max(clock.now, min(due or end, clock.now + timedelta(seconds=30)))
            await self.driver.run_due()
            if due is None:
                clock.advance(timedelta(seconds=10))
        assert done(), self.driver.status()

    async def seen(self, move: dict[str, Any]) -> dict[str, Any]:
        pmu = token_for("PMU_USER", "PECS_PMU", auth_source="auth", expires_at=NOW + timedelta(days=1))
        found: dict[str, Any] = (await self.bed.ask(MOVE, pmu, {"id": move["id"]}))["move"]
        return found


@asynccontextmanager
async def a_road(*, seed: int = 1, webhooks: bool = False) -> AsyncIterator[Road]:
    async with a_bed(webhooks=webhooks) as bed:
        ways = Ways(bed)
        ways.doors = {
            "gateway.test": httpx.ASGITransport(bed.gateway.app),
            "nomis.test": httpx.ASGITransport(bed.gateway.nomis),
        }
        client = GatewayClient(
            gateway_url="http://gateway.test",
            token_url="http://nomis.test/auth/oauth/token",
            account=("geoamey-system", "geoamey-secret"),
            supplier="geoamey",
            report_secret=INBOUND_SECRET,
            clock=bed.gateway.clock,
            transport=ways,
        )
        holdings: Holdings = bed.gateway.supplier_apps[GEOAMEY].state.holdings
        driver = Driver(client, holdings, bed.gateway.clock, PLACES.__getitem__, lambda: TODAY, speed=60, seed=seed)
        try:
            yield Road(bed, driver, ways)
        finally:
            await client.aclose()


async def ready(bed: Bed) -> dict[str, Any]:
    move = await booked(bed, date=DAY)
    await with_record(bed, move["id"], EscortRecordStatus.COMPLETED, completed_at=NOW)
    return move


def types(move: dict[str, Any]) -> list[str]:
    return [one["type"] for one in move["events"]["nodes"]]


async def test_a_move_of_today_is_driven_from_door_to_door() -> None:
    async with a_road() as road:
        move = await ready(road.bed)
        await road.until(lambda: any(one.left_at for one in road.driver.trips.values()))
        await road.until(lambda: any(0.3 < one.behind < 1 for one in road.driver.trips.values()))
        officer = token_for("LEEDS_OFFICER", "PECS_PRISON", expires_at=NOW + timedelta(days=1))
        query = "query($id: ID!) {move(id: $id) {status tracking {latitude eta provenance {stale}} journeys {state}}}"
        midway = (await road.bed.ask(query, officer, {"id": move["id"]}))["move"]
        assert midway["status"] == "IN_TRANSIT"
        assert midway["journeys"] == [{"state": "IN_PROGRESS"}]
        assert PLACES["LEI"][0] < midway["tracking"]["latitude"] < PLACES["LEEDCC"][0]
        assert midway["tracking"]["provenance"] == {"stale": False}
        await road.until(lambda: road.driver.ended == 1)
        ended = await road.seen(move)
        assert ended["status"] == "COMPLETED"
        assert [one["state"] for one in ended["journeys"]] == ["COMPLETED"]
        found = [kind for kind in types(ended) if kind in IN_ORDER]
        assert found == list(IN_ORDER)
        assert road.driver.refusals == []


IN_ORDER: Final = (
    "MoveRequested",
    "MoveAccept",
    "JourneyCreate",
    "MoveNotifyPremisesOfExpectedCollectionTime",
    "JourneyHandoverToSupplier",
    "JourneyPersonBoardsVehicle",
    "MoveStart",
    "JourneyStart",
    "JourneyPersonLeaveVehicle",
    "JourneyHandoverToDestination",
    "JourneyComplete",
    "MoveComplete",
)


async def test_a_position_is_reported_too_and_serves_when_the_suppliers_system_is_down() -> None:
    async with a_road() as road:
        move = await ready(road.bed)
        await road.until(lambda: any(0.3 < one.behind < 1 for one in road.driver.trips.values()))
        await road.bed.gateway.switch(road.bed.gateway.suppliers[GEOAMEY], {"service": "supplier", "down": True})
        officer = token_for("LEEDS_OFFICER", "PECS_PRISON", expires_at=NOW + timedelta(days=1))
        query = "query($id: ID!) {move(id: $id) {tracking {latitude provenance {stale}}}}"
        told = (await road.bed.ask(query, officer, {"id": move["id"]}))["move"]["tracking"]
        assert told["provenance"] == {"stale": True}


async def test_moves_of_other_days_stay_where_they_are() -> None:
    async with a_road() as road:
        move = await booked(road.bed)
        for _ in range(10):
            await road.driver.run_due()
            road.bed.gateway.clock.advance(timedelta(seconds=60))
        assert (await road.seen(move))["status"] == "REQUESTED"
        assert road.driver.trips == {}


async def test_a_gateway_that_is_down_for_a_while_hears_of_everything_once() -> None:
    async with a_road() as road:
        move = await ready(road.bed)
        await road.until(lambda: bool(road.driver.trips))
        for _ in range(12):
            road.ways.blocked = not road.ways.blocked
            for _ in range(4):
                await road.driver.run_due()
                road.bed.gateway.clock.advance(timedelta(seconds=20))
        road.ways.blocked = False
        await road.until(lambda: road.driver.ended == 1)
        found = types(await road.seen(move))
        assert [found.count(kind) for kind in IN_ORDER] == [1] * len(IN_ORDER)
        assert road.driver.refusals == []


async def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_happens_twice() -> None:
    async with a_road() as road:
        move = await ready(road.bed)
        door = road.ways.doors["gateway.test"]
        lost = 0

        class Forgetful(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                nonlocal lost
                response = await door.handle_async_request(request)
                if road.ways.asked % 3 == 0:
                    lost += 1
                    raise httpx.ReadError("gone", request=request)
                return response

        road.ways.doors["gateway.test"] = Forgetful()  # type: ignore[assignment]
        await road.until(lambda: road.driver.ended == 1)
        assert lost > 3
        found = types(await road.seen(move))
        assert [found.count(kind) for kind in IN_ORDER] == [1] * len(IN_ORDER)


async def test_a_departure_that_is_refused_waits_and_is_told() -> None:
    async with a_road() as road:
        wanted = WANTED | {"date": DAY, "movesCount": 1}
        made = (await road.bed.change(CREATE, PMU, **wanted))["allocation"]
        (move,) = made["moves"]["nodes"]
        await road.until(lambda: any(one["event"] == "MoveStart" for one in road.driver.refusals), hours=12)
        assert (await road.seen(move))["status"] == "BOOKED"
        oca = token_for("LEEDS_OCA", "PECS_OCA", expires_at=NOW + timedelta(days=1))
        assigned = await road.bed.change(ASSIGN, oca, allocationId=made["id"], prisonNumbers=[FREE[0]])
        assert assigned["problems"] == []
        await with_record(road.bed, move["id"], EscortRecordStatus.COMPLETED, completed_at=NOW)
        await road.until(lambda: road.driver.ended == 1)
        assert (await road.seen(move))["status"] == "COMPLETED"


async def test_a_driver_that_starts_anew_takes_up_what_is_under_way() -> None:
    async with a_road() as road:
        move = await ready(road.bed)
        await road.until(lambda: any(one.left_at for one in road.driver.trips.values()))
        road.driver.trips.clear()
        again = Driver(
            road.driver.gateway, road.driver.holdings, road.driver.clock, PLACES.__getitem__, lambda: TODAY, speed=60
        )
        road.driver = again
        await road.until(lambda: again.ended == 1)
        found = types(await road.seen(move))
        assert [found.count(kind) for kind in IN_ORDER] == [1] * len(IN_ORDER)


async def test_a_cancelled_move_is_left_at_once_as_the_webhook_says_so() -> None:
    async with a_road(webhooks=True) as road:
        receiver(road.bed).listeners.append(road.driver.hear)
        await road.driver.run_due()
        move = await ready(road.bed)
        await settled(road.bed)
        await road.driver.run_due()
        assert list(road.driver.trips) == [move["reference"]]
        await road.bed.change(CANCEL, OFFICER, id=move["id"], reason="MADE_IN_ERROR")
        await settled(road.bed)
        assert road.driver.trips == {}


TRIPS: Final = st.builds(
    lambda seed: a_trip(Random(seed), "LEI", "MDI", PLACES["LEI"], PLACES["MDI"]),  # noqa: S311
    st.integers(0, 10**6),
)


@given(TRIPS)
def test_every_trip_reports_what_the_catalogue_knows_and_asks_for(trip: Trip) -> None:
    for step in (*trip.way_there, *trip.way):
        for happening in step.happenings:
            rule = rule_of(happening.type)
            assert rule is not None
            assert rule.subject is (Subject.MOVE if happening.about is About.MOVE else Subject.JOURNEY)
            names = [name for name, _ in happening.details]
            assert {one.name for one in rule.details} >= set(names)
            assert {one.name for one in rule.details if one.needed is not Needed.OPTIONAL} <= set(names)


@given(TRIPS)
def test_every_trip_leaves_after_the_person_boarded_and_ends_where_it_leads(trip: Trip) -> None:
    order = [one.type for step in (*trip.way_there, *trip.way) for one in step.happenings]
    assert [kind for kind in order if kind in IN_ORDER] == list(IN_ORDER[3:])
    driven = [step.drives for step in trip.way if step.drives is not None]
    assert driven == sorted(driven)
    assert (driven[0], driven[-1]) == (0.0, 1.0)


def test_a_seed_and_a_reference_give_one_trip_and_now_and_then_something_goes_wrong() -> None:
    def trips(seed: int) -> list[Trip]:
        return [
            a_trip(Random(f"{seed} {n}"), "LEI", "MDI", PLACES["LEI"], PLACES["MDI"])  # noqa: S311
            for n in range(500)
        ]

    assert trips(1) == trips(1) != trips(2)
    told = [{one.type for step in trip.way for one in step.happenings} for trip in trips(1)]
    lockouts = sum("MoveLockout" in one for one in told)
    mishaps = sum(any(kind.startswith("PersonMove") for kind in one - {BOOKED_IN}) for one in told)
    assert 5 < lockouts < 50
    assert 5 < mishaps < 60


BOOKED_IN: Final = "PersonMoveBookedIntoReceivingEstablishment"
