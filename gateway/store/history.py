"""The history of changes: appended with each, read for things in scope."""

from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.changes import Author, Change, ChangedThing, FieldChange
from gateway.domain.ids import MoveId
from gateway.domain.pages import Page, PageRequest
from gateway.domain.scope import Scope
from gateway.store.keysets import Keyset, pages_by, with_empty
from gateway.store.scoping import visible_moves
from gateway.store.tables import changes, moves

# A thing has each version once. The row's own number would tell how much else was changed in between.
_BY_VERSION: Final = Keyset("history", changes.c.version, changes.c.subject_id)


async def append(conn: AsyncConnection, found: Iterable[Change], author: Author) -> None:
    """Write who made which changes."""
    rows = [
        {
            "subject_type": one.subject_type.value,
            "subject_id": one.subject_id,
            "version": one.version,
            "at": one.at,
            "username": one.username,
            "client_id": author.client_id,
            "request_id": author.request_id,
            "fields": [{"name": field.name, "before": field.before, "after": field.after} for field in one.fields],
        }
        for one in found
    ]
    if rows:
        await conn.execute(sa.insert(changes), rows)


async def pages_by_moves(
    conn: AsyncConnection, move_ids: Sequence[MoveId], request: PageRequest, *, within: Scope
) -> dict[MoveId, Page[Change]]:
    """Read the same page of each move's versions, from the first on, in one statement.

    Raises:
        InvalidInput: the position is not one of such a list.

    """
    rows = (
        sa.select(changes)
        .join(moves, moves.c.id == changes.c.subject_id)
        .where(
            changes.c.subject_type == ChangedThing.MOVE.value,
            changes.c.subject_id.in_(set(move_ids)),
            visible_moves(within),
        )
    )
    found = await pages_by(
        conn,
        rows,
        request,
        group=(changes.c.subject_id,),
        keyset=_BY_VERSION,
        read=lambda row: (MoveId(row.subject_id), _change_of(row)),
    )
    return with_empty(found, move_ids)


def _change_of(row: sa.Row[tuple[object, ...]]) -> Change:
    return Change(
        subject_type=ChangedThing(row.subject_type),
        subject_id=row.subject_id,
        version=row.version,
        at=row.at,
        username=row.username,
        fields=tuple(FieldChange(one["name"], one["before"], one["after"]) for one in row.fields),
    )
