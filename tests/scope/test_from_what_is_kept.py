"""Where questions to other systems are shared and answers kept, nobody is shown, or can tell, anything more."""

from collections.abc import Iterator
from typing import Final

import orjson
import pytest
from hypothesis import assume, given, note, settings

from tests.scope.answers import expected
from tests.scope.estates import World
from tests.scope.properties import PHASES, ROLLS_OF_A_QUESTION, Change, Question, changes, question_of
from tests.scope.standing import Answer, Standing, standing_gateway
from tests.scope.test_together import WHO, crowds
from tests.scope.viewers import Who

EVERYBODY: Final = Who("NATIONAL", ("PECS_PMU",))
_FEWER: Final = settings().max_examples // 5


@pytest.fixture(scope="module")
def keeping() -> Iterator[Standing]:
    with standing_gateway(coalesce_ms=1000, cache_people_seconds=30, cache_alerts_seconds=30) as running:
        yield running


def have_all_kept(standing: Standing, *worlds: World) -> None:
    """Have somebody who may see everyone look at them all, so that whatever NOMIS tells of them is kept."""
    numbers = sorted({person.prison_number for world in worlds for person in world.people})
    asked = " ".join(
        f'p{place}: person(prisonNumber: "{number}") {{ alerts(active: null) {{ type {{ code }} }} }}'
        for place, number in enumerate(numbers)
    )
    if asked:
        standing.ask(f"{{ {asked} }}", standing.newcomer(EVERYBODY))


@settings(phases=PHASES, max_examples=_FEWER)
@given(crowd=crowds)
def test_a_crowd_is_shown_what_the_rules_allow_each(keeping: Standing, crowd: tuple[Question, list[Who]]) -> None:
    """All at once, and once more when everything is kept that anybody of them was told."""
    question, others = crowd
    note(f"{question.told()}\n\nbeside {others}")
    everybody = [keeping.newcomer(who) for who in (question.who, *others)]
    keeping.load(question.world, *everybody)
    for _ in range(2):
        for who, answer in zip(everybody, keeping.ask_together(question.query, everybody), strict=True):
            assert orjson.loads(answer) == {"data": expected(question.world, who, question.query)}


@settings(phases=PHASES, max_examples=_FEWER)
@given(change=changes)
def test_hidden_things_change_nothing_though_others_look_at_them(keeping: Standing, change: Change) -> None:
    """Neither an answer nor its calls tell whether a hidden person is kept, because somebody else looked at them."""
    assume(change.other != change.question.world)
    note(change.told())
    question = change.question
    who, seer = keeping.newcomer(question.who), keeping.newcomer(EVERYBODY)

    def answer(world: World) -> Answer:
        keeping.load(world, who, seer)
        have_all_kept(keeping, world)
        keeping.ask(WHO, who)  # from then on the gateway remembers who they are
        return keeping.ask_counting(question.query, who)

    one, other = answer(question.world), answer(change.other)
    assert one.body == other.body
    assert one.calls == other.calls


def test_something_is_kept(keeping: Standing) -> None:
    """Nothing above would be shown if all were asked for anew."""
    world = question_of(bytes(ROLLS_OF_A_QUESTION)).world
    seer = keeping.newcomer(EVERYBODY)
    keeping.load(world, seer)
    have_all_kept(keeping, world)
    number = world.people[0].prison_number
    answer = keeping.ask_counting(f'{{ person(prisonNumber: "{number}") {{ prisonNumber }} }}', seer)
    assert orjson.loads(answer.body)["data"]["person"] == {"prisonNumber": number}
    assert not [route for route in answer.calls if "prisoner-search" in route]
