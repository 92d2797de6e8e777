"""dPERs in the hands of a transaction that holds their move."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.ids import EscortRecordId
from gateway.domain.moves import Move
from gateway.store.escort_record_tables import person_escort_records


@dataclass(frozen=True, slots=True)
class RecordState:
    """How far a dPER is."""

    id: EscortRecordId
    status: EscortRecordStatus
    completed_at: datetime | None
    version: int


async def state_of(conn: AsyncConnection, locked: Move) -> RecordState | None:
    """Lock the dPER of a move that was locked, and read how far it is; None where the move has none."""
    row = (
        await conn.execute(
            sa.select(
                person_escort_records.c.id,
                person_escort_records.c.status,
                person_escort_records.c.completed_at,
                person_escort_records.c.version,
            )
            .where(person_escort_records.c.move_id == locked.id)
            .with_for_update()
        )
    ).one_or_none()
    return None if row is None else RecordState(row.id, EscortRecordStatus(row.status), row.completed_at, row.version)


async def confirm(conn: AsyncConnection, record: RecordState, confirmed_at: datetime, *, at: datetime) -> None:
    """Confirm a dPER that was locked."""
    await conn.execute(
        sa.update(person_escort_records)
        .where(person_escort_records.c.id == record.id)
        .values(
            status=EscortRecordStatus.CONFIRMED.value,
            confirmed_at=confirmed_at,
            updated_at=at,
            version=record.version + 1,
        )
    )
