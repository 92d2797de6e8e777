"""Fixtures over the tiny endpoint of harness.py."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.transport.limits import Limits
from tests.transport.harness import Harness, make_harness


@pytest.fixture
def harness() -> Harness:
    return make_harness(Limits())


@pytest.fixture
def harness_with() -> Callable[..., Harness]:
    """Make an endpoint whose limits differ from the usual ones in what is given."""

    def make(**changes: float) -> Harness:
        return make_harness(replace(Limits(), **changes))  # type: ignore[arg-type]  # names and types are the caller's

    return make
