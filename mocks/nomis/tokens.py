"""The claims of access tokens, for each of the ways in which one is had."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import uuid4

from estate.model import Account, Client
from mocks.nomis.access import Clock
from mocks.nomis.keys import Claims, KeyRing
from mocks.nomis.wire import JsonObject


def _authorities(roles: Iterable[str]) -> list[str]:
    return [f"ROLE_{role.removeprefix('ROLE_')}" for role in sorted(roles)]


class Issuer:
    """Makes tokens as the sign-in service does: no audience, no time of issue, and roles as `authorities`."""

    def __init__(self, keys: KeyRing, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def _common(self, client: Client, grant: str, issuer: str) -> Claims:
        lifetime = timedelta(seconds=client.token_seconds)
        return {
            "scope": list(client.scopes),
            "client_id": client.client_id,
            "grant_type": grant,
            "iss": issuer,
            "jti": str(uuid4()),
            "exp": int((self._clock() + lifetime).timestamp()),
        }

    def client_claims(
        self, client: Client, issuer: str, username: str | None = None, source: str | None = None
    ) -> Claims:
        """Claims of a client, on behalf of a user when one is named.

        The user is put in unchecked and in capitals, and the roles stay the client's.
        """
        named: Claims = {"sub": client.client_id}
        if username:
            named = {"sub": username.upper(), "user_name": username.upper()}
        return {
            **named,
            **self._common(client, "client_credentials", issuer),
            "auth_source": source or "none",
            "authorities": _authorities(client.authorities),
        }

    def user_claims(self, client: Client, account: Account, grant: str, issuer: str) -> Claims:
        """Claims of a person who signed in: their own roles, and who they are."""
        return {
            "sub": account.username,
            "user_name": account.username,
            "user_id": account.user_id,
            "name": account.name,
            **self._common(client, grant, issuer),
            "auth_source": account.auth_source,
            "authorities": _authorities(account.roles),
        }

    def answer(self, claims: Claims, client: Client) -> JsonObject:
        """Wrap signed claims as the token endpoint does; the lifetime told is a second short of the real one."""
        named: JsonObject = {name: claims[name] for name in ("user_name", "user_id", "name") if name in claims}
        return {
            "access_token": self._keys.sign(claims),
            "token_type": "bearer",
            "expires_in": client.token_seconds - 1,
            "scope": " ".join(client.scopes),
            "sub": claims["sub"],
            **named,
            "auth_source": claims["auth_source"],
            "jti": claims["jti"],
            "iss": claims["iss"],
        }
