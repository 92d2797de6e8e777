"""Filling a store and stopping: what `python -m demo --load-only` leaves behind, and what it says meanwhile."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_a_world_is_loaded_with_its_progress_told_even_where_nobody_watches(tmp_path: Path) -> None:
    answer = demo(tmp_path, "--load-only", "--scale", "3")

    with sqlite3.connect(tmp_path / ".demo" / "store.sqlite3") as store:
        (moves,) = store.execute("SELECT count(*) FROM moves").fetchone()
    told = answer.stdout.splitlines()
    shares = [int(line.rpartition(" ")[2].removesuffix("%")) for line in told if line.endswith("%")]
    assert moves > 6000
    assert told[-1] == f"{moves:,} moves."
    assert shares[-1] == 100
    assert len(shares) > 1
    assert shares == sorted(set(shares))


@pytest.mark.parametrize("scale", ["0.5", "101", "much"])
def test_a_scale_that_no_world_has_is_refused_by_its_name(tmp_path: Path, scale: str) -> None:
    answer = demo(tmp_path, "--load-only", "--scale", scale)

    assert answer.returncode == 2
    assert "--scale" in answer.stderr
    assert "Traceback" not in answer.stderr


def demo(folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "demo", *flags],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
