"""The page of state machines is drawn from the tables that the code runs on."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_of_states_is_what_the_tables_say() -> None:
    done = subprocess.run(
        [sys.executable, "docs/states.py", "--check"], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == 0, "run python docs/states.py"
