"""Fixtures that every test may use, and how hard Hypothesis tries.

The profile `ci` draws the same examples each time; `HYPOTHESIS_PROFILE=nightly` draws many, and new ones each night.
"""

import gc
import os

import pytest
from hypothesis import settings

from tests.support.dialects import share_what_is_compiled

# As in the gateway's own process: each bed makes a good deal of lasting garbage, and looking through it all costs more.
gc.set_threshold(50_000, 20, 50)

share_what_is_compiled()

settings.register_profile("ci", max_examples=100, derandomize=True, deadline=None, database=None)
settings.register_profile("nightly", max_examples=10_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio: SQLAlchemy's drivers know no other loop."""
    return "asyncio"
