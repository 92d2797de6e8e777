"""GraphiQL's page, files, settings and demonstration sign-in."""

import gzip
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date

import httpx
import pytest
from graphql import parse, validate
from starlette.applications import Starlette
from starlette.routing import Mount

from gateway.domain.errors import Upstream, UpstreamError, UpstreamRejected, UpstreamTimeout
from gateway.schema.build import build_schema
from gateway.transport.example_queries import Examples, Tab, example_tabs
from gateway.transport.graphiql import BUILT_FILES, GraphiQLConfig, IssuedToken, Persona, graphiql_routes

pytestmark = pytest.mark.anyio

OFFICER = Persona("leeds", "Omar Leeds", "A prison officer at Leeds")
POLICE = Persona("police station", "Pat Station", "Custody sergeant")
TABS = (Tab("First", "query First { __typename }"), Tab("Second", "query Second { __typename }", '{"a": 1}'))
SECRET = "eyJ-very-secret"


@dataclass
class FakeSignIn:
    """Gives a token, or raises what it is told to."""

    error: UpstreamError | None = None
    asked: list[Persona] = field(default_factory=list)

    async def __call__(self, persona: Persona) -> IssuedToken:
        self.asked.append(persona)
        if self.error:
            raise self.error
        return IssuedToken(access_token=f"token-of-{persona.key}", expires_in=1200)


def app_of(config: GraphiQLConfig) -> Starlette:
    return Starlette(routes=graphiql_routes(config))


