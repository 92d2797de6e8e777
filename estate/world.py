"""The invented world as a whole: everything is a function of its seed, its scale and its day."""

from collections.abc import Mapping, Sequence
from datetime import date

from estate import accounts, agencies
from estate.model import Account, Agency, Allocation, Caseload, Client, Move, Person, Region, Supplier


class Estate:
    """A world of people, places and moves, the same for the same seed, scale and day."""

    def __init__(self, seed: int = 1, scale: float = 1, *, today: date) -> None:
        self.seed = seed
        self.scale = scale
        self.today = today

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
