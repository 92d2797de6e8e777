"""What is done with an event, by its type; those that change nothing are written to the log and that is all."""

from dataclasses import replace

from gateway.domain.errors import Upstream, UpstreamUnavailable
from gateway.domain.ids import MoveId
from gateway.domain.move_states import MOVE_ACTIONS
from gateway.domain.moves import EscortCheckStatus
from gateway.domain.problems import ProblemCode, RuleBroken
from gateway.domain.scope import Scope
from gateway.policies.booking.people import not_carried
from gateway.services.changes import ChangeInHand, Told
from gateway.services.escort_checks import EscortCheck
from gateway.services.event_subjects import LockedSubject
from gateway.services.telling import Telling
from gateway.services.told_decisions import approval_told, rejection_told
from gateway.services.told_of_journeys import journey_told
from gateway.services.told_of_lodgings import cancellation_told, creation_told, stay_told, update_told
from gateway.services.told_of_moves import pick_up_told, redirection_told, status_told


async def tell(  # noqa: PLR0911 - one return for each sort of event
    hand: ChangeInHand, subject: LockedSubject, telling: Telling, *, previous_move: MoveId | None, within: Scope
) -> Told:
    """Write an event and what comes of it; return the event as it was written.

    Raises:
        RuleBroken: it is not possible.
        UpstreamError: the person of a move to be approved could not be looked up.

    """
    move = subject.move
    if subject.journey is not None:
        return await journey_told(hand, move, subject.journey, telling, last_told=subject.last_told)
    match telling.rule.type:
        case "MoveApprove":
            _refuse_unchecked(subject.check, telling)
            return await approval_told(hand, move, telling, subject.check)
        case "MoveReject":
            return await rejection_told(hand, move, telling)
        case "MoveRedirect":
            return await redirection_told(hand, move, telling)
        case "MoveLodgingStart" | "MoveLodgingEnd":
            return await stay_told(hand, move, telling)
        case "MoveCrossSupplierPickUp":
            return await pick_up_told(hand, move, telling, previous=previous_move, within=within)
        case "LodgingCreate":
            return await creation_told(hand, move, telling)
        case type_ if type_ in MOVE_ACTIONS:
            return await status_told(hand, move, telling)
    if subject.lodging_id is not None:
        about = telling.about(replace(telling.told, lodging_id=subject.lodging_id))
        change = cancellation_told if telling.rule.type == "LodgingCancel" else update_told
        return await change(hand, move, subject.lodging_id, about)
    await hand.tell(move, [telling.told])
    return telling.told


def _refuse_unchecked(check: EscortCheck, telling: Telling) -> None:
    """See to it that nobody is approved unchecked; a category that nobody knows is settled by approving."""
    if check.status is None:
        words = "The person can no longer be moved from there."
        raise telling.broken(ProblemCode.NOT_ELIGIBLE, words, "subjectId")
    if check.status is EscortCheckStatus.REFUSED:
        raise RuleBroken(not_carried(check.reasons, *telling.field, "subjectId"))
    if check.status is EscortCheckStatus.UNCHECKED:
        raise check.failure or UpstreamUnavailable(Upstream.NOMIS, "people")
