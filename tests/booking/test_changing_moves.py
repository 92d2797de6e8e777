"""What happens to a move between its request and its end: changes, decisions, redirections, cancellation."""

from datetime import timedelta
from typing import Any, Final

import pytest

from gateway.domain.move_states import MOVE_STATES, MoveAction
from gateway.domain.moves import CancellationReason, MoveStatus
from tests.booking.bed import (
    BOOK,
    COURT,
    GEOAMEY,
    MOORLAND,
    OCA,
    OFFICER,
    PMU,
    READER,
    SERGEANT,
    STC,
    Bed,
    a_bed,
    codes,
    place,
)
from tests.booking.test_book_move import TO_COURT, TRANSFER
from tests.support.worlds import TODAY

pytestmark = pytest.mark.anyio

PAYLOAD: Final = """{
    move {
      id status date dateFrom toLocation {agencyId} version timeDue additionalInformation escortCheck
      supplier {key} vehicleNeeds {kind reason}
      cancellation {reason comment rejectionReason}
      events {nodes {type notes details {name value}}}
    }
    problems {code field message}
}"""
UPDATE: Final = "mutation($input: UpdateMoveInput!) {updateMove(input: $input) " + PAYLOAD + "}"
CANCEL: Final = "mutation($input: CancelMoveInput!) {cancelMove(input: $input) " + PAYLOAD + "}"
APPROVE: Final = "mutation($input: ApproveMoveInput!) {approveMove(input: $input) " + PAYLOAD + "}"
REJECT: Final = "mutation($input: RejectMoveInput!) {rejectMove(input: $input) " + PAYLOAD + "}"
REDIRECT: Final = "mutation($input: RedirectMoveInput!) {redirectMove(input: $input) " + PAYLOAD + "}"
SEEN: Final = "query($id: ID!) {move(id: $id) {status person {prisonNumber}}}"

IN_TWO_DAYS: Final = (TODAY + timedelta(days=2)).isoformat()
LAST_WEEK: Final = (TODAY - timedelta(days=7)).isoformat()


async def booked(bed: Bed, token: str = OFFICER, **changes: object) -> dict[str, Any]:
    """Book the court move, or a transfer where it is for the OCA, with changes; give the move."""
    given = (TRANSFER if token == OCA else TO_COURT) | changes
    payload = await bed.change(BOOK, token, **given)
    assert payload["problems"] == []
    move: dict[str, Any] = payload["move"]
    return move


def told(payload: dict[str, Any]) -> list[str]:
    return [event["type"] for event in payload["move"]["events"]["nodes"]]


async def test_a_proposal_that_is_approved_shows_at_the_other_end_and_to_the_supplier() -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA)
        approved = await bed.change(APPROVE, PMU, id=move["id"], date=IN_TWO_DAYS)
        assert approved["problems"] == []
        assert (approved["move"]["status"], approved["move"]["date"]) == ("REQUESTED", IN_TWO_DAYS)
        assert sorted(told(approved)) == ["MoveApprove", "MoveProposed"]
        for token in (MOORLAND, GEOAMEY):
            seen = await bed.ask(SEEN, token, move)
            assert seen == {"move": {"status": "REQUESTED", "person": {"prisonNumber": "A1001AA"}}}


async def test_a_proposal_that_is_rejected_is_cancelled_and_never_shows_at_the_other_end() -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA)
        rejected = await bed.change(
            REJECT, PMU, id=move["id"], reason="NO_SPACE_AT_RECEIVING_PRISON", comment="Full until March."
        )
        assert rejected["move"]["cancellation"] == {
            "reason": "REJECTED",
            "comment": "Full until March.",
            "rejectionReason": "NO_SPACE_AT_RECEIVING_PRISON",
        }
        assert await bed.ask(SEEN, MOORLAND, move) == {"move": None}
        again = await bed.change(REJECT, PMU, id=move["id"], reason="MORE_INFO_REQUIRED")
        assert codes(again) == [("NOT_ALLOWED_IN_STATE", ("id",))]


@pytest.mark.parametrize(
    ("day", "code"), [(TODAY.isoformat(), "INVALID"), ((TODAY + timedelta(days=9)).isoformat(), "INVALID")]
)
async def test_a_proposal_is_approved_for_a_day_of_its_window(day: str, code: str) -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA, dateTo=(TODAY + timedelta(days=5)).isoformat())
        assert codes(await bed.change(APPROVE, PMU, id=move["id"], date=day)) == [(code, ("date",))]


async def test_rule_02_two_proposals_for_a_day_may_stand_and_approving_the_second_fails() -> None:
    async with a_bed() as bed:
        first, second = await booked(bed, OCA), await booked(bed, OCA)
        assert codes(await bed.change(APPROVE, PMU, id=first["id"], date=IN_TWO_DAYS)) == []
        refused = await bed.change(APPROVE, PMU, id=second["id"], date=IN_TWO_DAYS)
        assert codes(refused) == [("DUPLICATE", ("date",))]
        assert first["reference"] in refused["problems"][0]["message"]


