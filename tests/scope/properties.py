"""The properties themselves: run at length by their own tests, and briefly against gateways with a check removed."""

from dataclasses import dataclass
from typing import Final

import orjson
from hypothesis import Phase, settings
from hypothesis import strategies as st

from tests.scope.answers import expected
from tests.scope.dice import Dice
from tests.scope.estates import World, draw_world
from tests.scope.hidden import draw_change
from tests.scope.queries import ask_for_everything, draw_query
from tests.scope.standing import Answer, Standing
from tests.scope.viewers import Who, draw_viewer

PHASES: Final = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
"""Without the explanation of failures, which traces every line that runs."""

EXAMPLES: Final = max(500, settings().max_examples)
"""More than for other properties: this is the law that the product stands on."""

ROLLS_OF_A_QUESTION: Final = 1360
ROLLS_OF_A_CHANGE: Final = 2160


@dataclass(frozen=True, repr=False)  # a failing example is told by `told`, at a readable length
class Question:
    """Somebody's query about a world."""

    world: World
    who: Who
    query: str

    def told(self) -> str:
        return f"{self.who} asks\n{self.query}\n\nof {self.world}"


def question_of(rolls: bytes) -> Question:
    dice = Dice(rolls)
    who = draw_viewer(dice.apart(16))
    query = dice.apart(400)
    world = draw_world(dice)
    return Question(world, who, _draw_query(query, world))


def _draw_query(dice: Dice, *worlds: World) -> str:
    return ask_for_everything(*worlds) if dice.one_in(3) else draw_query(dice, *worlds)


questions: Final = st.binary(min_size=ROLLS_OF_A_QUESTION, max_size=ROLLS_OF_A_QUESTION).map(question_of)


def check_answer_is_the_naive_one(standing: Standing, question: Question) -> None:
    """Hold the gateway's answer against what the plain rules say: nothing more, nothing less, in the same order."""
    who = standing.newcomer(question.who)
    standing.load(question.world, who)
    answer = orjson.loads(standing.ask(question.query, who))
    assert answer == {"data": expected(question.world, who, question.query)}


@dataclass(frozen=True, repr=False)  # a failing example is told by `told`, at a readable length
class Change:
    """A question, and another world that differs from its own only in what the viewer may not see."""

    question: Question
    other: World

    def told(self) -> str:
        return f"{self.question.told()}\n\nafterwards {self.other}"


def change_of(rolls: bytes) -> Change:
    dice = Dice(rolls)
    who = draw_viewer(dice.apart(16))
    query, edits = dice.apart(400), dice.apart(800)
    world = draw_world(dice)
    other = draw_change(edits, world, who)
    return Change(Question(world, who, _draw_query(query, world, other)), other)


changes: Final = st.binary(min_size=ROLLS_OF_A_CHANGE, max_size=ROLLS_OF_A_CHANGE).map(change_of)


def check_what_is_hidden_changes_nothing(standing: Standing, change: Change) -> None:
    """Ask the same of two worlds that differ in hidden things: the bytes and the calls upstream must be the same."""
    question = change.question
    who = standing.newcomer(question.who)

    def answer(world: World) -> Answer:
        standing.load(world, who)
        standing.ask("{ viewer { username } }", who)  # from then on the gateway remembers who they are
        return standing.ask_counting(question.query, who)

    one, other = answer(question.world), answer(change.other)
    assert one.body == other.body
    assert one.calls == other.calls
