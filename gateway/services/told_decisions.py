"""What comes of the decisions on a request that are told as events: approved for a day, or turned down."""

import datetime as dt
from dataclasses import replace
from typing import Final
from uuid import uuid4

from gateway.domain.ids import MoveId
from gateway.domain.moves import EscortCheckStatus, Move, MoveStatus
from gateway.domain.problems import ProblemCode
from gateway.services.assigned_suppliers import kept_supplier
from gateway.services.changes import ChangeInHand, Told
from gateway.services.duplicates import refuse_duplicates
from gateway.services.escort_checks import EscortCheck
from gateway.services.move_progress import advanced
from gateway.services.telling import Telling
from gateway.services.told_of_moves import keep_progress
from gateway.store import escort_check_queue, move_changes

SECOND_TRY_AFTER: Final = dt.timedelta(days=7)


async def approval_told(hand: ChangeInHand, move: Move, telling: Telling, check: EscortCheck) -> Told:
    """Authorise a locked proposal for a day; `check` is of its person, as NOMIS has them now.

    Raises:
        RuleBroken: it is not proposed, the day is outside its window, or the person has that move already.

    """
    day = dt.date.fromisoformat(telling.value("date") or "")
    if move.status is MoveStatus.PROPOSED and (
        (move.date_from is not None and day < move.date_from) or (move.date_to is not None and day > move.date_to)
    ):
        words = "The day is outside the window that was asked for."
        raise telling.broken(ProblemCode.INVALID, words, "details", "date")
    after = await advanced(hand, move, telling.told, *telling.field, "type")
    if move.status is MoveStatus.PROPOSED and after.status is not MoveStatus.PROPOSED:
        field = (*telling.field, "details", "date")
        await refuse_duplicates(hand, move.prison_number, move.from_agency, move.to_agency, day, move.id, *field)
        after = replace(after, supplier=await kept_supplier(hand, after, day))
        if check.status is not EscortCheckStatus.NOT_NEEDED:
            after = replace(after, escort_check=EscortCheckStatus.PASSED)
        await escort_check_queue.take(hand.conn, move.id)
    await keep_progress(hand, move, after, telling.told)
    return telling.told


async def rejection_told(hand: ChangeInHand, move: Move, telling: Telling) -> Told:
    """Turn a locked request down; with `rebook`, propose it once more for a week later, unless that was done already.

    Raises:
        RuleBroken: it is past that.

    """
    after = await advanced(hand, move, telling.told, *telling.field, "type")
    if after.status is MoveStatus.CANCELLED:
        await escort_check_queue.take(hand.conn, move.id)
    kept = await keep_progress(hand, move, after, telling.told)
    if telling.value("rebook") == "true" and kept.status is MoveStatus.CANCELLED:
        await _second_try(hand, kept)
    return telling.told


async def _second_try(hand: ChangeInHand, rejected: Move) -> None:
    if await move_changes.has_second_try(hand.conn, locked=rejected):
        return
    first_day = rejected.date_from or rejected.date
    again = replace(
        rejected,
        id=MoveId(uuid4()),
        reference=await hand.fresh_reference(),
        status=MoveStatus.PROPOSED,
        date=_later(rejected.date),
        date_from=_later(first_day),
        date_to=_later(rejected.date_to),
        time_due=None if rejected.time_due is None else rejected.time_due + SECOND_TRY_AFTER,
        cancellation=None,
        recorded_retrospectively=False,
        authorised_at=None,
        created_at=hand.at,
        updated_at=hand.at,
        version=1,
        original_move_id=rejected.id,
    )
    await hand.add_move(again, [Told("MoveProposed", details={"original_move_reference": rejected.reference})])
    if again.escort_check is EscortCheckStatus.UNCHECKED:
        await escort_check_queue.add(hand.conn, again.id, due_at=hand.at)


def _later(day: dt.date | None) -> dt.date | None:
    return None if day is None else day + SECOND_TRY_AFTER
