"""Decisions on proposed moves: by the Population Management Unit, and by the gateway once a check has passed."""

import datetime as dt
from dataclasses import replace

from gateway.domain.access_log import AccessAction, SubjectType
from gateway.domain.changes import Author
from gateway.domain.errors import Refused, Upstream, UpstreamUnavailable
from gateway.domain.ids import MoveId
from gateway.domain.moves import CancellationReason, EscortCheckStatus, Move, MoveStatus, RejectionReason
from gateway.domain.problems import ProblemCode, RuleBroken, problem
from gateway.domain.scope import Scope
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.booking.people import not_carried
from gateway.services import escort_checks
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.allocation_counts import recount
from gateway.services.amendments import locked_move, no_such_move
from gateway.services.bookings import kept_supplier, refuse_duplicates
from gateway.services.changes import ChangeInHand, Outcome, Told, change
from gateway.services.escort_checks import NOT_NEEDED, EscortCheck
from gateway.services.move_progress import advanced
from gateway.services.platform import Platform
from gateway.store import escort_check_queue, moves


class Reviews:
    """Bound to one viewer."""

    def __init__(
        self, platform: Platform, viewer: Viewer, scope: Scope, access: AccessRecorder, author: Author
    ) -> None:
        self._platform = platform
        self._viewer = viewer
        self._scope = scope
        self._access = access
        self._author = author

    async def approve(self, move_id: MoveId | None, day: dt.date) -> Outcome[Move]:
        """Authorise a proposed move for a day within its window: from now on its supplier and destination see it.

        The person is checked again. A category that nobody knows is settled by approving.

        Raises:
            Refused: the viewer does not decide on moves.
            UpstreamError: NOMIS could not be asked, and nobody is moved unchecked.

        """
        self._may_review()
        try:
            check = await self._checked(move_id)
            async with change(self._platform, self._author) as hand:
                move = await locked_move(hand, move_id, self._scope)
                _refuse_outside_the_window(move, day)
                approved = await approve(hand, move, day, check)
        except RuleBroken as broken:
            return Outcome(None, broken.problems)
        await self._note(AccessAction.CONFIRM, approved)
        return Outcome(approved)

    async def reject(self, move_id: MoveId | None, reason: RejectionReason, comment: str | None) -> Outcome[Move]:
        """Turn a request down: it is cancelled, and never appears at the other end.

        Raises:
            Refused: the viewer does not decide on moves.

        """
        self._may_review()
        try:
            async with change(self._platform, self._author) as hand:
                move = await locked_move(hand, move_id, self._scope)
                rejected = await reject(hand, move, reason, comment)
        except RuleBroken as broken:
            return Outcome(None, broken.problems)
        await self._note(AccessAction.CANCEL, rejected)
        return Outcome(rejected)

    def _may_review(self) -> None:
        if Permission.REVIEW_SINGLE_REQUEST not in self._viewer.permissions:
            raise Refused("Your roles do not decide on proposed moves.")

    async def _note(self, action: AccessAction, move: Move) -> None:
        await self._access.changed(action, SubjectType.MOVE, Read(str(move.id), move.prison_number))

    async def _checked(self, move_id: MoveId | None) -> EscortCheck:
        """Look the person of a proposal up again, before any row is locked."""
        if move_id is None:
            raise RuleBroken(no_such_move())
        async with self._platform.database.read() as connection:
            move = (await moves.by_ids(connection, [move_id], within=self._scope)).get(move_id)
        if move is None:
            raise RuleBroken(no_such_move())
        if move.prison_number is None or move.status is not MoveStatus.PROPOSED:
            return NOT_NEEDED
        places = (await self._platform.reference_book.current()).locations
        key = (move.prison_number, places[move.from_agency])
        check = (await escort_checks.check(self._platform, [key]))[key]
        if check.status is EscortCheckStatus.UNCHECKED:
            raise check.failure or UpstreamUnavailable(Upstream.NOMIS, "people")
        if check.status is None:
            words = "The person can no longer be moved from there."
            raise RuleBroken(problem(ProblemCode.NOT_ELIGIBLE, words, "id"))
        if check.status is EscortCheckStatus.REFUSED:
            raise RuleBroken(not_carried(check.reasons, "id"))
        return check


async def approve(hand: ChangeInHand, move: Move, day: dt.date, check: EscortCheck) -> Move:
    """Authorise a locked move for a day.

    Raises:
        RuleBroken: it is not proposed, the person has that move already, or nobody serves its place on that day.

    """
    risks = {"escape_list": ", ".join(check.escape_list)} if check.escape_list else {}
    told = Told("MoveApprove", details={"date": day.isoformat(), **risks})
    after = await advanced(hand, move, told, "id")
    await refuse_duplicates(hand, move.prison_number, move.from_agency, move.to_agency, day, move.id)
    supplier = await kept_supplier(hand, after, day)
    if move.escort_check is not EscortCheckStatus.NOT_NEEDED:
        after = replace(after, escort_check=EscortCheckStatus.PASSED)
    await escort_check_queue.take(hand.conn, move.id)
    return await hand.keep_move(move, replace(after, supplier=supplier), [told])


async def reject(hand: ChangeInHand, move: Move, reason: RejectionReason, comment: str | None, *more: Told) -> Move:
    """Turn a locked move down, with whatever else is to be told of it.

    Raises:
        RuleBroken: it is past that.

    """
    told = Told(
        "MoveReject",
        details={
            "rejection_reason": reason.value,
            "cancellation_reason": CancellationReason.REJECTED.value,
            "cancellation_reason_comment": comment,
        },
    )
    after = await advanced(hand, move, told, "id")
    await escort_check_queue.take(hand.conn, move.id)
    rejected = await hand.keep_move(move, after, [*more, told])
    await recount(hand, rejected)
    return rejected


def _refuse_outside_the_window(move: Move, day: dt.date) -> None:
    if move.status is not MoveStatus.PROPOSED:
        return  # that has its own refusal
    if (move.date_from and day < move.date_from) or (move.date_to and day > move.date_to):
        words = "The day is outside the window that was asked for."
        raise RuleBroken(problem(ProblemCode.INVALID, words, "date"))
