"""The sign-in service's public keys, kept between tokens and fetched anew when they age or one is unknown."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

from gateway.domain.errors import Upstream, UpstreamError, UpstreamMalformed
from gateway.domain.times import Clock

log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger(__name__)

FetchKeys = Callable[[], Awaitable[Mapping[str, object]]]
"""Gives the key set document (RFC 7517). Raises UpstreamError."""

ALGORITHM: Final = "RS256"
MIN_KEY_BITS: Final = 2048
RESOURCE: Final = "signing keys"


@dataclass(slots=True)
class SigningKeys:
    """The keys by their ids.

    - After `kept` the set is fetched again, and likewise when a token names a key that is not in it, as keys are
      rotated without notice.
    - A fetch is tried at most once in each `cool_down`, so that made-up key ids cannot be turned into load on sign-in,
      and one fetch serves all who wait for it.
    - While sign-in cannot be reached the old keys go on working, up to `kept_in_outage`. The bound is the time
      for which sign-in itself lets its key set be cached, so a withdrawn key lives no longer with us than with others.
      A token whose key is here waits at most `patience` for the fetch.
    """

    fetch: FetchKeys
    clock: Clock
    kept: timedelta = timedelta(minutes=10)
    kept_in_outage: timedelta = timedelta(hours=12)
    cool_down: timedelta = timedelta(seconds=30)
    patience: timedelta = timedelta(seconds=1)
    _keys: Mapping[str, PyJWK] = field(default_factory=dict, init=False)
    _fetched_at: datetime | None = field(default=None, init=False)
    _tried_at: datetime | None = field(default=None, init=False)
    _failure: UpstreamError | None = field(default=None, init=False)
    _running: asyncio.Task[None] | None = field(default=None, init=False)

    async def find(self, key_id: str) -> PyJWK | None:
        """Return the key, or None where sign-in has none of this id.

        Raises the UpstreamError of the last fetch where that cannot be told: there are no keys, or the id is unknown
        and the set could not be looked at again.
        """
        known = self._usable(key_id)
        if known is None:
            await self._refresh(wait=None)
        elif self._is_older_than(self.kept):
            await self._refresh(wait=self.patience)
        found = self._usable(key_id)
        if found is None and self._failure is not None:
            raise self._failure.with_traceback(None)
        return found

    def _usable(self, key_id: str) -> PyJWK | None:
        return None if self._is_older_than(self.kept_in_outage) else self._keys.get(key_id)

    def _is_older_than(self, age: timedelta) -> bool:
        return self._fetched_at is None or self.clock() - self._fetched_at >= age

    async def _refresh(self, *, wait: timedelta | None) -> None:
        """Join the fetch under way or start one, unless the last was only just now."""
        if self._running is None or self._running.done():
            # without any key nobody can be let in, so there only the fetch's own time limit holds anyone back
            if self._tried_at is not None and self._keys and self.clock() - self._tried_at < self.cool_down:
                return
            self._tried_at = self.clock()
            self._running = asyncio.create_task(self._fetch())
        running = self._running
        await asyncio.wait({running}, timeout=wait.total_seconds() if wait is not None else None)
        if running.done():
            running.result()  # a fault of our own, which is not to be hidden

    async def _fetch(self) -> None:
        try:
            keys = _readable(await self.fetch())
        except UpstreamError as error:
            self._failure = error
            log.warning("signing_keys_not_fetched", code=error.code, keys_kept=len(self._keys))
            return
        self._keys, self._fetched_at, self._failure = keys, self.clock(), None


def _readable(document: Mapping[str, object]) -> dict[str, PyJWK]:
    """Return the keys that may sign tokens; others are passed over, as sign-in may publish keys for other ends.

    Raises UpstreamMalformed where there is none at all, so that a broken answer does not wipe out the good keys.
    """
    entries = document.get("keys")
    keys: dict[str, PyJWK] = {}
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict):
            continue
        key_id = entry.get("kid")
        suits = (
            entry.get("kty") == "RSA" and entry.get("use", "sig") == "sig" and entry.get("alg", ALGORITHM) == ALGORITHM
        )
        if not suits or not isinstance(key_id, str) or key_id in keys:
            continue
        try:
            key = PyJWK(entry, algorithm=ALGORITHM)
        except PyJWTError:
            continue
        if isinstance(key.key, RSAPublicKey) and key.key.key_size >= MIN_KEY_BITS:
            keys[key_id] = key
    if not keys:
        raise UpstreamMalformed(Upstream.SIGN_IN, RESOURCE)
    return keys
