"""Makes the escort checks that NOMIS could not answer when moves were booked, once it answers again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import structlog

from gateway.domain.changes import Author
from gateway.domain.ids import MoveId
from gateway.domain.moves import EscortCheckStatus, Move, MoveStatus, RejectionReason
from gateway.domain.problems import RuleBroken
from gateway.domain.times import business_day
from gateway.policies.booking.amending import Places
from gateway.policies.booking.reviewing import approval_problems
from gateway.policies.booking.transfers import needs_decision
from gateway.policies.scope import scope_of_the_gateway
from gateway.services import escort_checks
from gateway.services.changes import ChangeInHand, Told, change
from gateway.services.escort_checks import EscortCheck
from gateway.services.platform import Platform
from gateway.services.recurring import Recurring
from gateway.services.reviews import approve, reject
from gateway.store import escort_check_queue, move_changes, moves

_log = structlog.get_logger(__name__)

EVERY: Final = timedelta(seconds=30)
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(minutes=15)
BATCH: Final = 200
LEASE: Final = timedelta(minutes=2)
"""How long a batch is one node's: longer than any answer of NOMIS takes. A node that died gives it up by this."""

ITSELF: Final = Author("secure-move-gateway", None, None, None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What NOMIS said about the person of a move, as the move was when it was asked; None where nobody is named."""

    asked: Move | None
    check: EscortCheck | None
    places: Places


class EscortCheckJob(Recurring):
    """Works through the queue in the store, which outlives restarts. Several nodes take different parts of it.

    What passes and needs no decision is authorised; what is not carried is turned down; a category that nobody knows
    waits for the Population Management Unit. The booker finds the outcome in the move's events.
    """

    def __init__(self, platform: Platform) -> None:
        async def work() -> None:
            while await self.once():
                pass

        super().__init__("escort checks", work, every=EVERY)
        self._platform = platform

    async def once(self) -> int:
        """Make a batch of the checks that are due; return how many were settled."""
        at = self._platform.clock()
        # Nearly always there is nothing to do, and then nothing is written or locked.
        async with self._platform.database.read() as connection:
            if not await escort_check_queue.is_due(connection, at=at):
                return 0
        async with self._platform.database.transaction() as connection:
            taken = await escort_check_queue.lease(connection, at=at, until=at + LEASE, limit=BATCH)
        if not taken:
            return 0
        async with self._platform.database.read() as connection:
            waiting = await moves.by_ids(connection, taken, within=scope_of_the_gateway())
        places = (await self._platform.reference_book.current()).locations
        checks = await self._checks(waiting, places)
        unanswered = [one for one in taken if _unanswered(checks.get(one))]
        settled = 0
        for move_id in taken:
            answer = Answer(waiting.get(move_id), checks.get(move_id), places)
            if move_id not in unanswered and await self._settled(move_id, answer):
                settled += 1
            else:
                await self._postpone(move_id, attempts=taken[move_id])
        return settled

    async def _checks(self, waiting: Mapping[MoveId, Move], places: Places) -> dict[MoveId, EscortCheck]:
        keys = {
            move.id: (move.prison_number, places[move.from_agency])
            for move in waiting.values()
            if move.prison_number is not None
        }
        found = await escort_checks.check(self._platform, list(dict.fromkeys(keys.values())))
        return {move_id: found[key] for move_id, key in keys.items()}

    async def _settled(self, move_id: MoveId, answer: Answer) -> bool:
        """Apply an outcome; False where it could not be, which must not keep the others waiting."""
        try:
            async with change(self._platform, ITSELF) as hand:
                return await _settle(hand, move_id, answer)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one move, the next is another
            _log.error("an escort check was not settled", move=str(move_id), error=type(error).__name__)
            return False

    async def _postpone(self, move_id: MoveId, *, attempts: int) -> None:
        pause = min(FIRST_PAUSE * 2 ** min(attempts, 10), LONGEST_PAUSE)
        async with self._platform.database.transaction() as connection:
            await escort_check_queue.postpone(connection, [move_id], due_at=self._platform.clock() + pause)


def _unanswered(check: EscortCheck | None) -> bool:
    return check is not None and check.status is EscortCheckStatus.UNCHECKED


async def _settle(hand: ChangeInHand, move_id: MoveId, answer: Answer) -> bool:
    """Apply the outcome to the move as it is now: someone may have changed, decided or cancelled it meanwhile.

    False where it is for somebody else by now: that one is checked in another round.
    """
    move = await move_changes.lock(hand.conn, move_id, within=scope_of_the_gateway())
    asked, check = answer.asked, answer.check
    if move is not None and asked is not None and move.prison_number != asked.prison_number is not None:
        return False
    if not await escort_check_queue.take(hand.conn, move_id):
        return True  # somebody decided meanwhile
    if move is None or check is None or move.escort_check is not EscortCheckStatus.UNCHECKED:
        return True
    if move.status is MoveStatus.CANCELLED:
        return True
    if check.status is EscortCheckStatus.PASSED:
        await _passed(hand, move, check, answer.places)
    elif check.status is EscortCheckStatus.HELD:
        told = Told("MoveEscortCheckHeld", notes="The person's category is not a known one: a person has to decide.")
        await hand.keep_move(move, replace(move, escort_check=EscortCheckStatus.HELD), [told])
    else:
        await _refused(hand, move, check)
    return True


async def _passed(hand: ChangeInHand, move: Move, check: EscortCheck, places: Places) -> None:
    risks = {"escape_list": ", ".join(check.escape_list)} if check.escape_list else {}
    told = Told("MoveEscortCheckPassed", details=risks)
    passed = await hand.keep_move(move, replace(move, escort_check=EscortCheckStatus.PASSED), [told])
    if passed.status is not MoveStatus.PROPOSED or needs_decision(passed.type) or passed.date is None:
        return
    try:
        await _authorise(hand, passed, passed.date, check, places)
    except RuleBroken as broken:
        # The person has that move by now, or the court is closed, say: it stays a proposal, for a person to look at.
        words = " ".join(one.message for one in broken.problems)
        await hand.tell(passed, [Told("MoveEscortCheckHeld", notes=f"Not authorised by itself: {words}")])


async def _authorise(hand: ChangeInHand, move: Move, day: date, check: EscortCheck, places: Places) -> None:
    problems = approval_problems(move, day, places, today=business_day(hand.at))
    if problems:
        raise RuleBroken(*problems)
    await approve(hand, move, day, check)


async def _refused(hand: ChangeInHand, move: Move, check: EscortCheck) -> None:
    nobody = check.status is None
    why = ", ".join(check.reasons) or "nobody_with_this_number"
    told = Told("MoveEscortCheckRefused", details={"reasons": why})
    # A number that is nobody's, or of somebody whom the place may not move, never opens a file.
    mark = EscortCheckStatus.NOBODY if nobody else EscortCheckStatus.REFUSED
    after = await hand.keep_move(move, replace(move, escort_check=mark), [told])
    if move.status is MoveStatus.PROPOSED:
        comment = (
            "Nobody with this prison number can be moved from there."
            if nobody
            else f"The escort contract does not cover this person: {why}."
        )
        await reject(hand, after, RejectionReason.MORE_INFO_REQUIRED, comment)
    # What was arranged with the supplier directly may be on the road: people have to act on this, not we.
