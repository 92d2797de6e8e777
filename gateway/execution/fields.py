"""Fields: how each gets its value, read off what Strawberry made of it."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any, Final

from graphql import FieldNode, GraphQLField, VariableNode, Visitor, get_argument_values, visit
from graphql.execution.values import VariableValues
from strawberry import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from gateway.execution.collecting import NotCompiled
from gateway.execution.running import Arguments, Declared
from gateway.resolvers.relations import Derived, Relation
from gateway.schema.relations import RELATION

_DEFINITION: Final = "strawberry-definition"


@dataclass(frozen=True, slots=True)
class Attribute:
    """The value is read off its object."""

    name: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A function gives the value. `root` and `info` are the names under which it takes those, if it does."""

    call: Callable[..., Any]
    root: str | None
    info: str | None
    is_async: bool
    takes: tuple[str, ...]
    """The names of all that it takes, in their order."""


@dataclass(frozen=True, slots=True)
class Related:
    """The value is on the other side of a relation, which `maker` makes of the field's arguments where it has some.

    `derives` says that the field shows only what is made of it.
    """

    declared: Declared | None
    maker: Callable[..., Declared] | None
    derives: bool


Way = Attribute | Resolved | Related


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of one field: made once where they are written out, else anew for each run."""

    read: Callable[[VariableValues], Arguments]
    constant: Arguments | None


def way_of(field: GraphQLField) -> Way:
    """Tell how a field gets its value.

    Raises:
        NotCompiled: it goes through extensions or permissions of Strawberry's.

    """
    definition: object = field.extensions.get(_DEFINITION)
    if not isinstance(definition, StrawberryField) or definition.permission_classes or definition.extensions:
        raise NotCompiled
    declared = definition.metadata.get(RELATION)
    if isinstance(declared, Relation | Derived):
        return Related(declared, None, isinstance(declared, Derived))
    if declared is not None:
        # What it makes is of one kind for all arguments, none included.
        return Related(None, declared, isinstance(declared(), Derived))
    resolver = definition.base_resolver
    if resolver is None:
        return Attribute(definition.python_name)
    root = resolver.self_parameter or resolver.root_parameter
    if resolver.parent_parameter is not None:
        raise NotCompiled
    call: Callable[..., Any] = resolver.wrapped_func  # type: ignore[assignment]  # no static or class method is one here
    return Resolved(
        call,
        root.name if root else None,
        resolver.info_parameter.name if resolver.info_parameter else None,
        resolver.is_async,
        tuple(signature(call).parameters),
    )


def given_of(schema: Schema, field: GraphQLField, node: FieldNode) -> Given:
    """Tell what a field is given.

    Raises:
        GraphQLError: arguments that are written out and cannot be used.

    """
    definition: StrawberryField = field.extensions[_DEFINITION]
    if not definition.arguments:
        return Given(lambda _: {}, {})

    def read(variables: VariableValues) -> Arguments:
        values = get_argument_values(field, node, variables)
        converter = schema.schema_converter
        return convert_arguments(values, definition.arguments, converter.scalar_registry, schema.config)

    uses = _UsesVariables()
    for one in node.arguments or ():
        visit(one, uses)
    return Given(read, None if uses.found else read(VariableValues({}, {})))


class _UsesVariables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_variable(self, _node: VariableNode, *_: object) -> None:
        self.found = True
