"""State from events: told late and in any order, they give what they would have given in the order they occurred in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Generic, Protocol, TypeVar

from gateway.domain.machines import A, Machine, S


class Told(Protocol):
    """An event, as far as replaying needs it."""

    @property
    def type(self) -> str: ...

    @property
    def occurred_at(self) -> datetime: ...


E = TypeVar("E", bound=Told)


@dataclass(frozen=True, slots=True)
class Replayed(Generic[S, E]):
    """The state at the end, and the event that led to it; None where none changed anything."""

    state: S
    led_here: E | None
    effective: tuple[E, ...]
    """The events that changed the state, in order. The others wait for what precedes them, or came too late."""


def replay(
    machine: Machine[S, A], initial: S, actions: Mapping[str, Sequence[A]], in_order: Iterable[E]
) -> Replayed[S, E]:
    """Run events, sorted by when they occurred, from the state in which their subject began.

    Clocks are read to the minute: those of one instant take effect in the order in which they can.
    """
    state, led_here = initial, None
    effective: list[E] = []
    for _, of_one_instant in groupby(in_order, key=attrgetter("occurred_at")):
        waiting = list(of_one_instant)
        while True:
            steps = ((event, outcome(machine, state, actions.get(event.type, ()))) for event in waiting)
            event, target = next(((event, target) for event, target in steps if target is not None), (None, None))
            if event is None or target is None:
                break
            state, led_here = target, event
            effective.append(event)
            waiting.remove(event)
    return Replayed(state, led_here, tuple(effective))


def outcome(machine: Machine[S, A], state: S, actions: Sequence[A]) -> S | None:
    """Return where the first action that the state allows leads; None where it allows none of them."""
    targets = (machine.next(state, action) for action in actions)
    return next((target for target in targets if target is not None), None)


def awaits(machine: Machine[S, A], state: S, actions: Sequence[A]) -> bool:
    """Say whether any of the actions may still become right, by steps that are reported later."""
    return any(machine.awaits(state, action) for action in actions)
