"""The rules that are easy to miss, as far as events, journeys and lodgings are concerned; each under its number."""

from datetime import timedelta

import pytest

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.moves import MoveStatus
from tests.booking.bed import BOOK, GEOAMEY, MOORLAND, OCA, PMU, SERCO, SERGEANT, WANDSWORTH, a_bed, codes, place
from tests.booking.reporting import (
    CREATE_JOURNEY,
    RECORD,
    a_journey,
    an_event,
    at,
    faults,
    journey,
    problems,
    record,
    recorded,
    refused,
    requested,
    seen,
    types,
    with_record,
)
from tests.booking.test_book_move import TOMORROW, TRANSFER
from tests.booking.test_lodgings import day, planned, shape, status
from tests.support.worlds import NOW

pytestmark = pytest.mark.anyio

INCIDENT = {"location": "LEI", "supplier_personnel_numbers": "S1", "reported_at": at(1)}


async def test_rule_05_a_start_with_nobody_named_fails() -> None:
    async with a_bed() as bed:
        given = {"fromLocationId": place("WYPLE"), "toLocationId": place("WYPBR"), "date": TOMORROW}
        move_id = (await bed.change(BOOK, SERGEANT, type="POLICE_TRANSFER", **given))["move"]["id"]
        results = await record(
            bed, GEOAMEY, an_event("MoveAccept", move_id, at(1)), an_event("MoveStart", move_id, at(2))
        )
        assert [problems(one) for one in results] == [[], [("INCOMPLETE", ("type",))]]


async def test_rule_08_what_the_state_does_not_allow_is_refused_and_not_stored() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, at(1)))
        reject = an_event("MoveReject", move_id, at(2), rejection_reason="more_info_required")
        assert await refused(bed, PMU, reject) == [("NOT_ALLOWED_IN_STATE", ("type",))]
        move = await seen(bed, move_id)
        assert (move["status"], move["cancellation"]) == ("BOOKED", None)
        assert "MoveReject" not in types(move)
        await recorded(bed, GEOAMEY, an_event("MoveStart", move_id, at(3)))


async def test_rule_09_a_second_cancellation_changes_no_reason() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        await recorded(bed, GEOAMEY, an_event("MoveCancel", move_id, at(1), cancellation_reason="court_closure"))
        again = an_event("MoveCancel", move_id, at(2), cancellation_reason="unsuitable_vehicle")
        assert await refused(bed, GEOAMEY, again) == [("NOT_ALLOWED_IN_STATE", ("type",))]
        assert (await seen(bed, move_id))["cancellation"]["reason"] == "COURT_CLOSURE"


async def test_rule_10_what_is_told_late_takes_its_place_in_time() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        for kind, step in (("MoveStart", 2), ("MoveComplete", 3), ("MoveAccept", 1)):
            await recorded(bed, GEOAMEY, an_event(kind, move_id, at(step)))
        assert (await seen(bed, move_id))["status"] == MoveStatus.COMPLETED.name


async def test_rule_11_a_supplier_calls_off_what_was_taken_for_departed() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        for kind, step in (("MoveAccept", 1), ("MoveStart", 2), ("MoveComplete", 3)):
            await recorded(bed, GEOAMEY, an_event(kind, move_id, at(step)))
        await recorded(bed, GEOAMEY, an_event("MoveCancel", move_id, at(4), cancellation_reason="made_in_error"))
        assert (await seen(bed, move_id))["status"] == "CANCELLED"


async def test_rule_12_a_planned_journey_is_turned_down_and_one_on_the_road_broken_off() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        planned_leg, driven = await journey(bed, move_id), await journey(bed, move_id, "LEEDCC", "LEI")
        await recorded(bed, GEOAMEY, an_event("JourneyReject", planned_leg), an_event("JourneyStart", driven, at(1)))
        assert await refused(bed, GEOAMEY, an_event("JourneyReject", driven, at(2))) == [
            ("NOT_ALLOWED_IN_STATE", ("type",))
        ]
        await recorded(bed, GEOAMEY, an_event("JourneyCancel", driven, at(2)))
        states = [one["state"] for one in (await seen(bed, move_id))["journeys"]]
        assert sorted(states) == ["CANCELLED", "REJECTED"]


