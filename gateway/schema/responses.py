"""Responses: what a record holds for each question, and the shapes of answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import answers as values
from gateway.domain.nomis_records import NomisRecord
from gateway.domain.questions import Question
from gateway.domain.responses import QuestionResponse
from gateway.resolvers import escort_records as resolve
from gateway.resolvers import nomis_records as resolve_nomis
from gateway.resolvers.global_ids import NodeType
from gateway.schema.nodes import Node, id_field
from gateway.schema.nomis_records import NomisMapping

if TYPE_CHECKING:  # named by the questions' module only once it is read
    from gateway.schema.question_sets import PerQuestion

LazyQuestion = Annotated["PerQuestion", strawberry.lazy("gateway.schema.question_sets")]


@strawberry.type(description="An option that was chosen.")
class PerOptionAnswer:
    option: str = strawberry.field(description="Which: an option's `value`.")
    details: str | None = strawberry.field(description="What was said about it.")


@strawberry.type(description="An answer to one field of an item. One of `option`, `options` and `text` is set.")
class PerItemField:
    question_key: str = strawberry.field(description="The key of the field's question.")
    option: str | None = strawberry.field(
        resolver=resolve.field_option, description="The option of a field that takes one."
    )
    options: Sequence[values.OptionAnswer] | None = strawberry.field(
        resolver=resolve.field_options,
        graphql_type=list[PerOptionAnswer] | None,
        description="The options of a field that takes several.",
    )
    text: str | None = strawberry.field(resolver=resolve.field_text, description="The text of a field that takes one.")
    details: str | None = strawberry.field(
        resolver=resolve.field_details, description="What was said about its one option."
    )


@strawberry.type(description="One item of a list: a property bag, a medicine.")
class PerItemAnswer:
    answers: Sequence[values.ItemField] = strawberry.field(
        resolver=lambda root: root.fields,
        graphql_type=list[PerItemField],
        description="What is said of it, in the order of the questions; what was left open is absent.",
    )


@strawberry.type(description="An answer. Exactly one of the fields is set, by the question's type.")
class PerAnswer:
    option: values.OptionAnswer | None = strawberry.field(
        resolver=resolve.option, graphql_type=PerOptionAnswer | None, description="To a RADIO question."
    )
    options: Sequence[values.OptionAnswer] | None = strawberry.field(
        resolver=resolve.options, graphql_type=list[PerOptionAnswer] | None, description="To a CHECKBOX question."
    )
    text: str | None = strawberry.field(resolver=resolve.text, description="To a TEXT or TEXTAREA question.")
    items: Sequence[values.Item] | None = strawberry.field(
        resolver=resolve.items, graphql_type=list[PerItemAnswer] | None, description="To an ITEMS question."
    )


@strawberry.type(description="A question of a record, with what the record holds for it. Who answered is not told.")
class PerResponse(Node):
    id: strawberry.ID = id_field(NodeType.PER_RESPONSE, resolve.response_key)
    question: Question = strawberry.field(graphql_type=LazyQuestion, description="What is asked.")
    applies: bool = strawberry.field(description="Whether it is asked, given the answers to the other questions.")
    answer: values.Answer | None = strawberry.field(
        resolver=resolve.answer, graphql_type=PerAnswer | None, description="The answer; null where there is none."
    )
    needs_review: bool = strawberry.field(
        resolver=resolve.needs_review,
        description="Copied from an earlier record and not yet reviewed: it does not count as answered.",
    )
    prefilled_at: datetime | None = strawberry.field(
        resolver=lambda root: root.response.prefilled_at,
        graphql_type=datetime | None,
        description="When a copied answer that needs review was entered in the earlier record.",
    )
    nomis_mappings: Sequence[NomisRecord] = strawberry.field(
        resolver=resolve_nomis.mappings,
        graphql_type=list[NomisMapping],
        description="What NOMIS has that bears on the question; see the record's `nomisSync` for how old it is, and "
        "whether more may be known.",
    )
    responded_at: datetime | None = strawberry.field(
        resolver=lambda root: root.response.responded_at,
        graphql_type=datetime | None,
        description="When an author gave or reviewed the answer.",
    )
    version: int = strawberry.field(
        resolver=lambda root: root.response.version,
        graphql_type=int,
        description="Rises by one at each change; 0 while nothing was said. Send it back with an answer.",
    )

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, QuestionResponse)
