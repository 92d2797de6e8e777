"""Journeys and positions as plain JSON, in which the gateway keeps what a supplier last told."""

from collections.abc import Sequence
from typing import Final

from pydantic import TypeAdapter

from gateway.domain.journeys import Leg, Position

Json = None | bool | int | float | str | Sequence["Json"] | dict[str, "Json"]

_LEGS: Final = TypeAdapter(tuple[Leg, ...])
_POSITION: Final = TypeAdapter(Position)


def legs_to_json(legs: tuple[Leg, ...]) -> Json:
    kept: Json = _LEGS.dump_python(legs, mode="json")
    return kept


def legs_from_json(kept: object) -> tuple[Leg, ...]:
    """Read what `legs_to_json` made. Raises ValueError for anything else."""
    return _LEGS.validate_python(kept)


def position_to_json(position: Position) -> Json:
    kept: Json = _POSITION.dump_python(position, mode="json")
    return kept


def position_from_json(kept: object) -> Position:
    """Read what `position_to_json` made. Raises ValueError for anything else."""
    return _POSITION.validate_python(kept)
