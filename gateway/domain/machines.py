"""State machines as declared tables: code, tests and diagrams read the same rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Transition(Generic[S, A]):
    """One row: an action, the states that it may start from, and the one it ends in."""

    action: A
    sources: frozenset[S]
    target: S


class Machine(Generic[S, A]):
    """A state machine. What its table does not list is refused."""

    def __init__(self, name: str, initial: Sequence[S], table: Iterable[Transition[S, A]]) -> None:
        self.name = name
        self.initial = tuple(initial)
        self.table = tuple(table)
        self._targets = {(source, row.action): row.target for row in self.table for source in row.sources}
        self._sources = {row.action: row.sources for row in self.table}

    def next(self, state: S, action: A) -> S | None:
        """Return the state that an action leads to; None where it is not allowed."""
        return self._targets.get((state, action))

    def awaits(self, state: S, action: A) -> bool:
        """Say whether an action that is not allowed yet would be, after steps that may still be reported.

        Reports from the road come late and out of order: the arrival may be told before the departure. What no
        earlier step could make right is refused instead.
        """
        return self.next(state, action) is None and bool(self._reachable(state) & self._sources[action])

    def _reachable(self, state: S) -> frozenset[S]:
        found = {state}
        while True:
            further = {target for (source, _), target in self._targets.items() if source in found} - found
            if not further:
                return frozenset(found)
            found |= further
