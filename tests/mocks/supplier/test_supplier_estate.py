"""What a supplier holds of the invented world."""

from datetime import date, timedelta

import pytest

from estate import Estate
from estate.model import JourneyState
from mocks.supplier.estate_source import DAYS_NEAR, EstateSource
from mocks.supplier.records import PositionRecord

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def estate() -> Estate:
    return Estate(1, 1, today=TODAY)


@pytest.fixture(scope="module")
def sources(estate: Estate) -> dict[str, EstateSource]:
    return {key: EstateSource(estate, key) for key in ("geoamey", "serco")}


def test_each_supplier_holds_its_own_authorised_moves_with_the_journeys_that_it_drives(
    estate: Estate, sources: dict[str, EstateSource]
) -> None:
    moves = estate.moves_on(TODAY)

    for key, source in sources.items():
        for move in moves:
            legs = source.legs(move.reference)
            if key in {move.supplier, move.receiving_supplier} and move.authorised_at is not None:
                assert legs is not None
                assert [leg.id for leg in legs] == [one.id for one in move.journeys if one.supplier == key]
            else:
                assert legs is None
    assert {move.supplier for move in moves} == set(sources)


def test_journeys_are_those_of_the_world(estate: Estate, sources: dict[str, EstateSource]) -> None:
    pairs = [
        (journey, leg)
        for move in estate.moves_on(TODAY)
        for key in sources
        for journey, leg in zip(
            [one for one in move.journeys if move.authorised_at and one.supplier == key],
            sources[key].legs(move.reference) or (),
            strict=True,
        )
    ]

    assert pairs
    for journey, leg in pairs:
        assert (leg.number, leg.state.value, leg.date) == (journey.number, journey.state.value, journey.date)
        assert (leg.from_agency, leg.to_agency, leg.billable) == (
            journey.from_agency,
            journey.to_agency,
            journey.billable,
        )
        assert (leg.vehicle is None) == (journey.vehicle is None)
        if leg.vehicle is not None and journey.vehicle is not None:
            assert (leg.vehicle.id, leg.vehicle.registration) == (journey.vehicle.id, journey.vehicle.registration)
        assert leg.updated_at == journey.updated_at


def test_positions_are_those_of_the_world(estate: Estate, sources: dict[str, EstateSource]) -> None:
    moves = estate.moves_on(TODAY)
    positions = {move.reference: move.position for move in moves if move.position is not None}

    assert positions
    for move in moves:
        told = positions.get(move.reference)
        expected = (
            None
            if told is None
            else PositionRecord(told.latitude, told.longitude, recorded_at=told.recorded_at, eta=told.eta)
        )
        driver = next((one.supplier for one in move.journeys if one.state is JourneyState.IN_PROGRESS), None)
        for key, source in sources.items():
            assert source.position(move.reference) == (expected if key == driver else None)


def test_moves_far_from_the_day_are_unknown() -> None:
    long_estate = Estate(1, 5, today=TODAY)
    held = set(EstateSource(long_estate, "geoamey").references())
    last = TODAY - timedelta(days=DAYS_NEAR)
    near = {
        move.reference
        for day in (last, TODAY + timedelta(days=1))
        for move in long_estate.moves_on(day)
        if move.authorised_at is not None and move.supplier == "geoamey"
    }
    far = {move.reference for move in long_estate.moves_on(last - timedelta(days=1))}

    assert near
    assert near <= held
    assert far
    assert far.isdisjoint(held)


def test_the_gateway_has_an_account_with_each_supplier(sources: dict[str, EstateSource]) -> None:
    accounts = {key: source.clients() for key, source in sources.items()}

    assert [len(clients) for clients in accounts.values()] == [1, 1]
    assert accounts["geoamey"][0].secret != accounts["serco"][0].secret
    assert {clients[0].token_seconds for clients in accounts.values()} == {1200}
