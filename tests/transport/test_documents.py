"""Documents and variables: what is refused, in which words, and what is remembered."""

import json
from collections.abc import Callable

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    get_introspection_query,
)
from strawberry.schema import schema as strawberry_schema

from gateway.domain.errors import InvalidInput
from gateway.transport.documents import Documents, PreparedOperation, core_schema
from gateway.transport.errors import DocumentErrors
from gateway.transport.limits import Limits
from tests.transport.harness import SECRET, Harness

pytestmark = pytest.mark.anyio

HarnessWith = Callable[..., Harness]


def nested(field: str, times: int, inner: str) -> str:
    return (field + " {") * times + inner + "}" * times


TOO_MUCH = [
    ("{ hello }" + " " * 40_000, "DOCUMENT_TOO_LONG"),
    ("{ hello " + "# note\n" * 2_500 + "}", "TOO_MANY_TOKENS"),
    ("{ move {" + "reference " * 3_000 + "} }", "TOO_MANY_TOKENS"),
    ("{" + nested("move", 15, "reference") + "}", "QUERY_TOO_DEEP"),
    ("{" + nested("move", 500, "reference") + "}", "QUERY_TOO_DEEP"),
    (
        "{ ...A } fragment A on Query { move { ...B } } fragment B on Move {" + nested("move", 14, "reference") + "}",
        "QUERY_TOO_DEEP",
    ),
    ("{ __schema { types {" + nested("ofType", 20, "name") + "} } }", "INTROSPECTION_TOO_DEEP"),
    ("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", "INTROSPECTION_TOO_DEEP"),
    ('{ __type(name: "Move") { fields { type { fields { type { fields { name } } } } } } }', "INTROSPECTION_TOO_DEEP"),
    ("{" + " ".join(f"a{number}: hello" for number in range(21)) + "}", "TOO_MANY_ROOT_FIELDS"),
    ("{" + "...A " * 21 + "} fragment A on Query { hello }", "TOO_MANY_ROOT_FIELDS"),
    ("mutation {" + " ".join(f"a{number}: book" for number in range(21)) + "}", "TOO_MANY_ROOT_FIELDS"),
    ("{ move {" + " ".join(f"a{number}: reference" for number in range(31)) + "} }", "TOO_MANY_ALIASES"),
    (
        "{ move {" + "...A " * 4 + "} } fragment A on Move {" + " ".join(f"a{n}: reference" for n in range(8)) + "}",
        "TOO_MANY_ALIASES",
    ),
    ("{ hello " + "@include(if: true) " * 6 + "}", "TOO_MANY_DIRECTIVES"),
    ("{ move {" + "reference @include(if: true) @skip(if: false) " * 26 + "} }", "TOO_MANY_DIRECTIVES"),
    ("query " + "@unknown " * 6 + "{ hello }", "TOO_MANY_DIRECTIVES"),
    ("query ($a: String " + "@unknown " * 6 + ") { hello(name: $a) }", "TOO_MANY_DIRECTIVES"),
    ("{ ...A " + "@include(if: true) " * 6 + "} fragment A on Query { hello }", "TOO_MANY_DIRECTIVES"),
    ("{ move {" + "reference " * 31 + "} }", "TOO_MANY_FIELDS"),
    ("{ move {" + "...A " * 31 + "} } fragment A on Move { reference }", "TOO_MANY_FIELDS"),
    (
        "{ ...F0 }"
        + "".join(f" fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(100))
        + " fragment F100 on Query { hello }",
        "TOO_MANY_FIELDS",
    ),
]


@pytest.mark.parametrize(("query", "code"), TOO_MUCH)
async def test_a_document_that_asks_for_too_much_is_refused_with_the_limit_it_breaks(
    harness: Harness, query: str, code: str
) -> None:
    assert code in await harness.codes(query)
    assert harness.probe.contexts == []


@pytest.mark.parametrize(
    "query",
    [
        "{" + nested("move", 14, "reference") + "}",
        "{" + " ".join(f"a{number}: hello" for number in range(20)) + "}",
        "{ move {" + " ".join(f"a{number}: reference" for number in range(30)) + "} }",
        "{ move {" + "reference " * 30 + "} }",
        "{ hello " + "@include(if: true) " * 1 + "@skip(if: false) }",
    ],
)
async def test_a_document_at_its_limit_is_answered(harness: Harness, query: str) -> None:
    assert await harness.codes(query) == []


@pytest.mark.parametrize(
    "query",
    [
        "{ ...A } fragment A on Query { hello ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A hello }",
    ],
)
async def test_fragments_that_spread_themselves_are_refused(harness: Harness, query: str) -> None:
    assert await harness.codes(query) == ["GRAPHQL_VALIDATION_FAILED"]


async def test_the_introspection_of_graphiql_is_answered(harness: Harness) -> None:
    query = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    ).replace("specifiedByURL", "specifiedByURL isOneOf")
    response = await harness.post(query)
    assert response.status_code == 200
    assert "errors" not in response.json()
    types = {type_["name"]: type_ for type_ in response.json()["data"]["__schema"]["types"]}
    assert types["ByEither"]["isOneOf"]


