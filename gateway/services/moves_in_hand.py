"""A move in the hands of a change: found within a scope, and locked in the one order that never deadlocks."""

from gateway.domain.ids import MoveId
from gateway.domain.moves import Move
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.scope import Scope
from gateway.services.changes import ChangeInHand
from gateway.store import allocation_changes, move_changes, moves


def no_such_move() -> Problem:
    """Return the one answer for a move that does not exist and for one that is hidden."""
    return problem(ProblemCode.NOT_FOUND, "There is no such move.", "id")


async def locked_if_there(hand: ChangeInHand, move_id: MoveId, within: Scope) -> Move | None:
    """Lock a move for changing it, and before it the allocation that it is a place in: None where it is not in scope.

    An allocation's own changes lock it before its moves. Whoever took the two the other way round would wait for each
    other.
    """
    found = (await moves.by_ids(hand.conn, [move_id], within=within)).get(move_id)
    if found is None:
        return None
    if found.allocation_id is not None:
        await allocation_changes.lock_of(hand.conn, found)
    return await move_changes.lock(hand.conn, move_id, within=within)


async def locked_move(hand: ChangeInHand, move_id: MoveId | None, within: Scope) -> Move:
    """Lock a move for changing it.

    Raises:
        RuleBroken: there is none, or it is out of scope.

    """
    move = None if move_id is None else await locked_if_there(hand, move_id, within)
    if move is None:
        raise RuleBroken(no_such_move())
    return move
