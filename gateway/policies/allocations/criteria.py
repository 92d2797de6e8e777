"""What an allocation may ask for: how many people, on which day, and of which kind."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from gateway.domain.allocations import ComplexCase
from gateway.domain.problems import Problem, ProblemCode, problem

MOST_PLACES: Final = 200
"""More than a day's vehicles could carry."""

CATEGORIES_BY_ESTATE: Final = {
    "adult_male": ("b", "c", "d"),
    "adult_female": ("open", "closed"),
    "young_offender_male": ("open", "closed"),
    "young_offender_female": ("open", "closed"),
    "juvenile_male": (),
    "juvenile_female": (),
    "other_estate": ("b", "c", "d", "open", "closed"),
}
"""The estates, and the security categories that each knows."""

SENTENCE_LENGTHS: Final = ("short", "long", "other")
"""16 months or less, more than that, or something else."""

COMPLEX_CASES: Final = ("hold_separately", "self_harm", "mental_health_issue", "under_drug_treatment")


def size_problems(moves_count: int, day: dt.date, *, today: dt.date) -> list[Problem]:
    """Check how many people are wanted, and that the day has not passed."""
    found: list[Problem] = []
    if not 1 <= moves_count <= MOST_PLACES:
        found.append(problem(ProblemCode.INVALID, f"Between 1 and {MOST_PLACES} people.", "movesCount"))
    if day < today:
        found.append(problem(ProblemCode.INVALID, "That day has passed.", "date"))
    return found


def criteria_problems(
    estate: str | None, category: str | None, sentence_length: str | None, complex_cases: Sequence[ComplexCase]
) -> list[Problem]:
    """Check the kind of people that are asked for. Each part may be left out; a category goes with its estate."""
    found: list[Problem] = []
    if estate is not None and estate not in CATEGORIES_BY_ESTATE:
        found.append(_one_of(tuple(CATEGORIES_BY_ESTATE), "estate"))
    categories = CATEGORIES_BY_ESTATE.get(estate or "other_estate", CATEGORIES_BY_ESTATE["other_estate"])
    if category is not None and category not in categories:
        found.append(_one_of(categories, "prisonerCategory"))
    if sentence_length is not None and sentence_length not in SENTENCE_LENGTHS:
        found.append(_one_of(SENTENCE_LENGTHS, "sentenceLength"))
    keys = [case.key for case in complex_cases]
    for place, key in enumerate(keys):
        if key not in COMPLEX_CASES:
            found.append(_one_of(COMPLEX_CASES, "complexCases", str(place), "key"))
        elif key in keys[:place]:
            found.append(problem(ProblemCode.INVALID, f"{key} is there twice.", "complexCases", str(place), "key"))
    return found


def _one_of(values: Sequence[str], *field: str) -> Problem:
    words = f"Must be one of {', '.join(values)}." if values else "This estate has no categories."
    return problem(ProblemCode.INVALID, words, *field)
