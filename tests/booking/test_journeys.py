"""Journeys: reported by suppliers, read from two sides, and taken over when only their own system knew them."""

import itertools
import uuid
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from gateway.domain.journey_states import JOURNEY_ACTIONS, JOURNEY_STATES
from gateway.domain.journeys import JourneyState
from gateway.resolvers.global_ids import NodeType, decode, encode
from mocks.supplier.records import LegRecord, LegState, VehicleRecord
from tests.booking.bed import COURT, GEOAMEY, OCA, OFFICER, PMU, SERCO, Bed, a_bed, codes, place
from tests.booking.reporting import (
    CREATE_JOURNEY,
    a_journey,
    an_event,
    at,
    faults,
    journey,
    record,
    recorded,
    refused,
    requested,
    seen,
    types,
)
from tests.booking.test_book_move import TOMORROW
from tests.support.worlds import NOW, TODAY

pytestmark = pytest.mark.anyio

S: Final = JourneyState
WAYS: Final = {
    S.PROPOSED: (),
    S.REJECTED: ("JourneyReject",),
    S.IN_PROGRESS: ("JourneyStart",),
    S.COMPLETED: ("JourneyStart", "JourneyComplete"),
    S.CANCELLED: ("JourneyStart", "JourneyCancel"),
}
"""How a journey comes to each state."""

NODE: Final = "query($id: ID!) {node(id: $id) {... on Journey {number state provenance {stale}}}}"


async def test_a_journey_is_reported_with_its_event_and_shows_on_its_move() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        made = await bed.change(
            CREATE_JOURNEY, GEOAMEY, **(a_journey(move_id) | {"vehicleRegistration": "AB12 CDE", "vehicleId": "V1"})
        )
        assert made["problems"] == []
        one = made["journey"]
        assert (one["number"], one["state"], one["date"], one["billable"]) == (1, "PROPOSED", TOMORROW, True)
        assert one["vehicle"] == {"id": "V1", "registration": "AB12 CDE"}
        assert one["provenance"] == {"system": "SUPPLIER", "fetchedAt": "2026-11-24T09:30:00Z", "stale": False}
        assert [event["type"] for event in one["events"]["nodes"]] == ["JourneyCreate"]
        (shown,) = (await seen(bed, move_id, OFFICER))["journeys"]
        assert shown == {name: value for name, value in one.items() if name not in {"supplier", "events"}}
        assert await bed.ask(NODE, OFFICER, {"id": one["id"]}) == {
            "node": {"number": 1, "state": "PROPOSED", "provenance": {"stale": False}}
        }
        assert await bed.ask(NODE, SERCO, {"id": one["id"]}) == {"node": None}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"toLocationId": place("LEI")}, [("INVALID", ("toLocationId",))]),
        ({"toLocationId": place("NOSUCH")}, [("NOT_FOUND", ("toLocationId",))]),
        ({"fromLocationId": place("NOSUCH")}, [("NOT_FOUND", ("fromLocationId",))]),
        ({"moveId": place("LEI")}, [("NOT_FOUND", ("moveId",))]),
        ({"moveId": encode(NodeType.MOVE, uuid.UUID(int=7))}, [("NOT_FOUND", ("moveId",))]),
    ],
)
async def test_a_journey_that_cannot_be_is_told_beside_its_field(
    changes: dict[str, object], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        assert codes(await bed.change(CREATE_JOURNEY, GEOAMEY, **(a_journey(move_id) | changes))) == expected
        assert (await seen(bed, move_id))["journeys"] == []


async def test_only_the_supplier_of_a_move_reports_its_journeys() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        for token in (OFFICER, PMU, COURT, OCA):
            assert await bed.refusal(CREATE_JOURNEY, token, **a_journey(move_id)) == "FORBIDDEN"
        assert codes(await bed.change(CREATE_JOURNEY, SERCO, **a_journey(move_id))) == [("NOT_FOUND", ("moveId",))]


async def test_a_move_that_is_over_has_no_new_journeys() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        await recorded(bed, GEOAMEY, an_event("MoveCancel", move_id, cancellation_reason="court_closure"))
        made = await bed.change(CREATE_JOURNEY, GEOAMEY, **a_journey(move_id))
        assert codes(made) == [("NOT_ALLOWED_IN_STATE", ("moveId",))]


async def test_the_same_request_again_gives_the_same_journey_and_another_is_a_conflict() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        asked = a_journey(move_id)
        first = await bed.change(CREATE_JOURNEY, GEOAMEY, **asked)
        assert await bed.change(CREATE_JOURNEY, GEOAMEY, **asked) == first
        other = await bed.change(CREATE_JOURNEY, GEOAMEY, **(asked | {"billable": False}))
        assert codes(other) == [("CONFLICT", ("idempotencyKey",))]
        # The same key is free for events: keys of one operation are none of another.
        key = str(asked["idempotencyKey"])
        await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, key=key))


