"""Moves of the invented world: what holds of every day, near or far."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import pairwise

import pytest

from estate import Estate
from estate import model as m

TODAY = date(2026, 11, 24)
REFERENCE = re.compile(r"[ACEFHJKMNPRTUVWXY]{3}[1-9]{4}[ACEFHJKMNPRTUVWXY]")
# Once the day is over everybody has travelled or nobody will.
PLAUSIBLE = {
    "past": {m.MoveStatus.COMPLETED, m.MoveStatus.CANCELLED},
    "today": set(m.MoveStatus),
    "future": {m.MoveStatus.PROPOSED, m.MoveStatus.REQUESTED, m.MoveStatus.BOOKED, m.MoveStatus.CANCELLED},
}


@pytest.fixture(scope="module")
def estate() -> Estate:
    return Estate(today=TODAY)


@pytest.fixture(scope="module")
def moves(estate: Estate) -> list[m.Move]:
    return [move for day in estate.days() for move in estate.moves_on(day)]


@pytest.fixture(scope="module")
def large() -> Estate:
    return Estate(scale=100, today=TODAY)


def sampled(estate: Estate) -> list[m.Move]:
    return [move for day in estate.days()[::91] for move in estate.moves_on(day)]


def seen(values: Iterable[Enum], kind: type[Enum]) -> None:
    assert set(values) == set(kind)


def test_the_smallest_world_holds_some_two_thousand_moves_in_a_week(estate: Estate, moves: list[m.Move]) -> None:
    assert [(day - TODAY).days for day in estate.days()] == [-3, -2, -1, 0, 1, 2, 3]
    assert 1_900 <= len(moves) <= 2_100


def test_the_largest_world_holds_about_a_million_moves_in_five_years(large: Estate) -> None:
    days = large.days()

    assert (days[-1] - days[0]).days in range(1_800, 1_850)
    assert 990_000 <= len(large.moves_on(days[0])) * len(days) <= 1_010_000


def test_references_are_unique_over_sixty_days_and_well_formed() -> None:
    references = [
        move.reference
        for shift in range(-30, 30)
        for move in Estate(today=TODAY + timedelta(days=shift)).moves_on(TODAY + timedelta(days=shift))
    ]

    assert len(references) == len(set(references)) > 15_000
    assert all(REFERENCE.fullmatch(reference) for reference in references)
    assert all(len(set(one[:3])) == 3 and len(set(one[3:7])) == 4 for one in references)


def test_references_and_ids_are_unique_over_sampled_days_of_the_largest_world(large: Estate) -> None:
    moves = sampled(large)

    assert len({move.reference for move in moves}) == len({move.id for move in moves}) == len(moves) > 10_000


def test_nobody_travels_twice_a_day(estate: Estate, large: Estate) -> None:
    for world, days in ((estate, estate.days()), (large, large.days()[::91])):
        for day in days:
            travellers = Counter(move.prison_number for move in world.moves_on(day) if move.prison_number)
            assert travellers.most_common(1)[0][1] == 1


def test_moves_run_between_two_known_places_in_use(estate: Estate, moves: list[m.Move]) -> None:
    usable = {one.agency_id for one in estate.agencies() if one.active and not one.pseudo}
    suppliers = {one.key for one in estate.suppliers()}

    assert {move.from_agency for move in moves} <= usable
    assert {move.to_agency for move in moves} - {None} <= usable
    assert all(move.from_agency != move.to_agency for move in moves)
    assert all(move.supplier in suppliers for move in moves)
    assert {leg.to_agency for move in moves for leg in move.journeys} <= usable


def test_the_supplier_is_that_of_the_origin(estate: Estate, moves: list[m.Move]) -> None:
    served = {one.agency_id: one.suppliers for one in estate.agencies()}

    assert all(move.supplier in served[move.from_agency] for move in moves if served[move.from_agency])


def test_places_fit_the_type_of_the_move(estate: Estate, moves: list[m.Move]) -> None:
    kinds = {one.agency_id: one.agency_type for one in estate.agencies()}
    detained = {m.AgencyType.INST, m.AgencyType.STC, m.AgencyType.SCH}
    for move in moves:
        origin, destination = kinds[move.from_agency], kinds.get(move.to_agency or "")
        match move.move_type:
            case m.MoveType.COURT_APPEARANCE:
                assert destination is m.AgencyType.CRT
            case m.MoveType.HOSPITAL:
                assert destination in {m.AgencyType.HOSPITAL, m.AgencyType.HSHOSP}
            case m.MoveType.POLICE_TRANSFER:
                assert origin is destination is m.AgencyType.POLICE
            case m.MoveType.PRISON_RECALL | m.MoveType.VIDEO_REMAND:
                assert origin is m.AgencyType.POLICE
            case m.MoveType.PRISON_REMAND:
                assert destination in detained
            case m.MoveType.PRISON_TRANSFER:
                assert origin in detained
            case m.MoveType.COURT_OTHER:
                assert destination not in detained
            case m.MoveType.APPROVED_PREMISES | m.MoveType.EXTRADITION:
                assert destination is not None


def test_statuses_are_plausible_for_the_day(moves: list[m.Move], large: Estate) -> None:
    for move in (*moves, *sampled(large)):
        phase = "today" if move.day == TODAY else "past" if move.day < TODAY else "future"
        assert move.status in PLAUSIBLE[phase]


def test_all_types_occur_each_day_and_all_statuses_today(estate: Estate) -> None:
    for day in estate.days():
        seen((move.move_type for move in estate.moves_on(day)), m.MoveType)
    seen((move.status for move in estate.moves_on(TODAY)), m.MoveStatus)


def test_every_value_of_every_enumeration_occurs(estate: Estate, moves: list[m.Move]) -> None:
    records = [move.escort_record for move in moves if move.escort_record]
    cancelled = [move.cancellation for move in moves if move.cancellation]

    seen((record.status for record in records), m.EscortRecordStatus)
    seen((section.status for record in records for section in record.sections), m.SectionStatus)
    seen((flag.severity for record in records for flag in record.flags), m.FlagSeverity)
    seen((leg.state for move in moves for leg in move.journeys), m.JourneyState)
    seen((stay.status for move in moves for stay in move.lodgings), m.LodgingStatus)
    seen((one.status for day in estate.days() for one in estate.allocations_on(day)), m.AllocationStatus)
    seen((move.vehicle_kind for move in moves), m.VehicleKind)
    seen((one.reason for one in cancelled), m.CancellationReason)
    seen((one.rejection_reason for one in cancelled if one.rejection_reason), m.RejectionReason)
    seen((move.prison_transfer_reason for move in moves if move.prison_transfer_reason), m.PrisonTransferReason)
    assert {event.classification for move in moves for event in move.events} == set(m.EventClassification) - {
        m.EventClassification.NOTIFICATION  # no type of the catalogue is one
    }


def test_dates_and_people_are_given_as_the_status_demands(moves: list[m.Move]) -> None:
    for move in moves:
        assert move.day == (move.date or move.date_from)
        if move.status is m.MoveStatus.PROPOSED:
            assert move.date is None
            assert move.authorised_at is None
        elif move.status is not m.MoveStatus.CANCELLED:
            assert move.date is not None
            assert move.authorised_at is not None
        if move.status in {m.MoveStatus.PROPOSED, m.MoveStatus.IN_TRANSIT, m.MoveStatus.COMPLETED}:
            assert move.prison_number is not None
        if move.prison_number is None:
            assert move.allocation_id is not None
            assert move.escort_record is None
        assert (move.date_to is None) or (move.date_from is not None and move.date_to >= move.date_from)


def test_cancelled_moves_alone_say_why_and_rejected_ones_how(moves: list[m.Move]) -> None:
    for move in moves:
        assert (move.cancellation is not None) == (move.status is m.MoveStatus.CANCELLED)
        if move.cancellation is not None:
            rejected = move.cancellation.reason is m.CancellationReason.REJECTED
            assert rejected == (move.cancellation.rejection_reason is not None)


def test_some_proposals_were_rejected_and_some_withdrawn_before_anybody_authorised_them(moves: list[m.Move]) -> None:
    ended = [move.cancellation for move in moves if move.cancellation and move.authorised_at is None]

    assert {one.reason for one in ended} == {
        m.CancellationReason.REJECTED,
        m.CancellationReason.SENDER_CANCELLED_REQUEST,
    }


def test_special_vehicles_have_a_reason(moves: list[m.Move]) -> None:
    for move in moves:
        assert (move.special_vehicle_reason is not None) == (move.vehicle_kind is m.VehicleKind.SPECIAL)


def test_what_is_under_way_is_driven_and_mostly_tells_where_it_is(estate: Estate) -> None:
    under_way = [move for move in estate.moves_on(TODAY) if move.status is m.MoveStatus.IN_TRANSIT and move.to_agency]
    placed = [move for move in under_way if move.position]

    assert all(move.journeys for move in under_way)
    assert len(under_way) * 0.7 < len(placed) < len(under_way)
    assert {move.position.eta is None for move in placed if move.position} == {True, False}
    assert all(
        49 < move.position.latitude < 56 and -6 < move.position.longitude < 2 for move in placed if move.position
    )
    assert not [move for move in estate.moves_on(TODAY) if move.position and move not in under_way]


def test_legs_are_numbered_and_join_up(moves: list[m.Move]) -> None:
    dropped = {m.JourneyState.REJECTED, m.JourneyState.CANCELLED}
    several = 0
    for move in moves:
        assert [leg.number for leg in move.journeys] == list(range(1, len(move.journeys) + 1))
        standing = [leg for leg in move.journeys if leg.state not in dropped]
        several += len(standing) > 1
        assert all(first.to_agency == second.from_agency for first, second in pairwise(standing))
        if standing:
            assert (standing[0].from_agency, standing[-1].to_agency) == (move.from_agency, move.to_agency)
    assert several > 30


def test_lodgings_end_after_they_start_and_some_moves_cross_suppliers(estate: Estate, moves: list[m.Move]) -> None:
    served = {one.agency_id: one.suppliers for one in estate.agencies()}
    crossing = [
        move for move in moves if served.get(move.to_agency or "") and move.supplier not in served[move.to_agency or ""]
    ]

    assert crossing
    assert all(stay.start_date < stay.end_date for move in moves for stay in move.lodgings)
    assert any(move.lodgings for move in crossing)


def test_the_other_supplier_at_the_destination_receives_and_drives_on_from_the_stop(
    estate: Estate, moves: list[m.Move]
) -> None:
    served = {one.agency_id: set(one.suppliers) for one in estate.agencies()}
    handed_over = 0
    for move in moves:
        at_start, at_end = served[move.from_agency], served.get(move.to_agency or "", set())
        others = at_end - {move.supplier} if at_start != at_end else set()
        assert move.receiving_supplier == min(others, default=None)
        drivers = [leg.supplier for leg in move.journeys]
        assert drivers[:1] == [move.supplier] * len(drivers[:1])
        assert set(drivers) <= {move.supplier, move.receiving_supplier}
        handed_over += len(set(drivers)) > 1
        told = {event.subject_id: event.supplier for event in move.events if event.subject is m.EventSubject.JOURNEY}
        assert told == {leg.id: leg.supplier for leg in move.journeys if leg.id in told}
    assert handed_over > 3


def test_times_are_aware_ordered_and_not_ahead_of_the_day(moves: list[m.Move]) -> None:
    end_of_today = datetime(2026, 11, 25, tzinfo=UTC)
    for move in moves:
        assert move.created_at.tzinfo is UTC
        assert move.created_at <= move.updated_at < end_of_today
        occurred = [event.occurred_at for event in move.events]
        assert occurred == sorted(occurred)
        assert all(event.occurred_at <= event.recorded_at < end_of_today for event in move.events)


def test_some_moves_were_written_down_afterwards(moves: list[m.Move]) -> None:
    later = [move for move in moves if move.recorded_retrospectively]

    assert later
    assert all(move.status is m.MoveStatus.COMPLETED for move in later)
    assert all(move.created_at.date() >= move.day for move in later)


def test_events_tell_how_far_a_move_has_come(moves: list[m.Move]) -> None:
    for move in moves:
        kinds = {event.type for event in move.events}
        assert ("MoveStart" in kinds) == (move.status in {m.MoveStatus.IN_TRANSIT, m.MoveStatus.COMPLETED})
        assert ("MoveComplete" in kinds) == (move.status is m.MoveStatus.COMPLETED)
        assert bool(kinds & {"MoveCancel", "MoveReject"}) == (move.status is m.MoveStatus.CANCELLED)


def test_only_moves_near_the_day_have_events(large: Estate) -> None:
    far = large.moves_on(TODAY - timedelta(days=36))
    near = large.moves_on(TODAY - timedelta(days=35))

    assert not [move for move in far if move.events]
    assert all(move.events for move in near)


def test_moves_near_the_day_are_those_of_its_days() -> None:
    estate = Estate(today=TODAY)

    assert {move.day for move in estate.moves_near(1)} == {TODAY + timedelta(days=shift) for shift in (-1, 0, 1)}


def test_allocations_agree_with_their_places(estate: Estate) -> None:
    for day in estate.days():
        moves = estate.moves_on(day)
        for allocation in estate.allocations_on(day):
            places = [move for move in moves if move.allocation_id == allocation.id]
            standing = [move for move in places if move.status is not m.MoveStatus.CANCELLED]
            filled = [move for move in standing if move.prison_number]
            assert places
            assert (allocation.moves_count, allocation.filled_count) == (len(standing), len(filled))
            assert {(one.from_agency, one.to_agency) for one in places} == {
                (allocation.from_agency, allocation.to_agency)
            }
            assert (allocation.cancellation is not None) == (allocation.status is m.AllocationStatus.CANCELLED)
            if allocation.status is m.AllocationStatus.FILLED:
                assert len(filled) == len(standing) > 0
    ahead = [one for day in estate.days() if day >= TODAY for one in estate.allocations_on(day)]
    assert m.AllocationStatus.UNFILLED in {one.status for one in ahead}
