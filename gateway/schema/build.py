"""Assembles the schema."""

from collections.abc import Callable, Sequence

import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig

from gateway.schema.events import Event
from gateway.schema.journeys import Journey
from gateway.schema.moves import Lodging
from gateway.schema.roots import Mutation, Query
from gateway.schema.scalars import SCALARS
from gateway.schema.subscriptions import Subscription


def build_schema(
    extensions: Sequence[type[SchemaExtension] | Callable[[], SchemaExtension]] = (),
    schema_class: type[strawberry.Schema] = strawberry.Schema,
) -> strawberry.Schema:
    """Make the schema. Suggestions in messages are off: they would name fields to whoever guesses."""
    return schema_class(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        # Types that are reached through `node` only as far as the schema can tell.
        types=[Event, Journey, Lodging],
        extensions=list(extensions),
        config=StrawberryConfig(disable_field_suggestions=True, sort_schema=True, scalar_map=SCALARS),
    )
