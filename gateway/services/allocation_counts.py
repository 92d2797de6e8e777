"""What an allocation's moves make of it: how many places it has, and whether all are filled."""

from dataclasses import replace

from gateway.domain.allocation_states import status_of
from gateway.domain.allocations import Allocation, AllocationStatus
from gateway.domain.moves import Move
from gateway.services.changes import ChangeInHand
from gateway.store import allocation_changes


async def recount(hand: ChangeInHand, move: Move) -> None:
    """Bring the allocation of a move that was changed up to date; nothing where the move is not part of one.

    The allocation is to be locked before the move: see `store.move_changes.lock`.
    """
    if move.allocation_id is None:
        return
    before = await allocation_changes.lock_of(hand.conn, move)
    if before is None or before.status is AllocationStatus.CANCELLED:
        return
    after = await counted(hand, before)
    if after != before:
        await hand.keep_allocation(before, after)


async def counted(hand: ChangeInHand, locked: Allocation) -> Allocation:
    """Return an allocation with the counts and the status that follow from its moves; nothing is written."""
    places, filled = await allocation_changes.places_of(hand.conn, locked=locked)
    status = status_of(locked.status, places=places, filled=filled)
    return replace(locked, status=status, moves_count=places, filled_count=filled)
