"""The questions that auditors of GraphQL endpoints put, each as one request: overload, forgery and chattiness."""

import httpx
import pytest

from tests.transport.harness import Harness

pytestmark = pytest.mark.anyio

FORM = "application/x-www-form-urlencoded"


async def refused_code(harness: Harness, query: str) -> str:
    """Send a query that must be refused whole, with one error."""
    body = (await harness.post(query, accept="application/json")).json()
    assert "data" not in body
    (error,) = body["errors"]
    code: str = error["extensions"]["code"]
    return code


async def test_aliases_cannot_multiply_a_field(harness: Harness) -> None:
    query = "query { move {" + " ".join(f"alias{number}: reference" for number in range(101)) + "} }"
    assert await refused_code(harness, query) == "TOO_MANY_ALIASES"


async def test_a_list_of_requests_is_refused(harness: Harness) -> None:
    async with harness.client() as client:
        response = await client.post("/graphql", json=[{"query": "query { __typename }"}] * 10)
    assert response.status_code == 400
    assert isinstance(response.json(), dict)
    assert response.json()["errors"][0]["extensions"]["code"] == "BATCHING_NOT_SUPPORTED"


async def test_introspection_cannot_go_in_circles(harness: Harness) -> None:
    circle = "query { __schema { types { fields { type {" + "fields { type {" * 4 + "name" + "} }" * 4 + "} } } } }"
    assert "INTROSPECTION_TOO_DEEP" in await harness.codes(circle)


async def test_directives_cannot_be_piled_up(harness: Harness) -> None:
    assert await refused_code(harness, "query { __typename " + "@aa" * 10 + " }") == "TOO_MANY_DIRECTIVES"


async def test_a_field_cannot_be_repeated_at_will(harness: Harness) -> None:
    assert await refused_code(harness, "query { move {" + "__typename \n" * 500 + "} }") == "TOO_MANY_FIELDS"


async def test_introspection_is_open_to_those_who_are_known_only(harness: Harness) -> None:
    async with harness.client() as client:
        response = await client.post(
            "/graphql",
            json={"query": "query { __schema { types { name } } }"},
            headers={"authorization": "Bearer bad"},
        )
    assert response.status_code == 401


async def test_a_mutation_cannot_be_sent_by_get(harness: Harness) -> None:
    async with harness.client() as client:
        response = await client.get("/graphql", params={"query": "mutation { book }"})
    assert response.status_code == 405
    assert harness.probe.mutations == 0


async def test_a_query_by_get_needs_a_token_like_any_other(harness: Harness) -> None:
    async with harness.client() as client:
        response = await client.get(
            "/graphql", params={"query": "query { __typename }"}, headers={"authorization": "Bearer bad"}
        )
    assert response.status_code == 401


@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x", "text/plain"])
async def test_a_form_of_another_site_is_refused(harness: Harness, content_type: str) -> None:
    async with harness.client() as client:
        response = await client.post(
            "/graphql", content=b"query=mutation+%7B+book+%7D", headers={"content-type": content_type}
        )
    assert response.status_code == 415
    assert harness.probe.mutations == 0


async def test_names_are_not_suggested(harness: Harness) -> None:
    response = await harness.post("query { __schema { directive } hell }")
    assert "Did you mean" not in response.text
    assert "directives" not in response.text


@pytest.mark.parametrize("accept", ["text/html", "text/html,application/xhtml+xml,*/*;q=0.8"])
async def test_the_endpoint_serves_no_page(harness: Harness, accept: str) -> None:
    async with harness.client() as client:
        response = await client.get("/graphql", headers={"accept": accept})
    assert response.status_code in {400, 406}
    assert "html" not in response.headers["content-type"]


async def test_answers_carry_no_traces(harness: Harness) -> None:
    body = (await harness.post("query { __typename }")).json()
    assert set(body) == {"data"}


async def test_faults_are_not_explained(harness: Harness) -> None:
    async with harness.client() as client:
        response: httpx.Response = await client.get("/graphql", params={"qwerty": "abc"})
    assert response.status_code == 400
    for word in ("Traceback", "File ", "strawberry", "graphql-core", "starlette"):
        assert word not in response.text
    assert "RuntimeError" not in (await harness.post("query { broken }")).text
