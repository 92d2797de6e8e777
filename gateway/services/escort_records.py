"""dPERs of moves that the viewer may see."""

from collections.abc import Iterable, Mapping, Sequence

from gateway.domain.access_log import SubjectType
from gateway.domain.escort_records import EscortRecord
from gateway.domain.ids import EscortRecordId, MoveId
from gateway.domain.scope import Scope
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.platform import Platform
from gateway.store import escort_records


class EscortRecords:
    def __init__(self, platform: Platform, scope: Scope, access: AccessRecorder) -> None:
        self._platform = platform
        self._scope = scope
        self._access = access

    async def by_ids(self, ids: Sequence[EscortRecordId]) -> Mapping[EscortRecordId, EscortRecord]:
        async with self._platform.database.read() as connection:
            found = await escort_records.by_ids(connection, ids, within=self._scope)
        await self._viewed(found.values())
        return found

    async def by_moves(self, ids: Sequence[MoveId]) -> Mapping[MoveId, EscortRecord]:
        async with self._platform.database.read() as connection:
            found = await escort_records.by_moves(connection, ids, within=self._scope)
        await self._viewed(found.values())
        return found

    async def note_refused(self, ids: Sequence[EscortRecordId]) -> None:
        """Note that ids were asked for and gave nothing."""
        await self._access.refused(SubjectType.ESCORT_RECORD, (Read(str(record_id), None) for record_id in ids))

    async def _viewed(self, seen: Iterable[EscortRecord]) -> None:
        await self._access.viewed(
            SubjectType.ESCORT_RECORD, (Read(str(record.id), record.prison_number) for record in seen)
        )
