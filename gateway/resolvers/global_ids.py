"""Global ids: opaque to clients, a type's name and a key to us. They name a thing; they open nothing."""

import base64
import binascii
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from gateway.domain.errors import InvalidInput
from gateway.domain.ids import AgencyId

_LONGEST: Final = 200


class NodeType(StrEnum):
    """Every type that can be fetched by its id, under its name in the schema."""

    PERSON = "Person"
    LOCATION = "Location"
    SUPPLIER = "Supplier"
    MOVE = "Move"
    JOURNEY = "Journey"
    LODGING = "Lodging"
    EVENT = "Event"
    ALLOCATION = "Allocation"
    PERSON_ESCORT_RECORD = "PersonEscortRecord"
    YOUTH_RISK_ASSESSMENT = "YouthRiskAssessment"
    PER_RESPONSE = "PerResponse"


def encode(node_type: NodeType, *key: object) -> str:
    """Write a global id; a key may have parts."""
    return _written(f"{node_type}:{':'.join(map(str, key))}")


def encoder(node_type: NodeType) -> Callable[[object], str]:
    """Make what writes the global ids of a type whose keys have one part."""
    prefix = f"{node_type}:"
    return lambda key: _written(f"{prefix}{key}")


def _written(text: str) -> str:
    written = binascii.b2a_base64(text.encode(), newline=False).decode().rstrip("=")
    return written.replace("+", "-").replace("/", "_") if "+" in written or "/" in written else written


def decode(global_id: str) -> tuple[NodeType, tuple[str, ...]] | None:
    """Read a global id; None for whatever is not one."""
    if len(global_id) > _LONGEST:
        return None
    try:
        padded = global_id.rstrip("=") + "=" * (-len(global_id.rstrip("=")) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        name, *key = text.split(":")
        # Nothing that we name holds a NUL, and PostgreSQL fails at one.
        return None if "\0" in text else (NodeType(name), tuple(key))
    except (ValueError, binascii.Error):
        return None


def uuids(key: Sequence[str], count: int = 1) -> tuple[UUID, ...] | None:
    """Read a key's parts as so many UUIDs in their plain spelling; None where they are not."""
    if len(key) != count:
        return None
    try:
        parsed = tuple(UUID(part) for part in key)
    except ValueError:
        return None
    return parsed if all(str(one) == part for one, part in zip(parsed, key, strict=True)) else None


def place_of(global_id: str | None, *field: str) -> AgencyId | None:
    """Read the id of a location, where one is given.

    Raises:
        InvalidInput: it is not the id of a location.

    """
    return None if global_id is None else agency_ids([global_id], field)[0]


def uuid_of(global_id: str, node_type: NodeType) -> UUID | None:
    """Read the id of a thing of one type with a single key; None for whatever is not one."""
    decoded = decode(global_id)
    if decoded is None or decoded[0] is not node_type:
        return None
    parsed = uuids(decoded[1])
    return None if parsed is None else parsed[0]


def agency_ids(global_ids: Sequence[str], field: tuple[str, ...]) -> tuple[AgencyId, ...]:
    """Read ids of locations; whether there are such places is not asked.

    Raises:
        InvalidInput: one of them is not the id of a location.

    """
    found: list[AgencyId] = []
    for global_id in global_ids:
        decoded = decode(global_id)
        if decoded is None or decoded[0] is not NodeType.LOCATION or len(decoded[1]) != 1:
            raise InvalidInput(f"{field[-1]} must be the id of a location.", field=field)
        found.append(AgencyId(decoded[1][0]))
    return tuple(found)