async def test_nobody_is_approved_unchecked_or_excluded() -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA)
        await bed.down("alerts")
        assert await bed.refusal(APPROVE, PMU, id=move["id"], date=IN_TWO_DAYS) == "UPSTREAM_UNAVAILABLE"
        await bed.down()
        person = bed.nomis.people_by_number["A1001AA"]
        bed.nomis.people_by_number["A1001AA"] = type(person)(**{**vars_of(person), "category": "A"})
        refused = await bed.change(APPROVE, PMU, id=move["id"], date=IN_TWO_DAYS)
        assert codes(refused) == [("NOT_ELIGIBLE", ("id",))]


def vars_of(thing: object) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}  # type: ignore[attr-defined]


@pytest.mark.parametrize("token", [OFFICER, OCA, GEOAMEY, READER, COURT])
async def test_only_those_who_decide_decide(token: str) -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA)
        assert await bed.refusal(APPROVE, token, id=move["id"], date=IN_TWO_DAYS) == "FORBIDDEN"
        assert await bed.refusal(REJECT, token, id=move["id"], reason="MORE_INFO_REQUIRED") == "FORBIDDEN"
        assert await bed.refusal(REDIRECT, token, id=move["id"], toLocationId=place("WWI")) == "FORBIDDEN"


async def test_the_sender_cancels_before_it_leaves_and_the_reason_is_kept() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        cancelled = await bed.change(
            CANCEL, OFFICER, id=move["id"], version=1, reason="COURT_CLOSURE", comment=" Burst pipe. "
        )
        assert cancelled["problems"] == []
        assert cancelled["move"]["status"] == "CANCELLED"
        assert cancelled["move"]["cancellation"] == {
            "reason": "COURT_CLOSURE",
            "comment": "Burst pipe.",
            "rejectionReason": None,
        }
        assert sorted(told(cancelled)) == ["MoveCancel", "MoveRequested"]
        # It stays readable, and rule 9: a second cancel does not overwrite the reason.
        again = await bed.change(CANCEL, OFFICER, id=move["id"], reason="COURT_NO_CAPACITY")
        assert codes(again) == [("NOT_ALLOWED_IN_STATE", ("id",))]
        seen = await bed.ask("query($id: ID!) {move(id: $id) {cancellation {reason}}}", OFFICER, move)
        assert seen == {"move": {"cancellation": {"reason": "COURT_CLOSURE"}}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"reason": "OTHER"}, [("REQUIRED", ("comment",))]),
        ({"reason": "CANCELLED_BY_PMU", "comment": "  "}, [("REQUIRED", ("comment",))]),
        ({"reason": "REJECTED"}, [("INVALID", ("reason",))]),
        ({"reason": "ALLOCATION_CANCELLED"}, [("INVALID", ("reason",))]),
        ({"reason": "COURT_CLOSURE", "version": 2}, [("CONFLICT", ("version",))]),
    ],
)
async def test_what_is_missing_of_a_cancellation_is_told(
    given: dict[str, object], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        refused = await bed.change(CANCEL, OFFICER, id=move["id"], **given)
        assert codes(refused) == expected
        assert await bed.ask(SEEN, OFFICER, move) == {
            "move": {"status": "REQUESTED", "person": {"prisonNumber": "A1001AA"}}
        }


async def test_who_sees_a_move_and_did_not_send_it_may_not_change_it() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        for token in (GEOAMEY, READER, COURT):
            assert await bed.refusal(CANCEL, token, id=move["id"], reason="COURT_CLOSURE") == "FORBIDDEN"
            assert await bed.refusal(UPDATE, token, id=move["id"], additionalInformation="x") == "FORBIDDEN"


async def test_a_hidden_move_is_answered_like_none() -> None:
    async with a_bed() as bed:
        hidden = await booked(bed)
        absent = {"id": place("LEI")}
        answers = [
            await bed.gateway.raw(CANCEL, SERGEANT, {"input": {"id": one["id"], "reason": "COURT_CLOSURE"}})
            for one in (hidden, absent)
        ]
        assert answers[0] == answers[1]
        assert b"NOT_FOUND" in answers[0]
        assert codes(await bed.change(UPDATE, MOORLAND, id=hidden["id"], additionalInformation="x")) == [
            ("NOT_FOUND", ("id",))
        ]


async def test_rules_21_and_22_nothing_stands_in_the_way_of_cancelling() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        person = bed.nomis.people_by_number["A1001AA"]
        bed.nomis.people_by_number["A1001AA"] = type(person)(**{**vars_of(person), "category": "A"})
        await bed.down("prisoner-search", "alerts")
        cancelled = await bed.change(CANCEL, OFFICER, id=move["id"], reason="PRISONER_NO_LONGER_REQUIRED")
        assert cancelled["move"]["status"] == "CANCELLED"


async def test_an_update_changes_what_is_given_and_tells_of_it() -> None:
    async with a_bed() as bed:
        move = await booked(bed, additionalInformation="Has a stick.")
        given = {"date": IN_TWO_DAYS, "toLocationId": place("WSTMC"), "vehicleKind": "SPECIAL"}
        changed = await bed.change(
            UPDATE, OFFICER, id=move["id"], version=1, specialVehicleReason="Wheelchair.", **given
        )
        assert changed["problems"] == []
        now = changed["move"]
        assert (now["date"], now["toLocation"]["agencyId"], now["version"]) == (IN_TWO_DAYS, "WSTMC", 2)
        assert now["vehicleNeeds"] == {"kind": "SPECIAL", "reason": "Wheelchair."}
        assert now["additionalInformation"] == "Has a stick."
        assert sorted(told(changed)) == ["MoveDateChanged", "MoveRedirect", "MoveRequested", "MoveUpdate"]
        cleared = await bed.change(UPDATE, OFFICER, id=move["id"], additionalInformation=None, vehicleKind="CELLULAR")
        assert cleared["move"]["additionalInformation"] is None
        assert cleared["move"]["vehicleNeeds"] == {"kind": "CELLULAR", "reason": None}


async def test_an_update_to_what_is_there_already_changes_nothing() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        same = await bed.change(UPDATE, OFFICER, id=move["id"], date=move["date"], toLocationId=place("LEEDCC"))
        assert (same["problems"], same["move"]["version"], told(same)) == ([], 1, ["MoveRequested"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"toLocationId": place("MDI")}, [("INVALID", ("toLocationId",))]),
        ({"toLocationId": None}, [("REQUIRED", ("toLocationId",))]),
        ({"date": None}, [("REQUIRED", ("date",))]),
        ({"vehicleKind": "SPECIAL"}, [("REQUIRED", ("specialVehicleReason",))]),
        ({"prisonTransferReason": "parole"}, [("INVALID", ("prisonTransferReason",))]),
        ({"timeDue": f"{TODAY.isoformat()}T08:00:00Z"}, [("INVALID", ("timeDue",))]),
        ({"version": 7, "date": IN_TWO_DAYS}, [("CONFLICT", ("version",))]),
    ],
)
async def test_an_update_that_breaks_a_rule_changes_nothing(
    given: dict[str, object], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        assert codes(await bed.change(UPDATE, OFFICER, id=move["id"], **given)) == expected
        seen = await bed.ask("query($id: ID!) {move(id: $id) {version}}", OFFICER, move)
        assert seen == {"move": {"version": 1}}


async def test_an_update_may_not_make_a_duplicate() -> None:
    async with a_bed() as bed:
        await booked(bed)
        later = await booked(bed, date=IN_TWO_DAYS)
        refused = await bed.change(UPDATE, OFFICER, id=later["id"], date=TO_COURT["date"])
        assert codes(refused) == [("DUPLICATE", ("date",))]


async def test_pmu_redirects_what_is_authorised_by_the_rules_of_its_type() -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA)
        early = await bed.change(REDIRECT, PMU, id=move["id"], toLocationId=place("WWI"))
        assert codes(early) == [("NOT_ALLOWED_IN_STATE", ("id",))]
        await bed.change(APPROVE, PMU, id=move["id"], date=IN_TWO_DAYS)
        wrong = await bed.change(REDIRECT, PMU, id=move["id"], toLocationId=place("LGI"))
        assert codes(wrong) == [("INVALID", ("toLocationId",))]
        unknown = await bed.change(REDIRECT, PMU, id=move["id"], toLocationId=place("WWI"), reason="rain")
        assert codes(unknown) == [("INVALID", ("reason",))]
        redirected = await bed.change(REDIRECT, PMU, id=move["id"], toLocationId=place("WWI"), reason="no_space")
        assert redirected["move"]["toLocation"] == {"agencyId": "WWI"}
        assert sorted(told(redirected)) == ["MoveApprove", "MoveProposed", "MoveRedirect"]
        assert await bed.ask(SEEN, MOORLAND, move) == {"move": None}


async def test_a_youth_establishment_proposes_and_pmu_may_cancel_any_transfer() -> None:
    async with a_bed() as bed:
        move = await booked(
            bed, STC, type="PRISON_TRANSFER", prisonNumber="A4001AA", fromLocationId=place("OAKHLL"),
            toLocationId=place("ALDINE"), dateFrom=TO_COURT["date"], date=None,
        )  # fmt: skip
        assert move["status"] == "PROPOSED"
        cancelled = await bed.change(CANCEL, PMU, id=move["id"], reason="CANCELLED_BY_PMU", comment="Asked twice.")
        assert cancelled["move"]["status"] == "CANCELLED"


async def test_pmu_may_not_cancel_what_is_no_transfer() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        assert await bed.refusal(CANCEL, PMU, id=move["id"], reason="COURT_CLOSURE") == "FORBIDDEN"


def test_the_table_of_moves_lets_nobody_out_of_cancelled() -> None:
    assert all(MOVE_STATES.next(MoveStatus.CANCELLED, action) is None for action in MoveAction)


def test_every_reason_is_known_to_the_schema() -> None:
    assert len(CancellationReason) == 33
