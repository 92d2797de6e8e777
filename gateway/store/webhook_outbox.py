"""What suppliers' systems are still to be told: written with each change, delivered by whichever node takes it.

Of each move the first message that is not delivered stands at the head of a lane; only heads are taken, so that a
supplier hears of a move in the order of its changes. Whoever writes about a move holds its lock, which makes that
order the order of `position`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import MoveId, MoveReference, SupplierKey
from gateway.domain.webhooks import Message, MessageType, Parked, Waiting
from gateway.store.webhook_tables import webhook_outbox

_LONG: Final = timedelta(days=3650)

_EARLIER = webhook_outbox.alias("earlier")
_WAITS = webhook_outbox.c.delivered_at.is_(None)
_TRIED = sa.and_(_WAITS, webhook_outbox.c.parked_at.is_(None))
# Compared with a value, as NOT EXISTS would have PostgreSQL read the whole backlog into a hash table at every look.
_IS_HEAD = webhook_outbox.c.position == (
    sa.select(sa.func.min(_EARLIER.c.position))
    .where(
        _EARLIER.c.supplier == webhook_outbox.c.supplier,
        _EARLIER.c.move_id == webhook_outbox.c.move_id,
        _EARLIER.c.delivered_at.is_(None),
    )
    .correlate(webhook_outbox)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class NewMessage:
    id: UUID
    supplier: SupplierKey
    move_id: MoveId
    reference: MoveReference
    type: MessageType
    body: str


async def add(conn: AsyncConnection, found: Iterable[NewMessage], *, at: datetime) -> None:
    """Write messages, in their order. They are due at once."""
    rows = [
        {
            "id": one.id,
            "supplier": one.supplier,
            "move_id": one.move_id,
            "reference": one.reference,
            "type": one.type.value,
            "body": one.body,
            "written_at": at,
            "attempts": 0,
            "due_at": at,
        }
        for one in found
    ]
    if rows:
        await conn.execute(sa.insert(webhook_outbox), rows)


async def is_due(conn: AsyncConnection, supplier: SupplierKey, *, at: datetime) -> bool:
    """Say whether anything could be taken now."""
    return bool(await conn.scalar(sa.select(sa.exists().where(*_due(supplier, at)))))


async def lease(
    conn: AsyncConnection, supplier: SupplierKey, *, at: datetime, until: datetime, limit: int
) -> list[Message]:
    """Take the heads of lanes that are due, the longest waiting first.

    Until then they are nobody else's: other transactions pass over them. Whoever does not settle them by then has
    given them up.
    """
    taken = [
        Message(
            id=row.id,
            supplier=supplier,
            move_id=MoveId(row.move_id),
            body=row.body,
            attempts=row.attempts,
            failed_since=row.failed_since,
            leased_until=until,
        )
        for row in await conn.execute(
            sa.select(
                webhook_outbox.c.id,
                webhook_outbox.c.move_id,
                webhook_outbox.c.body,
                webhook_outbox.c.attempts,
                webhook_outbox.c.failed_since,
            )
            .where(*_due(supplier, at))
            .order_by(webhook_outbox.c.due_at, webhook_outbox.c.position)
            .limit(limit)
            .with_for_update(skip_locked=True, of=webhook_outbox)
        )
    ]
    if taken:
        await conn.execute(
            sa.update(webhook_outbox)
            .where(webhook_outbox.c.id.in_([one.id for one in taken]))
            .values(leased_until=until)
        )
    return taken


async def delivered(conn: AsyncConnection, messages: Collection[Message], *, at: datetime) -> None:
    """Note that messages were accepted: also where another node has them in hand again by now."""
    if messages:
        await conn.execute(
            sa.update(webhook_outbox)
            .where(webhook_outbox.c.id.in_([one.id for one in messages]), _WAITS)
            .values(delivered_at=at, leased_until=None, parked_at=None)
        )


async def postpone(
    conn: AsyncConnection, message: Message, *, status: int | None, due_at: datetime, at: datetime
) -> None:
    """Have a message tried again later, and what waits behind it not before."""
    if await _failed(conn, message, at, last_status=status):
        await _not_before(conn, message, due_at)


async def park(conn: AsyncConnection, message: Message, *, status: int | None, at: datetime) -> None:
    """Have a message tried no more by itself. What waits behind it waits on."""
    if await _failed(conn, message, at, last_status=status, parked_at=at):
        # Nobody need look at them again and again meanwhile.
        await _not_before(conn, message, at + _LONG)


async def _failed(conn: AsyncConnection, message: Message, at: datetime, **values: object) -> bool:
    """Note a try in vain; False where the lease had ended and somebody else has taken the message."""
    done = await conn.execute(
        sa.update(webhook_outbox)
        .where(webhook_outbox.c.id == message.id, webhook_outbox.c.leased_until == message.leased_until, _WAITS)
        .values(attempts=message.attempts + 1, failed_since=message.failed_since or at, leased_until=None, **values)
    )
    return done.rowcount == 1


async def _not_before(conn: AsyncConnection, message: Message, due_at: datetime) -> None:
    """Let nothing of a message's lane be due before an instant."""
    await conn.execute(
        sa.update(webhook_outbox)
        .where(
            webhook_outbox.c.supplier == message.supplier,
            webhook_outbox.c.move_id == message.move_id,
            webhook_outbox.c.due_at < due_at,
            _WAITS,
        )
        .values(due_at=due_at)
    )


