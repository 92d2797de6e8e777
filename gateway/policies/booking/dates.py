"""When a move may be: its day or its window, when the person is due, and when they were recalled.

A day that has passed is allowed: moves are entered after the fact, after an outage or at the last minute.
"""

import datetime as dt
from typing import Final

from gateway.domain.moves import MoveType
from gateway.domain.problems import Problem, ProblemCode, problem
from gateway.domain.times import business_day

FURTHEST: Final = dt.timedelta(days=366)
"""How far ahead a move may be."""


def date_problems(
    *,
    proposed: bool,
    date: dt.date | None,
    date_from: dt.date | None,
    date_to: dt.date | None,
    time_due: dt.datetime | None,
) -> list[Problem]:
    """Check the days of a move; a proposal has a window (its first day, and perhaps its last), any other its day."""
    found: list[Problem] = []
    if proposed and date_from is None:
        found.append(problem(ProblemCode.REQUIRED, "A proposed move needs the first day that would suit.", "dateFrom"))
    if not proposed and date is None:
        found.append(problem(ProblemCode.REQUIRED, "A move needs its day.", "date"))
    if date_from is not None and date_to is not None and date_to < date_from:
        found.append(problem(ProblemCode.INVALID, "The last day must not be before the first.", "dateTo"))
    first = date or date_from
    if time_due is not None and first is not None and business_day(time_due) < first:
        found.append(problem(ProblemCode.INVALID, "The person cannot be due before the day of the move.", "timeDue"))
    return found


def horizon_problems(*, date: dt.date | None, date_from: dt.date | None, today: dt.date) -> list[Problem]:
    """Check that a move is not further ahead than anybody plans.

    An open move gives its sender sight of the person until it is over: one in ten years would do so for ten years,
    wherever the person is held by then.
    """
    return [
        problem(ProblemCode.INVALID, "A move is booked a year ahead at most.", name)
        for name, day in (("date", date), ("dateFrom", date_from))
        if day is not None and day - today > FURTHEST
    ]


def recall_date_problems(move_type: MoveType, recall_date: dt.date | None, day: dt.date | None) -> list[Problem]:
    """Check when the person was recalled: for a recall only, and not after the move."""
    if recall_date is None:
        return []
    if move_type is not MoveType.PRISON_RECALL:
        return [problem(ProblemCode.INVALID, "Only a prison recall has a date of recall.", "recallDate")]
    if day is not None and recall_date > day:
        return [problem(ProblemCode.INVALID, "The recall cannot be after the move.", "recallDate")]
    return []


def retrospective_problems(arranged_at: dt.datetime | None, *, proposed: bool, now: dt.datetime) -> list[Problem]:
    """Check when a move was arranged with the supplier directly: in the past, and not one that PMU has to decide."""
    if arranged_at is None:
        return []
    if proposed:
        return [
            problem(
                ProblemCode.INVALID,
                "A transfer waits for the Population Management Unit: it is not arranged with the supplier directly.",
                "arrangedDirectlyAt",
            )
        ]
    if arranged_at > now:
        return [problem(ProblemCode.INVALID, "That time is still to come.", "arrangedDirectlyAt")]
    return []
