"""How far a move has come: the one way in which a change takes it further."""

from collections.abc import Sequence

from gateway.domain.move_replay import STATUS_EVENTS, after
from gateway.domain.moves import Move
from gateway.services.changes import ChangeInHand, Told
from gateway.store import move_changes


async def advanced(hand: ChangeInHand, move: Move, told: Told, *field: str) -> Move:
    """Return a locked move as it is once an event that changes its status is told; nothing is written.

    Raises:
        RuleBroken: see `domain.move_replay.after`.

    """
    return (await advanced_all(hand, [move], told, *field))[0]


async def advanced_all(hand: ChangeInHand, moves: Sequence[Move], told: Told, *field: str) -> list[Move]:
    """Return locked moves as they are once the same is told of each of them, likewise.

    Raises:
        RuleBroken: see `domain.move_replay.after`.

    """
    logs = await move_changes.told_of_each(hand.conn, STATUS_EVENTS, locked=moves)
    return [after(move, logs[move.id], hand.event(move, told), *field) for move in moves]
