"""Filling the places of an allocation with people, and taking people off them."""

from dataclasses import dataclass, replace

from gateway.domain.access_log import AccessAction, SubjectType
from gateway.domain.allocations import Allocation, AllocationStatus
from gateway.domain.changes import Author
from gateway.domain.errors import Refused, Upstream, UpstreamUnavailable
from gateway.domain.ids import AllocationId, MoveId, PrisonNumber
from gateway.domain.locations import Location
from gateway.domain.moves import EscortCheckStatus, Move, MoveStatus, VehicleKind, VehicleNeeds
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.scope import Scope
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.allocations.people import PEOPLE, elsewhere_problems, list_problems, no_room, undecided
from gateway.policies.allocations.who import may_fill
from gateway.policies.booking.people import nobody, not_carried
from gateway.services import escort_checks, first_uses
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.allocation_counts import counted
from gateway.services.allocation_requests import locked_allocation
from gateway.services.changes import ChangeInHand, Outcome, Told, change
from gateway.services.escort_checks import EscortCheck
from gateway.services.first_uses import Keyed
from gateway.services.platform import Platform
from gateway.store import allocations, locks, move_changes

_CAN_BE_FILLED = frozenset({MoveStatus.REQUESTED, MoveStatus.BOOKED})


@dataclass(frozen=True, slots=True)
class AssignToAllocation:
    """Who is to go; `allocation_id` is None where the client's id is none of an allocation."""

    allocation_id: AllocationId | None
    prison_numbers: tuple[PrisonNumber, ...]
    idempotency_key: str | None


