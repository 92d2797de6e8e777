"""Fixtures that every test may use."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio: SQLAlchemy's drivers know no other loop."""
    return "asyncio"
