"""The invented world as a whole: everything is a function of its seed, its scale and its day."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Final

from estate import accounts, agencies, extent
from estate.model import Account, Agency, Allocation, Caseload, Client, Move, Person, Region, Supplier
from estate.moves import EVENTS_WITHIN, MovesOfDay, make_day
from estate.people import People, last_prison_of
from estate.pools import Pools
from estate.roster import Entry, roster
from estate.whereabouts import Whereabouts, at_home, during_move

_KEPT_DAYS: Final = 8


class Estate:
    """A world of people, places and moves, the same for the same seed, scale and day.

    Nothing is made before it is asked for. People stay once they are made; of the days only the last few do, so that
    years of moves can be gone through in little memory.

    Raises:
        ValueError: the scale is not above 0 and at most 100.

    """

    def __init__(self, seed: int = 1, scale: float = 1, *, today: date) -> None:
        self.seed = seed
        self.scale = extent.checked(scale)
        self.today = today
        self._kept: OrderedDict[date, MovesOfDay] = OrderedDict()

    def agencies(self) -> tuple[Agency, ...]:
        """Return all places, the pseudo ones that NOMIS keeps for its books among them."""
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
        """Return everybody, each made when first looked at."""
        return self._people

    def person(self, number: str) -> Person | None:
        """Find by prison number, in capitals; the same number gives the same object."""
        return self._people.by_number(number)

    def number_of_booking(self, booking_id: int) -> str | None:
        """Find whose booking it is; the first question makes everybody."""
        return self._booking_owners.get(booking_id)

    def number_of_alert(self, alert_id: str) -> str | None:
        """Find whose alert it is, by its UUID in lower case; the first question makes everybody."""
        return self._alert_owners.get(alert_id)

    def days(self) -> tuple[date, ...]:
        """Return all days with moves, in order: the last three are ahead."""
        return self._days

    def moves_on(self, day: date) -> list[Move]:
        """Make the moves of a day, with all that hangs on them; none outside `days()`."""
        return list(self._of(day).moves)

    def moves_near(self, days: int = EVENTS_WITHIN) -> Iterator[Move]:
        """Make the moves of all days that are at most so far from the world's own, day after day."""
        for day in self._days:
            if abs((day - self.today).days) <= days:
                yield from self._of(day).moves

    def allocations_on(self, day: date) -> list[Allocation]:
        """Make the allocations of a day; their places are among its moves."""
        return list(self._of(day).allocations)

    @cached_property
    def _days(self) -> tuple[date, ...]:
        return extent.days(self.scale, self.today)

    @cached_property
    def _roster(self) -> list[Entry]:
        return roster(self.seed, self.scale)

    @cached_property
    def _pools(self) -> Pools:
        return Pools(self._roster)

    @cached_property
    def _people(self) -> People:
        return People(self.seed, self.today, self._roster, self._moved)

    @cached_property
    def _booking_owners(self) -> Mapping[int, str]:
        return {one.booking_id: one.prison_number for one in self._people if one.booking_id is not None}

    @cached_property
    def _alert_owners(self) -> Mapping[str, str]:
        return {str(alert.uuid): one.prison_number for one in self._people for alert in one.alerts}

    def _of(self, day: date) -> MovesOfDay:
        kept = self._kept.get(day)
        if kept is not None:
            return kept
        number = (day - self._days[0]).days
        if not 0 <= number < len(self._days):
            return MovesOfDay((), ())
        made = make_day(
            self.seed,
            day,
            self.today,
            extent.moves_a_day(self.scale),
            self._pools,
            (number, len(self._days)),
            barred=self._elsewhere if day > self.today else frozenset(),
        )
        self._kept[day] = made
        if len(self._kept) > _KEPT_DAYS:
            self._kept.popitem(last=False)
        return made

    @cached_property
    def _elsewhere(self) -> frozenset[str]:
        """Tell whom a move of today has taken from where the roster has them: no move of a later day starts there."""
        homes = {entry.number: entry.home for entry in self._roster}
        return frozenset(number for number, where in self._moved.items() if where.agency_id != homes[number])

    @cached_property
    def _moved(self) -> dict[str, Whereabouts]:
        """Tell where everybody is who has a move today."""
        entries = {entry.number: entry for entry in self._roster}
        found = {}
        for move in self._of(self.today).moves:
            if move.prison_number is not None:
                entry = entries[move.prison_number]
                base = at_home(entry.home, last_prison_of(entry))
                found[entry.number] = during_move(base, move.status, move.from_agency, move.to_agency)
        return found
