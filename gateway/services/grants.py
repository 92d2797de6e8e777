"""Grants: the caseloads or groups of an account, as NOMIS or Manage Users last gave them."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

from gateway.adapters.nomis import Nomis
from gateway.domain.caseloads import Caseload
from gateway.domain.claims import Claims
from gateway.domain.errors import UpstreamError, UpstreamRejected
from gateway.domain.event_log import LogPosition
from gateway.domain.times import Clock
from gateway.store import viewer_grants
from gateway.store.engine import Database
from gateway.store.viewer_grants import KeptGrants

FRESH_FOR: Final = timedelta(seconds=60)
"""How long a caseload that was taken away may still open its establishment's data."""
LAST_KNOWN_FOR: Final = timedelta(hours=12)
"""How long the last known grants serve while NOMIS cannot be asked: a shift, so that moves go on in an outage."""
RETRY_AFTER: Final = timedelta(seconds=5)
_REMEMBERED: Final = 10_000

STAFF: Final = "nomis"
"""Accounts of prison staff: their places are caseloads."""
EXTERNAL: Final = "auth"
"""Accounts of police, courts, the youth estate and suppliers: their places are groups."""


@dataclass(frozen=True, slots=True)
class Grants:
    """What an account was given. `groups` are raw codes, with their prefix."""

    name: str | None
    caseloads: tuple[Caseload, ...]
    groups: tuple[str, ...]


_GRANTS: Final = TypeAdapter(Grants)

_NONE: Final = Grants(name=None, caseloads=(), groups=())

_Account = tuple[str, str]


class GrantBook:
    """Asks upstream on behalf of the account itself, shares the question among requests, and remembers the answer."""

    def __init__(self, nomis: Nomis, database: Database, clock: Clock) -> None:
        self._nomis = nomis
        self._database = database
        self._clock = clock
        self._known: OrderedDict[_Account, tuple[Grants, datetime]] = OrderedDict()
        self._asking: dict[_Account, asyncio.Task[Grants]] = {}

    async def of(self, claims: Claims) -> Grants:
        """Return the account's grants; accounts of any other source than the two have none.

        Raises:
            Unauthenticated: the upstream does not accept the token.
            UpstreamError: it refused, or could not be asked and nothing recent enough is known.

        """
        if claims.username is None or claims.auth_source not in (STAFF, EXTERNAL):
            return _NONE
        account = (claims.username, claims.auth_source)
        known = self._known.get(account)
        if known is not None and self._clock() < known[1]:
            return known[0]
        task = self._asking.get(account)
        if task is None:
            task = asyncio.create_task(self._learn(account, claims))
            self._asking[account] = task
            task.add_done_callback(lambda _: self._asking.pop(account, None))
        # Shielded: others wait for the same task, and one that gives up must not end it for them.
        return await asyncio.shield(task)

    async def former(self, claims: Claims, since: LogPosition) -> list[tuple[Grants, datetime]]:
        """Return what the account was seen with, by any node, at some time since a position, and no longer is.

        With each, until when it opened anything here for certain: what was last fetched is asked for again after a
        minute, and where that was long ago, it had been taken away at some moment that nobody here knows.
        """
        if claims.username is None or claims.auth_source not in (STAFF, EXTERNAL):
            return []
        async with self._database.read() as connection:
            found = await viewer_grants.former(connection, claims.username, claims.auth_source, since=since)
        return [
            (_GRANTS.validate_python(one.grants), min(one.fetched_at + FRESH_FOR, one.replaced_at)) for one in found
        ]

    async def _learn(self, account: _Account, claims: Claims) -> Grants:
        at = self._clock()
        try:
            grants = await self._ask(claims)
        except UpstreamRejected:
            # An answer, and not an outage: what was known before opens nothing any more.
            async with self._database.transaction() as connection:
                await viewer_grants.forget(connection, *account, at=at)
            raise
        except UpstreamError:
            last_known = await self._last_known(account, at)
            if last_known is None:
                raise
            self._remember(account, last_known, at + RETRY_AFTER)
            return last_known
        self._remember(account, grants, at + FRESH_FOR)
        async with self._database.transaction() as connection:
            await viewer_grants.put(connection, *account, KeptGrants(_GRANTS.dump_python(grants, mode="json"), at))
        return grants

    async def _ask(self, claims: Claims) -> Grants:
        if claims.auth_source == STAFF:
            return Grants(claims.name, await self._nomis.prison_api.caseloads(claims.token), ())
        return Grants(claims.name, (), await self._nomis.manage_users.groups(claims.token))

    async def _last_known(self, account: _Account, at: datetime) -> Grants | None:
        async with self._database.read() as connection:
            kept = await viewer_grants.get(connection, *account)
        if kept is None or at - kept.fetched_at > LAST_KNOWN_FOR:
            return None
        return _GRANTS.validate_python(kept.grants)

    def _remember(self, account: _Account, grants: Grants, until: datetime) -> None:
        self._known[account] = (grants, until)
        self._known.move_to_end(account)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
