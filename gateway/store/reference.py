"""Reference data: places, regions and suppliers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import AgencyId, RegionKey, SupplierKey
from gateway.domain.locations import Agency, Location, LocationType, Region
from gateway.domain.suppliers import Supplier
from gateway.store.dialects import upsert
from gateway.store.tables import locations, moves, region_locations, regions, supplier_locations, suppliers


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Everything at once: it is small, changes seldom, and is asked for by every request."""

    locations: Mapping[AgencyId, Location]
    regions: Mapping[RegionKey, Region]
    suppliers: Mapping[SupplierKey, Supplier]


@dataclass(frozen=True, slots=True)
class SupplierLocation:
    """A supplier's duty to serve a place. Both days belong to it; None is open."""

    supplier: SupplierKey
    agency_id: AgencyId
    effective_from: date | None = None
    effective_to: date | None = None


async def load(conn: AsyncConnection, today: date) -> ReferenceData:
    """Read all of it, with the suppliers that serve each place on a business day."""
    found_suppliers = {
        SupplierKey(row.key): Supplier(row.key, row.name, row.lot)
        for row in await conn.execute(sa.select(suppliers).order_by(suppliers.c.key))
    }
    members: defaultdict[RegionKey, set[AgencyId]] = defaultdict(set)
    for row in await conn.execute(sa.select(region_locations)):
        members[row.region_key].add(row.agency_id)
    found_regions = {
        RegionKey(row.key): Region(row.key, row.name, frozenset(members[row.key]))
        for row in await conn.execute(sa.select(regions).order_by(regions.c.key))
    }
    regions_of: defaultdict[AgencyId, list[Region]] = defaultdict(list)
    for region in found_regions.values():
        for agency_id in region.agency_ids:
            regions_of[agency_id].append(region)
    serving: defaultdict[AgencyId, set[SupplierKey]] = defaultdict(set)
    for row in await conn.execute(sa.select(supplier_locations).where(_effective(today))):
        serving[row.agency_id].add(row.supplier)
    found_locations = {
        AgencyId(row.agency_id): Location(
            agency_id=row.agency_id,
            title=row.title,
            type=LocationType(row.type),
            active=row.active,
            region=regions_of[row.agency_id][0].name if regions_of[row.agency_id] else None,
            region_keys=tuple(region.key for region in regions_of[row.agency_id]),
            supplier_keys=tuple(sorted(serving[row.agency_id])),
            extradition_capable=row.extradition_capable,
        )
        for row in await conn.execute(sa.select(locations).order_by(locations.c.title, locations.c.agency_id))
    }
    return ReferenceData(found_locations, found_regions, found_suppliers)


async def serving(conn: AsyncConnection, agency_id: AgencyId, day: date) -> tuple[SupplierKey, ...]:
    """Read which suppliers serve a place on a day, both bounds of their duty included; by key."""
    statement = (
        sa.select(supplier_locations.c.supplier)
        .distinct()
        .where(supplier_locations.c.agency_id == agency_id, _effective(day))
        .order_by(supplier_locations.c.supplier)
    )
    return tuple(SupplierKey(key) for key in await conn.scalars(statement))


async def serving_on_days(
    conn: AsyncConnection, ends: Collection[tuple[AgencyId, date]]
) -> dict[tuple[AgencyId, date], frozenset[SupplierKey]]:
    """Read which suppliers serve places, each on a day, likewise, in one statement."""
    rows = await conn.execute(
        sa.select(supplier_locations).where(supplier_locations.c.agency_id.in_(sorted({place for place, _ in ends})))
    )
    found: dict[tuple[AgencyId, date], set[SupplierKey]] = {end: set() for end in ends}
    for row in rows:
        for place, day in ends:
            if place == row.agency_id and _covers(row.effective_from, row.effective_to, day):
                found[place, day].add(SupplierKey(row.supplier))
    return {end: frozenset(serving) for end, serving in found.items()}


async def upsert_agencies(conn: AsyncConnection, agencies: Iterable[Agency]) -> None:
    """Take over NOMIS's list of places, which must be entire.

    A place that it no longer names becomes inactive and stays, as moves refer to it. A new title goes to the moves
    that are sorted by it. An empty list changes nothing: it is a fault somewhere, not the end of all prisons.
    """
    listed = {agency.agency_id: agency for agency in agencies}
    if not listed:
        return
    known = {row.agency_id: row for row in await conn.execute(sa.select(locations))}
    changed = [
        {"agency_id": agency_id, "title": agency.title, "type": agency.type.value, "active": agency.active}
        for agency_id, agency in listed.items()
        if agency_id not in known
        or (known[agency_id].title, known[agency_id].type, known[agency_id].active)
        != (agency.title, agency.type.value, agency.active)
    ]
    if changed:
        # NOMIS knows nothing of extradition: that is set by hand.
        await conn.execute(upsert(conn, locations, keeping=("extradition_capable",)), changed)
    renamed = [
        agency for agency_id, agency in listed.items() if agency_id in known and known[agency_id].title != agency.title
    ]
    for agency in renamed:
        for place, title in ((moves.c.from_agency, moves.c.from_title), (moves.c.to_agency, moves.c.to_title)):
            await conn.execute(sa.update(moves).where(place == agency.agency_id).values({title: agency.title}))
    gone = sorted(agency_id for agency_id, row in known.items() if row.active and agency_id not in listed)
    if gone:
        await conn.execute(sa.update(locations).where(locations.c.agency_id.in_(gone)).values(active=False))


async def upsert_suppliers(conn: AsyncConnection, found: Iterable[Supplier]) -> None:
    """Add suppliers, or give known ones their new name and lot. None is ever removed: moves refer to them."""
    rows = [{"key": supplier.key, "name": supplier.name, "lot": supplier.lot} for supplier in found]
    if rows:
        await conn.execute(upsert(conn, suppliers), rows)


async def upsert_regions(conn: AsyncConnection, found: Iterable[Region]) -> None:
    """Add regions, or give known ones their new name and members. Regions that are not named stay as they are."""
    listed = {region.key: region for region in found}
    if not listed:
        return
    await conn.execute(upsert(conn, regions), [{"key": one.key, "name": one.name} for one in listed.values()])
    await conn.execute(sa.delete(region_locations).where(region_locations.c.region_key.in_(sorted(listed))))
    members = [
        {"region_key": region.key, "agency_id": agency_id}
        for region in listed.values()
        for agency_id in sorted(region.agency_ids)
    ]
    if members:
        await conn.execute(sa.insert(region_locations), members)


async def upsert_supplier_locations(conn: AsyncConnection, found: Iterable[SupplierLocation]) -> None:
    """Replace all that the named suppliers serve; suppliers that are not named keep what they have."""
    rows = [
        {
            "supplier": link.supplier,
            "agency_id": link.agency_id,
            "effective_from": link.effective_from,
            "effective_to": link.effective_to,
        }
        for link in dict.fromkeys(found)
    ]
    if not rows:
        return
    named = sorted({str(row["supplier"]) for row in rows})
    await conn.execute(sa.delete(supplier_locations).where(supplier_locations.c.supplier.in_(named)))
    await conn.execute(sa.insert(supplier_locations), rows)


def _covers(effective_from: date | None, effective_to: date | None, day: date) -> bool:
    return (effective_from is None or effective_from <= day) and (effective_to is None or effective_to >= day)


def _effective(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        sa.or_(supplier_locations.c.effective_from.is_(None), supplier_locations.c.effective_from <= day),
        sa.or_(supplier_locations.c.effective_to.is_(None), supplier_locations.c.effective_to >= day),
    )
