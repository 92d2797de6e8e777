"""The token endpoint: OAuth2 client credentials (RFC 6749, section 4.4)."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request
from starlette.responses import Response

from mocks.supplier.bodies import expect
from mocks.supplier.errors import Invalid, InvalidClient, InvalidToken, JsonResponse, UnsupportedGrant
from mocks.supplier.records import ClientRecord
from mocks.supplier.tokens import Tokens

_NO_STORE = {"cache-control": "no-store"}


class SignIn:
    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def token(self, request: Request) -> Response:
        """Give a client a token. It shows itself by HTTP Basic or in the form; Basic wins where it does both."""
        expect(request, "application/x-www-form-urlencoded")
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        client = self._client(request, form)
        grant = form.get("grant_type")
        if not grant:
            raise Invalid("a grant type is missing", "grant_type")
        if grant != "client_credentials":
            raise UnsupportedGrant("the only grant is client_credentials", "grant_type")
        answer = {
            "access_token": self._tokens.issue(client),
            "token_type": "bearer",
            "expires_in": client.token_seconds,
            "scope": "read",
        }
        return JsonResponse(answer, headers=_NO_STORE)

    def _client(self, request: Request, form: Mapping[str, str]) -> ClientRecord:
        header = request.headers.get("authorization")
        name, secret = (form.get("client_id", ""), form.get("client_secret", "")) if header is None else _basic(header)
        client = self._tokens.client(name, secret)
        if client is None:
            raise InvalidClient
        return client

    def admit(self, request: Request) -> None:
        """Raise InvalidToken unless the request carries a token that holds."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise InvalidToken("a bearer token is missing")
        if not self._tokens.holds(token.strip()):
            raise InvalidToken("the token is unknown or has ended")


def _basic(header: str) -> tuple[str, str]:
    """Read client and secret, which stand form-encoded in the header (RFC 6749, section 2.3.1)."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClient
    try:
        name, _, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise InvalidClient from None
    return unquote_plus(name), unquote_plus(secret)
