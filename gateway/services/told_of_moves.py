"""What comes of events about a move: its status, its destination, the dPER that goes with it."""

from collections.abc import Iterable
from dataclasses import replace

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.ids import MoveId
from gateway.domain.move_replay import STATUS_EVENTS
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.problems import Problem, ProblemCode, RuleBroken
from gateway.domain.questions import QuestionSetKind
from gateway.domain.redirections import CAN_GO_ELSEWHERE, redirected, status_at
from gateway.domain.scope import Scope
from gateway.policies.booking.places import place_problems
from gateway.policies.escort_records.departures import has_left_anyway, incomplete_problem
from gateway.policies.escort_records.who import needs_escort_record, needs_youth_risk_assessment
from gateway.services.allocation_counts import recount
from gateway.services.changes import ChangeInHand, Told
from gateway.services.duplicates import refuse_duplicates
from gateway.services.move_progress import advanced
from gateway.services.record_confirming import confirmed_by_departure
from gateway.services.telling import Telling
from gateway.store import escort_record_changes, event_subjects, move_changes
from gateway.store.escort_record_changes import RecordState

_ON_THE_ROAD = frozenset({MoveStatus.IN_TRANSIT, MoveStatus.COMPLETED})


async def status_told(hand: ChangeInHand, move: Move, telling: Telling) -> Told:
    """Take a locked move as far as an event says. One that waits for what comes before it changes nothing yet.

    Raises:
        RuleBroken: see `domain.move_replay.after`; or it would start without a complete record.

    """
    after = await advanced(hand, move, telling.told, *telling.field, "type")
    remarks = await _departure_remarks(hand, move, after, telling) if telling.rule.type == "MoveStart" else []
    await keep_progress(hand, move, after, telling.told, remarks)
    return telling.told


async def keep_progress(hand: ChangeInHand, move: Move, after: Move, told: Told, remarks: Iterable[Told] = ()) -> Move:
    """Write how far an event has taken a locked move, and what follows from that; `remarks` are told with it."""
    if after == move:
        await hand.tell(move, [told, *remarks])
        return move
    departed = after.status in _ON_THE_ROAD and move.status not in _ON_THE_ROAD
    confirmed = await _confirmed(hand, move, told) if departed else []
    kept = await hand.keep_move(move, after, [told, *remarks, *confirmed])
    await recount(hand, kept)
    return kept


async def _departure_remarks(hand: ChangeInHand, move: Move, after: Move, telling: Telling) -> list[Told]:
    """See to it that nobody sets out without complete records; remark on it where they have left already.

    Raises:
        RuleBroken: they have not, and the records are not complete.

    """
    start = telling.places[move.from_agency]
    states = {state.kind: state for state in await _records(hand, move)}
    escort_record = needs_escort_record(start) and not _is_complete(states.get(QuestionSetKind.ESCORT_RECORD))
    assessment = needs_youth_risk_assessment(start) and not _is_complete(
        states.get(QuestionSetKind.YOUTH_RISK_ASSESSMENT)
    )
    if not escort_record and not assessment:
        return []
    left_at = telling.told.occurred_at or hand.at
    if not has_left_anyway(move, after, left_at, hand.at):
        field = (*telling.field, "type")
        raise RuleBroken(incomplete_problem(start, escort_record=escort_record, assessment=assessment, field=field))
    missing = [
        *(["escort record"] if escort_record else []),
        *(["youth risk assessment"] if assessment else []),
    ]
    return [Told("MoveStartIncomplete", details={"incomplete": ", ".join(missing)}, occurred_at=left_at)]


async def _confirmed(hand: ChangeInHand, move: Move, told: Told) -> list[Told]:
    """Confirm the records that leave with a move, as far as they are complete; return the events that say so."""
    return await confirmed_by_departure(hand, await _records(hand, move), told.occurred_at or hand.at)


async def _records(hand: ChangeInHand, move: Move) -> list[RecordState]:
    found = [await escort_record_changes.state_of(hand.conn, kind, locked=move) for kind in QuestionSetKind]
    return [state for state in found if state is not None]


def _is_complete(state: RecordState | None) -> bool:
    return state is not None and state.status in {EscortRecordStatus.COMPLETED, EscortRecordStatus.CONFIRMED}


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
