"""Pages by position: ordered lists that are cut at a row, not at a count of rows."""

import base64
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.errors import InvalidInput
from gateway.domain.pages import Edge, Page, PageRequest
from gateway.store.columns import Instant
from gateway.store.reading import Row

T = TypeVar("T")
G = TypeVar("G")
Value = date | datetime | str | int | UUID

_LONGEST_CURSOR: Final = 2_000
_LARGEST_INTEGER: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Position:
    """The place of a row in its list."""

    key: Value
    tie: Value


@dataclass(frozen=True, slots=True)
class Keyset:
    """The order of a list: by `key`, and by `tie`, which no two rows share, among equal keys.

    `name` goes into the cursors, so that a position in one order is not taken for one in another.
    """

    name: str
    key: sa.Column[Any]
    tie: sa.Column[Any]
    descending: bool = False

    def reversed(self) -> "Keyset":
        return replace(self, descending=not self.descending)

    def towards(self, request: PageRequest) -> "Keyset":
        """Return the order in which to read so that the wanted rows come first."""
        return self.reversed() if request.backwards else self

    def ordered(self, columns: "sa.FromClause | None" = None) -> tuple[sa.ColumnElement[Any], ...]:
        """Return ORDER BY terms, over the table itself or over a subquery with columns `key` and `id`."""
        terms = (self.key, self.tie) if columns is None else (columns.c.key, columns.c.id)
        return tuple(sa.desc(term) if self.descending else sa.asc(term) for term in terms)

    def beyond(self, position: Position, *, inclusive: bool = False) -> sa.ColumnElement[bool]:
        """Return the condition on rows that come after a position (or are at it) in this order."""
        there = sa.tuple_(sa.literal(position.key, self.key.type), sa.literal(position.tie, self.tie.type))
        return self._beyond(there, inclusive=inclusive)

    def beyond_given(self, *, inclusive: bool = False) -> sa.ColumnElement[bool]:
        """Return the same for a position that is given at each use, by `given`."""
        key = sa.bindparam("position_key", None, type_=self.key.type)
        tie = sa.bindparam("position_tie", None, type_=self.tie.type)
        return self._beyond(sa.tuple_(key, tie), inclusive=inclusive)

    @staticmethod
    def given(position: Position) -> dict[str, object]:
        """Give a position as statements with `beyond_given` take it."""
        return {"position_key": position.key, "position_tie": position.tie}

    def _beyond(self, there: sa.Tuple, *, inclusive: bool) -> sa.ColumnElement[bool]:
        here = sa.tuple_(self.key, self.tie)
        if self.descending:
            return here <= there if inclusive else here < there
        return here >= there if inclusive else here > there

    def cursor(self, row: sa.Row[tuple[object, ...]]) -> str:
        columns = row._mapping  # noqa: SLF001 - the documented way to read a row by column name
        return self.encode(Position(columns[self.key.name], columns[self.tie.name]))

    def writers(self, rows: Sequence[Row]) -> Iterator[Callable[[], str]]:
        """Give what writes the cursor of each row, where rows begin with all columns of the table."""
        columns = self.key.table.c.keys()
        key, tie = columns.index(self.key.name), columns.index(self.tie.name)
        return (partial(self._cursor_at, row[key], row[tie]) for row in rows)

    def _cursor_at(self, key: Value, tie: Value) -> str:
        return self.encode(Position(key, tie))

    def encode(self, position: Position) -> str:
        entries = [self.name, _written(position.key), _written(position.tie)]
        text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    def decode(self, cursor: str, *, argument: str) -> Position:
        """Read a cursor back. Only what `encode` writes is one: whatever reads otherwise is refused.

        Raises:
            InvalidInput: not a cursor, or one of a list in another order.

        """
        try:
            position = self._decode(cursor)
            written = None if position is None else self.encode(position)
        except (ValueError, OverflowError, RecursionError):
            position = written = None
        if position is None or written != cursor:
            raise InvalidInput(f"{argument} is not a cursor of this list.", field=(argument,))
        return position

    def position(self, request: PageRequest) -> Position | None:
        """Read the position of a request.

        Raises:
            InvalidInput: see `decode`.

        """
        if request.position is None:
            return None
        return self.decode(request.position, argument="before" if request.backwards else "after")

    def _decode(self, cursor: str) -> Position | None:
        if len(cursor) > _LONGEST_CURSOR or not cursor.isascii():
            return None
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        entries = json.loads(text)
        if not isinstance(entries, list) or len(entries) != 3 or entries[0] != self.name:  # noqa: PLR2004
            return None
        key, tie = _read(entries[1], self.key.type), _read(entries[2], self.tie.type)
        return None if key is None or tie is None else Position(key, tie)


