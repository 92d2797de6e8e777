"""HMPPS Auth: tokens, and the keys that they are signed with."""

from collections.abc import Mapping
from typing import Final

from gateway.adapters.calls import Ask, UpstreamCaller
from gateway.adapters.decoding import Unreadable, parse
from gateway.adapters.token_endpoint import TokenEndpoint
from gateway.adapters.tokens import ClientCredentials, Credentials, IssuedToken

TOKEN_PATH: Final = "/auth/oauth/token"  # noqa: S105 - an address, no secret


class SignIn:
    """Its paths begin with /auth."""

    def __init__(self, caller: UpstreamCaller, web_client: Credentials) -> None:
        self._caller = caller
        self._endpoint = TokenEndpoint(caller, TOKEN_PATH)
        self._web_client = web_client

    async def jwks(self) -> Mapping[str, object]:
        """Give the published keys: an object whose `keys` is a list.

        Raises:
            UpstreamError: the keys could not be had.

        """
        ask = Ask(method="GET", path="/auth/.well-known/jwks.json", resource="keys")
        return await self._caller.ask(ask, _read_keys)

    async def issue(self, username: str, password: str) -> IssuedToken:
        """Sign in a person by password, which the real service offers to nobody: for demonstrations.

        Raises:
            Unauthenticated: the name or the password is not right, or the account is locked.
            UpstreamError: the service could not be asked, or does not let our client do this.

        """
        return await self._endpoint.user(self._web_client, username, password)

    async def issue_client(self, client_id: str, secret: str) -> IssuedToken:
        """Sign in a client.

        Raises:
            Unauthenticated: there is no such client, or its secret is another.
            UpstreamError: the service could not be asked.

        """
        return await self._endpoint.client(Credentials(client_id, secret))

    def account(self, credentials: Credentials) -> ClientCredentials:
        """Make the source of tokens of an account of the gateway."""
        return self._endpoint.account(credentials)


def _read_keys(body: bytes) -> Mapping[str, object]:
    content = parse(body)
    if not isinstance(content, dict) or not isinstance(content.get("keys"), list):
        raise Unreadable
    return content
