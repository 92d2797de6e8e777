"""Registers the domain's enumerations, each with a sentence for the type and for every value."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

E = TypeVar("E", bound=Enum)


def register(enumeration: type[E], description: str, values: Mapping[E, str], *, name: str | None = None) -> None:
    """Make an enumeration of the domain one of the schema; its values keep their names.

    Raises:
        ValueError: a value is not described, or one is that does not exist.

    """
    if set(values) != set(enumeration):
        raise ValueError(f"{enumeration.__name__}: describe every value, and no other")
    registered = strawberry.enum(enumeration, name=name, description=description)
    definition: StrawberryEnumDefinition = registered.__strawberry_definition__  # type: ignore[attr-defined]  # set above
    for member in definition.values:
        member.description = values[enumeration[member.name]]
        # Sorting the schema replaces Strawberry's enum types by plain ones, which hand arguments over as they stand
        # here: the members themselves, not their strings.
        member.value = enumeration[member.name]
