"""The sign-in service: tokens, keys and the sign-in form."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import httpx
import jwt
import pytest

from estate.model import Client
from mocks.nomis import create_app
from tests.mocks.nomis.conftest import CLIENTS, TODAY, HandMade, MovableClock

pytestmark = pytest.mark.anyio

TOKEN = "/auth/oauth/token"
JWKS = "/auth/.well-known/jwks.json"
GATEWAY = ("gateway", "gateway-secret")
WEB = ("web", "web-secret")
PASSWORD = {"grant_type": "password", "username": "LEI_OFFICER", "password": "correct horse"}
AsClient = Callable[..., Awaitable[dict[str, str]]]


async def _verified(nomis: httpx.AsyncClient, token: str) -> dict[str, Any]:
    """Verify as a resource server does: with the published key of the token's kid."""
    keys = jwt.PyJWKSet.from_dict((await nomis.get(JWKS)).json())
    key = next(key for key in keys.keys if key.key_id == jwt.get_unverified_header(token)["kid"])
    claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], options={"verify_exp": False})
    return claims


async def test_a_client_gets_a_token_with_parameters_in_the_query(nomis: httpx.AsyncClient) -> None:
    answer = await nomis.post(TOKEN, params={"grant_type": "client_credentials"}, auth=GATEWAY)

    assert answer.status_code == 200
    body = answer.json()
    claims = await _verified(nomis, body.pop("access_token"))
    assert body == {
        "token_type": "bearer",
        "expires_in": 1199,
        "scope": "read",
        "sub": "gateway",
        "auth_source": "none",
        "jti": claims["jti"],
        "iss": "http://nomis.test:9101/auth/issuer",
    }


async def test_a_client_token_carries_exactly_the_claims_of_one(nomis: httpx.AsyncClient, clock: MovableClock) -> None:
    answer = await nomis.post(TOKEN, data={"grant_type": "client_credentials"}, auth=GATEWAY)
    token = answer.json()["access_token"]
    claims = await _verified(nomis, token)

    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT", "kid": "dps-client-key"}
    assert claims == {
        "sub": "gateway",
        "scope": ["read"],
        "client_id": "gateway",
        "grant_type": "client_credentials",
        "iss": "http://nomis.test:9101/auth/issuer",
        "jti": answer.json()["jti"],
        "exp": int(clock().timestamp()) + 1200,
        "auth_source": "none",
        "authorities": ["ROLE_PRISONER_ALERTS__RO", "ROLE_PRISONER_SEARCH__PRISONER__RO", "ROLE_VIEW_PRISONER_DATA"],
    }


async def test_a_client_may_speak_for_a_user_whom_nobody_checks(nomis: httpx.AsyncClient) -> None:
    parameters = {"grant_type": "client_credentials", "username": "lei_officer", "auth_source": "nomis"}
    body = (await nomis.post(TOKEN, params=parameters, auth=GATEWAY)).json()
    claims = await _verified(nomis, body["access_token"])

    assert (claims["sub"], claims["user_name"], claims["auth_source"]) == ("LEI_OFFICER", "LEI_OFFICER", "nomis")
    assert "ROLE_VIEW_PRISONER_DATA" in claims["authorities"]
    assert "ROLE_PECS_PRISON" not in claims["authorities"]


async def test_a_person_gets_their_own_roles_and_name(nomis: httpx.AsyncClient) -> None:
    body = (await nomis.post(TOKEN, data=PASSWORD, auth=WEB)).json()
    claims = await _verified(nomis, body["access_token"])

    assert {name: claims[name] for name in ("sub", "user_name", "user_id", "name", "auth_source", "authorities")} == {
        "sub": "LEI_OFFICER",
        "user_name": "LEI_OFFICER",
        "user_id": "4001",
        "name": "Ann Officer",
        "auth_source": "nomis",
        "authorities": ["ROLE_PECS_OCA", "ROLE_PECS_PRISON"],
    }
    assert claims.keys().isdisjoint({"aud", "iat", "nbf"})
    assert (body["user_name"], body["name"]) == ("LEI_OFFICER", "Ann Officer")


