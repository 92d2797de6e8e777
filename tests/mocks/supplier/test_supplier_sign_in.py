"""Tokens: who gets one, how long it holds, and what is said without one."""

from base64 import b64encode
from urllib.parse import quote_plus

import httpx
import pytest

from tests.mocks.supplier.conftest import Clock

pytestmark = pytest.mark.anyio

GRANT = {"grant_type": "client_credentials"}
FORM = {**GRANT, "client_id": "gateway at geoamey", "client_secret": "so:secret+word"}
DOORS = [
    ("POST", "/journeys/search"),
    ("GET", "/moves/ABC1234D/journeys"),
    ("POST", "/positions/search"),
    ("GET", "/moves/ABC1234D/position"),
]


def basic(client_id: str, secret: str) -> dict[str, str]:
    """Show a client as RFC 6749 has it: both parts form-encoded before they are joined."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


async def test_client_in_the_form_gets_a_token_for_twenty_minutes(stranger: httpx.AsyncClient) -> None:
    response = await stranger.post("/oauth/token", data=FORM)

    body = response.json()
    assert response.status_code == 200
    assert len(body.pop("access_token")) >= 32
    assert body == {"token_type": "bearer", "expires_in": 1200, "scope": "read"}
    assert response.headers["cache-control"] == "no-store"


async def test_client_in_the_header_gets_a_token_that_opens(stranger: httpx.AsyncClient) -> None:
    response = await stranger.post("/oauth/token", data=GRANT, headers=basic("gateway at geoamey", "so:secret+word"))
    token = response.json()["access_token"]

    opened = await stranger.get("/moves/ABC1234D/journeys", headers={"Authorization": f"bearer {token}"})

    assert opened.status_code == 200


async def test_each_token_is_another(stranger: httpx.AsyncClient) -> None:
    first = (await stranger.post("/oauth/token", data=FORM)).json()["access_token"]
    second = (await stranger.post("/oauth/token", data=FORM)).json()["access_token"]

    assert first != second


@pytest.mark.parametrize(
    "headers",
    [
        basic("gateway at geoamey", "another word"),
        basic("gateway at serco", "so:secret+word"),
        {"Authorization": "Basic %%%"},
        {"Authorization": "Basic /////w=="},
        {"Authorization": "Bearer some"},
    ],
)
async def test_header_that_shows_no_client_is_refused_whatever_the_form_says(
    stranger: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await stranger.post("/oauth/token", data=FORM, headers=headers)

    assert response.status_code == 401
    assert response.json()["error"] == "invalid_client"
    assert response.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("left_out", ["client_id", "client_secret"])
async def test_form_that_shows_no_client_is_refused(stranger: httpx.AsyncClient, left_out: str) -> None:
    form = {name: value for name, value in FORM.items() if name != left_out}

    response = await stranger.post("/oauth/token", data=form)

    assert response.status_code == 401
    assert response.json()["error"] == "invalid_client"


@pytest.mark.parametrize(("grant", "error"), [("password", "unsupported_grant_type"), ("", "invalid_request")])
async def test_only_client_credentials_are_granted(stranger: httpx.AsyncClient, grant: str, error: str) -> None:
    response = await stranger.post("/oauth/token", data={**FORM, "grant_type": grant})

    assert response.status_code == 400
    assert response.json()["error"] == error
    assert response.json()["field"] == "grant_type"


async def test_grant_in_json_is_refused(stranger: httpx.AsyncClient) -> None:
    response = await stranger.post("/oauth/token", json=FORM)

    assert response.status_code == 415
    assert response.json()["error"] == "unsupported_media_type"
    assert response.json()["field"] == "Content-Type"


@pytest.mark.parametrize(("method", "path"), DOORS)
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer "}, {"Authorization": "Basic abc"}])
async def test_nothing_is_told_without_a_token(
    stranger: httpx.AsyncClient, method: str, path: str, headers: dict[str, str]
) -> None:
    response = await stranger.request(method, path, headers=headers)

    assert response.status_code == 401
    assert response.json() == {"error": "invalid_token", "message": "a bearer token is missing"}
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize(("method", "path"), DOORS)
async def test_unknown_token_is_refused(stranger: httpx.AsyncClient, method: str, path: str) -> None:
    response = await stranger.request(method, path, headers={"Authorization": "Bearer made-up"})

    assert response.status_code == 401
    assert response.json() == {"error": "invalid_token", "message": "the token is unknown or has ended"}


async def test_token_holds_until_the_second_of_its_end(api: httpx.AsyncClient, clock: Clock) -> None:
    clock.forward(1199.9)
    before = await api.get("/moves/ABC1234D/journeys")
    clock.forward(0.1)
    after = await api.get("/moves/ABC1234D/journeys")

    assert before.status_code == 200
    assert after.status_code == 401
    assert after.json()["error"] == "invalid_token"


async def test_client_may_be_given_less_time(stranger: httpx.AsyncClient, clock: Clock) -> None:
    answer = (await stranger.post("/oauth/token", data=GRANT, headers=basic("brief", "word"))).json()
    clock.forward(60)
    response = await stranger.get(
        "/moves/ABC1234D/journeys", headers={"Authorization": f"Bearer {answer['access_token']}"}
    )

    assert answer["expires_in"] == 60
    assert response.status_code == 401


async def test_new_tokens_leave_the_ones_that_hold_alone(api: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    await stranger.post("/oauth/token", data=FORM)

    assert (await api.get("/moves/ABC1234D/journeys")).status_code == 200


async def test_all_tokens_can_be_ended_before_their_time(api: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    revoked = await stranger.delete("/__tokens")

    assert revoked.status_code == 204
    assert (await api.get("/moves/ABC1234D/journeys")).status_code == 401
