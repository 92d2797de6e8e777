"""Moves of several days fit together, and fit where NOMIS has their people."""

from collections import defaultdict
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estate import Estate
from estate.keys import MOVES_A_DAY, move_reference
from estate.model import AgencyType, LodgingStatus, Move, MoveStatus

TODAY = date(2026, 11, 24)
OPEN = {MoveStatus.PROPOSED, MoveStatus.REQUESTED, MoveStatus.BOOKED}


@pytest.fixture(scope="module", params=[1, 2, 3])
def estate(request: pytest.FixtureRequest) -> Estate:
    return Estate(request.param, today=TODAY)


def _last_day(move: Move) -> date:
    stays = [stay.end_date for stay in move.lodgings if stay.status is not LodgingStatus.CANCELLED]
    return max([move.day, *stays])


def test_no_two_moves_of_a_person_overlap_nights_on_the_way_included(estate: Estate) -> None:
    found: defaultdict[str, list[tuple[date, date]]] = defaultdict(list)
    for day in estate.days():
        for move in estate.moves_on(day):
            if move.prison_number is not None:
                found[move.prison_number].append((move.day, _last_day(move)))

    for spans in found.values():
        assert all(sooner[1] < later[0] for sooner, later in pairwise(sorted(spans)))


def test_whoever_is_yet_to_leave_a_prison_is_in_it_today(estate: Estate) -> None:
    prisons = {agency.agency_id for agency in estate.agencies() if agency.agency_type is AgencyType.INST}
    leaving = [
        (move, estate.person(move.prison_number))
        for day in estate.days()
        if day >= TODAY
        for move in estate.moves_on(day)
        if move.status in OPEN and move.prison_number is not None and move.from_agency in prisons
    ]

    assert len(leaving) > 300
    assert all(
        person is not None and person.active and person.agency_id == move.from_agency for move, person in leaving
    )


def test_whoever_is_yet_to_come_in_from_outside_is_not_in_a_prison_today(estate: Estate) -> None:
    outside = {AgencyType.POLICE, AgencyType.CRT}
    kinds = {agency.agency_id: agency.agency_type for agency in estate.agencies()}
    coming = [
        estate.person(move.prison_number)
        for day in estate.days()
        if day >= TODAY
        for move in estate.moves_on(day)
        if move.status in OPEN and move.prison_number is not None and kinds[move.from_agency] in outside
    ]

    assert len(coming) > 100
    assert {person.status for person in coming if person is not None} == {None, "INACTIVE OUT"}


def test_nights_on_the_way_are_in_every_state(estate: Estate) -> None:
    stays = [stay for day in estate.days() for move in estate.moves_on(day) for stay in move.lodgings]
    assert {stay.status for stay in stays} == set(LodgingStatus)
    assert any((stay.end_date - stay.start_date).days == 2 for stay in stays)


@settings(max_examples=400)
@given(
    ordinals=st.lists(st.integers(date(2000, 1, 1).toordinal(), date(2100, 1, 1).toordinal()), min_size=2, max_size=2),
    places=st.lists(st.integers(0, MOVES_A_DAY - 1), min_size=2, max_size=2),
)
def test_a_reference_is_of_one_day_and_one_place(ordinals: list[int], places: list[int]) -> None:
    first, second = (
        move_reference(date.fromordinal(ordinal), place) for ordinal, place in zip(ordinals, places, strict=True)
    )
    assert (first == second) is ((ordinals[0], places[0]) == (ordinals[1], places[1]))


@pytest.mark.parametrize("place", [-1, MOVES_A_DAY])
def test_a_place_that_no_day_has_gets_no_reference(place: int) -> None:
    with pytest.raises(ValueError, match="place must be from 0"):
        move_reference(TODAY, place)
