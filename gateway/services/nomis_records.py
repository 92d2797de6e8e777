"""What NOMIS knows beside the dPERs of moves that the viewer may see."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.escort_records import RecordKey
from gateway.domain.ids import EscortRecordId
from gateway.domain.nomis_records import NomisRecord, NomisSnapshot
from gateway.domain.questions import QuestionSet, QuestionSetKind
from gateway.domain.scope import Scope
from gateway.domain.times import business_day
from gateway.policies.escort_records.nomis_records import NomisQuestions
from gateway.policies.people import sight_window
from gateway.services.platform import Platform
from gateway.store import nomis_records


class NomisRecords:
    """Reads what is kept, and never asks NOMIS: that happens behind the answer, where what is kept is old."""

    def __init__(self, platform: Platform, scope: Scope) -> None:
        self._platform = platform
        self._scope = scope

    async def by_records(self, ids: Sequence[EscortRecordId]) -> Mapping[EscortRecordId, NomisSnapshot]:
        """Give what NOMIS last told for records, and have it asked for again where that is some minutes old.

        A record for which it was never asked, or that the viewer may not see, is absent.
        """
        freshness = self._platform.nomis_freshness
        window = sight_window(business_day(self._platform.clock()))
        async with self._platform.database.read() as connection:
            found = await nomis_records.snapshots(connection, ids, within=self._scope)
            old = [one for one in ids if one not in found or freshness.is_old(found[one].asked_at)]
            wanted = await nomis_records.to_ask(connection, old, window, within=self._scope) if old else {}
        await freshness.wish(wanted)
        return {record_id: kept.snapshot for record_id, kept in found.items()}

    async def by_questions(
        self, keys: Sequence[RecordKey]
    ) -> Mapping[RecordKey, Mapping[str, tuple[NomisRecord, ...]]]:
        """Give what NOMIS last told for dPERs by the keys of the questions that it bears on; likewise.

        A youth risk assessment has none: its questions name no codes of NOMIS.
        """
        wanted = [key for key in keys if key.kind is QuestionSetKind.ESCORT_RECORD]
        if not wanted:
            return {}
        snapshots = await self.by_records([EscortRecordId(key.id) for key in wanted])
        attaching = {
            version: NomisQuestions(self._platform.question_set(QuestionSetKind.ESCORT_RECORD, version))
            for version in {key.question_set_version for key in wanted}
        }
        return {
            key: attaching[key.question_set_version].attached(snapshots[EscortRecordId(key.id)].records)
            for key in wanted
            if key.id in snapshots
        }


async def questions_with_records(
    conn: AsyncConnection, record: RecordKey, questions: QuestionSet, *, within: Scope
) -> frozenset[str]:
    """Return the keys of the questions of a record to which something of NOMIS is attached, as a transaction finds it.

    For the rule that what NOMIS has may stand in for details in words.
    """
    if record.kind is not QuestionSetKind.ESCORT_RECORD:
        return frozenset()
    found = await nomis_records.snapshots(conn, [EscortRecordId(record.id)], within=within)
    return frozenset(
        key for kept in found.values() for key in NomisQuestions(questions).attached(kept.snapshot.records)
    )
