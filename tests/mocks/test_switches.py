"""The switches before every stand-in: faults set from outside, and the count of requests at the door."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mocks.switches import FaultRule, Switches, first_rules

pytestmark = pytest.mark.anyio

OK = 200


async def _answer(request: Request) -> Response:
    return PlainTextResponse(request.url.path)


def make(rules: Iterable[FaultRule] = ()) -> Switches:
    """Put switches before two services: alerts under /alerts, and search for the rest."""
    app = Starlette(
        routes=[
            Route("/alerts/{number}", _answer, methods=["GET", "POST"]),
            Route("/people/{number}", _answer, methods=["GET"]),
            Route("/__own", _answer, methods=["GET"]),
        ]
    )
    return Switches(
        app,
        service_of=lambda path: "alerts" if path.startswith("/alerts") else "search",
        services=("alerts", "search"),
        routes=app.routes,
        rules=rules,
    )


def calling(switches: Switches) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(switches), base_url="http://stand-in.test")


@pytest.fixture
async def api() -> AsyncIterator[httpx.AsyncClient]:
    async with calling(make()) as client:
        yield client


async def put(api: httpx.AsyncClient, *rules: Mapping[str, object]) -> None:
    response = await api.put("/__faults", json={"rules": list(rules)})
    assert response.status_code == OK, response.text


async def statuses(api: httpx.AsyncClient, path: str, count: int) -> list[int]:
    return [(await api.get(path)).status_code for _ in range(count)]


async def counts(api: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get("/__requests")).json()
    return found


# ── the count at the door ────────────────────────────────────────────────────────────────────


async def test_requests_are_counted_by_method_and_route(api: httpx.AsyncClient) -> None:
    await api.get("/alerts/1")
    await api.get("/alerts/2")
    await api.post("/alerts/2")
    await api.get("/people/1")

    assert await counts(api) == {
        "total": 4,
        "byRoute": {"GET /alerts/{number}": 2, "POST /alerts/{number}": 1, "GET /people/{number}": 1},
    }


async def test_requests_without_a_route_are_counted_by_their_path(api: httpx.AsyncClient) -> None:
    await api.get("/elsewhere")
    await api.post("/people/1")

    assert await counts(api) == {"total": 2, "byRoute": {"GET /elsewhere": 1, "POST /people/1": 1}}


async def test_requests_that_meet_a_fault_are_counted(api: httpx.AsyncClient) -> None:
    await put(api, {"status": 503}, {"down": True})
    await api.get("/alerts/1")
    await put(api, {"down": True})
    with pytest.raises(httpx.RemoteProtocolError):
        await api.get("/alerts/1")

    assert await counts(api) == {"total": 2, "byRoute": {"GET /alerts/{number}": 2}}


async def test_count_begins_anew(api: httpx.AsyncClient) -> None:
    await api.get("/alerts/1")

    response = await api.delete("/__requests")

    assert response.status_code == 204
    assert await counts(api) == {"total": 0, "byRoute": {}}


async def test_controls_are_neither_counted_nor_faulted(api: httpx.AsyncClient) -> None:
    await put(api, {"status": 503})

    own = await api.get("/__own")

    assert (own.status_code, own.text) == (200, "/__own")
    assert await counts(api) == {"total": 0, "byRoute": {}}


# ── the rules ────────────────────────────────────────────────────────────────────────────────


async def test_without_rules_everything_passes(api: httpx.AsyncClient) -> None:
    response = await api.get("/alerts/1")

    assert (response.status_code, response.text) == (200, "/alerts/1")


async def test_rules_are_shown_replaced_and_cleared(api: httpx.AsyncClient) -> None:
    await put(api, {"service": "alerts", "status": 500}, {"service": "search", "status": 502})
    await put(api, {"service": "alerts", "path": "/alerts/1", "latencyMs": 5, "errorRate": 0.5, "times": 3})
    shown = (await api.get("/__faults")).json()
    passed = await statuses(api, "/people/1", 1)
    cleared = await api.delete("/__faults")

    assert shown == {
        "rules": [
            {
                "service": "alerts",
                "path": "/alerts/1",
                "latencyMs": 5,
                "errorRate": 0.5,
                "status": None,
                "html": False,
                "down": False,
                "times": 3,
            }
        ]
    }
    assert passed == [200]
    assert cleared.status_code == 204
    assert (await api.get("/__faults")).json() == {"rules": []}


async def test_rule_bears_on_its_service_and_path_alone(api: httpx.AsyncClient) -> None:
    await put(api, {"service": "alerts", "path": "/alerts/7", "status": 500})

    answers = [(await api.get(path)).status_code for path in ("/alerts/7", "/alerts/77", "/alerts/8", "/people/7")]

    assert answers == [500, 500, 200, 200]


async def test_rule_for_any_service_bears_on_all(api: httpx.AsyncClient) -> None:
    await put(api, {"service": "*", "status": 500})

    assert [(await api.get(path)).status_code for path in ("/alerts/1", "/people/1", "/elsewhere")] == [500] * 3


async def test_first_rule_that_hits_decides(api: httpx.AsyncClient) -> None:
    await put(api, {"service": "alerts", "status": 429}, {"status": 500})

    assert [(await api.get(path)).status_code for path in ("/alerts/1", "/people/1")] == [429, 500]


async def test_rule_hits_as_often_as_it_says_and_then_the_next_one_does(api: httpx.AsyncClient) -> None:
    await put(api, {"status": 500, "times": 2}, {"status": 502, "times": 1})

    assert await statuses(api, "/alerts/1", 2) == [500, 500]
    assert [rule["times"] for rule in (await api.get("/__faults")).json()["rules"]] == [0, 1]
    assert await statuses(api, "/alerts/1", 2) == [502, 200]


async def test_latency_comes_before_the_answer(api: httpx.AsyncClient) -> None:
    await put(api, {"latencyMs": 60, "times": 1})
    loop = asyncio.get_running_loop()

    begun_at = loop.time()
    response = await api.get("/alerts/1")

    assert response.status_code == 200
    assert loop.time() - begun_at >= 0.055


async def test_error_of_no_status_is_unavailable_in_json(api: httpx.AsyncClient) -> None:
    await put(api, {"errorRate": 1})

    response = await api.get("/alerts/1")

    assert response.status_code == 503
    assert response.json() == {"status": 503, "error": "Service Unavailable"}


async def test_error_has_the_status_it_is_given(api: httpx.AsyncClient) -> None:
    await put(api, {"status": 599})

    response = await api.get("/alerts/1")

    assert response.status_code == 599
    assert response.json() == {"status": 599, "error": "Error"}


async def test_error_may_be_a_page(api: httpx.AsyncClient) -> None:
    await put(api, {"status": 502, "html": True})

    response = await api.get("/alerts/1")

    assert response.status_code == 502
    assert response.headers["content-type"].startswith("text/html")
    assert "<h1>Bad Gateway</h1>" in response.text


async def test_rate_hits_its_share_and_the_same_requests_each_time() -> None:
    runs = []
    for _ in range(2):
        async with calling(make([FaultRule(error_rate=0.3, status=500)])) as api:
            runs.append(await statuses(api, "/alerts/1", 400))

    assert runs[0] == runs[1]
    assert 0.25 < runs[0].count(500) / 400 < 0.35
    assert set(runs[0]) == {200, 500}


async def test_rate_of_nought_hits_nothing(api: httpx.AsyncClient) -> None:
    await put(api, {"errorRate": 0, "status": 500})

    assert await statuses(api, "/alerts/1", 20) == [200] * 20


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"service": "weather"}, "rules.1.service"),
        ({"path": 7}, "rules.1.path"),
        ({"latencyMs": -1}, "rules.1.latencyMs"),
        ({"latencyMs": "long"}, "rules.1.latencyMs"),
        ({"errorRate": 1.1}, "rules.1.errorRate"),
        ({"errorRate": -0.1}, "rules.1.errorRate"),
        ({"status": 200}, "rules.1.status"),
        ({"status": 600}, "rules.1.status"),
        ({"html": "perhaps"}, "rules.1.html"),
        ({"down": None}, "rules.1.down"),
        ({"times": -1}, "rules.1.times"),
        ({"colour": "red"}, "rules.1.colour"),
    ],
)
async def test_rule_that_cannot_be_is_refused_and_the_old_ones_stay(
    api: httpx.AsyncClient, rule: dict[str, object], field: str
) -> None:
    await put(api, {"status": 500})

    response = await api.put("/__faults", json={"rules": [{}, rule]})

    assert response.status_code == 400
    assert (response.json()["error"], response.json()["field"]) == ("invalid_request", field)
    assert response.json()["message"]
    assert await statuses(api, "/alerts/1", 1) == [500]


@pytest.mark.parametrize(
    ("content", "field"),
    [(b"{", "body"), (b"[]", "body"), (b"{}", "rules"), (b'{"rules": 1}', "rules"), (b'{"rules": [], "x": 1}', "x")],
)
async def test_body_that_holds_no_rules_is_refused(api: httpx.AsyncClient, content: bytes, field: str) -> None:
    response = await api.put("/__faults", content=content)

    assert response.status_code == 400
    assert (response.json()["error"], response.json()["field"]) == ("invalid_request", field)


@pytest.mark.parametrize("path", ["/__faults", "/__requests"])
async def test_other_methods_are_refused(api: httpx.AsyncClient, path: str) -> None:
    response = await api.post(path)

    assert response.status_code == 405
    assert response.json()["field"] == "method"


async def test_flags_make_one_rule_for_everything_or_none() -> None:
    assert first_rules() == ()
    assert first_rules(latency_ms=5, error_rate=0.5, down=True) == (
        FaultRule(service="*", latency_ms=5, error_rate=0.5, down=True),
    )
    async with calling(make(first_rules(error_rate=1))) as api:
        assert await statuses(api, "/people/1", 2) == [503, 503]


# ── a dropped connection ─────────────────────────────────────────────────────────────────────


async def test_in_process_a_dropped_connection_is_the_error_that_a_socket_would_give(api: httpx.AsyncClient) -> None:
    await put(api, {"service": "alerts", "down": True, "times": 1})

    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await api.get("/alerts/1")

    assert await statuses(api, "/alerts/1", 1) == [200]


@asynccontextmanager
async def served(switches: Switches, http: Literal["h11", "httptools"]) -> AsyncIterator[int]:
    """Serve over a real socket on a free port, which is told."""
    server = uvicorn.Server(uvicorn.Config(switches, http=http, lifespan="off", log_config=None))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        await server.startup(sockets=[door])
        try:
            yield door.getsockname()[1]
        finally:
            await server.shutdown(sockets=[door])


async def ask(port: int, request: bytes) -> bytes:
    """Send bytes and read all that comes until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("http", ["h11", "httptools"])
