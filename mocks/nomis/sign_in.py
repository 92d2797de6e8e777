"""The sign-in service: tokens, published keys, and the form that people sign in with."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from secrets import compare_digest
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from estate.model import Account, Client
from mocks.nomis.access import Clock
from mocks.nomis.keys import KeyRing
from mocks.nomis.tokens import Issuer
from mocks.nomis.wire import JsonObject, JsonResponse
from mocks.nomis.world import World

LOCKOUT_ATTEMPTS = 10
_UNAUTHORISED = 401
_REFRESH_LIFETIME = timedelta(hours=12)
_CODE_LIFETIME = timedelta(minutes=5)
_PUBLIC_CACHE = {"cache-control": "max-age=43200, public"}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_GRANTS = frozenset({"client_credentials", "password", "authorization_code", "refresh_token"})


class TokenRefused(Exception):
    """The token endpoint's own kind of refusal: an OAuth2 error code and a description."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status

    def response(self) -> Response:
        headers = {"www-authenticate": 'Basic realm="oauth2/client"'} if self.status == _UNAUTHORISED else None
        return JsonResponse({"error": self.error, "error_description": self.description}, self.status, headers)


class Lockouts:
    """Counts wrong passwords: ten lock an account, and locking begins the count anew."""

    def __init__(self) -> None:
        self._failed: dict[str, int] = {}
        self._locked: set[str] = set()

    def authenticate(self, account: Account | None, password: str) -> Account:
        """Return the account when the password is its own; raises TokenRefused."""
        if account is None:
            raise TokenRefused("invalid_grant", "Bad credentials")
        if account.username in self._locked:
            raise TokenRefused("invalid_grant", "User account is locked")
        if not compare_digest(account.password.encode(), password.encode()):
            self._count(account.username)
            raise TokenRefused("invalid_grant", "Bad credentials")
        if not account.enabled:
            raise TokenRefused("invalid_grant", "User is disabled")
        self._failed.pop(account.username, None)
        return account

    def _count(self, username: str) -> None:
        self._failed[username] = self._failed.get(username, 0) + 1
        if self._failed[username] >= LOCKOUT_ATTEMPTS:
            self._locked.add(username)
            del self._failed[username]

    def unlock(self, username: str) -> None:
        self._locked.discard(username)


@dataclass(frozen=True, slots=True)
class _Handle:
    """An authorization code or a refresh token: for whom, for which client, and until when."""

    client_id: str
    username: str
    expires_at: datetime
    redirect_uri: str = ""


