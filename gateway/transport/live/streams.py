"""Streams: the subscriptions of a node, each for as long as its token and its viewer's sight last."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Final

import structlog

from gateway.domain.claims import Claims
from gateway.domain.errors import GatewayError, Unauthenticated
from gateway.domain.event_log import LogPosition
from gateway.domain.viewer import FormerViewer, Viewer
from gateway.services.access_log import Collected
from gateway.services.updates import Told
from gateway.transport.documents import PreparedOperation, core_schema
from gateway.transport.errors import ErrorCode, RequestError
from gateway.transport.live.backend import Backend, LiveLimits
from gateway.transport.live.execution import what_is_wanted
from gateway.transport.live.groups import Account, Group, Seat, account_of
from gateway.transport.live.shared_form import shared_form
from gateway.transport.live.stream import Ending, Listener, Socket, Stream
from gateway.transport.requests import OperationRequest

_log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

TICK_SECONDS: Final = 0.5


class Streams:
    """All streams of a node, in their groups."""

    def __init__(self, backend: Backend, limits: LiveLimits) -> None:
        self.backend = backend
        self.limits = limits
        self._groups: dict[Hashable, Group] = {}
        self._of_groups: dict[Group, set[Stream]] = {}
        self._streams: set[Stream] = set()
        self._sockets: set[Socket] = set()
        self._of_accounts: Counter[Account] = Counter()
        self._checked: dict[Group, datetime] = {}
        self._ticking: asyncio.Task[None] | None = None
        self.is_stopping = False
        self.turns = 0
        """How often it was looked for what has outlived its token."""

    @property
    def groups(self) -> list[Group]:
        return list(self._of_groups)

    def __len__(self) -> int:
        return len(self._streams)

    def start(self) -> None:
        self._ticking = asyncio.create_task(self._tick(), name="streams")

    async def aclose(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
        for stream in list(self._streams):
            self.close(stream)
        await asyncio.sleep(0)

    async def open(
        self,
        claims: Claims,
        viewer: Viewer,
        operation: OperationRequest,
        prepared: PreparedOperation,
        request_id: str,
        listener: Listener,
        *,
        resume: str | None = None,
    ) -> Stream:
        """Begin a stream; what it has to tell goes to the listener from now on.

        `resume` is a cursor that goes before the document's own: a later one, which its client had in the meantime.

        Raises:
            NotStarted: the root field refuses.
            InvalidInput: `resume` is no cursor of the log, or has expired.
            RequestError: too many are open.

        """
        self._check_room(account_of(viewer))
        context = await self.backend.make_context(viewer, operation.operation_name, request_id, Collected())
        schema = core_schema(self.backend.schema)
        found = await what_is_wanted(schema, prepared.document, prepared.name, operation.variables, context, request_id)
        after = found.after if resume is None else await context.services.updates.position(resume)
        was = () if after is None else await self.backend.formerly(claims, after)
        form = shared_form(schema, prepared.document, prepared.name, operation.variables)
        key = (form.key, found.wanted, self.backend.standing(viewer))
        group = self._groups.get(key)
        if group is None:
            group = self._add_group(key, Group(self.backend, form, found.wanted, viewer))
        seat = Seat(viewer, listener.push, after or LogPosition(0, 0), listener.ready)
        stream = Stream(claims, seat, group, listener.end, on_socket=listener.on_socket, starts_now=after is None)
        self._streams.add(stream)
        self._of_groups[group].add(stream)
        self._of_accounts[account_of(viewer)] += 1
        try:
            await group.begin()
            if after is None:
                seat.position = self.backend.log.head
        except BaseException:
            self.close(stream)
            raise
        if was:
            stream.work = asyncio.create_task(self._settle(stream, was), name="after an absence")
        elif not stream.is_over:
            self._bring_up(stream)
        return stream

    def admit(self, socket: Socket) -> bool:
        """Take in a socket, if there is room for it."""
        has_room = not self.is_stopping and len(self._sockets) < self.limits.sockets
        self._sockets.add(socket)
        return has_room

    def dismiss(self, socket: Socket) -> None:
        self._sockets.discard(socket)

    async def drain(self, seconds: float) -> None:
        """Send all clients elsewhere, spread over so long, and take no new ones."""
        self.is_stopping = True
        ends: list[Callable[[Ending], None]] = [one.end for one in self._sockets]
        ends += [one.end for one in self._streams if not one.on_socket]
        random.shuffle(ends)
        began = asyncio.get_running_loop().time()
        for number, end in enumerate(ends):
            due = began + seconds * number / len(ends)
            if (pause := due - asyncio.get_running_loop().time()) > 0:
                await asyncio.sleep(pause)
            end(Ending.STOPPING)

    def close(self, stream: Stream) -> None:
        """End a stream, without a word to its client."""
        if stream.is_over:
            return
        stream.is_over = True
        if stream.work is not None:
            stream.work.cancel()
        self._streams.discard(stream)
        account = account_of(stream.seat.viewer)
        self._of_accounts[account] -= 1
        if not self._of_accounts[account]:
            del self._of_accounts[account]
        self._leave(stream)

    async def renew(self, stream: Stream, claims: Claims) -> None:
        """Go on with a newer token of the same account, at the same place in the log."""
        stream.claims = claims
        await self._look_again(stream.group, [stream])

    def _check_room(self, account: Account) -> None:
        message = None
        if self.is_stopping or len(self._streams) >= self.limits.streams:
            message = "This node takes no more subscriptions: try again, another one may answer."
        elif self._of_accounts[account] >= self.limits.streams_of_one_account:
            message = f"An account may have {self.limits.streams_of_one_account} subscriptions at a time on one node."
        if message is not None:
            raise RequestError(ErrorCode.TOO_MANY_SUBSCRIPTIONS, message, status=503, headers={"Retry-After": "2"})

    def _add_group(self, key: Hashable, group: Group) -> Group:
        self._groups[key] = group
        self._of_groups[group] = set()
        self._checked[group] = self.backend.clock()

        async def before_telling() -> None:
            await self._look_again_if_due(group)

        group.before_telling = before_telling
        return group

    def _bring_up(self, stream: Stream) -> None:
        """Bring a stream to where its group is, at once if nothing lies between."""
        if not stream.group.join(stream.seat):
            stream.work = asyncio.create_task(self._catch_up(stream), name="catching up")

    async def _catch_up(self, stream: Stream) -> None:
        pause = 0.05
        while not stream.is_over:
            try:
                await stream.group.catch_up(stream.seat)
            except Exception as error:  # noqa: BLE001 - the store is away: the place in the log is kept
                _log.warning("not_caught_up", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, 2.0)
            else:
                return

    def _leave(self, stream: Stream) -> None:
        group = stream.group
        group.leave(stream.seat)
        members = self._of_groups[group]
        members.discard(stream)
        if not members:
            group.end()
            del self._of_groups[group], self._checked[group]
            self._groups = {key: one for key, one in self._groups.items() if one is not group}

    async def _look_again_if_due(self, group: Group) -> None:
        if group not in self._of_groups:  # it emptied while others were looked at
            return
        if (self.backend.clock() - self._checked[group]).total_seconds() >= self.limits.recheck_seconds:
            self._checked[group] = self.backend.clock()
            await self._look_again(group, list(self._of_groups[group]))

    async def _look_again(self, group: Group, streams: list[Stream]) -> None:
        """Ask who the viewers are now. Whoever's standing is another moves to those of that standing."""
        latest: dict[Account, Claims] = {}
        for stream in streams:
            account = account_of(stream.seat.viewer)
            known = latest.get(account)
            if known is None or known.expires_at < stream.claims.expires_at:
                latest[account] = stream.claims
        found = dict(
            zip(latest, await asyncio.gather(*(self._established(one) for one in latest.values())), strict=True)
        )
        changed = {
            account: now
            for account, now in found.items()
            if isinstance(now, Ending) or self.backend.standing(now) != group.standing
        }
        for stream in streams if changed else ():
            now = changed.get(account_of(stream.seat.viewer))
            if now is None or stream.is_over:
                continue
            if isinstance(now, Ending):
                stream.end(now)
            else:
                self._move(stream, now)

    async def _established(self, claims: Claims) -> Viewer | Ending:
        try:
            return await self.backend.establish(claims)
        except Unauthenticated:
            return Ending.REFUSED
        except GatewayError:
            return Ending.UNSURE

    def _move(self, stream: Stream, viewer: Viewer) -> None:
        """Seat a stream with those of its new standing, and tell it what it has lost sight of."""
        if stream.work is not None:
            stream.work.cancel()
        was, old = stream.seat.viewer, stream.group
        key = (old.form.key, old.wanted, self.backend.standing(viewer))
        group = self._groups.get(key)
        if group is None:
            group = self._add_group(key, Group(self.backend, old.form, old.wanted, viewer))
        self._of_groups[group].add(stream)
        self._leave(stream)
        stream.group = group
        stream.seat = Seat(viewer, stream.seat.push, stream.seat.position, stream.seat.ready)
        stream.work = asyncio.create_task(self._settle(stream, [FormerViewer(was, None)]), name="changing standing")

    async def _settle(self, stream: Stream, was: Sequence[FormerViewer]) -> None:
        """Tell a stream what its viewer lost sight of since they were others, and bring it to where its group is."""
        group, seat = stream.group, stream.seat
        await group.begin()
        pause = 0.05
        while not stream.is_over:
            try:
                context = await self.backend.make_context(seat.viewer, group.form.operation_name, "", Collected())
                told = set[object]()
                for former in was:
                    for update in await context.services.updates.gone_since(group.wanted, former, seat.position):
                        if update.gone_id not in told:
                            told.add(update.gone_id)
                            seat.push([await group.rendered_update(Told(seat.position, update))])
            except Exception as error:  # noqa: BLE001 - the store is away; to tell twice does no harm
                _log.warning("not_settled", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, 2.0)
            else:
                break
        await self._catch_up(stream)

    async def _tick(self) -> None:
        """End what has outlived its token, and look after groups in which nothing happens."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.turns += 1
            now = self.backend.clock()
            for stream in [one for one in self._streams if one.claims.expires_at <= now]:
                stream.end(Ending.EXPIRED)
            for socket in [one for one in self._sockets if one.claims is not None and one.claims.expires_at <= now]:
                socket.end(Ending.EXPIRED)
            if self.turns % 20 == 0:
                for group in list(self._of_groups):
                    try:
                        await self._look_again_if_due(group)
                    except Exception as error:  # noqa: BLE001 - the next round may go well
                        _log.warning("not_looked_again", error=type(error).__name__)
