"""Whatever comes in, what goes out is a clear refusal with a code: never a 500, never somebody's words."""

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest

from tests.federated.estates import OFFICER, a_day_at_leeds
from tests.support.worlds import NOW, Gateway, key_ring, token_for

pytestmark = pytest.mark.anyio


async def _post(gateway: Gateway, body: bytes | str, token: str = OFFICER, **headers: str) -> Any:
    return await gateway.client.post(
        "/graphql",
        content=body,
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}", **headers},
    )


def _codes(answer: Any) -> set[str]:
    return {error["extensions"]["code"] for error in answer.json()["errors"]}


BODIES = {
    "malformed JSON": '{"query": "{ viewer { username } }"',
    "invalid UTF-8": b'{"query": "\xff\xfe"}',
    "an array": "[]",
    "a batch": '[{"query": "{ viewer { username } }"}]',
    "a string": '"{ viewer { username } }"',
    "nothing": "",
    "no query": "{}",
    "a number for a query": '{"query": 1}',
    "a list for variables": '{"query": "{ viewer { username } }", "variables": []}',
    "a number for an operation name": '{"query": "{ viewer { username } }", "operationName": 7}',
    "two operations without a name": '{"query": "query A { suppliers { key } } query B { suppliers { key } }"}',
    "an unknown operation name": '{"query": "query A { suppliers { key } }", "operationName": "C"}',
    "not GraphQL": '{"query": "SELECT * FROM moves"}',
    "an unknown field": '{"query": "{ prisoners { name } }"}',
    "a huge document": json.dumps({"query": "{" + "viewer { username } " * 100_000 + "}"}),
    "a deep document": json.dumps(
        {"query": "{ moves { nodes " + "{ allocation { moves { nodes " * 40 + "{ id }" + "}}}" * 40 + "}}"}
    ),
    "many aliases": json.dumps({"query": "{" + " ".join(f"a{n}: suppliers {{ key }}" for n in range(500)) + "}"}),
    "a cycle of fragments": json.dumps(
        {"query": "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }"}
    ),
    "more places than a database takes": json.dumps(
        {
            "query": "query ($f: [ID!]) { moves(filter: {locationIds: $f}) { totalCount } }",
            "variables": {"f": [base64.b64encode(f"Location:X{n:05d}".encode()).decode() for n in range(36_000)]},
        }
    ),
    "a hundred thousand words that no list knows": json.dumps(
        {
            "query": "query ($f: [MoveStatus!]) { moves(filter: {statuses: $f}) { totalCount } }",
            "variables": {"f": ["X"] * 100_000},
        }
    ),
    "deep JSON": '{"query": "{ viewer { username } }", "variables": ' + '{"a":' * 5_000 + "1" + "}" * 5_001,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_a_request_that_cannot_be_understood_is_refused_with_a_code(body: bytes | str) -> None:
    async with a_day_at_leeds(1) as day:
        answer = await _post(day.gateway, body)
        strict = await _post(day.gateway, body, Accept="application/graphql-response+json")
    assert answer.status_code < 500
    assert 400 <= strict.status_code < 500
    assert "data" not in answer.json()
    assert all(_codes(answer))


ARGUMENTS = {
    "a malformed prison number": '{ person(prisonNumber: "A12") { lastName } }',
    "a prison number of full-width digits": '{ person(prisonNumber: "A\uff11\uff12\uff13\uff14BC") { lastName } }',
    "an impossible date": '{ moves(filter: {dateFrom: "2026-02-30"}) { totalCount } }',
    "a date of another form": '{ moves(filter: {dateFrom: "20260201"}) { totalCount } }',
    "dates the wrong way round": '{ moves(filter: {dateFrom: "2026-02-02", dateTo: "2026-02-01"}) { totalCount } }',
    "a cursor that is none": '{ moves(after: "%%%") { totalCount } }',
    "a cursor of another list": '{ moves(after: "bG9jYXRpb246TEVJ") { totalCount } }',
    "a cursor of locations that is none": '{ locations(after: "?") { totalCount } }',
    "a negative page": "{ moves(first: -1) { totalCount } }",
    "a page that is too large": "{ moves(first: 1001) { totalCount } }",
    "a page larger than any integer": "{ moves(first: " + "9" * 5_000 + ") { totalCount } }",
    "a page beyond 32 bits": "{ moves(first: 99999999999) { totalCount } }",
    "both directions": "{ moves(first: 1, last: 1) { totalCount } }",
    "an id that is no location's": '{ moves(filter: {locationIds: ["LEI"]}) { totalCount } }',
    "a thousand ids": "{ nodes(ids: [" + '"TW92ZToxMjM", ' * 1000 + "]) { id } }",
    "a hundred and one people": "{ people(prisonNumbers: [" + '"A1234BC", ' * 101 + "]) { lastName } }",
    "a quarter that is too long": '{ dashboard(locationId: "TG9jYXRpb246TEVJ", from: "2026-01-01", to: "2026-06-01") '
    "{ days { date } } }",
    "a place that does not exist": '{ dashboard(locationId: "TG9jYXRpb246WFhY", from: "2026-01-01", to: "2026-01-01") '
    "{ days { date } } }",
}


@pytest.mark.parametrize("query", ARGUMENTS.values(), ids=ARGUMENTS.keys())
async def test_an_argument_that_cannot_be_used_is_refused_with_a_code(query: str) -> None:
    async with a_day_at_leeds(1) as day:
        answer = await day.gateway.client.post(
            "/graphql", json={"query": query}, headers={"Authorization": f"Bearer {OFFICER}"}
        )
    assert answer.status_code < 500
    assert _codes(answer) <= {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "TOO_MANY_TOKENS"}


@pytest.mark.parametrize(
    "given_id", ["", "x", "%", "TW92ZTo", "TW92ZToxMjM", "UGVyc29uOmExMjM0YmM", "💥", "A" * 10_000, "TG9jYXRpb246"]
)
async def test_an_id_that_names_nothing_gives_null(given_id: str) -> None:
    async with a_day_at_leeds(1) as day:
        answer = await day.gateway.ask(
            "query ($id: ID!) { node(id: $id) { id } move(id: $id) { id } allocation(id: $id) { id } "
            "personEscortRecord(id: $id) { id } nodes(ids: [$id, $id]) { id } }",
            OFFICER,
            {"id": given_id},
        )
    assert answer == {
        "data": {"node": None, "move": None, "allocation": None, "personEscortRecord": None, "nodes": [None, None]}
    }


def _unsigned(claims: dict[str, object]) -> str:
    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT', 'kid': key_ring().signing_key_id})}.{part(claims)}."


def _bad_tokens() -> dict[str, str]:
    good = jwt.decode(OFFICER, options={"verify_signature": False})
    head, body, signature = OFFICER.split(".")
    return {
        "expired": token_for("LEEDS_OFFICER", "PECS_PRISON", expires_at=NOW - timedelta(minutes=2)),
        "forged": key_ring().forge(good),
        "alg none": _unsigned(good),
        "alg none without its dot": _unsigned(good).rstrip("."),
        "signed with a secret": jwt.encode(
            good, "secret-secret-secret-secret-secret", algorithm="HS256", headers={"kid": key_ring().signing_key_id}
        ),
        "another issuer": token_for("LEEDS_OFFICER", "PECS_PRISON", iss="http://elsewhere.test/auth/issuer"),
        "a changed body": f"{head}.{body[:-4]}AAAA.{signature}",
        "no token at all": "nothing",
    }


@pytest.mark.parametrize("kind", list(_bad_tokens()))
async def test_a_token_that_does_not_hold_is_refused(kind: str) -> None:
    async with a_day_at_leeds(1) as day:
        answer = await _post(day.gateway, '{"query": "{ viewer { username } }"}', _bad_tokens()[kind])
    assert answer.status_code == 401
    assert _codes(answer) == {"UNAUTHENTICATED"}
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "data" not in answer.json()


async def test_introspection_needs_a_token_too() -> None:
    async with a_day_at_leeds(1) as day:
        answer = await day.gateway.client.post("/graphql", json={"query": "{ __schema { types { name } } }"})
    assert answer.status_code == 401


CURSORS = ["", " ", "\x00", "null", "W10", "eyJhIjoxfQ", "💥", "=" * 50, "A" * 5_000, base64.b64encode(b"[]").decode()]


@pytest.mark.parametrize("argument", ["after", "before"])
async def test_no_text_as_a_cursor_breaks_anything(argument: str) -> None:
    async with a_day_at_leeds(1) as day:
        for cursor in CURSORS:
            answer = await day.gateway.client.post(
                "/graphql",
                json={
                    "query": f"query ($c: String) {{ moves({argument}: $c) {{ nodes {{ id }} }} }}",
                    "variables": {"c": cursor},
                },
                headers={"Authorization": f"Bearer {OFFICER}"},
            )
            assert answer.status_code == 200
            assert _codes(answer) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("path", ["/graphiql", "/graphiql/", "/graphiql/config.json", "/", "/docs"])
async def test_graphiql_is_off_unless_it_is_switched_on(path: str) -> None:
    async with a_day_at_leeds(1) as day:
        assert (await day.gateway.client.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/graphql/", "/health/", "/health/ping/", "//graphql", "/graphql%00"])
async def test_a_path_that_is_not_quite_one_is_nowhere_and_leads_nowhere(path: str) -> None:
    async with a_day_at_leeds(1) as day:
        answer = await day.gateway.client.post(path, json={"query": "{ viewer { username } }"})
    assert answer.status_code == 404
    assert "location" not in answer.headers


async def test_health_needs_no_token_and_names_no_reason() -> None:
    async with a_day_at_leeds(1) as day:
        ready = await day.gateway.client.get("/health/ready")
        await day.gateway.switch(day.gateway.nomis, {"down": True})
        whole = await day.gateway.client.get("/health")
    assert (ready.status_code, ready.json()["status"]) == (200, "UP")
    assert (whole.status_code, whole.json()["status"]) == (200, "UP")
    assert whole.json()["components"]["nomis"] == {"status": "DOWN"}


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
async def test_a_nul_in_a_text_breaks_nothing(backend: str) -> None:
    """PostgreSQL takes none in a text, which is no reason to fail: nothing is called by such a name."""
    place = base64.urlsafe_b64encode(b"Location:LE\0I").decode().rstrip("=")
    async with a_day_at_leeds(1, backend=backend) as day:
        refused = [
            await day.gateway.ask(f'{{ {field}(filter: {{locationIds: ["{place}"]}}) {{ totalCount }} }}', OFFICER)
            for field in ("moves", "allocations")
        ]
        found = await day.gateway.ask(
            "query ($key: String!) { moves(filter: {supplierKey: $key}) { totalCount nodes { id } } }",
            OFFICER,
            {"key": "geo\0amey"},
        )
    assert [answer["errors"][0]["extensions"]["code"] for answer in refused] == ["BAD_USER_INPUT"] * 2
    assert found == {"data": {"moves": {"totalCount": 0, "nodes": []}}}
