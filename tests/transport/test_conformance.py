"""The audits of npm's graphql-http, run against a real server."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.transport.harness import Harness, serving

INTEROP = Path(__file__).parents[1] / "interop"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def audit() -> list[str]:
    """Return the command of the audit, its packages installed as locked."""
    node, npm = shutil.which("node"), shutil.which("npm")
    assert node, "the audit needs node on the path"
    assert npm, "the audit needs npm on the path"
    if not (INTEROP / "node_modules" / "graphql-http").is_dir():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=INTEROP, check=True, timeout=180)  # noqa: S603 - a fixed command
    return [node, str(INTEROP / "audit.mjs")]


def test_every_audit_of_graphql_over_http_is_ok(harness: Harness, audit: list[str]) -> None:
    with serving(harness.app) as url:
        run = subprocess.run([*audit, f"{url}/graphql", "token"], capture_output=True, check=False, timeout=60)  # noqa: S603 - a fixed command
    assert run.stderr == b""
    found = json.loads(run.stdout)
    assert found["failures"] == []
    assert found["counts"] == {"ok": 61, "notice": 0, "warn": 0, "error": 0}
    assert run.returncode == 0
