"""People as NOMIS has them on the world's day."""

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estate import Estate
from estate.alerts import alerts_of
from estate.extent import days, moves_a_day
from estate.keys import prison_number, stream
from estate.model import MoveStatus, Person
from estate.whereabouts import Whereabouts, at_home, during_move

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
WORLD = Estate(today=TODAY)
PEOPLE = list(WORLD.people())


def _codes(person: Person) -> set[str]:
    return {alert.code for alert in person.alerts if alert.is_active(TODAY)}


@given(seed=st.integers(0, 2**32), index=st.integers(0, 1_000_000), other=st.integers(0, 1_000_000))
def test_prison_numbers_are_well_formed_and_nobody_elses(seed: int, index: int, other: int) -> None:
    number = prison_number(seed, index)
    assert re.fullmatch("[A-Z][0-9]{4}[A-Z]{2}", number)
    assert (number == prison_number(seed, other)) is (index == other)


def test_two_builds_of_a_world_have_the_same_people() -> None:
    assert list(Estate(today=TODAY).people()) == PEOPLE


def test_another_seed_has_other_people() -> None:
    others = Estate(2, today=TODAY).people()
    assert not {person.prison_number for person in others} & {person.prison_number for person in PEOPLE}


def test_people_are_found_by_their_number_as_the_same_object() -> None:
    person = PEOPLE[40]
    assert WORLD.person(person.prison_number) is person
    assert WORLD.person("Z0000ZZ") is None


def test_people_are_counted_and_sliced_without_being_made() -> None:
    world = Estate(scale=100, today=TODAY)
    people = world.people()
    assert len(people) == 85_000
    assert [person.prison_number for person in people[10:12]] == [people[10].prison_number, people[11].prison_number]
    assert people[-1] is people[84_999]


def test_numbers_bookings_and_alerts_belong_to_one_person_each() -> None:
    bookings = [person.booking_id for person in PEOPLE if person.booking_id is not None]
    books = [person.book_number for person in PEOPLE if person.book_number is not None]
    alerts = [alert.uuid for person in PEOPLE for alert in person.alerts]
    for ids in (bookings, books, alerts):
        assert len(set(ids)) == len(ids)


def test_a_booking_and_an_alert_lead_back_to_their_person() -> None:
    person = next(person for person in PEOPLE if person.alerts)
    assert person.booking_id is not None
    assert WORLD.number_of_booking(person.booking_id) == person.prison_number
    assert WORLD.number_of_alert(str(person.alerts[0].uuid)) == person.prison_number


def test_somebody_never_booked_in_has_nothing_that_comes_with_a_booking() -> None:
    strangers = [person for person in PEOPLE if person.booking_id is None]
    assert strangers
    for person in strangers:
        assert (person.agency_id, person.in_out_status, person.status, person.active) == (None, None, None, False)
        assert (person.category, person.alerts, person.movements, person.care_needs) == (None, (), (), ())


def test_every_state_that_nomis_words_occurs() -> None:
    states = {person.status for person in PEOPLE}
    assert states == {None, "ACTIVE IN", "ACTIVE OUT", "INACTIVE OUT", "INACTIVE TRN"}


def test_where_people_are_and_how_it_is_worded_agree() -> None:
    pseudo = {"INACTIVE OUT": "OUT", "INACTIVE TRN": "TRN"}
    for person in PEOPLE:
        if person.status in pseudo:
            assert person.agency_id == pseudo[person.status]
            assert person.last_prison_id not in {None, "OUT", "TRN"}
        elif person.status is not None:
            assert person.agency_id not in {None, "OUT", "TRN"}
        assert (person.cell is not None) is (person.status == "ACTIVE IN")


def test_all_the_categories_that_matter_occur() -> None:
    world = Estate(scale=5, today=TODAY)
    found = {person.category for person in world.people()}
    assert found >= {None, *"AHEPQVBCDURIXJTZ", "W9"}


def test_category_a_is_held_in_high_security_and_where_it_is_shown() -> None:
    held = {person.agency_id for person in PEOPLE[128:] if person.category in set("AEHP")}
    assert held
    assert held <= {"BAI", "FKI", "FNI", "LLI", "MRI", "WDI", "WHI", "WRI"}


def test_alerts_have_at_most_one_in_force_of_each_code() -> None:
    for person in PEOPLE:
        codes = Counter(alert.code for alert in person.alerts if alert.is_active(TODAY))
        assert not codes or max(codes.values()) == 1


