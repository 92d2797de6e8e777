"""An interpreter of its own for any query: the schema's types and the plain rules, without the gateway's resolvers.

Values are those of the estate; a field that is not listed is the attribute of its name.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Final
from uuid import UUID

from graphql import GraphQLResolveInfo, GraphQLSchema, execute_sync, parse, print_schema
from graphql import build_schema as schema_of_text

from estate.model import Agency, Person
from gateway.domain.allocations import Allocation
from gateway.domain.escort_records import EscortRecord, YouthRiskAssessment
from gateway.domain.events import Event
from gateway.domain.moves import Lodging, Move
from gateway.domain.suppliers import Supplier
from gateway.schema.build import build_schema
from tests.scope import (
    fields_of_moves,
    fields_of_people,
    fields_of_places,
    fields_of_questions,
    fields_of_records,
    fields_of_roots,
)
from tests.scope.estates import World, instant
from tests.scope.fields import Asked, Field, ToldJourney
from tests.scope.fields_of_records import Told
from tests.scope.viewers import Who

FIELDS: Final[dict[str, Field]] = {
    **fields_of_roots.FIELDS,
    **fields_of_moves.FIELDS,
    **fields_of_people.FIELDS,
    **fields_of_places.FIELDS,
    **fields_of_questions.FIELDS,
    **fields_of_records.FIELDS,
}
"""By "Type.field"."""

_NODE_TYPES: Final[dict[type, str]] = {
    Person: "Person",
    Agency: "Location",
    Supplier: "Supplier",
    Move: "Move",
    ToldJourney: "Journey",
    Lodging: "Lodging",
    Event: "Event",
    Allocation: "Allocation",
    EscortRecord: "PersonEscortRecord",
    YouthRiskAssessment: "YouthRiskAssessment",
    Told: "PerResponse",
}


@cache
def schema() -> GraphQLSchema:
    """Give the schema's types alone, without a resolver on any field."""
    published: Any = build_schema()
    return schema_of_text(print_schema(published._schema), assume_valid=True)  # noqa: SLF001 - it has no public name


def expected(world: World, who: Who, query: str) -> dict[str, Any]:
    """Answer a query from a world in memory.

    Raises:
        AssertionError: the query cannot be answered at all.

    """
    asked = Asked(world, who)
    result = execute_sync(
        schema(),
        parse(query),
        root_value=who,
        context_value=asked,
        field_resolver=_resolve,
        type_resolver=lambda value, _info, _type: _NODE_TYPES[type(value)],
    )
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data


def _resolve(source: object, info: GraphQLResolveInfo[Asked], **args: Any) -> object:
    field = FIELDS.get(f"{info.parent_type.name}.{info.field_name}")
    value = field(info.context, source, args) if field is not None else _attribute(source, info.field_name)
    return _plain(value)


@cache
def _attribute_name(field_name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field_name).lower()


def _attribute(source: object, field_name: str) -> object:
    if isinstance(source, Mapping):
        return source[field_name]
    return getattr(source, _attribute_name(field_name))


_WRITTEN: Final[dict[type, Callable[[Any], object]]] = {
    datetime: instant,
    date: date.isoformat,
    UUID: str,
}


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.name
    write = _WRITTEN.get(type(value))
    return value if write is None else write(value)
