"""Verification of bearer tokens, as the sign-in service issues them."""

import contextlib
import hashlib
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import jwt
from starlette.datastructures import Headers

from gateway.domain.claims import Claims
from gateway.domain.errors import Unauthenticated, UpstreamError
from gateway.domain.times import Clock
from gateway.transport.signing_keys import ALGORITHM, FetchKeys, SigningKeys

MISSING: Final = "A bearer token is needed."
MALFORMED: Final = "The Authorization header must hold one bearer token."
EXPIRED: Final = "The bearer token has expired."
NOT_ACCEPTED: Final = "The bearer token is not accepted."

MAX_TOKEN_CHARACTERS: Final = 16_384
MAX_KEY_ID_CHARACTERS: Final = 256
BEARER: Final = re.compile(r"bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)", re.IGNORECASE | re.ASCII)
TYPES: Final = frozenset({"jwt", "at+jwt"})
"""The kinds of token that may be presented (RFC 8725, section 3.11; RFC 9068): sign-in's key may sign others."""
UNUSABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and halves of characters: no name has them, and no database or URL takes them."""
REQUIRED: Final = ("exp", "iss", "sub", "client_id")
LEEWAY: Final = timedelta(seconds=10)
"""How far our clock and sign-in's may differ. Both follow a time service, so seconds are enough; the minute that
libraries allow would let a token of twenty minutes outlive its owner's session by a twentieth."""


class TokenVerifier:
    """Turns an `Authorization` header into claims, or refuses it.

    A token holds if a key of sign-in signed it (RS256 and nothing else), it has not expired, and it names the expected
    issuer; the audience and the client's id are checked where they are configured, as sign-in's tokens have no audience
    and one good for any other service would else be good here.

    What was verified once is remembered by the token's hash until the token expires, within a bound. A key withdrawn in
    the meantime does not undo that: a token lives for minutes.
    """

    def __init__(
        self,
        jwks: FetchKeys,
        *,
        issuer: str,
        audience: str | None,
        clock: Clock,
        client_ids: frozenset[str] | None = None,
        cached_tokens: int = 10_000,
    ) -> None:
        self._keys = SigningKeys(jwks, clock)
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._client_ids = client_ids
        self._cached_tokens = cached_tokens
        self._verified: OrderedDict[bytes, Claims] = OrderedDict()

    async def verify(self, authorization_header: str | None) -> Claims:
        """Return what the token says.

        Raises Unauthenticated, and UpstreamError where the keys cannot be had that would tell.
        """
        token = _bearer_token(authorization_header)
        digest = hashlib.sha256(token.encode()).digest()
        known = self._verified.get(digest)
        if known is not None:
            self._check_time(known.expires_at)
            self._verified.move_to_end(digest)
            return known
        claims = self._claims(await self._payload(token), token)
        self._verified[digest] = claims
        while len(self._verified) > self._cached_tokens:
            self._verified.popitem(last=False)
        return claims

    async def prepare(self) -> None:
        """Fetch the keys ahead of the first token, so that an outage right after the start shuts nobody out."""
        with contextlib.suppress(UpstreamError):
            await self._keys.find("")

    async def _payload(self, token: str) -> Mapping[str, object]:
        """Return the payload of a token whose signature, issuer and audience are good. Times are checked elsewhere."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise Unauthenticated(MALFORMED) from None
        key_id = header.get("kid")
        if header.get("alg") != ALGORITHM or not isinstance(key_id, str) or len(key_id) > MAX_KEY_ID_CHARACTERS:
            raise Unauthenticated(NOT_ACCEPTED)
        kind = header.get("typ")
        if kind is not None and not (isinstance(kind, str) and kind.lower().removeprefix("application/") in TYPES):
            raise Unauthenticated(NOT_ACCEPTED)
        key = await self._keys.find(key_id)
        if key is None:
            raise Unauthenticated(NOT_ACCEPTED)
        try:
            payload: dict[str, object] = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                options={
                    "require": list(REQUIRED),
                    "verify_aud": self._audience is not None,
                    # against our own clock, below
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_jti": False,
                },
            )
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise Unauthenticated(NOT_ACCEPTED) from None
        return payload

    def _claims(self, payload: Mapping[str, object], token: str) -> Claims:
        expires_at = _instant(payload["exp"])
        self._check_time(expires_at)
        if any(_instant(payload[name]) > self._clock() + LEEWAY for name in ("nbf", "iat") if name in payload):
            raise Unauthenticated(NOT_ACCEPTED)
        client_id = _text(payload["client_id"])
        if self._client_ids is not None and client_id not in self._client_ids:
            raise Unauthenticated(NOT_ACCEPTED)
        if payload.get("scope") is not None and "read" not in _texts(payload["scope"], split=True):
            raise Unauthenticated(NOT_ACCEPTED)
        user_name = _optional_text(payload.get("user_name"))
        grant_type = _optional_text(payload.get("grant_type"))
        is_client_credentials = user_name is None if grant_type is None else grant_type == "client_credentials"
        if user_name is None and not is_client_credentials:
            raise Unauthenticated(NOT_ACCEPTED)
        return Claims(
            subject=_text(payload["sub"]),
            client_id=client_id,
            username=user_name.upper() if user_name is not None else None,
            name=_optional_text(payload.get("name")),
            auth_source=_optional_text(payload.get("auth_source")) or "none",
            roles=frozenset(role.removeprefix("ROLE_") for role in _texts(payload.get("authorities"), split=False)),
            is_client_credentials=is_client_credentials,
            expires_at=expires_at,
            token=token,
        )

    def _check_time(self, expires_at: datetime) -> None:
        if self._clock() - LEEWAY >= expires_at:
            raise Unauthenticated(EXPIRED)


def bearer_authentication(verifier: TokenVerifier) -> Callable[[Headers], Awaitable[Claims]]:
    """Return what an endpoint calls with a request's headers. Two `Authorization` headers count as a broken one."""

    async def authenticate(headers: Headers) -> Claims:
        given = headers.getlist("authorization")
        if len(given) > 1:
            raise Unauthenticated(MALFORMED)
        return await verifier.verify(given[0] if given else None)

    return authenticate


def _bearer_token(header: str | None) -> str:
    if header is None or not header.strip():
        raise Unauthenticated(MISSING)
    match = BEARER.fullmatch(header.strip()) if len(header) <= MAX_TOKEN_CHARACTERS else None
    if match is None:
        raise Unauthenticated(MALFORMED)
    return match.group(1)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or UNUSABLE.search(value):
        raise Unauthenticated(NOT_ACCEPTED)
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _texts(value: object, *, split: bool) -> list[str]:
    """Return a list of texts. A scope may also be one text of words, as the standard for tokens has it."""
    if value is None:
        return []
    if split and isinstance(value, str):
        return value.split()
    if not isinstance(value, list) or not all(isinstance(item, str) and not UNUSABLE.search(item) for item in value):
        raise Unauthenticated(NOT_ACCEPTED)
    return value


def _instant(value: object) -> datetime:
    """Read seconds since 1970. Raises Unauthenticated for what is no number, or no date."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unauthenticated(NOT_ACCEPTED)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        raise Unauthenticated(NOT_ACCEPTED) from None
