"""Leaves: how scalars and enumerations are written, as an expression where the value is plainly what it should be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from graphql import GraphQLEnumType, GraphQLError, GraphQLLeafType

from gateway.execution.running import Irregular

_SERVED_AS_THEY_ARE: Final[dict[str, type]] = {"String": str, "ID": str, "Boolean": bool}
"""Built-in scalars, and the class whose values they leave as they are."""
_INTEGERS: Final = (-(2**31), 2**31 - 1)
"""What an Int may hold, as GraphQL says."""
_WRITTEN: Final[dict[str, type]] = {"Date": date, "DateTime": datetime}
"""Scalars of ours whose way of writing has an answer for every value of the class."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """How a leaf type is written.

    `plain` is the class whose values need no look by `complete`; they are written by `write`, by their attribute of the
    name `attribute`, or as they are. Those of numbers lie within `bounds`, both included.
    """

    complete: Callable[[Any], object]
    plain: type | None = None
    write: Callable[[Any], object] | dict[Any, str] | None = None
    bounds: tuple[int, int] | None = None
    attribute: str | None = None


def leaf_of(type_: GraphQLLeafType, *, nullable: bool) -> Leaf:
    """Return how a type's values are written. What its own rules refuse is irregular."""
    output = type_.coerce_output_value

    def complete(value: Any) -> object:
        if value is None and nullable:
            return None
        written = output(value) if value is not None else None
        if written is None:
            raise Irregular
        return written

    if isinstance(type_, GraphQLEnumType):
        return _leaf_of_enumeration(type_, complete)
    if type_.name == "Int":
        return Leaf(complete, int, bounds=_INTEGERS)
    if type_.name in _WRITTEN:
        return Leaf(complete, _WRITTEN[type_.name], output)
    return Leaf(complete, str if output is str else _SERVED_AS_THEY_ARE.get(type_.name))


def _leaf_of_enumeration(type_: GraphQLEnumType, complete: Callable[[Any], object]) -> Leaf:
    classes = {value.value.__class__ for value in type_.values.values()}
    class_ = classes.pop()
    if classes or not issubclass(class_, Enum):
        return Leaf(complete)
    try:
        written = {member: type_.coerce_output_value(member) for member in class_}
    except GraphQLError:  # the type leaves out some
        return Leaf(complete)
    if all(name == member.name for member, name in written.items()):
        # An enumeration's own hash is Python, and costs more than all else here.
        return Leaf(complete, class_, attribute="_name_")
    return Leaf(complete, class_, written)