class AllocationPlaces:
    """Bound to one viewer. An allocation that is hidden is NOT_FOUND; one of another sender is not theirs to fill."""

    def __init__(
        self, platform: Platform, viewer: Viewer, scope: Scope, access: AccessRecorder, author: Author
    ) -> None:
        self._platform = platform
        self._viewer = viewer
        self._scope = scope
        self._access = access
        self._author = author

    async def assign(self, asked: AssignToAllocation) -> Outcome[Allocation]:
        """Put people on free places: all of them, or nobody.

        Raises:
            Refused: the viewer fills no allocations, or not this one.
            UpstreamError: NOMIS could not be asked. The moves are with the supplier already, so nobody unchecked is
                put on them.

        """
        self._may_fill_any()
        request = first_uses.keyed(self._author, asked.idempotency_key, asked)
        try:
            return Outcome(await self._assign(asked, request))
        except RuleBroken as broken:
            return Outcome(None, broken.problems)

    async def remove(self, allocation_id: AllocationId | None, move_id: MoveId | None) -> Outcome[Allocation]:
        """Take a person off a place, which is free again. What was noted for their escort goes with them.

        Raises:
            Refused: the viewer fills no allocations, or not this one.

        """
        self._may_fill_any()
        try:
            async with change(self._platform, self._author) as hand:
                allocation = await locked_allocation(hand, allocation_id, self._scope, "allocationId")
                self._may_fill(allocation)
                move = await self._filled_place(hand, allocation, move_id)
                freed = replace(
                    move,
                    prison_number=None,
                    escort_check=EscortCheckStatus.NOT_NEEDED,
                    vehicle_needs=VehicleNeeds(VehicleKind.CELLULAR, None),
                    additional_information=None,
                    prison_transfer_reason=None,
                )
                await hand.keep_move(move, freed, [Told("MovePersonRemoved")])
                changed = await hand.keep_allocation(allocation, await counted(hand, allocation))
        except RuleBroken as broken:
            return Outcome(None, broken.problems)
        await self._access.changed(AccessAction.UPDATE, SubjectType.MOVE, Read(str(move.id), move.prison_number))
        return Outcome(changed)

    async def _assign(self, asked: AssignToAllocation, request: Keyed) -> Allocation:
        done_before = await first_uses.earlier(self._platform, request)
        allocation = await self._seen(asked.allocation_id)
        if done_before is not None:
            return allocation
        _refuse([*_state_problems(allocation), *list_problems(asked.prison_numbers)])
        checks = await self._checked(allocation, asked.prison_numbers)
        async with change(self._platform, self._author) as hand:
            if await first_uses.claim(hand, request, allocation.id) is None:
                allocation, moves = await self._filled(hand, asked, checks)
            else:
                moves = []
        for move in moves:
            await self._access.changed(AccessAction.UPDATE, SubjectType.MOVE, Read(str(move.id), move.prison_number))
        return allocation if moves else await self._seen(asked.allocation_id)

    async def _filled(
        self, hand: ChangeInHand, asked: AssignToAllocation, checks: list[EscortCheck]
    ) -> tuple[Allocation, list[Move]]:
        allocation = await locked_allocation(hand, asked.allocation_id, self._scope, "allocationId")
        _refuse(_state_problems(allocation))
        places = await move_changes.lock_all_of(hand.conn, allocation.id, within=self._scope)
        await locks.take_all(hand.conn, "person", asked.prison_numbers)
        free = [place for place in places if place.prison_number is None and place.status in _CAN_BE_FILLED]
        taken = await self._duplicates(hand, asked.prison_numbers, allocation, places, free)
        _refuse(taken)
        if len(asked.prison_numbers) > len(free):
            raise RuleBroken(no_room(len(free)))
        moves = await hand.keep_moves(
            (
                place,
                replace(place, prison_number=number, escort_check=EscortCheckStatus.PASSED),
                [Told("MovePersonAssigned", details=_risks(check))],
            )
            for place, number, check in zip(free, asked.prison_numbers, checks, strict=False)
        )
        return await hand.keep_allocation(allocation, await counted(hand, allocation)), moves

    async def _duplicates(
        self,
        hand: ChangeInHand,
        numbers: tuple[PrisonNumber, ...],
        allocation: Allocation,
        places: list[Move],
        free: list[Move],
    ) -> list[Problem]:
        """Find who has a place in this allocation already, or another move that goes the same way on that day."""
        here = {place.prison_number: place for place in places if place.status is not MoveStatus.CANCELLED}
        ways = {place.to_agency for place in free} | {allocation.to_agency}
        others = await move_changes.standing_on(
            hand.conn, numbers, from_agency=allocation.from_agency, day=allocation.date
        )
        elsewhere = {other.prison_number: other for other in reversed(others) if other.to_agency in ways}
        found: list[Problem] = []
        for position, number in enumerate(numbers):
            other = here.get(number) or elsewhere.get(number)
            if other is not None:
                words = f"This person has that move on that day already: {other.reference}."
                found.append(problem(ProblemCode.DUPLICATE, words, PEOPLE, str(position)))
        return found

    async def _checked(self, allocation: Allocation, numbers: tuple[PrisonNumber, ...]) -> list[EscortCheck]:
        start = (await self._platform.reference_book.current()).locations[allocation.from_agency]
        found = await escort_checks.check(self._platform, [(number, start) for number in numbers])
        checks = [found[number, start] for number in numbers]
        _refuse([one for position, check in enumerate(checks) for one in _person_problems(position, check, start)])
        for check in checks:
            if check.status is EscortCheckStatus.UNCHECKED:
                raise check.failure or UpstreamUnavailable(Upstream.NOMIS, "people")
        return checks

    async def _filled_place(self, hand: ChangeInHand, allocation: Allocation, move_id: MoveId | None) -> Move:
        move = None if move_id is None else await move_changes.lock(hand.conn, move_id, within=self._scope)
        if move is None or move.allocation_id != allocation.id:
            raise RuleBroken(problem(ProblemCode.NOT_FOUND, "The allocation has no such move.", "moveId"))
        if move.status not in _CAN_BE_FILLED:
            words = f"The move is {move.status.value.replace('_', ' ')}: its person stays with it."
            raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, "moveId"))
        if move.prison_number is None:
            raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, "Nobody has this place.", "moveId"))
        if await move_changes.has_escort_record(hand.conn, move):
            words = "A dPER was started for this person's move: have the move cancelled instead."
            raise RuleBroken(problem(ProblemCode.LOCKED, words, "moveId"))
        return move

    async def _seen(self, allocation_id: AllocationId | None) -> Allocation:
        wanted = [] if allocation_id is None else [allocation_id]
        async with self._platform.database.read() as connection:
            found = list((await allocations.by_ids(connection, wanted, within=self._scope)).values())
        if not found:
            raise RuleBroken(problem(ProblemCode.NOT_FOUND, "There is no such allocation.", "allocationId"))
        self._may_fill(found[0])
        return found[0]

    def _may_fill_any(self) -> None:
        if Permission.FILL_ALLOCATION not in self._viewer.permissions:
            raise Refused("Your roles do not fill allocations.")

    def _may_fill(self, allocation: Allocation) -> None:
        if not may_fill(self._viewer, allocation):
            raise Refused("An allocation is filled by the establishment that sends.")


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise RuleBroken(*problems)


def _state_problems(allocation: Allocation) -> list[Problem]:
    if allocation.status is not AllocationStatus.CANCELLED:
        return []
    return [problem(ProblemCode.NOT_ALLOWED_IN_STATE, "The allocation is cancelled.", "allocationId")]


def _person_problems(position: int, check: EscortCheck, start: Location) -> list[Problem]:
    match check.status:
        case None:
            return [nobody(PEOPLE, str(position))]
        case EscortCheckStatus.REFUSED:
            return [not_carried(check.reasons, PEOPLE, str(position))]
        case EscortCheckStatus.HELD:
            return [undecided(position)]
        case EscortCheckStatus.UNCHECKED:
            return []
        case _:
            return elsewhere_problems(position, check.held_at, start)


def _risks(check: EscortCheck) -> dict[str, str | None]:
    return {"escape_list": ", ".join(check.escape_list)} if check.escape_list else {}
