"""The access log: every read and change of a person, move or dPER, written behind the answer."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, Protocol, TypeAlias, cast

from gateway.domain.access_log import AccessAction, AccessLogEntry, AccessNote, AccessOutcome, SharedReads, SubjectType
from gateway.domain.ids import PrisonNumber
from gateway.domain.times import Clock
from gateway.domain.values import value
from gateway.domain.viewer import Viewer
from gateway.services.write_behind import WriteBehind
from gateway.store import access_log
from gateway.store.engine import Database

AccessRow: TypeAlias = AccessLogEntry | AccessNote | SharedReads

CAPACITY: Final = 2_000
BATCH_SIZE: Final = 50
"""Of notes, each of which has as many entries as a page has records."""


class AccessLogWriter(WriteBehind[AccessRow]):
    """Writes the entries of all operations in batches."""

    def __init__(self, database: Database) -> None:
        async def write(noted: Sequence[AccessRow]) -> None:
            async with database.transaction() as connection:
                for kind, rows in groupby(noted, type):
                    if kind is SharedReads:
                        for reads in rows:
                            await access_log.append_shared(connection, cast("SharedReads", reads))
                    elif kind is AccessNote:
                        await access_log.append_notes(connection, cast("list[AccessNote]", list(rows)))
                    else:
                        await access_log.append(connection, cast("list[AccessLogEntry]", list(rows)))

        super().__init__("access log", write, capacity=CAPACITY, batch_size=BATCH_SIZE)


class AccessLog(Protocol):
    """Where entries go: to the writer, or first to whoever shares one reading among several viewers."""

    async def put(self, rows: Sequence[AccessNote], /) -> None: ...


@dataclass(slots=True)
class Collected:
    """Stands in for the access log while something is run for several viewers."""

    entries: list[AccessLogEntry] = field(default_factory=list)

    async def put(self, rows: Sequence[AccessNote], /) -> None:
        for note in rows:
            self.entries.extend(note.apart())


@value(frozen=True, slots=True)
class Read:
    """A record that was handed out: its id, and whose it is where that is known."""

    subject_id: str
    prison_number: PrisonNumber | None


class AccessRecorder:
    """Notes what one operation reads and changes; a record that it reads twice is noted once."""

    def __init__(
        self, writer: AccessLog, viewer: Viewer, clock: Clock, *, operation: str | None, request_id: str
    ) -> None:
        self._writer = writer
        self._viewer = viewer
        self._clock = clock
        self._operation = operation
        self._request_id = request_id
        self._noted: defaultdict[tuple[SubjectType, AccessOutcome, AccessAction], set[str]] = defaultdict(set)

    async def changed(self, action: AccessAction, subject_type: SubjectType, changed: Read) -> None:
        """Note a record that was made or changed."""
        await self._note(subject_type, [changed], AccessOutcome.ALLOWED, action)

    async def viewed(self, subject_type: SubjectType, reads: Iterable[Read]) -> None:
        """Note records that are about to be handed out."""
        await self._note(subject_type, reads, AccessOutcome.ALLOWED)

    async def refused(
        self, subject_type: SubjectType, reads: Iterable[Read], *, action: AccessAction = AccessAction.VIEW
    ) -> None:
        """Note records that were asked for by name and not handed out: hidden ones and those that do not exist."""
        await self._note(subject_type, reads, AccessOutcome.REFUSED, action)

    async def _note(
        self,
        subject_type: SubjectType,
        reads: Iterable[Read],
        outcome: AccessOutcome,
        action: AccessAction = AccessAction.VIEW,
    ) -> None:
        noted = self._noted[subject_type, outcome, action]
        fresh = {read.subject_id: read.prison_number for read in reads if read.subject_id not in noted}
        noted.update(fresh)
        if fresh:
            note = AccessNote(
                at=self._clock(),
                username=self._viewer.username,
                client_id=self._viewer.client_id,
                operation=self._operation,
                action=action,
                subject_type=subject_type,
                outcome=outcome,
                request_id=self._request_id,
                records=list(fresh.items()),
            )
            await self._writer.put([note])
