"""Fields about what NOMIS knows beside a dPER."""

from collections.abc import Mapping, Sequence

from gateway.context import Info
from gateway.domain.escort_records import EscortRecord, RecordKey
from gateway.domain.ids import EscortRecordId
from gateway.domain.nomis_records import NOTHING_KNOWN, NomisRecord, NomisSnapshot, NomisSync
from gateway.domain.responses import QuestionResponse
from gateway.resolvers.relations import Relation


def _record_id(root: EscortRecord) -> EscortRecordId:
    return root.id


SNAPSHOT: Relation[EscortRecord, EscortRecordId, NomisSnapshot] = Relation(
    bulk=lambda services: services.nomis_records.by_records, key=_record_id, missing=NOTHING_KNOWN
)


def _record_key(root: QuestionResponse) -> RecordKey:
    return root.record


ATTACHED: Relation[QuestionResponse, RecordKey, Mapping[str, Sequence[NomisRecord]]] = Relation(
    bulk=lambda services: services.nomis_records.by_questions, key=_record_key, missing={}
)


async def sync(root: EscortRecord, info: Info) -> Sequence[NomisSync]:
    """Give how each kind of records stands; one that NOMIS was never asked for says so."""
    return (await SNAPSHOT.load(info, root.id)).syncs


async def mappings(root: QuestionResponse, info: Info) -> Sequence[NomisRecord]:
    """Give what NOMIS has on the question of a response; none is also given while nothing is known."""
    return (await ATTACHED.load(info, root.record)).get(root.question.key, ())
