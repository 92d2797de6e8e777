"""The endpoint as HTTP sees it: methods, media types, bodies, parameters, statuses and headers."""

import json
from collections.abc import Callable

import httpx
import pytest
import strawberry
from graphql import GraphQLError
from starlette.datastructures import Headers
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from gateway.domain.claims import Claims
from gateway.domain.errors import (
    InvalidInput,
    Refused,
    Unauthenticated,
    Upstream,
    UpstreamRejected,
    UpstreamUnavailable,
)
from gateway.transport.errors import MASK
from gateway.transport.graphql import GraphQLEndpoint
from tests.transport.harness import CLAIMS, Event, Harness

pytestmark = pytest.mark.anyio

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
HarnessWith = Callable[..., Harness]


def code_of(response: httpx.Response) -> str:
    body = response.json()
    assert "data" not in body
    code: str = body["errors"][0]["extensions"]["code"]
    return code


def many_values(count: int) -> bytes:
    """Write an object that holds so many values: its own parts, and theirs."""
    lists, rest = divmod(count, 1_000)
    parts: dict[str, object] = {str(number): [0] * 999 for number in range(lists)}
    return json.dumps(parts | {f"rest{number}": 0 for number in range(rest)}).encode()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "BAD_REQUEST"),
        (b"{", "BAD_REQUEST"),
        (b"null", "BAD_REQUEST"),
        (b'"{ hello }"', "BAD_REQUEST"),
        (b"12", "BAD_REQUEST"),
        (b"{}", "BAD_REQUEST"),
        (b'{"query": ""}', "BAD_REQUEST"),
        (b'{"query": null}', "BAD_REQUEST"),
        (b'{"query": 5}', "BAD_REQUEST"),
        (b'{"query": {"a": 1}}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": []}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": "{}"}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "operationName": 1}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "extensions": false}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "query": "{ hello }"}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": {"a": {"b": 1, "b": 2}}}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": {"a": NaN}}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": {"a": -Infinity}}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": {"a": 1e999}}', "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": {"a": ' + b"9" * 5000 + b"}}", "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": {"a": "\\ud800"}}', "BAD_REQUEST"),
        (b'{"query": "{ hello }\xff"}', "BAD_REQUEST"),
        ('{"query": "{ hello }"}'.encode("utf-16"), "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": {"a": ' + b"[" * 70 + b"]" * 70 + b"}}", "BAD_REQUEST"),
        (b"[" * 100_000, "BAD_REQUEST"),
        (b'{"query": "{ hello }", "variables": {"a": [' + b"1," * 1_000 + b"1]}}", "TOO_MANY_VALUES"),
        (b'{"query": "{ hello }", "variables": {"a": {"b": [' + b"1," * 1_000 + b"1]}}}", "TOO_MANY_VALUES"),
        (
            json.dumps({"query": "{ hello }", "variables": {f"v{n}": 1 for n in range(1_001)}}).encode(),
            "TOO_MANY_VALUES",
        ),
        (b'{"query": "{ hello }", "variables": ' + many_values(20_001) + b"}", "TOO_MANY_VALUES"),
        (b'{"query": "{ hello }", "extensions": ' + many_values(20_001) + b"}", "TOO_MANY_VALUES"),
        (b'{"query": "{ hello }"} trailing', "BAD_REQUEST"),
        (b'[{"query": "{ hello }"}]', "BATCHING_NOT_SUPPORTED"),
        (b"[]", "BATCHING_NOT_SUPPORTED"),
        (b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "ab"}}}', "PERSISTED_QUERY_NOT_SUPPORTED"),
        (b'{"query": "{ hello }", "extensions": {"persistedQuery": {}}}', "PERSISTED_QUERY_NOT_SUPPORTED"),
        (b'{"documentId": "sha256:ab"}', "PERSISTED_QUERY_NOT_SUPPORTED"),
    ],
)
@pytest.mark.parametrize("accept", [JSON, RESPONSE])
async def test_a_body_that_is_no_request_is_refused_as_such(
    harness: Harness, body: bytes, code: str, accept: str
) -> None:
    async with harness.client() as client:
        response = await client.post("/graphql", content=body, headers={"content-type": JSON, "accept": accept})
    assert (response.status_code, code_of(response)) == (400, code)
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert harness.probe.contexts == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"query": "{ hello }"}',
        b'\xef\xbb\xbf{"query": "{ hello }"}',
        b'{"query": "{ hello }", "operationName": "", "variables": null, "extensions": null}',
        b'{"query": "{ hello }", "extensions": {"persistedQuery": null}}',
        b'{"query": "{ hello }", "variables": ' + many_values(20_000) + b"}",
        b'{"query": "{ hello }", "variables": {"a": [' + b"1," * 999 + b"1]}}",
        b'{"query": "{ hello }", "unknown": [1, 2], "variables": {"unused": {"deep": [1]}}}',
        b'{"query": "query A { hello } query B { count }", "operationName": "A"}',
        '{"query": "query { hello } # \N{RUNNER}"}'.encode(),
    ],
)
async def test_a_request_is_read_from_a_json_body(harness: Harness, body: bytes) -> None:
    async with harness.client() as client:
        response = await client.post("/graphql", content=body, headers={"content-type": JSON})
    assert response.status_code == 200
    assert response.json() == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/graphql"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json; charset=iso-8859-1"},
        {"content-type": JSON, "content-encoding": "gzip"},
        {"content-type": JSON, "content-encoding": "br"},
    ],
)
async def test_a_body_of_another_kind_is_refused_unread(harness: Harness, headers: dict[str, str]) -> None:
    async with harness.client() as client:
        response = await client.post("/graphql", content=b'{"query": "{ hello }"}', headers=headers)
    assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_refused_compression_names_what_is_accepted(harness: Harness) -> None:
    async with harness.client() as client:
        response = await client.post("/graphql", content=b"", headers={"content-encoding": "gzip"})
    assert response.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("content_type", [JSON, "APPLICATION/JSON", 'application/json; charset="UTF-8"'])
