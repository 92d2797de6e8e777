"""Fields of a dashboard."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from gateway.context import Info
from gateway.domain.locations import Location
from gateway.domain.moves import MoveCount, MoveStatus
from gateway.services.moves import Dashboard, DashboardDay


@dataclass(frozen=True, slots=True)
class MoveCounts:
    """`total` is the sum of `by_status`, cancelled moves included."""

    total: int
    by_status: tuple["StatusCount", ...]
    per_incomplete: int
    in_transit: int


@dataclass(frozen=True, slots=True)
class StatusCount:
    status: MoveStatus
    count: int


def location(root: Dashboard, info: Info) -> Location:
    return cast("Location", info.context.services.locations.by_agency_id(root.agency_id))


def incoming(root: DashboardDay) -> MoveCounts:
    return _counts(root.incoming)


def outgoing(root: DashboardDay) -> MoveCounts:
    return _counts(root.outgoing)


def _counts(counts: Sequence[MoveCount]) -> MoveCounts:
    by_status = {count.status: count.count for count in counts}
    return MoveCounts(
        total=sum(by_status.values()),
        by_status=tuple(StatusCount(status, by_status[status]) for status in MoveStatus if status in by_status),
        per_incomplete=sum(count.per_incomplete for count in counts),
        in_transit=by_status.get(MoveStatus.IN_TRANSIT, 0),
    )
