"""Drives the moves of one supplier: what is due is done, one thing after the other, in the order of time."""

import asyncio
import heapq
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from mocks.supplier.holdings import Holdings
from mocks.supplier.records import LegState
from mocks.supplier.road.gateway import GatewayClient, MoveSeen, NotTaken, Refusal, Unreachable
from mocks.supplier.road.plan import About, Happening, Place, a_trip
from mocks.supplier.road.underway import Underway, reported
from mocks.supplier.tokens import Clock
from mocks.supplier.webhooks import Received

SPREAD: Final = timedelta(hours=8)
"""Over how much of the road's time the trips begin that are there at the start."""

SOON: Final = timedelta(minutes=10)
AFTER_REFUSAL: Final = timedelta(minutes=10)
REPORT_EVERY: Final = timedelta(minutes=5)
LOOK_EVERY: Final = timedelta(seconds=60)
LONGEST_PAUSE: Final = timedelta(seconds=30)
SHORTEST_NAP: Final = 0.2

_IN: Final = re.compile(r"\{in (\d+)\}")
_LEG_STATES: Final = {"JourneyStart": LegState.IN_PROGRESS, "JourneyComplete": LegState.COMPLETED}


@dataclass(slots=True)
class Driver:
    """Deterministic: the seed and a move's reference give its trip, the clock gives the time.

    `speed` is how many minutes of the road pass in one of ours. While the gateway cannot be reached everything waits
    and is then said once more under the same key; what it refuses is said again later, and shown.
    """

    gateway: GatewayClient
    holdings: Holdings
    clock: Clock
    place_of: Callable[[str], Place]
    today: Callable[[], date]
    speed: float = 60.0
    seed: int = 1
    trips: dict[str, Underway] = field(default_factory=dict)
    ended: int = 0
    refusals: list[dict[str, Any]] = field(default_factory=list)
    _due: list[tuple[datetime, int, str]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _wanted: list[str] = field(default_factory=list)
    _count: "itertools.count[int]" = field(default_factory=itertools.count)
    _look_at: datetime | None = None
    _report_at: datetime | None = None
    _pause: timedelta = timedelta(seconds=1)

    async def hear(self, message: Received) -> None:
        """Take note of a webhook: a new move is looked at, one that is over or gone is left."""
        if message.type in {"move.cancelled", "move.removed"}:
            self._leave(message.reference)
        elif message.reference not in self._seen:
            self._wanted.append(message.move_id)

    async def run(self) -> None:
        """Drive for as long as the system lives."""
        while True:
            await self.run_due()
            due = self.next_due()
            nap = 1.0 if due is None else (due - self.clock()).total_seconds()
            # Positions go on between two steps, and what is heard meanwhile does not wait for long.
            await asyncio.sleep(min(max(nap, SHORTEST_NAP), 1.0))

    def next_due(self) -> datetime | None:
        """Say when there is something to do; None while nobody is on the way."""
        return self._due[0][0] if self._due else None

    async def run_due(self) -> int:
        """Do what is due by now; return how many steps that were. Nothing is raised."""
        done = 0
        try:
            await self._take_in()
            while self._due and self._due[0][0] <= self.clock():
                _, _, reference = heapq.heappop(self._due)
                underway = self.trips.get(reference)
                if underway is not None:
                    done += 1
                    await self._advance(underway)
            await self._tell_positions()
            self._pause = timedelta(seconds=1)
        except Unreachable:
            self._look_at = self.clock() + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        except NotTaken as refused:
            self._note("-", "-", str(refused))
            self._look_at = self.clock() + LONGEST_PAUSE
        return done

    def status(self) -> dict[str, object]:
        """Tell how many trips there are, and what the gateway did not take last."""
        return {
            "waiting": sum(one.left_at is None for one in self.trips.values()),
            "onTheRoad": sum(one.left_at is not None for one in self.trips.values()),
            "ended": self.ended,
            "refusals": self.refusals[-50:],
        }

    async def _take_in(self) -> None:
        """Look at the moves that were heard of, and once in a while at all of the day."""
        now = self.clock()
        if self._look_at is not None and now < self._look_at and not self._wanted:
            return
        if self._look_at is None or now >= self._look_at:
            first = not self._seen
            for move in await self.gateway.moves(self.today()):
                self._begin(move, within=SPREAD if first else SOON)
            self._look_at = now + LOOK_EVERY
        while self._wanted:
            move_seen = await self.gateway.move(self._wanted[0])
            self._wanted.pop(0)
            if move_seen is not None:
                self._begin(move_seen, within=SOON)

    def _begin(self, move: MoveSeen, *, within: timedelta) -> None:
        """Plan a trip, once for each move of the day that this system can drive: one leg, and no night between."""
        if move.reference in self._seen or move.date != self.today() or move.to_agency is None or move.lodges:
            return
        if len(move.journeys) > 1 or move.status not in {"REQUESTED", "BOOKED", "IN_TRANSIT"}:
            return
        self._seen.add(move.reference)
        dice = Random(f"{self.seed} {move.reference}")  # noqa: S311 - an invented road
        start, end = self.place_of(move.from_agency), self.place_of(move.to_agency)
        trip = a_trip(dice, move.from_agency, move.to_agency, start, end)
        left = move.status == "IN_TRANSIT"
        steps = list(trip.way[2:]) if left else [*trip.way_there, *trip.way]
        journey = move.journeys[0] if move.journeys else None
        underway = Underway(
            move=move,
            trip=trip,
            steps=steps,
            journey_id=None if journey is None else journey.id,
            leg_state=LegState.IN_PROGRESS if left else LegState.PROPOSED,
            start=start,
            end=end,
            left_at=self.clock() if left else None,
            number=len(trip.way_there) + 2 if left else 0,
        )
        self.trips[move.reference] = underway
        if left and journey is not None:
            self._plan_next(underway)
        else:
            self._at(move.reference, self._road(within * dice.random()))

    async def _advance(self, underway: Underway) -> None:
        """Do what is next on a trip. What could not be said is due again at once, with the same words."""
        try:
            if underway.move.status == "REQUESTED":
                await self._accept(underway)
            elif underway.journey_id is None:
                await self._plan_journey(underway)
            else:
                await self._happen(underway)
        except Unreachable:
            underway.tries += 1
            self._at(underway.move.reference, min(timedelta(seconds=2 ** min(underway.tries, 5)), LONGEST_PAUSE))
            raise
        except NotTaken as refused:
            self._note(underway.move.reference, "-", str(refused))
            self._leave(underway.move.reference)
        underway.tries = 0

    async def _accept(self, underway: Underway) -> None:
        refusals = await self._record(underway, (Happening("MoveAccept", About.MOVE),), "accept")
        if self._stands_in_the_way(underway, refusals):
            return
        underway.move = replace(underway.move, status="BOOKED")
        self._at(underway.move.reference, self._road(timedelta(minutes=1)))

    async def _plan_journey(self, underway: Underway) -> None:
        move = underway.move
        created = await self.gateway.create_journey(
            {
                "moveId": move.id,
                "fromLocationId": move.from_id,
                "toLocationId": move.to_id,
                "billable": True,
                "vehicleId": underway.trip.vehicle_id,
                "vehicleRegistration": underway.trip.registration,
                "idempotencyKey": f"{self.seed} {move.reference} journey",
            }
        )
        if isinstance(created, Refusal):
            self._note(move.reference, "createJourney", created.message)
            self._leave(move.reference)
            return
        underway.journey_id = created
        self._hold_leg(underway)
        self._plan_next(underway)

    async def _happen(self, underway: Underway) -> None:
        step = underway.steps[0]
        refusals = await self._record(underway, step.happenings, f"{underway.number}")
        if any(one.type == "MoveStart" for one in step.happenings) and self._stands_in_the_way(underway, refusals):
            return
        for happening, refusal in zip(step.happenings, refusals, strict=True):
            if refusal is not None and not refusal.told_before:
                self._note(underway.move.reference, happening.type, refusal.message)
            underway.leg_state = _LEG_STATES.get(happening.type, underway.leg_state)
            if happening.type in _LEG_STATES:
                self._hold_leg(underway)
        if step.drives is not None:
            underway.left_at = underway.left_at or self.clock()
            underway.behind = step.drives
        underway.steps.pop(0)
        underway.number += 1
        if underway.steps:
            self._plan_next(underway)
        else:
            self.ended += 1
            self._leave(underway.move.reference)

    def _stands_in_the_way(self, underway: Underway, refusals: list[Refusal | None]) -> bool:
        """Wait and say it again later where the gateway refused it: a dPER that is not complete yet, say."""
        refused = [one for one in refusals if one is not None and not one.told_before]
        if not refused:
            return False
        kind = underway.steps[0].happenings[0].type if underway.move.status != "REQUESTED" else "MoveAccept"
        self._note(underway.move.reference, kind, refused[0].message)
        if "NOT_FOUND" in refused[0].codes:
            self._leave(underway.move.reference)
        else:
            self._at(underway.move.reference, self._road(AFTER_REFUSAL))
        return True

    async def _record(self, underway: Underway, happenings: tuple[Happening, ...], mark: str) -> list[Refusal | None]:
        now = self.clock()
        events = [
            self._event(
                underway, one, f"{self.seed} {underway.move.reference} {mark} {n}", now + timedelta(milliseconds=n)
            )
            for n, one in enumerate(happenings)
        ]
        return await self.gateway.record(events) if events else []

    def _event(self, underway: Underway, one: Happening, key: str, at: datetime) -> dict[str, object]:
        subject = underway.move.id if one.about is About.MOVE else underway.journey_id
        return {
            "type": one.type,
            "subjectId": subject,
            "occurredAt": at.isoformat(),
            "details": [{"name": name, "value": self._filled_in(value, at)} for name, value in one.details],
            "idempotencyKey": key,
        }

    def _filled_in(self, value: str, at: datetime) -> str:
        if value == "{now}":
            return at.isoformat()
        later = _IN.fullmatch(value)
        return value if later is None else (at + self._road(timedelta(minutes=int(later[1])))).isoformat()

    def _plan_next(self, underway: Underway) -> None:
        step = underway.steps[0]
        wait = self._road(step.after)
        now = self.clock()
        driving = step.drives is not None and underway.left_at is not None
        underway.next_drive = (now, now + wait, underway.behind, step.drives or 0.0) if driving else None
        self._at(underway.move.reference, wait)

    async def _tell_positions(self) -> None:
        """Hold where each vehicle is, and report it every few minutes of the road."""
        now = self.clock()
        found: list[Mapping[str, object]] = []
        for underway in self.trips.values():
            position = underway.position(now, self._road)
            if position is not None:
                self.holdings.change_position(underway.move.reference, position)
                found.append(reported(underway.move.id, position))
        if self._report_at is None or now >= self._report_at:
            self._report_at = now + max(self._road(REPORT_EVERY), timedelta(seconds=1))
            await self.gateway.report_positions(f"positions_{int(now.timestamp() * 1000)}", found[:500])

    def _hold_leg(self, underway: Underway) -> None:
        """Let the supplier's own system tell of the journey as it is now."""
        leg = underway.leg(self.clock())
        if leg is not None:
            self.holdings.change_legs(underway.move.reference, (leg,))

    def _leave(self, reference: str) -> None:
        """Have nothing more to do with a move."""
        self._seen.add(reference)
        if self.trips.pop(reference, None) is not None:
            self.holdings.change_position(reference, None)

    def _note(self, reference: str, kind: str, message: str) -> None:
        """Keep what was refused; said again and refused again it is counted."""
        for known in self.refusals:
            if (known["moveReference"], known["event"], known["message"]) == (reference, kind, message):
                known |= {"at": self.clock(), "times": known["times"] + 1}
                return
        told = {"at": self.clock(), "moveReference": reference, "event": kind, "message": message, "times": 1}
        self.refusals.append(told)
        del self.refusals[:-200]

    def _road(self, time: timedelta) -> timedelta:
        """Turn the road's time into ours."""
        return time / self.speed

    def _at(self, reference: str, wait: timedelta) -> None:
        heapq.heappush(self._due, (self.clock() + wait, next(self._count), reference))
