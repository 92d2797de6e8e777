"""The one gateway that the folder's properties share."""

from collections.abc import Iterator

import pytest

from tests.scope.standing import Standing, standing_gateway


@pytest.fixture(scope="session")
def standing() -> Iterator[Standing]:
    with standing_gateway() as running:
        yield running
