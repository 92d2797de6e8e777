"""The services as a process of their own."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

pytestmark = pytest.mark.slow


@contextmanager
def _running(*flags: str) -> Iterator[httpx.Client]:
    """Start the command on a free port; the client's connection attempts wait for it to listen."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "mocks.nomis", "--port", port, "--today", "2026-11-24", "--scale", "1", *flags]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:  # noqa: S603 (our own command)
        try:
            transport = httpx.HTTPTransport(retries=6)
            with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
                yield client
        finally:
            process.terminate()


def test_the_services_start_and_tell_their_issuer_and_counts() -> None:
    with _running("--issuer", "https://sign-in.example/auth/issuer") as nomis:
        health = nomis.get("/health/ping").json()
        discovery = nomis.get("/auth/issuer/.well-known/openid-configuration").json()
        counts = nomis.get("/__requests").json()

    assert health == {"status": "UP"}
    assert discovery["token_endpoint"] == "https://sign-in.example/auth/oauth/token"
    assert counts["total"] == 2


def test_the_services_start_with_faults_that_can_be_cleared() -> None:
    with _running("--down") as nomis:
        faults = nomis.get("/__faults").json()["rules"]
        with pytest.raises(httpx.RemoteProtocolError):
            nomis.get("/health/ping")
        nomis.delete("/__faults")
        health = nomis.get("/health/ping")

    assert [(rule["service"], rule["down"]) for rule in faults] == [("*", True)]
    assert health.status_code == 200


@pytest.mark.parametrize(
    "flags",
    [["--today", "soon"], ["--port", "0"], ["--error-rate", "2"], ["--scale", "101"], ["--latency-ms", "600001"]],
)
def test_a_flag_that_makes_no_sense_is_named(flags: list[str]) -> None:
    command = [sys.executable, "-m", "mocks.nomis", *flags]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 (our own)

    assert answer.returncode == 2
    assert flags[0].removeprefix("--") in answer.stderr