@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /alerts/1 HTTP/1.1\r\nHost: here\r\n\r\n",
        b"POST /alerts/1 HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhello",
        b"POST /alerts/1 HTTP/1.1\r\nHost: here\r\nContent-Length: 500\r\n\r\nhello",
    ],
    ids=["without a body", "with a body", "with a body that never ends"],
)
async def test_over_a_socket_the_connection_ends_without_an_answer_or_a_word_in_the_log(
    caplog: pytest.LogCaptureFixture, http: Literal["h11", "httptools"], request_bytes: bytes
) -> None:
    caplog.set_level(logging.WARNING)
    switches = make([FaultRule(service="alerts", latency_ms=20, down=True)])

    async with served(switches, http) as port:
        answer = await ask(port, request_bytes)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            counted = (await client.get("/__requests")).json()["total"]
            still_there = await client.get("/people/1")

    assert answer == b""
    assert counted == 1
    assert still_there.status_code == 200
    assert caplog.records == []


@pytest.mark.parametrize("http", ["h11", "httptools"])
async def test_over_a_kept_connection_the_drop_is_seen_and_the_next_request_passes(
    http: Literal["h11", "httptools"],
) -> None:
    async with served(make(), http) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        await put(client, {"down": True, "times": 1})
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/alerts/1")

        assert await statuses(client, "/alerts/1", 1) == [200]
