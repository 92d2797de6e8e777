"""Whom a place in an allocation may be given to.

Its moves are with the supplier already, so there is no waiting: a person is assigned once NOMIS has said that the
sending establishment holds them and that the escort contract covers them, and not before.
"""

from collections.abc import Sequence

from gateway.domain.ids import AgencyId, PrisonNumber
from gateway.domain.locations import Location
from gateway.domain.problems import Problem, ProblemCode, problem
from gateway.policies.allocations.criteria import MOST_PLACES

PEOPLE = "prisonNumbers"


def list_problems(numbers: Sequence[PrisonNumber]) -> list[Problem]:
    """Check that somebody is named, not more than any allocation has places for, and nobody twice."""
    if not numbers:
        return [problem(ProblemCode.REQUIRED, "Say who goes.", PEOPLE)]
    if len(numbers) > MOST_PLACES:
        return [problem(ProblemCode.INVALID, f"No allocation has more than {MOST_PLACES} places.", PEOPLE)]
    return [
        problem(ProblemCode.DUPLICATE, "This person is named twice.", PEOPLE, str(position))
        for position, number in enumerate(numbers)
        if number in numbers[:position]
    ]


def elsewhere_problems(position: int, held_at: AgencyId | None, start: Location) -> list[Problem]:
    """Check that somebody whom the sending establishment may see is there now, not merely on the way to it."""
    if held_at == start.agency_id:
        return []
    words = f"NOMIS does not have this person at {start.title} now."
    return [problem(ProblemCode.INVALID, words, PEOPLE, str(position))]


def undecided(position: int) -> Problem:
    """Say that only a person can tell whether the contract covers somebody."""
    words = (
        "It is not known what this person's category means. The Population Management Unit has to decide: "
        "propose a single transfer instead."
    )
    return problem(ProblemCode.INCOMPLETE, words, PEOPLE, str(position))


def no_room(free: int) -> Problem:
    """Say how many places are left."""
    return problem(ProblemCode.CONFLICT, f"There are {free} free places. Nobody was assigned.", PEOPLE)
