"""What a move's new day makes of the journeys that were planned for the old one."""

from gateway.domain.changes import ChangedThing
from gateway.domain.moves import Move
from gateway.services.changes import ChangeInHand, Told
from gateway.store import planned_journeys


async def follow(hand: ChangeInHand, *, before: Move, after: Move) -> None:
    """Let planned journeys of the old day follow a locked move to its new one, each with its event and history."""
    if before.date is None or after.date is None or before.date == after.date:
        return
    shifted = await planned_journeys.shift(hand.conn, after, since=before.date, to=after.date, at=hand.at)
    for journey_id, version in sorted(shifted.items()):
        await hand.note(ChangedThing.JOURNEY, journey_id, version, {"date": before.date}, {"date": after.date})
        day = after.date.isoformat()
        await hand.tell(after, [Told("JourneyUpdate", details={"date": day}, journey_id=journey_id)])
