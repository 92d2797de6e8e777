"""Running a subscription: once to learn what it asks for, and then anew for each event.

graphql-core can do both in one go, but its executor for an event keeps what the one before it collected for as long as
the subscription lives (some 6 KiB an event, see docs/graphql-core-subscription-leak.md), and it would run once for
each subscriber. Here each event is a run of its own, of which nothing is left.
"""

from collections.abc import Mapping, Sequence
from inspect import isawaitable
from typing import Any, cast

import orjson
from graphql import ExecutionResult, Executor, GraphQLError, GraphQLSchema, create_source_event_stream
from strawberry.execution import optimized_is_awaitable
from strawberry.types import ExecutionResult as Result

from gateway.context import Context
from gateway.execution.engine import Engine
from gateway.resolvers.subscriptions import UpdateStream
from gateway.transport.errors import format_error
from gateway.transport.live.shared_form import SharedForm


class NotStarted(Exception):
    """A subscription that cannot begin, with the entries of its `errors`."""

    def __init__(self, errors: Sequence[Mapping[str, object]]) -> None:
        super().__init__(len(errors))
        self.errors = errors


async def what_is_wanted(
    schema: GraphQLSchema,
    document: Any,
    operation_name: str | None,
    variables: Mapping[str, object],
    context: object,
    request_id: str,
) -> UpdateStream[Any]:
    """Resolve a subscription's root field to the description of its stream. Raises NotStarted."""
    executor = _executor(schema, document, operation_name, variables, None, context)
    if isinstance(executor, Executor):
        found = create_source_event_stream(executor)
        stream = await found if isawaitable(found) else found
        if isinstance(stream, UpdateStream):
            return stream
        errors = stream.errors or [] if isinstance(stream, ExecutionResult) else []
    else:
        errors = executor
    raise NotStarted([format_error(error, request_id) for error in errors or [GraphQLError("no stream")]])


async def run_for_event(
    engine: Engine, schema: GraphQLSchema, form: SharedForm, root: object, context: Context, request_id: str
) -> bytes:
    """Answer for one event: the JSON of an execution result."""

    async def by_graphql_core() -> Result:
        executor = _executor(schema, form.document, form.operation_name, form.variables, root, context)
        if not isinstance(executor, Executor):
            return Result(data=None, errors=executor)
        found = executor.execute_operation(False)
        result = cast("ExecutionResult", await found if isawaitable(found) else found)  # nothing here is deferred
        return Result(data=result.data, errors=list(result.errors or []))

    result = await engine.answer(
        form.document_key, form.document, form.definition, form.coerced, context, by_graphql_core, root=root
    )
    body: dict[str, object] = {"data": result.data}
    if result.errors:
        body["errors"] = [format_error(error, request_id) for error in result.errors]
    return orjson.dumps(body)


def _executor(
    schema: GraphQLSchema,
    document: Any,
    operation_name: str | None,
    variables: Mapping[str, object],
    root: object,
    context: object,
) -> Executor[Any] | list[GraphQLError]:
    return Executor.build(
        schema,
        document,
        root_value=root,
        context_value=context,
        raw_variable_values=dict(variables),
        operation_name=operation_name,
        is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # a guard in all but its type
    )
