"""Which fields a selection asks of an object type: fragments written out, `@skip` and `@include` decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    is_abstract_type,
    visit,
)

CONDITIONS = frozenset({"skip", "include"})


class NotCompiled(Exception):
    """The document holds something that is left to graphql-core."""


@dataclass(frozen=True, slots=True)
class Selections:
    """A document's selections, read for an object type. `variables` decide what is skipped."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, object] = field(repr=False)

    def fields(self, of: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Return the nodes of each response name, in the order of the answer (CollectFields of the specification).

        Raises:
            NotCompiled: a directive that is not `@skip` or `@include`, or one whose condition is not known.

        """
        found: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for one in sets:
            self._collect(of, one.selections, found, visited)
        return found

    def _collect(
        self,
        of: GraphQLObjectType,
        selections: Sequence[SelectionNode],
        found: dict[str, list[FieldNode]],
        visited: set[str],
    ) -> None:
        for node in selections:
            if not self._is_included(node.directives):
                continue
            if isinstance(node, FieldNode):
                name = node.alias.value if node.alias else node.name.value
                found.setdefault(name, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition else None
                if condition is None or self._applies(condition, of):
                    self._collect(of, node.selection_set.selections, found, visited)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in visited:
                visited.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if fragment.variable_definitions:
                    raise NotCompiled
                if self._applies(fragment.type_condition.name.value, of):
                    self._collect(of, fragment.selection_set.selections, found, visited)

    def _applies(self, condition: str, of: GraphQLObjectType) -> bool:
        if condition == of.name:
            return True
        named = self.schema.type_map.get(condition)
        if not is_abstract_type(named):
            return False
        abstract: GraphQLAbstractType = named
        return self.schema.is_sub_type(abstract, of)

    def _is_included(self, directives: Iterable[DirectiveNode] | None) -> bool:
        for directive in directives or ():
            if directive.name.value not in CONDITIONS or len(directive.arguments or ()) != 1:
                raise NotCompiled
            holds = self._condition(directive)
            if holds is (directive.name.value == "skip"):
                return False
        return True

    def _condition(self, directive: DirectiveNode) -> bool:
        value = next(iter(directive.arguments or ())).value
        if isinstance(value, BooleanValueNode):
            return value.value
        decided = self.variables.get(value.name.value) if isinstance(value, VariableNode) else None
        if not isinstance(decided, bool):
            raise NotCompiled
        return decided


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def deciding_variables(document: DocumentNode) -> tuple[str, ...]:
    """Return the variables that `@skip` and `@include` look at: their values make different plans of one document."""
    found = _Deciding()
    visit(document, found)
    return tuple(sorted(found.names))


class _Deciding(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)


def selection_sets(nodes: Iterable[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set is not None]