async def test_rule_13_journeys_are_taken_back_and_moves_are_not() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        journey_id = await journey(bed, move_id)
        for step, (kind, state) in enumerate(
            (
                ("JourneyStart", "IN_PROGRESS"),
                ("JourneyComplete", "COMPLETED"),
                ("JourneyUncomplete", "IN_PROGRESS"),
                ("JourneyCancel", "CANCELLED"),
                ("JourneyUncancel", "IN_PROGRESS"),
            )
        ):
            await recorded(bed, GEOAMEY, an_event(kind, journey_id, at(step)))
            assert (await seen(bed, move_id))["journeys"][0]["state"] == state
        assert await refused(bed, GEOAMEY, an_event("MoveUncancel", move_id)) == [("INVALID", ("type",))]


async def test_rule_14_setting_off_confirms_a_complete_dper_and_leaves_another() -> None:
    async with a_bed() as bed:
        for number, before, after in (
            ("A1001AA", EscortRecordStatus.COMPLETED, "CONFIRMED"),
            ("A1002AA", EscortRecordStatus.IN_PROGRESS, "IN_PROGRESS"),
        ):
            move_id = await requested(bed, prisonNumber=number)
            await with_record(bed, move_id, before, completed_at=NOW - timedelta(days=1))
            await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, at(1)), an_event("MoveStart", move_id, at(2)))
            move = await seen(bed, move_id)
            assert (move["status"], move["personEscortRecord"]["status"]) == ("IN_TRANSIT", after)
            assert ("PerConfirmation" in types(move)) is (after == "CONFIRMED")


async def test_rule_15_a_lockout_loosens_the_rules_of_places_for_ever() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        await recorded(bed, GEOAMEY, an_event("MoveLockout", move_id, at(1), from_location="LEEDCC"))
        for step, code in enumerate(("MDI", "LEI", "LGI"), 2):
            await recorded(bed, PMU, an_event("MoveRedirect", move_id, at(step), to_location=code))
            assert (await seen(bed, move_id))["toLocation"]["agencyId"] == code


async def test_rule_16_a_redirection_may_change_what_the_move_is_for_and_both_are_looked_at_together() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        hospital = an_event("MoveRedirect", move_id, to_location="LGI", move_type="hospital")
        # From a prison nobody is booked to a hospital here.
        assert {field for _, field in await refused(bed, PMU, hospital)} == {("details", "to_location")}
        await recorded(bed, PMU, an_event("MoveRedirect", move_id, to_location="RIPONA", move_type="approved_premises"))
        assert (await seen(bed, move_id))["type"] == "APPROVED_PREMISES"


async def test_rule_17_what_is_cancelled_or_over_is_not_redirected() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        await recorded(bed, GEOAMEY, an_event("MoveCancel", move_id, at(1), cancellation_reason="court_closure"))
        assert await refused(bed, PMU, an_event("MoveRedirect", move_id, at(2), to_location="WSTMC")) == [
            ("NOT_ALLOWED_IN_STATE", ("type",))
        ]


async def test_rule_27_a_second_try_and_a_redirection_keep_the_supplier() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        await recorded(bed, PMU, an_event("MoveRedirect", move_id, to_location="WSTMC"))
        assert (await seen(bed, move_id))["supplier"] == {"key": "geoamey"}
        proposed = (await bed.change(BOOK, OCA, **TRANSFER))["move"]["id"]
        turned_down = {"rejection_reason": "no_transport_available", "rebook": "true"}
        await recorded(bed, PMU, an_event("MoveReject", proposed, **turned_down))
        found = await bed.ask("{moves(filter: {statuses: [PROPOSED]}) {nodes {supplier {key}}}}", OCA)
        assert found["moves"]["nodes"] == [{"supplier": {"key": "geoamey"}}]


