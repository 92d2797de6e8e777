"""What an allocation's moves make of it: how many places it has, and whether all are filled."""

from gateway.domain.allocation_states import status_of
from gateway.domain.allocations import Allocation, AllocationStatus
from gateway.domain.changes import ChangedThing
from gateway.domain.ids import AllocationId
from gateway.domain.moves import Move
from gateway.services.changes import ChangeInHand
from gateway.store import allocation_changes
from gateway.store.allocation_changes import Row


async def recount(hand: ChangeInHand, changed: Allocation | Move, *, always: bool = False) -> None:
    """Bring an allocation up to date after its moves changed; nothing for a move that is part of none.

    A cancelled one stays as it is. `always` makes a new version of it also where neither number nor status changed,
    as when one person takes another's place.
    """
    before = await allocation_changes.row_of(hand.conn, locked=changed)
    if before is None or before["status"] == AllocationStatus.CANCELLED.value:
        return
    places, filled = await allocation_changes.places_of(hand.conn, locked=changed)
    status = status_of(AllocationStatus(str(before["status"])), places=places, filled=filled)
    after: Row = {"status": status.value, "moves_count": places}
    if always or any(before[name] != value for name, value in after.items()):
        await keep(hand, before, after)


async def keep(hand: ChangeInHand, before: Row, changed: Row) -> None:
    """Write the next version of an allocation that was locked, with its history."""
    allocation_id = AllocationId(before["id"])  # type: ignore[arg-type]  # the primary key's own type
    version = int(str(before["version"])) + 1
    after = {**before, **changed, "version": version, "updated_at": hand.at}
    await allocation_changes.save(hand.conn, allocation_id, after)
    await hand.note(ChangedThing.ALLOCATION, allocation_id, version, before, after)
