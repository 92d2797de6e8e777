"""The digital Person Escort Record (dPER)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import escort_records as values
from gateway.domain import nomis_records
from gateway.domain.escort_records import EscortRecordStatus, FlagSeverity, SectionKey, SectionStatus
from gateway.domain.moves import Move as MoveValue
from gateway.domain.people import Person as PersonValue
from gateway.domain.questions import QuestionSet
from gateway.domain.responses import QuestionResponse
from gateway.resolvers import escort_records as resolve
from gateway.resolvers import nomis_records as resolve_nomis
from gateway.resolvers.global_ids import NodeType
from gateway.resolvers.moves import PERSON
from gateway.schema.enums import register
from gateway.schema.nodes import Node, id_field
from gateway.schema.nomis_records import NomisSyncStatus
from gateway.schema.people import Person
from gateway.schema.relations import relation
from gateway.schema.responses import PerResponse
from gateway.schema.scalars import URL

if TYPE_CHECKING:  # the modules name each other's types
    from gateway.schema.moves import Move
    from gateway.schema.question_sets import PerQuestionSet

LazyMove = Annotated["Move", strawberry.lazy("gateway.schema.moves")]
LazyQuestionSet = Annotated["PerQuestionSet", strawberry.lazy("gateway.schema.question_sets")]

register(
    EscortRecordStatus,
    "How far a dPER has come.",
    {
        EscortRecordStatus.UNSTARTED: "Nothing is answered yet.",
        EscortRecordStatus.IN_PROGRESS: "Some questions are answered.",
        EscortRecordStatus.COMPLETED: "All four sections are complete; it may still be changed.",
        EscortRecordStatus.CONFIRMED: "Confirmed for the journey, and locked.",
    },
    name="PerStatus",
)
register(
    SectionKey,
    "The sections of a dPER, and those that only a youth risk assessment has.",
    {
        SectionKey.RISK: "Risk to and from the person.",
        SectionKey.OFFENCE: "Offences and where the person may go.",
        SectionKey.HEALTH: "Health, medication and needs.",
        SectionKey.PROPERTY: "Property and cash that travel along.",
        SectionKey.GENERAL_CARE: "How a young person is cared for: in a youth risk assessment only.",
        SectionKey.CONTACTS: "Whom to ask for more: in a youth risk assessment only.",
    },
    name="PerSectionKey",
)
register(
    SectionStatus,
    "How far a section has come.",
    {
        SectionStatus.NOT_STARTED: "No question that applies is answered.",
        SectionStatus.IN_PROGRESS: "Some questions that apply are answered.",
        SectionStatus.COMPLETED: "Every question that applies is answered.",
    },
    name="PerSectionStatus",
)
register(
    FlagSeverity,
    "How much attention a flag asks for.",
    {
        FlagSeverity.INFORMATION: "Good to know.",
        FlagSeverity.ATTENTION: "To be kept in mind.",
        FlagSeverity.WARNING: "To be prepared for.",
        FlagSeverity.ALERT: "A danger to someone.",
    },
    name="PerFlagSeverity",
)


@strawberry.type(description="One section of a dPER.")
class PerSection:
    key: SectionKey = strawberry.field(description="Which section it is.")
    title: str = strawberry.field(description="Its heading.")
    status: SectionStatus = strawberry.field(description="How far it has come.")
    answered: int = strawberry.field(description="How many of the questions that apply are answered.")
    outstanding: int = strawberry.field(description="How many of them are not, or wait to be reviewed.")
    responses: Sequence[QuestionResponse] = relation(
        resolve.RESPONSES,
        list[PerResponse],
        "Every question of the section, in order, also those that do not apply at present.",
    )
    version: int = strawberry.field(description="Rises by one at each change of the section.")


@strawberry.type(description="A mark that an answer put on the record.")
class PerFlag:
    key: str = strawberry.field(description="Its short name.")
    title: str = strawberry.field(description="Its name.")
    severity: FlagSeverity = strawberry.field(description="How much attention it asks for.")
    question: str = strawberry.field(description="The key of the question that was answered.")


@strawberry.type(description="The handing over of the person to the escort.")
class PerHandover:
    occurred_at: datetime = strawberry.field(description="When.")
    dispatching_officer: str = strawberry.field(description="Who handed over.")
    receiving_officer: str = strawberry.field(description="Who took over.")


@strawberry.type(description="The earlier record of the same person whose answers were copied in.")
class PerPrefill:
    record_id: strawberry.ID = strawberry.field(
        resolver=lambda root: resolve.prefill_record_id(root, NodeType.PERSON_ESCORT_RECORD),
        graphql_type=strawberry.ID,
        description="Which. You may see it only where you see its move.",
    )
    confirmed_at: datetime = strawberry.field(description="When that one was confirmed.")


@strawberry.type(
    description="The digital record of risk, offence, health and property that goes with a person on a move."
)
class PersonEscortRecord(Node):
    id: strawberry.ID = id_field(NodeType.PERSON_ESCORT_RECORD, lambda root: root.id)
    move: MoveValue = relation(resolve.MOVE, LazyMove, "The move that it belongs to.")
    person: PersonValue | None = relation(
        PERSON, Person | None, "Whom it is about; null once the move no longer gives sight of them."
    )
    status: EscortRecordStatus = strawberry.field(description="How far it has come.")
    sections: Sequence[values.EscortRecordSection] = strawberry.field(
        graphql_type=list[PerSection], description="All four sections, in their order."
    )
    section: values.EscortRecordSection = strawberry.field(
        resolver=resolve.section, graphql_type=PerSection, description="One of the sections."
    )
    flags: Sequence[values.EscortRecordFlag] = strawberry.field(
        graphql_type=list[PerFlag], description="What the answers mark the person with."
    )
    nomis_sync: Sequence[nomis_records.NomisSync] = strawberry.field(
        resolver=resolve_nomis.sync,
        graphql_type=list[NomisSyncStatus],
        description="How what NOMIS knows beside the questions stands, of every kind: whether it is up to date, and as "
        "of when it is known.",
    )
    completed_at: datetime | None = strawberry.field(description="When all was answered for the first time.")
    amended_at: datetime | None = strawberry.field(description="When it was last completed again after a change.")
    confirmed_at: datetime | None = strawberry.field(description="When it was confirmed and locked.")
    handover: values.Handover | None = strawberry.field(
        graphql_type=PerHandover | None, description="Who handed the person over, and when."
    )
    prefilled_from: values.Prefill | None = strawberry.field(
        graphql_type=PerPrefill | None, description="Where its copied answers came from, and from when they are."
    )
    question_set: QuestionSet = strawberry.field(
        resolver=resolve.question_set,
        graphql_type=LazyQuestionSet,
        description="What it asks: the version that it was started with.",
    )
    print_url: str = strawberry.field(
        resolver=resolve.print_url,
        graphql_type=URL,
        description="A page to print, sized to what was entered, with the youth risk assessment where the move has "
        "one; with `.pdf` after it, the same as PDF. Relative to the gateway's address; to be fetched with your token, "
        "and with the permission PRINT_PER.",
    )
    version: int = strawberry.field(description="Rises by one at each change.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, values.EscortRecord)
