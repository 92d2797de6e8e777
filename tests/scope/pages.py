"""Pages and cursors said once more: a list is sorted, cut at a position, and its neighbours are counted."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from gateway.domain.events import Event
from gateway.domain.moves import Move
from tests.scope import rules
from tests.scope.estates import PLACES, Planned

Key = tuple[Any, Any]
"""What a list is sorted by, as JSON holds it: the sort key, and what decides among equals."""

TITLES: Final = {agency_id: agency.name for agency_id, agency in PLACES.items()}


@dataclass(frozen=True)
class Edge:
    cursor: str
    node: object


@dataclass(frozen=True)
class Page:
    """A connection and its own page info."""

    edges: tuple[Edge, ...]
    has_next_page: bool
    has_previous_page: bool
    total_count: int

    @property
    def nodes(self) -> list[object]:
        return [edge.node for edge in self.edges]

    @property
    def page_info(self) -> "Page":
        return self

    @property
    def start_cursor(self) -> str | None:
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        return self.edges[-1].cursor if self.edges else None


def _base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _from_base64(cursor: str) -> str:
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


def cursor(name: str, key: Key) -> str:
    return _base64(json.dumps([name, *key], ensure_ascii=False, separators=(",", ":")))


def location_cursor(agency_id: str) -> str:
    return _base64(f"{TITLES[agency_id]}\0{agency_id}")


def position_of_location(given: str) -> tuple[str, str]:
    title, agency_id = _from_base64(given).split("\0")
    return title, agency_id


def log_cursor(event: Event) -> str:
    return cursor("log", (instant_key(event.recorded_at), str(event.id)))


def instant_key(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


MOVE_KEYS: Final[dict[str, Callable[[Planned], str]]] = {
    "DATE": lambda planned: rules.departure(planned.move).isoformat(),
    "CREATED_AT": lambda planned: instant_key(planned.move.created_at),
    "UPDATED_AT": lambda planned: instant_key(planned.move.updated_at),
    "FROM_LOCATION": lambda planned: TITLES[planned.move.from_agency],
    "TO_LOCATION": lambda planned: "" if planned.move.to_agency is None else TITLES[planned.move.to_agency],
}


def move_key(planned: Planned, order: str = "DATE") -> Key:
    return MOVE_KEYS[order](planned), str(planned.move.id)


def event_key(event: Event) -> Key:
    return instant_key(event.occurred_at), str(event.id)


def allocation_key(on: date, allocation_id: object) -> Key:
    return on.isoformat(), str(allocation_id)


def page(rows: Iterable[tuple[Key, object]], args: Mapping[str, Any], *, name: str, descending: bool = False) -> Page:
    """Cut a page out of rows, by Relay's arguments as a query gives them."""
    listed = sorted(rows, key=lambda row: row[0], reverse=descending)
    backwards = args.get("last") is not None or args.get("before") is not None
    given = args.get("before") if backwards else args.get("after")
    wanted = args.get("last") if backwards else args.get("first")
    size = 50 if wanted is None else wanted
    ahead, behind = listed, []
    if given is not None:
        _, *there = json.loads(_from_base64(given))
        position = tuple(there)
        later = [row for row in listed if (row[0] < position if descending else row[0] > position)]
        sooner = [row for row in listed if (row[0] > position if descending else row[0] < position)]
        near = sooner if backwards else later
        ahead, behind = near, [row for row in listed if row not in near]
    shown = ahead[len(ahead) - size :] if backwards and size < len(ahead) else ahead[:size]
    more = len(ahead) > size
    return Page(
        tuple(Edge(cursor(name, key), node) for key, node in shown),
        has_next_page=bool(behind) if backwards else more,
        has_previous_page=more if backwards else bool(behind),
        total_count=len(listed),
    )


def page_of_moves(
    found: Iterable[Planned], args: Mapping[str, Any], order: str = "DATE", direction: str = "ASC"
) -> Page:
    rows: list[tuple[Key, Move]] = [(move_key(planned, order), planned.move) for planned in found]
    return page(rows, args, name=order.lower(), descending=direction == "DESC")
