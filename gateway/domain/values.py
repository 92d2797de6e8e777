"""Values: what is read by the hundred for one answer, and so has to be quick to make."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

__all__ = ["value"]

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, slots: bool, kw_only: bool = False) -> Callable[[type], Any]:
        """Make a dataclass that the type checker takes for a frozen one.

        It is not guarded at run time: each field of a frozen dataclass is set by a call, which makes one five times
        as dear, and most of what the gateway did to read a list was that.
        """
        assert frozen  # noqa: S101 - of the programme, not of its input
        return dataclass(slots=slots, kw_only=kw_only, unsafe_hash=True)
