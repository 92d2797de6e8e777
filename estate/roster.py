"""The roster: who exists, where they belong and whether the escort contract covers them, cheap enough for a million."""

from dataclasses import dataclass
from typing import Final

from estate.agencies import IN_TRANSIT, OUTSIDE
from estate.geography import FEMALE_PRISONS, YOUTH_PRISONS, prisons_of_kind
from estate.keys import mix, prison_number

SMALLEST: Final = 540
LARGEST: Final = 85_000
LARGEST_SCALE: Final = 100

EXCLUDED_CATEGORIES: Final = frozenset({"A", "E", "H", "P", "Q", "V"})
ESCAPE_HEIGHTENED: Final = "XELH"
HIGH_SECURITY: Final = frozenset({"BAI", "FKI", "FNI", "LLI", "MRI", "WDI", "WHI", "WRI"})
"""The prisons that hold Category A; elsewhere only those who are shown at Leeds are."""

# How many of the first people belong where; the rest are spread over all prisons.
_LEEDS: Final = 128
_MOORLAND: Final = 56
_BETWEEN_PRISONS: Final = 3
_OUTSIDE_MEN: Final = 96
_OUTSIDE_WOMEN: Final = 14
_OUTSIDE_YOUTH: Final = 24
_NEW_HALL: Final = 6

# Weighted by repetition: one byte picks.
_MEN: Final = ("C",) * 104 + ("U",) * 60 + ("B",) * 40 + ("D",) * 24 + ("X",) * 10 + ("I",) * 8 + ("Z", None, None)
_MEN_RARE: Final = ("V", "W9", "J", "Z", None)
_MEN_HIGH_SECURITY: Final = ("A", "A", "P", "A", "H", "P", "E")
_WOMEN: Final = ("R",) * 140 + ("U",) * 60 + ("T",) * 40 + ("S",) * 8 + (None,) * 3
_WOMEN_RARE: Final = ("Q", "Q", None, "W9", "R", "Q", "U")
_YOUTH: Final = ("I",) * 130 + ("U",) * 90 + ("J",) * 25 + (None,) * 6
_YOUTH_RARE: Final = ("V", "V", "I", None, "U", "V", "J")
_ORDINARY: Final = {"men": _MEN, "women": _WOMEN, "youth": _YOUTH}
_RARE: Final = {"men": _MEN_RARE, "women": _WOMEN_RARE, "youth": _YOUTH_RARE}

# People of Leeds whom a demonstration wants at hand, by their place in the roster: category and alert codes.
_SHOWN: Final[dict[int, tuple[str | None, tuple[str, ...]]]] = {
    2: ("A", ("XER",)),
    5: ("H", ("XEL", "XELH")),
    8: ("E", ("HPI",)),
    11: ("P", ("XVL",)),
    14: ("V", ()),
    17: ("W9", ("XA",)),
    20: (None, ()),
    23: ("C", ("XEL",)),
    26: ("B", (ESCAPE_HEIGHTENED,)),  # the heightened list without the plain one
    29: ("C", ("XER",)),
    32: ("C", ("HA",)),
    35: ("C", ("TG",)),
    38: ("B", ("DOCGM", "XGANG")),
    41: ("X", ("HA1", "XCU")),
    44: ("D", ("PEEP",)),
    47: ("U", ("RCDR", "MEP")),
    50: ("I", ("XYA",)),
    53: ("C", ()),
    # And of New Hall.
    321: ("Q", ("XVL",)),
    322: ("R", ("PGWCP",)),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One person. `home` is a prison, OUT, TRN, or None for one who was never booked in.

    `booked_in` and `home` go together; `excluded` is who the escort contract leaves to others: Category A, restricted
    status and the heightened escape list.
    """

    index: int
    number: str
    home: str | None
    kind: str
    category: str | None
    shown_alerts: tuple[str, ...]
    excluded: bool


def size(scale: float) -> int:
    """Return how many people there are: 540 at scale 1 and 85,000 at 100, along a straight line."""
    return SMALLEST + round((LARGEST - SMALLEST) * (scale - 1) / (LARGEST_SCALE - 1))


def roster(seed: int, scale: float) -> list[Entry]:
    """List everybody, in the order of their indices. A larger scale adds people and changes nobody."""
    prisons = (*prisons_of_kind("men"), *prisons_of_kind("women"), *prisons_of_kind("youth"))
    return [_entry(seed, index, prisons) for index in range(size(scale))]


def _entry(seed: int, index: int, prisons: tuple[str, ...]) -> Entry:
    dice = mix(seed, "person", index)
    home, kind = _home(index, dice, prisons)
    if index in _SHOWN:
        category, alerts = _SHOWN[index]
    else:
        category, alerts = _category(kind, dice, home), _rare_alerts(dice, home)
    excluded = category in EXCLUDED_CATEGORIES or ESCAPE_HEIGHTENED in alerts
    return Entry(index, prison_number(seed, index), home, kind, category, alerts, excluded)


def _home(index: int, dice: bytes, prisons: tuple[str, ...]) -> tuple[str | None, str]:
    bounds = (
        (_LEEDS, "LEI", "men"),
        (_MOORLAND, "MDI", "men"),
        (_BETWEEN_PRISONS, IN_TRANSIT, "men"),
        (_OUTSIDE_MEN, OUTSIDE, "men"),
        (_OUTSIDE_WOMEN, OUTSIDE, "women"),
        (_OUTSIDE_YOUTH, OUTSIDE, "youth"),
        (_NEW_HALL, "NHI", "women"),
    )
    left = index
    for count, home, kind in bounds:
        if left < count:
            return (_booked(index, dice) if home == OUTSIDE else home), kind
        left -= count
    if left >= SMALLEST and dice[9] < 56:
        return _booked(index, dice), ("women" if dice[10] < 24 else "youth" if dice[10] < 48 else "men")
    prison = prisons[(left * 7 + dice[8] % 3) % len(prisons)]
    return prison, _kind(prison)


def _booked(index: int, dice: bytes) -> str | None:
    return None if index % 7 == 3 or dice[11] < 12 else OUTSIDE


def _kind(prison: str) -> str:
    return "women" if prison in FEMALE_PRISONS else "youth" if prison in YOUTH_PRISONS else "men"


def _category(kind: str, dice: bytes, home: str | None) -> str | None:
    if home is None or (home == OUTSIDE and dice[2] < 100):
        return None
    if home == OUTSIDE:
        return "U"
    if home in HIGH_SECURITY and dice[0] < 50:
        return _MEN_HIGH_SECURITY[dice[1] % len(_MEN_HIGH_SECURITY)]
    if dice[0] < 12:
        return _RARE[kind][dice[1] % len(_RARE[kind])]
    ordinary = _ORDINARY[kind]
    return ordinary[dice[1] % len(ordinary)]


def _rare_alerts(dice: bytes, home: str | None) -> tuple[str, ...]:
    """Give the alerts on which the contract turns; all others come with the person's details."""
    if home in {None, OUTSIDE}:
        return ()
    if dice[3] < 3:
        return (ESCAPE_HEIGHTENED,)
    if dice[3] < 8:
        return ("XEL",)
    return ("XER",) if dice[3] < 14 else ()