async def test_rule_30_a_lodging_opens_a_move_to_its_place_and_to_no_other_supplier() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        seen_by = "query($id: ID!) {move(id: $id) {id}}"
        await planned(bed, move_id, 1, 2, "WWI")
        assert (await bed.ask(seen_by, WANDSWORTH, {"id": move_id}))["move"] is not None
        # The one that serves that place sees no more than before: a move is its own supplier's.
        assert (await bed.ask(seen_by, SERCO, {"id": move_id}))["move"] is None
        assert (await bed.ask(seen_by, MOORLAND, {"id": move_id}))["move"] is None


async def test_rule_31_journeys_are_numbered_by_when_they_were_reported() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        for ends in (("LEI", "WYPLE"), ("WYPLE", "WYPBR"), ("WYPBR", "LEEDCC")):
            await journey(bed, move_id, *ends)
            bed.gateway.clock.advance(timedelta(seconds=1))
        journeys = (await seen(bed, move_id))["journeys"]
        assert [(one["number"], one["fromLocation"]["agencyId"]) for one in journeys] == [
            (1, "LEI"),
            (2, "WYPLE"),
            (3, "WYPBR"),
        ]


async def test_rule_32_the_charge_is_said_and_never_left_open() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        for given in (a_journey(move_id) | {"billable": None}, {**a_journey(move_id), "billable": "perhaps"}):
            assert await bed.refusal(CREATE_JOURNEY, GEOAMEY, **given) == "BAD_USER_INPUT"
        journey_id = await journey(bed, move_id)
        event = an_event("JourneyUpdate", journey_id, billable="")
        assert await refused(bed, GEOAMEY, event) == [("REQUIRED", ("details", "billable"))]


async def test_rule_33_the_same_way_twice_is_a_duplicate_unless_the_first_was_turned_down() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        journey_id = await journey(bed, move_id)
        again = await bed.change(CREATE_JOURNEY, GEOAMEY, **a_journey(move_id))
        assert codes(again) == [("DUPLICATE", ("toLocationId",))]
        await recorded(bed, GEOAMEY, an_event("JourneyReject", journey_id))
        await journey(bed, move_id)


async def test_rule_34_a_lodging_is_at_least_a_night_and_its_days_are_its_own() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        lodging_id = await planned(bed, move_id, 1, 3)
        same = an_event("LodgingCreate", move_id, location="WWI", start_date=day(1), end_date=day(3))
        assert await refused(bed, PMU, same) == [("DUPLICATE", ("details", "start_date"))]
        none = an_event("LodgingCreate", move_id, location="WWI", start_date=day(4), end_date=day(4))
        assert await refused(bed, PMU, none) == [("INVALID", ("details", "end_date"))]
        await recorded(bed, PMU, an_event("LodgingCancel", lodging_id, cancellation_reason="made_in_error"))
        await recorded(bed, PMU, {**same, "idempotencyKey": "once more"})


async def test_rule_35_extending_a_lodging_shifts_the_later_ones() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        first = await planned(bed, move_id, 1, 2)
        await planned(bed, move_id, 2, 3, "WWI")
        await recorded(bed, PMU, an_event("LodgingUpdate", first, end_date=day(5)))
        assert shape(await seen(bed, move_id)) == [
            ("MDI", day(1), day(5), "PROPOSED"),
            ("WWI", day(5), day(6), "PROPOSED"),
        ]


