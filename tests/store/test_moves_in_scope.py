"""Reads of moves against the rules said plainly: on any world, for any viewer, with any filter."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import AgencyId
from gateway.domain.moves import Move, MoveDirection, MoveFilter, MoveOrder, MoveStatus
from gateway.domain.pages import Page, PageRequest
from gateway.domain.scope import Scope
from gateway.policies.people import SightWindow
from gateway.store import escort_records, lodgings, move_counts, move_pages, moves
from gateway.store.engine import Database
from tests.store.worlds import (
    NUMBERS,
    World,
    agencies,
    day,
    filters,
    in_order,
    is_visible,
    last_day,
    orders,
    scopes,
    stop_filters,
    worlds,
)

pytestmark = pytest.mark.anyio

several: Final = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@asynccontextmanager
async def written(store: Database, world: World) -> AsyncIterator[AsyncConnection]:
    """Lend a connection that sees the world; afterwards it is as if it had never been."""
    async with store.transaction() as conn:
        nested = await conn.begin_nested()
        await world.write(conn)
        yield conn
        await nested.rollback()


async def walk(
    conn: AsyncConnection, size: int, matching: MoveFilter, order: MoveOrder, within: Scope, *, backwards: bool
) -> list[Move]:
    """Read page after page to the end, and check at each page what it says of those before and after it."""
    found: list[Move] = []
    position: str | None = None
    while True:
        page: Page[Move] = await move_pages.page(
            conn,
            PageRequest(size, position, backwards=backwards),
            matching=matching,
            order=order,
            within=within,
        )
        more, behind = (page.has_previous, page.has_next) if backwards else (page.has_next, page.has_previous)
        assert behind is (position is not None)
        assert len(page.edges) == size or not more
        found = [*page.nodes, *found] if backwards else [*found, *page.nodes]
        assert len({move.id for move in found}) == len(found)
        if not more:
            return found
        position = page.edges[0 if backwards else -1].cursor


@several
@given(
    world=worlds(),
    within=scopes,
    matching=st.one_of(st.just(MoveFilter()), filters, stop_filters),
    order=orders,
    size=st.integers(1, 20),
)
async def test_walking_the_pages_gives_every_matching_visible_move_once_and_in_order(
    store: Database, world: World, within: Scope, matching: MoveFilter, order: MoveOrder, size: int
) -> None:
    expected = in_order(world.find(matching, within), order)
    async with written(store, world) as conn:
        assert await walk(conn, size, matching, order, within, backwards=False) == expected
        assert await walk(conn, size, matching, order, within, backwards=True) == expected
        assert await move_pages.count(conn, matching=matching, within=within) == len(expected)


@several
@given(world=worlds(most=8), within=scopes)
async def test_a_move_is_read_by_its_id_if_and_only_if_it_is_visible(
    store: Database, world: World, within: Scope
) -> None:
    visible = {move.id: move for move in world.visible(within)}
    asked = [move.id for move, _ in world.moves]
    async with written(store, world) as conn:
        assert await moves.by_ids(conn, asked, within=within) == visible
        records = await escort_records.by_moves(conn, asked, within=within)
        nights = await lodgings.by_moves(conn, asked, within=within)
        all_nights = [stay for _, stays in world.moves for stay in stays]
        assert set(await lodgings.by_ids(conn, [stay.id for stay in all_nights], within=within)) == {
            stay.id for stay in all_nights if stay.move_id in visible
        }
    assert records == world.records_in(within)
    for move, stays in world.moves:
        shown = [stay for stay in stays if move.id in visible and stay.status != "cancelled"]
        assert nights[move.id] == tuple(sorted(shown, key=lambda stay: (stay.start_date, stay.end_date, stay.id)))


@several
@given(world=worlds(), within=scopes, agency=agencies, direction=st.sampled_from(MoveDirection))
async def test_a_days_counts_are_those_of_the_visible_moves_that_stop_there(
    store: Database, world: World, within: Scope, agency: AgencyId, direction: MoveDirection
) -> None:
    first, last = day(1), day(4)
    async with written(store, world) as conn:
        found = await move_counts.counts_by_day(conn, agency, first, last, direction, within=within)
    assert found == world.counts(agency, first, last, direction, within)


@several
@given(world=worlds(), within=scopes, since=st.integers(0, 7), span=st.integers(0, 3))
async def test_people_are_sighted_by_their_open_and_lately_completed_visible_moves(
    store: Database, world: World, within: Scope, since: int, span: int
) -> None:
    window = SightWindow(open_since=day(since), completed_since=day(since + span))
    expected = {
        move.prison_number
        for move, stays in world.moves
        if is_visible(move, stays, within)
        and move.prison_number is not None
        and (
            (move.status == MoveStatus.COMPLETED and last_day(move, stays) >= window.completed_since)
            or (
                move.status not in (MoveStatus.COMPLETED, MoveStatus.CANCELLED)
                and last_day(move, stays) >= window.open_since
            )
        )
    }
    async with written(store, world) as conn:
        assert await moves.sighted(conn, NUMBERS, window, within=within) == expected


@several
@given(world=worlds(), within=scopes, size=st.integers(1, 4), backwards=st.booleans())
async def test_each_persons_pages_are_cut_from_their_own_visible_moves(
    store: Database, world: World, within: Scope, size: int, *, backwards: bool
) -> None:
    async with written(store, world) as conn:
        counts = await moves.counts_by_prison_numbers(conn, NUMBERS, within=within)
        for number in NUMBERS:
            expected = [move for move in world.visible(within) if move.prison_number == number]
            expected.sort(key=lambda move: (move.date or move.date_from or move.created_at.date(), move.id))
            expected.reverse()
            assert counts[number] == len(expected)
            found: list[Move] = []
            position: str | None = None
            while True:
                request = PageRequest(size, position, backwards=backwards)
                pages = await move_pages.pages_by_prison_numbers(conn, NUMBERS, request, within=within)
                page = pages[number]
                more, behind = (page.has_previous, page.has_next) if backwards else (page.has_next, page.has_previous)
                assert behind is (position is not None)
                found = [*page.nodes, *found] if backwards else [*found, *page.nodes]
                assert len(found) <= len(expected)
                if not more:
                    break
                position = page.edges[0 if backwards else -1].cursor
            assert found == expected
