"""A change: one transaction in which things, their events and their history are written together, or not at all."""

import random
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Final, Generic, TypeVar
from uuid import UUID, uuid4

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.allocations import Allocation
from gateway.domain.changes import Author, Change, ChangedThing, FieldChange, Plain
from gateway.domain.event_log import Sight, sight_of
from gateway.domain.events import Event, EventClassification, EventDetail
from gateway.domain.ids import AgencyId, EventId, JourneyId, LodgingId, MoveReference, SupplierKey
from gateway.domain.moves import Lodging, Move
from gateway.domain.problems import Problem
from gateway.domain.references import new_reference
from gateway.services.announcing import Announcer
from gateway.services.platform import Platform
from gateway.services.receiving_suppliers import with_receivers, with_receivers_of_changed
from gateway.store import allocation_changes, history, lodging_changes, move_changes, moves_writer
from gateway.store.moves_writer import Row, allocation_row, move_row

T = TypeVar("T")

_NOT_PART_OF_HISTORY: Final = frozenset(
    {"id", "day", "arrives_on", "lodges", "from_title", "to_title", "updated_at", "version"}
)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a change led to: the thing as it is now, or what stood in the way."""

    value: T | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """An event that a change writes; the rest of it follows from the change."""

    type: str
    details: Mapping[str, str | None] | tuple[EventDetail, ...] | None = None
    notes: str | None = None
    occurred_at: datetime | None = None
    classification: EventClassification = EventClassification.DEFAULT
    journey_id: JourneyId | None = None
    lodging_id: LodgingId | None = None
    id: EventId | None = None


class ChangeInHand:
    """What a transaction writes. Every way to write a thing here writes its event and its history too.

    And what the supplier that carries it is to be told: `announced` names the suppliers.
    """

    def __init__(
        self,
        conn: AsyncConnection,
        author: Author,
        at: datetime,
        titles: Mapping[AgencyId, str],
        announcer: Announcer | None = None,
    ) -> None:
        self.conn = conn
        self.author = author
        self.at = at
        self.announced: frozenset[SupplierKey] = frozenset()
        self._titles = titles
        self.has_told = False
        """Whether it has written to the log."""
        self._announcer = announcer or Announcer()

    async def add_move(self, move: Move, told: Iterable[Told]) -> Move:
        """Write a new move with what is told of it; return it with whoever receives it."""
        return (await self.add_moves([(move, told)]))[0]

    async def add_moves(self, found: Iterable[tuple[Move, Iterable[Told]]]) -> list[Move]:
        """Write new moves, each with what is told of it, likewise, in as many statements as for one."""
        given = [(move, tuple(told)) for move, told in found]
        received = await with_receivers(self.conn, [move for move, _ in given])
        pairs = [(move, told) for move, (_, told) in zip(received, given, strict=True)]
        await moves_writer.insert_moves(self.conn, [(move, ()) for move, _ in pairs], titles=self._titles)
        await self._note_all(
            self._change(ChangedThing.MOVE, move.id, move.version, None, move_row(move, (), titles=self._titles))
            for move, _ in pairs
        )
        new = [(move, [self.event(move, one) for one in told]) for move, told in pairs]
        await self._append([event for _, written in new for event in written])
        await self._announce((None, move, written) for move, written in new)
        return received

    async def keep_move(
        self, before: Move, after: Move, told: Iterable[Told], *, stays: Iterable[Lodging] | None = None
    ) -> Move:
        """Write the next version of a move that was locked, with what is told of it; return it as it now is.

        Who receives it follows from its supplier, its places and its day, and is worked out here. `stays` are its
        lodgings, where this change touched them too.
        """
        (received,) = await with_receivers_of_changed(self.conn, [(before, after)])
        changed = replace(received, version=before.version + 1, updated_at=max(self.at, before.updated_at))
        stood = await lodging_changes.all_of(self.conn, before)
        kept = stood if stays is None else tuple(stays)
        await move_changes.save(self.conn, before, changed, kept, titles=self._titles)
        await self.note(
            ChangedThing.MOVE,
            changed.id,
            changed.version,
            move_row(before, kept, titles=self._titles),
            move_row(changed, kept, titles=self._titles),
        )
        written = [self.event(changed, one) for one in told]
        await self._append(written, _lost_sight(sight_of(before, stood), sight_of(changed, kept), written))
        await self._announce([(before, changed, written)])
        return changed

    async def keep_moves(self, found: Iterable[tuple[Move, Move, Iterable[Told]]]) -> list[Move]:
        """Write the next versions of moves that were locked, each before and after and with what is told of it.

        In as many statements as for one. Their lodgings stay as they are.
        """
        given = list(found)
        received = await with_receivers_of_changed(self.conn, [(before, after) for before, after, _ in given])
        triples = [
            (before, replace(after, version=before.version + 1, updated_at=max(self.at, before.updated_at)), told)
            for (before, _, told), after in zip(given, received, strict=True)
        ]
        stays = await lodging_changes.of_each(self.conn, locked=[before for before, _, _ in triples])
        await move_changes.save_all(
            self.conn, [(before, after, stays[before.id]) for before, after, _ in triples], titles=self._titles
        )
        await self._note_all(
            self._change(
                ChangedThing.MOVE,
                after.id,
                after.version,
                move_row(before, stays[before.id], titles=self._titles),
                move_row(after, stays[before.id], titles=self._titles),
            )
            for before, after, _ in triples
        )
        changed = [(before, after, [self.event(after, one) for one in told]) for before, after, told in triples]
        sights: dict[EventId, Sight] = {}
        for before, after, written in changed:
            kept = tuple(stays[before.id])
            sights |= _lost_sight(sight_of(before, kept), sight_of(after, kept), written)
        await self._append([event for _, _, written in changed for event in written], sights)
        await self._announce(changed)
        return [after for _, after, _ in triples]

    async def add_allocation(self, allocation: Allocation) -> None:
        """Write a new allocation; its moves are added after it."""
        await moves_writer.insert_allocations(self.conn, [allocation], at=self.at)
        await self.note(ChangedThing.ALLOCATION, allocation.id, allocation.version, None, self._row_of(allocation))

    async def keep_allocation(self, before: Allocation, after: Allocation) -> Allocation:
        """Write the next version of an allocation that was locked; return it as it now is."""
        changed = replace(after, version=before.version + 1)
        await allocation_changes.save(self.conn, before, changed, at=self.at)
        rows = self._row_of(before), self._row_of(changed)
        await self.note(ChangedThing.ALLOCATION, changed.id, changed.version, *rows)
        return changed

    def _row_of(self, allocation: Allocation) -> Row:
        # How many places are filled is counted, not kept; yet it is what most changes of an allocation are about.
        row = allocation_row(allocation, created_at=self.at, updated_at=self.at)
        return {**row, "filled_count": allocation.filled_count}

    async def tell(self, move: Move, told: Iterable[Told]) -> list[Event]:
        """Append events about a move to the log."""
        written = [self.event(move, one) for one in told]
        await self._append(written)
        await self._announce([(move, move, written)])
        return written

    async def _append(self, events: list[Event], sights: Mapping[EventId, Sight] | None = None) -> None:
        await moves_writer.insert_events(self.conn, events, recorded_by=self.author.username, sights=sights)
        self.has_told = self.has_told or bool(events)

    async def _announce(self, found: Iterable[tuple[Move | None, Move, Sequence[Event]]]) -> None:
        """Write what suppliers are to be told of moves, each before and after, and of the events in between."""
        self.announced |= await self._announcer.announce(self.conn, found, at=self.at)

    def event(self, move: Move, told: Told) -> Event:
        """Return the event that telling it writes."""
        return Event(
            id=told.id or EventId(uuid4()),
            position=0,
            move_id=move.id,
            journey_id=told.journey_id,
            lodging_id=told.lodging_id,
            type=told.type,
            classification=told.classification,
            occurred_at=told.occurred_at or self.at,
            recorded_at=self.at,
            supplier=self.author.supplier,
            notes=told.notes,
            details=_details(told.details),
        )

    async def note(self, subject: ChangedThing, subject_id: UUID, version: int, before: Row | None, after: Row) -> None:
        """Write what differs between two rows into the history."""
        await self._note_all([self._change(subject, subject_id, version, before, after)])

    async def _note_all(self, found: Iterable[Change]) -> None:
        await history.append(self.conn, found, self.author)

    def _change(self, subject: ChangedThing, subject_id: UUID, version: int, before: Row | None, after: Row) -> Change:
        fields = tuple(
            FieldChange(name, _plain(None if before is None else before[name]), _plain(value))
            for name, value in after.items()
            if name not in _NOT_PART_OF_HISTORY and value != (None if before is None else before[name])
        )
        return Change(subject, subject_id, version, self.at, self.author.username, fields)

    async def fresh_reference(self) -> MoveReference:
        """Draw a reference that no move has."""
        return (await self.fresh_references(1))[0]

    async def fresh_references(self, count: int) -> list[MoveReference]:
        """Draw references that no move has, all different."""
        found: dict[MoveReference, None] = {}
        while len(found) < count:
            drawn = {new_reference(_DICE) for _ in range(count - len(found))}
            taken = await move_changes.references_taken(self.conn, drawn)
            found.update(dict.fromkeys(drawn - taken))
        return list(found)


_DICE: Final = random.SystemRandom()


@asynccontextmanager
async def change(platform: Platform, author: Author) -> AsyncIterator[ChangeInHand]:
    """Begin a change. What is raised within takes all of it back."""
    reference = await platform.reference_book.current()
    titles = {agency_id: location.title for agency_id, location in reference.locations.items()}
    async with platform.database.transaction() as conn:
        hand = ChangeInHand(conn, author, platform.clock(), titles, platform.announcer)
        yield hand
    if hand.has_told:
        platform.event_log.wake()
    platform.announcer.ring(hand.announced)


def _lost_sight(before: Sight, after: Sight, told: Sequence[Event]) -> dict[EventId, Sight]:
    """Keep with the last event of a change who could see the move before it, where that is not so any more."""
    return {} if before == after or not told else {told[-1].id: before}


def _details(told: Mapping[str, str | None] | tuple[EventDetail, ...] | None) -> tuple[EventDetail, ...]:
    if isinstance(told, tuple):
        return told
    return tuple(EventDetail(name, value) for name, value in (told or {}).items())


def _plain(value: object) -> Plain:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):  # instants among them
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    return str(value)
