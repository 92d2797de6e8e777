"""Fields of a dPER."""

from typing import Annotated

import strawberry

from gateway.domain.errors import InvalidInput
from gateway.domain.escort_records import EscortRecord, EscortRecordSection, SectionKey
from gateway.domain.ids import MoveId
from gateway.domain.moves import Move
from gateway.resolvers.relations import Relation


def _move_id(root: EscortRecord) -> MoveId:
    return root.move_id


MOVE: Relation[EscortRecord, MoveId, Move | None] = Relation(
    bulk=lambda services: services.moves.by_ids, key=_move_id, missing=None
)


def section(
    root: EscortRecord, key: Annotated[SectionKey, strawberry.argument(description="Which section.")]
) -> EscortRecordSection:
    found = next((section for section in root.sections if section.key is key), None)
    if found is None:
        raise InvalidInput("A dPER has no such section.", field=("section", "key"))
    return found
