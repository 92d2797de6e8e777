"""Updates: what happens to moves and dPERs, as far as the viewer may see them at the moment they are told."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.domain.errors import InvalidInput
from gateway.domain.event_log import LoggedEvent, LogPosition
from gateway.domain.ids import EscortRecordId, MoveId
from gateway.domain.moves import Move
from gateway.domain.scope import Scope
from gateway.domain.updates import EscortRecordChange, MoveUpdate, Update, UpdateKind, Wanted, changed_section
from gateway.domain.viewer import FormerViewer
from gateway.policies.scope import hears_of, scope_of, sees
from gateway.services.escort_records import EscortRecords
from gateway.services.event_log import EventLog
from gateway.services.moves import Moves
from gateway.store.events import logged_event_id

JUST_READ: Final = 0.5
"""Seconds for which what the log's reader read of a move is what it is now."""
MOST_GONE: Final = 1_000
"""Moves that are announced as gone at once, the latest ones first: older ones are on nobody's screen."""


@dataclass(frozen=True, slots=True)
class Told:
    """An update, and the place in the log up to which it tells."""

    position: LogPosition
    update: Update


class Updates:
    """Picks what concerns the viewer out of the log.

    Sight is judged for each event, by the facts of its move as the log's reader read them with it: once for a node, and
    not once for each scope. What somebody comes to later is read anew, within the scope, as by any query.
    """

    def __init__(self, log: EventLog, scope: Scope, records_scope: Scope, moves: Moves, records: EscortRecords) -> None:
        self._log = log
        self._scope = scope
        self._records_scope = records_scope
        self._moves = moves
        self._records = records

    async def position(self, cursor: str) -> LogPosition:
        """Read a cursor of an update, or of an event that the viewer may see.

        Raises:
            InvalidInput: it is neither, or it has expired.

        """
        event_id = logged_event_id(cursor)
        if event_id is None:
            return await self._log.position(cursor)
        found = await self._log.position_of(event_id, within=self._scope)
        if found is None:
            message = "after is not a cursor of an event that you may see."
            raise InvalidInput(message, field=("after",))
        return found

    async def record_of_move(self, record_id: EscortRecordId) -> MoveId | None:
        """Return the move of a dPER; None where there is none or the viewer may not see it."""
        found = (await self._records.by_ids([record_id])).get(record_id)
        if found is None:
            await self._records.note_refused([record_id])
            return None
        return found.move_id

    async def follow(self, wanted: Wanted, after: LogPosition | None) -> AsyncIterator[Told]:
        """Tell what has happened since a position, and then what happens, without an end."""
        async with self._log.following():
            position = self._log.head if after is None else after
            while True:
                logged = await self._log.next(position)
                for told in await self.among(wanted, logged):
                    yield told
                position = logged[-1].position

    async def among(self, wanted: Wanted, logged: Sequence[LoggedEvent]) -> list[Told]:
        """Return what is to be told of some events, in their order. Those that do not concern the viewer give nothing.

        A move that left the viewer's sight by one of the events is told as gone, if it has not come back since.
        """
        concerned = [one for one in logged if self._may_concern(wanted, one)]
        if not concerned:
            return []
        if wanted.kind is UpdateKind.ESCORT_RECORD:
            return await self._records_among(wanted, concerned)
        seen = await self._in_sight(concerned)
        told = []
        for one in concerned:
            move = seen.get(one.event.move_id)
            cursor = self._log.cursors.encode(one.position)
            if move is not None:
                shown = hears_of(self._scope, one)
                if shown and wanted.wants_event(one.event) and wanted.wants_status(move.status):
                    told.append(Told(one.position, MoveUpdate(cursor, one.event, move)))
            elif self._saw(wanted, one, self._scope):
                told.append(Told(one.position, MoveUpdate(cursor, None, None, one.event.move_id)))
        return told

    async def _in_sight(self, logged: Sequence[LoggedEvent]) -> dict[MoveId, Move]:
        """Return the moves that the viewer may see now: as they were read a moment ago, or else read anew."""
        oldest = time.monotonic() - JUST_READ
        seen = {one.event.move_id: one.move for one in logged if one.read_at >= oldest and sees(self._scope, one.sight)}
        await self._moves.note_viewed(seen.values())
        if older := {one.event.move_id for one in logged if one.read_at < oldest}:
            seen |= await self._moves.by_ids(list(older))
        return seen

    async def gone_since(self, wanted: Wanted, was: FormerViewer, position: LogPosition) -> list[Update]:
        """Return what the viewer lost sight of as their own standing became less, the latest first.

        Of what has changed since they were seen with it for the last time nothing is told: whether they saw it as it
        was before is not known, and an id alone would tell that there is something.
        """
        cursor = self._log.cursors.encode(position)
        if wanted.kind is UpdateKind.ESCORT_RECORD:
            is_gone = wanted.record_id is not None and not await self._records.by_ids([wanted.record_id])
            return [EscortRecordChange(cursor, None, None, wanted.record_id)] if is_gone else []
        lost = await self._log.lost_sight_of(
            was=scope_of(was.viewer), unchanged_since=was.until, within=self._scope, limit=MOST_GONE
        )
        return [
            MoveUpdate(cursor, None, None, move_id)
            for move_id in lost
            if wanted.move_ids is None or move_id in wanted.move_ids
        ]

    def _may_concern(self, wanted: Wanted, one: LoggedEvent) -> bool:
        """Sort out what cannot be for the viewer."""
        scope = self._records_scope if wanted.kind is UpdateKind.ESCORT_RECORD else self._scope
        sees_it = (
            wanted.wants_event(one.event)
            and sees(scope, one.sight)
            and wanted.wants_move(one.event.move_id, one.sight, scope)
        )
        return sees_it or self._saw(wanted, one, scope)

    def _saw(self, wanted: Wanted, one: LoggedEvent, scope: Scope) -> bool:
        before = one.sight_before
        return before is not None and sees(scope, before) and wanted.wants_move(one.event.move_id, before, scope)

    async def _records_among(self, wanted: Wanted, concerned: Sequence[LoggedEvent]) -> list[Told]:
        seen = await self._records.by_moves(list({one.event.move_id for one in concerned}))
        told = []
        for one in concerned:
            record = seen.get(one.event.move_id)
            cursor = self._log.cursors.encode(one.position)
            if record is None:
                told.append(Told(one.position, EscortRecordChange(cursor, None, None, wanted.record_id)))
            elif wanted.wants_event(one.event):
                told.append(Told(one.position, EscortRecordChange(cursor, changed_section(one.event), record)))
        return told