FRAGMENTED = """
    { ...A }
    fragment A on Query { moves(first: 4) { ...B } }
    fragment B on MoveConnection { nodes { reference } }
"""


@pytest.mark.parametrize(
    ("query", "variables", "objects_allowed"),
    [
        ("{ moves { nodes { reference } } }", {}, 1 + 20),
        ("{ moves(first: 7) { nodes { reference } } }", {}, 1 + 7),
        ("{ moves(first: 7, last: 9) { nodes { reference } } }", {}, 1 + 9),
        ("{ moves(first: 7) { edges { node { reference } } } }", {}, 1 + 7 * 2),
        ("{ moves(first: 7) { nodes { events(first: 3) { nodes { kind } } } } }", {}, 1 + 7 * (1 + 1 + 3)),
        ("query ($n: Int) { moves(first: $n) { nodes { reference } } }", {"n": 12}, 1 + 12),
        ("query ($n: Int = 13) { moves(first: $n) { nodes { reference } } }", {}, 1 + 13),
        ("query ($n: Int) { moves(first: $n) { nodes { reference } } }", {"n": None}, 1 + 20),
        ("{ moves(first: -5) { nodes { reference } } }", {}, 1),
        (
            FRAGMENTED,
            {},
            1 + 4,
        ),
        ("{ moves(first: 4) { ... on MoveConnection { ... { nodes { reference } } } } }", {}, 1 + 4),
        ("{ move { journeys { kind } } }", {}, 1 + 10),
        ('{ people(prisonNumbers: ["A1234BC", "A1234BD"]) { reference } }', {}, 2),
        (
            "query ($p: [PrisonNumber!]!) { people(prisonNumbers: $p) { journeys { kind } } }",
            {"p": ["A1234BC", "A1234BD", "A1234BE"]},
            3 * (1 + 10),
        ),
        ("{ __schema { types { name } } hello }", {}, 0),
    ],
)
async def test_the_objects_of_nested_pages_are_multiplied(
    harness_with: HarnessWith, query: str, variables: dict[str, object], objects_allowed: int
) -> None:
    assert await harness_with(objects=objects_allowed).codes(query, variables) == []
    if objects_allowed:
        assert await harness_with(objects=objects_allowed - 1).codes(query, variables) == ["QUERY_TOO_EXPENSIVE"]


async def test_pages_within_pages_are_refused_before_anything_is_fetched(harness: Harness) -> None:
    query = "{ moves(first: 100) { nodes { events(first: 1000) { nodes { kind } } } } }"
    assert await harness.codes(query) == ["QUERY_TOO_EXPENSIVE"]
    assert harness.probe.contexts == []


VARIABLES = [
    ("query ($v: Int!) { count(limit: $v) }", {}, "Variable '$v' is required: it must be of type Int!."),
    ("query ($v: Int!) { count(limit: $v) }", {"v": None}, "Variable '$v' must not be null: it must be of type Int!."),
    ("query ($v: Int!) { count(limit: $v) }", {"v": SECRET}, "Variable '$v' must be of type Int!."),
    ("query ($v: Int!) { count(limit: $v) }", {"v": 2**40}, "Variable '$v' must be of type Int!."),
    ("query ($v: Int!) { count(limit: $v) }", {"v": 10**300}, "Variable '$v' must be of type Int!."),
    ("query ($v: String) { hello(name: $v) }", {"v": [SECRET]}, "Variable '$v' must be of type String."),
    (
        "query ($v: Status!) { status(status: $v) }",
        {"v": SECRET},
        "Variable '$v' must be of type Status!, one of BOOKED, CANCELLED.",
    ),
    (
        "query ($v: PrisonNumber!) { person(prisonNumber: $v) }",
        {"v": SECRET},
        "Variable '$v' cannot be used: A prison number has seven characters.",
    ),
    ("query ($v: MoveInput!) { booking(input: $v) }", {"v": SECRET}, "Variable '$v' must be of type MoveInput!."),
    ("query ($v: MoveInput!) { booking(input: $v) }", {"v": {}}, "Variable '$v' lacks reference."),
    (
        "query ($v: MoveInput!) { booking(input: $v) }",
        {"v": {"reference": "x", SECRET: SECRET}},
        "Variable '$v' has a field that MoveInput does not have.",
    ),
    (
        "query ($v: MoveInput!) { booking(input: $v) }",
        {"v": {"reference": "x", "events": [{"kind": "a", "count": SECRET}]}},
        "Variable '$v.events[0].count' must be of type Int!.",
    ),
    (
        "query ($v: MoveInput!) { booking(input: $v) }",
        {"v": {"reference": "x", "events": [{"kind": None}]}},
        "Variable '$v.events[0].kind' must not be null: it must be of type String!.",
    ),
    (
        "query ($v: ByEither!) { either(by: $v) }",
        {"v": {"reference": SECRET, "number": 1}},
        "Variable '$v' must be of type ByEither!, with exactly one field.",
    ),
]


