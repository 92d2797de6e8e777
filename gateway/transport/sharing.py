"""Queries that come at the same moment from viewers who are shown the same: answered once, for all of them.

At eight in the morning everybody at an establishment opens the same board. While a query is being answered, those that
ask the same of the same standing wait, for a bounded time, and are then answered together. Nobody joins an answer that
has begun: whoever has just changed something sees it in what they ask for next.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson
from graphql import DocumentNode, FieldNode, Visitor, VisitorAction, visit
from graphql.language.visitor import BREAK
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from gateway.context import Context
from gateway.domain.access_log import Reader, SharedReads
from gateway.domain.claims import Claims
from gateway.domain.viewer import Viewer
from gateway.services.access_log import AccessLog, Collected
from gateway.transport.documents import PreparedOperation
from gateway.transport.requests import OperationRequest

_OF_THE_VIEWER: Final = "viewer"
"""The field that tells who asks. All else that a query shows depends on their standing alone."""
_LOOKED_AT: Final = 2_000

MakeSharedContext = Callable[[Viewer, str | None, str, AccessLog], Awaitable[Context]]
Execute = Callable[[Context], Awaitable[ExecutionResult]]


@dataclass(frozen=True, slots=True)
class Shared:
    """What came of a query. `written` is the answer's JSON, where it has no errors."""

    result: ExecutionResult
    written: bytes | None


@dataclass(eq=False, slots=True)
class _Party:
    """Those who are answered together."""

    task: asyncio.Task[Shared] = field(init=False)
    guests: dict[object, Reader] = field(default_factory=dict)


@dataclass(slots=True)
class SharedAnswers:
    """The queries that are under way or about to begin. `wait_seconds` is how long one waits at most to begin."""

    wait_seconds: float
    establish: Callable[[Claims], Awaitable[Viewer]]
    standing: Callable[[Viewer], Hashable]
    make_context: MakeSharedContext
    note_access: Callable[[Sequence[SharedReads]], Awaitable[None]]
    shared: int = 0
    """How many queries were answered together with another."""
    _gathering: dict[Hashable, _Party] = field(default_factory=dict, init=False)
    _running: dict[Hashable, asyncio.Task[Shared]] = field(default_factory=dict, init=False)
    _personal: dict[bytes, bool] = field(default_factory=dict, init=False)

    def takes(self, prepared: PreparedOperation) -> bool:
        """Tell whether an operation is one to share: a query that does not ask who asks."""
        return prepared.kind is OperationType.QUERY and not self._is_personal(prepared)

    async def answer(
        self,
        claims: Claims,
        operation: OperationRequest,
        prepared: PreparedOperation,
        request_id: str,
        execute: Execute,
    ) -> Shared:
        """Answer a query, together with whoever waits for the same.

        What it showed is noted in the access log for each of them. Whoever leaves does so alone; the last one's leaving
        ends the work.

        Raises:
            Exception: what keeps a query from its root fields, to each of them.

        """
        viewer = await self.establish(claims)
        variables = json.dumps(operation.variables, sort_keys=True)
        key = (prepared.document_key, prepared.name, variables, self.standing(viewer))
        party = self._gathering.get(key)
        if party is None:
            party = self._gathering[key] = _Party()

            async def run() -> Shared:
                collected = Collected()
                context = await self.make_context(viewer, operation.operation_name, request_id, collected)
                result = await execute(context)
                written = None if result.errors or result.extensions else orjson.dumps({"data": result.data})
                await self.note_access([SharedReads(collected.entries, list(party.guests.values()))])
                return Shared(result, written)

            party.task = asyncio.create_task(self._when_it_is_due(key, party, run), name="shared query")
        else:
            self.shared += 1
        seat = object()
        party.guests[seat] = Reader(viewer.username, viewer.client_id, request_id)
        try:
            return await asyncio.shield(party.task)
        finally:
            del party.guests[seat]
            if not party.guests:
                self._end(key, party)

    async def _when_it_is_due(self, key: Hashable, party: _Party, run: Callable[[], Awaitable[Shared]]) -> Shared:
        """Begin once the one before has ended, or after the time that is set; from then on nobody joins."""
        before = self._running.get(key)
        if before is not None:
            await asyncio.wait({before}, timeout=self.wait_seconds)
        self._close(key, party)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        self._running[key] = task
        try:
            return await run()
        finally:
            if self._running.get(key) is task:
                del self._running[key]

    def _end(self, key: Hashable, party: _Party) -> None:
        self._close(key, party)
        party.task.cancel()

    def _close(self, key: Hashable, party: _Party) -> None:
        if self._gathering.get(key) is party:
            del self._gathering[key]

    def _is_personal(self, prepared: PreparedOperation) -> bool:
        known = self._personal.get(prepared.document_key)
        if known is None:
            while len(self._personal) >= _LOOKED_AT:
                del self._personal[next(iter(self._personal))]
            known = self._personal[prepared.document_key] = asks_who_asks(prepared.document)
        return known


def asks_who_asks(document: DocumentNode) -> bool:
    """Tell whether the field of the viewer is anywhere in a document."""
    search = _Search()
    visit(document, search)
    return search.found


class _Search(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_field(self, node: FieldNode, *_: object) -> VisitorAction:
        if node.name.value == _OF_THE_VIEWER:
            self.found = True
            return BREAK
        return None
