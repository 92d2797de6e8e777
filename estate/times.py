"""The day of a move as instants: London's day, in UTC."""

import datetime as dt
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from estate.model import MoveStatus
from estate.plans import Phase, phase_of

_LONDON: Final = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Day:
    """A day with moves. `midnight` is when it begins in London; `known_until` the last instant of which records tell.

    On the world's day records tell of no more than the early morning, so that a demonstration at any hour of work has
    nothing from the future in it.
    """

    seed: int
    date: dt.date
    today: dt.date
    phase: Phase
    midnight: datetime
    known_until: datetime

    def at(self, minutes: float) -> datetime:
        """Return so many minutes after midnight, to the second."""
        return self.midnight + timedelta(seconds=int(minutes * 60))


@dataclass(frozen=True, slots=True)
class Course:
    """When a move was made, authorised, set off and arrived; what has not happened is None."""

    created_at: datetime
    authorised_at: datetime | None
    accepted_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None

    @property
    def updated_at(self) -> datetime:
        return max(
            at
            for at in (
                self.created_at,
                self.authorised_at,
                self.accepted_at,
                self.started_at,
                self.completed_at,
                self.cancelled_at,
            )
            if at is not None
        )


def day_of(seed: int, day: date, today: date) -> Day:
    midnight = datetime.combine(day, time(), _LONDON).astimezone(UTC)
    if day == today:
        known_until = midnight + timedelta(hours=8, minutes=30)
    else:
        known_until = min(midnight, datetime.combine(today, time(), _LONDON).astimezone(UTC))
    return Day(seed, day, today, phase_of(day, today), midnight, known_until)


def course(rng: random.Random, day: Day, status: MoveStatus, *, proposal: bool, retrospective: bool) -> Course:
    """Draw the instants of a move: asked for up to three weeks ahead, authorised within hours."""
    if retrospective:
        return _recorded_afterwards(rng, day)
    eve = day.midnight if day.phase is not Phase.FUTURE else day.known_until
    created = eve - timedelta(minutes=int(600 + rng.random() * 24_000))
    authorised = None if proposal else created + timedelta(minutes=int(rng.random() * 240))
    known = authorised or created
    if status is MoveStatus.CANCELLED:
        cancelled = known + timedelta(minutes=int(20 + rng.random() * 300))
        return Course(created, authorised, None, None, None, cancelled)
    if authorised is None or status in {MoveStatus.PROPOSED, MoveStatus.REQUESTED}:
        return Course(created, authorised, None, None, None, None)
    accepted = authorised + timedelta(minutes=int(15 + rng.random() * 240))
    if status is MoveStatus.BOOKED:
        return Course(created, authorised, accepted, None, None, None)
    early = status is MoveStatus.COMPLETED and day.phase is Phase.TODAY
    started = day.at(300 + rng.random() * 60 if early else 400 + rng.random() * 80)
    completed = None
    if status is MoveStatus.COMPLETED:
        completed = started + timedelta(minutes=int(50 + rng.random() * (90 if early else 240)))
    return Course(created, authorised, accepted, started, completed, None)


def _recorded_afterwards(rng: random.Random, day: Day) -> Course:
    """Draw the instants of a move that was driven first and written down later that day, all at once."""
    started = day.at(480 + rng.random() * 240)
    completed = started + timedelta(minutes=int(50 + rng.random() * 120))
    created = completed + timedelta(minutes=int(30 + rng.random() * 180))
    return Course(created, created, created, started, completed, None)