class SignIn:
    """The routes under /auth. The issuer follows the address that was called, unless one is set."""

    def __init__(
        self,
        *,
        world: World,
        keys: KeyRing,
        issuer: Issuer,
        lockouts: Lockouts,
        clock: Clock,
        issuer_url: str | None,
    ) -> None:
        self._world = world
        self._keys = keys
        self._issuer = issuer
        self._lockouts = lockouts
        self._clock = clock
        self._issuer_url = issuer_url
        self._codes: dict[str, _Handle] = {}
        self._refresh: dict[str, _Handle] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/auth/oauth/token", self.token, methods=["POST"]),
            Route("/auth/oauth/authorize", self.authorise, methods=["GET"]),
            Route("/auth/sign-in", self.sign_in, methods=["POST"]),
            Route("/auth/logout", self.sign_out, methods=["GET"]),
            Route("/auth/.well-known/jwks.json", self.jwks, methods=["GET"]),
            Route("/auth/issuer/.well-known/openid-configuration", self.discovery, methods=["GET"]),
            Route("/auth/ping", self.ping, methods=["GET"]),
            Route("/auth/health", self.health, methods=["GET"]),
            Route("/auth/health/ping", self.health, methods=["GET"]),
            Route("/auth/info", self.info, methods=["GET"]),
        ]

    def issuer_url(self, request: Request) -> str:
        return self._issuer_url or f"{request.url.scheme}://{request.url.netloc}/auth/issuer"

    async def token(self, request: Request) -> Response:
        """Exchange a grant for a token; parameters may stand in the query or in a form body."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        parameters = {**dict(request.query_params), **form}
        try:
            client = self._client(request)
            return JsonResponse(self._grant(client, parameters, self.issuer_url(request)))
        except TokenRefused as refused:
            return refused.response()

    def _client(self, request: Request) -> Client:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            client_id = secret = ""
        # Some clients encode both parts for a form first (RFC 6749, section 2.3.1), and some do not.
        for name, word in ((client_id, secret), (unquote_plus(client_id), unquote_plus(secret))):
            client = self._world.client(name) if scheme.lower() == "basic" else None
            if client is not None and compare_digest(client.secret.encode(), word.encode()):
                return client
        raise TokenRefused("invalid_client", "Bad credentials", _UNAUTHORISED)

    def _grant(self, client: Client, parameters: Mapping[str, str], issuer: str) -> JsonObject:
        grant = parameters.get("grant_type", "")
        if not grant:
            raise TokenRefused("invalid_request", "Missing grant type")
        if grant not in _GRANTS:
            raise TokenRefused("unsupported_grant_type", f"Unsupported grant type: {grant}")
        if grant not in client.grant_types:
            raise TokenRefused("invalid_client", f"Unauthorized grant type: {grant}", _UNAUTHORISED)
        if grant == "client_credentials":
            claims = self._issuer.client_claims(
                client, issuer, parameters.get("username"), parameters.get("auth_source")
            )
            return self._issuer.answer(claims, client)
        account, refresh = self._signed_in(client, grant, parameters)
        answer = self._issuer.answer(self._issuer.user_claims(client, account, grant, issuer), client)
        return {**answer, "refresh_token": refresh} if "refresh_token" in client.grant_types else answer

    def _signed_in(self, client: Client, grant: str, parameters: Mapping[str, str]) -> tuple[Account, str]:
        """Tell who signed in, and the refresh token that goes with it; a refresh token is used again, not replaced."""
        if grant == "password":
            account = self._world.account(parameters.get("username", ""))
            account = self._lockouts.authenticate(account, parameters.get("password", ""))
            return account, self._new_refresh(client, account)
        if grant == "authorization_code":
            handle = self._codes.pop(parameters.get("code", ""), None)
            account = self._holder(handle, client, "authorization code")
            if handle is None or handle.redirect_uri != parameters.get("redirect_uri", handle.redirect_uri):
                raise TokenRefused("invalid_grant", "Redirect URI mismatch.")
            return account, self._new_refresh(client, account)
        refresh = parameters.get("refresh_token", "")
        return self._holder(self._refresh.get(refresh), client, "refresh token"), refresh

    def _holder(self, handle: _Handle | None, client: Client, what: str) -> Account:
        known = handle is not None and handle.client_id == client.client_id and handle.expires_at > self._clock()
        account = self._world.account(handle.username) if handle is not None and known else None
        if account is None:
            raise TokenRefused("invalid_grant", f"Invalid {what}")
        return account

    def _new_refresh(self, client: Client, account: Account) -> str:
        refresh = uuid4().hex
        self._refresh[refresh] = _Handle(client.client_id, account.username, self._clock() + _REFRESH_LIFETIME)
        return refresh

    async def authorise(self, request: Request) -> Response:
        """Show the sign-in form; an address the client does not own is refused, never redirected to."""
        query = dict(request.query_params)
        client = self._world.client(query.get("client_id", ""))
        if client is None or "authorization_code" not in client.grant_types or not _may_return(query):
            return HTMLResponse("<h1>Sorry, this link is not valid.</h1>", 400)
        if query.get("response_type") != "code":
            return HTMLResponse("<h1>Sorry, only the response type code is supported.</h1>", 400)
        return HTMLResponse(_form(query, ""))

    async def sign_in(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        client = self._world.client(form.get("client_id", ""))
        if client is None or not _may_return(form):
            return HTMLResponse("<h1>Sorry, this link is not valid.</h1>", 400)
        try:
            account = self._world.account(form.get("username", ""))
            account = self._lockouts.authenticate(account, form.get("password", ""))
        except TokenRefused as refused:
            return HTMLResponse(_form(form, refused.description), 401)
        code = uuid4().hex
        target = form["redirect_uri"]
        self._codes[code] = _Handle(client.client_id, account.username, self._clock() + _CODE_LIFETIME, target)
        answer = {"code": code, **({"state": form["state"]} if form.get("state") else {})}
        return RedirectResponse(f"{target}{'&' if '?' in target else '?'}{urlencode(answer)}", 302)

    async def sign_out(self, request: Request) -> Response:
        query = dict(request.query_params)
        client = self._world.client(query.get("client_id", ""))
        if client is not None and _may_return(query):
            return RedirectResponse(query["redirect_uri"], 302)
        return HTMLResponse("<h1>You have signed out.</h1>")

    async def jwks(self, _request: Request) -> Response:
        return JsonResponse(self._keys.jwks(), headers=_PUBLIC_CACHE)

    async def discovery(self, request: Request) -> Response:
        issuer = self.issuer_url(request)
        base = issuer.removesuffix("/issuer")
        return JsonResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{base}/oauth/authorize",
                "token_endpoint": f"{base}/oauth/token",
                "jwks_uri": f"{base}/.well-known/jwks.json",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            },
            headers=_PUBLIC_CACHE,
        )

    async def ping(self, _request: Request) -> Response:
        return PlainTextResponse("pong")

    async def health(self, _request: Request) -> Response:
        return JsonResponse({"status": "UP"})

    async def info(self, _request: Request) -> Response:
        return JsonResponse({"build": {"name": "hmpps-auth"}})


def _may_return(parameters: Mapping[str, str]) -> bool:
    """Tell whether somebody may be sent on to the address: only on this machine, as demonstrations run here."""
    target = parameters.get("redirect_uri", "")
    parts = urlsplit(target)
    return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK


def _form(parameters: Mapping[str, str], error: str) -> str:
    kept = "".join(
        f'<input type="hidden" name="{name}" value="{escape(parameters.get(name, ""))}">'
        for name in ("client_id", "redirect_uri", "state")
    )
    return (
        '<!doctype html><html lang="en"><head><title>Sign in</title></head><body><h1>Sign in</h1>'
        f'<p role="alert">{escape(error)}</p><form method="post" action="/auth/sign-in">{kept}'
        '<label>Username <input name="username" autocomplete="username"></label>'
        '<label>Password <input name="password" type="password" autocomplete="current-password"></label>'
        "<button>Sign in</button></form></body></html>"
    )
