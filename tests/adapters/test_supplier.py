"""Journeys and positions from an escort contractor."""

import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import httpx
import pytest

from gateway.adapters.http import UpstreamConfig
from gateway.adapters.supplier import SupplierClient, SupplierConfig, carriage_codec, connect
from gateway.adapters.tokens import Credentials
from gateway.domain.errors import Upstream, UpstreamMalformed, UpstreamRejected, UpstreamTimeout, UpstreamUnavailable
from gateway.domain.ids import AgencyId, JourneyId, MoveReference, SupplierKey
from gateway.domain.journeys import JourneyState, Leg, Position, Vehicle
from mocks.supplier import create_app
from mocks.supplier.records import ClientRecord, LegRecord, LegState, PositionRecord, VehicleRecord
from mocks.switches import Switches
from tests.adapters.harness import Door, Observed, readable

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_pause")]

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TO_COURT = MoveReference("ACE1234F")
NOT_DRIVEN = MoveReference("ACE1235F")
UNKNOWN = MoveReference("YYY9999Y")
MANY = tuple(MoveReference(f"HJK{1000 + number}M") for number in range(1200))

LEGS = {
    TO_COURT: (
        LegRecord(
            UUID(int=1),
            1,
            LegState.COMPLETED,
            "LEI",
            "MPS34",
            billable=True,
            updated_at=NOW,
            date=date(2026, 11, 24),
            vehicle=VehicleRecord("v1", "AB12 CDE"),
        ),
        LegRecord(UUID(int=2), 2, LegState.IN_PROGRESS, "MPS34", "LEEDCC", billable=False, updated_at=NOW),
    ),
    NOT_DRIVEN: (),
    **dict.fromkeys(MANY, ()),
}
POSITIONS = {
    TO_COURT: PositionRecord(53.8, -1.55, datetime(2026, 11, 24, 9, 5, tzinfo=timezone(timedelta(hours=1)))),
}
ACCOUNT = Credentials("gateway", "gateway-secret")
TOKEN = "POST /oauth/token"
JOURNEYS = "POST /journeys/search"


class HandMade:
    """A source of the records above."""

    def legs(self, reference: str) -> tuple[LegRecord, ...] | None:
        return LEGS.get(MoveReference(reference))

    def position(self, reference: str) -> PositionRecord | None:
        return POSITIONS.get(MoveReference(reference))

    def clients(self) -> Iterable[ClientRecord]:
        return (ClientRecord("gateway", "gateway-secret"),)


@pytest.fixture
def supplier_transport() -> httpx.ASGITransport:
    app = create_app(HandMade(), clock=lambda: NOW)
    return httpx.ASGITransport(app=Switches(app, service_of=lambda _path: "supplier", services=("supplier",)))


@pytest.fixture
async def supplier_door(supplier_transport: httpx.ASGITransport) -> AsyncIterator[Door]:
    async with httpx.AsyncClient(transport=supplier_transport, base_url="http://supplier.test") as client:
        yield Door(client)


@pytest.fixture
async def supplier(supplier_transport: httpx.ASGITransport, observed: Observed) -> AsyncIterator[SupplierClient]:
    client = connected(supplier_transport, observed=observed)
    yield client
    await client.aclose()


def connected(
    transport: httpx.AsyncBaseTransport,
    *,
    account: Credentials = ACCOUNT,
    time_limit_s: float = 4.0,
    observed: Observed | None = None,
) -> SupplierClient:
    config = SupplierConfig(
        key=SupplierKey("geoamey"),
        name="GEOAmey",
        service=UpstreamConfig(base_url="http://supplier.test", time_limit_s=time_limit_s),
        account=account,
    )
    return connect(config, transport=transport, observer=observed)


def answering(content: object) -> SupplierClient:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 1200})
        return httpx.Response(200, content=content if isinstance(content, bytes) else json.dumps(content))

    return connected(httpx.MockTransport(answer))