async def test_a_refresh_token_is_used_again_and_ends_after_twelve_hours(
    nomis: httpx.AsyncClient, clock: MovableClock
) -> None:
    refresh = (await nomis.post(TOKEN, data=PASSWORD, auth=WEB)).json()["refresh_token"]
    request = {"grant_type": "refresh_token", "refresh_token": refresh}

    again = await nomis.post(TOKEN, data=request, auth=WEB)
    assert again.json()["refresh_token"] == refresh
    clock.forward(hours=12, seconds=1)
    late = await nomis.post(TOKEN, data=request, auth=WEB)

    assert (late.status_code, late.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "auth", [("gateway", "wrong"), ("nobody", "gateway-secret"), ("elsewhere", "elsewhere-secret"), None]
)
async def test_a_bad_client_is_unauthorised(nomis: httpx.AsyncClient, auth: tuple[str, str] | None) -> None:
    given = httpx.USE_CLIENT_DEFAULT if auth is None else auth
    answer = await nomis.post(TOKEN, params={"grant_type": "client_credentials"}, auth=given)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("parameters", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "device"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "LEI_OFFICER", "password": "x"}, 401, "invalid_client"),
    ],
)
async def test_a_grant_that_is_none_of_the_clients_is_refused(
    nomis: httpx.AsyncClient, parameters: dict[str, str], status: int, error: str
) -> None:
    answer = await nomis.post(TOKEN, data=parameters, auth=GATEWAY)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_ten_wrong_passwords_lock_an_account(nomis: httpx.AsyncClient) -> None:
    wrong = {**PASSWORD, "password": "wrong"}
    answers = [(await nomis.post(TOKEN, data=wrong, auth=WEB)).json()["error_description"] for _ in range(10)]
    locked = await nomis.post(TOKEN, data=PASSWORD, auth=WEB)

    assert set(answers) == {"Bad credentials"}
    assert (locked.status_code, locked.json()["error_description"]) == (400, "User account is locked")


async def test_a_right_password_forgives_the_wrong_ones(nomis: httpx.AsyncClient) -> None:
    wrong = {**PASSWORD, "password": "wrong"}
    for _ in range(2):
        for _ in range(9):
            await nomis.post(TOKEN, data=wrong, auth=WEB)
        answer = await nomis.post(TOKEN, data=PASSWORD, auth=WEB)

    assert answer.status_code == 200


async def test_a_locked_account_is_unlocked_by_the_switch(nomis: httpx.AsyncClient) -> None:
    for _ in range(10):
        await nomis.post(TOKEN, data={**PASSWORD, "password": "wrong"}, auth=WEB)
    await nomis.put("/__accounts/LEI_OFFICER", json={})

    assert (await nomis.post(TOKEN, data=PASSWORD, auth=WEB)).status_code == 200


async def test_a_disabled_account_may_not_sign_in(nomis: httpx.AsyncClient) -> None:
    answer = await nomis.post(TOKEN, data={"grant_type": "password", "username": "GONE", "password": "pass"}, auth=WEB)

    assert (answer.status_code, answer.json()["error_description"]) == (400, "User is disabled")


async def test_keys_and_discovery_may_be_cached_for_twelve_hours(nomis: httpx.AsyncClient) -> None:
    keys = await nomis.get(JWKS)
    discovery = await nomis.get("/auth/issuer/.well-known/openid-configuration")

    assert keys.headers["cache-control"] == discovery.headers["cache-control"] == "max-age=43200, public"
    (key,) = keys.json()["keys"]
    assert key.keys() == {"kty", "use", "alg", "kid", "n", "e"}
    base = "http://nomis.test:9101/auth"
    assert {name: discovery.json()[name] for name in ("issuer", "token_endpoint", "jwks_uri")} == {
        "issuer": f"{base}/issuer",
        "token_endpoint": f"{base}/oauth/token",
        "jwks_uri": f"{base}/.well-known/jwks.json",
    }


async def test_a_new_key_signs_and_the_old_one_still_verifies_until_it_is_dropped(
    nomis: httpx.AsyncClient, as_client: AsClient
) -> None:
    old = await as_client()
    rotated = (await nomis.put("/__keys/rotate")).json()
    new = await as_client()

    assert rotated["published"] == ["dps-client-key", rotated["signing"]]
    assert jwt.get_unverified_header(new["Authorization"].removeprefix("Bearer "))["kid"] == rotated["signing"]
    assert [(await nomis.get("/api/agencies", headers=header)).status_code for header in (old, new)] == [200, 200]
    await nomis.delete("/__keys/dps-client-key")
    assert [(await nomis.get("/api/agencies", headers=header)).status_code for header in (old, new)] == [401, 200]


async def test_a_key_may_be_published_before_it_signs(nomis: httpx.AsyncClient) -> None:
    before = (await nomis.put("/__keys/rotate", json={"publishOnly": True})).json()
    after = (await nomis.put("/__keys/rotate", json={})).json()

    assert before["signing"] == "dps-client-key"
    assert after == {"signing": before["published"][1], "published": before["published"]}


async def test_the_signing_key_is_not_dropped(nomis: httpx.AsyncClient) -> None:
    assert (await nomis.delete("/__keys/dps-client-key")).status_code == 409
    assert (await nomis.delete("/__keys/unknown")).status_code == 404


async def test_a_person_signs_in_with_the_form_and_the_code_is_good_once(nomis: httpx.AsyncClient) -> None:
    asked = {
        "response_type": "code",
        "client_id": "web",
        "redirect_uri": "http://localhost:8080/callback",
        "state": 'a"b',
    }
    form = await nomis.get("/auth/oauth/authorize", params=asked)
    assert 'value="a&quot;b"' in form.text
    posted = {**asked, "username": "lei_officer", "password": "correct horse"}
    redirect = await nomis.post("/auth/sign-in", data=posted)
    query = parse_qs(urlsplit(redirect.headers["location"]).query)
    exchange = {"grant_type": "authorization_code", "code": query["code"][0], "redirect_uri": asked["redirect_uri"]}
    first = await nomis.post(TOKEN, data=exchange, auth=WEB)
    second = await nomis.post(TOKEN, data=exchange, auth=WEB)

    assert (redirect.status_code, query["state"]) == (302, ['a"b'])
    claims = await _verified(nomis, first.json()["access_token"])
    assert (claims["user_name"], claims["grant_type"]) == ("LEI_OFFICER", "authorization_code")
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")


