"""Groups: subscribers who are told the same share one reading of the log, one run and one text for each event."""

import asyncio
import uuid
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

import structlog

from gateway.context import Context
from gateway.domain.access_log import AccessLogEntry
from gateway.domain.event_log import LoggedEvent, LogPosition
from gateway.domain.updates import Wanted
from gateway.domain.viewer import Viewer
from gateway.services.access_log import Collected
from gateway.services.updates import Told
from gateway.transport.documents import core_schema
from gateway.transport.live.backend import Backend
from gateway.transport.live.execution import run_for_event
from gateway.transport.live.shared_form import SharedForm
from gateway.transport.live.turns import Turns

_log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

AT_ONCE: Final = 16
"""Events of one group that are run side by side: each may wait for other systems."""
KEPT: Final = 500
KEPT_SECONDS: Final = 2.0
"""How long a text serves others who catch up: many do at the same moment, after a node was lost."""
NOTED: Final = 10_000
_PATIENCE: Final = 2.0

Account = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rendered:
    """One event as all of a group are told it, and which records that showed."""

    position: LogPosition
    cursor: str
    payload: bytes
    entries: tuple[AccessLogEntry, ...]


Push = Callable[[Sequence[Rendered]], None]
"""Hands a subscriber what it is told, in order. It never waits."""


@dataclass(eq=False, slots=True)
class Seat:
    """One subscriber's place in a group, and in the log."""

    viewer: Viewer
    push: Push
    position: LogPosition
    ready: Callable[[], Awaitable[None]]
    """Waits until the subscriber has taken in most of what it was handed."""


