"""Allocations in scope."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.allocations import Allocation, AllocationFilter, AllocationStatus, ComplexCase
from gateway.domain.ids import AllocationId
from gateway.domain.moves import MoveStatus
from gateway.domain.pages import Edge, Page, PageRequest
from gateway.domain.scope import Scope
from gateway.store.dialects import for_each_place
from gateway.store.keysets import Keyset, page_of
from gateway.store.moves import cancellation_of
from gateway.store.scoping import visible_allocations
from gateway.store.tables import allocations, moves

_BY_DATE: Final = Keyset("date", allocations.c.date, allocations.c.id)
_MOST_PLACES: Final = 25

Condition = sa.ColumnElement[bool]


async def by_ids(
    conn: AsyncConnection, ids: Iterable[AllocationId], *, within: Scope
) -> dict[AllocationId, Allocation]:
    """Read allocations. Those that do not exist and those out of scope are absent alike."""
    wanted = set(ids)
    if not wanted or within.is_empty:
        return {}
    statement = _with_filled_count().where(allocations.c.id.in_(wanted), visible_allocations(within))
    rows = await conn.execute(statement)
    return {row.id: allocation_of(row, row.filled_count) for row in rows}


async def page(
    conn: AsyncConnection, request: PageRequest, *, matching: AllocationFilter, within: Scope
) -> Page[Allocation]:
    """Read a page of the allocations that a filter finds in the scope, in order of date.

    Raises:
        InvalidInput: the position is not one of this list.

    """
    position, forward = _BY_DATE.position(request), _BY_DATE.towards(request)
    if within.is_empty:
        return Page((), has_next=False, has_previous=False)
    conditions = tuple(_matching(matching))
    beyond = () if position is None else (forward.beyond(position),)
    keys = _first_keys(conn, (*conditions, *beyond), forward, request.size + 1, within)
    statement = (
        _with_filled_count()
        .join(keys, keys.c.id == allocations.c.id)
        .where(visible_allocations(within))
        .order_by(*forward.ordered(keys))
    )
    edges = [Edge(_BY_DATE.cursor(row), allocation_of(row, row.filled_count)) for row in await conn.execute(statement)]
    behind = False
    if position is not None:
        back = forward.reversed()
        probe = _first_keys(conn, (*conditions, back.beyond(position, inclusive=True)), back, 1, within)
        behind = await conn.scalar(sa.select(probe.c.id)) is not None
    return page_of(edges, request, behind=behind)


async def count(conn: AsyncConnection, *, matching: AllocationFilter, within: Scope) -> int:
    """Count the allocations that a filter finds in the scope."""
    if within.is_empty:
        return 0
    statement = (
        sa.select(sa.func.count()).select_from(allocations).where(visible_allocations(within), *_matching(matching))
    )
    return await conn.scalar(statement) or 0


def _matching(matching: AllocationFilter) -> Iterator[Condition]:
    """Yield the filter's parts; `location_ids` are places at either end."""
    if matching.location_ids is not None:
        places = sorted(set(matching.location_ids))
        yield sa.or_(allocations.c.from_agency.in_(places), allocations.c.to_agency.in_(places))
    if matching.statuses is not None:
        yield allocations.c.status.in_(sorted({status.value for status in matching.statuses}))
    if matching.date_from is not None:
        yield allocations.c.date >= matching.date_from
    if matching.date_to is not None:
        yield allocations.c.date <= matching.date_to


def _first_keys(
    conn: AsyncConnection, conditions: tuple[Condition, ...], order: Keyset, limit: int, within: Scope
) -> sa.Subquery:
    """Select `key` and `id` of the first allocations: the union of walks along the index of each way into scope."""

    def one(*anchors: Condition) -> sa.Select[tuple[object, object]]:
        return (
            sa.select(order.key.label("key"), allocations.c.id.label("id"))
            .where(*anchors, *conditions)
            .order_by(*order.ordered())
            .limit(limit)
        )

    own = sorted(within.agencies)
    if within.national or len(own) > _MOST_PLACES:
        return one(visible_allocations(within)).subquery()
    selects: list[sa.Select[tuple[object, object]]] = []
    if own:
        for column in (allocations.c.from_agency, allocations.c.to_agency):
            selects += for_each_place(conn, own, _anchored(one, column))
    if within.supplier is not None:
        carried = one(allocations.c.supplier == within.supplier).subquery()
        selects.append(sa.select(carried.c.key, carried.c.id))
    united = sa.union(*selects).subquery()
    return sa.select(united.c.key, united.c.id).order_by(*order.ordered(united)).limit(limit).subquery()


def _anchored(
    one: Callable[..., sa.Select[tuple[object, object]]], column: sa.Column[str]
) -> Callable[[sa.ColumnElement[str]], sa.Select[tuple[object, object]]]:
    return lambda place: one(column == place)


def _with_filled_count() -> sa.Select[tuple[object, ...]]:
    """Select allocations with `filled_count`: the moves, cancelled ones apart, that somebody is booked on.

    It is a fact about the allocation, the same for all who see it, and so does not depend on the scope. Proposals do
    not count: nobody but their senders may learn that there are any. A cancelled allocation has no places any more,
    so none is filled, though people may still be on the road who left before.
    """
    filled = (
        sa.select(sa.func.count())
        .where(
            moves.c.allocation_id == allocations.c.id,
            moves.c.prison_number.is_not(None),
            moves.c.authorised_at.is_not(None),
            moves.c.status != MoveStatus.CANCELLED.value,
            allocations.c.status != AllocationStatus.CANCELLED.value,
        )
        .correlate(allocations)
        .scalar_subquery()
    )
    return sa.select(*allocations.c, filled.label("filled_count"))


def allocation_of(row: sa.Row[tuple[object, ...]], filled_count: int) -> Allocation:
    return Allocation(
        id=row.id,
        status=AllocationStatus(row.status),
        date=row.date,
        from_agency=row.from_agency,
        to_agency=row.to_agency,
        supplier=row.supplier,
        moves_count=row.moves_count,
        filled_count=filled_count,
        prisoner_category=row.prisoner_category,
        sentence_length=row.sentence_length,
        estate=row.estate,
        complex_cases=tuple(ComplexCase(case["key"], case["allowed"]) for case in row.complex_cases),
        other_criteria=row.other_criteria,
        requested_by=row.requested_by,
        cancellation=cancellation_of(row.cancellation_reason, row.cancellation_comment, None, row.cancelled_at),
        version=row.version,
    )
