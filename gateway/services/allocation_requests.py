"""Asking for allocations, and calling them off."""

import datetime as dt
from dataclasses import dataclass, replace
from uuid import uuid4

from gateway.domain.access_log import AccessAction, SubjectType
from gateway.domain.allocation_states import ALLOCATION_STATES, AllocationAction
from gateway.domain.allocations import Allocation, AllocationStatus, ComplexCase
from gateway.domain.changes import Author
from gateway.domain.errors import Refused
from gateway.domain.ids import AgencyId, AllocationId, MoveId
from gateway.domain.locations import Location
from gateway.domain.moves import (
    Cancellation,
    CancellationReason,
    EscortCheckStatus,
    Move,
    MoveStatus,
    MoveType,
    VehicleKind,
    VehicleNeeds,
)
from gateway.domain.problems import ProblemCode, RuleBroken, problem
from gateway.domain.scope import Scope
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.allocations.criteria import complex_case_problems, criteria_problems, size_problems
from gateway.policies.allocations.who import may_run_between
from gateway.policies.booking.changes import BEFORE_IT_LEAVES, cancellation_problems
from gateway.policies.booking.places import place_problems
from gateway.services import first_uses
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.assigned_suppliers import assigned_supplier
from gateway.services.changes import ChangeInHand, Outcome, Told, change
from gateway.services.move_progress import advanced_all
from gateway.services.platform import Platform
from gateway.store import allocation_changes, allocations, move_changes


@dataclass(frozen=True, slots=True)
class CreateAllocation:
    """What a client asks for: `moves_count` people on a day, and which."""

    date: dt.date
    from_agency: AgencyId
    to_agency: AgencyId
    moves_count: int
    prisoner_category: str | None
    sentence_length: str | None
    estate: str | None
    complex_cases: tuple[ComplexCase, ...]
    other_criteria: str | None
    requested_by: str | None
    idempotency_key: str | None