@pytest.mark.parametrize(
    ("state", "kind"), list(itertools.product(S, JOURNEY_ACTIONS)), ids=lambda one: getattr(one, "value", one)
)
async def test_every_transition_and_every_refused_one(state: JourneyState, kind: str) -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        journey_id = await journey(bed, move_id)
        for step, way in enumerate(WAYS[state]):
            await recorded(bed, GEOAMEY, an_event(way, journey_id, at(step)))
        (action,) = JOURNEY_ACTIONS[kind]
        target = JOURNEY_STATES.next(state, action)
        event = an_event(kind, journey_id, at(8))
        if target is not None or JOURNEY_STATES.awaits(state, action):
            await recorded(bed, GEOAMEY, event)
        else:
            assert await refused(bed, GEOAMEY, event) == [("NOT_ALLOWED_IN_STATE", ("type",))]
        (shown,) = (await seen(bed, move_id))["journeys"]
        assert shown["state"] == (target or state).name


def _legal_courses() -> st.SearchStrategy[list[str]]:
    """Draw courses of events each of which its place allows."""

    @st.composite
    def course(draw: st.DrawFn) -> list[str]:
        state, found = S.PROPOSED, []
        for _ in range(draw(st.integers(1, 6))):
            possible = [kind for kind, (action,) in JOURNEY_ACTIONS.items() if JOURNEY_STATES.next(state, action)]
            if not possible:
                break
            kind = draw(st.sampled_from(possible))
            target = JOURNEY_STATES.next(state, JOURNEY_ACTIONS[kind][0])
            assert target is not None
            state = target
            found.append(kind)
        return found

    return course()


async def test_any_order_of_arrival_ends_in_the_same_state() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)

        async def told(events: list[dict[str, Any]]) -> tuple[str, str | None]:
            made = await bed.change(CREATE_JOURNEY, GEOAMEY, **a_journey(move_id))
            journey_id = made["journey"]["id"]
            await recorded(bed, GEOAMEY, *(one | {"subjectId": journey_id} for one in events))
            node = await bed.ask(
                "query($id: ID!) {node(id: $id) {... on Journey {state vehicle {registration}}}}",
                GEOAMEY,
                {"id": journey_id},
            )
            found = node["node"]
            # Out of the way of the next one.
            for kind in ("JourneyReject", "JourneyStart", "JourneyUncomplete", "JourneyCancel"):
                await record(bed, GEOAMEY, an_event(kind, journey_id, at(11)))
            return found["state"], (found["vehicle"] or {}).get("registration")

        for course, order in _examples():
            events = [
                an_event(kind, "", at(step), **({"vehicle_reg": f"REG {step}"} if kind in _WITH_VEHICLE else {}))
                for step, kind in enumerate(course)
            ]
            fresh = [one | {"idempotencyKey": f"{one['idempotencyKey']} again"} for one in events]
            assert await told(events) == await told([fresh[place] for place in order]), (course, order)


_WITH_VEHICLE: Final = {"JourneyStart", "JourneyComplete"}


def _examples() -> list[tuple[list[str], list[int]]]:
    found: list[tuple[list[str], list[int]]] = []

    @settings(max_examples=15)
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        course = data.draw(_legal_courses())
        found.append((course, data.draw(st.permutations(range(len(course))))))

    draw()
    return found


