"""What may be decided about a proposed move, apart from its person: its day and its places."""

import datetime as dt
from dataclasses import replace

from gateway.domain.moves import Move, MoveStatus
from gateway.domain.problems import Problem, ProblemCode, problem
from gateway.policies.booking.amending import Places
from gateway.policies.booking.dates import date_problems, horizon_problems, recall_date_problems
from gateway.policies.booking.places import place_problems
from gateway.policies.booking.transfers import needs_decision


def approval_problems(move: Move, day: dt.date, places: Places, *, today: dt.date) -> list[Problem]:
    """Check the day that a proposed move is authorised for, and that both its places are still in use.

    A transfer is approved for a day within its window. Any other move that waits for a decision is for a certain day,
    which approving does not change. What is not proposed any more has a refusal of its own.
    """
    if move.status is not MoveStatus.PROPOSED:
        return []
    found: list[Problem] = []
    if not needs_decision(move.type) and move.date is not None and day != move.date:
        found.append(problem(ProblemCode.INVALID, f"This move is for {move.date.isoformat()}.", "date"))
    elif (move.date_from and day < move.date_from) or (move.date_to and day > move.date_to):
        found.append(problem(ProblemCode.INVALID, "The day is outside the window that was asked for.", "date"))
    found += date_problems(
        proposed=False, date=day, date_from=move.date_from, date_to=move.date_to, time_due=move.time_due
    )
    found += horizon_problems(date=day, date_from=None, today=today)
    found += recall_date_problems(move.type, move.recall_date, day)
    end = None if move.to_agency is None else places.get(move.to_agency)
    at_the_move = place_problems(move.type, places[move.from_agency], end)
    # None of this is in the input beside the day: it is the move that is not to be approved.
    return [one if one.field == ("input", "date") else replace(one, field=("input", "id")) for one in found] + [
        replace(one, field=("input", "id")) for one in at_the_move
    ]


def rejection_problems(move: Move) -> list[Problem]:
    """Check that a move is a request which is there to be decided: a proposal, or a transfer that was authorised.

    Places in an allocation and moves that others have settled between them are cancelled, by those who may.
    """
    decided = move.allocation_id is not None or not needs_decision(move.type)
    if move.status is MoveStatus.REQUESTED and decided:
        words = "This move is not for the Population Management Unit to turn down any more: it is requested."
        return [problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, "id")]
    return []
