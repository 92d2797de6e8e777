"""Pools: whom a day's moves may pick, each person once a day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from estate.agencies import IN_TRANSIT, OUTSIDE
from estate.roster import Entry

LEEDS = "LEI"

_LODGING_EVERY = 12
_ON_THE_WAY = (1, 2)  # the days after: nobody lodges for more than two nights


class Pools:
    """People whom the escort contract covers, by the prison they are in or, when in none, by their kind."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        by_home: defaultdict[str, list[Entry]] = defaultdict(list)
        outside: defaultdict[str, list[Entry]] = defaultdict(list)
        elsewhere: list[Entry] = []
        excluded: list[Entry] = []
        for entry in entries:
            if entry.home is None or entry.home == OUTSIDE:
                outside[entry.kind].append(entry)
            elif entry.home == IN_TRANSIT:
                continue
            elif entry.excluded:
                excluded.append(entry)
            else:
                by_home[entry.home].append(entry)
                if entry.home != LEEDS:
                    elsewhere.append(entry)
        self.by_home = dict(by_home)
        self.outside = dict(outside)
        # A fixed shuffle, so that neighbours in the list are not of one prison.
        self.elsewhere = sorted(elsewhere, key=lambda entry: (entry.index * 7919) % 1_000_003)
        self.excluded = tuple(excluded)


def may_lodge(entry: Entry, day: date) -> bool:
    """Say whether somebody may spend a night or two on the way from this day: every twelfth day at most."""
    return _turn(entry, day) == 0


def _turn(entry: Entry, day: date) -> int:
    return (day.toordinal() - entry.index) % _LODGING_EVERY


class DayPeople:
    """The people of one day. Every list is walked from another start each day, and nobody is given out twice.

    Whoever might have lodged and still be on the way is not given out, so that no two moves of a person overlap,
    although each day is made by itself. Nor are those that are `barred`.
    """

    def __init__(self, pools: Pools, day: date, barred: Iterable[str] = ()) -> None:
        self._pools = pools
        self._day = day
        self._start = day.toordinal() * 31
        self._walked: defaultdict[str, int] = defaultdict(int)
        self._used: set[str] = set(barred)

    def at(self, prison: str) -> Entry | None:
        """Give a person of a prison; None when nobody there is left."""
        return self._next(prison, self._pools.by_home.get(prison, []))

    def overnight_at(self, prison: str) -> Entry | None:
        """Give a person of a prison who may lodge on the way."""
        for entry in self._pools.by_home.get(prison, []):
            if may_lodge(entry, self._day) and entry.number not in self._used:
                self._used.add(entry.number)
                return entry
        return None

    def outside(self, kind: str) -> Entry | None:
        """Give a person who is in no prison: men, women or youth."""
        return self._next(f"outside:{kind}", self._pools.outside.get(kind, []))

    def anywhere_but_leeds(self) -> Entry | None:
        return self._next("elsewhere", self._pools.elsewhere)

    def _next(self, key: str, people: list[Entry]) -> Entry | None:
        while self._walked[key] < len(people):
            entry = people[(self._start + self._walked[key]) % len(people)]
            self._walked[key] += 1
            if entry.number not in self._used and _turn(entry, self._day) not in _ON_THE_WAY:
                self._used.add(entry.number)
                return entry
        return None
