"""The invented world as a whole: everything is a function of its seed, its scale and its day."""

from collections.abc import Mapping, Sequence
from datetime import date

from estate.model import Account, Agency, Allocation, Caseload, Client, Move, Person, Region, Supplier


class Estate:
    """A world of people, places and moves, the same for the same seed, scale and day."""

    def __init__(self, seed: int = 1, scale: float = 1, *, today: date) -> None:
        self.seed = seed
        self.scale = scale
        self.today = today

    def agencies(self) -> tuple[Agency, ...]:
        return ()

    def regions(self) -> tuple[Region, ...]:
        return ()

    def suppliers(self) -> tuple[Supplier, ...]:
        return ()

    def caseloads(self) -> tuple[Caseload, ...]:
        return ()

    def accounts(self) -> tuple[Account, ...]:
        return ()

    def clients(self) -> tuple[Client, ...]:
        return ()

    def group_names(self) -> Mapping[str, str]:
        """Names of sign-in groups by their code."""
        return {}

    def people(self) -> Sequence[Person]:
        return ()

    def person(self, number: str) -> Person | None:
        """Find by prison number, in capitals."""
        return next((person for person in self.people() if person.prison_number == number), None)

    def days(self) -> tuple[date, ...]:
        """All days with moves, in order."""
        return (self.today,)

    def moves_on(self, day: date) -> list[Move]:
        """Make the moves of a day, with all that hangs on them."""
        return [] if day in self.days() else []

    def allocations_on(self, day: date) -> list[Allocation]:
        return [] if day in self.days() else []
