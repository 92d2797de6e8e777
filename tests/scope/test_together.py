"""Where queries are answered together, everybody gets what they would get alone."""

from collections.abc import Iterator
from typing import Final

import orjson
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.scope.answers import expected
from tests.scope.dice import Dice
from tests.scope.properties import PHASES, ROLLS_OF_A_QUESTION, Question, question_of
from tests.scope.standing import Standing, standing_gateway
from tests.scope.viewers import Who, draw_viewer

OTHERS: Final = 3
WHO: Final = "{ viewer { username } }"
_ROLLS: Final = ROLLS_OF_A_QUESTION + OTHERS * 16


@pytest.fixture(scope="module")
def together() -> Iterator[Standing]:
    with standing_gateway(share_queries_ms=1000) as running:
        yield running


def crowd_of(rolls: bytes) -> tuple[Question, list[Who]]:
    question = question_of(rolls[:ROLLS_OF_A_QUESTION])
    dice = Dice(rolls[ROLLS_OF_A_QUESTION:])
    return question, [draw_viewer(dice.apart(16)) for _ in range(OTHERS)]


crowds: Final = st.binary(min_size=_ROLLS, max_size=_ROLLS).map(crowd_of)


@settings(phases=PHASES, max_examples=settings().max_examples // 3)
@given(crowd=crowds)
def test_everybody_in_a_crowd_gets_what_the_rules_allow_them(
    together: Standing, crowd: tuple[Question, list[Who]]
) -> None:
    """Each has a colleague with the same caseloads, with whom they share."""
    question, others = crowd
    note(f"{question.told()}\n\nbeside {others}")
    everybody = [together.newcomer(who) for who in (question.who, *others) for _ in range(2)]
    together.load(question.world, *everybody)
    together.ask_together(WHO, everybody)  # from then on the gateway remembers who they are: nobody comes late
    answers = together.ask_together(question.query, everybody)
    for who, answer in zip(everybody, answers, strict=True):
        assert orjson.loads(answer) == {"data": expected(question.world, who, question.query)}


def test_a_crowd_is_answered_together(together: Standing) -> None:
    """Nothing above would be shown if nobody shared anything."""
    sharing = together.gateway.app.state.sharing
    before = sharing.shared
    everybody = [together.newcomer(Who("LEEDS", ("PECS_PRISON",), caseloads=("LEI",))) for _ in range(4)]
    world = question_of(bytes(ROLLS_OF_A_QUESTION)).world
    together.load(world, *everybody)
    together.ask_together(WHO, everybody)
    answers = together.ask_together("{ moves { nodes { id person { prisonNumber } } } }", everybody)
    assert len(set(answers)) == 1
    assert sharing.shared - before >= 2
