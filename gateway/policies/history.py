"""What the history of a move tells whoever sees the move.

That its person changed is told, and not who it was: the numbers of people are for those who have sight of them now, and
whoever was swapped out may be nobody of theirs. That a move is a place in an allocation is told by the move itself, to
those who may see allocations.
"""

from dataclasses import replace
from typing import Final

from gateway.domain.changes import Change

_NAMED_ONLY: Final = frozenset({"prison_number"})
_LEFT_OUT: Final = frozenset({"allocation_id"})


def as_told(change: Change) -> Change:
    """Return a change without the values that its readers have no right to by the move alone."""
    return replace(
        change,
        fields=tuple(
            replace(field, before=None, after=None) if field.name in _NAMED_ONLY else field
            for field in change.fields
            if field.name not in _LEFT_OUT
        ),
    )
