"""Whether a person may leave: not without a complete record, unless they have left already.

Somebody has to be fit to travel, and their record complete, before the escort sets out: so the start of a move is
refused until it is. But an event is a fact. One that is told late (after an outage, when the record was on paper), of a
move that was arranged with the supplier directly, or of one whose arrival is known, is taken as it is, and the log says
that the record was not complete.
"""

import datetime as dt
from typing import Final

from gateway.domain.locations import Location
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.problems import Problem, ProblemCode, problem
from gateway.policies.escort_records.who import needs_youth_risk_assessment

LATE: Final = dt.timedelta(hours=1)
"""A start that is told so long after it occurred is a report of what is past, not a question whether to set out."""


def has_left_anyway(move: Move, after: Move, occurred_at: dt.datetime, now: dt.datetime) -> bool:
    """Say whether a start is past changing. `after` is the move once it counts."""
    return after.status is MoveStatus.COMPLETED or move.recorded_retrospectively or now - occurred_at > LATE


def incomplete_problem(start: Location, *, escort_record: bool, assessment: bool, field: tuple[str, ...]) -> Problem:
    """Say what is not complete, and who completes it: `escort_record` and `assessment` tell which of the two is not."""
    names = [
        *(["escort record"] if escort_record else []),
        *(["youth risk assessment"] if assessment and needs_youth_risk_assessment(start) else []),
    ]
    what = " and its ".join(names)
    words = (
        f"The move cannot start: its {what} {'is' if len(names) == 1 else 'are'} not complete. Custody staff of "
        f"{start.title} complete and confirm {'it' if len(names) == 1 else 'them'}"
    )
    health = "; healthcare staff there answer the health section." if escort_record else "."
    return problem(ProblemCode.INCOMPLETE, words + health, *field)
