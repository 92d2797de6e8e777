"""Events of moves: who records them, what they do, late and in any order, once for each key."""

import asyncio
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from gateway.store.tables import events, idempotency_keys, moves
from tests.booking.bed import (
    BOOK,
    COURT,
    GEOAMEY,
    MOORLAND,
    OCA,
    OFFICER,
    PMU,
    READER,
    SERCO,
    SERGEANT,
    Bed,
    a_bed,
    place,
)
from tests.booking.reporting import (
    RECORD,
    an_event,
    at,
    faults,
    problems,
    record,
    recorded,
    refused,
    requested,
    seen,
    types,
)
from tests.booking.test_book_move import TOMORROW, TRANSFER
from tests.support.estate_builders import a_person
from tests.support.worlds import NOW, TODAY, token_for

pytestmark = pytest.mark.anyio

STAKEHOLDER = token_for("LEEDS_OFFICER", "PECS_STAKEHOLDER_EVENT_AUTHOR")
BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


async def test_a_supplier_takes_a_move_from_request_to_arrival_in_one_batch() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        told = await recorded(
            bed,
            GEOAMEY,
            an_event("MoveAccept", move_id, at(1), notes="With us."),
            an_event("MoveStart", move_id, at(2)),
            an_event("MoveNotifyPremisesOfEta", move_id, at(2.5), expected_at="2026-11-24T12:00:00+01:00"),
            an_event("MoveComplete", move_id, at(3)),
        )
        assert [one["type"] for one in told] == [
            "MoveAccept",
            "MoveStart",
            "MoveNotifyPremisesOfDropOffEta",
            "MoveComplete",
        ]
        assert told[0]["notes"] == "With us."
        assert told[0]["supplier"] == {"key": "geoamey"}
        assert told[2]["details"] == [{"name": "expected_at", "value": "2026-11-24T11:00:00Z"}]
        move = await seen(bed, move_id)
        assert (move["status"], move["version"]) == ("COMPLETED", 4)


async def test_what_is_told_late_and_the_wrong_way_round_ends_in_the_same_state() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        for kind, step, status in (
            ("MoveComplete", 5, "REQUESTED"),
            ("MoveStart", 4, "REQUESTED"),
            ("MoveAccept", 3, "COMPLETED"),
        ):
            await recorded(bed, GEOAMEY, an_event(kind, move_id, at(step)))
            assert (await seen(bed, move_id))["status"] == status


async def test_one_bad_event_leaves_the_others_and_is_told_beside_its_field() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        results = await record(
            bed,
            GEOAMEY,
            an_event("MoveAccept", move_id, at(7), key="one"),
            an_event("MoveAccept", move_id, at(8), key="two"),
            an_event("MoveTeleport", move_id, key="three"),
            an_event("MoveCancel", move_id, key="four", cancellation_reason="boredom", cause="none"),
            an_event("MoveStart", move_id, at(9), key="five"),
        )
        assert [one["idempotencyKey"] for one in results] == ["one", "two", "three", "four", "five"]
        assert [problems(one) for one in results] == [
            [],
            [("NOT_ALLOWED_IN_STATE", ("type",))],
            [("INVALID", ("type",))],
            [("INVALID", ("details", "cause")), ("INVALID", ("details", "cancellation_reason"))],
            [],
        ]
        assert "cancellation_reason, cancellation_reason_comment" in results[3]["problems"][0]["message"]
        assert (await seen(bed, move_id))["status"] == "IN_TRANSIT"


async def test_more_than_a_hundred_at_once_are_refused() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        many = [an_event("MoveOperationSafeguard", move_id) for _ in range(101)]
        assert await bed.refusal(RECORD, GEOAMEY, events=many) == "BAD_USER_INPUT"
        results = await record(bed, GEOAMEY, *many[:100])
        assert all(one["problems"] == [] for one in results)


@pytest.mark.parametrize("token", [OFFICER, OCA, READER])
async def test_whoever_records_no_events_is_forbidden_to(token: str) -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        assert await bed.refusal(RECORD, token, events=[an_event("MoveAccept", move_id)]) == "FORBIDDEN"


async def test_a_type_that_is_not_ones_own_is_forbidden_and_leaves_the_others() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        assert await faults(
            bed,
            GEOAMEY,
            an_event("MoveReject", move_id, rejection_reason="no_transport_available"),
            an_event("MoveAccept", move_id, at(7)),
            an_event("LodgingCreate", move_id, location="MDI", start_date="2026-11-25", end_date="2026-11-26"),
        ) == {0: "FORBIDDEN", 2: "FORBIDDEN"}
        assert (await seen(bed, move_id))["status"] == "BOOKED"
        for token, kind in ((PMU, "MoveAccept"), (SERGEANT, "MoveStart"), (COURT, "MoveComplete")):
            assert await faults(bed, token, an_event(kind, move_id)) == {0: "FORBIDDEN"}
        assert await faults(bed, STAKEHOLDER, an_event("MoveOperationSafeguard", move_id)) == {0: "FORBIDDEN"}