def test_the_alerts_that_are_easily_misread_occur() -> None:
    alerts = [alert for person in PEOPLE for alert in person.alerts]
    assert any(alert.active_to == TODAY and not alert.is_active(TODAY) for alert in alerts)
    assert any(alert.active_to == TODAY + DAY and alert.is_active(TODAY) for alert in alerts)
    assert any(alert.active_from > TODAY and not alert.is_active(TODAY) for alert in alerts)
    assert {"D", "Z", "U"} <= {alert.type_code for alert in alerts}
    assert any({"XELH"} <= _codes(person) and "XEL" not in _codes(person) for person in PEOPLE)
    assert any({"XEL", "XELH"} <= _codes(person) for person in PEOPLE)
    assert any(
        "XELH" not in _codes(person) and any(alert.code == "XELH" for alert in person.alerts) for person in PEOPLE
    )


@pytest.mark.parametrize("code", ["XEL", "XER", "HA", "TG", "PEEP", "RCDR", "DOCGM", "XYA"])
def test_somebody_of_leeds_has_each_alert_that_a_demonstration_shows(code: str) -> None:
    # Or had until this morning: a transfer of today may have taken them on.
    assert any(code in _codes(person) for person in PEOPLE if "LEI" in {person.agency_id, person.last_prison_id})


@given(seed=st.integers(0, 10_000), shown=st.lists(st.sampled_from(["XEL", "HA", "TG", "DOCGM"]), max_size=4))
def test_alerts_that_are_shown_are_in_force(seed: int, shown: list[str]) -> None:
    alerts = alerts_of(stream(seed, "test", 0), "A1234BC", "LEI", TODAY, shown)
    active = [alert.code for alert in alerts if alert.is_active(TODAY)]
    assert set(shown) <= set(active)
    assert len(set(active)) == len(active)
    assert all(alert.active_to is None or alert.active_from < alert.active_to for alert in alerts)


def test_children_are_held_where_children_are() -> None:
    for person in PEOPLE:
        age = (TODAY - person.date_of_birth).days // 365
        assert 15 <= age < 90
        if person.agency_id in {"WYI", "WNI", "FMI"}:
            assert age < 19
        if age < 18 and person.status == "ACTIVE IN":
            assert person.agency_id in {"WYI", "WNI", "FMI"}


def test_women_are_held_where_women_are() -> None:
    for_women = {"PFI", "STI", "NHI", "LNI", "FHI", "BZI", "DWI", "EWI"}
    held = [person for person in PEOPLE if person.status == "ACTIVE IN"]
    assert {person.gender for person in PEOPLE} == {"Female", "Male"}
    assert all((person.agency_id in for_women) is (person.sex_code == "F") for person in held)


def test_some_people_have_care_needs_and_adjustments() -> None:
    needs = [need for person in PEOPLE for need in person.care_needs]
    adjustments = [one for person in PEOPLE for one in person.adjustments]
    assert {need.status for need in needs} == {"ON", "I"}
    assert {"DISAB", "PHY", "PSYCH", "MATSTAT"} == {need.problem_type for need in needs}
    assert all(need.end_date is None or need.start_date <= need.end_date for need in needs)
    assert all(one.end_date is None or one.start_date < one.end_date for one in adjustments)
    assert any(" " in one.treatment_code for one in adjustments)


def test_movements_are_told_in_the_order_in_which_they_happened() -> None:
    for person in PEOPLE:
        moments = [movement.moved_at for movement in person.movements]
        assert moments == sorted(moments)
        assert all(at.utcoffset() == timedelta(0) for at in moments)


def test_the_last_movement_fits_where_somebody_is() -> None:
    directions = {"ACTIVE IN": "IN", "ACTIVE OUT": "OUT", "INACTIVE OUT": "OUT", "INACTIVE TRN": "OUT"}
    for person in PEOPLE:
        if person.status is not None:
            assert person.movements[-1].direction == directions[person.status]


