"""The properties themselves: run at length by their own tests, and briefly against gateways with a check removed."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.scope.answers import expected
from tests.scope.dice import Dice
from tests.scope.estates import World, draw_world
from tests.scope.queries import draw_query
from tests.scope.standing import Standing
from tests.scope.viewers import Who, draw_viewer


@dataclass(frozen=True)
class Question:
    """Somebody's query about a world."""

    world: World
    who: Who
    query: str


@st.composite
def questions(draw: st.DrawFn) -> Question:
    dice = Dice(draw)
    who = draw_viewer(dice)
    world = draw_world(dice)
    return Question(world, who, draw_query(dice, world))


def check_answer_is_the_naive_one(standing: Standing, question: Question) -> None:
    """Hold the gateway's answer against what the plain rules say: nothing more, nothing less, in the same order."""
    who = standing.newcomer(question.who)
    standing.load(question.world, who)
    answer = standing.ask(question.query, who).json
    assert answer == {"data": expected(question.world, who, question.query)}
