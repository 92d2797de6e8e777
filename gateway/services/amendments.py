"""Changes to a move that was asked for: to its details and its destination, and its cancellation."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from gateway.domain.access_log import AccessAction, SubjectType
from gateway.domain.changes import Author
from gateway.domain.errors import Refused
from gateway.domain.ids import AgencyId, MoveId
from gateway.domain.locations import Location
from gateway.domain.moves import CancellationReason, Move, MoveStatus, VehicleKind, VehicleNeeds
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.scope import Scope
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.booking.changes import (
    REDIRECTION_REASONS,
    cancellation_problems,
    departed_problems,
    leaves_alone,
    may_change,
    stale_problems,
)
from gateway.policies.booking.dates import date_problems
from gateway.policies.booking.places import place_problems
from gateway.policies.booking.transfers import transfer_reason_problems
from gateway.policies.booking.vehicles import vehicle_problems
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.allocation_counts import recount
from gateway.services.bookings import kept_supplier, refuse_duplicates
from gateway.services.changes import ChangeInHand, Outcome, Told, change
from gateway.services.move_progress import advanced
from gateway.services.platform import Platform
from gateway.store import allocation_changes, move_changes

Places = Mapping[AgencyId, Location]


@dataclass(frozen=True, slots=True)
class UpdateMove:
    """What to change: only what is in `given`, by the names of Move's own parts; None clears what may be empty.

    `vehicle_kind` and `special_vehicle_reason` stand for the parts of `vehicle_needs`.
    """

    move_id: MoveId | None
    version: int | None
    given: Mapping[str, object] = field(default_factory=dict)


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
            if leaves_alone(self._viewer, move):
                raise Refused("This move is a place in an allocation: it is for those who run that to take it away.")
            _refuse([*cancellation_problems(reason, comment), *departed_problems(move, "cancelled")])
            told = Told(
                "MoveCancel", details={"cancellation_reason": reason.value, "cancellation_reason_comment": comment}
            )
            cancelled = await hand.keep_move(move, await advanced(hand, move, told, "id"), [told])
            await recount(hand, cancelled)
            return cancelled

        return await self._change(move_id, version, Permission.CANCEL_MOVE, AccessAction.CANCEL, work)

    async def update(self, asked: UpdateMove) -> Outcome[Move]:
        """Change details of a move before it leaves. What is the same already changes nothing and is not recorded.

        Raises:
            Refused: the viewer may not change it.

        """

        async def work(hand: ChangeInHand, move: Move, places: Places) -> Move:
            after = _amended(move, asked.given)
            if after == move:
                return move
            _refuse(
                [
                    *departed_problems(move, "changed"),
                    *_date_of_allocation_problems(move, after),
                    *_detail_problems(move, after, places),
                ]
            )
            return await self._amend(hand, move, after)

        return await self._change(asked.move_id, asked.version, Permission.UPDATE_MOVE, AccessAction.UPDATE, work)

    async def redirect(
        self, move_id: MoveId | None, to_agency: AgencyId, reason: str | None, notes: str | None
    ) -> Outcome[Move]:
        """Send a move elsewhere, also one that is on the road; not one that is proposed or over.

        Raises:
            Refused: the viewer does not decide on moves.

        """

        async def work(hand: ChangeInHand, move: Move, places: Places) -> Move:
            if move.status not in {MoveStatus.REQUESTED, MoveStatus.BOOKED, MoveStatus.IN_TRANSIT}:
                words = f"The move is {move.status.value}: it cannot be redirected."
                raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, "id"))
            if reason is not None and reason not in REDIRECTION_REASONS:
                words = f"Must be one of {', '.join(REDIRECTION_REASONS)}."
                raise RuleBroken(problem(ProblemCode.INVALID, words, "reason"))
            if to_agency == move.to_agency:
                return move
            _refuse(_destination_problems(move, to_agency, places))
            await refuse_duplicates(
                hand, move.prison_number, move.from_agency, to_agency, move.date, move.id, "toLocationId"
            )
            details = {"to_location": to_agency, **({} if reason is None else {"reason": reason})}
            told = Told("MoveRedirect", details=details, notes=notes)
            return await hand.keep_move(move, replace(move, to_agency=to_agency), [told])

        return await self._change(move_id, None, Permission.REVIEW_SINGLE_REQUEST, AccessAction.UPDATE, work)

    async def _amend(self, hand: ChangeInHand, move: Move, after: Move) -> Move:
        if after.status is not MoveStatus.PROPOSED:
            await refuse_duplicates(hand, after.prison_number, after.from_agency, after.to_agency, after.date, after.id)
        if (after.date, after.date_from) != (move.date, move.date_from):
            supplier = await kept_supplier(hand, after, after.date or after.date_from)
            after = replace(after, supplier=supplier)
        return await hand.keep_move(move, after, _what_changed(move, after))

    async def _change(
        self,
        move_id: MoveId | None,
        version: int | None,
        permission: Permission,
        action: AccessAction,
        work: Callable[[ChangeInHand, Move, Places], Awaitable[Move]],
    ) -> Outcome[Move]:
        if permission not in self._viewer.permissions:
            raise Refused("Your roles do not change moves in this way.")
        places = (await self._platform.reference_book.current()).locations
        try:
            async with change(self._platform, self._author) as hand:
                move = await locked_move(hand, move_id, self._scope)
                self._refuse_others(permission, move, places)
                _refuse(stale_problems(move, version))
                changed = await work(hand, move, places)
        except RuleBroken as broken:
            return Outcome(None, broken.problems)
        await self._access.changed(action, SubjectType.MOVE, Read(str(changed.id), changed.prison_number))
        return Outcome(changed)

    def _refuse_others(self, permission: Permission, move: Move, places: Places) -> None:
        decides = permission is Permission.REVIEW_SINGLE_REQUEST
        if not decides and not may_change(self._viewer, permission, move, places[move.from_agency]):
            raise Refused("This move is not yours to change.")


def no_such_move() -> Problem:
    """Return the one answer for a move that does not exist and for one that is hidden."""
    return problem(ProblemCode.NOT_FOUND, "There is no such move.", "id")


async def locked_move(hand: ChangeInHand, move_id: MoveId | None, within: Scope) -> Move:
    """Read a move for changing it, and lock the allocation that it is part of before it.

    Raises:
        RuleBroken: there is none, or it is out of scope.

    """
    if move_id is None:
        raise RuleBroken(no_such_move())
    await allocation_changes.lock_above(hand.conn, move_id, within=within)
    move = await move_changes.lock(hand.conn, move_id, within=within)
    if move is None:
        raise RuleBroken(no_such_move())
    return move


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise RuleBroken(*problems)


def _amended(move: Move, given: Mapping[str, object]) -> Move:
    plain = {name: value for name, value in given.items() if name not in {"vehicle_kind", "special_vehicle_reason"}}
    kind = given.get("vehicle_kind") or move.vehicle_needs.kind
    reason = given.get("special_vehicle_reason", move.vehicle_needs.reason)
    if kind is VehicleKind.CELLULAR and "special_vehicle_reason" not in given:
        reason = None
    needs = VehicleNeeds(kind, reason)  # type: ignore[arg-type]  # the schema's types see to it
    return replace(move, vehicle_needs=needs, **plain)  # type: ignore[arg-type]  # likewise


def _date_of_allocation_problems(move: Move, after: Move) -> list[Problem]:
    if move.allocation_id is None or after.date == move.date:
        return []
    return [problem(ProblemCode.LOCKED, "The day of an allocation's move is that of the allocation.", "date")]


def _detail_problems(move: Move, after: Move, places: Places) -> list[Problem]:
    found: list[Problem] = []
    if after.to_agency != move.to_agency:
        found += _destination_problems(move, after.to_agency, places)
    found += date_problems(
        proposed=move.status is MoveStatus.PROPOSED,
        date=after.date,
        date_from=after.date_from,
        date_to=after.date_to,
        time_due=after.time_due,
    )
    if after.vehicle_needs != move.vehicle_needs:
        found += vehicle_problems(after.vehicle_needs.kind, after.vehicle_needs.reason)
    if after.prison_transfer_reason != move.prison_transfer_reason:
        found += transfer_reason_problems(move.type, after.prison_transfer_reason)
    return found


def _destination_problems(move: Move, to_agency: AgencyId | None, places: Places) -> list[Problem]:
    end = None if to_agency is None else places.get(to_agency)
    if to_agency is not None and end is None:
        return [problem(ProblemCode.NOT_FOUND, "There is no such place.", "toLocationId")]
    # That the place of departure was closed meanwhile is no reason against another destination.
    start = replace(places[move.from_agency], active=True)
    return place_problems(move.type, start, end)


def _what_changed(move: Move, after: Move) -> list[Told]:
    told: list[Told] = []
    if after.date != move.date and after.date is not None:
        told.append(Told("MoveDateChanged", details={"date": after.date.isoformat()}))
    if after.to_agency != move.to_agency and after.to_agency is not None:
        told.append(Told("MoveRedirect", details={"to_location": after.to_agency}))
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
    if after.to_agency is None and move.to_agency is not None:
        others.append("to_location")
    if others:
        told.append(Told("MoveUpdate", details={"changed": ", ".join(others)}))
    return told
