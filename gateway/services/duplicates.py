"""Duplicates: a person has one move between two places on a day."""

import datetime as dt
from dataclasses import replace

from gateway.domain.changes import ChangedThing
from gateway.domain.ids import AgencyId, MoveId, PrisonNumber
from gateway.domain.problems import Existing, ProblemCode, RuleBroken, problem
from gateway.services.changes import ChangeInHand
from gateway.store import locks, move_changes


async def refuse_duplicates(
    hand: ChangeInHand,
    prison_number: PrisonNumber | None,
    start: AgencyId,
    end: AgencyId | None,
    day: dt.date | None,
    apart_from: MoveId | None,
    *field: str,
) -> None:
    """See to it that a person has one move between two places on a day, whoever else books at this moment.

    Raises:
        RuleBroken: there is one already; its reference is told.

    """
    if prison_number is None or day is None:
        return
    at = field or ("date",)
    await locks.take(hand.conn, "person", prison_number)
    other = await move_changes.duplicate_of(
        hand.conn, prison_number=prison_number, from_agency=start, to_agency=end, day=day, apart_from=apart_from
    )
    if other is None:
        return
    if hand.author.supplier not in {None, other.supplier}:
        # Out of a court that two contractors serve: one is not told of the other's moves.
        raise RuleBroken(problem(ProblemCode.DUPLICATE, "This person has that move on that day already.", *at))
    words = f"This person has that move on that day already: {other.reference}."
    raise RuleBroken(
        replace(problem(ProblemCode.DUPLICATE, words, *at), existing=Existing(ChangedThing.MOVE, other.id))
    )
