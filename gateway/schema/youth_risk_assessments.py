"""The youth risk assessment (YRA): beside the dPER of a move out of the youth estate."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from gateway.domain import escort_records as values
from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.moves import Move as MoveValue
from gateway.domain.people import Person as PersonValue
from gateway.domain.questions import QuestionSet
from gateway.resolvers import escort_records as resolve
from gateway.resolvers.global_ids import NodeType
from gateway.resolvers.moves import PERSON
from gateway.schema.escort_records import LazyMove, LazyQuestionSet, PerFlag, PerSection
from gateway.schema.nodes import Node, id_field
from gateway.schema.people import Person
from gateway.schema.relations import relation


@strawberry.type(description="The earlier assessment of the same person whose answers were copied in.")
class YraPrefill:
    record_id: strawberry.ID = strawberry.field(
        resolver=lambda root: resolve.prefill_record_id(root, NodeType.YOUTH_RISK_ASSESSMENT),
        graphql_type=strawberry.ID,
        description="Which. You may see it only where you see its move.",
    )
    confirmed_at: datetime = strawberry.field(description="When that one was confirmed.")


@strawberry.type(
    description="What is asked of a young person who leaves a place of the youth estate. The dPER of such a move is "
    "confirmed only once this is."
)
class YouthRiskAssessment(Node):
    id: strawberry.ID = id_field(NodeType.YOUTH_RISK_ASSESSMENT, lambda root: root.id)
    move: MoveValue = relation(resolve.MOVE, LazyMove, "The move that it belongs to.")
    person: PersonValue | None = relation(
        PERSON, Person | None, "Whom it is about; null once the move no longer gives sight of them."
    )
    status: EscortRecordStatus = strawberry.field(description="How far it has come.")
    sections: Sequence[values.EscortRecordSection] = strawberry.field(
        graphql_type=list[PerSection], description="All five sections, in their order."
    )
    section: values.EscortRecordSection = strawberry.field(
        resolver=resolve.section, graphql_type=PerSection, description="One of the sections."
    )
    flags: Sequence[values.EscortRecordFlag] = strawberry.field(
        graphql_type=list[PerFlag], description="What the answers mark the person with."
    )
    prefilled_from: values.Prefill | None = strawberry.field(
        graphql_type=YraPrefill | None, description="Where its copied answers came from, and from when they are."
    )
    completed_at: datetime | None = strawberry.field(description="When all was answered for the first time.")
    confirmed_at: datetime | None = strawberry.field(description="When it was confirmed and locked.")
    question_set: QuestionSet = strawberry.field(
        resolver=resolve.assessment_question_set,
        graphql_type=LazyQuestionSet,
        description="What it asks: the version that it was started with.",
    )
    version: int = strawberry.field(description="Rises by one at each change.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, values.YouthRiskAssessment)