@pytest.mark.parametrize(
    ("status", "from_agency", "to_agency", "expected"),
    [
        (MoveStatus.BOOKED, "LEI", "LEEDCC", ("LEI", "IN", True)),
        (MoveStatus.CANCELLED, "LEI", "MDI", ("LEI", "IN", True)),
        (MoveStatus.IN_TRANSIT, "LEI", "LEEDCC", ("LEI", "OUT", True)),
        (MoveStatus.COMPLETED, "LEI", "LEEDCC", ("LEI", "OUT", True)),
        (MoveStatus.IN_TRANSIT, "LEI", "MDI", ("TRN", "TRN", False)),
        (MoveStatus.COMPLETED, "LEI", "MDI", ("MDI", "IN", True)),
        (MoveStatus.BOOKED, "LEEDCC", "LEI", ("LEI", "OUT", True)),
        (MoveStatus.COMPLETED, "LEEDCC", "LEI", ("LEI", "IN", True)),
    ],
)
def test_a_move_of_today_decides_where_somebody_of_leeds_is(
    status: MoveStatus, from_agency: str, to_agency: str, expected: tuple[str, str, bool]
) -> None:
    where = during_move(at_home("LEI", None), status, from_agency, to_agency)
    assert (where.agency_id, where.in_out, where.active) == expected


@pytest.mark.parametrize(
    ("status", "to_agency", "expected"),
    [
        (MoveStatus.BOOKED, "LEI", ("OUT", "OUT", False)),
        (MoveStatus.IN_TRANSIT, "LEI", ("OUT", "OUT", False)),
        (MoveStatus.COMPLETED, "LEI", ("LEI", "IN", True)),
        (MoveStatus.COMPLETED, "LEEDMC", ("OUT", "OUT", False)),
        (MoveStatus.COMPLETED, None, ("OUT", "OUT", False)),
    ],
)
def test_somebody_released_is_outside_until_a_prison_has_received_them(
    status: MoveStatus, to_agency: str | None, expected: tuple[str, str, bool]
) -> None:
    where = during_move(at_home("OUT", "LEI"), status, "WYP1", to_agency)
    assert (where.agency_id, where.in_out, where.active) == expected


def test_somebody_never_booked_in_gets_a_place_with_their_first_reception() -> None:
    received = during_move(at_home(None, None), MoveStatus.COMPLETED, "WYP1", "LEI")
    assert received == Whereabouts("LEI", "IN", active=True)


@settings(max_examples=30)
@given(scale=st.floats(1, 100))
def test_a_larger_scale_has_more_days_and_more_moves_a_day(scale: float) -> None:
    found = days(scale, TODAY)
    assert found[-1] == TODAY + 3 * DAY
    assert len(found) >= 7
    assert all(later - sooner == DAY for sooner, later in pairwise(found))
    assert 286 <= moves_a_day(scale) <= 550


@pytest.mark.parametrize(("scale", "total"), [(1, 2_000), (100, 1_000_000)])
def test_the_two_ends_of_the_scale_hold_what_they_promise(scale: float, total: int) -> None:
    assert len(days(scale, TODAY)) * moves_a_day(scale) == pytest.approx(total, rel=0.01)


@pytest.mark.parametrize("scale", [0, 101, float("nan"), -1])
def test_a_scale_that_no_world_has_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale must be above 0 and at most 100"):
        Estate(scale=scale, today=TODAY)


def test_below_one_a_world_is_as_small_as_worlds_get() -> None:
    small = Estate(scale=0.1, today=TODAY)
    assert (len(small.people()), small.days()) == (len(PEOPLE), WORLD.days())


def test_most_people_have_a_next_of_kin_and_nobody_without_a_booking_has_any_contact() -> None:
    booked = [person for person in PEOPLE if person.booking_id is not None]
    with_kin = [one for one in booked if any(each.next_of_kin and each.ended_on is None for each in one.contacts)]
    ids = [each.contact_id for person in PEOPLE for each in person.contacts]

    assert 0.6 < len(with_kin) / len(booked) < 0.85
    assert not any(person.contacts for person in PEOPLE if person.booking_id is None)
    assert len(set(ids)) == len(ids)
    assert any(each.ended_on is not None for person in PEOPLE for each in person.contacts)


def test_cell_sharing_risk_is_assessed_in_every_way_and_some_reviews_are_overdue() -> None:
    reviews = [person.csra_review_on for person in PEOPLE if person.csra_review_on is not None]

    assert {person.csra_code for person in PEOPLE} == {"CSR", "CSR1", "CSRDO", "CSRF", "CSRREV", "CSRH"}
    assert min(reviews) < TODAY < max(reviews)
