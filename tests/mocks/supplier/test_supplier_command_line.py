"""The command line: a process of its own, over the invented world, with its first faults."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import httpx
import pytest
import typer
from typer.testing import CliRunner

from estate import Estate
from estate.model import ClientHome
from mocks.supplier.__main__ import serve

TODAY = date(2026, 11, 24)


@contextmanager
def running(*flags: str) -> Iterator[httpx.Client]:
    """Run the command on a free port and call it; the transport's own retries wait until it listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    command = [sys.executable, "-m", "mocks.supplier", "--port", str(port), "--today", TODAY.isoformat(), *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:  # noqa: S603 - our own
        try:
            transport = httpx.HTTPTransport(retries=7)
            with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
                yield client
        finally:
            process.terminate()
            told, _ = process.communicate(timeout=20)
    assert told == b""


@pytest.mark.slow
def test_command_serves_the_moves_of_one_supplier() -> None:
    estate = Estate(1, 1, today=TODAY)
    account = next(
        client for client in estate.clients() if client.home is ClientHome.SUPPLIER and client.supplier == "serco"
    )
    moves = [move for move in estate.moves_on(TODAY) if move.authorised_at is not None]
    own = {move.reference: move for move in moves if "serco" in {move.supplier, move.receiving_supplier}}
    wanted = {"moveReferences": [move.reference for move in moves]}

    with running("--supplier", "serco", "--seed", "1", "--scale", "1") as api:
        issued = api.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(account.client_id, account.secret)
        )
        headers = {"Authorization": f"Bearer {issued.json()['access_token']}"}
        answer = api.post("/journeys/search", json=wanted, headers=headers).json()
        counted = api.get("/__requests").json()

    told = {row["moveReference"]: [leg["id"] for leg in row["journeys"]] for row in answer["content"]}
    driven = {key: [str(leg.id) for leg in move.journeys if leg.supplier == "serco"] for key, move in own.items()}
    assert told == driven
    assert any(told.values())
    assert counted == {"total": 2, "byRoute": {"POST /oauth/token": 1, "POST /journeys/search": 1}}


@pytest.mark.slow
def test_command_can_begin_with_faults_that_are_not_logged_and_can_be_cleared() -> None:
    with running("--down", "--latency-ms", "1", "--error-rate", "0.5") as api:
        rules = api.get("/__faults").json()["rules"]
        with pytest.raises(httpx.RemoteProtocolError):
            api.get("/health/ping")
        api.delete("/__faults")
        mended = api.get("/health/ping")

    assert [(rule["service"], rule["latencyMs"], rule["errorRate"], rule["down"]) for rule in rules] == [
        ("*", 1, 0.5, True)
    ]
    assert mended.json() == {"status": "UP"}


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        (["--supplier", "nobody"], "geoamey, serco"),
        (["--today", "24/11/2026"], "2026-11-24"),
        (["--error-rate", "2"], "--error-rate"),
        (["--scale", "0"], "--scale"),
    ],
)
def test_command_names_the_flag_that_cannot_be(flags: list[str], word: str) -> None:
    command = typer.Typer()
    command.command()(serve)

    ended = CliRunner().invoke(command, flags, env={"COLUMNS": "200", "NO_COLOR": "1"})

    assert ended.exit_code == 2
    assert flags[0] in ended.stderr
    assert word in ended.stderr
