"""Lists of moves, by page. What a filter means is told in `move_filters`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import AllocationId, PrisonNumber
from gateway.domain.moves import Move, MoveFilter, MoveOrder, MoveOrderField, OrderDirection
from gateway.domain.pages import Edge, Page, PageRequest
from gateway.domain.scope import Scope
from gateway.store.engine import Source
from gateway.store.keysets import Keyset, page_of, pages_by, with_empty
from gateway.store.move_branches import all_ids, branches_of, first_keys
from gateway.store.move_filters import days_of, has_dates, is_of_few_days, matches_nothing, on_any_days
from gateway.store.moves import move_of
from gateway.store.reading import Question
from gateway.store.scoping import visible_moves
from gateway.store.statements import Kept
from gateway.store.tables import moves

_KEYS: Final = {
    MoveOrderField.DATE: moves.c.day,
    MoveOrderField.CREATED_AT: moves.c.created_at,
    MoveOrderField.UPDATED_AT: moves.c.updated_at,
    MoveOrderField.FROM_LOCATION: moves.c.from_title,
    MoveOrderField.TO_LOCATION: moves.c.to_title,
}


def keyset_of(order: MoveOrder) -> Keyset:
    """Return the order by title, instant or the day on which a move leaves; a move's id decides among equals."""
    descending = order.direction is OrderDirection.DESC
    return Keyset(order.field.value, _KEYS[order.field], moves.c.id, descending)


async def page(
    source: Source, request: PageRequest, *, matching: MoveFilter, order: MoveOrder, within: Scope
) -> Page[Move]:
    """Read a page of the moves that a filter finds in the scope.

    A request with a position costs a second short statement, which tells whether anything lies before the page.

    Raises:
        InvalidInput: the position is not one of a list in this order.

    """
    keyset = keyset_of(order)
    position = keyset.position(request)
    if within.is_empty or matches_nothing(matching):
        return Page((), has_next=False, has_previous=False)
    # The same pages are asked for again and again, day by day; and everybody who reads on does so in the same way.
    asked = _lists.of(
        (source.dialect.name, request.size, request.backwards, position is None, on_any_days(matching), order, within),
        lambda: _asked(source, request, keyset, matching, within),
    )
    given = {**days_of(matching), **(keyset.given(position) if position is not None else {})}
    rows = await asked.page.rows(source, given)
    edges = [Edge(cursor, move_of(row)) for cursor, row in zip(keyset.writers(rows), rows, strict=True)]
    behind = asked.behind is not None and bool(await asked.behind.rows(source, given))
    return page_of(edges, request, behind=behind)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for a page: its rows, and one more; and, with a position, whether anything lies before it."""

    page: Question
    behind: Question | None


_lists: Final = Kept[_Asked](most=300)


def _asked(source: Source, request: PageRequest, keyset: Keyset, matching: MoveFilter, within: Scope) -> _Asked:
    forward, branches = keyset.towards(request), branches_of(matching, within)
    # Such branches read a piece of an index each, whatever the place and the days, and are dear to plan.
    planned_once = is_of_few_days(matching) if has_dates(matching) else not any(one.walks for one in branches)
    beyond = () if request.position is None else (forward.beyond_given(),)
    keys = first_keys(source, branches, forward, beyond, request.size + 1)
    rows = (
        sa.select(moves)
        .join(keys, keys.c.id == moves.c.id)
        # The branches keep to the scope by themselves; this is the belt to their braces.
        .where(visible_moves(within))
        .order_by(*forward.ordered(keys))
    )
    page = Question(rows, takes_keys=False, planned_once=planned_once)
    if request.position is None:
        return _Asked(page, None)
    back = forward.reversed()
    probe = first_keys(source, branches, back, (back.beyond_given(inclusive=True),), 1)
    return _Asked(page, Question(sa.select(probe.c.id), takes_keys=False, planned_once=planned_once))


async def count(conn: AsyncConnection, *, matching: MoveFilter, within: Scope) -> int:
    """Count the moves that a filter finds in the scope. Unlike a page, this looks at every one of them."""
    branches = branches_of(matching, within)
    if not branches:
        return 0
    return await conn.scalar(sa.select(sa.func.count()).select_from(all_ids(branches))) or 0


async def pages_by_prison_numbers(
    conn: AsyncConnection, numbers: Sequence[PrisonNumber], request: PageRequest, *, within: Scope
) -> dict[PrisonNumber, Page[Move]]:
    """Read the same page of each person's moves in one statement, the latest day first.

    Raises:
        InvalidInput: the position is not one of such a list.

    """
    newest_first = Keyset(MoveOrderField.DATE.value, moves.c.day, moves.c.id, descending=True)
    rows = sa.select(moves).where(moves.c.prison_number.in_(set(numbers)), visible_moves(within))
    found = await pages_by(
        conn,
        rows,
        request,
        group=(moves.c.prison_number,),
        keyset=newest_first,
        read=lambda row: (PrisonNumber(row.prison_number), move_of(row)),
    )
    return with_empty(found, numbers)


async def pages_by_allocations(
    conn: AsyncConnection, allocation_ids: Sequence[AllocationId], request: PageRequest, *, within: Scope
) -> dict[AllocationId, Page[Move]]:
    """Read the same page of each allocation's moves in one statement, in order of day.

    Raises:
        InvalidInput: the position is not one of such a list.

    """
    by_day = Keyset(MoveOrderField.DATE.value, moves.c.day, moves.c.id)
    rows = sa.select(moves).where(moves.c.allocation_id.in_(set(allocation_ids)), visible_moves(within))
    found = await pages_by(
        conn,
        rows,
        request,
        group=(moves.c.allocation_id,),
        keyset=by_day,
        read=lambda row: (AllocationId(row.allocation_id), move_of(row)),
    )
    return with_empty(found, allocation_ids)
