"""The life of a dPER through the API: started, answered, complete, confirmed, handed over, read for good."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.resolvers.global_ids import NodeType, encode
from tests.booking.bed import COURT, GEOAMEY, OCA, OFFICER, PMU, SERGEANT, Bed, a_bed, codes, place
from tests.booking.reporting import an_event, at, recorded, refused, seen, types
from tests.booking.test_changing_moves import APPROVE, CANCEL
from tests.escort_records.making import TOMORROW, answered, booked, by_question, easy, no, shown, started, yes
from tests.support.record_answers import whole
from tests.support.records import CONFIRM, RECORD, START, completed_record
from tests.support.worlds import NOW

pytestmark = pytest.mark.anyio

HANDOVER = {"occurredAt": NOW.isoformat(), "dispatchingOfficer": "P. Ashworth", "receivingOfficer": "J. Hirst"}
LATER_HANDOVER = HANDOVER | {"receivingOfficer": "A. Iqbal"}


async def test_a_record_goes_from_its_start_to_the_handover() -> None:
    async with a_bed() as bed:
        move_id = await booked(bed)
        first = (await bed.change(START, OFFICER, moveId=move_id))["personEscortRecord"]
        assert first["status"] == "UNSTARTED"
        assert [(one["status"], one["answered"]) for one in first["sections"]] == [("NOT_STARTED", 0)] * 4
        record = await answered(bed, first["id"], *whole()[:3])
        assert record["status"] == "IN_PROGRESS"
        assert [one["answered"] for one in record["sections"]] == [3, 0, 0, 0]
        assert [one["version"] for one in record["sections"]] == [2, 1, 1, 1]
        record = await answered(bed, first["id"], *whole()[3:])
        assert (record["status"], record["completedAt"]) == ("COMPLETED", NOW.isoformat().replace("+00:00", "Z"))
        confirmed = await bed.change(CONFIRM, OFFICER, id=first["id"], version=record["version"], handover=HANDOVER)
        assert confirmed["problems"] == []
        assert confirmed["personEscortRecord"]["status"] == "CONFIRMED"
        assert confirmed["personEscortRecord"]["handover"]["receivingOfficer"] == "J. Hirst"
        told = types(await seen(bed, move_id))
        assert sorted(one for one in told if one.startswith("Per")) == [
            "PerCompletion",
            "PerConfirmation",
            "PerHandover",
            *["PerResponsesRecorded"] * 5,
            "PerStart",
        ]


async def test_nothing_is_confirmed_before_it_is_complete_and_each_missing_question_is_named() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await answered(bed, record_id, *(one for one in whole() if one["questionKey"] not in {"pregnant", "arsonist"}))
        payload = await bed.change(CONFIRM, OFFICER, id=record_id)
        assert payload["personEscortRecord"] is None
        assert codes(payload) == [
            ("INCOMPLETE", ("id", "offence", "arsonist")),
            ("INCOMPLETE", ("id", "health", "pregnant")),
        ]
        assert "is not answered" in payload["problems"][0]["message"]
        assert (await shown(bed, record_id))["status"] == "IN_PROGRESS"


async def test_a_confirmed_record_takes_no_answers_but_who_handed_over() -> None:
    async with a_bed() as bed:
        record_id = await completed_record(bed.change, OFFICER, await booked(bed))
        await bed.change(CONFIRM, OFFICER, id=record_id)
        for again in (
            await bed.change(RECORD, OFFICER, id=record_id, responses=[easy("pregnant")]),
            await bed.change(CONFIRM, OFFICER, id=record_id),
        ):
            assert codes(again) == [("LOCKED", ("id",))]
        for handover in (HANDOVER, LATER_HANDOVER):
            payload = await bed.change(CONFIRM, OFFICER, id=record_id, handover=handover)
            assert payload["problems"] == []
            assert payload["personEscortRecord"]["handover"]["receivingOfficer"] == handover["receivingOfficer"]
        version = payload["personEscortRecord"]["version"]
        payload = await bed.change(CONFIRM, OFFICER, id=record_id, handover=LATER_HANDOVER)
        assert payload["personEscortRecord"]["version"] == version


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"dispatchingOfficer": " "}, ("REQUIRED", ("handover", "dispatchingOfficer"))),
        ({"receivingOfficer": ""}, ("REQUIRED", ("handover", "receivingOfficer"))),
        ({"occurredAt": (NOW + timedelta(hours=1)).isoformat()}, ("INVALID", ("handover", "occurredAt"))),
        ({"occurredAt": (NOW - timedelta(days=2)).isoformat()}, ("INVALID", ("handover", "occurredAt"))),
    ],
)
async def test_a_handover_that_cannot_be_confirms_nothing(
    wrong: dict[str, str], problem: tuple[str, tuple[str, ...]]
) -> None:
    async with a_bed() as bed:
        record_id = await completed_record(bed.change, OFFICER, await booked(bed))
        payload = await bed.change(CONFIRM, OFFICER, id=record_id, handover=HANDOVER | wrong)
        assert codes(payload) == [problem]
        assert (await shown(bed, record_id))["status"] == "COMPLETED"


async def test_a_complete_record_may_be_amended_and_reopened() -> None:
    async with a_bed() as bed:
        move_id = await booked(bed)
        record_id = await completed_record(bed.change, OFFICER, move_id)
        first = await shown(bed, record_id)
        bed.gateway.clock.advance(timedelta(minutes=1))
        amended = await answered(bed, record_id, yes("escape-risk", "Over the wall.", version=1))
        assert (amended["status"], amended["completedAt"]) == ("COMPLETED", first["completedAt"])
        assert amended["amendedAt"] != first["completedAt"]
        assert [one["key"] for one in amended["flags"]] == ["escape"]
        reopened = await answered(bed, record_id, yes("health-issues", version=1))
        assert reopened["status"] == "IN_PROGRESS"
        assert reopened["completedAt"] == first["completedAt"]
        await answered(bed, record_id, no("physical-health-needs"), no("mental-health-needs"))
        assert types(await seen(bed, move_id)).count("PerCompletion") == 1
        assert types(await seen(bed, move_id)).count("PerUpdated") == 2


async def test_an_answer_that_hides_questions_drops_what_was_said_there_however_deep() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await answered(
            bed,
            record_id,
            yes("indication-of-self-harm-or-suicide"),
            yes("history-of-self-harm"),
            {"questionKey": "history-of-self-harm-recency", "text": "last week"},
        )
        record = await answered(bed, record_id, no("indication-of-self-harm-or-suicide", version=1))
        assert record["sections"][0]["answered"] == 1
        held = by_question(await shown(bed, record_id))
        gone = held["history-of-self-harm-recency"]
        assert (gone["answer"], gone["version"], gone["applies"]) == (None, 2, False)
        record = await answered(bed, record_id, yes("indication-of-self-harm-or-suicide", version=2))
        assert by_question(await shown(bed, record_id))["history-of-self-harm"]["answer"] is None


async def test_all_answers_are_recorded_or_none() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        payload = await bed.change(
            RECORD, OFFICER, id=record_id, responses=[no("pregnant"), yes("wheelchair-user"), no("no-such-question")]
        )
        assert codes(payload) == [
            ("INVALID", ("responses", "no-such-question")),
            ("REQUIRED", ("responses", "wheelchair-user", "details")),
        ]
        assert (await shown(bed, record_id))["version"] == 1


@pytest.mark.parametrize(
    "given",
    [
        {"questionKey": "pregnant", "option": "no", "text": "no"},
        {"questionKey": "pregnant", "details": "of nothing"},
        {"questionKey": "pregnant", "option": "no", "reviewed": True},
        {"questionKey": "property-bags", "items": [], "details": "of nothing"},
        {"questionKey": "property-bags", "items": [{"answers": [{"questionKey": "x", "text": "a", "option": "b"}]}]},
    ],
)
async def test_an_answer_that_says_several_things_is_bad_input(given: dict[str, object]) -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        assert await bed.refusal(RECORD, OFFICER, id=record_id, responses=[given]) == "BAD_USER_INPUT"
        assert await bed.refusal(RECORD, OFFICER, id=record_id, responses=[]) == "BAD_USER_INPUT"


async def test_lists_of_items_come_back_as_they_were_said() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        bag = [
            {"questionKey": "property-bag-seal-number", "text": " P1 "},
            {"questionKey": "property-bag-type", "options": [{"option": "gbp", "details": "£1,250"}]},
        ]
        await answered(
            bed,
            record_id,
            yes("property-being-moved"),
            {"questionKey": "property-bags", "items": [{"answers": bag}, {"answers": bag}]},
        )
        answer = by_question(await shown(bed, record_id))["property-bags"]["answer"]
        assert [
            [(one["questionKey"], one["text"], one["options"]) for one in item["answers"]] for item in answer["items"]
        ] == [
            [
                ("property-bag-seal-number", "P1", None),
                ("property-bag-type", None, [{"option": "gbp", "details": "1250.00"}]),
            ]
        ] * 2


async def test_a_response_is_found_by_its_id() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await answered(bed, record_id, no("pregnant"))
        response = by_question(await shown(bed, record_id))["pregnant"]
        query = "query Node($id: ID!) {node(id: $id) {id ... on PerResponse {version question {key}}}}"
        found = await bed.ask(query, OFFICER, {"id": response["id"]})
        assert found["node"] == {"id": response["id"], "version": 1, "question": {"key": "pregnant"}}
        assert (await bed.ask(query, GEOAMEY, {"id": response["id"]}))["node"] is None


class TestOnePerMove:
    async def test_a_second_start_gives_the_id_of_the_first(self) -> None:
        async with a_bed() as bed:
            move_id = await booked(bed)
            first = await bed.change(START, OFFICER, moveId=move_id)
            again = await bed.change(START, OFFICER, moveId=move_id)
            assert codes(again) == [("DUPLICATE", ("moveId",))]
            assert again["problems"][0]["existingId"] == first["personEscortRecord"]["id"]

    async def test_a_proposal_has_no_record_until_it_is_approved(self) -> None:
        async with a_bed() as bed:
            transfer: dict[str, Any] = {
                "type": "PRISON_TRANSFER",
                "toLocationId": place("MDI"),
                "date": None,
                "dateFrom": TOMORROW,
            }
            move_id = await booked(bed, OCA, **transfer, prisonTransferReason="parole")
            assert codes(await bed.change(START, OCA, moveId=move_id)) == [("NOT_ALLOWED_IN_STATE", ("moveId",))]
            await bed.change(APPROVE, PMU, id=move_id, date=TOMORROW)
            assert (await bed.change(START, OCA, moveId=move_id))["problems"] == []

    async def test_a_move_that_names_nobody_has_no_record(self) -> None:
        async with a_bed() as bed:
            move_id = await booked(
                bed,
                SERGEANT,
                type="POLICE_TRANSFER",
                prisonNumber=None,
                fromLocationId=place("WYPLE"),
                toLocationId=place("WYPBR"),
            )
            assert codes(await bed.change(START, SERGEANT, moveId=move_id)) == [("INCOMPLETE", ("moveId",))]

    @pytest.mark.parametrize("move_id", ["nothing", encode(NodeType.LOCATION, "LEI")])
    async def test_a_move_that_is_none_is_not_found(self, move_id: str) -> None:
        async with a_bed() as bed:
            assert codes(await bed.change(START, OFFICER, moveId=move_id)) == [("NOT_FOUND", ("moveId",))]


class TestTheMove:
    async def test_a_cancelled_move_keeps_its_record_for_reading(self) -> None:
        async with a_bed() as bed:
            move_id = await booked(bed)
            record_id = await completed_record(bed.change, OFFICER, move_id)
            await bed.change(CANCEL, OFFICER, id=move_id, reason="SUPPLIER_NO_RESOURCE")
            for payload in (
                await bed.change(RECORD, OFFICER, id=record_id, responses=[easy("pregnant", version=1)]),
                await bed.change(CONFIRM, OFFICER, id=record_id),
            ):
                assert codes(payload) == [("NOT_ALLOWED_IN_STATE", ("id",))]
            assert (await shown(bed, record_id))["status"] == "COMPLETED"

    async def test_nobody_sets_out_without_a_complete_record(self) -> None:
        async with a_bed() as bed:
            move_id = await booked(bed)
            await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, at(1)))
            start = an_event("MoveStart", move_id, NOW.isoformat())
            assert await refused(bed, GEOAMEY, start) == [("INCOMPLETE", ("type",))]
            record_id = (await bed.change(START, OFFICER, moveId=move_id))["personEscortRecord"]["id"]
            await answered(bed, record_id, *whole()[1:])
            assert await refused(bed, GEOAMEY, start) == [("INCOMPLETE", ("type",))]
            await answered(bed, record_id, whole()[0])
            await recorded(bed, GEOAMEY, start)
            move = await seen(bed, move_id)
            assert (move["status"], move["personEscortRecord"]["status"]) == ("IN_TRANSIT", "CONFIRMED")
            assert "PerConfirmation" in types(move)
            assert "MoveStartIncomplete" not in types(move)
            payload = await bed.change(CONFIRM, OFFICER, id=record_id, handover=HANDOVER)
            assert payload["personEscortRecord"]["handover"]["dispatchingOfficer"] == "P. Ashworth"

    async def test_the_refusal_names_who_completes_it(self) -> None:
        async with a_bed() as bed:
            move_id = await booked(bed)
            await recorded(bed, GEOAMEY, an_event("MoveAccept", move_id, at(1)))
            message = await _message(bed, move_id)
            assert "Custody staff of Leeds (HMP)" in message
            assert "healthcare staff" in message

    async def test_a_start_that_is_told_late_is_a_fact(self) -> None:
        async with a_bed() as bed:
            move_id = await booked(bed)
            record_id = (await bed.change(START, OFFICER, moveId=move_id))["personEscortRecord"]["id"]
            await answered(bed, record_id, no("pregnant"))
            left_at = (NOW - timedelta(hours=1, seconds=1)).isoformat()
            await recorded(
                bed, GEOAMEY, an_event("MoveAccept", move_id, at(1)), an_event("MoveStart", move_id, left_at)
            )
            move = await seen(bed, move_id)
            assert (move["status"], move["personEscortRecord"]["status"]) == ("IN_TRANSIT", "IN_PROGRESS")
            assert "MoveStartIncomplete" in types(move)
            # Who carries them reads what there is.
            assert (await shown(bed, record_id, GEOAMEY))["sections"][2]["answered"] == 1
            payload = await bed.change(RECORD, OFFICER, id=record_id, responses=[no("wheelchair-user")])
            assert codes(payload) == [("NOT_ALLOWED_IN_STATE", ("id",))]

    async def test_nobody_needs_a_new_record_to_leave_a_court(self) -> None:
        async with a_bed() as bed:
            await booked(bed)  # the court sees whom it expects
            move_id = await booked(
                bed, GEOAMEY, type="PRISON_REMAND", fromLocationId=place("LEEDCC"), toLocationId=place("LEI")
            )
            events = (an_event("MoveAccept", move_id, at(1)), an_event("MoveStart", move_id, NOW.isoformat()))
            await recorded(bed, GEOAMEY, *events)
            assert (await seen(bed, move_id, COURT))["status"] == "IN_TRANSIT"


async def _message(bed: Bed, move_id: str) -> str:
    query = "mutation($input: RecordEventsInput!) {recordEvents(input: $input) {results {problems {message}}}}"
    given = an_event("MoveStart", move_id, NOW.isoformat())
    (result,) = (await bed.change(query, GEOAMEY, events=[given]))["results"]
    message: str = result["problems"][0]["message"]
    return message
