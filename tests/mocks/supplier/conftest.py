"""A few hand-made moves of one supplier, its system over them, and a clock that stands still until told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette

from mocks.supplier import create_app
from mocks.supplier.records import ClientRecord, LegRecord, LegState, PositionRecord, VehicleRecord

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
GATEWAY = ClientRecord("gateway at geoamey", "so:secret+word")

LEGS = {
    "ABC1234D": (
        LegRecord(
            id=UUID("00000000-0000-4000-8000-000000000001"),
            number=1,
            state=LegState.COMPLETED,
            date=date(2026, 7, 1),
            from_agency="LEI",
            to_agency="WYP01",
            billable=True,
            vehicle=VehicleRecord("V-7", "AB12 CDE"),
            updated_at=datetime(2026, 7, 1, 8, 15, tzinfo=UTC),
        ),
        LegRecord(
            id=UUID("00000000-0000-4000-8000-000000000002"),
            number=2,
            state=LegState.PROPOSED,
            from_agency="WYP01",
            to_agency="LEEDCC",
            billable=False,
            updated_at=datetime(2026, 11, 24, 8, 15, tzinfo=UTC),
        ),
    ),
    "EFG5678H": (),
}
POSITIONS = {
    "ABC1234D": PositionRecord(53.8, -1.55, NOW - timedelta(minutes=2), NOW + timedelta(minutes=20)),
    "EFG5678H": PositionRecord(51.5, -0.12, NOW - timedelta(minutes=1)),
}


class HandMade:
    """A source of the moves above."""

    def legs(self, reference: str) -> tuple[LegRecord, ...] | None:
        return LEGS.get(reference)

    def position(self, reference: str) -> PositionRecord | None:
        return POSITIONS.get(reference)

    def clients(self) -> tuple[ClientRecord, ...]:
        return (GATEWAY, ClientRecord("brief", "word", token_seconds=60))


@dataclass
class Clock:
    now: datetime = field(default=NOW)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(clock: Clock) -> Starlette:
    return create_app(HandMade(), clock=clock)


@pytest.fixture
async def stranger(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Call without a token."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://supplier.test") as client:
        yield client


@pytest.fixture
async def api(app: Starlette, stranger: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """Call with a token."""
    form = {"grant_type": "client_credentials", "client_id": GATEWAY.client_id, "client_secret": GATEWAY.secret}
    token = (await stranger.post("/oauth/token", data=form)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://supplier.test", headers=headers) as client:
        yield client