async def test_json_in_utf_8_is_accepted_however_it_is_written(harness: Harness, content_type: str) -> None:
    async with harness.client() as client:
        response = await client.post(
            "/graphql", content=b'{"query": "{ hello }"}', headers={"content-type": content_type}
        )
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, {JSON}", RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"{RESPONSE};q=0.5, {JSON}", JSON),
        (f"{RESPONSE}; charset=utf-8, {JSON};q=0.9", RESPONSE),
        ("application/json;q=0, */*", RESPONSE),
        (f"text/html, {JSON};q=0.1", JSON),
        (f"{JSON}, multipart/mixed", JSON),
        (RESPONSE.upper(), RESPONSE),
        ("*/*;q=0.1, application/graphql-response+json;q=0.2", RESPONSE),
    ],
)
async def test_the_answer_takes_the_media_type_that_the_client_prefers(
    harness: Harness, accept: str | None, expected: str
) -> None:
    async with harness.client() as client:
        client.headers.pop("accept")
        headers = {} if accept is None else {"accept": accept}
        response = await client.post("/graphql", json={"query": "{ hello }"}, headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{expected}; charset=utf-8"


@pytest.mark.parametrize(
    "accept", ["text/html", "text/event-stream", "application/json;q=0", "application/json;q=x", ";;;,,,", "*/*;q=0"]
)
async def test_a_client_that_accepts_no_json_is_told_before_anything_happens(harness: Harness, accept: str) -> None:
    response = await harness.post("mutation { book }", accept=accept)
    assert (response.status_code, code_of(response)) == (406, "NOT_ACCEPTABLE")
    assert harness.probe.mutations == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_other_methods_are_refused_with_the_allowed_ones(harness: Harness, method: str) -> None:
    async with harness.client() as client:
        response = await client.request(method, "/graphql")
    assert (response.status_code, code_of(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "GET, POST"


async def test_a_query_may_come_by_get(harness: Harness) -> None:
    query = "query A($name: String!) { hello(name: $name) } query B { count }"
    async with harness.client() as client:
        response = await client.get(
            "/graphql",
            params={"query": query, "operationName": "A", "variables": json.dumps({"name": "Zoë"}), "extensions": ""},
        )
    assert response.json() == {"data": {"hello": "hello Zoë"}}


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "variables={}",
        "query=%7Bhello%7D&query=%7Bcount%7D",
        "query=%7Bhello%7D&variables=5",
        "query=%7Bhello%7D&variables=[1]",
        "query=%7Bhello%7D&variables={",
        "query=%7Bhello%7D&variables={%22a%22:NaN}",
        "query=%7Bhello%7D&extensions=[]",
        "query=%ff%fe",
        "query=%7Bhello%7D" + "&a=1" * 40,
    ],
)
async def test_a_get_that_is_no_request_is_refused_as_such(harness: Harness, query_string: str) -> None:
    async with harness.client() as client:
        response = await client.get(f"/graphql?{query_string}")
    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")


async def test_a_url_that_is_too_long_is_refused(harness_with: HarnessWith) -> None:
    async with harness_with(url_bytes=100).client() as client:
        response = await client.get("/graphql", params={"query": "{" + "hello " * 100 + "}"})
    assert (response.status_code, code_of(response)) == (414, "REQUEST_TOO_LARGE")


async def test_a_mutation_by_get_is_refused_and_does_nothing(harness: Harness) -> None:
    async with harness.client() as client:
        response = await client.get("/graphql", params={"query": "mutation { book }"})
    assert (response.status_code, code_of(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "POST"
    assert harness.probe.mutations == 0


async def test_a_subscription_is_refused_with_the_reason(harness: Harness) -> None:
    response = await harness.post("subscription { ticks }", accept=JSON)
    assert (response.status_code, code_of(response)) == (400, "SUBSCRIPTION_NOT_SUPPORTED")


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", None, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", None, "OPERATION_RESOLUTION_FAILURE"),
        ("query ($limit: Int!) { count(limit: $limit) }", {"limit": "many"}, "BAD_USER_INPUT"),
        ("{" + "move {" * 16 + "reference" + "}" * 17, None, "QUERY_TOO_DEEP"),
    ],
)
@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (RESPONSE, 400)])
async def test_a_refused_document_has_no_data_and_the_status_of_its_media_type(
    harness: Harness, query: str, variables: dict[str, object] | None, code: str, accept: str, status: int
) -> None:
    response = await harness.post(query, variables, accept=accept)
    assert (response.status_code, code_of(response)) == (status, code)
    assert harness.probe.contexts == []


