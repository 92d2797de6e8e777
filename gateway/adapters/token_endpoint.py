"""Asking for tokens, as OAuth2 has it."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from gateway.adapters.calls import Ask, UpstreamCaller
from gateway.adapters.decoding import reader
from gateway.adapters.tokens import ClientCredentials, Credentials, IssuedToken, TokenPayload

_read_token: Final = reader(TokenPayload)
_BAD_CLIENT: Final = frozenset({401})
_BAD_GRANT: Final = frozenset({400})
_PASSING: Final = frozenset({500})
"""HMPPS Auth gives one now and then, and a token the next moment."""


class TokenEndpoint:
    """One system's token endpoint. The client shows itself by HTTP Basic, the grant stands in a form."""

    def __init__(self, caller: UpstreamCaller, path: str) -> None:
        self._caller = caller
        self._path = path

    def account(self, credentials: Credentials) -> ClientCredentials:
        """Make the source of tokens of an account of our own, whose refusal is the gateway's fault."""

        async def issue() -> IssuedToken:
            return await self._issue(credentials, {"grant_type": "client_credentials"})

        return ClientCredentials(self._caller.system, issue)

    async def client(self, credentials: Credentials) -> IssuedToken:
        """Sign in a client that somebody else names.

        Raises:
            Unauthenticated: there is no such client, or its secret is another.
            UpstreamError: the endpoint could not be asked.

        """
        return await self._issue(credentials, {"grant_type": "client_credentials"}, denied_by=_BAD_CLIENT)

    async def user(self, credentials: Credentials, username: str, password: str) -> IssuedToken:
        """Sign in a person through a client that may do so. Never asked twice: failed passwords are counted.

        Raises:
            Unauthenticated: the name or the password is not right, or the account is locked.
            UpstreamError: the endpoint could not be asked, or refuses the client.

        """
        form = {"grant_type": "password", "username": username, "password": password}
        return await self._issue(credentials, form, denied_by=_BAD_GRANT, again=False)

    async def _issue(
        self,
        credentials: Credentials,
        form: Mapping[str, str],
        *,
        denied_by: frozenset[int] = frozenset(),
        again: bool = True,
    ) -> IssuedToken:
        ask = Ask(
            method="POST",
            path=self._path,
            resource="token",
            headers={"Authorization": credentials.basic(), "Content-Type": "application/x-www-form-urlencoded"},
            content=urlencode(form).encode(),
            denied_by=denied_by,
            passing=_PASSING,
            again=again,
        )
        return (await self._caller.ask(ask, _read_token)).to_domain()
