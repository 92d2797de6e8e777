"""Arguments that many fields take, described once."""

from typing import Annotated, TypeAlias

import strawberry

FIRST = "How many rows at most (50 where neither this nor `last` is given, 1000 at the most)."
AFTER = "Only rows after this cursor of the same list in the same order."
LAST = "How many rows at most, counted from the end."
BEFORE = "Only rows before this cursor of the same list in the same order."

First: TypeAlias = Annotated[int | None, strawberry.argument(description=FIRST)]
After: TypeAlias = Annotated[str | None, strawberry.argument(description=AFTER)]
Last: TypeAlias = Annotated[int | None, strawberry.argument(description=LAST)]
Before: TypeAlias = Annotated[str | None, strawberry.argument(description=BEFORE)]
