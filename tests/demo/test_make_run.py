"""What a person gets who types `make run`: processes that talk HTTP, an answer, and nothing lost at the stop."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from gateway.domain.times import business_day, utc_now
from gateway.transport.example_queries import example_tabs
from tests.browser.chromium import FLAGS, find_browser
from tests.demo import walkthrough

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@dataclass
class Running:
    process: subprocess.Popen[str]
    folder: Path
    gateway: str
    nomis: str

    def token(self, persona: str) -> str:
        answer = httpx.post(f"{self.gateway}/graphiql/personas/{persona}/token", trust_env=False, timeout=10)
        return str(answer.raise_for_status().json()["access_token"])

    def ask(self, query: str, token: str, variables: object = None) -> dict[str, object]:
        answer = httpx.post(
            f"{self.gateway}/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=30,
        )
        body: dict[str, object] = answer.json()
        return body

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


def _free_ports(count: int) -> int:
    """Find the first of so many neighbouring ports that nobody uses."""
    for first in range(21_000 + os.getpid() % 5_000, 32_000, count):
        held = [socket.socket() for _ in range(count)]
        try:
            for offset, one in enumerate(held):
                one.bind(("127.0.0.1", first + offset))
        except OSError:
            continue
        finally:
            for one in held:
                one.close()
        return first
    pytest.fail("no ports")


def _start(folder: Path, *command: str) -> tuple[Running, str]:
    """Start the demonstration, and return it with what it said by the time that it runs."""
    port = _free_ports(4)
    process = subprocess.Popen(  # noqa: S603
        [*command, sys.executable, "-u", "-m", "demo", "--port", str(port), "--upstream-port", str(port + 1)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    said = []
    deadline = time.monotonic() + 240
    for line in process.stdout:
        said.append(line)
        if "Stop with Ctrl-C" in line:
            break
        assert time.monotonic() < deadline, "".join(said)
    else:
        process.wait(timeout=40)
        pytest.fail("".join(said))
    return Running(process, folder, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"), "".join(said)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    started, said = _start(tmp_path_factory.mktemp("demo"))
    assert "It answered 50 of" in said
    yield started
    if started.process.poll() is None:
        started.process.terminate()
        started.process.wait(timeout=40)
    assert started.process.stdout is not None
    started.process.stdout.close()


def test_a_person_in_graphiql_signs_in_and_asks_across_all_systems(running: Running) -> None:
    found = find_browser()
    asked: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.executable, args=list(FLAGS), env={**os.environ, **found.environment}
        )
        page = browser.new_page()
        page.on("request", lambda request: asked.add(urlsplit(request.url).hostname or ""))
        page.goto(f"{running.gateway}/graphiql/")
        expect(page.get_by_role("region", name="Operation Editor")).to_contain_text("MovesOfTheDay")
        page.get_by_role("button", name=re.compile("^Sign in")).click()
        page.get_by_role("menuitem", name="Prison officer, Leeds").first.click()
        expect(page.get_by_role("button", name=re.compile("^Signed in as"))).to_be_visible()
        page.get_by_role("button", name="Execute query").click()
        result = page.get_by_role("region", name="Result Window")
        expect(result).to_contain_text("totalCount", timeout=20_000)
        expect(result).not_to_contain_text("errors")
        # Suppliers drive: the board begins to move by itself, and goes on.
        page.get_by_role("tab", name="WatchMoves").click()
        page.get_by_role("button", name="Execute query").click()
        expect(result).to_contain_text("moveUpdates", timeout=60_000)
        expect(result).not_to_contain_text("errors")
        first = result.inner_text()
        page.wait_for_function(
            "(first) => document.querySelector('[aria-label=\"Result Window\"]').innerText !== first",
            arg=first,
            timeout=60_000,
        )
        browser.close()
    assert asked == {"127.0.0.1"}


def test_the_suppliers_drive(running: Running) -> None:
    token = running.token("geoamey-system")
    day = business_day(utc_now()).isoformat()
    query = f"""{{
      moves(first: 100, filter: {{statuses: [IN_TRANSIT], dateFrom: "{day}", dateTo: "{day}"}}) {{
        nodes {{ reference tracking {{ latitude longitude }} }}
      }}
    }}"""

    def places() -> dict[str, object]:
        answer: Any = running.ask(query, token)
        assert "errors" not in answer, answer
        return {one["reference"]: one["tracking"] for one in answer["data"]["moves"]["nodes"] if one["tracking"]}

    before, deadline = places(), time.monotonic() + 120
    while not [reference for reference, place in places().items() if before.get(reference, place) != place]:
        assert time.monotonic() < deadline, "nobody moves"
        time.sleep(0.5)  # between two looks
    health = httpx.get(f"{running.gateway}/health", trust_env=False, timeout=10).json()
    assert health["components"]["webhooks to geoamey"] == {"status": "UP"}


def test_the_walkthrough_is_true(running: Running) -> None:
    known = {"tomorrow": (business_day(utc_now()) + timedelta(days=1)).isoformat()}
    for step in walkthrough.steps():
        now = utc_now()
        known["now"] = now.isoformat()
        known |= {f"now+{n}": (now + timedelta(seconds=n)).isoformat() for n in range(1, 6)}
        variables = json.loads(_filled_in(step.variables, known))
        answer = running.ask(step.query, running.token(step.who), variables)
        assert "errors" not in answer, (step, answer)
        data: Any = answer["data"]
        assert _problems(data) == [], (step, answer)
        if "WhoIsHere" in step.query:
            known |= _found(data)
        if "NotYet" in step.query:
            assert data == {"move": None}
        if step.keep is not None:
            path, name = step.keep
            known[name] = reduce(lambda node, key: node[key], path.split("."), data)
        if step.status is not None:
            assert _status(data) == step.status, (step, answer)
    seen = running.ask(
        "query($id: ID!) {move(id: $id) {status}}", running.token("moorland-officer"), {"id": known["move"]}
    )
    assert seen["data"] == {"move": {"status": "COMPLETED"}}


def _filled_in(text: str, known: dict[str, str]) -> str:
    return re.sub(r"<([\w+]+)>", lambda word: known[word[1]], text)


def _found(data: Any) -> dict[str, str]:
    people = [node["person"] for node in data["moves"]["nodes"] if node["person"] is not None]
    numbers = [
        one["prisonNumber"]
        for one in people
        if (one["location"] or {}).get("agencyId") == "LEI" and (one["escortEligibility"] or {}).get("eligible")
    ]
    first, second, third = list(dict.fromkeys(numbers))[:3]
    places = {name: data[name]["id"] for name in ("leeds", "moorland", "court")}
    return {**places, "first": first, "second": second, "third": third}


def _problems(data: Any) -> list[object]:
    """Give the problems that a change, or one of several events, met."""
    payloads = [one for one in data.values() if isinstance(one, dict)]
    each = [*payloads, *(result for one in payloads for result in one.get("results", ()))]
    return [problem for one in each for problem in one.get("problems", ())]


def _status(data: Any) -> str:
    (payload,) = data.values()
    thing = payload.get("move") or payload.get("allocation") or payload.get("personEscortRecord") or payload
    return str(thing["status"])


def test_the_federated_query_is_answered_and_its_reads_are_logged_before_the_processes_stop(running: Running) -> None:
    query = example_tabs(business_day(utc_now()))[0].query
    officer = running.token("leeds-officer")
    answer = running.ask(query, officer)
    assert "errors" not in answer
    moves = answer["data"]["moves"]["nodes"]  # type: ignore[index]
    assert len(moves) == 50
    assert sum(move["person"] is not None for move in moves) > 30
    assert any(move["person"] and move["person"]["alerts"] for move in moves)
    assert any(move["journeys"] for move in moves)
    assert any(move["personEscortRecord"] for move in moves)

    for place, token in (("LEI", officer), ("WWI", running.token("wandsworth-officer"))):
        places = running.ask(
            "{ moves(first: 1000) { totalCount nodes { fromLocation { agencyId } toLocation { agencyId } "
            "lodgings { location { agencyId } } } } }",
            token,
        )["data"]["moves"]  # type: ignore[index]
        assert places["totalCount"] == len(places["nodes"]) > 10
        assert all(
            place
            in {
                move["fromLocation"]["agencyId"],
                (move["toLocation"] or {}).get("agencyId"),
                *(stay["location"]["agencyId"] for stay in move["lodgings"]),
            }
            for move in places["nodes"]
        )

    httpx.put(
        f"{running.nomis}/__faults",
        content=json.dumps({"rules": [{"service": "prisoner-search", "down": True}]}),
        trust_env=False,
    ).raise_for_status()
    degraded = running.ask(query, officer)
    assert len(degraded["data"]["moves"]["nodes"]) == 50  # type: ignore[index]
    assert {error["extensions"]["code"] for error in degraded["errors"]} == {  # type: ignore[attr-defined]
        "UPSTREAM_UNAVAILABLE"
    }

    # Asked last, and stopped at once: what was read is written all the same.
    assert running.ask("query TheLast { moves(first: 7) { nodes { reference } } }", officer)
    assert running.stop() == 0
    with sqlite3.connect(running.folder / ".demo" / "store.sqlite3") as store:
        logged = store.execute(
            "select count(*) from access_log where operation = 'TheLast' and username = 'LEEDS_OFFICER'"
        ).fetchone()
        by_type = dict(
            store.execute(
                "select subject_type, count(*) from access_log where operation = 'MovesOfTheDay' "
                "and username = 'LEEDS_OFFICER' group by 1"
            ).fetchall()
        )
    assert logged == (7,)
    assert set(by_type) == {"Move", "Person", "PersonEscortRecord"}


def test_ctrl_c_is_heard_even_where_it_was_ignored_at_the_start(running: Running, tmp_path: Path) -> None:
    """A shell that starts something in the background of a script has it ignore the signal."""
    running.stop()
    shutil.copytree(running.folder / ".demo", tmp_path / ".demo")  # a world that need not be made again
    started, _ = _start(tmp_path, "sh", "-c", 'trap "" INT; exec "$@"', "sh")
    started.process.send_signal(signal.SIGINT)
    rest, _ = started.process.communicate(timeout=40)
    assert started.process.returncode == 0
    said = rest.strip().splitlines()
    # Suppliers stop as the gateway does: where it was about to ask one, its log says that nobody answered.
    after = [json.loads(line) for line in said[said.index("Stopping.") + 1 :]]
    assert [one for one in after if one["event"] != "upstream call failed"] == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{started.gateway}/health/ping", trust_env=False)


def test_a_port_in_use_is_named_and_nothing_is_started(tmp_path: Path) -> None:
    """Otherwise what listens there already would answer in the place of what was to be started."""
    port = _free_ports(4)
    with socket.create_server(("127.0.0.1", port + 2)):
        answer = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "demo", "--port", str(port), "--upstream-port", str(port + 1)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=60,
        )
    assert answer.returncode == 1
    assert f"ports in use: {port + 2}." in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / ".demo").exists()


def test_each_part_says_what_it_needs_when_a_setting_is_missing() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "gateway", "serve"],
        capture_output=True,
        text=True,
        check=False,
        env={**{k: v for k, v in os.environ.items() if not k.startswith("GATEWAY_")}, "GATEWAY_PORT": "no"},
        cwd=ROOT,
    )
    assert answer.returncode == 2
    for name in ("GATEWAY_PORT", "GATEWAY_SIGN_IN_URL", "GATEWAY_NOMIS_CLIENT_SECRET"):
        assert name in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_SUPPLIERS", "no JSON: SECRET"),
        ("GATEWAY_DATABASE_URL", "SECRET"),
        ("GATEWAY_DATABASE_URL", "mysql://user:SECRET@host/name"),
        ("GATEWAY_DEMO_PERSONAS", "/nowhere/SECRET.json"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_in_one_line_that_does_not_quote_it(name: str, value: str) -> None:
    required = {
        f"GATEWAY_{part}_URL": "http://127.0.0.1:1"
        for part in ("SIGN_IN", "PRISON_API", "PRISONER_SEARCH", "ALERTS", "MANAGE_USERS")
    }
    answer = subprocess.run(
        [sys.executable, "-m", "gateway", "serve"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **required, "GATEWAY_NOMIS_CLIENT_ID": "i", "GATEWAY_NOMIS_CLIENT_SECRET": "s", name: value},
        cwd=ROOT,
        timeout=60,
    )
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert name in answer.stderr
    assert "SECRET" not in answer.stderr
