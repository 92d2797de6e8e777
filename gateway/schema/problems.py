"""Problems: rules that were not met, told beside the field."""

from collections.abc import Sequence

import strawberry

from gateway.domain import problems as values
from gateway.domain.problems import ProblemCode
from gateway.resolvers.global_ids import NodeType, encode
from gateway.schema.enums import register

register(
    ProblemCode,
    "What kind of rule was not met.",
    {
        ProblemCode.NOT_FOUND: "There is no such thing, or none that you may see.",
        ProblemCode.INVALID: "The value does not fit.",
        ProblemCode.REQUIRED: "A value is missing.",
        ProblemCode.CONFLICT: "Someone else changed it first.",
        ProblemCode.DUPLICATE: "It is there already.",
        ProblemCode.NOT_ALLOWED_IN_STATE: "Not in the state that it is in.",
        ProblemCode.NOT_ELIGIBLE: "The escort contract does not cover the person.",
        ProblemCode.LOCKED: "It can no longer be changed.",
        ProblemCode.INCOMPLETE: "Something has to be completed first.",
    },
)


def _existing_id(root: values.Problem) -> strawberry.ID | None:
    return None if root.existing is None else strawberry.ID(encode(NodeType(root.existing.thing), root.existing.id))


@strawberry.type(
    description="A rule of the field that was not met, to be shown beside the input. Faults (no token, a system that "
    "is down) are GraphQL errors instead. A thing that you may not see is reported as one that does not exist."
)
class Problem:
    code: ProblemCode = strawberry.field(description="What kind of rule.")
    message: str = strawberry.field(description="What to tell the user.")
    field: Sequence[str] | None = strawberry.field(
        graphql_type=list[str] | None, description="The path of the input field, outermost first."
    )
    existing_id: strawberry.ID | None = strawberry.field(
        resolver=_existing_id,
        graphql_type=strawberry.ID | None,
        description="The move or record that is there already, where that is what stands in the way.",
    )
