"""Opaque access tokens: random words that the system itself remembers until they end."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from secrets import compare_digest

from mocks.supplier.records import ClientRecord

Clock = Callable[[], datetime]


class Tokens:
    """Knows the clients and the tokens that they were given."""

    def __init__(self, clients: Iterable[ClientRecord], clock: Clock) -> None:
        self._clients = {client.client_id: client for client in clients}
        self._clock = clock
        self._ends: dict[str, datetime] = {}

    def client(self, client_id: str, secret: str) -> ClientRecord | None:
        """Find the client whose secret this is."""
        client = self._clients.get(client_id)
        if client is None or not compare_digest(client.secret.encode(), secret.encode()):
            return None
        return client

    def issue(self, client: ClientRecord) -> str:
        """Make a token; the ones that have ended are dropped on the way."""
        now = self._clock()
        self._ends = {token: end for token, end in self._ends.items() if end > now}
        token = secrets.token_urlsafe(32)
        self._ends[token] = now + timedelta(seconds=client.token_seconds)
        return token

    def holds(self, token: str) -> bool:
        """Tell whether a token may still be used; at the very second of its end it may not."""
        end = self._ends.get(token)
        return end is not None and self._clock() < end

    def revoke_all(self) -> None:
        """End every token now."""
        self._ends.clear()
