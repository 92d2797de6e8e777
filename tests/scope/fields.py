"""What the interpreter's fields share: who asks of which world, and how things are named."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from gateway.domain.moves import Move
from mocks.supplier.records import LegRecord, PositionRecord
from tests.scope.estates import Planned, World
from tests.scope.rules import Sight
from tests.scope.viewers import Who
from tests.support.worlds import NOW

Args = Mapping[str, Any]
Field = Callable[["Asked", Any, Args], Any]


@dataclass(frozen=True)
class Asked:
    """A world, as one viewer sees it."""

    world: World
    who: Who

    @cached_property
    def sight(self) -> Sight:
        return Sight(self.world, self.who)

    @cached_property
    def visible(self) -> dict[object, Planned]:
        """Visible moves by id."""
        return {planned.move.id: planned for planned in self.sight.moves}

    def of(self, move: Move) -> Planned:
        return self.visible[move.id]


@dataclass(frozen=True)
class Provenance:
    system: str
    stale: bool = False
    fetched_at: datetime = NOW


@dataclass(frozen=True)
class ToldJourney:
    move: Move
    supplier: str | None
    number: int
    leg: LegRecord
    provenance: Provenance


@dataclass(frozen=True)
class ToldPosition:
    position: PositionRecord
    provenance: Provenance


def global_id(kind: str, *key: object) -> str:
    return base64.urlsafe_b64encode(":".join([kind, *map(str, key)]).encode()).decode().rstrip("=")


def key_of(given: str, kind: str) -> str | None:
    """Read the key out of an id of a kind; None for an id of anything else."""
    found, _, key = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode().partition(":")
    return key if found == kind else None


def kind_of(given: str) -> str:
    return base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode().partition(":")[0]