async def test_the_legs_of_a_move_come_in_the_suppliers_own_words(supplier: SupplierClient) -> None:
    legs = readable(await supplier.legs([TO_COURT]))

    assert legs == {
        TO_COURT: (
            Leg(
                id=JourneyId(UUID(int=1)),
                number=1,
                state=JourneyState.COMPLETED,
                date=date(2026, 11, 24),
                from_agency=AgencyId("LEI"),
                to_agency=AgencyId("MPS34"),
                billable=True,
                vehicle=Vehicle("v1", "AB12 CDE"),
            ),
            Leg(
                id=JourneyId(UUID(int=2)),
                number=2,
                state=JourneyState.IN_PROGRESS,
                date=None,
                from_agency=AgencyId("MPS34"),
                to_agency=AgencyId("LEEDCC"),
                billable=False,
                vehicle=None,
            ),
        )
    }


async def test_a_move_without_journeys_is_there_and_an_unknown_one_is_not(supplier: SupplierClient) -> None:
    assert await supplier.legs([UNKNOWN, NOT_DRIVEN, NOT_DRIVEN]) == {NOT_DRIVEN: ()}


async def test_positions_are_those_of_moves_on_the_road_in_utc(supplier: SupplierClient) -> None:
    positions = readable(await supplier.positions([TO_COURT, NOT_DRIVEN, UNKNOWN]))

    assert positions == {
        TO_COURT: Position(53.8, -1.55, eta=None, recorded_at=datetime(2026, 11, 24, 8, 5, tzinfo=UTC))
    }
    assert positions[TO_COURT].recorded_at.tzinfo is UTC


async def test_nothing_is_asked_for_without_a_call(supplier: SupplierClient, supplier_door: Door) -> None:
    assert (await supplier.legs([]), await supplier.positions([])) == ({}, {})
    assert await supplier_door.counts() == {}


@pytest.mark.parametrize(("size", "calls"), [(1, 1), (500, 1), (501, 2), (1200, 3)])
async def test_five_hundred_moves_cost_one_call_and_one_token(
    supplier: SupplierClient, supplier_door: Door, size: int, calls: int
) -> None:
    wanted = MANY[:size]

    assert set(await supplier.legs(wanted)) == set(wanted)
    assert await supplier_door.counts() == {TOKEN: 1, JOURNEYS: calls}


async def test_a_token_that_the_supplier_forgot_is_renewed_once(supplier: SupplierClient, supplier_door: Door) -> None:
    await supplier.legs([TO_COURT])
    await supplier_door.faults({"status": 401, "path": "/journeys", "times": 1})

    assert set(await supplier.legs([TO_COURT])) == {TO_COURT}
    assert await supplier_door.counts() == {TOKEN: 2, JOURNEYS: 3}


async def test_an_account_that_the_supplier_does_not_know_is_rejected_by_its_name(
    supplier_transport: httpx.ASGITransport,
) -> None:
    with pytest.raises(UpstreamRejected) as caught:
        await connected(supplier_transport, account=Credentials("gateway", "wrong")).legs([TO_COURT])

    assert caught.value.extensions() == {
        "code": "UPSTREAM_REJECTED",
        "upstream": "SUPPLIER",
        "service": "GEOAmey",
        "resource": "token",
        "retryable": False,
    }


@pytest.mark.parametrize(
    ("fault", "kind", "calls"),
    [
        ({"down": True}, UpstreamUnavailable, 2),
        ({"status": 502, "html": True}, UpstreamUnavailable, 2),
        ({"status": 500}, UpstreamUnavailable, 1),
        ({"status": 403}, UpstreamRejected, 1),
    ],
)
async def test_a_supplier_that_fails_is_named(
    supplier: SupplierClient,
    supplier_door: Door,
    observed: Observed,
    fault: dict[str, object],
    kind: type[UpstreamUnavailable | UpstreamRejected],
    calls: int,
) -> None:
    await supplier_door.faults({**fault, "path": "/positions"})

    with pytest.raises(kind) as caught:
        await supplier.positions([TO_COURT])

    assert (caught.value.upstream, caught.value.system) == (Upstream.SUPPLIER, "GEOAmey")
    assert caught.value.resource == "positions"
    assert (await supplier_door.counts())["POST /positions/search"] == calls
    assert observed.counted()["GEOAmey", "token", "ok"] == 1