async def test_rule_35_a_stay_of_several_nights_that_ends_later_is_found() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        lodging_id = await planned(bed, move_id, -2, 0)
        two_days_ago = (NOW - timedelta(days=2)).isoformat()
        await recorded(
            bed,
            GEOAMEY,
            an_event("MoveLodgingStart", move_id, two_days_ago, location="MDI", reason="overnight_lodging"),
            an_event("MoveLodgingEnd", move_id, NOW.isoformat(), location="MDI"),
        )
        assert await status(bed, lodging_id) == "COMPLETED"


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"supplier_personnel_number": "S1"}, []),
        ({"police_personnel_number": "P1"}, []),
        ({}, [("REQUIRED", ("details", "supplier_personnel_number"))]),
        (
            {"supplier_personnel_number": "S1", "police_personnel_number": "P1"},
            [("INVALID", ("details", "police_personnel_number"))],
        ),
    ],
)
async def test_rule_52_a_personnel_number_is_exactly_one_of_two(
    numbers: dict[str, str], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        record_id = await with_record(bed, move_id, EscortRecordStatus.COMPLETED, completed_at=NOW)
        (result,) = await record(bed, GEOAMEY, an_event("PerEscape", record_id, location="LEI", **numbers))
        assert problems(result) == expected


async def test_rule_53_a_supplier_says_whose_fault_an_incident_was_and_others_need_not() -> None:
    async with a_bed() as bed:
        move_id = await requested(
            bed, type="COURT_APPEARANCE", fromLocationId=place("LEI"), toLocationId=place("LEEDCC")
        )
        assert await refused(bed, GEOAMEY, an_event("PersonMoveAssault", move_id, **INCIDENT)) == [
            ("REQUIRED", ("details", "fault_classification"))
        ]
        await recorded(
            bed, GEOAMEY, an_event("PersonMoveAssault", move_id, **INCIDENT, fault_classification="investigation")
        )
        from_station = (
            await bed.change(
                BOOK,
                SERGEANT,
                type="POLICE_TRANSFER",
                fromLocationId=place("WYPLE"),
                toLocationId=place("WYPBR"),
                date=TOMORROW,
            )
        )["move"]["id"]
        await recorded(bed, SERGEANT, an_event("PersonMoveAssault", from_station, **(INCIDENT | {"location": "WYPLE"})))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"postcode": "LS1 1AA"}, []),
        ({"location_description": "Hard shoulder of the M1"}, []),
        ({}, [("REQUIRED", ("details", "postcode"))]),
        ({"postcode": "ZZ9 9ZZ"}, [("INVALID", ("details", "postcode"))]),
    ],
)
async def test_rule_54_a_breakdown_is_somewhere(
    where: dict[str, str], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        event = an_event("PersonMoveVehicleBrokeDown", move_id, **INCIDENT, vehicle_reg="AB12 CDE", **where)
        (result,) = await record(bed, GEOAMEY, event)
        assert problems(result) == expected


async def test_rule_55_a_slip_of_the_pen_is_told_and_not_dropped() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        (result,) = await record(bed, GEOAMEY, an_event("MoveOperationSafeguard", move_id, autorised_by="PMU"))
        assert problems(result) == [("INVALID", ("details", "autorised_by"))]
        assert "authorised_at, authorised_by" in result["problems"][0]["message"]


async def test_rule_62_a_key_gives_the_first_result_also_long_after() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        event = an_event("MoveAccept", move_id, at(1))
        first = await recorded(bed, GEOAMEY, event)
        bed.gateway.clock.advance(timedelta(minutes=11))
        assert await recorded(bed, GEOAMEY, event) == first


async def test_rule_63_the_day_of_a_stay_is_that_of_london() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        # In summer the night of London begins an hour before that of UTC.
        stay = an_event("LodgingCreate", move_id, location="MDI", start_date="2026-07-02", end_date="2026-07-03")
        await recorded(bed, PMU, stay)
        started = {"location": "MDI", "reason": "overnight_lodging"}
        await recorded(bed, GEOAMEY, an_event("MoveLodgingStart", move_id, "2026-07-01T23:30:00Z", **started))
        assert [one[3] for one in shape(await seen(bed, move_id))] == ["STARTED"]


async def test_a_role_that_records_nothing_is_told_so_before_anything_is_looked_at() -> None:
    async with a_bed() as bed:
        assert await bed.refusal(RECORD, WANDSWORTH, events=[an_event("MoveAccept", "nonsense")]) == "FORBIDDEN"
        assert await faults(bed, SERCO, an_event("MoveApprove", "nonsense", date=TOMORROW)) == {0: "FORBIDDEN"}
