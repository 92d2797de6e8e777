"""Makes the escort checks that NOMIS could not answer when moves were booked, once it answers again."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from gateway.domain.changes import Author
from gateway.domain.ids import AgencyId, MoveId
from gateway.domain.locations import Location
from gateway.domain.moves import EscortCheckStatus, Move, MoveStatus, RejectionReason
from gateway.domain.problems import RuleBroken
from gateway.policies.booking.transfers import needs_decision
from gateway.policies.scope import scope_of_the_gateway
from gateway.services import escort_checks
from gateway.services.changes import ChangeInHand, Told, change
from gateway.services.escort_checks import EscortCheck
from gateway.services.platform import Platform
from gateway.services.reviews import approve, reject
from gateway.store import escort_check_queue, idempotency, move_changes, moves

_log = structlog.get_logger(__name__)

EVERY: Final = timedelta(seconds=30)
LATER: Final = timedelta(minutes=1)
BATCH: Final = 200
KEYS_KEPT_FOR: Final = timedelta(days=30)
TIDY_EVERY: Final = timedelta(hours=1)

_ITSELF: Final = Author("secure-move-gateway", None, None, None)


class EscortCheckJob:
    """Works through the queue in the store, which outlives restarts. Several nodes may do so side by side.

    What passes and needs no decision is authorised; what is not carried is turned down; a category that nobody knows
    waits for the Population Management Unit. The booker finds the outcome in the move's events.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="escort checks")

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def once(self) -> int:
        """Make the checks that are due; return how many were settled."""
        at = self._platform.clock()
        async with self._platform.database.read() as connection:
            due = await escort_check_queue.due(connection, at=at, limit=BATCH)
            waiting = await moves.by_ids(connection, due, within=scope_of_the_gateway())
        if not due:
            return 0
        places = (await self._platform.reference_book.current()).locations
        checks = await self._checks(waiting, places)
        unanswered = [one for one in due if _unanswered(checks.get(one))]
        if unanswered:
            async with self._platform.database.transaction() as connection:
                await escort_check_queue.postpone(connection, unanswered, due_at=at + LATER)
        settled = [one for one in due if one not in set(unanswered)]
        for move_id in settled:
            async with change(self._platform, _ITSELF) as hand:
                await _settle(hand, move_id, checks.get(move_id))
        return len(settled)

    async def _checks(
        self, waiting: Mapping[MoveId, Move], places: Mapping[AgencyId, Location]
    ) -> dict[MoveId, EscortCheck]:
        keys = {
            move.id: (move.prison_number, places[move.from_agency])
            for move in waiting.values()
            if move.prison_number is not None
        }
        found = await escort_checks.check(self._platform, list(dict.fromkeys(keys.values())))
        return {move_id: found[key] for move_id, key in keys.items()}

    async def _run(self) -> None:
        tidy_at = self._platform.clock() + TIDY_EVERY
        while True:
            try:
                await self.once()
                if self._platform.clock() >= tidy_at:
                    tidy_at += TIDY_EVERY
                    await self._forget_keys()
            except Exception as error:  # noqa: BLE001 - a fault of one round must not end the job for good
                _log.error("escort checks were not made", error=type(error).__name__)
            await asyncio.sleep(EVERY.total_seconds())

    async def _forget_keys(self) -> None:
        async with self._platform.database.transaction() as connection:
            await idempotency.forget(connection, before=self._platform.clock() - KEYS_KEPT_FOR)


def _unanswered(check: EscortCheck | None) -> bool:
    return check is not None and check.status is EscortCheckStatus.UNCHECKED


async def _settle(hand: ChangeInHand, move_id: MoveId, check: EscortCheck | None) -> None:
    """Apply the outcome to the move as it is now: someone may have changed, decided or cancelled it meanwhile."""
    move = await move_changes.lock(hand.conn, move_id, within=scope_of_the_gateway())
    if not await escort_check_queue.take(hand.conn, move_id):
        return  # another node was first
    if move is None or check is None or move.escort_check is not EscortCheckStatus.UNCHECKED:
        return
    if move.status is MoveStatus.CANCELLED:
        return
    if check.status is EscortCheckStatus.PASSED:
        await _passed(hand, move, check)
    elif check.status is EscortCheckStatus.HELD:
        told = Told("MoveEscortCheckHeld", notes="The person's category is not a known one: a person has to decide.")
        await hand.keep_move(move, replace(move, escort_check=EscortCheckStatus.HELD), [told])
    else:
        await _refused(hand, move, check)


async def _passed(hand: ChangeInHand, move: Move, check: EscortCheck) -> None:
    risks = {"escape_list": ", ".join(check.escape_list)} if check.escape_list else {}
    told = Told("MoveEscortCheckPassed", details=risks)
    passed = await hand.keep_move(move, replace(move, escort_check=EscortCheckStatus.PASSED), [told])
    if passed.status is not MoveStatus.PROPOSED or needs_decision(passed.type) or passed.date is None:
        return
    try:
        await approve(hand, passed, passed.date, check)
    except RuleBroken as broken:
        # The person has that move by now, say: it stays a proposal, for a person to look at.
        words = " ".join(one.message for one in broken.problems)
        await hand.tell(passed, [Told("MoveEscortCheckHeld", notes=f"Not authorised by itself: {words}")])


async def _refused(hand: ChangeInHand, move: Move, check: EscortCheck) -> None:
    why = ", ".join(check.reasons) or "nobody_with_this_number"
    told = Told("MoveEscortCheckRefused", details={"reasons": why})
    marked = replace(move, escort_check=EscortCheckStatus.REFUSED)
    if move.status in {MoveStatus.PROPOSED, MoveStatus.REQUESTED}:
        comment = f"The escort contract does not cover this person: {why}."
        after = await hand.keep_move(move, marked, [told])
        await reject(hand, after, RejectionReason.MORE_INFO_REQUIRED, comment)
    else:
        # It was arranged with the supplier directly and may be on the road: people have to act on this, not we.
        await hand.keep_move(move, marked, [told])
