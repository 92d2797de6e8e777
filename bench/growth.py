"""How the gateway's CPU for a request grows: with what is asked for, with who asks at once, and with what is stored."""

from contextlib import AsyncExitStack
from datetime import date
from typing import Any, Final

from bench.federation import a_server, a_world, sources
from bench.loading import CONCURRENCY, Case, Load, Samples, agree, kept, passes, ratio, table
from gateway.domain.pages import MAX_PAGE_SIZE

USUAL: Final = 50
ROWS: Final = tuple(min(rows, MAX_PAGE_SIZE) for rows in (10, USUAL, 200, 1000))
"""How many moves are asked for; the gateway gives no more than its largest page."""
CONNECTIONS_FOR_ROWS: Final = 4
CONNECTIONS: Final = (1, CONCURRENCY, 64, 256)
MOVES_FOR_CONNECTIONS: Final = 5
"""Few enough that also the last of all connections has its answer well before operations are stopped."""
TIMES: Final = (1, 10, 100)


def requests_for(rows: int) -> int:
    """Tell how many requests make a run of some seconds."""
    return max(24, min(400, 10_000 // rows))


async def by_rows(load: Load, day: date, *, seconds: int, count: int) -> dict[str, Any]:
    """Ask for more and more moves, and for the same from more and more connections."""
    async with sources(a_world(max(ROWS), day)) as found, a_server("ours", found) as server:
        sizes = {rows: await agree(load, [server], rows) for rows in ROWS}
        cases = [Case(str(rows), server, rows, CONNECTIONS_FOR_ROWS, requests_for(rows)) for rows in ROWS]
        rows = await passes(load, cases, seconds=seconds, count=count)
        print(f"\nours, by moves\n\n{table(rows)}\n", flush=True)
        amount = 2 * max(CONNECTIONS)
        cases = [Case(str(each), server, MOVES_FOR_CONNECTIONS, each, amount) for each in CONNECTIONS]
        connections = await passes(load, cases, seconds=seconds, count=count)
        print(f"\nours, by connections\n\n{table(connections)}\n", flush=True)
    return {
        "ratios": {**row_ratios(rows), **connection_ratios(connections)},
        "rows": {"connections": CONNECTIONS_FOR_ROWS, "answer_bytes": sizes, "cases": kept(rows)},
        "connections": {"moves": MOVES_FOR_CONNECTIONS, "cases": kept(connections)},
    }


def row_ratios(found: Samples) -> dict[str, float]:
    """Give the CPU for each move of an answer, by that in one of the usual size."""
    told = {}
    for rows in ROWS:
        if rows != USUAL:
            by_request = ratio(found[str(rows)], found[str(USUAL)], lambda one: one.cpu_ms)
            told[f"cpu_per_row_{rows}_vs_{USUAL}"] = round(by_request * USUAL / rows, 3)
    return told


def connection_ratios(found: Samples) -> dict[str, float]:
    """Give the CPU for each request, by that from the usual number of connections."""
    usual = found[str(CONCURRENCY)]
    return {
        f"cpu_connections_{each}_vs_{CONCURRENCY}": ratio(found[str(each)], usual, lambda one: one.cpu_ms)
        for each in CONNECTIONS
        if each != CONCURRENCY
    }


async def by_store(load: Load, day: date, *, seconds: int, count: int) -> dict[str, Any]:
    """Ask the same of stores that hold more and more moves of other places and days: a server over each."""
    async with AsyncExitStack() as stack:
        cases, stored = [], {}
        for times in TIMES:
            found = await stack.enter_async_context(sources(a_world(MAX_PAGE_SIZE, day), times=times))
            server = await stack.enter_async_context(a_server("ours", found))
            await agree(load, [server], USUAL)
            stored[times] = found.moves
            cases.append(Case(str(times), server, USUAL, CONCURRENCY, requests_for(USUAL)))
        samples = await passes(load, cases, seconds=seconds, count=count)
    print(f"\nours, by times the moves in the store\n\n{table(samples)}\n", flush=True)
    return {
        "ratios": store_ratios(samples),
        "store": {"moves": USUAL, "stored": stored, "cases": kept(samples)},
    }


def store_ratios(found: Samples) -> dict[str, float]:
    """Give the CPU for each request over a large store by that over the smallest: the gateway's, and the database's."""
    told = {}
    for times in TIMES[1:]:
        case = found[str(times)]
        told[f"cpu_scale_{times}_vs_1"] = ratio(case, found["1"], lambda one: one.cpu_ms)
        if all(one.database_cpu_ms for one in found["1"]):
            told[f"database_cpu_scale_{times}_vs_1"] = ratio(case, found["1"], lambda one: one.database_cpu_ms)
    return told


async def growth(load: Load, day: date, *, seconds: int, count: int) -> dict[str, Any]:
    """Measure all of it."""
    rows = await by_rows(load, day, seconds=seconds, count=count)
    store = await by_store(load, day, seconds=seconds, count=count)
    return {**rows, **store, "ratios": {**rows["ratios"], **store["ratios"]}}
