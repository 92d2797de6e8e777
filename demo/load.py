"""Loads the invented world into the gateway's store, a day at a time, however large it is."""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from demo import translate
from estate import Estate, model
from gateway.domain.ids import AgencyId, RegionKey, SupplierKey
from gateway.domain.locations import NOMIS_AGENCY_TYPES, Agency, Region
from gateway.domain.suppliers import Supplier
from gateway.store import moves_writer, reference
from gateway.store.engine import Database
from gateway.store.escort_record_tables import (
    per_flags,
    per_responses,
    per_sections,
    person_escort_records,
    youth_risk_assessments,
    yra_flags,
    yra_responses,
    yra_sections,
)
from gateway.store.reference import SupplierLocation
from gateway.store.tables import events, metadata

CONTRACT_START = date(2020, 8, 29)
"""Since when the two suppliers serve their lots."""

MOVES_AT_ONCE = 5_000


async def load(estate: Estate, database: Database, *, progress: Callable[[int], None]) -> int:
    """Replace everything in the store with the estate's world, and return how many moves it has.

    `progress` is told how many days were written since it was last told.
    """
    await _empty(database)
    titles = await _reference_data(estate, database)
    written = 0
    days = 0
    found: list[model.Move] = []
    allocated: list[model.Allocation] = []
    for day in estate.days():
        allocated.extend(estate.allocations_on(day))
        found.extend(estate.moves_on(day))
        days += 1
        if len(found) >= MOVES_AT_ONCE:
            written += await _write(database, allocated, found, titles)
            progress(days)
            found, allocated, days = [], [], 0
    written += await _write(database, allocated, found, titles)
    progress(days)
    # Without counts of what is where, the database guesses its plans.
    await database.analyse()
    return written


async def _empty(database: Database) -> None:
    async with database.transaction() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(sa.delete(table))


async def _reference_data(estate: Estate, database: Database) -> dict[AgencyId, str]:
    agencies = [
        agency for agency in estate.agencies() if agency.agency_type in NOMIS_AGENCY_TYPES and not agency.pseudo
    ]
    async with database.transaction() as connection:
        await reference.upsert_suppliers(
            connection, [Supplier(SupplierKey(one.key), one.name, one.lot) for one in estate.suppliers()]
        )
        await reference.upsert_agencies(
            connection,
            [
                Agency(AgencyId(one.agency_id), one.name, NOMIS_AGENCY_TYPES[one.agency_type], one.active)
                for one in agencies
            ],
        )
        await reference.upsert_regions(
            connection,
            [
                Region(RegionKey(one.key), one.name, frozenset(AgencyId(agency) for agency in one.agency_ids))
                for one in estate.regions()
            ],
        )
        await reference.upsert_supplier_locations(
            connection,
            [
                SupplierLocation(SupplierKey(supplier), AgencyId(one.agency_id), effective_from=CONTRACT_START)
                for one in agencies
                for supplier in one.suppliers
            ],
        )
    return {AgencyId(one.agency_id): one.name for one in agencies}


async def _write(
    database: Database, allocated: list[model.Allocation], found: list[model.Move], titles: dict[AgencyId, str]
) -> int:
    records = [
        (translate.escort_record(move, move.escort_record), move.escort_record)
        for move in found
        if move.escort_record is not None
    ]
    assessments = [
        (translate.youth_risk_assessment(move, move.youth_risk_assessment), move.youth_risk_assessment)
        for move in found
        if move.youth_risk_assessment is not None
    ]
    rows: dict[sa.Table, list[moves_writer.Row]] = {
        person_escort_records: [
            moves_writer.escort_record_row(record, created_at=given.created_at, updated_at=given.updated_at)
            for record, given in records
        ],
        per_sections: [row for record, _ in records for row in moves_writer.section_rows(record)],
        per_responses: [translate.responses_row(given) for _, given in records if given.responses],
        per_flags: [row for record, _ in records for row in moves_writer.flag_rows(record)],
        youth_risk_assessments: [
            moves_writer.assessment_row(one, created_at=given.created_at, updated_at=given.confirmed_at)
            for one, given in assessments
        ],
        yra_sections: [row for one, _ in assessments for row in moves_writer.section_rows(one)],
        yra_flags: [row for one, _ in assessments for row in moves_writer.flag_rows(one)],
        yra_responses: [translate.responses_row(given) for _, given in assessments],
        events: [
            moves_writer.event_row(translate.event(move, one), recorded_by=one.recorded_by)
            for move, one in sorted(
                ((move, one) for move in found for one in move.events), key=lambda pair: pair[1].recorded_at
            )
        ],
    }
    async with database.transaction() as connection:
        for one in allocated:
            await moves_writer.insert_allocations(connection, [translate.allocation(one)], at=one.created_at)
        await moves_writer.insert_moves(
            connection, [(translate.move(one), translate.lodgings(one)) for one in found], titles=titles
        )
        for table, values in rows.items():
            if values:
                await connection.execute(sa.insert(table), values)
    return len(found)
