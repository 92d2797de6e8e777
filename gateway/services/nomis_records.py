"""What NOMIS knows beside the dPERs of moves that the viewer may see."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import EscortRecordId
from gateway.domain.nomis_records import NomisSnapshot
from gateway.domain.questions import QuestionSet
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


async def questions_with_records(
    conn: AsyncConnection, record_id: EscortRecordId, questions: QuestionSet, *, within: Scope
) -> frozenset[str]:
    """Return the keys of the questions of a dPER to which a NOMIS record is attached, as a transaction finds them.

    For the rule that such a record may stand in for details in words.
    """
    found = await nomis_records.snapshots(conn, [record_id], within=within)
    kept = found.get(record_id)
    return frozenset(NomisQuestions(questions).attached(kept.snapshot.records)) if kept is not None else frozenset()
