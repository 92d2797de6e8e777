"""One world in which every way into a scope meets every kind of stop, asked every question about stops."""

import itertools
from collections.abc import AsyncIterator
from typing import Final

import pytest

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.ids import AgencyId
from gateway.domain.moves import MoveDirection, MoveFilter, MoveOrder, MoveOrderField, MoveStatus, OrderDirection
from gateway.domain.pages import PageRequest
from gateway.domain.scope import Scope
from gateway.policies.people import SightWindow
from gateway.store import move_counts, move_pages, moves
from gateway.store.engine import Database
from tests.store.worlds import (
    AGENCIES,
    NOON,
    NUMBERS,
    SUPPLIERS,
    World,
    day,
    in_order,
    make_lodging,
    make_move,
    make_record,
    scope,
)
from tests.support.stores import empty_store

pytestmark = pytest.mark.anyio

HOME, AWAY, THIRD = AGENCIES[:3]
PLACES: Final[tuple[tuple[AgencyId, ...] | None, ...]] = (None, (HOME,), (THIRD,), (HOME, AWAY))
DAYS: Final = ((None, None), (0, 0), (1, 1), (2, 2), (2, None), (None, 1))
SCOPES: Final = {
    "home": scope(HOME),
    "third": scope(THIRD),
    "home and away": scope(HOME, AWAY),
    "a supplier": scope(supplier=SUPPLIERS[0]),
    "third and a supplier": scope(THIRD, supplier=SUPPLIERS[1]),
    "everywhere": scope(national=True),
    "nowhere": scope(),
    "too many places to walk each": scope(HOME, *(AgencyId(f"X{number:02}") for number in range(30))),
}
PAGE: Final = 5


def dense_world() -> World:
    made = []
    combinations = itertools.product((HOME, AWAY), (None, HOME, AWAY, THIRD), (NOON, None), range(6))
    for number, (source, target, authorised_at, nights) in enumerate(combinations):
        move = make_move(
            number,
            from_agency=source,
            to_agency=target,
            authorised_at=authorised_at,
            supplier=SUPPLIERS[number % 2],
            date=day(number % 2),
        )
        first = number % 2
        stays = {
            0: (),
            1: (make_lodging(move, 1, HOME, first, first + 1),),
            2: (make_lodging(move, 1, HOME, first, first + 2, cancelled=True),),
            3: (make_lodging(move, 1, THIRD, first, first + 1), make_lodging(move, 2, AWAY, first + 1, first + 2)),
            # Leaves the first place for the second on a day of neither end.
            4: (make_lodging(move, 1, THIRD, first, first + 1), make_lodging(move, 2, THIRD, first + 1, first + 3)),
            5: (
                make_lodging(move, 1, AWAY, first, first + 1),
                make_lodging(move, 2, THIRD, first, first + 1, cancelled=True),
            ),
        }[nights]
        made.append((move, stays))
    return World(tuple(made), tuple(make_record(move, EscortRecordStatus.COMPLETED) for move, _ in made[::3]))


@pytest.fixture(scope="module")
def world() -> World:
    return dense_world()


@pytest.fixture(scope="module")
async def dense(backend: str, world: World) -> AsyncIterator[Database]:
    async with empty_store(backend) as store:
        async with store.transaction() as conn:
            await world.write(conn)
        yield store


@pytest.mark.parametrize("within", SCOPES.values(), ids=SCOPES.keys())
async def test_pages_and_counts_are_right_for_every_question_about_stops(
    dense: Database, world: World, within: Scope
) -> None:
    order = MoveOrder(MoveOrderField.TO_LOCATION, OrderDirection.DESC)
    async with dense.read() as conn:
        seen = await moves.by_ids(conn, [move.id for move, _ in world.moves], within=within)
        assert seen == {move.id: move for move in world.visible(within)}
        for direction, places, (first, last) in itertools.product((None, *MoveDirection), PLACES, DAYS):
            matching = MoveFilter(
                direction=direction,
                location_ids=places,
                date_from=None if first is None else day(first),
                date_to=None if last is None else day(last),
            )
            expected = in_order(world.find(matching, within), order)
            assert await move_pages.count(conn, matching=matching, within=within) == len(expected), matching
            page = await move_pages.page(conn, PageRequest(PAGE), matching=matching, order=order, within=within)
            assert list(page.nodes) == expected[:PAGE], matching
            assert page.has_next is (len(expected) > PAGE), matching
            if page.has_next:
                request = PageRequest(PAGE, page.edges[-1].cursor)
                page = await move_pages.page(conn, request, matching=matching, order=order, within=within)
                assert list(page.nodes) == expected[PAGE : 2 * PAGE], matching


@pytest.mark.parametrize("within", SCOPES.values(), ids=SCOPES.keys())
async def test_further_parts_of_a_filter_narrow_what_is_found(dense: Database, world: World, within: Scope) -> None:
    parts = (
        MoveFilter(supplier_key=SUPPLIERS[1]),
        MoveFilter(prison_number=NUMBERS[0], direction=MoveDirection.OUTGOING),
        MoveFilter(prison_number=NUMBERS[1]),
        MoveFilter(per_statuses=(EscortRecordStatus.COMPLETED,)),
        MoveFilter(per_statuses=(EscortRecordStatus.UNSTARTED,)),
        MoveFilter(statuses=(MoveStatus.REQUESTED,), location_ids=(HOME,)),
        MoveFilter(statuses=()),
        MoveFilter(types=()),
        MoveFilter(per_statuses=()),
        MoveFilter(location_ids=()),
        MoveFilter(date_from=day(2), date_to=day(1)),
    )
    async with dense.read() as conn:
        for matching in parts:
            page = await move_pages.page(conn, PageRequest(1000), matching=matching, order=MoveOrder(), within=within)
            assert list(page.nodes) == in_order(world.find(matching, within), MoveOrder()), matching


@pytest.mark.parametrize("within", SCOPES.values(), ids=SCOPES.keys())
async def test_the_counts_of_days_are_right_for_every_place_and_direction(
    dense: Database, world: World, within: Scope
) -> None:
    async with dense.read() as conn:
        for agency, direction in itertools.product((HOME, AWAY, THIRD), MoveDirection):
            for first, last in ((day(0), day(4)), (day(1), day(1))):
                found = await move_counts.counts_by_day(conn, agency, first, last, direction, within=within)
                assert found == world.counts(agency, first, last, direction, within), (agency, direction)


@pytest.mark.parametrize("status", list(MoveStatus))
@pytest.mark.parametrize("since", [1, 2, 3])
async def test_a_move_gives_sight_until_its_last_day_is_too_long_ago(
    store: Database, status: MoveStatus, since: int
) -> None:
    move = make_move(1, status=status, date=day(0))
    stays = (make_lodging(move, 1, HOME, 0, 2), make_lodging(move, 2, HOME, 2, 5, cancelled=True))
    async with store.transaction() as conn:
        await World(((move, stays),)).write(conn)
        lately = SightWindow(open_since=day(9), completed_since=day(since))
        openly = SightWindow(open_since=day(since), completed_since=day(9))
        assert bool(await moves.sighted(conn, NUMBERS, lately, within=scope(AWAY))) is (
            status is MoveStatus.COMPLETED and since <= 2
        )
        assert bool(await moves.sighted(conn, NUMBERS, openly, within=scope(AWAY))) is (
            status not in (MoveStatus.COMPLETED, MoveStatus.CANCELLED) and since <= 2
        )
        assert await moves.sighted(conn, NUMBERS, openly, within=scope(THIRD)) == frozenset()
