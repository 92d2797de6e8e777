"""The business day: dates are those of London, instants are UTC."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC. Handed in, so that tests own the time."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def business_day(at: datetime) -> date:
    """Return the date in London at an instant: between midnight and one in summer it is ahead of UTC's."""
    return at.astimezone(LONDON).date()