async def test_the_vehicle_is_that_of_what_occurred_last() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        journey_id = await journey(bed, move_id, vehicleRegistration="FIRST")
        change = {"previous_vehicle_reg": "STARTED", "vehicle_depot": "Leeds"}
        await recorded(
            bed,
            GEOAMEY,
            an_event("JourneyChangeVehicle", journey_id, at(3), vehicle_reg="CHANGED", **change),
            an_event("JourneyStart", journey_id, at(2), vehicle_reg="STARTED"),
        )
        (shown,) = (await seen(bed, move_id))["journeys"]
        assert shown["vehicle"] == {"id": None, "registration": "CHANGED"}


async def test_an_update_changes_charge_day_and_vehicle_and_nothing_else() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        journey_id = await journey(bed, move_id)
        day = (TODAY + timedelta(days=2)).isoformat()
        await recorded(
            bed,
            GEOAMEY,
            an_event("JourneyUpdate", journey_id, billable="false", date=day, vehicle_reg="X1", vehicle_id="V"),
        )
        await recorded(bed, GEOAMEY, an_event("JourneyUpdate", journey_id, at(1), billable="true"))
        (shown,) = (await seen(bed, move_id))["journeys"]
        assert (shown["billable"], shown["date"], shown["state"]) == (False, day, "PROPOSED")
        assert shown["vehicle"] == {"id": "V", "registration": "X1"}
        assert await refused(bed, GEOAMEY, an_event("JourneyUpdate", journey_id, from_location="MDI")) == [
            ("INVALID", ("details", "from_location")),
            ("REQUIRED", ("details", "billable")),
        ]


async def test_an_arrival_is_told_by_the_court_where_it_is() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        journey_id = await journey(bed, move_id)
        await recorded(bed, COURT, an_event("JourneyArriveAtOuterGate", journey_id, location="LEEDCC"))
        assert await faults(bed, COURT, an_event("JourneyStart", journey_id)) == {0: "FORBIDDEN"}
        assert "JourneyArriveAtOuterGate" in types(await seen(bed, move_id))


def a_leg(number: int, state: LegState, start: str = "LEI", end: str = "LEEDCC", **more: object) -> LegRecord:
    return LegRecord(
        id=uuid.UUID(int=number),
        number=number,
        state=state,
        from_agency=start,
        to_agency=end,
        billable=bool(more.get("billable", True)),
        updated_at=NOW,
        date=TODAY + timedelta(days=1),
        vehicle=more.get("vehicle"),  # type: ignore[arg-type]  # a vehicle or nothing
    )


async def _reference(bed: Bed, move_id: str) -> str:
    reference: str = (await seen(bed, move_id))["reference"]
    return reference


