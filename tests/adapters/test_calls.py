"""The rules of every call, over both transports and real connections."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from structlog.testing import capture_logs

from gateway.adapters.calls import Ask, Observer, Outcome, UpstreamCaller, json_ask
from gateway.adapters.carriers import make_carrier
from gateway.adapters.correlation import Correlation, correlation
from gateway.adapters.decoding import parse
from gateway.adapters.http import UpstreamConfig
from gateway.adapters.systems import PRISONER_SEARCH
from gateway.domain.errors import (
    Unauthenticated,
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from tests.adapters.harness import Observed
from tests.adapters.scripted_server import Act, ScriptedServer, http, scripted

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_pause")]

GOOD = http(200, '{"found": 1}')
MARKER = "ORA-20001 A1234BC secret-marker"
HTML = f"<html><body><h1>502</h1>{MARKER}</body></html>"
PEOPLE = json_ask("/people", "people", ["A1001AA"])

Carrier = Literal["aiohttp", "httpx"]


@pytest.fixture(params=["aiohttp", "httpx"])
def carrier(request: pytest.FixtureRequest) -> Carrier:
    name: Carrier = request.param
    return name


@asynccontextmanager
async def calling(
    server: ScriptedServer | str,
    carrier: Carrier = "aiohttp",
    *,
    observer: Observer | None = None,
    time_limit_s: float = 4.0,
    max_in_flight: int = 40,
    largest_answer: int = 1000,
) -> AsyncIterator[UpstreamCaller]:
    base_url = server if isinstance(server, str) else server.base_url
    config = UpstreamConfig(base_url=base_url, time_limit_s=time_limit_s, max_in_flight=max_in_flight)
    transport = make_carrier(config, carrier)
    caller = UpstreamCaller(PRISONER_SEARCH, config, transport, observer=observer, largest_answer=largest_answer)
    try:
        # A net under tests of time limits: none of them comes near.
        async with asyncio.timeout(20):
            yield caller
    finally:
        await caller.aclose()


async def test_an_answer_is_read(carrier: Carrier) -> None:
    async with scripted(GOOD) as server, calling(server, carrier) as caller:
        assert await caller.ask(PEOPLE, parse) == {"found": 1}
        assert await caller.ask(PEOPLE, parse) == {"found": 1}


async def test_an_answer_may_come_packed(carrier: Carrier) -> None:
    packed = http(200, gzip.compress(b'{"found": 1}'), "Content-Encoding: gzip")
    async with scripted(packed) as server, calling(server, carrier) as caller:
        assert await caller.ask(PEOPLE, parse) == {"found": 1}


async def test_connections_are_kept(carrier: Carrier) -> None:
    async with scripted(GOOD) as server, calling(server, carrier) as caller:
        for _ in range(5):
            await caller.ask(PEOPLE, parse)

    assert (len(server.seen), server.connections) == (5, 1)


async def test_a_connection_on_which_an_answer_was_given_up_is_not_used_again(carrier: Carrier) -> None:
    async with scripted(http(200, "x" * 2000), GOOD) as server, calling(server, carrier) as caller:
        with pytest.raises(UpstreamMalformed):
            await caller.ask(PEOPLE, parse)
        assert await caller.ask(PEOPLE, parse) == {"found": 1}


@pytest.mark.parametrize(
    "passing", [Act.DROP, http(502, HTML), http(503, "{}"), http(504, HTML), http(200, "short", length=99)]
)
async def test_a_passing_fault_is_tried_once_more(carrier: Carrier, passing: bytes | Act) -> None:
    async with scripted(passing, GOOD) as server, calling(server, carrier) as caller:
        assert await caller.ask(PEOPLE, parse) == {"found": 1}
        assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("always", "kind", "times"),
    [
        (Act.DROP, UpstreamUnavailable, 2),
        (http(502, HTML), UpstreamUnavailable, 2),
        (http(503, MARKER), UpstreamUnavailable, 2),
        (http(500, MARKER), UpstreamUnavailable, 1),
        (http(429, MARKER), UpstreamUnavailable, 1),
        (http(408, MARKER), UpstreamUnavailable, 1),
        (http(499, HTML), UpstreamUnavailable, 1),
        (http(522, HTML), UpstreamUnavailable, 1),
        (b"secret-marker, no HTTP at all", UpstreamUnavailable, 2),
        (http(200, "short" + MARKER, length=9999), UpstreamUnavailable, 2),
        (http(400, MARKER), UpstreamRejected, 1),
        (http(401, b""), UpstreamRejected, 1),
        (http(403, MARKER), UpstreamRejected, 1),
        (http(404, MARKER), UpstreamRejected, 1),
        (http(406, HTML), UpstreamRejected, 1),
        (http(418, HTML), UpstreamRejected, 1),
        (http(302, HTML, "Location: /elsewhere"), UpstreamMalformed, 1),
        (http(204, b""), UpstreamMalformed, 1),
        (http(200, HTML), UpstreamMalformed, 1),
        (http(200, MARKER), UpstreamMalformed, 1),
        (http(200, b"\xff" + MARKER.encode()), UpstreamMalformed, 1),
        (http(200, "[" * 5000), UpstreamMalformed, 1),
        (http(200, f'"{MARKER * 99}"'), UpstreamMalformed, 1),
        (http(200, MARKER, "Content-Encoding: gzip"), UpstreamMalformed, 1),
    ],
)
async def test_a_failure_says_who_and_how_and_nothing_of_what_was_answered(
    carrier: Carrier, always: bytes | Act, kind: type[UpstreamError], times: int, capsys: pytest.CaptureFixture[str]
) -> None:
    observed = Observed()
    async with scripted(always) as server, calling(server, carrier, observer=observed) as caller:
        with pytest.raises(kind) as caught:
            await caller.ask(PEOPLE, parse)
        assert len(server.seen) == times

    error = caught.value
    assert type(error) is kind
    assert (error.upstream.value, error.system, error.resource) == ("NOMIS", "Prisoner Search", "people")
    assert (error.__cause__, error.__context__) == (None, None)
    told = f"{error}{error!r}{error.extensions()}{error.__dict__}{capsys.readouterr()}"
    assert "marker" not in told
    assert "ORA" not in told
    assert "A1001AA" not in told
    assert [(system, resource) for system, resource, _, _ in observed.calls] == [("Prisoner Search", "people")]


async def test_no_connection_at_all_is_unavailable(carrier: Carrier) -> None:
    async with scripted(GOOD) as server:
        address = server.base_url
    async with calling(address, carrier) as caller:
        with pytest.raises(UpstreamUnavailable):
            await caller.ask(PEOPLE, parse)


async def test_a_certificate_that_nobody_vouches_for_is_no_connection(carrier: Carrier, tmp_path: Path) -> None:
    async with scripted(GOOD, tls=self_signed(tmp_path)) as server, calling(server, carrier) as caller:
        with pytest.raises(UpstreamUnavailable):
            await caller.ask(PEOPLE, parse)
        assert server.seen == []


async def test_a_call_that_hangs_ends_at_its_time_limit(carrier: Carrier) -> None:
    observed = Observed()
    async with scripted(Act.HANG) as server, calling(server, carrier, observer=observed, time_limit_s=0.2) as caller:
        with pytest.raises(UpstreamTimeout) as caught:
            await caller.ask(PEOPLE, parse)
        assert server.asked.is_set()

    assert str(caught.value).endswith("(Prisoner Search) did not answer in time.")
    assert [(outcome, 0.15 < seconds < 5) for _, _, outcome, seconds in observed.calls] == [(Outcome.TIMEOUT, True)]


async def test_the_second_try_has_no_time_limit_of_its_own(carrier: Carrier) -> None:
    async with scripted(Act.DROP, Act.HANG) as server, calling(server, carrier, time_limit_s=0.3) as caller:
        with pytest.raises(UpstreamTimeout):
            await caller.ask(PEOPLE, parse)
        assert len(server.seen) == 2


async def test_waiting_for_a_place_counts_against_the_time_limit() -> None:
    async with scripted(Act.HANG) as server, calling(server, max_in_flight=1, time_limit_s=0.3) as caller:
        results = await asyncio.gather(*(caller.ask(PEOPLE, parse) for _ in range(3)), return_exceptions=True)

        assert [type(result) for result in results] == [UpstreamTimeout] * 3
        assert len(server.seen) == 1


async def test_calls_beyond_the_bound_wait_for_a_place() -> None:
    async with scripted(GOOD) as server, calling(server, max_in_flight=2) as caller:
        results = await asyncio.gather(*(caller.ask(PEOPLE, parse) for _ in range(20)))

    assert results == [{"found": 1}] * 20


async def test_a_caller_that_gives_up_leaves_its_place_to_others() -> None:
    observed = Observed()
    async with scripted(Act.HANG, GOOD) as server, calling(server, max_in_flight=1, observer=observed) as caller:
        first = asyncio.create_task(caller.ask(PEOPLE, parse))
        await server.asked.wait()
        first.cancel()
        assert await caller.ask(PEOPLE, parse) == {"found": 1}
        with pytest.raises(asyncio.CancelledError):
            await first

    assert {outcome for _, _, outcome, _ in observed.calls} == {Outcome.ABANDONED, Outcome.OK}


async def test_what_must_not_be_sent_twice_is_sent_once(carrier: Carrier) -> None:
    ask = Ask(method="POST", path="/oauth/token", resource="token", content=b"{}", again=False)
    async with scripted(Act.DROP) as server, calling(server, carrier) as caller:
        with pytest.raises(UpstreamUnavailable):
            await caller.ask(ask, parse)
        assert len(server.seen) == 1


async def test_what_may_be_absent_is_none_where_the_service_says_so(carrier: Carrier) -> None:
    said = http(404, '{"status": 404}')
    async with scripted(said, http(404, HTML), http(404, b"")) as server, calling(server, carrier) as caller:
        assert await caller.find(PEOPLE, parse) is None
        for _ in range(2):
            with pytest.raises(UpstreamRejected):
                await caller.find(PEOPLE, parse)


async def test_a_users_own_token_is_sent_and_its_refusal_is_the_users(carrier: Carrier) -> None:
    ask = Ask(method="GET", path="/users/me", resource="user", user_token="the-users")
    async with scripted(GOOD, http(401, b"")) as server, calling(server, carrier) as caller:
        await caller.ask(ask, parse)
        with pytest.raises(Unauthenticated):
            await caller.ask(ask, parse)

    assert "authorization: Bearer the-users".lower() in server.seen[0].lower()
    assert "the-users" not in repr(ask)


async def test_every_request_says_who_calls_and_for_which_request(carrier: Carrier) -> None:
    trace = f"00-{'a1' * 16}-{'b2' * 8}-01"
    async with scripted(GOOD) as server, calling(server, carrier) as caller:
        settled = correlation.set(Correlation("request-17", trace))
        await caller.ask(PEOPLE, parse)
        correlation.reset(settled)
        await caller.ask(PEOPLE, parse)

    first, second = (head.lower() for head in server.seen)
    assert "user-agent: secure-move-gateway/" in first
    assert "x-request-id: request-17" in first
    assert f"traceparent: {trace}" in first
    assert "x-request-id" not in second
    assert "traceparent" not in second


@pytest.mark.parametrize("bad", ["", "a b", "x\r\nHost: elsewhere", "é", "x" * 200])
async def test_what_is_not_well_formed_is_not_passed_on(bad: str) -> None:
    assert Correlation(bad, bad).headers() == {}


async def test_cookies_are_not_kept_for_the_next_caller(carrier: Carrier) -> None:
    baking = http(200, "{}", "Set-Cookie: session=somebodys; Path=/")
    async with scripted(baking) as server, calling(server, carrier) as caller:
        await caller.ask(PEOPLE, parse)
        await caller.ask(PEOPLE, parse)

    assert len(server.seen) == 2
    assert "cookie" not in server.seen[1].lower()


async def test_logs_name_the_system_and_the_outcome_alone() -> None:
    async with scripted(http(400, MARKER)) as server, calling(server) as caller:
        with capture_logs() as logs, pytest.raises(UpstreamRejected):
            await caller.ask(PEOPLE, parse)

    assert logs == [
        {
            "event": "upstream refused",
            "log_level": "info",
            "system": "Prisoner Search",
            "resource": "people",
            "status": 400,
        },
        {
            "event": "upstream call failed",
            "log_level": "warning",
            "system": "Prisoner Search",
            "resource": "people",
            "outcome": "rejected",
        },
    ]


def self_signed(folder: Path) -> ssl.SSLContext:
    """Make a server's context whose certificate no authority signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
