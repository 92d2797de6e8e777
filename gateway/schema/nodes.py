"""Node: whatever can be fetched by its id."""

from collections.abc import Callable
from typing import Any

import strawberry

from gateway.resolvers.global_ids import NodeType, encode, encoder


@strawberry.interface(description="Something that can be fetched again by its id.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque, and the same for as long as the thing exists.")


def id_field(node_type: NodeType, key: Callable[[Any], object | tuple[object, ...]]) -> Any:
    """Make the `id` of a type from the key of its domain value."""
    encode_one = encoder(node_type)

    def resolve(root: Any) -> strawberry.ID:
        value = key(root)
        return strawberry.ID(encode(node_type, *value) if isinstance(value, tuple) else encode_one(value))

    return strawberry.field(resolver=resolve, description="Opaque, and the same for as long as the thing exists.")
