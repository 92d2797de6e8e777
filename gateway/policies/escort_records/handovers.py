"""The handing over of the person: who to whom, and when."""

import datetime as dt

from gateway.domain.escort_records import Handover
from gateway.domain.problems import Problem, ProblemCode, problem

LONGEST_NAME = 200
CLOCK_SKEW = dt.timedelta(minutes=5)
"""By how much a client's clock may be ahead of ours."""


def handover_problems(handover: Handover, *, booked_at: dt.datetime, now: dt.datetime) -> list[Problem]:
    """Check a handover: it has taken place, of a move that was booked, and both officers are named."""
    found = [
        problem(ProblemCode.REQUIRED, "Name the officer.", "handover", field)
        for name, field in (
            (handover.dispatching_officer, "dispatchingOfficer"),
            (handover.receiving_officer, "receivingOfficer"),
        )
        if not name
    ]
    if handover.occurred_at > now + CLOCK_SKEW:
        found.append(problem(ProblemCode.INVALID, "That time is still to come.", "handover", "occurredAt"))
    elif handover.occurred_at.date() < booked_at.date():
        words = "The move was not booked yet on that day."
        found.append(problem(ProblemCode.INVALID, words, "handover", "occurredAt"))
    return found
