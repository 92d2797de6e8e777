"""What hangs on moves, and allocations: seen with them, or not at all."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.domain.allocations import Allocation, AllocationFilter, AllocationStatus, ComplexCase
from gateway.domain.escort_records import ESCORT_RECORD_SECTIONS, EscortRecordStatus, SectionKey, SectionStatus
from gateway.domain.events import Event, EventClassification, EventDetail
from gateway.domain.ids import AllocationId, EventId, JourneyId
from gateway.domain.moves import Cancellation, CancellationReason, MoveStatus
from gateway.domain.pages import PageRequest
from gateway.domain.scope import Scope
from gateway.store import (
    allocations,
    carriage,
    escort_records,
    events,
    move_pages,
    moves,
    moves_writer,
)
from gateway.store.carriage import CarriageKind, MoveSnapshot, Snapshot
from gateway.store.engine import Database
from gateway.store.escort_record_tables import per_sections
from tests.store.worlds import (
    AGENCIES,
    NOON,
    SUPPLIERS,
    TITLES,
    World,
    day,
    make_move,
    make_record,
    scope,
    write_reference,
)

pytestmark = pytest.mark.anyio

SENDER, RECEIVER, OTHER = AGENCIES[:3]
FIRST, SECOND = make_move(1), make_move(2, from_agency=OTHER, authorised_at=None)
LEG = JourneyId(uuid.uuid5(FIRST.id, "leg"))


def make_event(number: int, **changes: object) -> Event:
    values: dict[str, object] = {
        "id": EventId(uuid.uuid5(uuid.NAMESPACE_OID, f"event {number}")),
        "position": 0,
        "move_id": FIRST.id,
        "journey_id": None,
        "type": "MoveStart",
        "classification": EventClassification.DEFAULT,
        "occurred_at": NOON,
        "recorded_at": NOON,
        "supplier": None,
        "notes": None,
        "details": (EventDetail("reason", None), EventDetail("place", "Ëlms")),
    }
    return Event(**(values | changes))  # type: ignore[arg-type]  # the names are those of the fields


def make_allocation(number: int, **changes: object) -> Allocation:
    values: dict[str, object] = {
        "id": AllocationId(uuid.uuid5(uuid.NAMESPACE_OID, f"allocation {number}")),
        "status": AllocationStatus.UNFILLED,
        "date": day(number % 5),
        "from_agency": AGENCIES[number % 3],
        "to_agency": AGENCIES[(number + 1) % 3],
        "supplier": SUPPLIERS[number % 2],
        "moves_count": 3,
        "filled_count": 0,
        "prisoner_category": "c",
        "sentence_length": None,
        "estate": None,
        "complex_cases": (ComplexCase("hold_separately", allowed=True),),
        "other_criteria": None,
        "requested_by": "A Person",
        "cancellation": None,
        "version": 1,
    }
    return Allocation(**(values | changes))  # type: ignore[arg-type]  # the names are those of the fields


@pytest.mark.parametrize(
    ("within", "seen"),
    [
        (scope(), set()),
        (scope(SENDER), {FIRST.id}),
        (scope(RECEIVER), {FIRST.id}),
        (scope(OTHER), {SECOND.id}),
        (scope(supplier=SUPPLIERS[0]), {FIRST.id}),
        (scope(supplier=SUPPLIERS[1]), set()),
        (scope(national=True), {FIRST.id, SECOND.id}),
    ],
)
async def test_everything_of_a_move_is_seen_with_it(store: Database, within: Scope, seen: set[object]) -> None:
    both = [FIRST.id, SECOND.id]
    records = (
        make_record(FIRST, EscortRecordStatus.COMPLETED),
        make_record(SECOND, EscortRecordStatus.UNSTARTED),
    )
    told = [make_event(1), make_event(2, move_id=SECOND.id, journey_id=LEG)]
    kept = [MoveSnapshot(move_id, CarriageKind.JOURNEYS, Snapshot(SUPPLIERS[0], [{"a": 1}], NOON)) for move_id in both]
    async with store.transaction() as conn:
        await World(((FIRST, ()), (SECOND, ())), records).write(conn)
        await moves_writer.insert_events(conn, told, recorded_by="SOMEONE")
        await carriage.save(conn, kept)
    async with store.read() as conn:
        assert set(await moves.by_ids(conn, both, within=within)) == seen
        assert set(await escort_records.by_moves(conn, both, within=within)) == seen
        by_id = await escort_records.by_ids(conn, [record.id for record in records], within=within)
        assert {record.move_id for record in by_id.values()} == seen
        found = await events.by_ids(conn, [event.id for event in told], within=within)
        assert {event.move_id for event in found.values()} == seen
        pages = await events.pages_by_moves(conn, both, PageRequest(), classifications=None, within=within)
        assert {move_id for move_id, page in pages.items() if page.edges} == seen
        legs = await events.pages_by_journeys(conn, [(SECOND.id, LEG)], PageRequest(), within=within)
        assert bool(legs[SECOND.id, LEG].edges) is (SECOND.id in seen)
        assert set(await carriage.snapshots(conn, both, CarriageKind.JOURNEYS, within=within)) == seen
        assert await carriage.snapshots(conn, both, CarriageKind.POSITION, within=within) == {}


async def test_a_record_comes_with_all_four_sections_in_order(store: Database) -> None:
    record = make_record(FIRST, EscortRecordStatus.IN_PROGRESS)
    async with store.transaction() as conn:
        await World(((FIRST, ()),), (record,)).write(conn)
        await conn.execute(sa.delete(per_sections).where(per_sections.c.key == SectionKey.OFFENCE.value))
    async with store.read() as conn:
        found = (await escort_records.by_moves(conn, [FIRST.id], within=scope(SENDER)))[FIRST.id]
    assert [section.key for section in found.sections] == list(ESCORT_RECORD_SECTIONS)
    assert found.sections[1].status is SectionStatus.NOT_STARTED
    assert found.sections[0] == record.sections[0]
    assert found.flags == record.flags


async def test_events_are_paged_by_when_they_happened_and_then_by_place_in_the_log(store: Database) -> None:
    told = [
        make_event(1, occurred_at=NOON + timedelta(hours=1)),
        make_event(2),
        make_event(3, classification=EventClassification.INCIDENT),
        make_event(4, occurred_at=NOON - timedelta(hours=1)),
    ]
    async with store.transaction() as conn:
        await World(((FIRST, ()), (SECOND, ()))).write(conn)
        await moves_writer.insert_events(conn, told)
    everything = scope(national=True)
    async with store.read() as conn:

        async def ids(request: PageRequest, only: list[EventClassification] | None = None) -> list[EventId]:
            pages = await events.pages_by_moves(
                conn, [FIRST.id, SECOND.id], request, classifications=only, within=everything
            )
            assert pages[SECOND.id].edges == ()
            page = pages[FIRST.id]
            cursors.append(page.edges[-1].cursor if page.edges else "")
            around.append((page.has_previous, page.has_next))
            return [event.id for event in page.nodes]

        cursors: list[str] = []
        around: list[tuple[bool, bool]] = []
        in_order = [told[number].id for number in (3, 1, 2, 0)]
        assert await ids(PageRequest(3)) == in_order[:3]
        assert await ids(PageRequest(3, cursors[0])) == in_order[3:]
        assert await ids(PageRequest(3, cursors[1])) == []
        assert await ids(PageRequest(1, cursors[1], backwards=True)) == [in_order[2]]
        assert around == [(False, True), (True, False), (True, False), (True, True)]
        assert await ids(PageRequest(), [EventClassification.INCIDENT]) == [told[2].id]
        assert await ids(PageRequest(), []) == []
        read = (await events.by_ids(conn, [told[0].id], within=everything))[told[0].id]
    assert read == make_event(1, occurred_at=NOON + timedelta(hours=1), position=read.position)


async def test_a_journeys_events_are_those_of_its_own_move(store: Database) -> None:
    told = [make_event(1, journey_id=LEG), make_event(2, journey_id=LEG, move_id=SECOND.id), make_event(3)]
    async with store.transaction() as conn:
        await World(((FIRST, ()), (SECOND, ()))).write(conn)
        await moves_writer.insert_events(conn, told)
    async with store.read() as conn:
        pages = await events.pages_by_journeys(conn, [(FIRST.id, LEG)], PageRequest(), within=scope(national=True))
    assert [event.id for event in pages[FIRST.id, LEG].nodes] == [told[0].id]
    assert list(pages) == [(FIRST.id, LEG)]


@pytest.mark.parametrize(
    "within",
    [scope(), scope(SENDER), scope(SENDER, OTHER), scope(RECEIVER, supplier=SUPPLIERS[1]), scope(national=True)],
)
@pytest.mark.parametrize("size", [1, 4, 50])
async def test_allocations_are_paged_and_counted_in_scope(store: Database, within: Scope, size: int) -> None:
    made = [make_allocation(number) for number in range(11)]
    visible = [
        one
        for one in sorted(made, key=lambda one: (one.date, one.id))
        if within.national
        or {one.from_agency, one.to_agency} & within.agencies
        or (within.supplier is not None and one.supplier == within.supplier)
    ]
    async with store.transaction() as conn:
        await write_reference(conn)
        await moves_writer.insert_allocations(conn, made, at=NOON)
    async with store.read() as conn:
        for backwards in (False, True):
            found: list[Allocation] = []
            position: str | None = None
            while True:
                request = PageRequest(size, position, backwards=backwards)
                page = await allocations.page(conn, request, matching=AllocationFilter(), within=within)
                more, behind = (page.has_previous, page.has_next) if backwards else (page.has_next, page.has_previous)
                assert behind is (position is not None)
                found = [*page.nodes, *found] if backwards else [*found, *page.nodes]
                if not more:
                    break
                position = page.edges[0 if backwards else -1].cursor
            assert found == visible
        assert await allocations.count(conn, matching=AllocationFilter(), within=within) == len(visible)
        by_ids = await allocations.by_ids(conn, [one.id for one in made], within=within)
        assert by_ids == {one.id: one for one in visible}


@pytest.mark.parametrize(
    ("matching", "found"),
    [
        (AllocationFilter(location_ids=(AGENCIES[2],)), {1, 2, 4}),
        (AllocationFilter(location_ids=()), set()),
        (AllocationFilter(statuses=(AllocationStatus.CANCELLED,)), {3}),
        (AllocationFilter(date_from=day(1), date_to=day(2)), {1, 2}),
    ],
)
async def test_allocations_are_filtered(store: Database, matching: AllocationFilter, found: set[int]) -> None:
    cancelled = Cancellation(CancellationReason.OTHER, "not now", None, NOON)
    made = [make_allocation(number) for number in (0, 1, 2, 4)]
    made.append(make_allocation(3, status=AllocationStatus.CANCELLED, cancellation=cancelled))
    async with store.transaction() as conn:
        await write_reference(conn)
        await moves_writer.insert_allocations(conn, made, at=NOON)
    async with store.read() as conn:
        page = await allocations.page(conn, PageRequest(), matching=matching, within=scope(national=True))
        assert await allocations.count(conn, matching=matching, within=scope(national=True)) == len(found)
    assert set(page.nodes) == {one for one in made if one.id in {make_allocation(number).id for number in found}}


async def test_an_allocation_counts_the_people_on_its_moves_and_pages_them(store: Database) -> None:
    allocation = make_allocation(0)
    own = [
        make_move(1, allocation_id=allocation.id, date=day(2)),
        make_move(2, allocation_id=allocation.id, prison_number=None),
        make_move(3, allocation_id=allocation.id, status=MoveStatus.CANCELLED, date=day(1)),
        make_move(4, allocation_id=allocation.id, status=MoveStatus.COMPLETED, date=day(3)),
    ]
    async with store.transaction() as conn:
        await write_reference(conn)
        await moves_writer.insert_allocations(conn, [allocation], at=NOON)
        await moves_writer.insert_moves(conn, [(move, ()) for move in [*own, make_move(5)]], titles=TITLES)
    async with store.read() as conn:
        found = (await allocations.by_ids(conn, [allocation.id], within=scope(SENDER)))[allocation.id]
        pages = await move_pages.pages_by_allocations(conn, [allocation.id], PageRequest(3), within=scope(SENDER))
        counts = await moves.counts_by_allocations(conn, [allocation.id], within=scope(SENDER))
        hidden = await move_pages.pages_by_allocations(conn, [allocation.id], PageRequest(), within=scope(OTHER))
    assert found.filled_count == 2
    assert pages[allocation.id].nodes == (own[1], own[2], own[0])
    assert pages[allocation.id].has_next
    assert counts == {allocation.id: 4}
    assert hidden[allocation.id].nodes == ()
