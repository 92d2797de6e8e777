"""Times pages of moves in a small and in a large table, in turn, to see whether the size of the table matters.

    python bench/page.py [--small 2000] [--large 1000000] [--rounds 200] [--explain]

Both tables hold the same number of moves a day, so that the same page is asked of both; the large one has years of
them. Everything is measured as the gateway does it: our own statements, the driver, rows read into values.
"""

import argparse
import asyncio
import json
import platform
import random
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path and not the one above

import asyncpg  # type: ignore[import-untyped]  # noqa: E402 - it ships no types
import sqlalchemy as sa  # noqa: E402
from sqlalchemy.dialects.postgresql.base import PGDialect  # noqa: E402

from gateway.domain.ids import AgencyId, SupplierKey  # noqa: E402
from gateway.domain.moves import (  # noqa: E402
    MoveDirection,
    MoveFilter,
    MoveOrder,
    MoveOrderField,
    MoveStatus,
    OrderDirection,
)
from gateway.domain.pages import PageRequest  # noqa: E402
from gateway.domain.scope import Scope  # noqa: E402
from gateway.store import migrate, move_pages  # noqa: E402
from gateway.store.engine import Database, Source  # noqa: E402
from gateway.store.keysets import Position  # noqa: E402
from gateway.store.tables import moves  # noqa: E402
from tests.support import pg  # noqa: E402

PER_DAY: Final = 500  # one million in five and a half years
LAST_DAY: Final = date(2026, 6, 30)
PAGE: Final = 50
TARGET: Final = 1.3
PRISON: Final = AgencyId("P00")
PLACES: Final = tuple(AgencyId(f"P{number:02}") for number in range(100)) + tuple(
    AgencyId(f"C{number:02}") for number in range(40)
)
# The first prison is in every tenth move, which fills a page on each day; the others have less and less.
WEIGHTS: Final = tuple(110.0 if place == PRISON else 900 / (10 + number) for number, place in enumerate(PLACES))
SUPPLIERS: Final = (SupplierKey("geoamey"), SupplierKey("serco"))
LODGING_SHARE: Final = 0.01
LODGING_PLACES: Final = PLACES[:30]


EARLIEST: Final = MoveOrder()


@dataclass(frozen=True)
class Shape:
    """A question asked of both tables. `days` narrows to so many; `halfway` starts in the middle of the table."""

    name: str
    within: Scope
    days: int = 0
    direction: MoveDirection | None = None
    locations: tuple[AgencyId, ...] | None = None
    statuses: tuple[MoveStatus, ...] | None = None
    order: MoveOrder = EARLIEST
    halfway: bool = False


def scope(*places: AgencyId, supplier: SupplierKey | None = None, national: bool = False) -> Scope:
    return Scope(frozenset(places), supplier, national)


LATEST: Final = MoveOrder(MoveOrderField.UPDATED_AT, OrderDirection.DESC)
SHAPES: Final = (
    Shape("a prison's day", scope(PRISON), days=1),
    Shape("a prison's day, outgoing", scope(PRISON), days=1, direction=MoveDirection.OUTGOING),
    Shape("a prison's day, incoming", scope(PRISON), days=1, direction=MoveDirection.INCOMING),
    Shape("a prison's year", scope(PRISON), days=365),
    Shape("sixty prisons' year", scope(*PLACES[:60]), days=365),
    Shape("thirty places without moves, a day", scope(*(AgencyId(f"N{number}") for number in range(30))), days=1),
    Shape("a prison's day, latest change first", scope(PRISON), days=1, order=LATEST),
    Shape("a prison, no filter", scope(PRISON)),
    Shape("a prison, latest change first", scope(PRISON), order=LATEST),
    Shape("a prison, a page halfway", scope(PRISON), halfway=True),
    Shape("a prison, by destination", scope(PRISON), order=MoveOrder(MoveOrderField.TO_LOCATION)),
    Shape("a prison, completed", scope(PRISON), statuses=(MoveStatus.COMPLETED,)),
    Shape("five prisons' day", scope(*PLACES[:5]), days=1),
    Shape("twenty prisons' day", scope(*PLACES[:20]), days=1),
    Shape("sixty prisons' day", scope(*PLACES[:60]), days=1),
    Shape("sixty prisons, no filter", scope(*PLACES[:60])),
    Shape("a supplier, latest change first", scope(supplier=SUPPLIERS[0]), order=LATEST),
    Shape("a supplier's day at a prison", scope(supplier=SUPPLIERS[0]), days=1, locations=(PRISON,)),
    Shape("everywhere, a day", scope(national=True), days=1),
    Shape("everywhere, no filter", scope(national=True)),
    Shape("everywhere, a page halfway", scope(national=True), halfway=True),
)


