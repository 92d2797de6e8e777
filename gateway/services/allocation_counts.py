"""What an allocation's moves make of it: how many places it has, and whether all are filled."""

from gateway.domain.allocation_states import status_of
from gateway.domain.allocations import AllocationStatus
from gateway.domain.changes import ChangedThing
from gateway.domain.moves import Move
from gateway.services.changes import ChangeInHand
from gateway.store import allocation_changes


async def recount(hand: ChangeInHand, move: Move) -> None:
    """Bring the allocation of a move that was changed up to date; nothing where the move is not part of one."""
    if move.allocation_id is None:
        return
    before = await allocation_changes.lock_of(hand.conn, move)
    if before is None or before["status"] == AllocationStatus.CANCELLED.value:
        return
    places, filled = await allocation_changes.places_of(hand.conn, move.allocation_id, locked=move)
    status = status_of(AllocationStatus(str(before["status"])), places=places, filled=filled)
    changed = {"status": status.value, "moves_count": places}
    if all(before[name] == value for name, value in changed.items()):
        return
    version = int(str(before["version"])) + 1
    after = {**before, **changed, "version": version, "updated_at": hand.at}
    await allocation_changes.save(hand.conn, move.allocation_id, after)
    await hand.note(ChangedThing.ALLOCATION, move.allocation_id, version, before, after)
