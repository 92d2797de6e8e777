"""Declares a field as a relation: the resolver is made from it, and an executor can read it back."""

from collections.abc import Awaitable, Hashable
from typing import Any, Final, TypeVar

import strawberry

from gateway.context import Info
from gateway.resolvers.relations import Relation

Root = TypeVar("Root")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

RELATION: Final = "relation"
"""The key under which a field's metadata holds its relation."""


def relation(declared: Relation[Root, K, V], graphql_type: object, description: str) -> Any:
    """Make a field of a relation. Untyped like `strawberry.field` itself: the annotation beside it has the type."""

    def resolve(root: Any, info: Info) -> Any:
        answer: V | Awaitable[V] = declared.resolve(root, info)
        return answer

    return strawberry.field(
        resolver=resolve, graphql_type=graphql_type, description=description, metadata={RELATION: declared}
    )
