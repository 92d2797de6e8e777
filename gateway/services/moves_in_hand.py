"""A move in the hands of a change: found within the scope of whoever changes it."""

from gateway.domain.access_log import SubjectType
from gateway.domain.ids import MoveId
from gateway.domain.moves import Move
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.scope import Scope
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.changes import ChangeInHand
from gateway.store import move_changes


def no_such_move() -> Problem:
    """Return the one answer for a move that does not exist and for one that is hidden."""
    return problem(ProblemCode.NOT_FOUND, "There is no such move.", "id")


async def locked_move(hand: ChangeInHand, move_id: MoveId | None, within: Scope) -> Move:
    """Lock a move for changing it.

    Raises:
        RuleBroken: there is none, or it is out of scope.

    """
    move = None if move_id is None else await move_changes.lock(hand.conn, move_id, within=within)
    if move is None:
        raise RuleBroken(no_such_move())
    return move


async def note_refused(access: AccessRecorder, move_id: MoveId | None, broken: RuleBroken) -> None:
    """Note that a move was asked for by its id and not found, as a read of it would be."""
    if move_id is not None and no_such_move() in broken.problems:
        await access.refused(SubjectType.MOVE, [Read(str(move_id), None)])
