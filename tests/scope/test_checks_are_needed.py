"""Each check is needed, and each is watched: without it one of the properties fails within a few hundred examples."""

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any, Final

import orjson
import pytest

from gateway.store import (
    allocations,
    carriage,
    escort_records,
    events,
    history,
    lodgings,
    move_counts,
    move_pages,
    moves,
)
from gateway.store.statements import forget
from tests.scope.answers import expected
from tests.scope.properties import (
    ROLLS_OF_A_CHANGE,
    ROLLS_OF_A_QUESTION,
    Change,
    Question,
    change_of,
    check_what_is_hidden_changes_nothing,
    question_of,
)
from tests.scope.removed_checks import BETRAYED_BY_CALLS, REMOVED, SECOND_FENCES, scoped_reads
from tests.scope.standing import Standing

_MOST: Final = 400

_QUESTIONS: Final = (8, 0, 6, 1, 31, 5, 2, 4, 36, 37, 34, 22, 23, 28, 48, 146, *range(_MOST))
"""Tried in this order: some are known to tell much, and stand first. Nothing depends on that but the time it takes."""

_CHANGES: Final = (3, 6, *range(_MOST))
"""Likewise."""

_BETRAYED: Final = (
    "every move is visible",
    "everybody may see everyone",
    "hidden moves give sight",
    "every allocation is visible",
    "a refusal tells who exists",
    "unscoped: moves.by_ids",
    "unscoped: move_pages.count",
    "unscoped: move_counts.counts_by_day",
    "unscoped: events.by_ids",
)
"""What a change of hidden things betrays soon; the rest takes longer than it is worth."""


@cache
def _question(seed: int) -> Question:
    # Chance for the sake of variety, the same each time.
    return question_of(Random(seed).randbytes(ROLLS_OF_A_QUESTION))  # noqa: S311


@cache
def _change(seed: int) -> Change:
    return change_of(Random(seed).randbytes(ROLLS_OF_A_CHANGE))  # noqa: S311 - as above


def _answers_otherwise(standing: Standing, seed: int) -> bool:
    """Tell whether an answer is another one than it should be; one that breaks down is no leak and counts for nothing.

    Raises:
        AssertionError: it broke down.

    """
    question = _question(seed)
    who = standing.newcomer(question.who)
    standing.load(question.world, who)
    answer = standing.ask(question.query, who)
    assert b"INTERNAL_SERVER_ERROR" not in answer
    found: dict[str, Any] = orjson.loads(answer)
    return found != {"data": expected(question.world, who, question.query)}


def _is_betrayed(standing: Standing, seed: int) -> bool:
    change = _change(seed)
    if change.other == change.question.world:
        return False
    try:
        check_what_is_hidden_changes_nothing(standing, change)
    except AssertionError:
        return True
    return False


@pytest.fixture(autouse=True)
def _statements_anew() -> Iterator[None]:
    """Have no test read by statements that another one made with a check taken out, or before it was."""
    forget()
    yield
    forget()


@pytest.mark.parametrize("check", REMOVED)
def test_without_it_some_answer_is_wrong(standing: Standing, check: str) -> None:
    with REMOVED[check]():
        assert any(_answers_otherwise(standing, seed) for seed in _QUESTIONS)


@pytest.mark.parametrize("check", [*_BETRAYED, *BETRAYED_BY_CALLS])
def test_without_it_hidden_things_show(standing: Standing, check: str) -> None:
    with {**REMOVED, **BETRAYED_BY_CALLS}[check]():
        assert any(_is_betrayed(standing, seed) for seed in _CHANGES)


def test_with_all_checks_in_place_the_same_examples_pass(standing: Standing) -> None:
    assert not any(_answers_otherwise(standing, seed) for seed in range(40))
    assert not any(_is_betrayed(standing, seed) for seed in range(10))


def test_every_scoped_read_is_taken_out_once_or_said_to_be_a_second_fence() -> None:
    reads = scoped_reads(
        allocations, carriage, escort_records, events, history, lodgings, move_counts, move_pages, moves
    )
    removed = {check.removeprefix("unscoped: ") for check in REMOVED if check.startswith("unscoped: ")}
    assert removed | SECOND_FENCES == reads
