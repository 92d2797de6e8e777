"""What has to hold in a store whatever was done to it at once, said plainly over all of its rows."""

from collections import Counter, defaultdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.store.engine import Database
from gateway.store.tables import allocations, changes, events, moves

_BEGINNINGS = {"MoveProposed", "MoveRequested"}


async def contradictions(database: Database) -> list[str]:
    """Read everything, and list what does not agree. Each change to a move tells one event in these tests."""
    async with database.read() as conn:
        move_rows = [row._mapping for row in await conn.execute(sa.select(moves))]  # noqa: SLF001 - its public name
        allocation_rows = [row._mapping for row in await conn.execute(sa.select(allocations))]  # noqa: SLF001
        versions: defaultdict[UUID, list[int]] = defaultdict(list)
        last: dict[tuple[UUID, str], Any] = {}
        for change in await conn.execute(sa.select(changes).order_by(changes.c.version)):
            versions[change.subject_id].append(change.version)
            last.update({(change.subject_id, field["name"]): field["after"] for field in change.fields})
        told: defaultdict[UUID, list[str]] = defaultdict(list)
        for event in await conn.execute(sa.select(events).order_by(events.c.position)):
            told[event.move_id].append(event.type)
    found: list[str] = []
    for row in [*move_rows, *allocation_rows]:
        if versions[row["id"]] != list(range(1, row["version"] + 1)):
            found.append(f"{row['id']} is version {row['version']} and has {versions[row['id']]} in its history")
        if last[row["id"], "status"] != row["status"]:
            found.append(f"{row['id']} is {row['status']} and {last[row['id'], 'status']} in its history")
    found += [problem for row in move_rows for problem in _of_a_move(row, told[row["id"]], last)]
    for row in allocation_rows:
        found += _of_an_allocation(row, [move for move in move_rows if move["allocation_id"] == row["id"]])
    same = Counter(
        (row["prison_number"], row["from_agency"], row["to_agency"], row["date"])
        for row in move_rows
        if row["prison_number"] is not None and row["status"] not in {"proposed", "cancelled"}
    )
    found += [f"{which} has {count} moves" for which, count in same.items() if count > 1]
    return found


def _of_a_move(row: Any, told: list[str], last: dict[tuple[UUID, str], Any]) -> list[str]:
    found = []
    counts = Counter(told)
    if len(told) != row["version"]:
        found.append(f"{row['reference']} is version {row['version']} and has {told}")
    if not told or told[0] not in _BEGINNINGS or sum(counts[one] for one in _BEGINNINGS) != 1:
        found.append(f"{row['reference']} begins with {told}")
    if (row["status"] == "cancelled") != (counts["MoveCancel"] == 1):
        found.append(f"{row['reference']} is {row['status']} after {told}")
    if last.get((row["id"], "prison_number")) != row["prison_number"]:
        found.append(f"{row['reference']} has a person whom its history does not know")
    if row["allocation_id"] is not None:
        has_one = row["prison_number"] is not None
        if counts["MovePersonAssigned"] - counts["MovePersonRemoved"] != has_one:
            found.append(f"{row['reference']} has {'a' if has_one else 'no'} person after {told}")
    return found


def _of_an_allocation(row: Any, its_moves: list[Any]) -> list[str]:
    standing = [move for move in its_moves if move["status"] != "cancelled"]
    if row["status"] == "cancelled":
        left_behind = [move for move in standing if move["status"] in {"proposed", "requested", "booked"}]
        return [f"{row['id']} is cancelled and has open moves"] if left_behind or row["moves_count"] else []
    found = []
    if row["moves_count"] != len(standing):
        found.append(f"{row['id']} counts {row['moves_count']} places and has {len(standing)}")
    is_full = bool(standing) and all(move["prison_number"] for move in standing)
    if row["status"] != ("filled" if is_full else "unfilled"):
        found.append(f"{row['id']} is {row['status']}")
    return found