async def test_an_operation_name_that_is_not_there_is_refused(harness: Harness) -> None:
    async with harness.client() as client:
        response = await client.post("/graphql", json={"query": "query A { hello }", "operationName": "B"})
    assert code_of(response) == "OPERATION_RESOLUTION_FAILURE"


async def test_data_with_errors_is_served_as_data(harness: Harness) -> None:
    response = await harness.post("{ hello broken }")
    assert response.status_code == 200
    assert response.json()["data"] == {"hello": "hello world", "broken": None}


async def test_a_null_that_reached_the_root_is_still_data(harness: Harness) -> None:
    response = await harness.post("{ required }")
    body = response.json()
    assert response.status_code == 200
    assert body["data"] is None
    assert body["errors"][0]["path"] == ["required"]


async def test_an_answer_is_kept_by_no_cache_and_names_the_request(harness: Harness) -> None:
    response = await harness.post("{ hello }", x_request_id="abc-12345")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-request-id"] == "abc-12345"


@pytest.mark.parametrize("given", ["", "short", "a" * 200, "<script>alert(1)", "spaces in it", "-starts-badly"])
async def test_a_request_id_that_is_not_plain_is_replaced(harness: Harness, given: str) -> None:
    response = await harness.post("{ broken }", x_request_id=given)
    made = response.headers["x-request-id"]
    assert made != given
    assert len(made) == 32
    assert response.json()["errors"][0]["extensions"]["requestId"] == made


async def test_the_context_gets_the_claims_the_operation_and_the_request_id(harness: Harness) -> None:
    await harness.post("query Named($a: String) { hello(name: $a) }", {"a": "x"}, x_request_id="abc-12345")
    (claims, operation, request_id) = harness.probe.contexts[0]
    assert (claims.username, operation.operation_name, operation.kind, request_id) == (
        "ITAG_USER",
        "Named",
        OperationType.QUERY,
        "abc-12345",
    )
    assert operation.variables == {"a": "x"}
    assert "x" not in repr(operation).replace("extensions", "")


