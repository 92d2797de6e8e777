"""Fields about what NOMIS knows beside a dPER."""

from collections.abc import Sequence

from gateway.context import Info
from gateway.domain.escort_records import EscortRecord
from gateway.domain.ids import EscortRecordId
from gateway.domain.nomis_records import NOTHING_KNOWN, NomisRecord, NomisSnapshot, NomisSync
from gateway.domain.responses import QuestionResponse
from gateway.resolvers.relations import Relation


def _record_id(root: EscortRecord) -> EscortRecordId:
    return root.id


SNAPSHOT: Relation[EscortRecord, EscortRecordId, NomisSnapshot] = Relation(
    bulk=lambda services: services.nomis_records.by_records, key=_record_id, missing=NOTHING_KNOWN
)


async def sync(root: EscortRecord, info: Info) -> Sequence[NomisSync]:
    """Give how each kind of records stands; one that NOMIS was never asked for says so."""
    return (await SNAPSHOT.load(info, root.id)).syncs


def mappings(root: QuestionResponse) -> Sequence[NomisRecord]:
    """Give what NOMIS has on the question of a response; none is also given while nothing is known."""
    return root.nomis