@pytest.mark.parametrize(
    "kind", ["MoveProposed", "MoveRequested", "JourneyCreate", "PerCompletion", "PerUpdated", "PerConfirmation"]
)
async def test_what_the_gateway_writes_by_itself_is_not_taken_from_anybody(kind: str) -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        for token in (GEOAMEY, PMU):
            assert await refused(bed, token, an_event(kind, move_id)) == [("INVALID", ("type",))]


async def test_a_hidden_move_is_answered_like_one_that_does_not_exist() -> None:
    async with a_bed() as bed:
        hidden = await requested(bed)
        absent = "TW92ZTowMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDA"
        answers = []
        for subject in (hidden, absent, "nonsense"):
            (one,) = await record(bed, SERCO, an_event("MoveAccept", subject))
            answers.append((one["event"], one["problems"]))
        assert answers[0] == answers[1] == answers[2]
        assert answers[0][1][0]["code"] == "NOT_FOUND"
        proposed = await bed.change(BOOK, OCA, **TRANSFER)
        assert await refused(bed, GEOAMEY, an_event("MoveAccept", proposed["move"]["id"])) == [
            ("NOT_FOUND", ("subjectId",))
        ]


async def test_an_event_is_told_of_a_thing_of_its_sort() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        person = (await bed.ask("query($id: ID!) {move(id: $id) {person {id}}}", GEOAMEY, {"id": move_id}))["move"]
        incident = {
            "location": "LEI",
            "supplier_personnel_numbers": ["S1", "S2"],
            "reported_at": at(8),
            "fault_classification": "supplier",
        }
        (told,) = await record(bed, GEOAMEY, an_event("PersonMoveAssault", person["person"]["id"], **incident))
        assert problems(told) == [("INVALID", ("subjectId",))]
        assert told["problems"][0]["message"] == "Record it of the move, which names the person."
        assert await refused(bed, GEOAMEY, an_event("JourneyStart", move_id)) == [("INVALID", ("subjectId",))]
        (event,) = await recorded(bed, GEOAMEY, an_event("PersonMoveAssault", move_id, **incident))
        assert event["classification"] == "INCIDENT"
        assert [one["value"] for one in event["details"] if one["name"] == "supplier_personnel_numbers"] == ["S1", "S2"]


async def test_police_and_courts_tell_of_their_own_places_only() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        incident = {"police_personnel_numbers": "P1", "reported_at": at(8)}
        elsewhere = an_event("PersonMoveUsedForce", move_id, location="LEI", **incident)
        assert await refused(bed, COURT, elsewhere) == [("INVALID", ("details", "location"))]
        await recorded(bed, COURT, an_event("PersonMoveUsedForce", move_id, location="LEEDCC", **incident))
        assert await refused(bed, SERGEANT, an_event("PersonMoveUsedForce", move_id, location="WYPLE", **incident)) == [
            ("NOT_FOUND", ("subjectId",))
        ]


async def test_what_is_still_to_come_is_refused_beyond_the_skew_of_a_clock() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        soon = (NOW + timedelta(minutes=5)).isoformat()
        later = (NOW + timedelta(minutes=5, seconds=1)).isoformat()
        assert await refused(bed, GEOAMEY, an_event("MoveAccept", move_id, later)) == [("INVALID", ("occurredAt",))]
        await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, soon))


async def test_nobody_sets_off_where_nobody_is_named() -> None:
    async with a_bed() as bed:
        payload = await bed.change(
            BOOK,
            SERGEANT,
            type="POLICE_TRANSFER",
            fromLocationId=place("WYPLE"),
            toLocationId=place("WYPBR"),
            date=TOMORROW,
        )
        move_id = payload["move"]["id"]
        await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, at(7)))
        assert await refused(bed, GEOAMEY, an_event("MoveStart", move_id, at(8))) == [("INCOMPLETE", ("type",))]


