"""The errors of an answer: their codes, what is shown of them and what is logged."""

import re

import pytest
from structlog.testing import capture_logs

from gateway.domain import errors as domain_errors
from gateway.domain.errors import GatewayError
from gateway.transport.errors import MASK, ErrorCode
from tests.transport.harness import SECRET, Harness

pytestmark = pytest.mark.anyio


def kinds(base: type[GatewayError]) -> set[type[GatewayError]]:
    return {base}.union(*(kinds(kind) for kind in base.__subclasses__() if kind.__module__ == domain_errors.__name__))


def test_every_code_is_explained_and_nothing_else_is() -> None:
    explained = re.findall(r"^\s+- ([A-Z_]+):", ErrorCode.__doc__ or "", re.MULTILINE)
    assert sorted(explained) == sorted(ErrorCode)


def test_every_code_is_its_own_name() -> None:
    assert [code.value for code in ErrorCode] == [code.name for code in ErrorCode]


def test_every_error_of_the_domain_has_a_listed_code() -> None:
    assert {kind.code for kind in kinds(GatewayError)} <= set(ErrorCode)


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("{ refused }", "FORBIDDEN", "Only administrators may see this."),
        ("{ invalid }", "BAD_USER_INPUT", "The reference means nothing."),
        ("{ rejected }", "UPSTREAM_REJECTED", "NOMIS (Prisoner Search) did not accept the gateway's request."),
        ("{ broken }", "INTERNAL_SERVER_ERROR", MASK),
        ("{ unserialisable }", "INTERNAL_SERVER_ERROR", MASK),
        ("{ required }", "INTERNAL_SERVER_ERROR", MASK),
        ("query ($v: Int) { count(limit: $v) }", "BAD_USER_INPUT", "An argument of this field has no usable value."),
    ],
)
async def test_an_error_of_a_field_has_its_code_place_and_request(
    harness: Harness, query: str, code: str, message: str
) -> None:
    response = await harness.post(query, {"v": None}, x_request_id="abc-12345")
    (error,) = response.json()["errors"]
    assert (error["extensions"]["code"], error["message"]) == (code, message)
    assert error["extensions"]["requestId"] == "abc-12345"
    assert error["path"] == [re.findall(r"{ (\w+)", query)[0]]
    assert error["locations"]
    assert SECRET not in response.text


async def test_what_an_upstream_error_knows_is_shown(harness: Harness) -> None:
    response = await harness.post("{ move { reference alerts } }", x_request_id="abc-12345")
    body = response.json()
    assert body["data"] == {"move": {"reference": "ABC1234D", "alerts": None}}
    assert body["errors"] == [
        {
            "message": "NOMIS (the alerts service) is not available just now.",
            "locations": [{"line": 1, "column": 20}],
            "path": ["move", "alerts"],
            "extensions": {
                "code": "UPSTREAM_UNAVAILABLE",
                "upstream": "NOMIS",
                "service": "the alerts service",
                "resource": "alerts",
                "retryable": True,
                "requestId": "abc-12345",
            },
        }
    ]


async def test_the_field_of_bad_input_is_shown(harness: Harness) -> None:
    (error,) = (await harness.post("{ invalid }")).json()["errors"]
    assert error["extensions"]["field"] == ["invalid", "reference"]


async def test_a_masked_error_is_logged_by_its_type_and_place_alone(
    harness: Harness, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logs:
        await harness.post('{ hello(name: "Literal-Detail") broken }', x_request_id="abc-12345")
    (entry,) = [log for log in logs if log["event"] == "error_masked"]
    assert entry["request_id"] == "abc-12345"
    assert entry["exception"] == "builtins.RuntimeError"
    assert entry["field"] == "broken"
    assert any("harness.py" in frame and frame.endswith(" broken") for frame in entry["frames"])
    written = repr(logs) + caplog.text + "".join(capsys.readouterr())
    assert SECRET not in written
    assert "Literal-Detail" not in written


@pytest.mark.parametrize("query", ["{", "{ nothing }", "{ refused }", "query ($v: Int!) { count(limit: $v) }"])
async def test_the_mistakes_of_clients_are_not_logged(
    harness: Harness, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logs:
        await harness.post(query, {"v": SECRET})
    assert logs == []
    assert caplog.text == ""
