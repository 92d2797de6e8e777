"""What comes of events about a journey: its state, its vehicle and what is charged for it."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain import journey_replay
from gateway.domain.changes import ChangedThing
from gateway.domain.ids import JourneyId
from gateway.domain.journey_replay import JOURNEY_LOG
from gateway.domain.journeys import Journey, Leg, ReportedJourney
from gateway.domain.moves import Move
from gateway.services.changes import ChangeInHand, Told
from gateway.services.telling import Telling
from gateway.store import journey_changes
from gateway.store.journey_changes import journey_row


@dataclass(frozen=True, slots=True)
class LastTold:
    """A journey as its supplier's own system last told it, and when."""

    leg: Leg
    at: datetime


async def journey_told(
    hand: ChangeInHand, move: Move, journey: ReportedJourney, telling: Telling, *, last_told: LastTold | None
) -> Told:
    """Take a journey of a locked move as far as an event says.

    Where its supplier's system has said more since it was last reported, the event follows on that.

    Raises:
        RuleBroken: the event is not allowed, then or ever.

    """
    told = replace(telling.told, journey_id=journey.id)
    if telling.rule.type not in JOURNEY_LOG:
        await hand.tell(move, [told])
        return told
    base = journey
    if last_told is not None and last_told.at > journey.updated_at:
        base = journey_replay.based_on(journey, last_told.leg, last_told.at)
    log = await journey_changes.told_of(hand.conn, journey.id, JOURNEY_LOG, locked=move)
    after = journey_replay.after(base, log, hand.event(move, told), *telling.field, "type")
    if after != journey:
        after = replace(after, version=journey.version + 1, updated_at=max(hand.at, journey.updated_at))
        await journey_changes.save(hand.conn, after)
        await hand.note(ChangedThing.JOURNEY, journey.id, after.version, journey_row(journey), journey_row(after))
    await hand.tell(move, [told])
    return told


async def taken_over(hand: ChangeInHand, move: Move, told: Journey) -> ReportedJourney:
    """Keep a journey that only its supplier's own system told of, so that its events have something to follow on."""
    at = told.provenance.fetched_at
    journey = ReportedJourney(
        id=JourneyId(told.id),
        move_id=move.id,
        supplier=told.supplier,
        initial_state=told.state,
        initial_at=at,
        state=told.state,
        date=told.date,
        from_agency=told.from_agency,
        to_agency=told.to_agency,
        billable=told.billable,
        vehicle=told.vehicle,
        reported_at=at,
        updated_at=at,
        version=1,
    )
    await journey_changes.insert(hand.conn, journey)
    await hand.note(ChangedThing.JOURNEY, journey.id, journey.version, None, journey_row(journey))
    return journey