class TestTwoSides:
    async def test_what_the_supplier_tells_live_stands_alone_and_a_difference_is_logged_without_names(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            await journey(bed, move_id)
            reference = await _reference(bed, move_id)
            bed.suppliers["geoamey"].legs_by_reference[reference] = (
                a_leg(1, LegState.IN_PROGRESS, vehicle=VehicleRecord("V9", "LIVE 1")),
            )
            with capture_logs() as logs:
                (shown,) = (await seen(bed, move_id))["journeys"]
            assert (shown["state"], shown["vehicle"]["registration"]) == ("IN_PROGRESS", "LIVE 1")
            (noted,) = [one for one in logs if one["event"] == "journeys differ from what was reported"]
            assert noted["supplier"] == "geoamey"
            assert list(noted["differing_by_move"].values()) == [1]
            assert set(noted) == {"event", "log_level", "supplier", "differing_by_move"}

    async def test_while_it_cannot_be_asked_the_newest_word_on_each_journey_counts(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            reference = await _reference(bed, move_id)
            bed.suppliers["geoamey"].legs_by_reference[reference] = (
                a_leg(1, LegState.PROPOSED),
                a_leg(2, LegState.PROPOSED, "LEEDCC", "LEI"),
            )
            first, second = (await seen(bed, move_id))["journeys"]
            await bed.gateway.settle()
            bed.gateway.clock.advance(timedelta(minutes=1))
            await recorded(bed, GEOAMEY, an_event("JourneyStart", first["id"], vehicle_reg="NEW 1"))
            await self._down(bed)
            now = (await seen(bed, move_id))["journeys"]
            assert [(one["number"], one["state"], one["provenance"]["stale"]) for one in now] == [
                (1, "IN_PROGRESS", True),
                (2, "PROPOSED", True),
            ]
            assert now[0]["vehicle"]["registration"] == "NEW 1"
            assert [one["provenance"]["fetchedAt"] for one in now] == ["2026-11-24T09:31:00Z", "2026-11-24T09:30:00Z"]
            assert second["id"] == now[1]["id"]

    async def test_what_was_reported_is_served_where_nothing_was_ever_told(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            await journey(bed, move_id)
            await self._down(bed)
            (shown,) = (await seen(bed, move_id))["journeys"]
            assert (shown["state"], shown["provenance"]["stale"]) == ("PROPOSED", True)

    async def test_what_its_own_system_knew_already_is_kept_and_changes_nothing(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            reference = await _reference(bed, move_id)
            bed.suppliers["geoamey"].legs_by_reference[reference] = (a_leg(1, LegState.COMPLETED),)
            journey_id = (await seen(bed, move_id))["journeys"][0]["id"]
            await recorded(
                bed,
                GEOAMEY,
                an_event("JourneyStart", journey_id, at(1)),
                an_event("JourneyComplete", journey_id, at(2)),
            )
            await bed.gateway.settle()
            await self._down(bed)
            (shown,) = (await seen(bed, move_id))["journeys"]
            assert shown["state"] == "COMPLETED"

    async def test_an_event_follows_on_what_its_own_system_said_since(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            reference = await _reference(bed, move_id)
            legs = bed.suppliers["geoamey"].legs_by_reference
            legs[reference] = (a_leg(1, LegState.PROPOSED),)
            journey_id = (await seen(bed, move_id))["journeys"][0]["id"]
            await recorded(bed, GEOAMEY, an_event("JourneyPersonLeaveVehicle", journey_id))
            bed.gateway.clock.advance(timedelta(minutes=10))
            legs[reference] = (a_leg(1, LegState.IN_PROGRESS),)
            await seen(bed, move_id)
            await bed.gateway.settle()
            bed.gateway.clock.advance(timedelta(minutes=1))
            await recorded(
                bed, GEOAMEY, an_event("JourneyComplete", journey_id, (NOW + timedelta(minutes=11)).isoformat())
            )
            await self._down(bed)
            (shown,) = (await seen(bed, move_id))["journeys"]
            assert shown["state"] == "COMPLETED"

    async def test_a_journey_that_nobody_knows_is_not_found_and_one_that_cannot_be_asked_about_is_a_fault(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            unknown = encode(NodeType.JOURNEY, *_move_key(move_id), uuid.UUID(int=99))
            assert await refused(bed, GEOAMEY, an_event("JourneyStart", unknown)) == [("NOT_FOUND", ("subjectId",))]
            await self._down(bed)
            accept = an_event("MoveAccept", move_id)
            assert await faults(bed, GEOAMEY, an_event("JourneyStart", unknown), accept) == {0: "UPSTREAM_UNAVAILABLE"}
            booked = await bed.ask("query($id: ID!) {move(id: $id) {status}}", GEOAMEY, {"id": move_id})
            assert booked == {"move": {"status": "BOOKED"}}

    async def _down(self, bed: Bed) -> None:
        await bed.gateway.switch(bed.gateway.suppliers["geoamey"], {"down": True})


def _move_key(move_id: str) -> tuple[str, ...]:
    decoded = decode(move_id)
    assert decoded is not None
    return decoded[1]


async def test_events_ask_each_supplier_once_however_many_journeys_they_are_about() -> None:
    async with a_bed() as bed:
        moves = [await requested(bed, prisonNumber=f"A11{n:02}AA") for n in range(4)]
        journeys = []
        for n, move_id in enumerate(moves):
            reference = await _reference(bed, move_id)
            bed.suppliers["geoamey"].legs_by_reference[reference] = (a_leg(n + 1, LegState.PROPOSED),)
            journeys.append(encode(NodeType.JOURNEY, *_move_key(move_id), uuid.UUID(int=n + 1)))
        await bed.gateway.counts(bed.gateway.suppliers["geoamey"])
        await recorded(bed, GEOAMEY, *(an_event("JourneyStart", one) for one in journeys))
        assert sum((await bed.gateway.counts(bed.gateway.suppliers["geoamey"])).values()) == 1
