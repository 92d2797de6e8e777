"""The switches that every stand-in has, over a real server where sockets matter."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from mocks.switches import FaultRule, Switches, first_rules

pytestmark = pytest.mark.anyio


async def _greet(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


def _switches(*rules: FaultRule) -> Switches:
    inner = Starlette(
        routes=[
            Route("/greetings/{name}", _greet),
            Route("/echo", _echo, methods=["POST"]),
            Route("/__own", _greet),
        ]
    )
    return Switches(
        inner,
        service_of=lambda path: "echo" if path == "/echo" else "greeter",
        services={"echo", "greeter"},
        routes=inner.routes,
        rules=rules,
    )


@asynccontextmanager
async def _in_process(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mock.test") as client:
        yield client


@asynccontextmanager
async def _served(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """Serve on a free port for as long as the block runs."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none", lifespan="off"))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=base_url, timeout=10, trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        await asyncio.wait_for(running, 10)


@pytest.mark.parametrize("body", [b"", b"x" * 300_000], ids=["no body", "large body"])
async def test_a_dropped_connection_has_no_answer_and_leaves_no_complaint(
    body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with _served(_switches(FaultRule(down=True, times=1))) as client:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)):
            await client.post("/echo", content=body)
        afterwards = await client.post("/echo", content=b"again")

    assert afterwards.text == "again"
    assert caplog.records == []


async def test_in_process_a_dropped_connection_raises_what_a_socket_would() -> None:
    async with _in_process(_switches(FaultRule(down=True))) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/greetings/ann")


async def test_an_answer_waits_for_as_long_as_it_is_told() -> None:
    async with _served(_switches(FaultRule(latency_ms=150, service="greeter"))) as client:
        begun = time.monotonic()
        late = await client.get("/greetings/ann")
        waited = time.monotonic() - begun

    assert late.text == "hello"
    assert waited >= 0.15


async def test_a_late_answer_meets_the_limit_of_the_caller() -> None:
    async with _served(_switches(FaultRule(latency_ms=1_000))) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/greetings/ann", timeout=0.05)


async def test_a_share_of_the_answers_are_errors() -> None:
    async with _in_process(_switches(FaultRule(error_rate=0.5, status=502))) as client:
        statuses = [(await client.get("/greetings/ann")).status_code for _ in range(200)]

    assert set(statuses) == {200, 502}
    assert 60 < statuses.count(502) < 140


async def test_a_rate_of_none_at_all_spares_everything_though_a_status_is_named() -> None:
    async with _in_process(_switches(FaultRule(error_rate=0, status=502))) as client:
        assert (await client.get("/greetings/ann")).status_code == 200


@pytest.mark.parametrize(
    ("rule", "status", "kind"),
    [
        (FaultRule(status=500), 500, "application/json"),
        (FaultRule(error_rate=1), 503, "application/json"),
        (FaultRule(html=True), 503, "text/html; charset=utf-8"),
        (FaultRule(status=429, html=True), 429, "text/html; charset=utf-8"),
        (FaultRule(status=499), 499, "application/json"),
    ],
)
async def test_an_error_has_the_status_and_the_form_that_were_asked_for(
    rule: FaultRule, status: int, kind: str
) -> None:
    async with _in_process(_switches(rule)) as client:
        answer = await client.get("/greetings/ann")

    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)


async def test_a_rule_hits_its_service_and_its_path_only() -> None:
    rules = (FaultRule(service="greeter", path="/greetings/b", status=500), FaultRule(service="echo", status=502))
    async with _in_process(_switches(*rules)) as client:
        ann, bea = await client.get("/greetings/ann"), await client.get("/greetings/bea")
        echo = await client.post("/echo")

    assert [ann.status_code, bea.status_code, echo.status_code] == [200, 500, 502]


async def test_the_first_rule_that_hits_decides_until_it_is_used_up() -> None:
    async with _in_process(_switches(FaultRule(status=500, times=2), FaultRule(status=502))) as client:
        statuses = [(await client.get("/greetings/ann")).status_code for _ in range(4)]
        shown = (await client.get("/__faults")).json()

    assert statuses == [500, 500, 502, 502]
    assert [rule["times"] for rule in shown["rules"]] == [0, None]


async def test_rules_are_replaced_shown_and_cleared() -> None:
    rule = {"service": "echo", "path": "/echo", "latencyMs": 5, "errorRate": 0.5, "status": 500, "html": True}
    full = {**rule, "down": False, "times": 3}
    async with _in_process(_switches(FaultRule(down=True))) as client:
        replaced = await client.put("/__faults", json={"rules": [full]})
        shown = await client.get("/__faults")
        cleared = await client.delete("/__faults")
        left = await client.get("/__faults")

    assert (replaced.status_code, replaced.json()) == (200, {"rules": [full]})
    assert shown.json() == {"rules": [full]}
    assert (cleared.status_code, left.json()) == (204, {"rules": []})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "body"),
        (b"[]", "body"),
        (b"{}", "rules"),
        (b'{"rules":[{"latencyMs":-1}]}', "rules.0.latencyMs"),
        (b'{"rules":[{},{"errorRate":1.5}]}', "rules.1.errorRate"),
        (b'{"rules":[{"status":200}]}', "rules.0.status"),
        (b'{"rules":[{"service":"nowhere"}]}', "rules.0.service"),
        (b'{"rules":[{"dwon":true}]}', "rules.0.dwon"),
    ],
)
async def test_a_faulty_rule_is_refused_by_the_name_of_its_field_and_changes_nothing(body: bytes, field: str) -> None:
    async with _in_process(_switches(FaultRule(status=500))) as client:
        refused = await client.put("/__faults", content=body)
        still = await client.get("/greetings/ann")

    assert (refused.status_code, refused.json()["error"], refused.json()["field"]) == (400, "invalid_request", field)
    assert still.status_code == 500


async def test_requests_are_counted_by_route_before_any_fault() -> None:
    async with _in_process(_switches(FaultRule(status=500, service="echo"))) as client:
        for path in ("/greetings/ann", "/greetings/bea", "/nowhere"):
            await client.get(path)
        await client.post("/echo")
        counted = (await client.get("/__requests")).json()
        await client.delete("/__requests")
        anew = (await client.get("/__requests")).json()

    by_route = {"GET /greetings/{name}": 2, "GET /nowhere": 1, "POST /echo": 1}
    assert counted == {"total": 4, "byRoute": by_route}
    assert anew == {"total": 0, "byRoute": {}}


async def test_the_applications_own_switches_are_reached_whatever_is_down() -> None:
    async with _in_process(_switches(FaultRule(down=True))) as client:
        own = await client.get("/__own")
        counted = (await client.get("/__requests")).json()

    assert (own.text, counted["total"]) == ("hello", 0)


@pytest.mark.parametrize(("method", "path"), [("POST", "/__faults"), ("PUT", "/__requests")])
async def test_a_switch_says_which_methods_it_knows(method: str, path: str) -> None:
    async with _in_process(_switches()) as client:
        answer = await client.request(method, path)

    assert (answer.status_code, answer.json()["field"]) == (405, "method")


def test_flags_make_one_rule_for_everything_or_none() -> None:
    assert first_rules() == ()
    (rule,) = first_rules(latency_ms=20, error_rate=0.25)
    assert (rule.service, rule.latency_ms, rule.rate, rule.down) == ("*", 20, 0.25, False)
    assert first_rules(down=True)[0].down
