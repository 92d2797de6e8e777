"""What an allocation may ask for: how many people, of which part of the estate, and with which needs."""

from collections.abc import Sequence
from typing import Final

from gateway.domain.allocations import ComplexCase
from gateway.domain.problems import Problem, ProblemCode, problem

MOST_PLACES: Final = 100
"""A coach or two; a larger number is a slip of the finger."""

_TRAINING: Final = ("b", "c", "d")
_OPEN_OR_CLOSED: Final = ("open", "closed")

ESTATES: Final = {
    "adult_male": _TRAINING,
    "adult_female": _OPEN_OR_CLOSED,
    "young_offender_male": _OPEN_OR_CLOSED,
    "young_offender_female": _OPEN_OR_CLOSED,
    "juvenile_male": (),
    "juvenile_female": (),
    "other_estate": (),
}
"""The parts of the estate, each with the categories that may be asked for there."""

CATEGORIES: Final = (*_TRAINING, *_OPEN_OR_CLOSED)

SENTENCE_LENGTHS: Final = ("short", "long", "other")
"""Sixteen months or less, more than that, or something that `other_criteria` says."""

COMPLEX_CASES: Final = ("hold_separately", "self_harm", "mental_health_issue", "under_drug_treatment")
"""Needs that the receiving establishment may or may not be able to meet."""


def size_problems(moves_count: int) -> list[Problem]:
    """Check how many people are wanted."""
    if 1 <= moves_count <= MOST_PLACES:
        return []
    return [problem(ProblemCode.INVALID, f"An allocation is for 1 to {MOST_PLACES} people.", "movesCount")]


def criteria_problems(estate: str | None, category: str | None, sentence_length: str | None) -> list[Problem]:
    """Check the part of the estate, the category within it and the length of sentence."""
    found: list[Problem] = []
    if estate is not None and estate not in ESTATES:
        found.append(_one_of(ESTATES, "estate"))
    if sentence_length is not None and sentence_length not in SENTENCE_LENGTHS:
        found.append(_one_of(SENTENCE_LENGTHS, "sentenceLength"))
    if category is None:
        return found
    if category not in CATEGORIES:
        found.append(_one_of(CATEGORIES, "prisonerCategory"))
    elif estate is not None and estate in ESTATES and category not in ESTATES[estate]:
        those = ", ".join(ESTATES[estate]) or "none"
        words = f"Category {category} is not one of {estate.replace('_', ' ')} ({those})."
        found.append(problem(ProblemCode.INVALID, words, "prisonerCategory"))
    return found


def complex_case_problems(cases: Sequence[ComplexCase]) -> list[Problem]:
    """Check that each need is a known one and is answered once; the field is its place in the list."""
    found: list[Problem] = []
    seen: set[str] = set()
    for position, case in enumerate(cases):
        where = ("complexCases", str(position), "key")
        if case.key not in COMPLEX_CASES:
            found.append(_one_of(COMPLEX_CASES, *where))
        elif case.key in seen:
            found.append(problem(ProblemCode.INVALID, f"{case.key} is answered twice.", *where))
        seen.add(case.key)
    return found


def _one_of(names: Sequence[str] | dict[str, tuple[str, ...]], *field: str) -> Problem:
    return problem(ProblemCode.INVALID, f"Must be one of {', '.join(names)}.", *field)
