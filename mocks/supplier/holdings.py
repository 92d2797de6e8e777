"""What the system holds now: what it began with, and what was changed at run time."""

from mocks.supplier.records import LegRecord, PositionRecord, Source


class Holdings:
    """A source with changes on top; a change to None makes the thing unknown."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._legs: dict[str, tuple[LegRecord, ...] | None] = {}
        self._positions: dict[str, PositionRecord | None] = {}

    def legs(self, reference: str) -> tuple[LegRecord, ...] | None:
        if reference in self._legs:
            return self._legs[reference]
        return self._source.legs(reference)

    def position(self, reference: str) -> PositionRecord | None:
        if reference in self._positions:
            return self._positions[reference]
        return self._source.position(reference)

    def change_legs(self, reference: str, legs: tuple[LegRecord, ...] | None) -> None:
        self._legs[reference] = legs

    def change_position(self, reference: str, position: PositionRecord | None) -> None:
        self._positions[reference] = position

    def restore(self) -> None:
        """Forget all changes."""
        self._legs.clear()
        self._positions.clear()
