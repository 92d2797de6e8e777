"""The rules of every call: one time limit, one retry, a bound on calls under way, and errors that carry no text."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

import orjson
import stamina
import structlog

from gateway.adapters.carriers import Carrier, Dropped
from gateway.adapters.correlation import correlation_headers
from gateway.adapters.decoding import Reader, Rows, Unreadable, parse
from gateway.adapters.http import UpstreamConfig
from gateway.adapters.systems import System
from gateway.adapters.tokens import ClientCredentials
from gateway.domain.errors import (
    GatewayError,
    Unauthenticated,
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)

T = TypeVar("T")
Key = TypeVar("Key", bound=str)

LARGEST_ANSWER: Final = 32 * 1024 * 1024
"""Bytes, unpacked: more than every alert that 500 people ever had."""

_OK: Final = 200
_NO_CONTENT: Final = 204
_CLIENT_ERRORS: Final = 400
_SERVER_ERRORS: Final = 500
_UNAUTHORIZED: Final = 401
_NOT_FOUND: Final = 404
_LATER: Final = frozenset({408, 429, 499})
"""Said of the moment, not of the request: it took too long, or there were too many."""
_PASSING: Final = frozenset({502, 503, 504})
"""Faults of what stands between us, worth a second try. A 500 is NOMIS's own, often for want of a connection to its
database: another try would only make that worse."""

_log: Final = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """How a call ended, as metrics know it."""

    OK = "ok"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    REJECTED = "rejected"
    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    ABANDONED = "abandoned"


_OUTCOMES: Final[Mapping[type[GatewayError], Outcome]] = {
    UpstreamUnavailable: Outcome.UNAVAILABLE,
    UpstreamTimeout: Outcome.TIMEOUT,
    UpstreamRejected: Outcome.REJECTED,
    UpstreamMalformed: Outcome.MALFORMED,
    Unauthenticated: Outcome.UNAUTHENTICATED,
}

Observer = Callable[[str, str, Outcome, float], None]
"""Is told of each call: system, resource, outcome, seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question. `resource` names what is asked for in errors and metrics.

    `user_token` asks in a user's own name; otherwise the account of the gateway asks, where the system wants one.
    `denied_by` are statuses that mean that whoever wants to sign in may not; for a user's token 401 always does.
    `passing` are statuses that are worth a second try besides those of what stands between us.
    `again` is False for what must not be sent twice.
    """

    method: str
    path: str
    resource: str
    params: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)
    user_token: str | None = field(default=None, repr=False)
    denied_by: frozenset[int] = frozenset()
    passing: frozenset[int] = frozenset()
    again: bool = True


def json_ask(
    path: str,
    resource: str,
    payload: object,
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Ask:
    """Make a question that is posted as JSON. All that are made here only read, and may be asked again."""
    return Ask(
        method="POST",
        path=path,
        resource=resource,
        params=params,
        headers={**(headers or {}), "Content-Type": "application/json"},
        content=orjson.dumps(payload),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes = field(repr=False)


class _PassingFault(Exception):
    """No connection, a dropped one, or a fault in between: a second try may fare better."""


class UpstreamCaller:
    """Asks one system. Every adapter goes through one of these."""

    def __init__(
        self,
        system: System,
        config: UpstreamConfig,
        carrier: Carrier,
        *,
        tokens: ClientCredentials | None = None,
        observer: Observer | None = None,
        largest_answer: int = LARGEST_ANSWER,
    ) -> None:
        self.system = system
        self._carrier = carrier
        self._tokens = tokens
        self._observer = observer
        self._largest_answer = largest_answer
        self._time_limit_s = config.time_limit_s
        self._places = asyncio.Semaphore(config.max_in_flight)

    async def ask(self, ask: Ask, read: Reader[T]) -> T:
        """Ask, and read the answer.

        Raises:
            UpstreamError: as the tree in `domain.errors` says; a 404 is a refusal here.
            Unauthenticated: the user's own token was refused.

        """
        with self._observed(ask):
            answer = await self._answer(ask)
            if answer.status == _NOT_FOUND:
                raise self._error(UpstreamRejected, ask)
            return self._read(ask, answer, read)

    async def ask_rows(self, ask: Ask, read: Reader[Rows[T]]) -> Rows[T]:
        """Ask for a list, and note how many of its rows were left out as unreadable. Raises as `ask` does."""
        return self._noted(ask, await self.ask(ask, read))

    async def find_rows(self, ask: Ask, read: Reader[Rows[T]]) -> Rows[T]:
        """Ask for a list that may be absent, which is an empty one. Notes and raises as `ask_rows` does."""
        return self._noted(ask, await self.find(ask, read) or Rows(()))

    async def find(self, ask: Ask, read: Reader[T]) -> T | None:
        """Ask for what may be absent: None where the service itself says so, by 204 or 404. Raises as `ask` does else.

        A 404 that is not JSON comes from something in between, and says nothing about what was asked for.
        """
        with self._observed(ask):
            answer = await self._answer(ask)
            if answer.status == _NO_CONTENT:
                return None
            if answer.status != _NOT_FOUND:
                return self._read(ask, answer, read)
            if isinstance(_parsed(answer.body), dict):
                return None
            raise self._error(UpstreamRejected, ask)

    def spoilt(self, resource: str, rows: Rows[T], wanted: Collection[Key]) -> dict[Key, UpstreamMalformed]:
        """Make an error for each key that was asked for and whose row could not be read."""
        if not rows.spoilt:
            return {}
        return {
            key: UpstreamMalformed(self.system.upstream, resource, system=self.system.name)
            for key in wanted
            if key in rows.spoilt
        }

    async def aclose(self) -> None:
        if self._tokens is not None:
            await self._tokens.aclose()
        await self._carrier.aclose()

    def _noted(self, ask: Ask, rows: Rows[T]) -> Rows[T]:
        if rows.unreadable:
            _log.warning(
                "upstream rows unreadable", system=self.system.name, resource=ask.resource, count=rows.unreadable
            )
        return rows

    @contextmanager
    def _observed(self, ask: Ask) -> Iterator[None]:
        started = time.perf_counter()
        outcome = Outcome.ABANDONED
        try:
            yield
            outcome = Outcome.OK
        except GatewayError as error:
            outcome = _OUTCOMES.get(type(error), Outcome.UNAVAILABLE)
            _log.warning("upstream call failed", system=self.system.name, resource=ask.resource, outcome=outcome.value)
            raise
        finally:
            if self._observer is not None:
                self._observer(self.system.name, ask.resource, outcome, time.perf_counter() - started)

    def _read(self, ask: Ask, answer: _Answer, read: Reader[T]) -> T:
        try:
            return read(answer.body)
        except Unreadable:
            pass
        raise self._error(UpstreamMalformed, ask)

    async def _answer(self, ask: Ask) -> _Answer:
        """Return a 200, 204 or 404; anything else is raised. A token of ours that was refused is renewed once."""
        deadline = asyncio.get_running_loop().time() + self._time_limit_s
        if ask.user_token is not None or self._tokens is None:
            answer = await self._delivered(ask, ask.user_token, deadline)
        else:
            token = await self._token(self._tokens, deadline)
            answer = await self._delivered(ask, token, deadline)
            if answer.status == _UNAUTHORIZED:
                self._tokens.forget(token)
                answer = await self._delivered(ask, await self._token(self._tokens, deadline), deadline)
        if answer.status in (_OK, _NO_CONTENT, _NOT_FOUND):
            return answer
        _log.info("upstream refused", system=self.system.name, resource=ask.resource, status=answer.status)
        if answer.status == _UNAUTHORIZED and ask.user_token is not None:
            raise Unauthenticated("The session is no longer accepted. Sign in again.")
        if answer.status in ask.denied_by:
            raise Unauthenticated("The sign-in details are not right.")
        raise self._error(_kind_of(answer.status), ask)

    async def _token(self, tokens: ClientCredentials, deadline: float) -> str:
        fresh = tokens.fresh()
        if fresh is not None:
            return fresh
        try:
            async with asyncio.timeout_at(deadline):
                return await tokens.token()
        except TimeoutError:
            pass
        raise UpstreamTimeout(tokens.system.upstream, "token", system=tokens.system.name)

    async def _delivered(self, ask: Ask, token: str | None, deadline: float) -> _Answer:
        """Send, and once more after a passing fault.

        What failed is raised outside of the handlers: the libraries' errors hold the request, token and all, and would
        stay attached to ours as its context.
        """
        failure: type[UpstreamError]
        try:
            async with asyncio.timeout_at(deadline):
                try:
                    return await self._exchanged(ask, token)
                except _PassingFault:
                    if not ask.again:
                        raise
                return await self._exchanged_again(ask, token)
        except TimeoutError:
            failure = UpstreamTimeout
        except _PassingFault:
            failure = UpstreamUnavailable
        except Unreadable:
            failure = UpstreamMalformed
        raise self._error(failure, ask)

    async def _exchanged_again(self, ask: Ask, token: str | None) -> _Answer:
        """Send once more, after a pause of 50 to 250 milliseconds. Raises as `_exchanged` does.

        The first try went without stamina, whose bookkeeping is worth its price only once something has failed.
        """
        async for attempt in stamina.retry_context(
            on=_PassingFault, attempts=2, timeout=None, wait_initial=0.05, wait_max=0.25, wait_jitter=0.2
        ):
            with attempt:
                if attempt.num > 1:
                    return await self._exchanged(ask, token)
                raise _PassingFault
        raise _PassingFault

    async def _exchanged(self, ask: Ask, token: str | None) -> _Answer:
        """Send once, when there is a place. Raises _PassingFault or Unreadable."""
        headers = {**ask.headers, **correlation_headers()}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        async with self._places:
            try:
                status, body = await self._carrier.exchange(
                    ask.method,
                    ask.path,
                    params=ask.params,
                    headers=headers,
                    content=ask.content,
                    largest=self._largest_answer,
                )
            except Dropped:
                pass
            else:
                if status not in _PASSING and status not in ask.passing:
                    return _Answer(status, body)
        raise _PassingFault

    def _error(self, kind: type[UpstreamError], ask: Ask) -> UpstreamError:
        return kind(self.system.upstream, ask.resource, system=self.system.name)


def _kind_of(status: int) -> type[UpstreamError]:
    if status in _LATER or status >= _SERVER_ERRORS:
        return UpstreamUnavailable
    return UpstreamRejected if status >= _CLIENT_ERRORS else UpstreamMalformed


def _parsed(body: bytes) -> object:
    try:
        return parse(body)
    except Unreadable:
        return None
