"""Coercion of variables, with messages that never quote a value: variables hold people's details."""

import contextlib
from collections.abc import Mapping
from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_named_type,
    get_variable_values,
    is_input_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
    type_from_ast,
)
from graphql.execution.values import VariableValues
from graphql.utilities import validate_input_value
from strawberry.schema.schema_converter import GraphQLCoreConverter

from gateway.domain.errors import GatewayError
from gateway.transport.errors import DocumentError, DocumentErrors, ErrorCode

ENUM_VALUES_NAMED: Final = 20
COMPLAINTS_READ: Final = 100
"""How many of one variable's mistakes are looked at: several may say the same, and a value may hold thousands."""


class EnoughRead(Exception):
    """Ends the search for more mistakes."""


def coerce_variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode, values: Mapping[str, object], *, max_errors: int
) -> VariableValues:
    """Return the coerced variables. Raises DocumentErrors naming each variable that cannot be used, and what it needs.

    Values for variables that the operation does not declare are ignored, as the specification wants.
    """
    definitions = operation.variable_definitions or ()
    coerced = get_variable_values(schema, definitions, dict(values), max_errors=1, hide_suggestions=True)
    if isinstance(coerced, VariableValues):
        return coerced
    errors: list[DocumentError] = []
    for definition in definitions:
        if len(errors) >= max_errors:
            break
        if isinstance(get_variable_values(schema, [definition], dict(values), max_errors=1), list):
            errors += _errors_of(schema, definition, values)
    raise DocumentErrors(errors[:max_errors])


def _errors_of(
    schema: GraphQLSchema, definition: VariableDefinitionNode, values: Mapping[str, object]
) -> list[DocumentError]:
    name = definition.variable.name.value
    type_ = type_from_ast(schema, definition.type)
    if type_ is None or not is_input_type(type_):  # validation has reported it
        return []
    messages: dict[str, None] = {}
    if name not in values:
        messages[f"Variable '${name}' is required: it must be {expectation(type_)}."] = None
    else:
        value = values[name]
        unread = COMPLAINTS_READ

        def collect(error: GraphQLError, path: list[str | int]) -> None:
            nonlocal unread
            messages[f"Variable '${name}{_written(path)}' {complaint(error, value, type_, path)}"] = None
            unread -= 1
            if not unread:
                raise EnoughRead

        try:
            with contextlib.suppress(EnoughRead):
                validate_input_value(value, type_, collect, hide_suggestions=True)
        except RecursionError:
            messages[f"Variable '${name}' is nested too deeply."] = None
        if not messages:  # a whole input object was refused where it was made
            messages[f"Variable '${name}' must be {expectation(type_)}."] = None
    return [DocumentError(ErrorCode.BAD_USER_INPUT, message, nodes=[definition], variable=name) for message in messages]


def complaint(error: GraphQLError, value: object, type_: GraphQLInputType, path: list[str | int]) -> str:
    """Say what is wrong at a path within a value, from its type and the value's outline alone."""
    if isinstance(error.original_error, GatewayError):
        return f"cannot be used: {error.original_error.message}"
    for key in path:
        value = _part(value, key)
        type_ = type_at(type_, [key])
    if value is None:
        return f"must not be null: it must be {expectation(type_)}."
    named = get_named_type(type_)
    if not isinstance(named, GraphQLInputObjectType) or not isinstance(value, dict):
        return f"must be {expectation(type_)}."
    missing = [key for key, part in named.fields.items() if is_required_input_field(part) and key not in value]
    if missing:
        return f"lacks {', '.join(missing)}."
    if any(key not in named.fields for key in value):
        return f"has a field that {named.name} does not have."
    return f"must be {expectation(type_)}."


def expectation(type_: GraphQLInputType) -> str:
    """Describe an input type by the schema's own name for it, and what a reader of that name would still ask."""
    named = get_named_type(type_)
    if isinstance(named, GraphQLEnumType) and len(named.values) <= ENUM_VALUES_NAMED:
        return f"of type {type_}, one of {', '.join(named.values)}"
    if isinstance(named, GraphQLInputObjectType) and _is_one_of(named):
        return f"of type {type_}, with exactly one field"
    return f"of type {type_}"


def type_at(type_: GraphQLInputType, path: list[str | int]) -> GraphQLInputType:
    """Return the type found at a path of field names and list positions."""
    for key in path:
        if is_non_null_type(type_):
            type_ = type_.of_type
        if isinstance(key, int) and is_list_type(type_):
            type_ = type_.of_type
            continue
        named = get_named_type(type_)
        if isinstance(named, GraphQLInputObjectType) and key in named.fields:
            type_ = named.fields[str(key)].type
    return type_


def _is_one_of(type_: GraphQLInputObjectType) -> bool:
    """Tell an input of which one field is to be given. Strawberry checks these itself, unknown to graphql-core."""
    definition = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return type_.is_one_of or bool(getattr(definition, "is_one_of", False))


def _part(value: object, key: str | int) -> object:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return value


def _written(path: list[str | int]) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