class Group:
    """Subscribers with one document, one set of variables and one standing.

    What is rendered is what the representative `viewer` may see, which is what each of them may. Each of their accounts
    is noted in the access log with what it was shown, the first time in the life of the group.
    """

    def __init__(self, backend: Backend, form: SharedForm, wanted: Wanted, viewer: Viewer) -> None:
        self._backend = backend
        self._schema = core_schema(backend.schema)
        self.form = form
        self.wanted = wanted
        self.viewer = viewer
        self.standing: Hashable = backend.standing(viewer)
        self.position = LogPosition(0, 0)
        self.before_telling: Callable[[], Awaitable[None]] | None = None
        self._seats: set[Seat] = set()
        self._ahead: set[Seat] = set()
        self._noted: dict[Account, OrderedDict[tuple[str, str], None]] = {}
        self._accounts: dict[Account, int] = {}
        self._kept: OrderedDict[LogPosition, tuple[Rendered, float]] = OrderedDict()
        self._request_id = uuid.uuid4().hex
        self._task: asyncio.Task[None] | None = None
        self._begun = asyncio.Event()
        self._behind: Turns[Seat] = Turns(self._tell_those_behind)

    @property
    def is_empty(self) -> bool:
        return not (self._seats or self._ahead)

    async def begin(self) -> None:
        """Follow the log from now; the first call does, and others wait for it. Raises what the store raises."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="subscription group")
        begun = asyncio.create_task(self._begun.wait())
        await asyncio.wait({self._task, begun}, return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        if self._task.done():
            self._task.result()

    def end(self) -> None:
        self._behind.end()
        if self._task is not None:
            self._task.cancel()

    def join(self, seat: Seat) -> bool:
        """Take in a subscriber who is as far in the log as the group is, or further; tell if they were.

        Between this check and what the group tells next nothing is awaited, so nothing is told twice or not at all.
        """
        if seat.position < self.position:
            return False
        (self._ahead if seat.position > self.position else self._seats).add(seat)
        account = account_of(seat.viewer)
        self._accounts[account] = self._accounts.get(account, 0) + 1
        return True

    def leave(self, seat: Seat) -> None:
        if seat in self._seats:
            self._seats.remove(seat)
            seat.position = self.position
        elif seat in self._ahead:
            self._ahead.remove(seat)
        else:
            return
        account = account_of(seat.viewer)
        self._accounts[account] -= 1
        if not self._accounts[account]:
            del self._accounts[account]
            self._noted.pop(account, None)

    async def catch_up(self, seat: Seat) -> None:
        """Tell one subscriber what the group was told before, until it can join, and take it in."""
        while not self.join(seat):
            await self._behind.turn(seat)
            await seat.ready()

    async def _tell_those_behind(self, start: LogPosition, there: Callable[[LogPosition], Sequence[Seat]]) -> None:
        """Tell a page to everybody who stands within it."""
        logged = await self._backend.log.page(start)
        if not logged:
            # Nothing lies between the two, whatever their numbers.
            for seat in there(max(start, self.position)):
                seat.position = max(seat.position, self.position)
            return
        rendered = await self._rendered(logged, share=True)
        last = logged[-1].position
        shown: dict[Account, int] = {}
        for seat in there(last):
            first = bisect_right(rendered, seat.position, key=attrgetter("position"))
            if first < len(rendered):
                seat.push(rendered[first:])
            seat.position = last
            account = account_of(seat.viewer)
            shown[account] = min(shown.get(account, first), first)
        for account, first in shown.items():
            await self._note(account, [entry for one in rendered[first:] for entry in one.entries])

    async def rendered_update(self, told: Told) -> Rendered:
        """Render an update that is no event's."""
        return await self._render(told, ())

    async def _run(self) -> None:
        pause = 0.0
        async with self._backend.log.following():
            self.position = self._backend.log.head
            self._begun.set()
            while True:
                try:
                    logged = await self._backend.log.next(self.position)
                    if self.before_telling is not None:
                        await self.before_telling()
                    await self._tell(logged)
                    pause = 0.0
                except Exception as error:  # noqa: BLE001 - the store is away: the place in the log is kept
                    pause = min(max(2 * pause, 0.05), _PATIENCE)
                    _log.warning("events_not_told", error=type(error).__name__, request_id=self._request_id)
                    await asyncio.sleep(pause)

    async def _tell(self, logged: Sequence[LoggedEvent]) -> None:
        for start in range(0, len(logged), AT_ONCE):
            part = logged[start : start + AT_ONCE]
            rendered = await self._rendered(part, share=False)
            self._hand_out(rendered, part[-1].position)
            for account in list(self._accounts):
                await self._note(account, [entry for one in rendered for entry in one.entries])
            await asyncio.sleep(0)

    def _hand_out(self, rendered: Sequence[Rendered], upto: LogPosition) -> None:
        """Tell everybody, in one go for each: where many events come at once, they leave in few writes."""
        if rendered:
            for seat in list(self._seats):
                seat.push(rendered)
            for seat in list(self._ahead):
                if new := [one for one in rendered if one.position > seat.position]:
                    seat.push(new)
                    seat.position = new[-1].position
        self._advance(upto)

    def _advance(self, position: LogPosition) -> None:
        self.position = max(self.position, position)
        for seat in [one for one in self._ahead if one.position <= self.position]:
            self._ahead.remove(seat)
            self._seats.add(seat)

    async def _rendered(self, logged: Sequence[LoggedEvent], *, share: bool) -> list[Rendered]:
        collected = Collected()
        context = await self._context(collected)
        found: list[Rendered] = []
        all_told = await context.services.updates.among(self.wanted, logged)
        shown = tuple(collected.entries)
        if len(all_told) == 1:  # nothing was asked of its loaders yet: it will do for the one event
            only = await self._one(all_told[0], shown, share=share, context=context)
            return [replace(only, entries=(*only.entries, *collected.entries[len(shown) :]))]
        for start in range(0, len(all_told), AT_ONCE):
            part = all_told[start : start + AT_ONCE]
            found += await asyncio.gather(*(self._one(told, shown, share=share) for told in part))
        return found

    async def _one(
        self, told: Told, shown: Sequence[AccessLogEntry], *, share: bool, context: Context | None = None
    ) -> Rendered:
        now = asyncio.get_running_loop().time()
        kept = self._kept.get(told.position) if share else None
        if kept is not None and now - kept[1] < KEPT_SECONDS:
            return kept[0]
        rendered = await self._render(told, shown, context)
        self._kept[told.position] = rendered, now
        self._kept.move_to_end(told.position)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return rendered

    async def _render(self, told: Told, shown: Sequence[AccessLogEntry], context: Context | None = None) -> Rendered:
        """Run the document for one update, with loaders of its own: what was true of an event before is not asked.

        `shown` are entries of the access log from before; a context that is given goes on collecting into its own.
        """
        collected = Collected()
        if context is None:
            context = await self._context(collected)
        payload = await run_for_event(
            self._backend.engine, self._schema, self.form, told.update, context, self._request_id
        )
        subject = getattr(told.update, "move", None) or getattr(told.update, "record", None)
        entries = [one for one in shown if subject is not None and one.subject_id == str(subject.id)]
        return Rendered(told.position, told.update.cursor, payload, (*entries, *collected.entries))

    async def _context(self, collected: Collected) -> Context:
        return await self._backend.make_context(self.viewer, self.form.operation_name, self._request_id, collected)

    async def _note(self, account: Account, entries: Sequence[AccessLogEntry]) -> None:
        noted = self._noted.setdefault(account, OrderedDict())
        fresh = [one for one in entries if (one.subject_type, one.subject_id) not in noted]
        for one in fresh:
            noted[one.subject_type, one.subject_id] = None
        while len(noted) > NOTED:
            noted.popitem(last=False)
        if fresh:
            username, client_id = account
            rows = [replace(one, username=username, client_id=client_id) for one in fresh]
            await self._backend.note_access(rows)


def account_of(viewer: Viewer) -> Account:
    return viewer.username, viewer.client_id
