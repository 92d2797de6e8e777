"""How far a move has come: the one way in which a change takes it further."""

from gateway.domain.move_replay import STATUS_EVENTS, after
from gateway.domain.moves import Move
from gateway.services.changes import ChangeInHand, Told
from gateway.store import move_changes


async def advanced(hand: ChangeInHand, move: Move, told: Told, *field: str) -> Move:
    """Return a locked move as it is once an event that changes its status is told; nothing is written.

    Raises:
        RuleBroken: see `domain.move_replay.after`.

    """
    log = await move_changes.told_of(hand.conn, move, STATUS_EVENTS)
    return after(move, log, hand.event(move, told), *field)
