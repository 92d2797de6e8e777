"""Changes to allocations: asked for, filled, emptied and called off."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from gateway.domain.allocations import Allocation, AllocationStatus, ComplexCase
from gateway.domain.changes import Author, ChangedThing
from gateway.domain.errors import Refused, Upstream, UpstreamUnavailable
from gateway.domain.ids import AgencyId, AllocationId, MoveId, PrisonNumber
from gateway.domain.locations import Location
from gateway.domain.moves import (
    CancellationReason,
    EscortCheckStatus,
    Move,
    MoveStatus,
    MoveType,
    VehicleKind,
    VehicleNeeds,
)
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.scope import Scope
from gateway.domain.times import business_day
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.allocations.criteria import criteria_problems, size_problems
from gateway.policies.allocations.who import may_fill, may_run
from gateway.policies.booking.changes import BEFORE_IT_LEAVES, cancellation_problems
from gateway.policies.booking.people import nobody, not_carried
from gateway.policies.booking.places import place_problems
from gateway.services import escort_checks
from gateway.services.allocation_counts import keep, recount
from gateway.services.bookings import assigned_supplier, refuse_duplicates
from gateway.services.changes import ChangeInHand, Outcome, Told, change
from gateway.services.escort_checks import EscortCheck
from gateway.services.move_progress import advanced
from gateway.services.platform import Platform
from gateway.store import allocation_changes, allocations, moves_writer

Places = Mapping[AgencyId, Location]

_TO_BE_FILLED = frozenset({MoveStatus.REQUESTED, MoveStatus.BOOKED})


@dataclass(frozen=True, slots=True)
class CreateAllocation:
    date: dt.date
    from_agency: AgencyId
    to_agency: AgencyId
    moves_count: int
    prisoner_category: str | None
    sentence_length: str | None
    estate: str | None
    other_criteria: str | None
    requested_by: str | None
    complex_cases: tuple[ComplexCase, ...]


class AllocationChanges:
    """Bound to one viewer. An allocation that is hidden is NOT_FOUND, like one that does not exist."""

    def __init__(self, platform: Platform, viewer: Viewer, scope: Scope, author: Author) -> None:
        self._platform = platform
        self._viewer = viewer
        self._scope = scope
        self._author = author

    async def create(self, asked: CreateAllocation) -> Outcome[Allocation]:
        """Ask for so many people: each place is a requested move without a person, with its supplier at once.

        Raises:
            Refused: the viewer runs no allocations, or none between these places.

        """
        if Permission.CREATE_ALLOCATION not in self._viewer.permissions:
            raise Refused("Your roles do not ask for allocations.")
        places = (await self._platform.reference_book.current()).locations
        start, end = places.get(asked.from_agency), places.get(asked.to_agency)
        problems = [
            problem(ProblemCode.NOT_FOUND, "There is no such place.", name)
            for name, one in (("fromLocationId", start), ("toLocationId", end))
            if one is None
        ]
        if start is None or end is None:
            return Outcome(None, tuple(problems))
        if not may_run(self._viewer, Permission.CREATE_ALLOCATION, start, end):
            raise Refused("Your roles do not ask for allocations between these places.")
        problems = [
            *place_problems(MoveType.PRISON_TRANSFER, start, end),
            *size_problems(asked.moves_count, asked.date, today=business_day(self._platform.clock())),
            *criteria_problems(asked.estate, asked.prisoner_category, asked.sentence_length, asked.complex_cases),
        ]
        if problems:
            return Outcome(None, tuple(problems))
        return await self._make(asked)

    async def assign(self, allocation_id: AllocationId | None, numbers: Sequence[PrisonNumber]) -> Outcome[Allocation]:
        """Put people into free places: all of them, or nobody.

        Raises:
            Refused: the viewer does not fill allocations of that place.
            UpstreamError: NOMIS could not be asked; the places are with the supplier, so nobody goes in unchecked.

        """
        self._refuse_without(Permission.FILL_ALLOCATION)
        try:
            start = await self._start_of(allocation_id)
            checks = await self._checked(numbers, start)
        except RuleBroken as broken:
            return Outcome(None, broken.problems)

        async def work(hand: ChangeInHand, allocation: Allocation) -> None:
            free = [
                move
                for move in await allocation_changes.moves_of(hand.conn, locked=allocation)
                if move.prison_number is None and move.status in _TO_BE_FILLED
            ]
            if len(free) < len(numbers):
                words = f"There are {len(free)} free places."
                raise RuleBroken(problem(ProblemCode.CONFLICT, words, "prisonNumbers"))
            positions = {number: place for place, number in enumerate(numbers)}
            for number, move in zip(sorted(numbers), free, strict=False):
                await self._seat(hand, move, number, checks[number], str(positions[number]))
            await recount(hand, allocation, always=True)

        return await self._change(allocation_id, self._may_fill, work)

    async def remove(self, allocation_id: AllocationId | None, move_id: MoveId | None) -> Outcome[Allocation]:
        """Take the person out of a place, which is free again: until the move leaves or a dPER was started for it.

        Raises:
            Refused: the viewer does not fill allocations of that place.

        """
        self._refuse_without(Permission.FILL_ALLOCATION)

        async def work(hand: ChangeInHand, allocation: Allocation) -> None:
            found = await allocation_changes.moves_of(hand.conn, locked=allocation)
            move = next((one for one in found if one.id == move_id and one.prison_number is not None), None)
            if move is None:
                words = "There is no such move with a person in this allocation."
                raise RuleBroken(problem(ProblemCode.NOT_FOUND, words, "moveId"))
            if move.status not in _TO_BE_FILLED:
                words = f"The move is {move.status.value.replace('_', ' ')}."
                raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, "moveId"))
            if await allocation_changes.has_escort_record(hand.conn, locked=move):
                words = "An escort record was started for this person: cancel the move instead."
                raise RuleBroken(problem(ProblemCode.LOCKED, words, "moveId"))
            emptied = replace(move, prison_number=None, escort_check=EscortCheckStatus.NOT_NEEDED)
            await hand.keep_move(move, emptied, [Told("MovePersonRemoved")])
            await recount(hand, allocation, always=True)

        return await self._change(allocation_id, self._may_fill, work)

    async def cancel(
        self, allocation_id: AllocationId | None, reason: CancellationReason, comment: str | None
    ) -> Outcome[Allocation]:
        """Call an allocation off, with those of its moves that have not left.

        Raises:
            Refused: the viewer does not run allocations between these places.

        """
        self._refuse_without(Permission.CANCEL_ALLOCATION)

        async def work(hand: ChangeInHand, allocation: Allocation) -> None:
            problems = cancellation_problems(reason, comment)
            if problems:
                raise RuleBroken(*problems)
            told = Told(
                "MoveCancel",
                details={
                    "cancellation_reason": CancellationReason.ALLOCATION_CANCELLED.value,
                    "cancellation_reason_comment": comment,
                },
            )
            for move in await allocation_changes.moves_of(hand.conn, locked=allocation):
                if move.status in BEFORE_IT_LEAVES:
                    await hand.keep_move(move, await advanced(hand, move, told, "id"), [told])
            before = await allocation_changes.row_of(hand.conn, locked=allocation)
            if before is not None:
                cancelled = {
                    "status": AllocationStatus.CANCELLED.value,
                    "moves_count": 0,
                    "cancellation_reason": reason.value,
                    "cancellation_comment": comment,
                    "cancelled_at": hand.at,
                }
                await keep(hand, before, cancelled)

        return await self._change(allocation_id, self._may_cancel, work, field="id")

    async def _make(self, asked: CreateAllocation) -> Outcome[Allocation]:
        try:
            async with change(self._platform, self._author) as hand:
                supplier = await assigned_supplier(hand, asked.from_agency, asked.date, caller=None)
                allocation = Allocation(
                    id=AllocationId(uuid4()),
                    status=AllocationStatus.UNFILLED,
                    date=asked.date,
                    from_agency=asked.from_agency,
                    to_agency=asked.to_agency,
                    supplier=supplier,
                    moves_count=asked.moves_count,
                    filled_count=0,
                    prisoner_category=asked.prisoner_category,
                    sentence_length=asked.sentence_length,
                    estate=asked.estate,
                    complex_cases=asked.complex_cases,
                    other_criteria=asked.other_criteria,
                    requested_by=asked.requested_by,
                    cancellation=None,
                    version=1,
                )
                await moves_writer.insert_allocations(hand.conn, [allocation], at=hand.at)
                row = moves_writer.allocation_row(allocation, created_at=hand.at, updated_at=hand.at)
                await hand.note(ChangedThing.ALLOCATION, allocation.id, 1, None, row)
                references = await hand.fresh_references(asked.moves_count)
                await hand.add_moves(
                    [_place(allocation, reference, hand.at) for reference in references],
                    Told("MoveRequested", details={"requested_by": asked.requested_by} if asked.requested_by else {}),
                )
        except RuleBroken as broken:
            return Outcome(None, broken.problems)
        return Outcome(allocation)

    async def _seat(
        self, hand: ChangeInHand, move: Move, number: PrisonNumber, check: EscortCheck, position: str
    ) -> None:
        await refuse_duplicates(
            hand, number, move.from_agency, move.to_agency, move.date, move.id, "prisonNumbers", position
        )
        risks = {"escape_list": ", ".join(check.escape_list)} if check.escape_list else {}
        seated = replace(move, prison_number=number, escort_check=EscortCheckStatus.PASSED)
        await hand.keep_move(move, seated, [Told("MovePersonAssigned", details=risks)])

    async def _checked(self, numbers: Sequence[PrisonNumber], start: Location) -> dict[PrisonNumber, EscortCheck]:
        """Look everybody up in one go, before any row is locked."""
        if not numbers:
            raise RuleBroken(problem(ProblemCode.REQUIRED, "Say who is to go.", "prisonNumbers"))
        found = await escort_checks.check(self._platform, [(number, start) for number in dict.fromkeys(numbers)])
        problems: list[Problem] = []
        for place, number in enumerate(numbers):
            check = found[number, start]
            at = ("prisonNumbers", str(place))
            if number in numbers[:place]:
                problems.append(problem(ProblemCode.DUPLICATE, "This person is named twice.", *at))
            elif check.status is EscortCheckStatus.UNCHECKED:
                raise check.failure or UpstreamUnavailable(Upstream.NOMIS, "people")
            elif check.status is None:
                problems.append(nobody(*at))
            elif check.status is EscortCheckStatus.REFUSED:
                problems.append(not_carried(check.reasons, *at))
            elif check.status is EscortCheckStatus.HELD:
                words = "This person's category is not a known one: ask the Population Management Unit."
                problems.append(problem(ProblemCode.NOT_ELIGIBLE, words, *at))
        if problems:
            raise RuleBroken(*problems)
        return {number: check for (number, _), check in found.items()}

    async def _start_of(self, allocation_id: AllocationId | None) -> Location:
        """Find where an allocation starts, for those who may fill it."""
        places = (await self._platform.reference_book.current()).locations
        async with self._platform.database.read() as connection:
            found = await allocations.by_ids(connection, _some(allocation_id), within=self._scope)
        allocation = None if allocation_id is None else found.get(allocation_id)
        if allocation is None:
            raise RuleBroken(_no_such_allocation("allocationId"))
        if not self._may_fill(allocation, places):
            raise Refused("This allocation is not yours to fill.")
        return places[allocation.from_agency]

    async def _change(
        self,
        allocation_id: AllocationId | None,
        may: Callable[[Allocation, Places], bool],
        work: Callable[[ChangeInHand, Allocation], Awaitable[None]],
        *,
        field: str = "allocationId",
    ) -> Outcome[Allocation]:
        places = (await self._platform.reference_book.current()).locations
        try:
            async with change(self._platform, self._author) as hand:
                allocation = await self._locked(hand, allocation_id, field)
                if not may(allocation, places):
                    raise Refused("This allocation is not yours to change.")
                await work(hand, allocation)
                now = await allocations.by_ids(hand.conn, [allocation.id], within=self._scope)
        except RuleBroken as broken:
            return Outcome(None, broken.problems)
        return Outcome(now.get(allocation.id))

    async def _locked(self, hand: ChangeInHand, allocation_id: AllocationId | None, field: str) -> Allocation:
        allocation = None
        if allocation_id is not None:
            allocation = await allocation_changes.lock(hand.conn, allocation_id, within=self._scope)
        if allocation is None:
            raise RuleBroken(_no_such_allocation(field))
        if allocation.status is AllocationStatus.CANCELLED:
            words = "The allocation is cancelled."
            raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, field))
        return allocation

    def _refuse_without(self, permission: Permission) -> None:
        if permission not in self._viewer.permissions:
            raise Refused("Your roles do not change allocations in this way.")

    def _may_fill(self, allocation: Allocation, places: Places) -> bool:
        return may_fill(self._viewer, places[allocation.from_agency])

    def _may_cancel(self, allocation: Allocation, places: Places) -> bool:
        return may_run(
            self._viewer,
            Permission.CANCEL_ALLOCATION,
            places[allocation.from_agency],
            places[allocation.to_agency],
        )


def _some(allocation_id: AllocationId | None) -> list[AllocationId]:
    return [] if allocation_id is None else [allocation_id]


def _no_such_allocation(field: str) -> Problem:
    return problem(ProblemCode.NOT_FOUND, "There is no such allocation.", field)


def _place(allocation: Allocation, reference: str, at: dt.datetime) -> Move:
    return Move(
        id=MoveId(uuid4()),
        reference=reference,  # type: ignore[arg-type]  # a MoveReference, drawn for it
        type=MoveType.PRISON_TRANSFER,
        status=MoveStatus.REQUESTED,
        date=allocation.date,
        date_from=None,
        date_to=None,
        time_due=None,
        prison_number=None,
        from_agency=allocation.from_agency,
        to_agency=allocation.to_agency,
        supplier=allocation.supplier,
        vehicle_needs=VehicleNeeds(VehicleKind.CELLULAR, None),
        prison_transfer_reason=None,
        additional_information=None,
        recall_date=None,
        cancellation=None,
        allocation_id=allocation.id,
        recorded_retrospectively=False,
        authorised_at=at,
        created_at=at,
        updated_at=at,
        version=1,
        escort_check=EscortCheckStatus.NOT_NEEDED,
    )