async def test_nobody_unknown_gets_to_send_a_body(harness: Harness) -> None:
    harness.probe.refuse_caller = Unauthenticated("A bearer token is needed.")
    async with harness.client() as client:
        response = await client.post("/graphql", content=b"\xff" * 10, headers={"content-type": "text/plain"})
    assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["errors"][0]["message"] == "A bearer token is needed."


@pytest.mark.parametrize(
    ("error", "status", "retry_after", "code"),
    [
        (UpstreamUnavailable(Upstream.NOMIS, "caseloads"), 503, "5", "UPSTREAM_UNAVAILABLE"),
        (UpstreamRejected(Upstream.NOMIS, "caseloads"), 502, None, "UPSTREAM_REJECTED"),
        (Refused("Your account has no role for this service."), 403, None, "FORBIDDEN"),
        (InvalidInput("The client is not known."), 400, None, "BAD_USER_INPUT"),
        (Unauthenticated("The bearer token has expired."), 401, None, "UNAUTHENTICATED"),
        (RuntimeError("a fault of our own"), 500, None, "INTERNAL_SERVER_ERROR"),
    ],
)
@pytest.mark.parametrize("place", ["refuse_context", "refuse_caller"])
async def test_a_context_that_cannot_be_made_is_answered_by_its_reason(
    harness: Harness, error: Exception, status: int, retry_after: str | None, code: str, place: str
) -> None:
    setattr(harness.probe, place, error)
    response = await harness.post("{ hello }", accept=JSON)
    assert (response.status_code, code_of(response)) == (status, code)
    assert response.headers.get("retry-after") == retry_after
    if status == 503:
        assert response.json()["errors"][0]["extensions"]["resource"] == "caseloads"
    if status == 500:
        assert response.json()["errors"][0]["message"] == MASK


async def test_an_operation_beyond_its_time_is_stopped(harness_with: HarnessWith) -> None:
    harness = harness_with(operation_seconds=0.05)
    response = await harness.post("{ forever }")
    assert (response.status_code, code_of(response)) == (504, "DEADLINE_EXCEEDED")
    assert harness.probe.cancelled.is_set()


async def test_a_mutation_beyond_its_time_is_said_to_be_half_done(harness_with: HarnessWith) -> None:
    response = await harness_with(operation_seconds=0.05).post("mutation { stall }")
    assert "may have been done" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("cause", "status", "code"),
    [
        (UpstreamUnavailable(Upstream.NOMIS, "caseloads"), 503, "UPSTREAM_UNAVAILABLE"),
        (RuntimeError("a fault of our own"), 500, "INTERNAL_SERVER_ERROR"),
    ],
)
async def test_an_execution_that_never_began_has_no_data(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, cause: Exception, status: int, code: str
) -> None:
    async def execute(*_args: object, **_options: object) -> ExecutionResult:
        return PreExecutionError(data=None, errors=[GraphQLError("hidden", original_error=cause)])

    monkeypatch.setattr(harness.schema, "execute", execute)
    response = await harness.post("{ hello }")
    assert (response.status_code, code_of(response)) == (status, code)


async def test_what_extensions_add_is_served(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    async def execute(*_args: object, **_options: object) -> ExecutionResult:
        return ExecutionResult(data={"hello": "x"}, errors=None, extensions={"cost": 1})

    monkeypatch.setattr(harness.schema, "execute", execute)
    assert (await harness.post("{ hello }")).json() == {"data": {"hello": "x"}, "extensions": {"cost": 1}}


async def test_a_schema_that_would_log_documents_is_not_served() -> None:
    async def authenticate(_headers: Headers) -> Claims:
        return CLAIMS

    async def make_context(*_args: object) -> object:
        return None

    with pytest.raises(TypeError, match="QuietErrors"):
        GraphQLEndpoint(strawberry.Schema(query=Event), authenticate=authenticate, make_context=make_context)


async def test_an_answer_that_cannot_be_written_as_json_is_masked(harness: Harness) -> None:
    harness.probe.refuse_context = None
    response = await harness.post("query ($v: JSON!) { echo(value: $v) }", {"v": 2**70})
    assert (response.status_code, code_of(response)) == (500, "INTERNAL_SERVER_ERROR")
