"""Random worlds that change, told to random viewers: what the plain rules say, and by its id alone what was lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.event_log import LogPosition, sight_of
from gateway.domain.moves import Lodging, Move
from gateway.domain.scope import Scope
from gateway.domain.updates import MoveUpdate, UpdateKind, Wanted
from gateway.services.event_log import EventLog
from gateway.services.moves import Moves
from gateway.services.updates import Updates
from gateway.store import moves_writer
from gateway.store.engine import Database
from gateway.store.tables import moves
from tests.live.test_event_log import an_event
from tests.store.worlds import NOON, SUPPLIERS, TITLES, World, agencies, is_visible, scopes, worlds
from tests.support.stores import empty_store

BEGINNING = LogPosition(0, 0)


@dataclass(frozen=True)
class Step:
    """A change of one move by which somebody may lose or gain sight of it, or nobody."""

    which: int
    facts: dict[str, Any]

    def of(self, found: Sequence[Move]) -> tuple[int, Move]:
        place = self.which % len(found)
        return place, replace(found[place], **self.facts)


steps = st.builds(
    Step,
    which=st.integers(0, 3),
    facts=st.fixed_dictionaries(
        {},
        optional={
            "from_agency": agencies,
            "to_agency": st.none() | agencies,
            "supplier": st.none() | st.sampled_from(SUPPLIERS),
            "authorised_at": st.sampled_from([NOON, None]),
        },
    ),
)


class NobodyNotes:
    """In place of the access log, which is tested elsewhere."""

    async def viewed(self, *_: object) -> None: ...


def updates_of(log: EventLog, store: Database, scope: Scope) -> Updates:
    platform: Any = SimpleNamespace(database=store)
    access: Any = NobodyNotes()
    records: Any = None
    return Updates(log, scope, scope, Moves(platform, scope, access), records)


async def write(store: Database, before: Move, after: Move, stays: tuple[Lodging, ...]) -> str:
    """Write a change as `services.changes` does; return the name of its event."""
    event = an_event(after)
    was, now = sight_of(before, stays), sight_of(after, stays)
    async with store.transaction() as conn:
        row = moves_writer.move_row(after, stays, titles=TITLES)
        await conn.execute(sa.update(moves).where(moves.c.id == after.id).values(row))
        await moves_writer.insert_events(conn, [event], sights={} if was == now else {event.id: was})
    return str(event.id)


def shown(update: object) -> tuple[str, str]:
    """Say what an update tells: an event of a move, or a move that is gone; and nothing of such a one but its id."""
    assert isinstance(update, MoveUpdate)
    if update.event is not None:
        assert update.move is not None
        assert (update.gone_id, update.move.id) == (None, update.event.move_id)
        return "event", str(update.event.id)
    assert update.move is None
    return "gone", str(update.gone_id)


async def play(world: World, changes: Sequence[Step], scope: Scope) -> None:
    async with empty_store("sqlite") as store:
        async with store.transaction() as conn:
            await world.write(conn)
        log = EventLog(store)
        await log.open()
        updates = updates_of(log, store, scope)
        everything = Wanted(kind=UpdateKind.MOVES)
        found = [move for move, _ in world.moves]
        stays = [lodged for _, lodged in world.moves]
        position, told, expected = BEGINNING, [], []
        history: list[tuple[int, Move, str]] = []
        for step in changes:
            place, after = step.of(found)
            before = found[place]
            name = await write(store, before, after, stays[place])
            found[place] = after
            history.append((place, before, name))
            logged = await log.page(position)
            told += [shown(one.update) for one in await updates.among(everything, logged)]
            position = logged[-1].position
            if is_visible(after, stays[place], scope):
                expected.append(("event", name))
            elif is_visible(before, stays[place], scope):
                expected.append(("gone", str(after.id)))
        assert told == expected
        # Whoever was away all the while is told by what they may see in the end.
        replayed = [shown(one.update) for one in await updates.among(everything, await log.page(BEGINNING))]
        late: list[tuple[str, str]] = []
        for number, (place, before, name) in enumerate(history):
            after = next((one for other, one, _ in history[number + 1 :] if other == place), found[place])
            moved = sight_of(before, stays[place]) != sight_of(after, stays[place])
            if is_visible(found[place], stays[place], scope):
                late.append(("event", name))
            elif moved and is_visible(before, stays[place], scope):
                late.append(("gone", str(found[place].id)))
        assert replayed == late


@settings(max_examples=40)
@given(worlds(most=4), st.lists(steps, min_size=1, max_size=6), scopes)
def test_each_viewer_is_told_what_is_theirs_to_see(world: World, changes: list[Step], scope: Scope) -> None:
    asyncio.run(play(world, changes, scope))
