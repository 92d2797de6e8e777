"""Any valid query: made from the schema, so that whatever it gains is asked for as well."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

DEPTH: Final = 5
FIELDS: Final = 4


@dataclass
class Document:
    text: str
    variables: dict[str, object]


@dataclass
class Known:
    """Values for arguments, by the argument's name or else by that of its scalar. Most lead to something."""

    values: Mapping[str, Sequence[object]]


@dataclass
class _Writing:
    random: Random
    schema: GraphQLSchema
    known: Known
    variables: dict[str, tuple[str, object]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    aliases: int = 0

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def selection(self, of: GraphQLNamedType, depth: int) -> str:
        """Write the inside of a selection set."""
        assert isinstance(of, GraphQLObjectType | GraphQLInterfaceType)
        fields = {name: one for name, one in of.fields.items() if depth > 0 or is_leaf_type(get_named_type(one.type))}
        names = self.random.choices(sorted(fields), k=self.random.randint(0, FIELDS)) if fields else []
        parts = [self.field(name, fields[name], depth) for name in names]
        if isinstance(of, GraphQLInterfaceType):
            possible = self.schema.get_possible_types(of)
            parts += [
                f"... on {one.name} {self.condition()} {{ {self.selection(one, depth - 1)} }}"
                for one in self.random.sample(possible, self.random.randint(0, 3))
            ]
        elif depth > 1 and self.chance(6):
            parts.append(self.spread(of, depth))
        if not parts or self.chance(4):
            parts.append("__typename")
        return " ".join(parts)

    def spread(self, of: GraphQLNamedType, depth: int) -> str:
        if self.chance(2):
            return f"... {self.condition()} {{ {self.selection(of, depth - 1)} }}"
        number = len(self.fragments)
        self.fragments.append("")
        self.fragments[number] = f"fragment F{number} on {of.name} {{ {self.selection(of, depth - 1)} }}"
        return f"...F{number} {self.condition()}"

    def field(self, name: str, definition: GraphQLField, depth: int) -> str:
        # Without an alias of its own, a field of other arguments could not stand beside this one.
        self.aliases += 1
        alias = f"a{self.aliases}: " if definition.args or self.chance(3) else ""
        if alias or not is_leaf_type(get_named_type(definition.type)):
            alias = alias or f"a{self.aliases}: "
        arguments = self.arguments(definition.args)
        inner = get_named_type(definition.type)
        below = "" if is_leaf_type(inner) else f" {{ {self.selection(inner, depth - 1)} }}"
        return f"{alias}{name}{arguments} {self.condition()}{below}"

    def condition(self) -> str:
        if not self.chance(8):
            return ""
        word = self.random.choice(["skip", "include"])
        decided = self.chance(2)
        if self.chance(2):
            return f"@{word}(if: {json.dumps(decided)})"
        return f"@{word}(if: {self.variable('Boolean!', decided)})"

    def variable(self, type_: str, value: object) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = type_, value
        return f"${name}"

    def arguments(self, args: Mapping[str, GraphQLArgument]) -> str:
        given = []
        for name, one in args.items():
            if not is_required_argument(one) and not self.chance(2):
                continue
            value = self.value(name, one.type)
            written = self.variable(str(one.type), value) if self.chance(3) else _literal(value, one.type)
            given.append(f"{name}: {written}")
        return f"({', '.join(given)})" if given else ""

    def value(self, name: str, type_: GraphQLInputType) -> object:
        if isinstance(type_, GraphQLNonNull):
            return self.value_of(name, type_.of_type)
        return None if self.chance(5) else self.value_of(name, type_)

    def value_of(self, name: str, type_: GraphQLInputType) -> object:
        if isinstance(type_, GraphQLList):
            return [self.value(name, type_.of_type) for _ in range(self.random.randint(0, 2))]
        if isinstance(type_, GraphQLEnumType):
            return self.random.choice(sorted(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            return {
                key: self.value(key, one.type)
                for key, one in type_.fields.items()
                if is_required_input_field(one) or self.chance(3)
            }
        values = self.known.values
        return self.random.choice(values.get(name) or values[get_named_type(type_).name])


def _literal(value: object, type_: GraphQLInputType) -> str:
    bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(value, list) and isinstance(bare, GraphQLList):
        return f"[{', '.join(_literal(one, bare.of_type) for one in value)}]"
    if isinstance(value, dict) and isinstance(bare, GraphQLInputObjectType):
        return "{" + ", ".join(f"{key}: {_literal(one, bare.fields[key].type)}" for key, one in value.items()) + "}"
    if isinstance(bare, GraphQLEnumType) and value is not None:
        return str(value)
    return json.dumps(value)


def any_document(seed: int, schema: GraphQLSchema, known: Known) -> Document:
    """Make the query of a seed, with the values of its variables.

    Hypothesis draws the seed alone: drawing each field by it costs more than running what comes of it.
    """
    writing = _Writing(Random(seed), schema, known)  # noqa: S311 - it is to be repeatable
    assert schema.query_type is not None
    body = writing.selection(schema.query_type, DEPTH)
    declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in writing.variables.items())
    text = " ".join([f"query Any{f'({declared})' if declared else ''} {{ {body} }}", *writing.fragments])
    return Document(text, {name: value for name, (_, value) in writing.variables.items()})
