"""Whatever a client sends, it is the client's fault: no exception leaves the endpoint and no status is 500."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import anyio
import httpx
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route

from gateway.domain.errors import Unauthenticated
from gateway.transport.authentication import TokenVerifier, bearer_authentication
from gateway.transport.errors import ErrorCode
from gateway.transport.graphql import GraphQLEndpoint
from gateway.transport.limits import Limits
from tests.transport.harness import make_harness

HARNESS = make_harness(Limits())

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
QUERIES = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "{ hello }",
            "query A { hello } query B { count }",
            "query ($v: Int) { count(limit: $v) }",
            "query ($v: MoveInput!) { booking(input: $v) }",
            "query ($v: ByEither!) { either(by: $v) }",
            "query ($v: JSON!) { __typename @skip(if: true) hello echo(value: $v) @skip(if: true) }",
            "query ($v: [PrisonNumber!]!) { people(prisonNumbers: $v) { journeys { kind } } }",
            "query ($v: Int) { moves(first: $v) { nodes { reference } } }",
            "subscription { ticks }",
        ]
    ),
)
OPERATIONS = st.fixed_dictionaries(
    {"query": QUERIES | JSON},
    optional={
        "variables": st.fixed_dictionaries({}, optional={"v": JSON}) | JSON,
        "operationName": st.sampled_from(["A", "B"]) | JSON,
        "extensions": JSON,
    },
)


def send(body: bytes, headers: Mapping[str, str | bytes], app: Starlette = HARNESS.app) -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            raw = [
                (name.encode(), value if isinstance(value, bytes) else value.encode())
                for name, value in headers.items()
            ]
            return await client.post("/graphql", content=body, headers=raw)

    return anyio.run(call)


def check(response: httpx.Response) -> None:
    assert response.status_code < 500
    for error in response.json().get("errors", []):
        assert error["extensions"]["code"] in set(ErrorCode) - {ErrorCode.INTERNAL_SERVER_ERROR}
        assert error["extensions"]["requestId"] == response.headers["x-request-id"]


@given(st.binary())
@settings(deadline=None, max_examples=150)
def test_any_bytes_may_be_the_body(body: bytes) -> None:
    check(send(body, {"content-type": "application/json"}))


@given(JSON)
@settings(deadline=None, max_examples=150)
def test_any_json_may_be_the_body(body: object) -> None:
    check(send(json.dumps(body).encode(), {"content-type": "application/json"}))


@given(OPERATIONS)
@settings(deadline=None, max_examples=400)
@example({"query": "query ($v: Int) { moves(first: $v) { nodes { reference } } }", "variables": {"v": -1}})
@example({"query": "query ($v: MoveInput!) { booking(input: $v) }", "variables": {"v": {"reference": None}}})
def test_anything_may_stand_in_a_request(body: object) -> None:
    check(send(json.dumps(body).encode(), {"content-type": "application/json"}))


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=60))
@settings(deadline=None, max_examples=150)
def test_any_bytes_may_stand_in_the_headers(accept: bytes, content_type: bytes, request_id: bytes) -> None:
    check(send(b'{"query": "{ hello }"}', {"accept": accept, "content-type": content_type, "x-request-id": request_id}))


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=150)
def test_any_bytes_may_be_the_parameters_of_a_url(query_string: bytes) -> None:
    async def call() -> int:
        statuses: list[int] = []
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/graphql",
            "raw_path": b"/graphql",
            "query_string": query_string,
            "headers": [],
        }

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send_on(message: Mapping[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(int(str(message["status"])))

        await HARNESS.app(scope, receive, send_on)
        return statuses[0]

    assert anyio.run(call) == 400


async def no_keys() -> Mapping[str, object]:
    raise Unauthenticated("The key set is not to be had here.")


async def no_context(*_args: object) -> object:
    raise Unauthenticated("Nobody gets this far.")


GUARDED = Starlette(
    routes=[
        Route(
            "/graphql",
            GraphQLEndpoint(
                HARNESS.schema,
                authenticate=bearer_authentication(
                    TokenVerifier(no_keys, issuer="i", audience=None, clock=lambda: datetime(2026, 11, 24, tzinfo=UTC))
                ),
                make_context=no_context,
            ),
        )
    ]
)


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda token: b"Bearer " + token)))
@settings(deadline=None, max_examples=200)
@example(b"Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.e30.c2ln")
@example(b"Bearer eyJhbGciOiJub25lIn0.e30.")
def test_anything_may_be_the_authorization(authorization: bytes) -> None:
    response = send(b'{"query": "{ hello }"}', {"authorization": authorization}, GUARDED)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