async def test_the_form_sends_nobody_to_a_strange_address(nomis: httpx.AsyncClient) -> None:
    asked = {"response_type": "code", "client_id": "web", "redirect_uri": "https://evil.example/callback"}
    posted = {**asked, "username": "LEI_OFFICER", "password": "correct horse"}

    assert (await nomis.get("/auth/oauth/authorize", params=asked)).status_code == 400
    assert (await nomis.post("/auth/sign-in", data=posted)).status_code == 400


async def test_the_form_says_when_the_password_is_wrong(nomis: httpx.AsyncClient) -> None:
    posted = {"client_id": "web", "redirect_uri": "http://localhost/", "username": "LEI_OFFICER", "password": "no"}
    answer = await nomis.post("/auth/sign-in", data=posted)

    assert answer.status_code == 401
    assert "Bad credentials" in answer.text


@pytest.mark.parametrize(("path", "text"), [("/auth/ping", "pong"), ("/auth/health/ping", '{"status":"UP"}')])
async def test_health_is_open_to_all(nomis: httpx.AsyncClient, path: str, text: str) -> None:
    assert (await nomis.get(path)).text == text


async def test_a_code_is_good_only_for_the_address_it_was_sent_to(nomis: httpx.AsyncClient) -> None:
    posted = {
        "client_id": "web",
        "redirect_uri": "http://localhost:8080/callback?from=form",
        "username": "LEI_OFFICER",
        "password": "correct horse",
    }
    redirect = await nomis.post("/auth/sign-in", data=posted)
    location = redirect.headers["location"]
    code = parse_qs(urlsplit(location).query)["code"][0]
    elsewhere = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://localhost:9999/"}
    answer = await nomis.post(TOKEN, data=elsewhere, auth=WEB)

    assert location.startswith("http://localhost:8080/callback?from=form&code=")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_only_codes_are_given_out(nomis: httpx.AsyncClient) -> None:
    asked = {"response_type": "token", "client_id": "web", "redirect_uri": "http://localhost/"}

    assert (await nomis.get("/auth/oauth/authorize", params=asked)).status_code == 400


async def test_signing_out_returns_to_the_client_when_that_is_allowed(nomis: httpx.AsyncClient) -> None:
    asked = {"client_id": "web", "redirect_uri": "http://localhost:8080/"}
    back = await nomis.get("/auth/logout", params=asked)
    nowhere = await nomis.get("/auth/logout", params={**asked, "redirect_uri": "https://evil.example/"})

    assert (back.status_code, back.headers["location"]) == (302, "http://localhost:8080/")
    assert (nowhere.status_code, "location" in nowhere.headers) == (200, False)


@pytest.mark.parametrize("header", ["Basic ???", "Basic /w==", "Bearer abc", "Basic"])
async def test_a_garbled_client_is_unauthorised(nomis: httpx.AsyncClient, header: str) -> None:
    answer = await nomis.post(TOKEN, params={"grant_type": "client_credentials"}, headers={"Authorization": header})

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_key_that_waits_may_be_taken_back(nomis: httpx.AsyncClient) -> None:
    waiting = (await nomis.put("/__keys/rotate", json={"publishOnly": True})).json()["published"][1]
    dropped = (await nomis.delete(f"/__keys/{waiting}")).json()
    rotated = (await nomis.put("/__keys/rotate")).json()

    assert dropped["published"] == ["dps-client-key"]
    assert rotated["signing"] not in {"dps-client-key", waiting}
    assert (await nomis.get("/__keys")).json() == rotated


@pytest.mark.parametrize("encode", [str, quote_plus])
async def test_the_parts_of_basic_may_be_encoded_or_not(clock: MovableClock, encode: Callable[[str], str]) -> None:
    class WithOddSecret(HandMade):
        def clients(self) -> Iterable[Client]:
            return [replace(CLIENTS[0], secret="50%+é:x")]

    odd = create_app(WithOddSecret(), today=TODAY, clock=clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(odd), base_url="http://nomis.test") as client:
        auth = (encode("gateway"), encode("50%+é:x"))
        answer = await client.post(TOKEN, params={"grant_type": "client_credentials"}, auth=auth)

    assert answer.status_code == 200


async def test_a_client_in_the_form_is_no_client(nomis: httpx.AsyncClient) -> None:
    form = {"grant_type": "client_credentials", "client_id": "gateway", "client_secret": "gateway-secret"}

    assert (await nomis.post(TOKEN, data=form)).status_code == 401
