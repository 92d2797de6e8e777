"""Fixtures that every test may use, and how hard Hypothesis tries.

The profile `ci` draws the same examples each time; `HYPOTHESIS_PROFILE=nightly` draws many, and new ones each night.
"""

import gc
import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

from tests.support.dialects import share_what_is_compiled

# Each bed makes a good deal of lasting garbage, and looking through it all costs more than it frees.
gc.set_threshold(200_000, 20, 100)

_LONG: Final = (
    "demo/test_make_run.py",
    "scope/test_hidden_rows_change_nothing.py",
    "webhooks/test_chaos.py",
    "booking/test_killed.py",
    "browser/test_graphiql.py",
    "live/test_chaos.py",
    "scope/test_against_naive_rules.py",
)

share_what_is_compiled()

settings.register_profile("ci", max_examples=100, derandomize=True, deadline=None, database=None)
settings.register_profile("nightly", max_examples=10_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: whoever met it last would be waited for. One worker begins at the beginning."""
    here = Path(__file__).parent
    order = {here / name: place for place, name in enumerate(_LONG)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


def pytest_collection_finish() -> None:
    """Look for garbage no more in what was imported: it stays to the end."""
    gc.freeze()


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Run asynchronous tests on asyncio, as SQLAlchemy's drivers know no other, and on the loop that the server has."""
    return "asyncio", {"use_uvloop": True}