async def test_a_supplier_that_hangs_ends_at_the_time_limit(
    supplier_transport: httpx.ASGITransport, supplier_door: Door
) -> None:
    client = connected(supplier_transport, time_limit_s=0.2)
    await client.legs([TO_COURT])
    await supplier_door.faults({"latencyMs": 60_000})

    with pytest.raises(UpstreamTimeout):
        await client.legs([TO_COURT])


GOOD_JOURNEY = {
    "id": str(UUID(int=1)),
    "number": 1,
    "state": "proposed",
    "fromAgency": "LEI",
    "toAgency": "LEEDCC",
    "billable": True,
}


@pytest.mark.parametrize(
    "change",
    [
        {"id": "1"},
        {"number": 0},
        {"state": "lost"},
        {"fromAgency": None},
        {"toAgency": ""},
        {"date": "24/11/2026"},
        {"vehicle": "AB12 CDE"},
    ],
)
async def test_one_journey_that_cannot_be_read_spoils_those_of_its_move_alone(change: dict[str, object]) -> None:
    bad = {"moveReference": TO_COURT, "journeys": [GOOD_JOURNEY, {**GOOD_JOURNEY, **change}]}
    good = {"moveReference": NOT_DRIVEN, "journeys": []}

    legs = await answering({"content": [bad, good]}).legs([TO_COURT, NOT_DRIVEN])

    assert legs.pop(NOT_DRIVEN) == ()
    with pytest.raises(UpstreamMalformed) as caught:
        readable(legs)
    assert (set(legs), caught.value.system, caught.value.resource) == ({TO_COURT}, "GEOAmey", "journeys")


async def test_a_journey_of_nobody_knows_which_move_spoils_the_whole() -> None:
    rows = [{"moveReference": TO_COURT, "journeys": []}, {"journeys": [GOOD_JOURNEY]}]

    with pytest.raises(UpstreamMalformed):
        await answering({"content": rows}).legs([TO_COURT])


@pytest.mark.parametrize(
    "change",
    [
        {"latitude": 91},
        {"longitude": -181},
        {"recordedAt": "2026-11-24T09:00:00"},
        {"recordedAt": None},
        {"eta": "soon"},
    ],
)
async def test_a_position_that_cannot_be_spoils_no_other(change: dict[str, object]) -> None:
    good = {"moveReference": TO_COURT, "latitude": 53.8, "longitude": -1.5, "recordedAt": "2026-11-24T09:00:00Z"}

    rows = [{**good, **change}, {**good, "moveReference": NOT_DRIVEN}]

    positions = await answering({"content": rows}).positions([TO_COURT, NOT_DRIVEN])

    assert isinstance(positions[TO_COURT], UpstreamMalformed)
    assert isinstance(positions[NOT_DRIVEN], Position)


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff", [], {}, {"content": None}, {"content": {}}])
async def test_an_answer_of_another_shape_is_malformed(content: object) -> None:
    with pytest.raises(UpstreamMalformed):
        await answering(content).legs([TO_COURT])


async def test_rows_of_moves_that_were_not_asked_for_are_ignored() -> None:
    rows = [{"moveReference": UNKNOWN, "journeys": []}, {"moveReference": TO_COURT, "journeys": [GOOD_JOURNEY]}]

    assert set(await answering({"content": rows}).legs([TO_COURT])) == {TO_COURT}


async def test_what_was_told_can_be_kept_as_json(supplier: SupplierClient) -> None:
    legs = readable(await supplier.legs([TO_COURT]))[TO_COURT]
    position = readable(await supplier.positions([TO_COURT]))[TO_COURT]

    kept_legs = json.loads(json.dumps(carriage_codec.legs_to_json(legs)))
    kept_position = json.loads(json.dumps(carriage_codec.position_to_json(position)))

    assert carriage_codec.legs_from_json(kept_legs) == legs
    assert carriage_codec.position_from_json(kept_position) == position


@pytest.mark.parametrize("kept", [None, {}, [{}], "text"])
def test_what_was_kept_otherwise_is_refused(kept: object) -> None:
    with pytest.raises(ValueError, match="validation error"):
        carriage_codec.legs_from_json(kept)
    with pytest.raises(ValueError, match="validation error"):
        carriage_codec.position_from_json(kept)