async def hasten(conn: AsyncConnection, supplier: SupplierKey, *, at: datetime) -> None:
    """Have everything that waits for a supplier tried now: it answers again."""
    await conn.execute(
        sa.update(webhook_outbox)
        .where(webhook_outbox.c.supplier == supplier, webhook_outbox.c.due_at > at, _TRIED)
        .values(due_at=at)
    )


async def waiting(conn: AsyncConnection) -> list[Waiting]:
    """Count what waits, by supplier; one for whom nothing does is absent."""
    statement = (
        sa.select(
            webhook_outbox.c.supplier,
            sa.func.count().label("messages"),
            sa.func.count(webhook_outbox.c.move_id.distinct()).label("moves"),
            sa.func.min(webhook_outbox.c.written_at, type_=webhook_outbox.c.written_at.type).label("oldest"),
            sa.func.count(webhook_outbox.c.parked_at).label("parked"),
        )
        .where(_WAITS)
        .group_by(webhook_outbox.c.supplier)
        .order_by(webhook_outbox.c.supplier)
    )
    return [
        Waiting(SupplierKey(row.supplier), row.messages, row.moves, row.oldest, row.parked)
        for row in await conn.execute(statement)
    ]


async def is_stuck(conn: AsyncConnection, supplier: SupplierKey, *, before: datetime) -> bool:
    """Say whether anything is parked, or was first tried in vain before an instant and still waits."""
    return bool(
        await conn.scalar(
            sa.select(
                sa.exists().where(
                    webhook_outbox.c.supplier == supplier,
                    _WAITS,
                    sa.or_(webhook_outbox.c.parked_at.is_not(None), webhook_outbox.c.failed_since < before),
                )
            )
        )
    )


async def parked(conn: AsyncConnection, supplier: SupplierKey | None, *, limit: int) -> list[Parked]:
    """List what is parked, the first parked first."""
    behind = webhook_outbox.alias("behind")
    statement = (
        sa.select(
            webhook_outbox,
            sa.select(sa.func.count())
            .select_from(behind)
            .where(
                behind.c.supplier == webhook_outbox.c.supplier,
                behind.c.move_id == webhook_outbox.c.move_id,
                behind.c.delivered_at.is_(None),
                behind.c.position > webhook_outbox.c.position,
            )
            .correlate(webhook_outbox)
            .scalar_subquery()
            .label("behind"),
        )
        .where(_WAITS, webhook_outbox.c.parked_at.is_not(None))
        .order_by(webhook_outbox.c.parked_at, webhook_outbox.c.position)
        .limit(limit)
    )
    if supplier is not None:
        statement = statement.where(webhook_outbox.c.supplier == supplier)
    return [
        Parked(
            id=row.id,
            supplier=SupplierKey(row.supplier),
            reference=MoveReference(row.reference),
            type=MessageType(row.type),
            written_at=row.written_at,
            parked_at=row.parked_at,
            attempts=row.attempts,
            last_status=row.last_status,
            behind=row.behind,
        )
        for row in await conn.execute(statement)
    ]


async def resume(conn: AsyncConnection, *, supplier: SupplierKey | None, ids: Sequence[UUID], at: datetime) -> int:
    """Have parked messages tried again, as if they were new; return how many. None named: all, of a supplier or any."""
    statement = (
        sa.update(webhook_outbox)
        .where(*_parked(ids, supplier))
        .values(parked_at=None, attempts=0, failed_since=None, due_at=at)
        .returning(webhook_outbox.c.supplier)
    )
    resumed = list(await conn.scalars(statement))
    for each in set(resumed):
        await hasten(conn, SupplierKey(each), at=at)
    return len(resumed)


async def discard(conn: AsyncConnection, ids: Sequence[UUID], *, at: datetime) -> int:
    """Give up parked messages, so that what waits behind them goes out; return how many."""
    statement = sa.delete(webhook_outbox).where(*_parked(ids, None)).returning(webhook_outbox.c.supplier)
    gone = list(await conn.scalars(statement)) if ids else []
    for each in set(gone):
        await hasten(conn, SupplierKey(each), at=at)
    return len(gone)


def _parked(ids: Sequence[UUID], supplier: SupplierKey | None) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [_WAITS, webhook_outbox.c.parked_at.is_not(None)]
    if ids:
        conditions.append(webhook_outbox.c.id.in_(ids))
    if supplier is not None:
        conditions.append(webhook_outbox.c.supplier == supplier)
    return conditions


async def any_delivered(conn: AsyncConnection, *, before: datetime) -> bool:
    """Say whether anything was delivered before an instant."""
    return bool(await conn.scalar(sa.select(sa.exists().where(webhook_outbox.c.delivered_at < before))))


async def forget(conn: AsyncConnection, *, before: datetime) -> int:
    """Drop what was delivered before an instant; return how much it was."""
    return (await conn.execute(sa.delete(webhook_outbox).where(webhook_outbox.c.delivered_at < before))).rowcount


def _due(supplier: SupplierKey, at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        webhook_outbox.c.supplier == supplier,
        webhook_outbox.c.due_at <= at,
        sa.or_(webhook_outbox.c.leased_until.is_(None), webhook_outbox.c.leased_until <= at),
        _TRIED,
        _IS_HEAD,
    )