def client_of(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test")


@pytest.fixture
def sign_in() -> FakeSignIn:
    return FakeSignIn()


@pytest.fixture
async def client(sign_in: FakeSignIn) -> AsyncIterator[httpx.AsyncClient]:
    config = GraphiQLConfig(
        endpoint="../graphql",
        subscription_endpoint="../graphql",
        personas=(OFFICER, POLICE),
        tabs=lambda: TABS,
        sign_in=sign_in,
    )
    async with client_of(app_of(config)) as client:
        yield client


async def script_of(client: httpx.AsyncClient) -> str:
    """Return the path of the page's script, as the page names it."""
    page = (await client.get("/graphiql/")).text
    found = re.search(r'<script[^>]+src="\./(assets/[^"]+\.js)"', page)
    assert found is not None
    return f"/graphiql/{found[1]}"


async def test_the_page_is_served_with_a_policy_that_lets_nothing_in_from_outside(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphiql/")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-cache"


async def test_the_page_names_no_other_host(client: httpx.AsyncClient) -> None:
    page = (await client.get("/graphiql/")).text
    assert "://" not in page
    assert all(address.startswith(("./", "data:")) for address in re.findall(r'(?:src|href)="([^"]*)"', page))


async def test_the_address_without_a_slash_leads_to_the_one_with_it_behind_any_prefix(sign_in: FakeSignIn) -> None:
    config = GraphiQLConfig(sign_in=sign_in)
    app = Starlette(routes=[Mount("/behind/a/prefix", routes=graphiql_routes(config, "/ide"))])
    async with client_of(app) as client:
        response = await client.get("/behind/a/prefix/ide")
        assert response.status_code == 307
        assert response.headers["location"] == "ide/"
        followed = await client.get("/behind/a/prefix/ide", follow_redirects=True)
        assert followed.url.path == "/behind/a/prefix/ide/"
        assert followed.status_code == 200


async def test_files_named_by_their_content_are_kept_for_ever(client: httpx.AsyncClient) -> None:
    response = await client.get(await script_of(client))
    assert response.status_code == 200
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "worker-src" in response.headers["content-security-policy"], "a worker obeys its own script's policy"


@pytest.mark.parametrize(
    ("accept_encoding", "is_gzip"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
    ],
)
async def test_a_large_file_is_sent_as_gzip_to_whoever_takes_it(
    client: httpx.AsyncClient, accept_encoding: str, *, is_gzip: bool
) -> None:
    path = await script_of(client)
    plain = gzip.decompress((BUILT_FILES / f"{path.removeprefix('/graphiql/')}.gz").read_bytes())
    response = await client.get(path, headers={"Accept-Encoding": accept_encoding})
    assert response.headers.get("content-encoding") == ("gzip" if is_gzip else None)
    assert response.headers["vary"] == "Accept-Encoding"
    assert (int(response.headers["content-length"]) < len(plain)) is is_gzip
    assert response.content == plain


async def test_every_built_file_can_be_had_under_its_plain_name(client: httpx.AsyncClient) -> None:
    built = [path for path in BUILT_FILES.rglob("*") if path.is_file()]
    assert len(built) > 10
    for path in built:
        name = path.relative_to(BUILT_FILES).as_posix().removesuffix(".gz")
        response = await client.head(f"/graphiql/{name}")
        assert response.status_code == 200, name
        assert response.headers["content-type"] != "application/octet-stream", name


async def test_the_licences_of_what_is_built_in_are_served_with_it(client: httpx.AsyncClient) -> None:
    assert "## graphiql - 5." in (await client.get("/graphiql/licences.md")).text
    assert (await client.get("/graphiql/licences-monaco-editor.txt")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/graphiql/../graphiql.py",
        "/graphiql/..%2f..%2fgraphiql.py",
        "/graphiql/%2e%2e/%2e%2e/graphiql.py",
        "/graphiql/assets/..%2f..%2f..%2fgraphiql.py",
        "/graphiql/assets/..%5c..%5cgraphiql.py",
        "/graphiql//etc/passwd",
        "/graphiql/%2fetc%2fpasswd",
        "/graphiql/assets",
        "/graphiql/assets/",
        "/graphiql/index.html%00.js",
        "/graphiql/nothing.js",
    ],
)
async def test_nothing_but_built_files_can_be_had(client: httpx.AsyncClient, path: str) -> None:
    # The path goes out as it stands: a client would tidy the dots away.
    response = await client.get(httpx.URL("http://gateway.test").copy_with(raw_path=path.encode()))
    assert response.status_code == 404


async def test_settings_tell_the_page_its_addresses_personas_and_examples(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphiql/config.json")
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == {
        "endpoint": "../graphql",
        "subscriptionEndpoint": "../graphql",
        "personas": [
            {"key": "leeds", "label": "Omar Leeds", "description": "A prison officer at Leeds"},
            {"key": "police station", "label": "Pat Station", "description": "Custody sergeant"},
        ],
        "tabs": [
            {"title": "First", "query": "query First { __typename }", "variables": None},
            {"title": "Second", "query": "query Second { __typename }", "variables": '{"a": 1}'},
        ],
    }


async def test_examples_are_made_anew_for_each_visit() -> None:
    days = iter([date(2026, 11, 24), date(2026, 11, 25)])
    async with client_of(app_of(GraphiQLConfig(tabs=lambda: example_tabs(next(days))))) as client:
        first, second = [(await client.get("/graphiql/config.json")).json()["tabs"][0] for _ in range(2)]
    assert 'dateFrom: "2026-11-24", dateTo: "2026-11-24"' in first["query"]
    assert 'dateFrom: "2026-11-25", dateTo: "2026-11-25"' in second["query"]


async def test_without_a_way_to_sign_in_no_persona_is_offered() -> None:
    async with client_of(app_of(GraphiQLConfig(personas=(OFFICER,)))) as client:
        assert (await client.get("/graphiql/config.json")).json()["personas"] == []
        assert (await client.post("/graphiql/personas/leeds/token")).status_code == 404


async def test_a_persona_is_given_a_token_that_nobody_keeps(client: httpx.AsyncClient, sign_in: FakeSignIn) -> None:
    response = await client.post(
        "/graphiql/personas/police%20station/token",
        headers={"Origin": "http://gateway.test", "Sec-Fetch-Site": "same-origin"},
    )
    assert response.status_code == 200
    assert response.json() == {"access_token": "token-of-police station", "token_type": "bearer", "expires_in": 1200}
    assert response.headers["cache-control"] == "no-store"
    assert sign_in.asked == [POLICE]


async def test_a_token_stands_in_no_representation() -> None:
    assert SECRET not in repr(IssuedToken(SECRET, 60))


async def test_a_persona_that_does_not_exist_has_no_token(client: httpx.AsyncClient, sign_in: FakeSignIn) -> None:
    response = await client.post("/graphiql/personas/governor/token")
    assert response.status_code == 404
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert sign_in.asked == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UpstreamTimeout(Upstream.SIGN_IN, "token"), "UPSTREAM_UNAVAILABLE"),
        (UpstreamRejected(Upstream.SIGN_IN, "token"), "UPSTREAM_REJECTED"),
    ],
)
async def test_a_sign_in_that_fails_is_a_bad_gateway(
    client: httpx.AsyncClient, sign_in: FakeSignIn, error: UpstreamError, code: str
) -> None:
    sign_in.error = error
    response = await client.post("/graphiql/personas/leeds/token")
    assert response.status_code == 502
    assert response.json() == {"errors": [{"message": error.message, "extensions": {"code": code}}]}
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.test"},
        {"Origin": "http://gateway.test:81"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://gateway.test"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_another_sites_page_is_given_no_token(
    client: httpx.AsyncClient, sign_in: FakeSignIn, headers: dict[str, str]
) -> None:
    response = await client.post("/graphiql/personas/leeds/token", headers=headers)
    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    assert sign_in.asked == []


async def test_a_token_is_not_to_be_had_by_following_a_link(client: httpx.AsyncClient, sign_in: FakeSignIn) -> None:
    assert (await client.get("/graphiql/personas/leeds/token")).status_code in {404, 405}
    assert sign_in.asked == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_the_page_is_only_read(client: httpx.AsyncClient, method: str) -> None:
    assert (await client.request(method, "/graphiql/")).status_code == 405


def test_two_personas_of_one_key_are_refused(sign_in: FakeSignIn) -> None:
    with pytest.raises(ValueError, match="share a key"):
        graphiql_routes(GraphiQLConfig(personas=(OFFICER, OFFICER), sign_in=sign_in))


def test_every_example_fits_the_served_schema() -> None:
    schema = build_schema()._schema  # noqa: SLF001 - Strawberry gives the underlying schema no public name
    tabs = example_tabs(date(2026, 11, 24), Examples(prison_number="B4321CD", agency_id="MDI"))
    assert len(tabs) >= 5
    for tab in tabs:
        assert validate(schema, parse(tab.query)) == [], tab.title


def test_examples_ask_about_the_person_and_place_they_are_given() -> None:
    queries = "".join(tab.query for tab in example_tabs(date(2026, 11, 24), Examples("B4321CD", "MDI")))
    assert 'person(prisonNumber: "B4321CD")' in queries
    assert 'dashboard(locationId: "TG9jYXRpb246TURJ"' in queries
