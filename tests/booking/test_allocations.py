"""Allocations: asked for by those who plan, filled by the sender, called off."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.domain.allocation_states import ALLOCATION_STATES, AllocationAction
from gateway.domain.allocations import AllocationStatus
from gateway.domain.changes import ChangedThing
from gateway.domain.moves import CancellationReason, MoveStatus
from gateway.resolvers.global_ids import NodeType, encode
from tests.booking.allocating import (
    ASSIGN,
    CANCEL,
    CANCEL_MOVE,
    CREATE,
    FREE,
    READ,
    REMOVE,
    TOMORROW,
    WANTED,
    closed,
    created,
    history,
    move_of,
    nodes,
    numbers,
    recorded,
    reported,
    rows_in,
    types,
)
from tests.booking.bed import (
    BOOK,
    COURT,
    GEOAMEY,
    MOORLAND,
    NURSE,
    OCA,
    OFFICER,
    PLACEMENTS,
    PMU,
    READER,
    SCH,
    SERCO,
    SERGEANT,
    STC,
    WANDSWORTH,
    Bed,
    a_bed,
    codes,
    place,
)
from tests.support.statements import sent_statements
from tests.support.worlds import token_for

pytestmark = pytest.mark.anyio

NOWHERE = encode(NodeType.ALLOCATION, "0b8ad30a-6d6a-4a57-9c92-0d64cbd2a1b7")
YOUTH = {
    "fromLocationId": place("OAKHLL"),
    "toLocationId": place("ALDINE"),
    "estate": "juvenile_male",
    "prisonerCategory": None,
}


@contextmanager
def counting_statements() -> Iterator[list[str]]:
    """Collect what is sent to any database; many rows in one statement are one."""
    sent: list[str] = []
    with sent_statements() as found:
        yield sent
    # Others are the gateway's own, in its own time.
    sent += [
        statement
        for statement, _ in found
        if re.search(r"\b(moves|allocations|events|changes|lodgings|idempotency_keys)\b", statement)
    ]


# ── asking ───────────────────────────────────────────────────────────────────────────────────


async def test_an_allocation_is_a_requested_move_without_a_person_for_each_place() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        assert {name: allocation[name] for name in ("status", "movesCount", "filledCount", "version", "date")} == {
            "status": "UNFILLED",
            "movesCount": 3,
            "filledCount": 0,
            "version": 1,
            "date": TOMORROW,
        }
        for name in ("prisonerCategory", "sentenceLength", "estate", "otherCriteria", "requestedBy", "complexCases"):
            assert allocation[name] == WANTED[name]
        moves = nodes(allocation)
        assert len({move["reference"] for move in moves}) == 3
        for move in moves:
            assert (move["status"], move["type"], move["date"]) == ("REQUESTED", "PRISON_TRANSFER", TOMORROW)
            assert (move["person"], move["escortCheck"]) == (None, "NOT_NEEDED")
            assert (move["fromLocation"], move["toLocation"]) == ({"agencyId": "LEI"}, {"agencyId": "MDI"})
            assert move["supplier"] == {"key": "geoamey"}
            assert move["events"]["nodes"] == [
                {"type": "MoveRequested", "details": [{"name": "requested_by", "value": "A. Planner"}]}
            ]


async def test_both_ends_the_supplier_and_national_roles_see_it_and_nobody_else() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        for token in (OCA, MOORLAND, GEOAMEY, READER, PMU):
            seen = await bed.ask(READ, token, allocation)
            assert seen["allocation"]["moves"]["totalCount"] == 3
        for token in (WANDSWORTH, SERCO, OFFICER, SERGEANT, COURT, NURSE):
            assert await bed.ask(READ, token, allocation) == {"allocation": None}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"movesCount": 0}, [("INVALID", ("movesCount",))]),
        ({"movesCount": -1}, [("INVALID", ("movesCount",))]),
        ({"movesCount": 101}, [("INVALID", ("movesCount",))]),
        ({"toLocationId": place("LEI")}, [("INVALID", ("toLocationId",))]),
        ({"toLocationId": place("LEEDCC")}, [("INVALID", ("toLocationId",))]),
        ({"toLocationId": place("LGI")}, [("INVALID", ("toLocationId",))]),
        ({"fromLocationId": place("WYPLE")}, [("INVALID", ("fromLocationId",))]),
        ({"fromLocationId": place("BROOKH")}, [("INVALID", ("fromLocationId",))]),
        ({"toLocationId": place("NOPE")}, [("NOT_FOUND", ("toLocationId",))]),
        ({"fromLocationId": place("NOPE")}, [("NOT_FOUND", ("fromLocationId",))]),
        ({"estate": "adult"}, [("INVALID", ("estate",))]),
        ({"prisonerCategory": "e"}, [("INVALID", ("prisonerCategory",))]),
        ({"prisonerCategory": "open"}, [("INVALID", ("prisonerCategory",))]),
        ({"estate": "adult_female"}, [("INVALID", ("prisonerCategory",))]),
        ({"estate": "juvenile_male"}, [("INVALID", ("prisonerCategory",))]),
        ({"sentenceLength": "16 months"}, [("INVALID", ("sentenceLength",))]),
        ({"complexCases": [{"key": "escapes", "allowed": True}]}, [("INVALID", ("complexCases", "0", "key"))]),
        (
            {"complexCases": [{"key": "self_harm", "allowed": True}, {"key": "self_harm", "allowed": False}]},
            [("INVALID", ("complexCases", "1", "key"))],
        ),
        (
            {"movesCount": 0, "toLocationId": place("LEI"), "sentenceLength": "x"},
            [("INVALID", ("toLocationId",)), ("INVALID", ("movesCount",)), ("INVALID", ("sentenceLength",))],
        ),
    ],
)
async def test_what_breaks_a_rule_is_told_beside_its_field_and_nothing_is_written(
    changes: dict[str, object], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    async with a_bed() as bed:
        payload = await bed.change(CREATE, PMU, **(WANTED | changes))
        assert payload["allocation"] is None
        assert codes(payload) == expected
        assert await rows_in(bed) == (0, 0, 0)


async def test_a_place_that_is_closed_takes_no_part() -> None:
    async with a_bed() as bed:
        for end in ("fromLocationId", "toLocationId"):
            payload = await bed.change(CREATE, PMU, **(WANTED | {end: place("HYI")}))
            assert codes(payload) == [("INVALID", (end,))]


@pytest.mark.parametrize("text", [{"requestedBy": "x" * 101}, {"otherCriteria": "x" * 10_001}, {"estate": "a\x00b"}])
async def test_a_text_that_cannot_be_kept_is_refused(text: dict[str, str]) -> None:
    async with a_bed() as bed:
        assert await bed.refusal(CREATE, PMU, **(WANTED | text)) == "BAD_USER_INPUT"


async def test_an_allocation_without_criteria_is_possible() -> None:
    async with a_bed() as bed:
        bare = {name: WANTED[name] for name in ("date", "fromLocationId", "toLocationId")}
        payload = await bed.change(CREATE, PMU, **bare, movesCount=1)
        assert payload["problems"] == []
        assert payload["allocation"]["complexCases"] == []
        assert nodes(payload["allocation"])[0]["events"]["nodes"] == [{"type": "MoveRequested", "details": []}]


@pytest.mark.parametrize("token", [OCA, OFFICER, SERGEANT, COURT, NURSE, READER, STC, SCH, GEOAMEY])
async def test_only_those_who_plan_ask_for_allocations(token: str) -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        assert await bed.refusal(CREATE, token, **WANTED) == "FORBIDDEN"
        assert await bed.refusal(CREATE, token, **(WANTED | YOUTH)) == "FORBIDDEN"
        assert await bed.refusal(CANCEL, token, id=allocation["id"], reason="MADE_IN_ERROR") == "FORBIDDEN"


async def test_the_placements_team_plans_within_the_youth_estate_and_pmu_outside_it() -> None:
    async with a_bed() as bed:
        for ends in (("OAKHLL", "ALDINE"), ("ALDINE", "WYI"), ("WYI", "OAKHLL")):
            between = {"fromLocationId": place(ends[0]), "toLocationId": place(ends[1])}
            allocation = await created(bed, PLACEMENTS, **(YOUTH | between))
            assert await bed.refusal(CANCEL, PMU, id=allocation["id"], reason="MADE_IN_ERROR") == "FORBIDDEN"
            cancelled = await bed.change(CANCEL, PLACEMENTS, id=allocation["id"], reason="MADE_IN_ERROR")
            assert cancelled["problems"] == []
        for ends in (("LEI", "MDI"), ("OAKHLL", "LEI"), ("LEI", "ALDINE"), ("OAKHLL", "LEEDCC")):
            between = {"fromLocationId": place(ends[0]), "toLocationId": place(ends[1])}
            assert await bed.refusal(CREATE, PLACEMENTS, **(WANTED | YOUTH | between)) == "FORBIDDEN"
        for ends in (("OAKHLL", "ALDINE"), ("LEI", "OAKHLL"), ("ALDINE", "LEI")):
            between = {"fromLocationId": place(ends[0]), "toLocationId": place(ends[1])}
            assert await bed.refusal(CREATE, PMU, **(WANTED | between)) == "FORBIDDEN"


async def test_the_placements_team_plans_only_between_places_of_its_own_groups() -> None:
    stranger = token_for("SERGEANT", "PECS_PLACEMENTS", auth_source="auth")  # whose group is a police station
    async with a_bed() as bed:
        assert await bed.refusal(CREATE, stranger, **(WANTED | YOUTH)) == "FORBIDDEN"
        allocation = await created(bed, PLACEMENTS, **YOUTH)
        assert await bed.ask(READ, stranger, allocation) == {"allocation": None}
        hidden = await bed.change(CANCEL, stranger, id=allocation["id"], reason="MADE_IN_ERROR")
        absent = await bed.change(CANCEL, stranger, id=NOWHERE, reason="MADE_IN_ERROR")
        assert hidden == absent
        assert codes(hidden) == [("NOT_FOUND", ("id",))]


async def test_however_many_places_there_are_they_take_the_same_statements() -> None:
    async with a_bed() as bed:
        counts: dict[str, list[int]] = {}
        for size in (1, 1, 30):  # the first time more is looked up than later
            with counting_statements() as sent:
                allocation = await created(bed, movesCount=size)
            counts.setdefault("create", []).append(len(sent))
            with counting_statements() as sent:
                payload = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=list(FREE[:size]))
            assert payload["problems"] == []
            counts.setdefault("assign", []).append(len(sent))
            with counting_statements() as sent:
                await bed.change(CANCEL, PMU, id=allocation["id"], reason="MADE_IN_ERROR")
            counts.setdefault("cancel", []).append(len(sent))
        assert {action: few == many for action, (_, few, many) in counts.items()} == dict.fromkeys(counts, True), counts


# ── filling ──────────────────────────────────────────────────────────────────────────────────


async def test_the_sender_fills_places_and_the_other_end_sees_who_comes() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        payload = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=["A1001AA", "A1004AA"])
        assert payload["problems"] == []
        filled = payload["allocation"]
        assert (filled["status"], filled["movesCount"], filled["filledCount"], filled["version"]) == (
            "UNFILLED",
            3,
            2,
            2,
        )
        move = move_of(filled, "A1004AA")
        assert (move["escortCheck"], move["version"], types(move)) == (
            "PASSED",
            2,
            ["MoveRequested", "MovePersonAssigned"][::-1],
        )
        told = next(one for one in move["events"]["nodes"] if one["type"] == "MovePersonAssigned")
        assert told["details"] == [{"name": "escape_list", "value": "XEL"}]
        told = next(one for one in move_of(filled, "A1001AA")["events"]["nodes"] if one["type"] == "MovePersonAssigned")
        assert told["details"] == []
        for token in (MOORLAND, GEOAMEY):
            seen = (await bed.ask(READ, token, allocation))["allocation"]
            assert numbers(seen) == {"A1001AA", "A1004AA"}
        last = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[FREE[0]])
        assert (last["allocation"]["status"], last["allocation"]["filledCount"]) == ("FILLED", 3)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("A1005AA", "NOT_ELIGIBLE"),  # Category A
        ("A1006AA", "NOT_ELIGIBLE"),  # escape list, heightened
        ("A1007AA", "INCOMPLETE"),  # a category that nobody knows
        ("A2001AA", "NOT_FOUND"),  # at Moorland
        ("A9001AA", "NOT_FOUND"),  # at liberty
        ("Z9999ZZ", "NOT_FOUND"),  # nobody
    ],
)
async def test_one_who_cannot_go_is_named_by_position_and_nobody_is_assigned(number: str, code: str) -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        payload = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[FREE[0], number])
        assert payload["allocation"] is None
        assert codes(payload) == [(code, ("prisonNumbers", "1"))]
        now = (await bed.ask(READ, OCA, allocation))["allocation"]
        assert (now["filledCount"], now["version"], numbers(now)) == (0, 1, set())
        assert (await rows_in(bed))[1] == 3


async def test_somebody_at_another_place_and_nobody_at_all_are_one_answer() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        await bed.ask(READ, OCA, allocation)
        answers = []
        for number in ("A2001AA", "Z9999ZZ"):
            await bed.gateway.counts(bed.gateway.nomis)
            payload = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[number])
            answers.append((payload, await bed.gateway.counts(bed.gateway.nomis)))
        assert answers[0] == answers[1]


async def test_somebody_who_is_on_the_way_there_is_not_there_yet() -> None:
    async with a_bed() as bed:
        inbound = await created(bed, fromLocationId=place("MDI"), toLocationId=place("LEI"))
        await bed.change(ASSIGN, MOORLAND, allocationId=inbound["id"], prisonNumbers=["A2001AA"])
        allocation = await created(bed)
        payload = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=["A2001AA"])
        assert codes(payload) == [("INVALID", ("prisonNumbers", "0"))]


async def test_nobody_is_named_twice_and_somebody_has_to_be() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        given = {"allocationId": allocation["id"]}
        twice = await bed.change(ASSIGN, OCA, **given, prisonNumbers=[FREE[0], FREE[1], FREE[0].lower()])
        assert codes(twice) == [("DUPLICATE", ("prisonNumbers", "2"))]
        assert codes(await bed.change(ASSIGN, OCA, **given, prisonNumbers=[])) == [("REQUIRED", ("prisonNumbers",))]
        crowd = [f"B{n:04}AA" for n in range(101)]
        assert codes(await bed.change(ASSIGN, OCA, **given, prisonNumbers=crowd)) == [("INVALID", ("prisonNumbers",))]


async def test_more_people_than_free_places_are_too_many() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        given = {"allocationId": allocation["id"]}
        await bed.change(ASSIGN, OCA, **given, prisonNumbers=[FREE[0]])
        payload = await bed.change(ASSIGN, OCA, **given, prisonNumbers=list(FREE[1:4]))
        assert codes(payload) == [("CONFLICT", ("prisonNumbers",))]
        assert "2 free places" in payload["problems"][0]["message"]
        assert numbers((await bed.ask(READ, OCA, allocation))["allocation"]) == {FREE[0]}


async def test_a_move_that_left_or_was_cancelled_is_no_free_place() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        first, second, _ = nodes(allocation)
        await reported(bed, first, MoveStatus.BOOKED)  # the supplier may accept a place without a person
        assert codes({"problems": (await cancelled_move(bed, second))["problems"]}) == []
        given = {"allocationId": allocation["id"]}
        assert codes(await bed.change(ASSIGN, OCA, **given, prisonNumbers=list(FREE[:3]))) == [
            ("CONFLICT", ("prisonNumbers",))
        ]
        filled = await bed.change(ASSIGN, OCA, **given, prisonNumbers=list(FREE[:2]))
        assert (filled["allocation"]["status"], filled["allocation"]["movesCount"]) == ("FILLED", 2)


async def cancelled_move(bed: Bed, move: dict[str, Any]) -> dict[str, Any]:
    return await bed.change(CANCEL_MOVE, PMU, id=move["id"], reason="SUPPLIER_NO_RESOURCE")


async def test_one_who_goes_that_way_on_that_day_already_is_a_duplicate() -> None:
    async with a_bed() as bed:
        one, other = await created(bed), await created(bed)
        await bed.change(ASSIGN, OCA, allocationId=one["id"], prisonNumbers=[FREE[0]])
        for allocation in (one, other):
            payload = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[FREE[1], FREE[0]])
            assert codes(payload) == [("DUPLICATE", ("prisonNumbers", "1"))]
        elsewhere = await created(bed, toLocationId=place("WWI"))
        another_day = await created(bed, date="2026-12-24")
        for allocation in (elsewhere, another_day):
            payload = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[FREE[0]])
            assert payload["problems"] == []


async def test_a_single_request_that_goes_that_way_counts_once_it_is_approved() -> None:
    transfer = {
        "type": "PRISON_TRANSFER",
        "prisonNumber": FREE[0],
        "fromLocationId": place("LEI"),
        "toLocationId": place("MDI"),
        "dateFrom": TOMORROW,
    }
    approve = "mutation($input: ApproveMoveInput!) {approveMove(input: $input) {move {status} problems {code field}}}"
    async with a_bed() as bed:
        allocation = await created(bed)
        single = (await bed.change(BOOK, OCA, **transfer))["move"]
        filled = await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[FREE[0]])
        assert filled["problems"] == []
        refused = await bed.change(approve, PMU, id=single["id"], date=TOMORROW)
        assert [one["code"] for one in refused["problems"]] == ["DUPLICATE"]


@pytest.mark.parametrize("services", [("prisoner-search",), ("alerts",), ("prisoner-search", "alerts")])
async def test_nobody_is_assigned_unchecked_while_nomis_is_down(services: tuple[str, ...]) -> None:
    async with a_bed(time_limit=0.5) as bed:
        allocation = await created(bed)
        await bed.down(*services)
        given = {"allocationId": allocation["id"], "prisonNumbers": [FREE[0]]}
        assert await bed.refusal(ASSIGN, OCA, **given) == "UPSTREAM_UNAVAILABLE"
        await bed.down()
        assert (await bed.ask(READ, OCA, allocation))["allocation"]["filledCount"] == 0
        assert (await bed.change(ASSIGN, OCA, **given))["problems"] == []


async def test_nomis_is_asked_once_however_many_go() -> None:
    async with a_bed() as bed:
        allocation = await created(bed, movesCount=30)
        await bed.ask(READ, OCA, allocation)
        asked = []
        for people in (FREE[:1], FREE[1:20]):
            await bed.gateway.counts(bed.gateway.nomis)
            await bed.ask(
                "mutation($input: AssignToAllocationInput!) {assignToAllocation(input: $input) {problems {code}}}",
                OCA,
                {"input": {"allocationId": allocation["id"], "prisonNumbers": list(people)}},
            )
            asked.append(await bed.gateway.counts(bed.gateway.nomis))
        assert asked[0] == asked[1]
        assert sum(asked[0].values()) == 2


@pytest.mark.parametrize("token", [PMU, OFFICER, READER, GEOAMEY, PLACEMENTS, SERGEANT])
async def test_those_who_fill_no_allocations_are_refused_before_anything_is_looked_up(token: str) -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        for allocation_id in (allocation["id"], NOWHERE):
            assert await bed.refusal(ASSIGN, token, allocationId=allocation_id, prisonNumbers=[FREE[0]]) == "FORBIDDEN"
            move_id = nodes(allocation)[0]["id"]
            assert await bed.refusal(REMOVE, token, allocationId=allocation_id, moveId=move_id) == "FORBIDDEN"


async def test_the_receiver_sees_an_allocation_and_does_not_fill_it() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        assert await bed.refusal(ASSIGN, MOORLAND, allocationId=allocation["id"], prisonNumbers=["A2001AA"]) == (
            "FORBIDDEN"
        )
        await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[FREE[0]])
        move_id = nodes(allocation)[0]["id"]
        assert await bed.refusal(REMOVE, MOORLAND, allocationId=allocation["id"], moveId=move_id) == "FORBIDDEN"


async def test_a_hidden_allocation_and_none_are_one_answer_to_whoever_fills() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        assert await bed.ask(READ, WANDSWORTH, allocation) == {"allocation": None}
        move_id = nodes(allocation)[0]["id"]
        for query, given in ((ASSIGN, {"prisonNumbers": ["A3001AA"]}), (REMOVE, {"moveId": move_id})):
            answers = []
            for allocation_id in (allocation["id"], NOWHERE, "nonsense", move_id):
                await bed.gateway.counts(bed.gateway.nomis)
                payload = await bed.change(query, WANDSWORTH, allocationId=allocation_id, **given)
                answers.append((payload, await bed.gateway.counts(bed.gateway.nomis)))
            assert answers == [answers[0]] * 4
            assert codes(answers[0][0]) == [("NOT_FOUND", ("allocationId",))]


async def test_the_youth_estate_fills_its_own_allocations() -> None:
    async with a_bed() as bed:
        allocation = await created(bed, PLACEMENTS, **YOUTH)
        filled = await bed.change(ASSIGN, STC, allocationId=allocation["id"], prisonNumbers=["A4001AA"])
        assert filled["problems"] == []
        assert filled["allocation"]["filledCount"] == 1
        assert await bed.refusal(ASSIGN, SCH, allocationId=allocation["id"], prisonNumbers=["A4001AA"]) == "FORBIDDEN"


# ── taking people off ────────────────────────────────────────────────────────────────────────


async def test_a_person_is_taken_off_and_another_put_on() -> None:
    async with a_bed() as bed:
        allocation = await created(bed, movesCount=1)
        given = {"allocationId": allocation["id"]}
        filled = (await bed.change(ASSIGN, OCA, **given, prisonNumbers=["A1004AA"]))["allocation"]
        move = move_of(filled, "A1004AA")
        freed = await bed.change(REMOVE, OCA, **given, moveId=move["id"])
        assert freed["problems"] == []
        assert (freed["allocation"]["status"], freed["allocation"]["filledCount"]) == ("UNFILLED", 0)
        assert (nodes(freed["allocation"])[0]["person"], nodes(freed["allocation"])[0]["escortCheck"]) == (
            None,
            "NOT_NEEDED",
        )
        assert types(nodes(freed["allocation"])[0]) == ["MovePersonAssigned", "MovePersonRemoved", "MoveRequested"]
        again = await bed.change(ASSIGN, OCA, **given, prisonNumbers=["A1001AA"])
        assert (again["allocation"]["status"], again["allocation"]["version"]) == ("FILLED", 4)
        assert move_of(again["allocation"], "A1001AA")["version"] == 4


async def test_sight_of_a_person_ends_when_they_are_taken_off() -> None:
    person = "query($number: PrisonNumber!) {person(prisonNumber: $number) {prisonNumber}}"
    async with a_bed() as bed:
        allocation = await created(bed)
        given = {"allocationId": allocation["id"]}
        variables = {"number": FREE[0]}
        filled = (await bed.change(ASSIGN, OCA, **given, prisonNumbers=[FREE[0]]))["allocation"]
        for token in (MOORLAND, GEOAMEY):
            assert await bed.ask(person, token, variables) == {"person": {"prisonNumber": FREE[0]}}
        await bed.change(REMOVE, OCA, **given, moveId=move_of(filled, FREE[0])["id"])
        for token in (MOORLAND, GEOAMEY):
            assert await bed.ask(person, token, variables) == {"person": None}


async def test_what_was_noted_for_a_persons_escort_goes_with_them() -> None:
    update = "mutation($input: UpdateMoveInput!) {updateMove(input: $input) {move {version} problems {code field}}}"
    async with a_bed() as bed:
        allocation = await created(bed, movesCount=1)
        given = {"allocationId": allocation["id"]}
        move = move_of((await bed.change(ASSIGN, OCA, **given, prisonNumbers=[FREE[0]]))["allocation"], FREE[0])
        noted = {"vehicleKind": "SPECIAL", "specialVehicleReason": "A wheelchair.", "additionalInformation": "Deaf."}
        assert (await bed.change(update, PMU, id=move["id"], **noted))["problems"] == []
        freed = nodes((await bed.change(REMOVE, OCA, **given, moveId=move["id"]))["allocation"])[0]
        assert (freed["vehicleNeeds"], freed["additionalInformation"]) == ({"kind": "CELLULAR"}, None)


@pytest.mark.parametrize("status", [MoveStatus.IN_TRANSIT, MoveStatus.COMPLETED, MoveStatus.CANCELLED])
async def test_nobody_is_taken_off_a_move_that_left_or_is_over(status: MoveStatus) -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        given = {"allocationId": allocation["id"]}
        move = move_of((await bed.change(ASSIGN, OCA, **given, prisonNumbers=[FREE[0]]))["allocation"], FREE[0])
        await reported(bed, move, status)
        payload = await bed.change(REMOVE, OCA, **given, moveId=move["id"])
        assert codes(payload) == [("NOT_ALLOWED_IN_STATE", ("moveId",))]


async def test_a_person_is_taken_off_a_booked_move_too() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        given = {"allocationId": allocation["id"]}
        move = move_of((await bed.change(ASSIGN, OCA, **given, prisonNumbers=[FREE[0]]))["allocation"], FREE[0])
        await reported(bed, move, MoveStatus.BOOKED)
        payload = await bed.change(REMOVE, OCA, **given, moveId=move["id"])
        assert payload["problems"] == []
        assert numbers(payload["allocation"]) == set()


async def test_what_is_no_filled_place_of_the_allocation_cannot_be_emptied() -> None:
    async with a_bed() as bed:
        one, other = await created(bed), await created(bed, date="2026-12-24")
        await bed.change(ASSIGN, OCA, allocationId=other["id"], prisonNumbers=[FREE[0]])
        theirs = (await bed.ask(READ, OCA, other))["allocation"]
        for move_id in (move_of(theirs, FREE[0])["id"], NOWHERE, "nonsense"):
            payload = await bed.change(REMOVE, OCA, allocationId=one["id"], moveId=move_id)
            assert codes(payload) == [("NOT_FOUND", ("moveId",))]
        empty = await bed.change(REMOVE, OCA, allocationId=one["id"], moveId=nodes(one)[0]["id"])
        assert codes(empty) == [("NOT_ALLOWED_IN_STATE", ("moveId",))]


async def test_a_person_whose_dper_was_started_stays_until_the_move_is_cancelled() -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        given = {"allocationId": allocation["id"]}
        move = move_of((await bed.change(ASSIGN, OCA, **given, prisonNumbers=[FREE[0]]))["allocation"], FREE[0])
        await recorded(bed, move)
        payload = await bed.change(REMOVE, OCA, **given, moveId=move["id"])
        assert codes(payload) == [("LOCKED", ("moveId",))]
        assert "cancelled" in payload["problems"][0]["message"]


# ── calling off ──────────────────────────────────────────────────────────────────────────────


async def test_calling_off_cancels_the_moves_that_have_not_left() -> None:
    async with a_bed() as bed:
        allocation = await created(bed, movesCount=5)
        given = {"allocationId": allocation["id"]}
        filled = (await bed.change(ASSIGN, OCA, **given, prisonNumbers=list(FREE[:4])))["allocation"]
        booked, left, arrived = (move_of(filled, number) for number in FREE[:3])
        await reported(bed, booked, MoveStatus.BOOKED)
        await reported(bed, left, MoveStatus.IN_TRANSIT)
        await reported(bed, arrived, MoveStatus.COMPLETED)
        payload = await bed.change(
            CANCEL, PMU, id=allocation["id"], reason="LACK_OF_SPACE_AT_RECEIVING_ESTABLISHMENT", comment="Flooded."
        )
        assert payload["problems"] == []
        over = payload["allocation"]
        assert (over["status"], over["movesCount"], over["filledCount"]) == ("CANCELLED", 0, 0)
        assert over["cancellation"] == {
            "reason": "LACK_OF_SPACE_AT_RECEIVING_ESTABLISHMENT",
            "comment": "Flooded.",
        }
        now = {move["id"]: move for move in nodes(over)}
        untouched = {left["id"]: "IN_TRANSIT", arrived["id"]: "COMPLETED"}
        for move_id, move in now.items():
            if move_id in untouched:
                assert (move["status"], move["cancellation"]) == (untouched[move_id], None)
                assert "MoveCancel" not in types(move)
            else:
                assert move["status"] == "CANCELLED"
                assert move["cancellation"] == {"reason": "ALLOCATION_CANCELLED", "comment": "Flooded."}
                assert types(move).count("MoveCancel") == 1
        assert sum(move["status"] == "CANCELLED" for move in now.values()) == 3


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"reason": "CANCELLED_BY_PMU"}, [("REQUIRED", ("comment",))]),
        ({"reason": "OTHER", "comment": "  "}, [("REQUIRED", ("comment",))]),
        ({"reason": "REJECTED"}, [("INVALID", ("reason",))]),
        ({"reason": "ALLOCATION_CANCELLED"}, [("INVALID", ("reason",))]),
        ({"reason": "OTHER", "comment": "Snow."}, []),
        ({"reason": "MADE_IN_ERROR"}, []),
    ],
)
async def test_a_reason_is_given_and_two_of_them_need_a_comment(
    given: dict[str, str], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    async with a_bed() as bed:
        allocation = await created(bed)
        payload = await bed.change(CANCEL, PMU, id=allocation["id"], **given)
        assert codes(payload) == expected
        now = (await bed.ask(READ, PMU, allocation))["allocation"]
        assert now["status"] == ("UNFILLED" if expected else "CANCELLED")


async def test_nothing_about_people_places_or_nomis_stands_in_the_way_of_calling_off() -> None:
    async with a_bed(time_limit=0.5) as bed:
        allocation = await created(bed)
        await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[FREE[0]])
        bed.nomis.people_by_number[FREE[0]] = replace(bed.nomis.people_by_number[FREE[0]], category="A")
        await closed(bed, "LEI", "MDI")
        await bed.down("prisoner-search", "alerts")
        bare = "mutation($input: CancelAllocationInput!) {cancelAllocation(input: $input) {problems {code}}}"
        payload = await bed.change(bare, PMU, id=allocation["id"], reason="MADE_IN_ERROR")
        assert payload == {"problems": []}


# ── the declared table ───────────────────────────────────────────────────────────────────────


async def brought_to(bed: Bed, state: AllocationStatus) -> dict[str, Any]:
    allocation = await created(bed, movesCount=2)
    if state is AllocationStatus.FILLED:
        await bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=list(FREE[:2]))
    if state is AllocationStatus.CANCELLED:
        await bed.change(CANCEL, PMU, id=allocation["id"], reason="MADE_IN_ERROR")
    return (await bed.ask(READ, OCA, allocation))["allocation"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("state", AllocationStatus)
@pytest.mark.parametrize("action", AllocationAction)
async def test_every_transition_of_the_table_happens_and_every_other_is_refused(
    action: AllocationAction, state: AllocationStatus
) -> None:
    async with a_bed() as bed:
        allocation = await brought_to(bed, state)
        given = {"allocationId": allocation["id"]}
        match action:
            case AllocationAction.FILL:
                payload = await bed.change(ASSIGN, OCA, **given, prisonNumbers=list(FREE[2:4]))
            case AllocationAction.UNFILL:
                move_id = nodes(allocation)[0]["id"]
                payload = await bed.change(REMOVE, OCA, **given, moveId=move_id)
            case AllocationAction.CANCEL:
                payload = await bed.change(CANCEL, PMU, id=allocation["id"], reason="MADE_IN_ERROR")
        target = ALLOCATION_STATES.next(state, action)
        now = (await bed.ask(READ, OCA, allocation))["allocation"]
        if target is None:
            assert payload["problems"] != []
            assert (now["status"], now["version"]) == (state.name, allocation["version"])
        else:
            assert payload["problems"] == []
            assert (now["status"], now["version"]) == (target.name, allocation["version"] + 1)


# ── once and for all ─────────────────────────────────────────────────────────────────────────


async def test_each_version_has_its_row_in_the_history() -> None:
    async with a_bed() as bed:
        allocation = await created(bed, movesCount=2)
        given = {"allocationId": allocation["id"]}
        filled = (await bed.change(ASSIGN, OCA, **given, prisonNumbers=list(FREE[:2])))["allocation"]
        await bed.change(REMOVE, OCA, **given, moveId=move_of(filled, FREE[0])["id"])
        await cancelled_move(bed, move_of(filled, FREE[1]))
        last = await bed.change(CANCEL, PMU, id=allocation["id"], reason="MADE_IN_ERROR")
        rows = await history(bed, allocation["id"], NodeType.ALLOCATION, ChangedThing.ALLOCATION)
        assert [row["version"] for row in rows] == [1, 2, 3, 4, 5]
        assert last["allocation"]["version"] == 5
        assert [row["username"] for row in rows] == ["PMU_USER", "LEEDS_OCA", "LEEDS_OCA", "PMU_USER", "PMU_USER"]
        assert rows[1]["fields"] == {"status": ("unfilled", "filled"), "filled_count": (0, 2)}
        assert rows[2]["fields"] == {"status": ("filled", "unfilled"), "filled_count": (2, 1)}
        assert rows[3]["fields"] == {"moves_count": (2, 1)}
        assert rows[4]["fields"]["cancellation_reason"] == (None, "made_in_error")
        for move in nodes(last["allocation"]):
            versions = await history(bed, move["id"], NodeType.MOVE, ChangedThing.MOVE)
            assert [row["version"] for row in versions] == list(range(1, move["version"] + 1))


async def test_the_same_key_gives_the_first_allocation_and_fills_once() -> None:
    async with a_bed(time_limit=0.5) as bed:
        first = await created(bed, idempotencyKey="one")
        again = await created(bed, idempotencyKey="one")
        assert again["id"] == first["id"]
        other = await bed.change(CREATE, PMU, **(WANTED | {"movesCount": 4}), idempotencyKey="one")
        assert codes(other) == [("CONFLICT", ("idempotencyKey",))]
        given = {"allocationId": first["id"], "prisonNumbers": [FREE[0]], "idempotencyKey": "one"}
        assert (await bed.change(ASSIGN, OCA, **given))["problems"] == []
        await bed.down("alerts")
        repeated = await bed.change(ASSIGN, OCA, **given)
        assert (repeated["problems"], repeated["allocation"]["filledCount"]) == ([], 1)
        assert repeated["allocation"]["version"] == 2
        assert (await rows_in(bed))[0] == 3


async def test_changes_are_in_the_access_log() -> None:
    async with a_bed() as bed:
        allocation = await created(bed, movesCount=2)
        given = {"allocationId": allocation["id"]}
        filled = (await bed.change(ASSIGN, OCA, **given, prisonNumbers=[FREE[0]]))["allocation"]
        await bed.change(REMOVE, OCA, **given, moveId=move_of(filled, FREE[0])["id"])
        await bed.change(CANCEL, PMU, id=allocation["id"], reason="MADE_IN_ERROR")
        await bed.gateway.settle()
        async with bed.gateway.database.read() as conn:
            rows = await conn.execute(
                sa.text(
                    "select operation, action, username, prison_number, count(*) from access_log "
                    "where action <> 'view' group by 1, 2, 3, 4 order by 1"
                )
            )
            assert [tuple(row) for row in rows] == [
                ("Assign", "update", "LEEDS_OCA", FREE[0], 1),
                ("Cancel", "cancel", "PMU_USER", None, 2),
                ("Create", "create", "PMU_USER", None, 2),
                ("Remove", "update", "LEEDS_OCA", FREE[0], 1),
            ]


def test_no_reason_is_left_out() -> None:
    assert len(CancellationReason) == 33
