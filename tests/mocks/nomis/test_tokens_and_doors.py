"""What every service has in common: tokens that do not hold, the firewall, health, and the switches."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.mocks.nomis.conftest import MovableClock

pytestmark = pytest.mark.anyio

As = Callable[..., Awaitable[dict[str, str]]]
ONE_PATH_EACH = ["/api/users/me", "/prisoner/A1001AA", "/alert-types", "/users/me"]
AGENCIES = "/api/agencies"


@pytest.mark.parametrize("path", ONE_PATH_EACH)
async def test_no_token_is_unauthorised_with_an_empty_body(nomis: httpx.AsyncClient, path: str) -> None:
    answer = await nomis.get(path)

    assert (answer.status_code, answer.content, answer.headers["www-authenticate"]) == (401, b"", "Bearer")


@pytest.mark.parametrize("path", ONE_PATH_EACH)
@pytest.mark.parametrize(
    "wanted",
    [
        {"expiresIn": -61},
        {"forged": True},
        {"without": ["client_id"]},
    ],
    ids=["expired", "wrong signature", "no client"],
)
async def test_a_token_that_does_not_hold_is_unauthorised_with_an_empty_body(
    nomis: httpx.AsyncClient, odd_token: As, path: str, wanted: dict[str, object]
) -> None:
    answer = await nomis.get(path, headers=await odd_token(username="LEI_OFFICER", **wanted))

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token", error_description="')


@pytest.mark.parametrize("header", ["Basic Z2F0ZXdheTp4", "Bearer", "Bearer not.a.token", "Bearer "])
async def test_what_is_no_bearer_token_is_unauthorised(nomis: httpx.AsyncClient, header: str) -> None:
    assert (await nomis.get(AGENCIES, headers={"Authorization": header})).status_code == 401


async def test_a_token_runs_out_within_its_clients_lifetime_and_a_minute(
    nomis: httpx.AsyncClient, as_client: As, clock: MovableClock
) -> None:
    header = await as_client("brief")
    clock.forward(seconds=120)
    within = await nomis.get(AGENCIES, headers=header)
    clock.forward(seconds=1)
    after = await nomis.get(AGENCIES, headers=header)

    assert (within.status_code, after.status_code) == (200, 401)


async def test_a_token_of_another_issuer_passes_as_nobody_looks(nomis: httpx.AsyncClient, odd_token: As) -> None:
    header = await odd_token(username="LEI_OFFICER", claims={"iss": "https://elsewhere.example/auth/issuer"})

    assert (await nomis.get("/api/users/me", headers=header)).status_code == 200


async def test_a_user_token_without_a_user_name_is_its_clients(nomis: httpx.AsyncClient, odd_token: As) -> None:
    header = await odd_token(username="LEI_OFFICER", clientId="web", without=["user_name"])
    answer = await nomis.get("/api/users/me", headers=header)

    assert (answer.status_code, answer.json()["userMessage"]) == (404, "Resource with id [WEB] not found.")


async def test_an_azure_token_is_minted_and_accepted(nomis: httpx.AsyncClient, odd_token: As) -> None:
    header = await odd_token(username="CLOUDY")

    assert (await nomis.get("/users/me", headers=header)).json()["authSource"] == "azuread"


@pytest.mark.parametrize("wanted", [{"username": "NOBODY"}, {"clientId": "nobody"}, {"claims": []}, {"without": "sub"}])
async def test_a_token_nobody_could_have_is_refused(nomis: httpx.AsyncClient, wanted: dict[str, object]) -> None:
    assert (await nomis.post("/__tokens", json=wanted)).status_code in {400, 404}


@pytest.mark.parametrize(
    "text", ["x' UNION SELECT password FROM users", "'; DROP TABLE offenders", "delete from moves", "1 or 1=1"]
)
async def test_text_like_sql_before_prison_api_is_not_acceptable_and_in_html(
    nomis: httpx.AsyncClient, as_client: As, text: str
) -> None:
    header = await as_client("wide")
    in_body = await nomis.post("/api/prisoners", json={"offenderNos": [text]}, headers=header)
    in_query = await nomis.get(AGENCIES, params={"q": text}, headers=header)

    assert [answer.status_code for answer in (in_body, in_query)] == [406, 406]
    assert in_body.headers["content-type"].startswith("text/html")


async def test_the_other_services_have_no_such_firewall(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post("/search/alerts/prison-numbers", json=["' or 1=1"], headers=await as_client())

    assert (answer.status_code, answer.json()) == (200, {"content": []})


async def test_a_scanner_meets_a_teapot(nomis: httpx.AsyncClient) -> None:
    answer = await nomis.get("/health/ping", headers={"User-Agent": "sqlmap/1.8"})

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (418, "text/html")


async def test_answers_carry_security_headers(nomis: httpx.AsyncClient, as_client: As) -> None:
    headers = (await nomis.get(AGENCIES, headers=await as_client())).headers

    wanted = {
        "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
    }
    assert {name: headers[name] for name in wanted} == wanted


@pytest.mark.parametrize(("path", "text"), [("/health/ping", '{"status":"UP"}'), ("/ping", "pong")])
async def test_health_needs_no_token(nomis: httpx.AsyncClient, path: str, text: str) -> None:
    assert (await nomis.get(path)).text == text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/nowhere", 404), ("GET", "/nowhere", 404), ("DELETE", AGENCIES, 405)]
)
async def test_unknown_routes_are_refused_in_json_once_a_token_is_shown(
    nomis: httpx.AsyncClient, as_client: As, method: str, path: str, status: int
) -> None:
    without = await nomis.request(method, path)
    answer = await nomis.request(method, path, headers=await as_client())

    assert (without.status_code, without.content) == (401, b"")
    assert (answer.status_code, answer.json()["status"]) == (status, status)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/auth/nowhere", 404), ("GET", "/auth/oauth/token", 405)]
)
async def test_sign_in_asks_no_token_for_what_it_does_not_have(
    nomis: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    assert (await nomis.request(method, path)).status_code == status


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (61, 401)])
async def test_a_token_before_its_time_is_unauthorised_but_for_a_minute(
    nomis: httpx.AsyncClient, odd_token: As, clock: MovableClock, seconds: int, status: int
) -> None:
    header = await odd_token(username="LEI_OFFICER", claims={"nbf": int(clock().timestamp()) + seconds})

    assert (await nomis.get(AGENCIES, headers=header)).status_code == status


async def test_the_old_reads_of_alerts_are_gone_from_prison_api(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client()
    single = await nomis.get("/api/offenders/A1001AA/alerts", headers=header)
    bulk = await nomis.post("/api/bookings/offenderNo/alerts", json=["A1001AA"], headers=header)

    assert single.status_code == 404
    assert bulk.status_code in {404, 405}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/__people/Z9999ZZ", {"agencyId": "LEI"}, 404),
        ("/__people/A1001AA", {"agencyId": "NOWHERE"}, 400),
        ("/__people/A1001AA", {}, 400),
        ("/__lag", {"prisonId": "LEI"}, 400),
        ("/__accounts/LEI_OFFICER", {"caseloads": ["NOWHERE"]}, 400),
        ("/__accounts/LEI_OFFICER", {"roles": "PECS_PRISON"}, 400),
    ],
)
async def test_a_switch_that_makes_no_sense_is_refused(
    nomis: httpx.AsyncClient, path: str, body: dict[str, str], status: int
) -> None:
    assert (await nomis.put(path, json=body)).status_code == status
