"""Questions answered by the driver: the same rows as SQLAlchemy gives, and errors that tell nobody anything."""

import uuid
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.access_log import (
    AccessAction,
    AccessLogEntry,
    AccessNote,
    AccessOutcome,
    Reader,
    SharedReads,
    SubjectType,
)
from gateway.domain.ids import PrisonNumber
from gateway.store import access_log as log
from gateway.store.engine import Database
from gateway.store.reading import KEYS, Question, ReadingFailed, among
from gateway.store.tables import access_log, carriage_snapshots, moves
from tests.store.worlds import NOON, World, day, make_move
from tests.support.stores import empty_store

pytestmark = pytest.mark.anyio


async def filled(store: Database, count: int) -> World:
    world = World(tuple((make_move(n, reference=f"{n:08}", date=day(n)), ()) for n in range(count)))
    async with store.transaction() as conn:
        await world.write(conn)
    return world


@pytest.mark.parametrize("wanted", [0, 1, 2, 700])
async def test_rows_are_those_that_sqlalchemy_gives(store: Database, wanted: int) -> None:
    world = await filled(store, 3)
    statement = sa.select(moves).where(among(moves.c.id), moves.c.status.in_(["requested", "booked"]))
    ids = [move.id for move, _ in world.moves][:wanted] + [uuid.uuid4() for _ in range(wanted - 3)]
    async with store.read() as conn:
        plain = (await conn.execute(statement, {KEYS: ids})).all()
        question = Question(statement)
        for _ in range(2):
            rows = await question.rows(conn, {KEYS: ids})
            assert sorted(map(tuple, rows)) == sorted(map(tuple, plain))
    assert len(plain) == min(wanted, 3)


async def test_values_are_given_anew_at_each_use(store: Database) -> None:
    await filled(store, 5)
    question = Question(sa.select(moves.c.day).where(moves.c.day >= sa.bindparam("since"), moves.c.version == 1))
    async with store.read() as conn:
        counts = [len(await question.rows(conn, {"since": day(n)})) for n in (0, 3, 5)]
    assert counts == [5, 2, 0]


async def test_within_a_transaction_it_sees_what_that_has_written(store: Database) -> None:
    question = Question(sa.select(moves.c.reference))
    async with store.transaction() as conn:
        await World(((make_move(1, reference="NEW00001"), ()),)).write(conn)
        assert [row[0] for row in await question.rows(conn)] == ["NEW00001"]
    async with store.read() as conn:
        assert [row[0] for row in await question.rows(conn)] == ["NEW00001"]


@pytest.mark.slow
async def test_what_fails_does_not_quote_what_was_asked_about() -> None:
    """SQLite has no such fault: it compares a text with a number."""
    question = Question(sa.select(moves.c.id).where(sa.cast(moves.c.reference, sa.Integer) == sa.bindparam("number")))
    async with empty_store("postgresql") as store, store.read() as conn:
        with pytest.raises(ReadingFailed) as raised:
            await question.rows(conn, {"number": "A1234BC"})
        assert list(await question.rows(conn, {"number": 0})) == []
    assert "A1234BC" not in str(raised.value)
    assert raised.value.__context__ is None


async def test_json_is_left_to_sqlalchemy() -> None:
    with pytest.raises(TypeError, match="payload"):
        Question(sa.select(carriage_snapshots.c.payload))


def entry(number: int, **reader: str | None) -> AccessLogEntry:
    return AccessLogEntry(
        at=NOON,
        username=reader.get("username") or "nobody",
        client_id=reader.get("client_id"),
        operation=None if number % 2 else "Board",
        action=AccessAction.VIEW,
        subject_type=SubjectType.PERSON,
        subject_id=f"A{number:04}AA",
        prison_number=PrisonNumber(f"A{number:04}AA") if number else None,
        outcome=AccessOutcome.ALLOWED,
        request_id=reader.get("request_id") or "none",
    )


async def written(conn: AsyncConnection) -> list[tuple[object, ...]]:
    columns = [column for column in access_log.c if column.name != "id"]
    return [tuple(row) for row in await conn.execute(sa.select(*columns).order_by(access_log.c.id))]


async def test_what_was_shown_to_several_is_written_for_each(store: Database) -> None:
    records = [entry(n) for n in range(3)]
    readers = [Reader("ONE", "front-end", "r1"), Reader("TWO", None, "r2")]
    async with store.transaction() as conn:
        await log.append_shared(conn, SharedReads(records, readers))
        await log.append_shared(conn, SharedReads([], readers))
        await log.append_shared(conn, SharedReads(records, []))
    async with store.read() as conn:
        shared = await written(conn)
    async with store.transaction() as conn:
        await conn.execute(sa.delete(access_log))
        await log.append(
            conn,
            [
                entry(n, username=reader.username, client_id=reader.client_id, request_id=reader.request_id)
                for reader in readers
                for n in range(3)
            ],
        )
    async with store.read() as conn:
        apart = await written(conn)
    assert sorted(shared, key=repr) == sorted(apart, key=repr)
    assert len(shared) == 6
    assert {row[0] for row in shared} == {datetime(NOON.year, NOON.month, NOON.day, NOON.hour, tzinfo=UTC)}


async def test_notes_are_written_record_by_record_in_their_order(store: Database) -> None:
    def note(who: str, operation: str | None, *numbers: int) -> AccessNote:
        records = [(f"A{n:04}AA", PrisonNumber(f"A{n:04}AA") if n else None) for n in numbers]
        return AccessNote(
            at=NOON,
            username=who,
            client_id=None if operation else "front-end",
            operation=operation,
            action=AccessAction.VIEW,
            subject_type=SubjectType.PERSON,
            outcome=AccessOutcome.ALLOWED,
            request_id=f"request of {who}",
            records=records,
        )

    notes = [note("ONE", "Board", 5, 0, 3), note("TWO", None, 9), note("NOBODY", "Board"), note("ONE", None, 2, 1)]
    async with store.transaction() as conn:
        await log.append_notes(conn, notes)
        await log.append_notes(conn, [])
        await log.append_notes(conn, [note("NOBODY", None)])
    async with store.read() as conn:
        as_notes = await written(conn)
    async with store.transaction() as conn:
        await conn.execute(sa.delete(access_log))
        await log.append(conn, [entry for one in notes for entry in one.apart()])
    async with store.read() as conn:
        as_entries = await written(conn)
    assert as_notes == as_entries
    assert len(as_notes) == 6
