"""Where a journey may go: from one place in use to another, and not the same way twice in one move."""

from collections.abc import Iterable

from gateway.domain.ids import AgencyId
from gateway.domain.journeys import OPEN_JOURNEYS, ReportedJourney
from gateway.domain.locations import Location
from gateway.domain.problems import Problem, ProblemCode, problem


def leg_problems(start: Location | None, end: Location | None) -> list[Problem]:
    """Check both ends of a journey; None is a place that does not exist."""
    found: list[Problem] = []
    for one, name in ((start, "fromLocationId"), (end, "toLocationId")):
        if one is None:
            found.append(problem(ProblemCode.NOT_FOUND, "There is no such place.", name))
        elif not one.active:
            found.append(problem(ProblemCode.INVALID, f"{one.title} is no longer in use.", name))
    if start is not None and end is not None and start.agency_id == end.agency_id:
        found.append(
            problem(ProblemCode.INVALID, "A journey ends somewhere else than where it starts.", "toLocationId")
        )
    return found


def repeated_leg(others: Iterable[ReportedJourney], start: AgencyId, end: AgencyId) -> list[Problem]:
    """Check that no other journey of the move goes the same way; what was turned down or broken off does not count."""
    for other in others:
        if other.state in OPEN_JOURNEYS and (other.from_agency, other.to_agency) == (start, end):
            return [problem(ProblemCode.DUPLICATE, "The move has a journey between these places.", "toLocationId")]
    return []
