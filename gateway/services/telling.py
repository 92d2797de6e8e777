"""An event in the hands of a transaction: what is told, and where its problems are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.domain.ids import AgencyId
from gateway.domain.locations import Location
from gateway.domain.problems import ProblemCode, RuleBroken, problem
from gateway.policies.events.rules import EventRule
from gateway.services.changes import Told


@dataclass(frozen=True, slots=True)
class Telling:
    """`told` has its id and all its details checked; `field` is the path of the event below `input`."""

    rule: EventRule
    told: Told
    places: Mapping[AgencyId, Location]
    field: tuple[str, ...]

    def value(self, name: str) -> str | None:
        """Return a detail's value."""
        details = self.told.details if isinstance(self.told.details, tuple) else ()
        return next((one.value for one in details if one.name == name), None)

    def place(self, name: str) -> AgencyId | None:
        """Return the place that a detail names; it exists."""
        value = self.value(name)
        return None if value is None else AgencyId(value)

    def broken(self, code: ProblemCode, words: str, *names: str) -> RuleBroken:
        """Return the end of this event, told beside one of its fields."""
        return RuleBroken(problem(code, words, *self.field, *names))

    def about(self, told: Told) -> "Telling":
        """Return the telling of the same with more said about it."""
        return replace(self, told=told)
