"""A subscription without the place from which it starts: what several subscribers may have in common."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

import orjson
from graphql import (
    REMOVE,
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    VisitorAction,
    get_operation_ast,
    get_variable_values,
    print_ast,
    visit,
)
from graphql.execution.values import VariableValues

START: Final = "after"


@dataclass(frozen=True, slots=True)
class SharedForm:
    """A document to run for each event. Two of the same `key` give the same answers to viewers of the same standing."""

    document: DocumentNode = field(repr=False)
    operation_name: str | None
    variables: Mapping[str, object] = field(repr=False)
    key: tuple[str, str | None, bytes] = field(repr=False)
    definition: OperationDefinitionNode = field(repr=False)
    coerced: VariableValues = field(repr=False)
    document_key: bytes = field(repr=False)
    """Stands for the document."""


def shared_form(
    schema: GraphQLSchema, document: DocumentNode, operation_name: str | None, variables: Mapping[str, object]
) -> SharedForm:
    """Take the argument `after` off the root field, and a variable that served for nothing else."""
    root = schema.subscription_type
    starts = {name for name, one in root.fields.items() if START in one.args} if root else set()
    bare: DocumentNode = visit(document, _WithoutStart(starts))
    used = Counter[str]()
    visit(bare, _Uses(used))
    bare = visit(bare, _WithoutUnused(used))
    kept = {name: value for name, value in variables.items() if used[name]}
    text = print_ast(bare)
    key = (text, operation_name, orjson.dumps(kept, option=orjson.OPT_SORT_KEYS))
    definition = get_operation_ast(bare, operation_name)
    coerced = get_variable_values(schema, definition.variable_definitions or (), kept) if definition else []
    if definition is None or not isinstance(coerced, VariableValues):
        message = "only an operation that was prepared has a form to share"
        raise TypeError(message)
    return SharedForm(
        bare, operation_name, kept, key, definition, coerced, blake2b(text.encode(), digest_size=16).digest()
    )


class _WithoutStart(Visitor):
    def __init__(self, fields: set[str]) -> None:
        super().__init__()
        self._fields = fields

    def enter_argument(self, node: ArgumentNode, _key: Any, _parent: Any, _path: Any, ancestors: list[Any]) -> Any:
        field_node = next((one for one in reversed(ancestors) if isinstance(one, Node)), None)
        is_start = isinstance(field_node, FieldNode) and field_node.name.value in self._fields
        return REMOVE if is_start and node.name.value == START else None


class _Uses(Visitor):
    def __init__(self, used: Counter[str]) -> None:
        super().__init__()
        self._used = used

    def enter_variable_definition(self, _node: VariableDefinitionNode, *_: Any) -> VisitorAction:
        return self.SKIP

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self._used[node.name.value] += 1


class _WithoutUnused(Visitor):
    def __init__(self, used: Counter[str]) -> None:
        super().__init__()
        self._used = used

    def enter_operation_definition(self, _node: OperationDefinitionNode, *_: Any) -> None:
        """Go into operations alone."""

    def enter_fragment_definition(self, *_: Any) -> VisitorAction:
        return self.SKIP

    def enter_selection_set(self, *_: Any) -> VisitorAction:
        return self.SKIP

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> VisitorAction:
        return None if self._used[node.variable.name.value] else REMOVE
