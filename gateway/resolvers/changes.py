"""What a change led to, as its payload shows it."""

from typing import TypeVar

from gateway.context import Info
from gateway.services.changes import Outcome
from gateway.services.loaders import Loaders

T = TypeVar("T")


def changed(root: Outcome[T], info: Info) -> T | None:
    """Give the thing as it is now, and have all that hangs on it read anew.

    A document may hold several changes, made one after the other: what was read of the first is old by the second.
    """
    info.context.loaders = Loaders()
    return root.value
