"""What compiled operations call while they run."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.context import Context
from gateway.resolvers.relations import Derived, Relation

Arguments = Mapping[str, Any]
Declared = Relation[Any, Any, Any] | Derived[Any, Any, Any, Any]


class Irregular(Exception):
    """Something is not as it should be: an error, a null where none may be, a value of another type.

    What exactly, and what becomes of the answer, graphql-core says.
    """


@dataclass(slots=True)
class RunInfo:
    """What resolvers are given as their `info`: of Strawberry's own they read the context alone."""

    context: Context


@dataclass(slots=True)
class Run:
    """One run of a compiled operation: the arguments of fields, and relations with what is shown of them, in order."""

    info: RunInfo
    arguments: Sequence[Arguments]
    relations: Sequence[Relation[Any, Any, Any]]
    views: Sequence[Callable[[Any, Any], Any] | None]

    async def related(self, relation: Relation[Any, Any, Any], keys: Iterable[object]) -> Mapping[object, object]:
        """Fetch all that a level leads to, by its keys; None leads nowhere. See `Loaders.load_many`."""
        context = self.info.context
        return await context.loaders.load_many(relation.bulk(context.services), keys)


async def together(parts: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run parts side by side. All of them end, whatever one raises: what they load serves graphql-core then."""
    if len(parts) == 1:
        await parts[0]
        return
    for outcome in await asyncio.gather(*parts, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def all_of(
    call: Callable[..., Awaitable[object]], root: str | None, roots: Sequence[object], given: Arguments
) -> list[object]:
    """Call an ordinary asynchronous resolver for each object. `root` is the name under which it takes one, if it does.

    All of them end, whatever one raises.
    """
    calls = [call(**given) if root is None else call(**{root: one}, **given) for one in roots]
    if len(calls) == 1:
        return [await calls[0]]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return outcomes