@pytest.mark.parametrize(("query", "variables", "message"), VARIABLES)
async def test_a_variable_that_cannot_be_used_is_named_and_never_quoted(
    harness: Harness, query: str, variables: dict[str, object], message: str
) -> None:
    response = await harness.post(query, variables)
    assert SECRET not in response.text
    errors = response.json()["errors"]
    assert errors[0]["message"] == message
    assert errors[0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert errors[0]["extensions"]["variable"] == "v"
    assert "locations" in errors[0]


async def test_variables_are_all_reported_up_to_a_bound(harness: Harness) -> None:
    names = [f"v{number}" for number in range(15)]
    declared = " ".join(f"${name}: Int!" for name in names)
    used = " ".join(f"{name}: count(limit: ${name})" for name in names)
    assert await harness.codes(f"query ({declared}) {{ {used} }}") == ["BAD_USER_INPUT"] * 10


LITERALS = [
    (f'{{ count(limit: "{SECRET}") }}', "GRAPHQL_VALIDATION_FAILED", "Expected a value of type Int!."),
    (
        f'{{ booking(input: {{reference: 5, status: BOOKED, events: "{SECRET}"}}) }}',
        "GRAPHQL_VALIDATION_FAILED",
        "Expected a value of type String! at reference.",
    ),
    (f'{{ person(prisonNumber: "{SECRET}") }}', "BAD_USER_INPUT", "A prison number has seven characters."),
    ("{ count(limit: " + "9" * 6000 + ") }", "GRAPHQL_VALIDATION_FAILED", "Expected a value of type Int!."),
    (f'{{ hello("{SECRET}") }}', "GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found String."),
    (f'{{ hello(name: "{SECRET}) }}', "GRAPHQL_PARSE_FAILED", "Syntax Error: Unterminated string."),
    ("{ helo }", "GRAPHQL_VALIDATION_FAILED", "Cannot query field 'helo' on type 'Query'."),
    ("{ hello(title: 1) }", "GRAPHQL_VALIDATION_FAILED", "Unknown argument 'title' on field 'Query.hello'."),
    (
        "{ status(status: BOOKE) }",
        "GRAPHQL_VALIDATION_FAILED",
        "Expected a value of type Status!, one of BOOKED, CANCELLED.",
    ),
    (
        "{ move }",
        "GRAPHQL_VALIDATION_FAILED",
        "Field 'move' of type 'Move!' must have a selection of subfields.",
    ),
    (
        "{ echo(value: " + "[" * 300 + "]" * 300 + ") }",
        "QUERY_TOO_DEEP",
        "The document is nested too deeply to be read.",
    ),
    ("{ hello @skp }", "GRAPHQL_VALIDATION_FAILED", "Unknown directive '@skp'."),
]


@pytest.mark.parametrize(("query", "code", "message"), LITERALS)
async def test_a_mistake_in_the_document_is_told_without_its_literals_and_without_guesses(
    harness: Harness, query: str, code: str, message: str
) -> None:
    response = await harness.post(query)
    error = response.json()["errors"][0]
    assert (error["extensions"]["code"], error["message"]) == (code, message)
    assert SECRET not in response.text
    assert "Did you mean" not in response.text
    assert error["locations"]


async def test_only_so_many_mistakes_are_reported(harness: Harness) -> None:
    codes = await harness.codes("{" + " ".join(f"unknown{number}" for number in range(19)) + "}")
    assert len(codes) == 11


@pytest.mark.parametrize("query", ["query { hello } query { hello }", "query A { hello } { hello }"])
async def test_an_anonymous_operation_stands_alone(harness: Harness, query: str) -> None:
    assert "GRAPHQL_VALIDATION_FAILED" in await harness.codes(query)


def test_of_a_thousand_mistakes_only_the_first_are_looked_at() -> None:
    """To tell each takes a time that can grow with the square of their number."""
    looked_at: list[object] = []

    def refuse(value: object) -> object:
        looked_at.append(value)
        raise InvalidInput("It cannot be used.")

    number = GraphQLScalarType("Number", parse_value=refuse)
    numbers = GraphQLArgument(GraphQLList(number))
    schema = GraphQLSchema(GraphQLObjectType("Query", {"f": GraphQLField(GraphQLInt, args={"numbers": numbers})}))
    with pytest.raises(DocumentErrors) as caught:
        Documents(Limits()).prepare(schema, "query ($v: [Number]) { f(numbers: $v) }", None, {"v": ["x"] * 1_000})
    assert caught.value.errors[0].message == "Variable '$v[0]' cannot be used: It cannot be used."
    assert len(caught.value.errors) == Limits().errors
    assert len(looked_at) < 200


def test_variables_without_a_bottom_are_refused() -> None:
    schema = build_schema("input I { i: I } type Query { f(i: I): Int }")
    bottomless: dict[str, object] = {}
    for _ in range(2_000):
        bottomless = {"i": bottomless}
    with pytest.raises(DocumentErrors) as caught:
        Documents(Limits()).prepare(schema, "query ($v: I) { f(i: $v) }", None, {"v": bottomless})
    assert [error.message for error in caught.value.errors] == ["Variable '$v' is nested too deeply."]


def test_valid_documents_are_parsed_once(harness: Harness) -> None:
    documents = Documents(Limits(cached_documents=2))
    schema = core_schema(harness.schema)
    first = documents.document(schema, "{ hello }")
    assert documents.document(schema, "{ hello }") is first
    documents.document(schema, "{ count }")
    assert documents.document(schema, "{ hello }") is first
    documents.document(schema, "{ count hello }")
    assert documents.document(schema, "{ hello }") is first, "the one longest unused goes first"


def test_documents_are_forgotten_by_their_total_length(harness: Harness) -> None:
    documents = Documents(Limits(cached_characters=30))
    schema = core_schema(harness.schema)
    first = documents.document(schema, "{ hello }")
    documents.document(schema, "{ hello }" + " " * 15)
    assert documents.document(schema, "{ hello }") is not first


def test_rubbish_is_not_remembered(harness: Harness) -> None:
    documents = Documents(Limits(cached_documents=1))
    schema = core_schema(harness.schema)
    first = documents.document(schema, "{ hello }")
    for rubbish in ("{", "{ nothing }", "{ ...A }"):
        with pytest.raises(DocumentErrors):
            documents.document(schema, rubbish)
    assert documents.document(schema, "{ hello }") is first


async def test_an_operation_is_neither_parsed_nor_validated_twice(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwanted(*_args: object, **_options: object) -> None:
        raise AssertionError

    monkeypatch.setattr(strawberry_schema, "parse", unwanted)
    monkeypatch.setattr(strawberry_schema, "validate", unwanted)
    assert (await harness.post("{ hello }")).json() == {"data": {"hello": "hello world"}}


async def test_an_execution_of_a_document_nobody_prepared_is_held_to_the_limits(harness: Harness) -> None:
    result = await harness.schema.execute("{" + nested("move", 15, "reference") + "}")
    assert result.errors is not None
    assert result.errors[0].message == "An operation may have at most 15 fields nested."


def test_estimates_need_no_python_schema() -> None:
    schema = build_schema(
        "interface N { id: ID n: [N] } type Query { n: N u: [U] } type A implements N { id: ID n: [N] } union U = A"
    )
    documents = Documents(Limits(objects=1 + 10 + 10 * 1 + 10 * 10 - 1))
    query = "{ n { n { id } } u { ... on A { n { id } } } }"
    with pytest.raises(DocumentErrors, match="QUERY_TOO_EXPENSIVE"):
        documents.prepare(schema, query, None, json.loads("{}"))


def test_what_was_found_right_is_remembered_with_its_variables_within_bounds() -> None:
    documents = Documents(Limits())
    schema = build_schema("type Query { f(n: Int, text: String): Int }")
    text = "query ($n: Int, $text: String) { f(n: $n, text: $text) }"

    def prepared(**variables: object) -> PreparedOperation:
        return documents.prepare(schema, text, None, variables)

    assert prepared(n=1) is prepared(n=1)
    assert prepared(n=1).variables.coerced == {"n": 1}
    assert prepared(n=2).variables.coerced == {"n": 2}
    with pytest.raises(DocumentErrors):
        prepared(n="1")
    with pytest.raises(DocumentErrors):
        prepared(n=True)
    long = "x" * 3_000
    assert prepared(text=long) is not prepared(text=long)
    first = prepared(n=0)
    for n in range(1, 600):
        prepared(n=n)
    assert prepared(n=0) is not first
