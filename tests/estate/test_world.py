"""The world as a whole: the same for the same seed, and Leeds as its show case."""

from collections import Counter
from datetime import date, timedelta

import pytest

from estate import Estate
from estate import model as m

TODAY = date(2026, 11, 24)
LEEDS = "LEI"
EXCLUDED = {"A", "E", "H", "P", "Q", "V"}


@pytest.fixture(scope="module")
def estate() -> Estate:
    return Estate(today=TODAY)


@pytest.fixture(scope="module")
def leeds(estate: Estate) -> list[m.Move]:
    return [move for move in estate.moves_on(TODAY) if LEEDS in {move.from_agency, move.to_agency}]


def test_two_worlds_of_one_seed_scale_and_day_are_equal() -> None:
    first, second = Estate(3, 1.5, today=TODAY), Estate(3, 1.5, today=TODAY)

    assert list(first.people()) == list(second.people())
    assert first.days() == second.days()
    for day in first.days():
        assert first.moves_on(day) == second.moves_on(day)
        assert first.allocations_on(day) == second.allocations_on(day)


def test_another_seed_makes_another_world() -> None:
    first, second = Estate(1, today=TODAY), Estate(2, today=TODAY)

    assert {one.prison_number for one in first.people()} != {one.prison_number for one in second.people()}
    assert {move.id for move in first.moves_on(TODAY)}.isdisjoint(move.id for move in second.moves_on(TODAY))


def test_a_day_is_the_same_whichever_days_were_made_before() -> None:
    straight, roundabout = Estate(today=TODAY), Estate(today=TODAY)
    for day in reversed(roundabout.days()):
        roundabout.moves_on(day)

    assert straight.moves_on(TODAY) == roundabout.moves_on(TODAY)


def test_days_outside_the_world_are_empty(estate: Estate) -> None:
    assert estate.moves_on(TODAY - timedelta(days=4)) == []
    assert estate.allocations_on(TODAY + timedelta(days=4)) == []


@pytest.mark.parametrize("scale", [0, -1, 101])
def test_a_scale_out_of_range_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale must be above 0"):
        Estate(scale=scale, today=TODAY)


def test_a_scale_below_one_gives_the_smallest_world(estate: Estate) -> None:
    small = Estate(scale=0.05, today=TODAY)

    assert len(small.people()) == len(estate.people())
    assert small.days() == estate.days()


@pytest.mark.parametrize("shift", [0, 1, 33, 200])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sixty_to_eighty_moves_touch_leeds_on_any_day(seed: int, shift: int) -> None:
    today = TODAY + timedelta(days=shift)
    touching = [
        move for move in Estate(seed, today=today).moves_on(today) if LEEDS in {move.from_agency, move.to_agency}
    ]

    assert 60 <= len(touching) <= 80
    assert {move.status for move in touching if move.from_agency == LEEDS} == set(m.MoveStatus)
    assert {move.status for move in touching if move.to_agency == LEEDS} == set(m.MoveStatus)


def test_leeds_sends_and_receives_of_all_kinds(estate: Estate, leeds: list[m.Move]) -> None:
    kinds = {one.agency_id: one.agency_type for one in estate.agencies()}
    to_court = [move for move in leeds if move.to_agency == "LEEDCC"]

    assert len(to_court) >= 10
    assert {kinds[move.from_agency] for move in leeds if move.to_agency == LEEDS} == {
        m.AgencyType.INST,
        m.AgencyType.CRT,
        m.AgencyType.POLICE,
    }
    assert {"WYP1", "WYP2", "WYP3"} <= {move.from_agency for move in leeds}
    assert sum(move.prison_number is None for move in leeds) in range(1, 8)
    assert {move.escort_record.status for move in leeds if move.escort_record} == set(m.EscortRecordStatus)
    assert any(move.escort_record is None for move in leeds if move.prison_number)


def test_people_of_leeds_are_where_their_moves_have_brought_them(estate: Estate, leeds: list[m.Move]) -> None:
    transfer = m.MoveType.PRISON_TRANSFER
    for move in leeds:
        person = estate.person(move.prison_number) if move.prison_number else None
        if person is None:
            continue
        if move.from_agency == LEEDS and move.status not in {m.MoveStatus.IN_TRANSIT, m.MoveStatus.COMPLETED}:
            assert (person.agency_id, person.status) == (LEEDS, "ACTIVE IN")
        elif move.move_type is transfer and move.status is m.MoveStatus.IN_TRANSIT:
            assert (person.agency_id, person.status) == ("TRN", "INACTIVE TRN")
        elif move.move_type is transfer and move.status is m.MoveStatus.COMPLETED:
            assert (person.agency_id, person.status) == (move.to_agency, "ACTIVE IN")
        elif move.from_agency == LEEDS:
            assert (person.agency_id, person.status) == (LEEDS, "ACTIVE OUT")


def test_leeds_and_moorland_have_plenty_of_people(estate: Estate) -> None:
    held = Counter(person.agency_id for person in estate.people())

    assert held[LEEDS] >= 120
    assert held["MDI"] >= 40
    assert len(held) > 50


def test_those_the_contract_leaves_to_others_have_but_one_refused_move(estate: Estate) -> None:
    excluded = {
        person.prison_number
        for person in estate.people()
        if person.category in EXCLUDED
        or any(alert.code == "XELH" and alert.is_active(TODAY) for alert in person.alerts)
    }
    asked = [move for day in estate.days() for move in estate.moves_on(day) if move.prison_number in excluded]

    assert {move.status for move in asked} == {m.MoveStatus.CANCELLED}
    assert Counter(move.prison_number for move in asked).most_common(1)[0][1] == 1
    assert len(asked) == len(excluded) > 10


def test_bookings_and_alerts_lead_back_to_their_people(estate: Estate) -> None:
    booked = next(person for person in estate.people() if person.booking_id is not None and person.alerts)

    assert estate.number_of_booking(booked.booking_id or 0) == booked.prison_number
    assert estate.number_of_alert(str(booked.alerts[0].uuid)) == booked.prison_number
    assert estate.number_of_booking(1) is None
    assert estate.number_of_alert("no such alert") is None
    assert estate.person(booked.prison_number) is booked
    assert estate.person("A0000AA") is None
