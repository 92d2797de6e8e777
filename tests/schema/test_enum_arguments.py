"""Enumerations in arguments reach the resolvers as members of the domain's own."""

from enum import Enum

from graphql import GraphQLEnumType, GraphQLSchema
from graphql.language import EnumValueNode

from gateway.schema.build import build_schema
from gateway.transport.documents import core_schema


def _enumerations(schema: GraphQLSchema) -> list[GraphQLEnumType]:
    return [
        kind
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLEnumType) and not name.startswith("__")
    ]


def test_every_value_of_an_argument_is_a_member() -> None:
    enumerations = _enumerations(core_schema(build_schema()))
    assert enumerations
    for kind in enumerations:
        for name in kind.values:
            given = [kind.coerce_input_value(name), kind.coerce_input_literal(EnumValueNode(value=name))]
            assert [isinstance(value, Enum) and value.name for value in given] == [name, name], f"{kind.name}.{name}"


def test_every_member_is_served_by_its_name() -> None:
    for kind in _enumerations(core_schema(build_schema())):
        for name in kind.values:
            assert kind.coerce_output_value(kind.coerce_input_value(name)) == name
