"""Filling a store and stopping: what `python -m demo --load-only` leaves behind, and what it says meanwhile."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_world_is_loaded_with_its_progress_told_even_where_nobody_watches(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "demo", "--load-only", "--scale", "3"]
    told = subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    ).stdout.splitlines()

    with sqlite3.connect(tmp_path / ".demo" / "store.sqlite3") as store:
        (moves,) = store.execute("SELECT count(*) FROM moves").fetchone()
    shares = [int(line.rpartition(" ")[2].removesuffix("%")) for line in told if line.endswith("%")]
    assert moves > 6000
    assert told[-1] == f"{moves:,} moves."
    assert shares[-1] == 100
    assert len(shares) > 1
    assert shares == sorted(set(shares))