class TestKeys:
    async def test_a_retry_gives_the_first_event_whatever_holds_by_then(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            event = an_event("MoveAccept", move_id, at(7), key="accept it")
            first = await recorded(bed, GEOAMEY, event)
            await recorded(bed, GEOAMEY, an_event("MoveStart", move_id, at(8)))
            assert await recorded(bed, GEOAMEY, event) == first
            assert types(await seen(bed, move_id)).count("MoveAccept") == 1

    async def test_a_key_used_for_another_event_is_a_conflict(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, at(7), key="the key"))
            other = an_event("MoveAccept", move_id, at(7.5), key="the key")
            assert await refused(bed, GEOAMEY, other) == [("CONFLICT", ("idempotencyKey",))]

    async def test_a_key_of_an_event_that_was_refused_is_free_again(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            assert await refused(bed, GEOAMEY, an_event("MoveCancel", move_id, key="k")) == [
                ("REQUIRED", ("details", "cancellation_reason"))
            ]
            await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, at(7), key="k"))

    async def test_the_same_event_twice_in_a_batch_is_recorded_once(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            event = an_event("MoveAccept", move_id, at(7), key="twice")
            first, second = await recorded(bed, GEOAMEY, event, event)
            assert first == second

    @pytest.mark.parametrize("backend", BACKENDS)
    async def test_the_same_key_at_the_same_moment_makes_one_event(self, backend: str) -> None:
        async with a_bed(backend=backend) as bed:
            move_id = await requested(bed)
            event = an_event("MoveAccept", move_id, at(7), key="at once")
            answers = await asyncio.gather(*(recorded(bed, GEOAMEY, event) for _ in range(8)))
            assert len({one["id"] for (one,) in answers}) == 1
            async with bed.gateway.database.read() as conn:
                count = await conn.scalar(
                    sa.select(sa.func.count()).select_from(events).where(events.c.type == "MoveAccept")
                )
                keys = await conn.scalar(sa.select(sa.func.count()).select_from(idempotency_keys))
            assert (count, keys) == (1, 1)


class TestCancelling:
    @pytest.mark.parametrize("status", ["REQUESTED", "BOOKED", "IN_TRANSIT", "COMPLETED"])
    async def test_its_supplier_calls_a_move_off_at_any_time(self, status: str) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            course = ["REQUESTED", "BOOKED", "IN_TRANSIT", "COMPLETED"]
            steps = zip(("MoveAccept", "MoveStart", "MoveComplete"), (7, 8, 9), strict=True)
            for kind, step in list(steps)[: course.index(status)]:
                await recorded(bed, GEOAMEY, an_event(kind, move_id, at(step)))
            reason = {"cancellation_reason": "prisoner_refusal", "cancellation_reason_comment": "Sat down."}
            await recorded(bed, GEOAMEY, an_event("MoveCancel", move_id, at(10), **reason))
            move = await seen(bed, move_id)
            assert move["status"] == "CANCELLED"
            assert move["cancellation"] == {
                "reason": "PRISONER_REFUSAL",
                "comment": "Sat down.",
                "rejectionReason": None,
                "at": at(10),
            }

    async def test_a_cancelled_move_is_not_cancelled_again_nor_taken_further(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            reason = {"cancellation_reason": "court_closure"}
            await recorded(bed, GEOAMEY, an_event("MoveCancel", move_id, at(7), **reason))
            for event in (an_event("MoveAccept", move_id, at(8)), an_event("MoveCancel", move_id, at(8), **reason)):
                assert await refused(bed, GEOAMEY, event) == [("NOT_ALLOWED_IN_STATE", ("type",))]


class TestDeciding:
    async def proposed(self, bed: Bed) -> str:
        payload = await bed.change(BOOK, OCA, **TRANSFER)
        move_id: str = payload["move"]["id"]
        return move_id

    async def test_an_approval_sets_the_day_and_opens_the_move_to_its_supplier(self) -> None:
        async with a_bed() as bed:
            move_id = await self.proposed(bed)
            day = (TODAY + timedelta(days=3)).isoformat()
            await recorded(bed, PMU, an_event("MoveApprove", move_id, date=day))
            move = await seen(bed, move_id, GEOAMEY)
            assert (move["status"], move["date"]) == ("REQUESTED", day)

    async def test_a_day_outside_the_window_is_refused(self) -> None:
        async with a_bed() as bed:
            move_id = await self.proposed(bed)
            event = an_event("MoveApprove", move_id, date=TODAY.isoformat())
            assert await refused(bed, PMU, event) == [("INVALID", ("details", "date"))]

    async def test_nobody_is_approved_while_nomis_cannot_be_asked(self) -> None:
        async with a_bed() as bed:
            move_id = await self.proposed(bed)
            await bed.down("prisoner-search")
            event = an_event("MoveApprove", move_id, date=TOMORROW)
            assert await faults(bed, PMU, event) == {0: "UPSTREAM_UNAVAILABLE"}
            await bed.down()
            await recorded(bed, PMU, event)

    async def test_who_is_no_longer_carried_is_not_approved(self) -> None:
        async with a_bed() as bed:
            move_id = await self.proposed(bed)
            bed.nomis.people_by_number["A1001AA"] = a_person("A1001AA", agency_id="LEI", category="A")
            event = an_event("MoveApprove", move_id, date=TOMORROW)
            assert await refused(bed, PMU, event) == [("NOT_ELIGIBLE", ("subjectId",))]

    async def test_a_rejection_with_a_second_try_proposes_it_a_week_later_and_once(self) -> None:
        async with a_bed() as bed:
            move_id = await self.proposed(bed)
            await recorded(
                bed,
                PMU,
                an_event("MoveReject", move_id, rejection_reason="no_space_at_receiving_prison", rebook="true"),
            )
            move = await seen(bed, move_id)
            assert move["cancellation"]["rejectionReason"] == "NO_SPACE_AT_RECEIVING_PRISON"
            found = await bed.ask("{moves {nodes {id status dateFrom person {prisonNumber}}}}", OCA)
            (again,) = [one for one in found["moves"]["nodes"] if one["id"] != move_id]
            week = (date.fromisoformat(TOMORROW) + timedelta(days=7)).isoformat()
            assert (again["status"], again["dateFrom"]) == ("PROPOSED", week)
            assert again["person"] == {"prisonNumber": "A1001AA"}
            assert await bed.ask("query($id: ID!) {move(id: $id) {id}}", MOORLAND, again) == {"move": None}
            async with bed.gateway.database.read() as conn:
                originals = list(await conn.scalars(sa.select(moves.c.original_move_id)))
            assert len([one for one in originals if one is not None]) == 1


class TestRedirecting:
    async def test_the_redirection_that_occurred_last_says_where_the_move_goes(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, at(7)))
            await recorded(
                bed, PMU, an_event("MoveRedirect", move_id, at(9), to_location="WSTMC", reason="force_majeure")
            )
            await recorded(bed, GEOAMEY, an_event("MoveRedirect", move_id, at(8), to_location="LEEDCC"))
            move = await seen(bed, move_id)
            assert move["toLocation"] == {"agencyId": "WSTMC"}
            assert move["supplier"] == {"key": "geoamey"}

    async def test_place_and_type_have_to_go_together(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            to_prison = an_event("MoveRedirect", move_id, to_location="MDI")
            assert await refused(bed, PMU, to_prison) == [("INVALID", ("details", "to_location"))]
            await recorded(bed, PMU, an_event("MoveRedirect", move_id, to_location="MDI", move_type="prison_remand"))
            move = await seen(bed, move_id)
            assert (move["type"], move["toLocation"]) == ("PRISON_REMAND", {"agencyId": "MDI"})

    async def test_a_cancelled_move_is_not_redirected_but_one_that_was_before_is_told_late(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            await recorded(bed, GEOAMEY, an_event("MoveCancel", move_id, at(9), cancellation_reason="court_closure"))
            assert await refused(bed, PMU, an_event("MoveRedirect", move_id, at(10), to_location="WSTMC")) == [
                ("NOT_ALLOWED_IN_STATE", ("type",))
            ]
            await recorded(bed, PMU, an_event("MoveRedirect", move_id, at(8), to_location="WSTMC"))

    async def test_after_a_lockout_it_goes_wherever_somebody_opens(self) -> None:
        async with a_bed() as bed:
            move_id = await requested(bed)
            home = an_event("MoveRedirect", move_id, to_location="LEI")
            assert await refused(bed, PMU, home) == [("INVALID", ("details", "to_location"))]
            await recorded(bed, GEOAMEY, an_event("MoveLockout", move_id, from_location="LEEDCC", authorised_by="PMU"))
            await recorded(bed, PMU, home)
            assert (await seen(bed, move_id))["toLocation"] == {"agencyId": "LEI"}


async def test_a_change_of_date_is_only_noted() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        before = await seen(bed, move_id)
        await recorded(bed, GEOAMEY, an_event("MoveDateChanged", move_id, date="2026-12-24"))
        after = await seen(bed, move_id)
        assert (after["date"], after["version"]) == (before["date"], before["version"])
        assert "MoveDateChanged" in types(after)


async def test_a_person_is_taken_over_from_a_move_that_one_may_see() -> None:
    async with a_bed() as bed:
        first, second = await requested(bed), await requested(bed, prisonNumber="A1002AA")
        previous = await seen(bed, first)
        await recorded(
            bed,
            GEOAMEY,
            an_event("MoveCrossSupplierDropOff", first),
            an_event("MoveCrossSupplierPickUp", second, previous_move_reference=previous["reference"]),
            an_event("MoveCrossSupplierPickUp", second, previous_move_id=first),
        )
        south = await bed.change(
            BOOK,
            token_for("WANDSWORTH_OFFICER", "PECS_PRISON"),
            type="COURT_APPEARANCE",
            prisonNumber="A3001AA",
            fromLocationId=place("WWI"),
            toLocationId=place("WSTMC"),
            date=TOMORROW,
        )
        hidden = south["move"]
        for detail, value in (("previous_move_reference", hidden["reference"]), ("previous_move_id", hidden["id"])):
            event = an_event("MoveCrossSupplierPickUp", second, **{detail: value})
            assert await refused(bed, GEOAMEY, event) == [("NOT_FOUND", ("details", detail))]
