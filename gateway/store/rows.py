"""How rows become values: columns by their position, enumerations by what is kept of them."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from operator import itemgetter
from typing import Any, TypeVar

import sqlalchemy as sa

from gateway.store.reading import Row

Kind = TypeVar("Kind", bound=StrEnum)


def picked(table: sa.Table, *names: str) -> Callable[[Row], tuple[Any, ...]]:
    """Make a function that takes columns out of a row which begins with all columns of a table, in its order."""
    places = {column.name: place for place, column in enumerate(table.c)}
    return itemgetter(*(places[name] for name in names))


def by_value(kind: type[Kind]) -> Mapping[str, Kind]:
    """Return the members of an enumeration by what is kept of them."""
    return {member.value: member for member in kind}
