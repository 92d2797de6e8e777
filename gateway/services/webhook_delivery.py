"""Delivers to one supplier's system what it is to be told: at least once, and of each move in order."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import SupplierKey
from gateway.domain.times import Clock
from gateway.domain.webhooks import Answer, Message
from gateway.policies.webhooks.patience import Again, after_failure
from gateway.store import webhook_outbox
from gateway.store.engine import Database

_log = structlog.get_logger(__name__)

Send = Callable[[Message], Awaitable[Answer]]
"""Sends a message once."""

AT_ONCE: Final = 16
"""How many moves a supplier is told of at the same time."""

LOOK_EVERY: Final = timedelta(seconds=1)
"""How soon what becomes due by itself, or what another node left, is found."""

MARGIN: Final = timedelta(seconds=3)
"""How much longer than a try a message is one node's: for what it takes to note the outcome."""

HASTEN_EVERY: Final = timedelta(seconds=30)

NOTICED_AFTER: Final = timedelta(minutes=15)
"""How long a supplier's system may refuse before health shows it."""

_DICE: Final = random.SystemRandom()


class Undelivered(Exception):
    """A supplier's system does not accept what it is to be told."""


class WebhookDelivery:
    """Works through the outbox in the store, which outlives restarts. Several nodes take different moves of it.

    It is woken by `bell` when something was written here, and looks by itself every second; then nothing is written or
    locked where nothing is due. A stop waits for the answers to what is under way.
    """

    def __init__(
        self,
        supplier: SupplierKey,
        database: Database,
        send: Send,
        bell: asyncio.Event,
        clock: Clock,
        *,
        time_limit: float,
    ) -> None:
        self._supplier = supplier
        self._database = database
        self._send = send
        self._bell = bell
        self._clock = clock
        self._lease = timedelta(seconds=time_limit) + MARGIN
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._hastened_at: datetime | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"webhooks to {self._supplier}")

    async def aclose(self) -> None:
        self._stopping = True
        self._bell.set()
        if self._task is not None:
            # What is under way ends by itself, as every try has a time limit.
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        while not self._stopping:
            self._bell.clear()
            try:
                await self.drain()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next round may go well
                _log.error("webhooks were not delivered", supplier=self._supplier, error=type(error).__name__)
                await asyncio.sleep(LOOK_EVERY.total_seconds())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                    await self._bell.wait()

    async def check(self) -> None:
        """Raise where something is parked, or has been tried in vain for a quarter of an hour.

        Raises:
            Undelivered: see there.

        """
        async with self._database.read() as connection:
            if await webhook_outbox.is_stuck(connection, self._supplier, before=self._clock() - NOTICED_AFTER):
                raise Undelivered

    async def drain(self) -> int:
        """Deliver what is due, and what becomes due by that; return how many tries it took."""
        tries = 0
        under_way: dict[asyncio.Task[Answer], Message] = {}
        done: list[tuple[Message, Answer]] = []
        try:
            while True:
                taken = await self._settle_and_take(done, room=0 if self._stopping else AT_ONCE - len(under_way))
                tries += len(taken)
                under_way |= {asyncio.create_task(self._try(one)): one for one in taken}
                if not under_way:
                    return tries
                ended = await self._any_of(under_way)
                done = [(under_way.pop(task), task.result()) for task in ended]
        finally:
            for task in under_way:
                task.cancel()

    async def _try(self, message: Message) -> Answer:
        try:
            return await self._send(message)
        except Exception as error:  # noqa: BLE001 - a fault with one message must not keep the others waiting
            _log.error("a webhook was not sent", supplier=self._supplier, error=type(error).__name__)
            return Answer(None)

    async def _any_of(self, under_way: dict[asyncio.Task[Answer], Message]) -> set[asyncio.Task[Answer]]:
        """Wait until a try has ended, or there may be more to take."""
        rung = asyncio.create_task(self._bell.wait())
        try:
            ended, _ = await asyncio.wait(
                {*under_way, rung}, timeout=LOOK_EVERY.total_seconds(), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            rung.cancel()
        if not self._stopping:
            self._bell.clear()
        elif rung in ended:
            ended, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        return {task for task in under_way if task in ended}

    async def _settle_and_take(self, done: Sequence[tuple[Message, Answer]], *, room: int) -> list[Message]:
        at = self._clock()
        if not done:
            # Nearly always there is nothing to do, and then nothing is written or locked.
            async with self._database.read() as connection:
                if not room or not await webhook_outbox.is_due(connection, self._supplier, at=at):
                    return []
        async with self._database.transaction() as connection:
            accepted = [message for message, answer in done if answer.accepted]
            await webhook_outbox.delivered(connection, accepted, at=at)
            for message, answer in done:
                if not answer.accepted:
                    await self._put_off(connection, message, answer, at)
            if any(one.attempts for one in accepted) and self._may_hasten(at):
                await webhook_outbox.hasten(connection, self._supplier, at=at)
            if not room:
                return []
            return await webhook_outbox.lease(connection, self._supplier, at=at, until=at + self._lease, limit=room)

    def _may_hasten(self, at: datetime) -> bool:
        """Say whether to try all that waits, now that something was accepted that had not been: once in a while."""
        if self._hastened_at is not None and at - self._hastened_at < HASTEN_EVERY:
            return False
        self._hastened_at = at
        return True

    async def _put_off(self, connection: AsyncConnection, message: Message, answer: Answer, at: datetime) -> None:
        outcome = after_failure(
            answer, attempts=message.attempts, failed_since=message.failed_since, at=at, luck=_DICE.random()
        )
        told = {"supplier": self._supplier, "message": str(message.id), "move": str(message.move_id)}
        told |= {"status": str(answer.status or "none"), "attempts": str(message.attempts + 1)}
        if isinstance(outcome, Again):
            await webhook_outbox.postpone(connection, message, status=answer.status, due_at=outcome.due_at, at=at)
            _log.warning("a webhook was not accepted", **told)
        else:
            await webhook_outbox.park(connection, message, status=answer.status, at=at)
            _log.error("a webhook is parked", **told)