class AllocationRequests:
    """Bound to one viewer. `scope` is that of allocations; whoever sees one sees its moves."""

    def __init__(
        self, platform: Platform, viewer: Viewer, scope: Scope, access: AccessRecorder, author: Author
    ) -> None:
        self._platform = platform
        self._viewer = viewer
        self._scope = scope
        self._access = access
        self._author = author

    async def create(self, asked: CreateAllocation) -> Outcome[Allocation]:
        """Ask for an allocation: a move for each person wanted, requested at once and without anybody yet.

        Raises:
            Refused: the viewer does not ask for any, or not between these places.

        """
        if Permission.CREATE_ALLOCATION not in self._viewer.permissions:
            raise Refused("Your roles do not create allocations.")
        try:
            return Outcome(await self._create(asked))
        except RuleBroken as broken:
            return Outcome(None, broken.problems)

    async def cancel(
        self, allocation_id: AllocationId | None, reason: CancellationReason, comment: str | None
    ) -> Outcome[Allocation]:
        """Call an allocation off, and with it its moves that have not left. Those on the road or over stay.

        Nothing about its people, its places or NOMIS stands in the way.

        Raises:
            Refused: the viewer cancels none, or none between these places.

        """
        if Permission.CANCEL_ALLOCATION not in self._viewer.permissions:
            raise Refused("Your roles do not cancel allocations.")
        places = (await self._platform.reference_book.current()).locations
        try:
            async with change(self._platform, self._author) as hand:
                allocation = await locked_allocation(hand, allocation_id, self._scope, "id")
                ends = places[allocation.from_agency], places[allocation.to_agency]
                if not may_run_between(self._viewer, Permission.CANCEL_ALLOCATION, *ends):
                    raise Refused("Your roles do not cancel allocations between these places.")
                cancelled, moves = await self._cancelled(hand, allocation, reason, comment)
        except RuleBroken as broken:
            return Outcome(None, broken.problems)
        for move in moves:
            await self._access.changed(AccessAction.CANCEL, SubjectType.MOVE, Read(str(move.id), move.prison_number))
        return Outcome(cancelled)

    async def _create(self, asked: CreateAllocation) -> Allocation:
        start, end = await self._ends(asked)
        request = first_uses.keyed(self._author, asked.idempotency_key, asked)
        made_before = await first_uses.earlier(self._platform, request)
        if made_before is not None:
            return await self._again(AllocationId(made_before))
        problems = [
            *place_problems(MoveType.PRISON_TRANSFER, start, end),
            *size_problems(asked.moves_count),
            *criteria_problems(asked.estate, asked.prisoner_category, asked.sentence_length),
            *complex_case_problems(asked.complex_cases),
        ]
        if problems:
            raise RuleBroken(*problems)
        async with change(self._platform, self._author) as hand:
            allocation_id = AllocationId(uuid4())
            made_before = await first_uses.claim(hand, request, allocation_id)
            if made_before is None:
                allocation, moves = await self._written(hand, asked, allocation_id)
        if made_before is not None:
            return await self._again(AllocationId(made_before))
        for move in moves:
            await self._access.changed(AccessAction.CREATE, SubjectType.MOVE, Read(str(move.id), None))
        return allocation

    async def _ends(self, asked: CreateAllocation) -> tuple[Location, Location]:
        places = (await self._platform.reference_book.current()).locations
        start, end = places.get(asked.from_agency), places.get(asked.to_agency)
        if start is None or end is None:
            field = "fromLocationId" if start is None else "toLocationId"
            raise RuleBroken(problem(ProblemCode.NOT_FOUND, "There is no such place.", field))
        if not may_run_between(self._viewer, Permission.CREATE_ALLOCATION, start, end):
            raise Refused(f"Your roles do not create allocations from {start.title} to {end.title}.")
        return start, end

    async def _written(
        self, hand: ChangeInHand, asked: CreateAllocation, allocation_id: AllocationId
    ) -> tuple[Allocation, list[Move]]:
        allocation = Allocation(
            id=allocation_id,
            status=AllocationStatus.UNFILLED,
            date=asked.date,
            from_agency=asked.from_agency,
            to_agency=asked.to_agency,
            supplier=await assigned_supplier(hand, asked.from_agency, asked.date, caller=None),
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
        moves = await _places(hand, allocation)
        by = {} if asked.requested_by is None else {"requested_by": asked.requested_by}
        await hand.add_allocation(allocation)
        return allocation, await hand.add_moves((move, [Told("MoveRequested", details=by)]) for move in moves)

    async def _cancelled(
        self, hand: ChangeInHand, allocation: Allocation, reason: CancellationReason, comment: str | None
    ) -> tuple[Allocation, list[Move]]:
        status = ALLOCATION_STATES.next(allocation.status, AllocationAction.CANCEL)
        if status is None:
            raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, "The allocation is cancelled already.", "id"))
        problems = cancellation_problems(reason, comment)
        if problems:
            raise RuleBroken(*problems)
        open_moves = [
            move
            for move in await move_changes.lock_all_of(hand.conn, allocation.id, within=self._scope)
            if move.status in BEFORE_IT_LEAVES
        ]
        told = Told(
            "MoveCancel",
            details={
                "cancellation_reason": CancellationReason.ALLOCATION_CANCELLED.value,
                "cancellation_reason_comment": comment,
            },
        )
        after = await advanced_all(hand, open_moves, told, "id")
        kept = await hand.keep_moves((before, move, [told]) for before, move in zip(open_moves, after, strict=True))
        cancellation = Cancellation(reason, comment, rejection_reason=None, at=hand.at)
        changed = replace(allocation, status=status, moves_count=0, filled_count=0, cancellation=cancellation)
        return await hand.keep_allocation(allocation, changed), kept

    async def _again(self, allocation_id: AllocationId) -> Allocation:
        async with self._platform.database.read() as connection:
            found = await allocations.by_ids(connection, [allocation_id], within=self._scope)
        if allocation_id not in found:
            raise RuleBroken(problem(ProblemCode.NOT_FOUND, "There is no such allocation."))
        return found[allocation_id]


async def locked_allocation(
    hand: ChangeInHand, allocation_id: AllocationId | None, within: Scope, *field: str
) -> Allocation:
    """Read an allocation for changing it.

    Raises:
        RuleBroken: there is none, or it is out of scope.

    """
    found = None if allocation_id is None else await allocation_changes.lock(hand.conn, allocation_id, within=within)
    if found is None:
        raise RuleBroken(problem(ProblemCode.NOT_FOUND, "There is no such allocation.", *field))
    return found


async def _places(hand: ChangeInHand, allocation: Allocation) -> list[Move]:
    return [
        Move(
            id=MoveId(uuid4()),
            reference=reference,
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
            authorised_at=hand.at,
            created_at=hand.at,
            updated_at=hand.at,
            version=1,
            escort_check=EscortCheckStatus.NOT_NEEDED,
        )
        for reference in await hand.fresh_references(allocation.moves_count)
    ]
