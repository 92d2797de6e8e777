"""An estimate of how many objects an operation may fetch, from the sizes of the pages that it asks for."""

from dataclasses import dataclass, field
from typing import Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.type import GraphQLNamedType

from gateway.transport.limits import Limits

_USUAL_SIZES: Final = {
    ("PersonEscortRecord", "sections"): 4,
    ("YouthRiskAssessment", "sections"): 5,
    ("PerSection", "responses"): 15,
    ("PerAnswer", "options"): 2,
    ("PerAnswer", "items"): 1,
    ("PerItemAnswer", "answers"): 8,
    ("PerItemField", "options"): 2,
    ("PerQuestionSet", "questions"): 60,
    ("PerQuestion", "options"): 3,
    ("PerQuestion", "itemQuestions"): 1,
}
"""Lists of forms: as long as the forms have it, whoever asks. Of all answers few are lists, and few of those long."""


@dataclass(slots=True)
class ObjectEstimate:
    """Multiplies page sizes down the operation: a page of 100 moves with 20 events each is 1 + 100 * (1 + 1 + 20).

    - A field with `first` or `last` is a page of that size, or of the default size where neither has a value. Where it
      returns a connection, the size is that of the lists directly inside (`edges`, `nodes`).
    - Another list is as long as the list that it requires as an argument (`people(prisonNumbers:)`), or else of
      its usual length where that is known, or of an assumed one.
    - Selections that two fragments share are counted twice, and those behind `@skip` and `@include` are counted: it is
      an upper bound, never too low on their account.
    - Introspection fetches nothing and counts nothing.

    Fragments are measured once for each size of the page around them. Needs a valid document: without cycles, and with
    every field known.
    """

    schema: GraphQLSchema
    limits: Limits
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, object]
    _spreads: dict[tuple[str, int | None], int] = field(default_factory=dict, init=False)

    def objects(self, operation: OperationDefinitionNode) -> int:
        root = self.schema.get_root_type(operation.operation)
        return self._selections(operation.selection_set, root, None) if root is not None else 0

    def _selections(self, selection_set: SelectionSetNode, parent: GraphQLNamedType, page: int | None) -> int:
        total = 0
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode):
                total += self._field(selection, parent, page)
            elif isinstance(selection, InlineFragmentNode):
                total += self._selections(selection.selection_set, self._narrowed(selection, parent), page)
            elif isinstance(selection, FragmentSpreadNode):
                total += self._spread(selection.name.value, page)
        return total

    def _narrowed(self, fragment: InlineFragmentNode, parent: GraphQLNamedType) -> GraphQLNamedType:
        condition = fragment.type_condition
        return self.schema.type_map[condition.name.value] if condition is not None else parent

    def _spread(self, name: str, page: int | None) -> int:
        key = (name, page)
        if key not in self._spreads:
            fragment = self.fragments[name]
            parent = self.schema.type_map[fragment.type_condition.name.value]
            self._spreads[key] = self._selections(fragment.selection_set, parent, page)
        return self._spreads[key]

    def _field(self, node: FieldNode, parent: GraphQLNamedType, page: int | None) -> int:
        name = node.name.value
        if name.startswith("__") or not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            return 0
        definition = parent.fields[name]
        named = get_named_type(definition.type)
        if is_leaf_type(named) or node.selection_set is None:
            return 0
        is_list = _is_list(definition.type)
        inner_page: int | None = None
        count = 1
        if "first" in definition.args or "last" in definition.args:
            size = self._page_size(node)
            count, inner_page = (size, None) if is_list else (1, size)
        elif is_list:
            count = self._list_size(node, definition, parent.name) if page is None else page
        return count * (1 + self._selections(node.selection_set, named, inner_page))

    def _page_size(self, node: FieldNode) -> int:
        sizes = [
            size
            for argument in node.arguments or ()
            if argument.name.value in {"first", "last"} and (size := self._integer(argument.value)) is not None
        ]
        return max(sizes, default=self.limits.default_page_size)

    def _list_size(self, node: FieldNode, definition: GraphQLField, parent: str) -> int:
        sizes = [
            size
            for argument in node.arguments or ()
            if _is_list(definition.args[argument.name.value].type)
            and is_non_null_type(definition.args[argument.name.value].type)
            and (size := self._length(argument.value)) is not None
        ]
        usual = _USUAL_SIZES.get((parent, node.name.value), self.limits.assumed_list_size)
        return max(sizes, default=usual)

    def _integer(self, node: ValueNode) -> int | None:
        value: object = None
        if isinstance(node, IntValueNode):
            value = int(node.value)
        elif isinstance(node, VariableNode):
            value = self.variables.get(node.name.value)
        return max(value, 0) if isinstance(value, int) else None

    def _length(self, node: ValueNode) -> int | None:
        if isinstance(node, ListValueNode):
            return len(node.values)
        value = self.variables.get(node.name.value) if isinstance(node, VariableNode) else None
        return len(value) if isinstance(value, list | tuple) else None


def _is_list(type_: object) -> bool:
    if is_non_null_type(type_):
        type_ = type_.of_type
    return is_list_type(type_)
