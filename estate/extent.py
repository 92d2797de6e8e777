"""How large a world is: its days, and how many moves each of them holds.

From scale 1 to 100 both grow as powers of the scale, so that their product goes smoothly from 2,000 moves in a week to
a million in five years, while a day only doubles.
"""

import math
from datetime import date, timedelta
from typing import Final

SMALLEST_SCALE: Final = 1
LARGEST_SCALE: Final = 100
DAYS_AHEAD: Final = 3

_DAYS: Final = 7
_MOVES_A_DAY: Final = 286
_GROWTH_OF_DAYS: Final = 1.2075  # 7 to 1,820
_GROWTH_OF_A_DAY: Final = 0.142  # 286 to 550


def checked(scale: float) -> float:
    """Return the scale; one below 1 is taken as 1, the smallest world that has something of everything.

    Raises:
        ValueError: it is not above 0, or is above 100.

    """
    if not 0 < scale <= LARGEST_SCALE:
        message = f"scale must be above 0 and at most {LARGEST_SCALE}"
        raise ValueError(message)
    return max(SMALLEST_SCALE, scale)


def moves_a_day(scale: float) -> int:
    """Return 286 * scale ** 0.142."""
    return round(_MOVES_A_DAY * math.pow(scale, _GROWTH_OF_A_DAY))


def days(scale: float, today: date) -> tuple[date, ...]:
    """Return 7 * scale ** 1.2075 days in order, the last of them three days ahead."""
    count = round(_DAYS * math.pow(scale, _GROWTH_OF_DAYS))
    last = today + timedelta(days=DAYS_AHEAD)
    return tuple(last - timedelta(days=back) for back in range(count - 1, -1, -1))
