"""The caseload that a user chose to work in, in this product alone."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ids import AgencyId
from gateway.store.dialects import upsert
from gateway.store.tables import active_caseloads


async def get(conn: AsyncConnection, username: str) -> AgencyId | None:
    """Return the choice, which may by now be of a place that the user has no caseload for."""
    chosen = await conn.scalar(sa.select(active_caseloads.c.agency_id).where(active_caseloads.c.username == username))
    return None if chosen is None else AgencyId(chosen)


async def put(conn: AsyncConnection, username: str, agency_id: AgencyId, chosen_at: datetime) -> None:
    row = {"username": username, "agency_id": agency_id, "chosen_at": chosen_at}
    await conn.execute(upsert(conn, active_caseloads), [row])
