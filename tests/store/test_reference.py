"""Reference data, and the small tables about viewers."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.domain.access_log import AccessAction, AccessLogEntry, AccessOutcome, SubjectType
from gateway.domain.event_log import LogPosition
from gateway.domain.ids import AgencyId, RegionKey, SupplierKey
from gateway.domain.locations import Agency, Location, LocationType, Region
from gateway.domain.moves import MoveFilter, MoveOrder, MoveOrderField
from gateway.domain.pages import PageRequest
from gateway.domain.suppliers import Supplier
from gateway.store import access_log, active_caseloads, carriage, event_log, move_pages, reference, viewer_grants
from gateway.store.carriage import CarriageKind, MoveSnapshot, Snapshot
from gateway.store.engine import Database
from gateway.store.reference import SupplierLocation
from gateway.store.tables import access_log as access_log_table
from gateway.store.viewer_grants import FormerGrants, KeptGrants
from tests.store.worlds import NOON, World, day, make_move, scope

pytestmark = pytest.mark.anyio

LEI, MDI = AgencyId("LEI"), AgencyId("MDI")
SERCO, GEOAMEY = SupplierKey("serco"), SupplierKey("geoamey")


def prison(agency_id: AgencyId, title: str, *, active: bool = True) -> Agency:
    return Agency(agency_id, title, LocationType.PRISON, active)


async def test_places_come_with_their_regions_and_the_suppliers_of_the_day(store: Database) -> None:
    async with store.transaction() as conn:
        await reference.upsert_agencies(conn, [prison(LEI, "Leeds"), prison(MDI, "Moorland")])
        await reference.upsert_suppliers(conn, [Supplier(SERCO, "Serco", "South"), Supplier(GEOAMEY, "GEOAmey", None)])
        await reference.upsert_regions(
            conn,
            [
                Region(RegionKey("wales"), "Wales", frozenset({LEI, AgencyId("NOT_YET")})),
                Region(RegionKey("female_estate"), "Female estate", frozenset({LEI})),
            ],
        )
        await reference.upsert_supplier_locations(
            conn,
            [
                SupplierLocation(GEOAMEY, LEI, effective_to=day(1)),
                SupplierLocation(SERCO, LEI, effective_from=day(1), effective_to=day(2)),
                SupplierLocation(SERCO, MDI),
            ],
        )
    async with store.read() as conn:
        found = [await reference.load(conn, day(number)) for number in range(4)]
    assert [data.locations[LEI].supplier_keys for data in found] == [(GEOAMEY,), (GEOAMEY, SERCO), (SERCO,), ()]
    keys = (RegionKey("female_estate"), RegionKey("wales"))
    assert found[3].locations == {
        LEI: Location(LEI, "Leeds", LocationType.PRISON, True, "Female estate", keys),
        MDI: Location(MDI, "Moorland", LocationType.PRISON, True, None, (), (SERCO,)),
    }
    assert found[0].suppliers[SERCO] == Supplier(SERCO, "Serco", "South")
    assert found[0].regions[keys[1]].agency_ids == {LEI, "NOT_YET"}


async def test_a_renamed_place_is_renamed_in_the_order_of_moves(store: Database) -> None:
    there, back = make_move(1), make_move(2, from_agency=MDI, to_agency=LEI)
    async with store.transaction() as conn:
        await World(((there, ()), (back, ()))).write(conn)  # from "Zeds" to "Alps", and back
        await reference.upsert_agencies(conn, [prison(LEI, "Aaaa"), prison(MDI, "Alps")])
    async with store.read() as conn:
        for field, expected in (
            (MoveOrderField.FROM_LOCATION, (there, back)),
            (MoveOrderField.TO_LOCATION, (back, there)),
        ):
            page = await move_pages.page(
                conn, PageRequest(), matching=MoveFilter(), order=MoveOrder(field), within=scope(national=True)
            )
            assert page.nodes == expected


async def test_a_place_that_is_no_longer_named_becomes_inactive_and_may_come_back(store: Database) -> None:
    async with store.transaction() as conn:
        await reference.upsert_agencies(conn, [prison(LEI, "Leeds"), prison(MDI, "Moorland")])
        await reference.upsert_agencies(conn, [prison(LEI, "Leeds")])
        gone = await reference.load(conn, day(0))
        await reference.upsert_agencies(conn, [])
        kept = await reference.load(conn, day(0))
        await reference.upsert_agencies(conn, [prison(LEI, "Leeds"), prison(MDI, "Moorland")])
        back = await reference.load(conn, day(0))
    assert (gone.locations[LEI].active, gone.locations[MDI].active) == (True, False)
    assert kept == gone
    assert back.locations[MDI].active


async def test_named_suppliers_and_regions_are_replaced_and_others_kept(store: Database) -> None:
    async with store.transaction() as conn:
        await reference.upsert_suppliers(conn, [Supplier(SERCO, "S", None), Supplier(GEOAMEY, "G", None)])
        await reference.upsert_suppliers(conn, [Supplier(SERCO, "Serco", "South")])
        await reference.upsert_agencies(conn, [prison(LEI, "Leeds"), prison(MDI, "Moorland")])
        await reference.upsert_supplier_locations(conn, [SupplierLocation(SERCO, LEI), SupplierLocation(GEOAMEY, LEI)])
        await reference.upsert_supplier_locations(conn, [SupplierLocation(SERCO, MDI), SupplierLocation(SERCO, MDI)])
        wales, other = Region(RegionKey("wales"), "W", frozenset({LEI})), Region(RegionKey("a"), "A", frozenset({LEI}))
        await reference.upsert_regions(conn, [wales, other])
        await reference.upsert_regions(conn, [Region(RegionKey("wales"), "Wales", frozenset({MDI}))])
        found = await reference.load(conn, day(0))
    assert [one.name for one in found.suppliers.values()] == ["G", "Serco"]
    assert (found.locations[LEI].supplier_keys, found.locations[MDI].supplier_keys) == ((GEOAMEY,), (SERCO,))
    assert (found.locations[LEI].region, found.locations[MDI].region) == ("A", "Wales")


async def test_the_access_log_keeps_what_was_written_in_order(store: Database) -> None:
    entries = [
        AccessLogEntry(
            at=NOON,
            username=f"USER_{number}",
            client_id=None,
            operation="Moves",
            action=AccessAction.VIEW,
            subject_type=SubjectType.MOVE,
            subject_id=str(number),
            prison_number=None,
            outcome=AccessOutcome.REFUSED,
            request_id="one",
        )
        for number in range(3)
    ]
    async with store.transaction() as conn:
        await access_log.append(conn, entries[:2])
        await access_log.append(conn, [])
        await access_log.append(conn, entries[2:])
        rows = (await conn.execute(sa.select(access_log_table).order_by(access_log_table.c.id))).all()
    assert [(row.username, row.action, row.outcome, row.at) for row in rows] == [
        (f"USER_{number}", "view", "refused", NOON) for number in range(3)
    ]


async def test_what_is_kept_of_viewers_is_replaced(store: Database) -> None:
    later = NOON + timedelta(hours=1)
    async with store.transaction() as conn:
        assert await viewer_grants.get(conn, "A_USER", "nomis") is None
        await viewer_grants.put(conn, "A_USER", "nomis", KeptGrants({"caseloads": ["LEI"]}, NOON))
        await viewer_grants.put(conn, "A_USER", "nomis", KeptGrants({"caseloads": ["MDI"]}, later))
        await active_caseloads.put(conn, "A_USER", LEI, NOON)
        await active_caseloads.put(conn, "A_USER", MDI, later)
    async with store.read() as conn:
        assert await viewer_grants.get(conn, "A_USER", "nomis") == KeptGrants({"caseloads": ["MDI"]}, later)
        assert await viewer_grants.get(conn, "A_USER", "auth") is None
    async with store.transaction() as conn:
        await viewer_grants.forget(conn, "A_USER", "auth", at=NOON)
        assert await viewer_grants.get(conn, "A_USER", "nomis") is not None
        await viewer_grants.forget(conn, "A_USER", "nomis", at=NOON)
        assert await viewer_grants.get(conn, "A_USER", "nomis") is None
        assert await active_caseloads.get(conn, "A_USER") == MDI
        assert await active_caseloads.get(conn, "ANOTHER") is None


async def test_what_a_supplier_told_replaces_what_it_told_before_and_no_other(store: Database) -> None:
    move, later = make_move(1), NOON + timedelta(minutes=1)
    async with store.transaction() as conn:
        await World(((move, ()),)).write(conn)
        for payload, at in (({"n": 1}, NOON), ({"n": 2}, later)):
            await carriage.save(conn, [MoveSnapshot(move.id, CarriageKind.POSITION, GEOAMEY, Snapshot(payload, at))])
        await carriage.save(conn, [MoveSnapshot(move.id, CarriageKind.POSITION, SERCO, Snapshot({"n": 3}, NOON))])
        await carriage.save(conn, [])
    async with store.read() as conn:
        found = await carriage.snapshots(conn, [move.id], CarriageKind.POSITION, within=scope(LEI))
        own = await carriage.snapshots(conn, [move.id], CarriageKind.POSITION, within=scope(supplier=GEOAMEY))
    assert found == {(move.id, GEOAMEY): Snapshot({"n": 2}, later), (move.id, SERCO): Snapshot({"n": 3}, NOON)}
    assert own == {(move.id, GEOAMEY): Snapshot({"n": 2}, later)}


async def test_what_somebody_had_before_is_known_by_where_the_log_was_when_it_ended(store: Database) -> None:
    later = NOON + timedelta(hours=1)
    async with store.transaction() as conn:
        for codes, at in ((["LEI"], NOON), (["LEI"], NOON), (["MDI"], later)):
            await viewer_grants.put(conn, "A_USER", "nomis", KeptGrants({"caseloads": codes}, at))
        await viewer_grants.forget(conn, "A_USER", "nomis", at=later)
        ended = await event_log.now(conn)
    async with store.read() as conn:
        former = [
            FormerGrants({"caseloads": ["MDI"]}, later, later),
            FormerGrants({"caseloads": ["LEI"]}, NOON, later),
        ]
        assert await viewer_grants.former(conn, "A_USER", "nomis", since=LogPosition(0, 0)) == former
        after = LogPosition(ended.transaction_id + 2, 0)
        assert await viewer_grants.former(conn, "A_USER", "nomis", since=after) == []
        assert await viewer_grants.former(conn, "A_USER", "auth", since=LogPosition(0, 0)) == []
        assert not await viewer_grants.any_former(conn, before=later)
    async with store.transaction() as conn:
        assert await viewer_grants.any_former(conn, before=later + timedelta(seconds=1))
        assert await viewer_grants.forget_former(conn, before=later) == 0
        assert await viewer_grants.forget_former(conn, before=later + timedelta(seconds=1)) == 2