@dataclass
class Table:
    rows: int
    days: int
    url: str
    database: Database

    def first_day(self) -> date:
        return LAST_DAY - timedelta(days=self.days - 1)


async def build(rows: int) -> Table:
    """Make a store with so many moves, loaded without its indexes and then indexed and analysed."""
    url = await pg.create_database(f"bench_{rows}")
    await migrate.upgrade(url)
    conn = await asyncpg.connect(url)
    try:
        await conn.executemany("INSERT INTO suppliers (key, name) VALUES ($1, $1)", [(key,) for key in SUPPLIERS])
        await conn.executemany(
            "INSERT INTO locations (agency_id, title, type, active) VALUES ($1, $2, 'prison', true)",
            [(place, title(place)) for place in PLACES],
        )
        indexes = await conn.fetch(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'moves' AND indexname LIKE 'ix_%'"
        )
        for index in indexes:
            await conn.execute(f'DROP INDEX "{index["indexname"]}"')
        await conn.execute("SET maintenance_work_mem = '512MB'")
        columns = [column.name for column in moves.columns]
        stays: list[tuple[object, ...]] = []
        await conn.copy_records_to_table("moves", records=move_records(rows, stays), columns=columns)
        await conn.copy_records_to_table("lodgings", records=stays)
        for index in indexes:
            await conn.execute(index["indexdef"])
        await conn.execute("VACUUM ANALYZE")
    finally:
        await conn.close()
    return Table(rows, -(-rows // PER_DAY), url, Database(url, pool_size=2))


def title(place: AgencyId) -> str:
    """Name a place so that names sort otherwise than codes do."""
    return f"{random.Random(place).choice('ABCDEFGHLMNPRSW')} {place}"  # noqa: S311 - a made-up name


def move_records(rows: int, stays: list[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """Yield moves day by day, in the order of the table's columns; puts their lodgings into `stays`."""
    chance = random.Random(rows)  # noqa: S311 - a made-up world
    titles = {place: title(place) for place in PLACES}
    names = [column.name for column in moves.columns]
    first = LAST_DAY - timedelta(days=-(-rows // PER_DAY) - 1)
    sources = chance.choices(PLACES, WEIGHTS, k=rows)
    targets = chance.choices(PLACES, WEIGHTS, k=rows)
    for number, (source, target) in enumerate(zip(sources, targets, strict=True)):
        day = first + timedelta(days=number // PER_DAY)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        status = chance.choices(("requested", "booked", "completed", "cancelled", "proposed"), (5, 10, 70, 12, 3))[0]
        lodges = chance.random() < LODGING_SHARE
        move_id = uuid.UUID(int=chance.getrandbits(128))
        if lodges:
            night = (uuid.UUID(int=chance.getrandbits(128)), move_id, chance.choice(LODGING_PLACES))
            stays.append((*night, day, day + timedelta(days=1), "proposed"))
        values = dict.fromkeys(names) | {
            "id": move_id,
            "reference": f"{number:08}",
            "type": "prison_transfer",
            "status": status,
            "date": day,
            "day": day,
            "arrives_on": day + timedelta(days=1) if lodges else day,
            "lodges": lodges,
            "prison_number": f"A{chance.randrange(100_000):05}",
            "from_agency": source,
            "to_agency": target,
            "from_title": titles[source],
            "to_title": titles[target],
            "supplier": SUPPLIERS[hash_of(source) % 2],
            "vehicle_kind": "cellular",
            "recorded_retrospectively": False,
            "escort_check": "passed",
            "authorised_at": None if status == "proposed" else noon - timedelta(days=5),
            "created_at": noon - timedelta(days=chance.randrange(1, 14), seconds=chance.randrange(20_000)),
            "updated_at": noon - timedelta(seconds=chance.randrange(200_000)),
            "version": 1,
        }
        yield tuple(values.values())


def hash_of(place: AgencyId) -> int:
    return int(place[1:])


async def ask(source: Source, table: Table, shape: Shape, day: date) -> int:
    position = None
    if shape.halfway:
        middle = Position(table.first_day() + timedelta(days=table.days // 2), uuid.UUID(int=0))
        position = move_pages.keyset_of(shape.order).encode(middle)
    page = await move_pages.page(
        source,
        PageRequest(PAGE, position),
        matching=MoveFilter(
            direction=shape.direction,
            location_ids=shape.locations,
            date_from=day if shape.days else None,
            date_to=day + timedelta(days=shape.days - 1) if shape.days else None,
            statuses=shape.statuses,
        ),
        order=shape.order,
        within=shape.within,
    )
    return len(page.edges)


async def measure(tables: tuple[Table, Table], shape: Shape, rounds: int) -> dict[str, object]:
    """Ask both in turn and return medians in milliseconds."""
    chance = random.Random(1)  # noqa: S311 - which day is asked for
    times: tuple[list[float], list[float]] = ([], [])
    sizes: tuple[list[int], list[int]] = ([], [])
    for turn in range(-20, rounds):
        for which, table in enumerate(tables):
            day = LAST_DAY - timedelta(days=chance.randrange(table.days))
            started = time.perf_counter()
            size = await ask(table.database, table, shape, day)
            if turn >= 0:
                times[which].append((time.perf_counter() - started) * 1000)
                sizes[which].append(size)
    medians = [statistics.median(one) for one in times]
    return {
        "shape": shape.name,
        "small_ms": round(medians[0], 3),
        "large_ms": round(medians[1], 3),
        "small_p95_ms": round(statistics.quantiles(times[0], n=20)[-1], 3),
        "large_p95_ms": round(statistics.quantiles(times[1], n=20)[-1], 3),
        "ratio": round(medians[1] / medians[0], 2),
        "rows": [statistics.median(one) for one in sizes],
    }


async def explain(table: Table, shape: Shape) -> str:
    """Return how the large table answers the page's first statement."""
    seen: list[str] = []
    async with table.database.read() as conn:

        def keep(_conn: object, clause: sa.Executable, *_: object) -> None:
            if isinstance(clause, sa.Select):
                dialect: sa.Dialect = PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it open
                literal = clause.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
                seen.append(str(literal))

        sa.event.listen(conn.sync_connection, "before_execute", keep)
        await ask(conn, table, shape, LAST_DAY - timedelta(days=table.days // 3))
        sa.event.remove(conn.sync_connection, "before_execute", keep)
        lines = await conn.execute(sa.text("EXPLAIN (ANALYZE, BUFFERS) " + seen[0].replace(":", r"\:")))
        return "\n".join(line for (line,) in lines)


async def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--small", type=int, default=2_000)
    arguments.add_argument("--large", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=200)
    arguments.add_argument("--only", default="", help="shapes whose name has this in it")
    arguments.add_argument("--explain", action="store_true", help="show the plans of shapes that miss the target")
    given = arguments.parse_args()
    print(f"building {given.small} and {given.large} moves ...", flush=True)
    tables = (await build(given.small), await build(given.large))
    async with tables[1].database.read() as conn:
        server: str = await conn.scalar(sa.text("SHOW server_version")) or ""
    results: list[dict[str, object]] = []
    print(f"{'shape':40} {'small':>9} {'large':>9} {'ratio':>6}  rows")
    for shape in SHAPES:
        if given.only not in shape.name:
            continue
        result = await measure(tables, shape, given.rounds)
        results.append(result)
        print(
            f"{shape.name:40} {result['small_ms']:>7} ms {result['large_ms']:>6} ms {result['ratio']:>6}"
            f"  {result['rows']}",
            flush=True,
        )
        if given.explain and float(str(result["ratio"])) > TARGET:
            print(await explain(tables[1], shape))
    for table in tables:
        await table.database.aclose()
    written = {
        "bench": "page",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": {"small": given.small, "large": given.large},
        "rounds": given.rounds,
        "page_size": PAGE,
        "target_ratio": TARGET,
        "versions": {
            "python": platform.python_version(),
            "postgresql": server,
            **{name: version(name) for name in ("sqlalchemy", "asyncpg")},
        },
        "results": results,
    }
    target = ROOT / "bench" / "results" / "page.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(written, indent=2) + "\n")
    print(f"written to {target.relative_to(ROOT)}")


if __name__ == "__main__":
    asyncio.run(main())