def _written(value: Value) -> str | int:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value


def _read(value: object, column_type: sa.types.TypeEngine[object]) -> Value | None:
    """Read a value as its column has it, or None. Raises ValueError where the text does not hold one."""
    read: Value | None = None
    match value, column_type:
        case str(), sa.Date():
            read = date.fromisoformat(value)
        case str(), Instant():
            instant = datetime.fromisoformat(value)
            read = instant if instant.tzinfo is not None else None
        case str(), sa.Uuid():
            read = UUID(value)
        case str(), sa.String():
            # Neither database takes a NUL, and half a surrogate pair is no text.
            value.encode()
            read = None if "\0" in value else value
        case int(), sa.Integer():
            read = value if type(value) is int and 0 <= value <= _LARGEST_INTEGER else None
    return read


def page_of(edges: Sequence[Edge[T]], request: PageRequest, *, behind: bool) -> Page[T]:
    """Make a page of the rows read: in reading order, one more than wanted if there are more. `behind`: some before."""
    more, wanted = len(edges) > request.size, tuple(edges[: request.size])
    if request.backwards:
        return Page(wanted[::-1], has_next=behind, has_previous=more)
    return Page(wanted, has_next=more, has_previous=behind)


async def pages_by(
    conn: AsyncConnection,
    rows: sa.Select[tuple[object, ...]],
    request: PageRequest,
    *,
    group: Sequence[sa.Column[Any]],
    keyset: Keyset,
    read: Callable[[sa.Row[tuple[object, ...]]], tuple[G, T]],
) -> dict[G, Page[T]]:
    """Cut the same page out of many short lists in one statement.

    `rows` selects every list entire, `group` tells them apart, `read` gives a row's list and value. A list without
    any row is absent. Each list is numbered from the position on, and the other way from it, where the first row
    tells whether the page has anything behind it.

    Raises:
        InvalidInput: the request's position is not one of this list.

    """
    position, order = keyset.position(request), keyset.towards(request)
    side: sa.ColumnElement[int] = sa.literal(1)
    if position is not None:
        side = sa.case((order.beyond(position), 1), else_=0)
    rank = sa.func.row_number().over(partition_by=[*group, side], order_by=order.ordered())
    numbered = rows.add_columns(rank.label("rank"), side.label("side")).subquery()
    statement = (
        sa.select(numbered)
        .where(numbered.c.rank <= sa.case((numbered.c.side == 1, request.size + 1), else_=1))
        .order_by(numbered.c.rank)
    )
    found: defaultdict[G, list[Edge[T]]] = defaultdict(list)
    behind: set[G] = set()
    for row in await conn.execute(statement):
        which, value = read(row)
        if row.side == 1:
            found[which].append(Edge(keyset.cursor(row), value))
        else:
            behind.add(which)
    return {which: page_of(found[which], request, behind=which in behind) for which in {*found, *behind}}


def with_empty(pages: dict[G, Page[T]], wanted: Iterable[G]) -> dict[G, Page[T]]:
    """Give a list without rows an empty page."""
    empty: Page[T] = Page((), has_next=False, has_previous=False)
    return {which: pages.get(which, empty) for which in wanted}
