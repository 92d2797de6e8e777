"""Tokens: which hold, which do not, and where the keys come from."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.datastructures import Headers

from gateway.domain.errors import Unauthenticated, Upstream, UpstreamError, UpstreamMalformed, UpstreamUnavailable
from gateway.settings import Settings
from gateway.transport.authentication import (
    EXPIRED,
    MALFORMED,
    MISSING,
    NOT_ACCEPTED,
    TokenVerifier,
    bearer_authentication,
)

pytestmark = pytest.mark.anyio

ISSUER = "http://sign-in/auth/issuer"
CLIENT = "book-a-secure-move"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OLD_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NEW_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SMALL_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - weak on purpose


def public(key: rsa.RSAPrivateKey, key_id: object, **changes: object) -> dict[str, object]:
    entry: dict[str, object] = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**entry, "kid": key_id, "alg": "RS256", "use": "sig", **changes}


def claims(**changes: object) -> dict[str, object]:
    payload = {
        "sub": "lei_officer",
        "user_name": "lei_officer",
        "client_id": CLIENT,
        "iss": ISSUER,
        "exp": int(NOW.timestamp()) + 1200,
        "scope": ["read"],
        "authorities": ["ROLE_PECS_PRISON", "ROLE_ROLE_ODD", "PLAIN"],
        "name": "Lei Officer",
        "auth_source": "nomis",
        "grant_type": "authorization_code",
    } | changes
    return {name: value for name, value in payload.items() if value is not ...}


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signed(
    payload: Mapping[str, object] | str, key: rsa.RSAPrivateKey = OLD_KEY, header: Mapping[str, object] | None = None
) -> str:
    """Sign anything at all, also what a library would refuse to."""
    head = part(header if header is not None else {"alg": "RS256", "typ": "JWT", "kid": "old"})
    body = payload if isinstance(payload, str) else part(payload)
    signature = RSAAlgorithm(RSAAlgorithm.SHA256).sign(f"{head}.{body}".encode(), key)
    return f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@dataclass
class SignIn:
    """The key set as sign-in would serve it, its failures, and the time."""

    keys: list[object] = field(default_factory=lambda: [public(OLD_KEY, "old")])
    failure: Exception | None = None
    fetches: int = 0
    gate: asyncio.Event | None = None
    now: datetime = NOW
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def jwks(self) -> Mapping[str, object]:
        self.fetches += 1
        self.asked.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return {"keys": self.keys}

    def pass_time(self, **by: float) -> None:
        self.now += timedelta(**by)

    def verifier(self, **options: Any) -> TokenVerifier:
        settings: dict[str, Any] = {"issuer": ISSUER, "audience": None, "clock": lambda: self.now} | options
        return TokenVerifier(self.jwks, **settings)


@pytest.fixture
def sign_in() -> SignIn:
    return SignIn()


@pytest.fixture
def refused(sign_in: SignIn) -> Callable[[str | None], Awaitable[str]]:
    """Verify a header that must not hold, and return the message."""

    async def verify(header: str | None) -> str:
        with pytest.raises(Unauthenticated) as caught:
            await sign_in.verifier().verify(header)
        return caught.value.message

    return verify


Refuse = Callable[[str | None], Awaitable[str]]


async def test_a_users_token_says_who_it_is(sign_in: SignIn) -> None:
    token = signed(claims())
    found = await sign_in.verifier().verify(f"Bearer {token}")
    assert found.username == "LEI_OFFICER"
    assert found.subject == "lei_officer"
    assert found.client_id == "book-a-secure-move"
    assert found.name == "Lei Officer"
    assert found.auth_source == "nomis"
    assert found.roles == {"PECS_PRISON", "ROLE_ODD", "PLAIN"}
    assert not found.is_client_credentials
    assert found.expires_at == NOW + timedelta(seconds=1200)
    assert found.token == token
    assert token not in repr(found)


@pytest.mark.parametrize(
    ("changes", "is_machine", "username"),
    [
        ({"grant_type": "client_credentials", "user_name": ...}, True, None),
        ({"grant_type": ..., "user_name": ...}, True, None),
        ({"grant_type": ...}, False, "LEI_OFFICER"),
        ({"grant_type": "client_credentials"}, True, "LEI_OFFICER"),
        ({"grant_type": "authorization_code"}, False, "LEI_OFFICER"),
    ],
)
async def test_a_machine_is_told_from_a_user(
    sign_in: SignIn, changes: dict[str, object], is_machine: object, username: str | None
) -> None:
    found = await sign_in.verifier().verify(f"Bearer {signed(claims(**changes))}")
    assert (found.is_client_credentials, found.username) == (is_machine, username)


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": ...},
        {"scope": None},
        {"scope": "read write"},
        {"scope": ["write", "read"]},
        {"authorities": ...},
        {"authorities": []},
        {"name": ...},
        {"auth_source": ...},
        {"exp": NOW.timestamp() + 0.5},
        {"exp": NOW.timestamp() - 9},
        {"nbf": NOW.timestamp() + 9},
        {"iat": NOW.timestamp() + 9},
        {"name": "Zo\u00eb\u00a0O\u2019Neill"},
        {"jti": 5},
        {"aud": "somebody"},
    ],
)
async def test_a_token_holds_without_what_sign_in_may_leave_out(sign_in: SignIn, changes: dict[str, object]) -> None:
    found = await sign_in.verifier().verify(f"Bearer {signed(claims(**changes))}")
    assert found.username == "LEI_OFFICER"


@pytest.mark.parametrize("kind", [{}, {"typ": "jwt"}, {"typ": "at+jwt"}, {"typ": "application/at+jwt"}, {"typ": None}])
async def test_a_token_may_say_what_kind_it_is(sign_in: SignIn, kind: dict[str, object]) -> None:
    token = signed(claims(), header={"alg": "RS256", "kid": "old", **kind})
    assert (await sign_in.verifier().verify(f"Bearer {token}")).username == "LEI_OFFICER"


@pytest.mark.parametrize("header", [None, "", "   "])
async def test_no_token_is_missing(refused: Refuse, header: str | None) -> None:
    assert await refused(header) == MISSING


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer a.b",
        "Bearer a.b.c.d",
        "Bearer a.b.c",
        "Bearer ....",
        "Bearer é.é.é",
        "Bearer \u0661.\u0661.\u0661",
        "Bearer a.b.c, Bearer d.e.f",
        "Bearer " + "a" * 20_000 + ".b.c",
        "Bearer " + part([]) + ".b.c",
        "Bearer " + part("text") + ".b.c",
        "Bearer " + part({"alg": "RS256", "kid": 5}) + ".e30.c",
        "Bearer \x00.a.b",
        "token a.b.c",
    ],
)
async def test_what_is_no_token_is_malformed(refused: Refuse, header: str) -> None:
    assert await refused(header) in {MALFORMED, NOT_ACCEPTED}


async def test_a_token_may_be_announced_in_any_case(sign_in: SignIn) -> None:
    assert (await sign_in.verifier().verify(f"  bEARER   {signed(claims())}  ")).client_id == CLIENT


def none_token() -> str:
    return f"{part({'alg': 'none', 'kid': 'old'})}.{part(claims())}."


def symmetric_token() -> str:
    """Sign with the public key as if it were a shared secret: a known confusion of algorithms."""
    pem = OLD_KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head, body = part({"alg": "HS256", "typ": "JWT", "kid": "old"}), part(claims())
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = algorithm.sign(f"{head}.{body}".encode(), pem)
    return f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


NONSENSE: tuple[dict[str, object], ...] = (
    {"exp": ...},
    {"exp": None},
    {"exp": "1900000000"},
    {"exp": True},
    {"exp": float("nan")},
    {"exp": float("inf")},
    {"exp": 10**400},
    {"exp": 10**15},
    {"exp": -(10**15)},
    {"exp": [1]},
    {"nbf": "later"},
    {"nbf": NOW.timestamp() + 60},
    {"iat": "nonsense"},
    {"iat": NOW.timestamp() + 60},
    {"user_name": "LEI\x00OFFICER"},
    {"user_name": "LEI\ud800OFFICER"},
    {"sub": "lei\nofficer"},
    {"client_id": "book\x7f"},
    {"name": "Lei\udfff"},
    {"authorities": ["ROLE_\ud800"]},
    {"iss": ...},
    {"iss": "http://elsewhere/auth/issuer"},
    {"iss": [ISSUER]},
    {"iss": 5},
    {"sub": ...},
    {"sub": 5},
    {"sub": " "},
    {"client_id": ...},
    {"client_id": 5},
    {"client_id": ""},
    {"user_name": ...},
    {"user_name": 5},
    {"user_name": ""},
    {"user_name": ["LEI_OFFICER"]},
    {"grant_type": 5},
    {"authorities": "ROLE_PECS_PRISON"},
    {"authorities": {"ROLE_PECS_PRISON": True}},
    {"authorities": ["ROLE_PECS_PRISON", 5]},
    {"scope": ["write"]},
    {"scope": []},
    {"scope": 5},
    {"scope": {"read": True}},
    {"name": 5},
    {"auth_source": []},
)


@pytest.mark.parametrize(
    "token",
    [
        none_token(),
        none_token() + "AA",
        symmetric_token(),
        signed(claims(), header={"alg": "RS256"}),
        signed(claims(), header={"alg": "RS256", "kid": ["old"]}),
        signed(claims(), header={"alg": "RS256", "kid": None}),
        signed(claims(), header={"alg": "RS256", "kid": "x" * 5000}),
        signed(claims(), header={"alg": "RS512", "kid": "old"}),
        signed(claims(), header={"alg": ["RS256"], "kid": "old"}),
        signed(claims(), header={"kid": "old"}),
        signed(claims(), header={"alg": "RS256", "kid": "old", "typ": "logout+jwt"}),
        signed(claims(), header={"alg": "RS256", "kid": "old", "typ": ["JWT"]}),
        signed(claims(), header={"alg": "RS256", "kid": "old", "crit": ["exp"]}),
        signed(claims(), header={"alg": "RS256", "kid": "old", "b64": False, "crit": ["b64"]}),
        signed(claims(), key=NEW_KEY),
        signed(claims(), header={"alg": "RS256", "kid": "unknown"}),
        signed(claims())[:-8] + "AAAAAAAA",
        signed(part([])),
        signed(part("text")),
        signed(part(claims())[:-3]),
        signed(base64.urlsafe_b64encode(b"\xff\xfe").decode()),
        signed(base64.urlsafe_b64encode(b"[" * 9_000).decode().rstrip("=")),
        *(signed(claims(**changes)) for changes in NONSENSE),
    ],
)
async def test_a_token_that_is_forged_or_makes_no_sense_is_not_accepted(refused: Refuse, token: str) -> None:
    assert await refused(f"Bearer {token}") in {NOT_ACCEPTED, MALFORMED}


@pytest.mark.parametrize("exp", [NOW.timestamp() - 10, NOW.timestamp() - 86_400, 0, -1])
async def test_a_token_past_its_time_has_expired(refused: Refuse, exp: float) -> None:
    assert await refused(f"Bearer {signed(claims(exp=exp))}") == EXPIRED


async def test_a_token_that_was_good_expires_all_the_same(sign_in: SignIn) -> None:
    verifier, header = sign_in.verifier(), f"Bearer {signed(claims())}"
    await verifier.verify(header)
    sign_in.pass_time(seconds=1209)
    await verifier.verify(header)
    sign_in.pass_time(seconds=1)
    with pytest.raises(Unauthenticated, match=EXPIRED):
        await verifier.verify(header)


async def test_the_audience_is_checked_where_one_is_expected(sign_in: SignIn) -> None:
    verifier = sign_in.verifier(audience="gateway")
    assert (await verifier.verify(f"Bearer {signed(claims(aud=['gateway', 'other']))}")).client_id == CLIENT
    for aud in (..., "other", ["other"], 5, None):
        with pytest.raises(Unauthenticated, match=NOT_ACCEPTED):
            await verifier.verify(f"Bearer {signed(claims(aud=aud))}")


async def test_the_client_is_checked_where_clients_are_named(sign_in: SignIn) -> None:
    verifier = sign_in.verifier(client_ids=frozenset({"supplier-geoamey"}))
    assert (
        await verifier.verify(f"Bearer {signed(claims(client_id='supplier-geoamey'))}")
    ).client_id == "supplier-geoamey"
    with pytest.raises(Unauthenticated, match=NOT_ACCEPTED):
        await verifier.verify(f"Bearer {signed(claims())}")


async def test_a_token_is_remembered_within_a_bound(sign_in: SignIn) -> None:
    verifier = sign_in.verifier(cached_tokens=2)
    headers = [f"Bearer {signed(claims(jti=str(number)))}" for number in range(3)]
    first = await verifier.verify(headers[0])
    assert await verifier.verify(headers[0]) is first
    for header in headers[1:]:
        await verifier.verify(header)
    assert await verifier.verify(headers[0]) is not first


async def test_two_headers_are_one_too_many(sign_in: SignIn) -> None:
    authenticate = bearer_authentication(sign_in.verifier())
    good = f"Bearer {signed(claims())}".encode()
    assert (await authenticate(Headers(raw=[(b"authorization", good)]))).client_id == CLIENT
    with pytest.raises(Unauthenticated, match=MALFORMED):
        await authenticate(Headers(raw=[(b"authorization", good), (b"authorization", good)]))
    with pytest.raises(Unauthenticated, match=MISSING):
        await authenticate(Headers(raw=[]))


def header_of(key: rsa.RSAPrivateKey, key_id: str, **changes: object) -> str:
    return f"Bearer {signed(claims(**changes), key, {'alg': 'RS256', 'kid': key_id})}"


async def test_keys_are_fetched_once_and_again_when_they_age(sign_in: SignIn) -> None:
    verifier = sign_in.verifier()
    for number in range(3):
        await verifier.verify(header_of(OLD_KEY, "old", jti=str(number)))
    assert sign_in.fetches == 1
    sign_in.pass_time(minutes=10)
    await verifier.verify(header_of(OLD_KEY, "old", jti="later"))
    assert sign_in.fetches == 2


async def test_a_new_key_is_found_at_its_first_use(sign_in: SignIn) -> None:
    verifier = sign_in.verifier()
    await verifier.verify(header_of(OLD_KEY, "old"))
    sign_in.keys.append(public(NEW_KEY, "new"))
    sign_in.pass_time(seconds=30)
    assert (await verifier.verify(header_of(NEW_KEY, "new"))).client_id == CLIENT
    assert sign_in.fetches == 2


async def test_made_up_keys_are_no_load_on_sign_in(sign_in: SignIn) -> None:
    verifier = sign_in.verifier()
    await verifier.verify(header_of(OLD_KEY, "old"))
    sign_in.pass_time(seconds=30)
    for number in range(20):
        with pytest.raises(Unauthenticated, match=NOT_ACCEPTED):
            await verifier.verify(header_of(NEW_KEY, f"made-up-{number}"))
    assert sign_in.fetches == 2


async def test_a_withdrawn_key_stops_working_for_new_tokens(sign_in: SignIn) -> None:
    verifier = sign_in.verifier()
    await verifier.verify(header_of(OLD_KEY, "old"))
    sign_in.keys = [public(NEW_KEY, "new")]
    sign_in.pass_time(minutes=10)
    with pytest.raises(Unauthenticated, match=NOT_ACCEPTED):
        await verifier.verify(header_of(OLD_KEY, "old", jti="another"))


async def test_many_who_wait_share_one_fetch(sign_in: SignIn) -> None:
    sign_in.gate = asyncio.Event()
    verifier = sign_in.verifier()
    waiting = [asyncio.create_task(verifier.verify(header_of(OLD_KEY, "old", jti=str(n)))) for n in range(5)]
    impatient = asyncio.create_task(verifier.verify(header_of(OLD_KEY, "old")))
    await sign_in.asked.wait()
    impatient.cancel()
    sign_in.gate.set()
    assert len({found.username for found in await asyncio.gather(*waiting)}) == 1
    assert sign_in.fetches == 1


async def test_without_any_key_the_fetchs_own_error_is_raised(sign_in: SignIn) -> None:
    sign_in.failure = UpstreamUnavailable(Upstream.SIGN_IN, "signing keys")
    verifier = sign_in.verifier()
    for _ in range(2):
        with pytest.raises(UpstreamUnavailable) as caught:
            await verifier.verify(header_of(OLD_KEY, "old"))
        assert caught.value is sign_in.failure
    sign_in.failure = None
    assert (await verifier.verify(header_of(OLD_KEY, "old"))).client_id == CLIENT, "it is asked again at once"


async def test_old_keys_work_on_while_sign_in_is_away_but_not_for_ever(sign_in: SignIn) -> None:
    verifier = sign_in.verifier()
    far = int(NOW.timestamp()) + 100_000
    await verifier.verify(header_of(OLD_KEY, "old", exp=far))
    sign_in.failure = UpstreamUnavailable(Upstream.SIGN_IN, "signing keys")
    sign_in.pass_time(hours=11, minutes=59)
    assert (await verifier.verify(header_of(OLD_KEY, "old", exp=far, jti="one"))).client_id == CLIENT
    assert (await verifier.verify(header_of(OLD_KEY, "old", exp=far, jti="two"))).client_id == CLIENT
    assert sign_in.fetches == 2, "it is not asked again within the cool-down"
    sign_in.pass_time(minutes=1)
    with pytest.raises(UpstreamUnavailable):
        await verifier.verify(header_of(OLD_KEY, "old", exp=far, jti="three"))


async def test_an_unknown_key_cannot_be_judged_while_sign_in_is_away(sign_in: SignIn) -> None:
    verifier = sign_in.verifier()
    await verifier.verify(header_of(OLD_KEY, "old"))
    sign_in.failure = UpstreamUnavailable(Upstream.SIGN_IN, "signing keys")
    sign_in.pass_time(seconds=30)
    with pytest.raises(UpstreamError):
        await verifier.verify(header_of(NEW_KEY, "new"))


async def test_a_known_key_does_not_wait_long_for_a_slow_sign_in(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier = sign_in.verifier()
    await verifier.verify(header_of(OLD_KEY, "old"))
    monkeypatch.setattr(verifier._keys, "patience", timedelta())  # noqa: SLF001 - so that the test need not wait
    sign_in.gate = asyncio.Event()
    sign_in.pass_time(minutes=10)
    assert (await verifier.verify(header_of(OLD_KEY, "old", jti="another"))).client_id == CLIENT
    sign_in.gate.set()


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [5, None, "text"],
        [{"kty": "RSA", "kid": "old"}],
        [public(OLD_KEY, 5)],
        [public(OLD_KEY, "old", use="enc")],
        [public(OLD_KEY, "old", alg="RS512")],
        [public(OLD_KEY, "old", n="!")],
        [public(SMALL_KEY, "old")],
        [{"kty": "oct", "kid": "old", "k": "c2VjcmV0", "alg": "HS256"}],
    ],
)
async def test_a_key_set_without_a_usable_key_is_malformed_and_forgets_nothing(
    sign_in: SignIn, keys: list[object]
) -> None:
    verifier = sign_in.verifier()
    good, sign_in.keys = sign_in.keys, keys
    with pytest.raises(UpstreamMalformed):
        await verifier.verify(header_of(OLD_KEY, "old"))
    sign_in.keys = good
    await verifier.verify(header_of(OLD_KEY, "old"))
    sign_in.keys = keys
    sign_in.pass_time(minutes=10)
    assert (await verifier.verify(header_of(OLD_KEY, "old", jti="another"))).client_id == CLIENT


async def test_a_fault_in_fetching_is_not_hidden(sign_in: SignIn) -> None:
    sign_in.failure = RuntimeError("a fault of our own")
    with pytest.raises(RuntimeError):
        await sign_in.verifier().verify(header_of(OLD_KEY, "old"))


@pytest.mark.parametrize("address", ["https://sign-in.test/auth", "https://sign-in.test/auth/", "https://sign-in.test"])
def test_the_issuer_is_that_of_sign_in_however_its_address_is_written(address: str) -> None:
    settings = Settings.model_validate(
        {
            **dict.fromkeys(("prison_api_url", "prisoner_search_url", "alerts_url", "manage_users_url"), address),
            "sign_in_url": address,
            "nomis_client_id": "gateway",
            "nomis_client_secret": "secret",
        }
    )

    assert settings.issuer == "https://sign-in.test/auth/issuer"
