"""Fixtures that every test may use, and how hard Hypothesis tries.

The profile `ci` draws the same examples each time; `HYPOTHESIS_PROFILE=nightly` draws many, and new ones each night.
"""

import os

import pytest
from hypothesis import settings

settings.register_profile("ci", max_examples=150, derandomize=True, deadline=None, database=None)
settings.register_profile("nightly", max_examples=10_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio: SQLAlchemy's drivers know no other loop."""
    return "asyncio"
