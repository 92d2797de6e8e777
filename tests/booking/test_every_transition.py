"""Every transition of a move and every refused one, from the declared table: of events and through the front."""

from typing import Any, Final

import pytest

from gateway.domain.events import Event
from gateway.domain.move_replay import after
from gateway.domain.move_states import MOVE_ACTIONS, MOVE_STATES, MoveAction
from gateway.domain.moves import MoveStatus
from gateway.domain.problems import RuleBroken
from gateway.domain.replay import awaits, outcome
from tests.booking.bed import OCA, PMU, a_bed, codes, place
from tests.booking.test_book_move import TOMORROW
from tests.booking.test_changing_moves import APPROVE, CANCEL, IN_TWO_DAYS, REDIRECT, REJECT, UPDATE, booked
from tests.booking.test_easily_missed_rules_moves import put, state
from tests.booking.test_properties_of_rules import event
from tests.store.worlds import make_move
from tests.support.worlds import NOW

pytestmark = pytest.mark.anyio

NOT_LEFT: Final = {"PROPOSED", "REQUESTED", "BOOKED"}
BY_HAND: Final[dict[str, tuple[str, dict[str, Any], set[str]]]] = {
    "approve": (APPROVE, {"date": IN_TWO_DAYS}, {"PROPOSED"}),
    "reject": (REJECT, {"reason": "MORE_INFO_REQUIRED"}, {"PROPOSED", "REQUESTED"}),
    "cancel": (CANCEL, {"reason": "PTR_UNACHIEVABLE"}, NOT_LEFT),
    "update": (UPDATE, {"additionalInformation": "x"}, NOT_LEFT),
    "redirect": (REDIRECT, {"toLocationId": place("WWI")}, {"REQUESTED", "BOOKED", "IN_TRANSIT"}),
}


@pytest.mark.parametrize("status", MoveStatus)
@pytest.mark.parametrize("kind", MOVE_ACTIONS)
def test_an_event_leads_where_the_table_says_or_is_refused(status: MoveStatus, kind: str) -> None:
    move = make_move(1, status=status, authorised_at=NOW)
    told: Event = event(1, kind)
    target = outcome(MOVE_STATES, status, MOVE_ACTIONS[kind])
    if target is not None:
        assert after(move, [], told).status is target
    elif awaits(MOVE_STATES, status, MOVE_ACTIONS[kind]):
        assert after(move, [], told).status is status
    else:
        with pytest.raises(RuleBroken) as broken:
            after(move, [], told)
        assert [one.code.name for one in broken.value.problems] == ["NOT_ALLOWED_IN_STATE"]


@pytest.mark.parametrize("what", BY_HAND)
async def test_what_people_do_is_possible_in_its_states_and_leaves_no_trace_in_others(what: str) -> None:
    query, given, possible = BY_HAND[what]
    async with a_bed() as bed:
        for number, status in enumerate(MoveStatus):
            move = await booked(bed, OCA, prisonNumber=f"A11{number:02}AA", dateFrom=TOMORROW)
            if status is not MoveStatus.PROPOSED:
                await put(bed, move, status=status.value, authorised_at=NOW, date=None)
            before = await state(bed, move)
            answer = await bed.change(query, PMU, id=move["id"], **given)
            if status.name in possible:
                assert answer["problems"] == [], status
                assert (await state(bed, move))["version"] == 2
            else:
                assert codes(answer) == [("NOT_ALLOWED_IN_STATE", ("id",))], status
                assert await state(bed, move) == before


def test_what_people_may_do_is_what_the_table_has() -> None:
    for what, action in (("approve", MoveAction.APPROVE), ("reject", MoveAction.REJECT), ("cancel", MoveAction.CANCEL)):
        assert {one.name for one in MoveStatus if MOVE_STATES.next(one, action)} == BY_HAND[what][2]
