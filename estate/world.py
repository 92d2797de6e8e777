"""The invented world as a whole: everything is a function of its seed, its scale and its day."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property

from estate import accounts, agencies
from estate.model import Account, Agency, Allocation, Caseload, Client, Move, Person, Region, Supplier
from estate.moves import EVENTS_WITHIN, MovesOfDay, make_day
from estate.people import BOOKING_IDS_FROM, person
from estate.places import moves_by_person, place_of
from estate.pools import Pools
from estate.roster import LARGEST_SCALE, Entry, roster

_KEPT_DAYS = 9


class Estate:
    """A world of people, places and moves, the same for the same seed, scale and day.

    At scale 1 it has 540 people and the moves of seven days, 285 a day; at 100 it has 85,000 people and a million
    moves: 1,795 days back and 28 ahead, 550 a day. Between the two, and beyond, all four go in a straight line.
    """

    def __init__(self, seed: int = 1, scale: float = 1, *, today: date) -> None:
        """Make a world; nothing is generated yet.

        Raises:
            ValueError: the scale is below 1.

        """
        if scale < 1:
            message = "scale must be at least 1"
            raise ValueError(message)
        self.seed = seed
        self.scale = scale
        self.today = today
        self._days: OrderedDict[date, MovesOfDay] = OrderedDict()
        self._built: dict[str, Person] = {}

    def agencies(self) -> tuple[Agency, ...]:
        return agencies.agencies()

    def regions(self) -> tuple[Region, ...]:
        return agencies.regions()

    def suppliers(self) -> tuple[Supplier, ...]:
        return agencies.SUPPLIERS

    def caseloads(self) -> tuple[Caseload, ...]:
        return agencies.caseloads()

    def accounts(self) -> tuple[Account, ...]:
        return accounts.accounts()

    def clients(self) -> tuple[Client, ...]:
        return accounts.clients()

    def group_names(self) -> Mapping[str, str]:
        """Names of sign-in groups by their code."""
        return agencies.group_names()

    def people(self) -> Sequence[Person]:
        """Build everybody; at scale 100 that takes seconds."""
        return tuple(self._person(entry) for entry in self._roster)

    def person(self, number: str) -> Person | None:
        """Find by prison number, in capitals; the same number gives the same object each time."""
        entry = self._by_number.get(number)
        return None if entry is None else self._person(entry)

    def numbers(self) -> Sequence[str]:
        """All prison numbers, without building the people."""
        return tuple(self._by_number)

    def number_of_booking(self, booking_id: int) -> str | None:
        index = booking_id - BOOKING_IDS_FROM
        if not 0 <= index < len(self._roster) or self._roster[index].home is None:
            return None
        return self._roster[index].number

    def number_of_alert(self, alert_id: str) -> str | None:
        """Find whose alert it is; the first question builds everybody."""
        return self._alert_owners.get(alert_id)

    def days(self) -> tuple[date, ...]:
        """All days with moves, in order."""
        back, ahead = self._stretch(3, 1795), self._stretch(3, 28)
        return tuple(self.today + timedelta(days=offset) for offset in range(-back, ahead + 1))

    def moves_on(self, day: date) -> list[Move]:
        """Make the moves of a day, with all that hangs on them; none on a day outside `days()`."""
        return list(self._day(day).moves)

    def moves_near(self, days: int = EVENTS_WITHIN) -> Iterator[Move]:
        """Make the moves of the days that are at most so far from the world's own, in the order of the days."""
        for day in self.days():
            if abs((day - self.today).days) <= days:
                yield from self._day(day).moves

    def allocations_on(self, day: date) -> list[Allocation]:
        """Make the allocations of a day; their places are among its moves."""
        return list(self._day(day).allocations)

    @cached_property
    def _roster(self) -> list[Entry]:
        return roster(self.seed, self.scale)

    @cached_property
    def _by_number(self) -> dict[str, Entry]:
        return {entry.number: entry for entry in self._roster}

    @cached_property
    def _pools(self) -> Pools:
        return Pools(self._roster)

    @cached_property
    def _moving_today(self) -> Mapping[str, Move]:
        return moves_by_person(self._day(self.today).moves)

    @cached_property
    def _alert_owners(self) -> Mapping[str, str]:
        return {str(alert.uuid): one.prison_number for one in self.people() for alert in one.alerts}

    def _person(self, entry: Entry) -> Person:
        found = self._built.get(entry.number)
        if found is None:
            place = place_of(entry, self._moving_today.get(entry.number))
            found = self._built[entry.number] = person(self.seed, entry, self.today, place)
        return found

    def _day(self, day: date) -> MovesOfDay:
        """Make a day, or find it among the last few that were asked for."""
        kept = self._days.get(day)
        if kept is not None:
            return kept
        days = self.days()
        if not days[0] <= day <= days[-1]:
            return MovesOfDay((), ())
        number = (day - days[0]).days
        made = make_day(self.seed, day, self.today, self._stretch(285, 550), self._pools, (number, len(days)))
        self._days[day] = made
        if len(self._days) > _KEPT_DAYS:
            self._days.popitem(last=False)
        return made

    def _stretch(self, at_one: int, at_hundred: int) -> int:
        return at_one + round((at_hundred - at_one) * (self.scale - 1) / (LARGEST_SCALE - 1))
