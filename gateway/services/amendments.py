"""Changes to a move that was asked for: to its details and its destination, and its cancellation."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from gateway.domain.access_log import AccessAction, SubjectType
from gateway.domain.changes import Author
from gateway.domain.errors import Refused
from gateway.domain.ids import AgencyId, MoveId
from gateway.domain.moves import CancellationReason, Move, MoveStatus, MoveType
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.scope import Scope
from gateway.domain.times import business_day
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.booking.amending import Places, amended, amendment_problems, destination_problems
from gateway.policies.booking.changes import (
    REDIRECTION_REASONS,
    cancellation_problems,
    departed_problems,
    may_change,
    stale_problems,
)
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.allocation_counts import recount
from gateway.services.assigned_suppliers import kept_supplier
from gateway.services.changes import ChangeInHand, Outcome, Told, change
from gateway.services.duplicates import refuse_duplicates
from gateway.services.move_progress import advanced
from gateway.services.moves_in_hand import locked_move, note_refused
from gateway.services.planned_journeys import follow
from gateway.services.platform import Platform
from gateway.store import move_changes

_CAN_GO_ELSEWHERE = frozenset({MoveStatus.REQUESTED, MoveStatus.BOOKED, MoveStatus.IN_TRANSIT})


@dataclass(frozen=True, slots=True)
class UpdateMove:
    """What to change: only what is in `given`, by the names of Move's own parts; None clears what may be empty.

    `vehicle_kind` and `special_vehicle_reason` stand for the parts of `vehicle_needs`.
    """

    move_id: MoveId | None
    version: int | None
    given: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RedirectMove:
    """Where to send a move instead. `type` is what it is for from then on, where that changes too."""

    move_id: MoveId | None
    to_agency: AgencyId
    type: MoveType | None
    reason: str | None
    notes: str | None


class Amendments:
    """Bound to one viewer. A move that is hidden is NOT_FOUND; one that is seen but not theirs to change is refused."""

    def __init__(
        self, platform: Platform, viewer: Viewer, scope: Scope, access: AccessRecorder, author: Author
    ) -> None:
        self._platform = platform
        self._viewer = viewer
        self._scope = scope
        self._access = access
        self._author = author

    async def cancel(
        self, move_id: MoveId | None, version: int | None, reason: CancellationReason, comment: str | None
    ) -> Outcome[Move]:
        """Cancel a move before it leaves. Nothing about its person, its places or NOMIS stands in the way.

        Raises:
            Refused: the viewer may not cancel it.

        """

        async def work(hand: ChangeInHand, move: Move, _places: Places) -> Move:
            _refuse([*cancellation_problems(reason, comment), *departed_problems(move, "cancelled")])
            told = Told(
                "MoveCancel", details={"cancellation_reason": reason.value, "cancellation_reason_comment": comment}
            )
            cancelled = await hand.keep_move(move, await advanced(hand, move, told, "id"), [told])
            await recount(hand, cancelled)
            return cancelled

        if Permission.CANCEL_ALLOCATION not in self._viewer.permissions:
            self._needs(Permission.CANCEL_MOVE)
        return await self._change(move_id, version, Permission.CANCEL_MOVE, AccessAction.CANCEL, work)

    async def update(self, asked: UpdateMove) -> Outcome[Move]:
        """Change details of a move before it leaves. What is the same already changes nothing and is not recorded.

        Raises:
            Refused: the viewer may not change it.

        """

        async def work(hand: ChangeInHand, move: Move, places: Places) -> Move:
            after = amended(move, asked.given)
            if after == move:
                return move
            _refuse(departed_problems(move, "changed"))
            locked_out = await _is_locked_out(hand, move)
            _refuse(amendment_problems(move, after, places, locked_out=locked_out, today=business_day(hand.at)))
            return await _amend(hand, move, after)

        self._needs(Permission.UPDATE_MOVE)
        return await self._change(asked.move_id, asked.version, Permission.UPDATE_MOVE, AccessAction.UPDATE, work)

    async def redirect(self, asked: RedirectMove) -> Outcome[Move]:
        """Send a move elsewhere, also one that is on the road; not one that is proposed or over. Its supplier stays.

        Raises:
            Refused: the viewer does not decide on moves.

        """

        async def work(hand: ChangeInHand, move: Move, places: Places) -> Move:
            if move.status not in _CAN_GO_ELSEWHERE:
                words = f"The move is {move.status.value}: it cannot be redirected."
                raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, "id"))
            if asked.reason is not None and asked.reason not in REDIRECTION_REASONS:
                words = f"Must be one of {', '.join(REDIRECTION_REASONS)}."
                raise RuleBroken(problem(ProblemCode.INVALID, words, "reason"))
            after = replace(move, to_agency=asked.to_agency, type=asked.type or move.type)
            if after == move:
                return move
            locked_out = await _is_locked_out(hand, move)
            _refuse(destination_problems(move, asked.to_agency, places, locked_out=locked_out, move_type=after.type))
            await refuse_duplicates(
                hand, move.prison_number, move.from_agency, asked.to_agency, move.date, move.id, "toLocationId"
            )
            told = Told("MoveRedirect", details=_redirection(move, after, asked.reason), notes=asked.notes)
            return await hand.keep_move(move, after, [told])

        self._needs(Permission.REVIEW_SINGLE_REQUEST)
        return await self._change(asked.move_id, None, Permission.REVIEW_SINGLE_REQUEST, AccessAction.UPDATE, work)

    async def _change(
        self,
        move_id: MoveId | None,
        version: int | None,
        permission: Permission,
        action: AccessAction,
        work: Callable[[ChangeInHand, Move, Places], Awaitable[Move]],
    ) -> Outcome[Move]:
        places = (await self._platform.reference_book.current()).locations
        try:
            async with change(self._platform, self._author) as hand:
                move = await locked_move(hand, move_id, self._scope)
                self._refuse_others(permission, move, places)
                _refuse(stale_problems(move, version))
                changed = await work(hand, move, places)
        except RuleBroken as broken:
            await note_refused(self._access, move_id, broken)
            return Outcome(None, broken.problems)
        read = Read(str(changed.id), changed.prison_number)
        if changed.version == move.version:
            await self._access.viewed(SubjectType.MOVE, [read])
        else:
            await self._access.changed(action, SubjectType.MOVE, read)
        return Outcome(changed)

    def _needs(self, permission: Permission) -> None:
        if permission not in self._viewer.permissions:
            raise Refused("Your roles do not change moves in this way.")

    def _refuse_others(self, permission: Permission, move: Move, places: Places) -> None:
        decides = permission is Permission.REVIEW_SINGLE_REQUEST
        start, end = places[move.from_agency], None if move.to_agency is None else places[move.to_agency]
        if not decides and not may_change(self._viewer, permission, move, start, end):
            raise Refused("This move is not yours to change.")


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise RuleBroken(*problems)


async def _is_locked_out(hand: ChangeInHand, move: Move) -> bool:
    return bool(await move_changes.told_of(hand.conn, move, {"MoveLockout"}))


async def _amend(hand: ChangeInHand, move: Move, after: Move) -> Move:
    another = (after.date, after.to_agency) != (move.date, move.to_agency)
    if another and after.status is not MoveStatus.PROPOSED:
        field_name = "date" if after.date != move.date else "toLocationId"
        await refuse_duplicates(
            hand, after.prison_number, after.from_agency, after.to_agency, after.date, after.id, field_name
        )
    if (after.date, after.date_from) != (move.date, move.date_from):
        after = replace(after, supplier=await kept_supplier(hand, after, after.date or after.date_from))
    if after.supplier != move.supplier and move.status is MoveStatus.BOOKED:
        words = "Another contractor serves this place on that day, and this one has accepted: cancel and book again."
        raise RuleBroken(problem(ProblemCode.INVALID, words, "date"))
    kept = await hand.keep_move(move, after, _what_changed(move, after))
    await follow(hand, before=move, after=kept)
    return kept


def _redirection(move: Move, after: Move, reason: str | None) -> dict[str, str | None]:
    return {
        "to_location": after.to_agency,
        **({} if after.type is move.type else {"move_type": after.type.value}),
        **({} if reason is None else {"reason": reason}),
    }


def _what_changed(move: Move, after: Move) -> list[Told]:
    told: list[Told] = []
    if after.date != move.date and after.date is not None:
        told.append(Told("MoveDateChanged", details={"date": after.date.isoformat()}))
    if after.to_agency != move.to_agency and after.to_agency is not None:
        told.append(Told("MoveRedirect", details=_redirection(move, after, None)))
    names = (
        "date_from",
        "date_to",
        "time_due",
        "vehicle_needs",
        "additional_information",
        "prison_transfer_reason",
        "supplier",
    )
    others = [name for name in names if getattr(after, name) != getattr(move, name)]
    if after.date is None and move.date is not None:
        others.append("date")
    if after.to_agency is None and move.to_agency is not None:
        others.append("to_location")
    if others:
        told.append(Told("MoveUpdate", details={"changed": ", ".join(others)}))
    return told
