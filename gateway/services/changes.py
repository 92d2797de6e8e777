"""A change: one transaction in which things, their events and their history are written together, or not at all."""

import random
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Final, Generic, TypeVar
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.changes import Author, Change, ChangedThing, FieldChange, Plain
from gateway.domain.events import Event, EventClassification, EventDetail
from gateway.domain.ids import AgencyId, EventId, JourneyId, LodgingId, MoveReference
from gateway.domain.moves import Lodging, Move
from gateway.domain.problems import Problem
from gateway.domain.references import new_reference
from gateway.services.platform import Platform
from gateway.store import history, lodging_changes, move_changes, moves_writer
from gateway.store.moves_writer import Row, move_row

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
    """What a transaction writes. Every way to write a thing here writes its event and its history too."""

    def __init__(self, conn: AsyncConnection, author: Author, at: datetime, titles: Mapping[AgencyId, str]) -> None:
        self.conn = conn
        self.author = author
        self.at = at
        self._titles = titles

    async def add_move(self, move: Move, told: Iterable[Told]) -> None:
        """Write a new move with what is told of it."""
        await moves_writer.insert_moves(self.conn, [(move, ())], titles=self._titles)
        await self.note(ChangedThing.MOVE, move.id, move.version, None, move_row(move, (), titles=self._titles))
        await self.tell(move, told)

    async def add_moves(self, made: Sequence[Move], told: Told) -> None:
        """Write new moves, the same being told of each: so many statements, however many moves."""
        await moves_writer.insert_moves(self.conn, [(move, ()) for move in made], titles=self._titles)
        rows = [(move, move_row(move, (), titles=self._titles)) for move in made]
        changes = [self._change(ChangedThing.MOVE, move.id, move.version, None, row) for move, row in rows]
        await history.append(self.conn, changes, self.author)
        events = [self.event(move, told) for move in made]
        await moves_writer.insert_events(self.conn, events, recorded_by=self.author.username)

    async def keep_move(
        self, before: Move, after: Move, told: Iterable[Told], *, stays: Iterable[Lodging] | None = None
    ) -> Move:
        """Write the next version of a move that was locked, with what is told of it; return it as it now is.

        `stays` are its lodgings, where this change touched them too.
        """
        changed = replace(after, version=before.version + 1, updated_at=max(self.at, before.updated_at))
        if stays is None:
            stays = await lodging_changes.all_of(self.conn, before)
        kept = tuple(stays)
        await move_changes.save(self.conn, before, changed, kept, titles=self._titles)
        await self.note(
            ChangedThing.MOVE,
            changed.id,
            changed.version,
            move_row(before, kept, titles=self._titles),
            move_row(changed, kept, titles=self._titles),
        )
        await self.tell(changed, told)
        return changed

    async def tell(self, move: Move, told: Iterable[Told]) -> list[Event]:
        """Append events about a move to the log."""
        written = [self.event(move, one) for one in told]
        await moves_writer.insert_events(self.conn, written, recorded_by=self.author.username)
        return written

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
        await history.append(self.conn, [self._change(subject, subject_id, version, before, after)], self.author)

    def _change(self, subject: ChangedThing, subject_id: UUID, version: int, before: Row | None, after: Row) -> Change:
        fields = tuple(
            FieldChange(name, _plain(None if before is None else before[name]), _plain(value))
            for name, value in after.items()
            if name not in _NOT_PART_OF_HISTORY and value != (None if before is None else before[name])
        )
        return Change(subject, subject_id, version, self.at, self.author.username, fields)

    async def fresh_references(self, count: int) -> list[MoveReference]:
        """Draw so many references that no move has."""
        found: set[MoveReference] = set()
        while len(found) < count:
            drawn = {new_reference(_DICE) for _ in range(count - len(found))}
            found |= drawn - await move_changes.references_taken(self.conn, drawn)
        return sorted(found)

    async def fresh_reference(self) -> MoveReference:
        """Draw a reference that no move has."""
        (reference,) = await self.fresh_references(1)
        return reference


_DICE: Final = random.SystemRandom()


@asynccontextmanager
async def change(platform: Platform, author: Author) -> AsyncIterator[ChangeInHand]:
    """Begin a change. What is raised within takes all of it back."""
    reference = await platform.reference_book.current()
    titles = {agency_id: location.title for agency_id, location in reference.locations.items()}
    async with platform.database.transaction() as conn:
        yield ChangeInHand(conn, author, platform.clock(), titles)


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
    return str(value)
