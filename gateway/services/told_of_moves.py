"""What comes of events about a move: its status, its destination, the dPER that goes with it."""

from dataclasses import replace
from datetime import datetime

from gateway.domain.changes import ChangedThing
from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.ids import MoveId
from gateway.domain.move_replay import STATUS_EVENTS
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.problems import Problem, ProblemCode, RuleBroken
from gateway.domain.redirections import CAN_GO_ELSEWHERE, redirected, status_at
from gateway.domain.scope import Scope
from gateway.policies.booking.places import place_problems
from gateway.services.allocation_counts import recount
from gateway.services.changes import ChangeInHand, Told
from gateway.services.duplicates import refuse_duplicates
from gateway.services.move_progress import advanced
from gateway.services.telling import Telling
from gateway.store import escort_record_changes, event_subjects, move_changes

_ON_THE_ROAD = frozenset({MoveStatus.IN_TRANSIT, MoveStatus.COMPLETED})


async def status_told(hand: ChangeInHand, move: Move, telling: Telling) -> Told:
    """Take a locked move as far as an event says. One that waits for what comes before it changes nothing yet.

    Raises:
        RuleBroken: see `domain.move_replay.after`.

    """
    after = await advanced(hand, move, telling.told, *telling.field, "type")
    await keep_progress(hand, move, after, telling.told)
    return telling.told


async def keep_progress(hand: ChangeInHand, move: Move, after: Move, told: Told) -> Move:
    """Write how far an event has taken a locked move, and what follows from that."""
    if after == move:
        await hand.tell(move, [told])
        return move
    departed = after.status in _ON_THE_ROAD and move.status not in _ON_THE_ROAD
    confirmed = await _confirmed(hand, move, told) if departed else []
    kept = await hand.keep_move(move, after, [told, *confirmed])
    await recount(hand, kept)
    return kept


async def _confirmed(hand: ChangeInHand, move: Move, told: Told) -> list[Told]:
    """Confirm the dPER that leaves with a move, if it is complete; return the event that says so."""
    record = await escort_record_changes.state_of(hand.conn, move)
    if record is None or record.status is not EscortRecordStatus.COMPLETED:
        return []
    left_at = told.occurred_at or hand.at
    confirmed_at = max(left_at, record.completed_at or left_at)
    await escort_record_changes.confirm(hand.conn, record, confirmed_at, at=hand.at)
    await hand.note(
        ChangedThing.ESCORT_RECORD,
        record.id,
        record.version + 1,
        {"status": record.status, "confirmed_at": None},
        {"status": EscortRecordStatus.CONFIRMED, "confirmed_at": confirmed_at},
    )
    return [Told("PerConfirmation", details={"confirmed_at": _text(confirmed_at)}, occurred_at=confirmed_at)]


async def redirection_told(hand: ChangeInHand, move: Move, telling: Telling) -> Told:
    """Send a locked move elsewhere. The redirection that occurred last counts; an earlier one is only kept.

    Raises:
        RuleBroken: the move was not under way then, or cannot go there.

    """
    at = telling.told.occurred_at or hand.at
    status = status_at(move, await move_changes.told_of(hand.conn, move, STATUS_EVENTS), at)
    if status not in CAN_GO_ELSEWHERE:
        words = f"The move was {status.value.replace('_', ' ')} then: it could not be redirected."
        raise telling.broken(ProblemCode.NOT_ALLOWED_IN_STATE, words, "type")
    log = await move_changes.told_of(hand.conn, move, {"MoveRedirect", "MoveLockout"})
    others = [event for event in log if event.type == "MoveRedirect"]
    after = redirected(move, others, hand.event(move, telling.told))
    if after == move:
        await hand.tell(move, [telling.told])
        return telling.told
    _refuse_places(move, after, telling, locked_out=len(others) < len(log))
    if move.status is not MoveStatus.CANCELLED:
        field = (*telling.field, "details", "to_location")
        await refuse_duplicates(hand, move.prison_number, move.from_agency, after.to_agency, move.date, move.id, *field)
    await hand.keep_move(move, after, [telling.told])
    return telling.told


def _refuse_places(move: Move, after: Move, telling: Telling, *, locked_out: bool) -> None:
    # That the place of departure was closed meanwhile is no reason against another destination.
    start = replace(telling.places[move.from_agency], active=True)
    end = None if after.to_agency is None else telling.places.get(after.to_agency)
    found: list[Problem] = place_problems(after.type, start, end, locked_out=locked_out)
    if found:
        field = ("input", *telling.field, "details", "to_location")
        raise RuleBroken(*(replace(one, field=field) for one in found))


async def pick_up_told(
    hand: ChangeInHand, move: Move, telling: Telling, *, previous: MoveId | None, within: Scope
) -> Told:
    """Note that a supplier took a person over from another: the move before this one has to be in scope too.

    Raises:
        RuleBroken: it is not, or it is this move itself.

    """
    reference = telling.value("previous_move_reference")
    if telling.value("previous_move_id") is not None:
        found = None if previous is None else await event_subjects.reference_of(hand.conn, previous, within=within)
        name = "previous_move_id"
        if found is not None and reference is not None and found != reference:
            raise telling.broken(ProblemCode.INVALID, "The two name different moves.", "details", name)
    else:
        found = await event_subjects.known_reference(hand.conn, reference or "", within=within)
        name = "previous_move_reference"
    if found is None:
        raise telling.broken(ProblemCode.NOT_FOUND, "There is no such move.", "details", name)
    if found == move.reference:
        raise telling.broken(ProblemCode.INVALID, "That is the move itself.", "details", name)
    await hand.tell(move, [telling.told])
    return telling.told


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
