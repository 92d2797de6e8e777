"""The rules by name, a case each. What the properties say of every world is said here of one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import orjson
import pytest

from estate.model import Person
from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.events import EventClassification, EventDetail
from gateway.domain.ids import AgencyId, PrisonNumber
from gateway.domain.moves import CancellationReason, LodgingStatus, MoveStatus, RejectionReason
from gateway.domain.moves import Move as MoveValue
from tests.scope.estates import (
    NOBODY,
    NUMBERS,
    Planned,
    World,
    cancelled,
    make_allocation,
    make_event,
    make_leg,
    make_lodging,
    make_move,
    make_record,
)
from tests.scope.fields import global_id
from tests.scope.standing import Standing
from tests.scope.viewers import Who
from tests.support.estate_builders import a_person
from tests.support.worlds import TODAY

LEEDS: Final = Who("LEEDS", ("PECS_PRISON",), caseloads=("LEI",))
MOORLAND: Final = Who("MOORLAND", ("PECS_PRISON",), caseloads=("MDI",))
WANDSWORTH: Final = Who("WANDSWORTH", ("PECS_PRISON",), caseloads=("WWI",))
COURT: Final = Who("COURT", ("PECS_COURT",), "auth", groups=("PECS_LEEDCC",))
GEOAMEY: Final = Who("GEOAMEY", ("PECS_SUPPLIER",), "auth", groups=("PECS_GEOAMEY",))
SERCO: Final = Who("SERCO", ("PECS_SUPPLIER",), "auth", groups=("PECS_SERCO",))
YORKSHIRE: Final = Who("REGION", ("PECS_OCA",), "auth", groups=("PECS_MIDLANDS_AND_YORKSHIRE_AND_HUMBERSIDE",))
UNIT: Final = Who("PMU", ("PECS_PMU",), "auth")

HALF_DONE: Final = EscortRecordStatus.IN_PROGRESS
ELSEWHERE: Final = a_person(NUMBERS[0], "WWI")
"""Held at Wandsworth: anybody else sees them by a move of theirs alone."""


def ask(standing: Standing, who: Who, query: str, *moves: Planned, people: tuple[Person, ...] = (ELSEWHERE,)) -> Any:
    """Give the data of an answer."""
    return ask_of(standing, who, query, World(people, moves))


def ask_of(standing: Standing, who: Who, query: str, world: World) -> Any:
    newcomer = standing.newcomer(who)
    standing.load(world, newcomer)
    answer = orjson.loads(standing.ask(query, newcomer))
    assert "errors" not in answer
    return answer["data"]


def sees(standing: Standing, who: Who, planned: Planned) -> bool:
    """Tell whether a viewer sees a move, which is the same by its id, in the list and in the count."""
    given = global_id("Move", planned.move.id)
    data = ask(standing, who, f'{{ move(id: "{given}") {{ id }} moves {{ totalCount nodes {{ id }} }} }}', planned)
    by_id = data["move"] is not None
    assert data["moves"] == {"totalCount": int(by_id), "nodes": [{"id": given}] if by_id else []}
    return by_id


def sees_person(standing: Standing, who: Who, *moves: Planned, person: Person = ELSEWHERE) -> bool:
    query = f'{{ person(prisonNumber: "{person.prison_number}") {{ id }} }}'
    return ask(standing, who, query, *moves, people=(person,))["person"] is not None


def a_move(**changes: object) -> Planned:
    return Planned(make_move(1, **changes))


PROPOSAL: Final = a_move(status=MoveStatus.PROPOSED, authorised_at=None)
REJECTED: Final = a_move(
    status=MoveStatus.CANCELLED,
    authorised_at=None,
    cancellation=cancelled(CancellationReason.REJECTED, RejectionReason.MORE_INFO_REQUIRED),
)


def lodging_at(agency_id: str, status: LodgingStatus) -> Planned:
    """Make a move from Leeds to Moorland with a night at a place, and another one at Leeds."""
    move = make_move(1)
    stays = (make_lodging(move, 1, agency_id, TODAY, status=status), make_lodging(move, 2, "LEI", TODAY))
    return Planned(move, stays)


# Who sees a move


def test_the_sender_sees_a_proposal(standing: Standing) -> None:
    assert sees(standing, LEEDS, PROPOSAL)


@pytest.mark.parametrize("who", [MOORLAND, GEOAMEY])
def test_receiver_and_supplier_do_not_see_a_proposal(standing: Standing, who: Who) -> None:
    assert not sees(standing, who, PROPOSAL)


@pytest.mark.parametrize("who", [MOORLAND, GEOAMEY])
def test_receiver_and_supplier_see_a_move_once_it_is_authorised(standing: Standing, who: Who) -> None:
    assert sees(standing, who, a_move())


@pytest.mark.parametrize("who", [MOORLAND, GEOAMEY])
def test_a_rejected_proposal_never_appears_at_the_other_end(standing: Standing, who: Who) -> None:
    assert not sees(standing, who, REJECTED)


def test_the_sender_still_sees_a_rejected_proposal(standing: Standing) -> None:
    assert sees(standing, LEEDS, REJECTED)


def test_a_cancelled_move_that_was_authorised_stays_with_its_receiver(standing: Standing) -> None:
    withdrawn = a_move(status=MoveStatus.CANCELLED, cancellation=cancelled(CancellationReason.COURT_CLOSURE))
    assert sees(standing, MOORLAND, withdrawn)


def test_whom_a_move_does_not_touch_does_not_see_it(standing: Standing) -> None:
    assert not sees(standing, WANDSWORTH, a_move())


def test_another_supplier_does_not_see_it(standing: Standing) -> None:
    assert not sees(standing, SERCO, a_move())


def test_the_place_of_a_lodging_sees_the_move(standing: Standing) -> None:
    assert sees(standing, WANDSWORTH, lodging_at("WWI", LodgingStatus.PROPOSED))


def test_the_place_of_a_cancelled_lodging_does_not(standing: Standing) -> None:
    assert not sees(standing, WANDSWORTH, lodging_at("WWI", LodgingStatus.CANCELLED))


def test_the_place_of_a_lodging_does_not_see_a_proposal(standing: Standing) -> None:
    planned = lodging_at("WWI", LodgingStatus.PROPOSED)
    assert not sees(standing, WANDSWORTH, replace(planned, move=replace(planned.move, authorised_at=None)))


def test_a_user_of_a_region_sees_moves_of_its_places(standing: Standing) -> None:
    assert sees(standing, YORKSHIRE, a_move(from_agency=AgencyId("MDI"), to_agency=AgencyId("LEEDCC")))


def test_a_user_of_a_region_sees_no_proposal_of_others(standing: Standing) -> None:
    proposal = a_move(from_agency=AgencyId("WWI"), to_agency=AgencyId("LEI"), authorised_at=None)
    assert not sees(standing, YORKSHIRE, proposal)


@pytest.mark.parametrize("role", ["PECS_PMU", "PECS_CDM", "PECS_READ_ONLY"])
def test_national_roles_see_proposals_anywhere(standing: Standing, role: str) -> None:
    assert sees(standing, replace(UNIT, roles=(role,)), PROPOSAL)


def test_several_caseloads_all_count(standing: Standing) -> None:
    assert sees(standing, replace(LEEDS, caseloads=("WWI", "LEI")), PROPOSAL)


@pytest.mark.parametrize("roles", [(), ("PECS_LSA",), ("PECS_AUDITOR",), ("PRISON_STAFF_HUB",), ("PECS_SUPPLIER",)])
def test_a_caseload_without_a_role_that_works_there_shows_nothing(standing: Standing, roles: tuple[str, ...]) -> None:
    assert not sees(standing, replace(LEEDS, roles=roles), a_move())


@pytest.mark.parametrize("source", ["azuread", "delius", "none"])
def test_accounts_from_elsewhere_see_nothing(standing: Standing, source: str) -> None:
    elsewhere = Who("ELSEWHERE", ("PECS_COURT",), source, caseloads=("LEI",), groups=("PECS_LEI",))
    assert not sees(standing, elsewhere, a_move())


def test_no_role_leaves_reference_data(standing: Standing) -> None:
    query = "{ locations { totalCount } suppliers { key } moves { totalCount } viewer { locations { id } } }"
    assert ask(standing, Who("NOBODY", caseloads=("LEI",)), query, a_move()) == {
        "locations": {"totalCount": 5},
        "suppliers": [{"key": "geoamey"}, {"key": "serco"}],
        "moves": {"totalCount": 0},
        "viewer": {"locations": []},
    }


def test_whoever_works_at_a_place_and_for_its_supplier_has_it_once(standing: Standing) -> None:
    both = Who("BOTH", ("PECS_COURT", "PECS_SUPPLIER"), "auth", groups=("PECS_GEOAMEY", "PECS_LEI", "PECS_LEEDCC"))
    found = ask(standing, both, "{ viewer { locations { agencyId } } }")["viewer"]["locations"]
    assert [place["agencyId"] for place in found] == ["WYP1", "LEI", "LEEDCC", "MDI"]


# Systems


@pytest.mark.parametrize(
    ("client", "role", "seen"),
    [
        ("court-system", "PECS_COURT", True),
        ("police-system", "PECS_POLICE", False),
        ("geoamey-system", "PECS_SUPPLIER", True),
        ("serco-system", "PECS_SUPPLIER", False),
        ("stranger-system", "PECS_COURT", False),
        ("stranger-system", "PECS_SUPPLIER", False),
        ("court-system", "PECS_SUPPLIER", False),
        ("geoamey-system", "PECS_COURT", False),
    ],
)
def test_a_system_sees_what_it_is_bound_to(standing: Standing, client: str, role: str, *, seen: bool) -> None:
    to_moorland = a_move(to_agency=AgencyId("MDI"))
    assert sees(standing, Who(client, (role,), "machine"), to_moorland) is seen


@pytest.mark.parametrize("role", ["PECS_PMU", "PECS_CDM", "PECS_READ_ONLY"])
@pytest.mark.parametrize(
    ("client", "seen"), [("court-system", True), ("police-system", False), ("stranger-system", False)]
)
def test_a_national_role_takes_no_system_beyond_its_binding(
    standing: Standing, client: str, role: str, *, seen: bool
) -> None:
    """Systems are bound by the settings: a role that somebody gave them at sign-in widens nothing."""
    system = Who(client, ("PECS_COURT", role), "machine")
    assert sees(standing, system, a_move(to_agency=AgencyId("MDI"))) is seen
    assert not sees_person(standing, system)


def test_a_user_whom_a_system_names_opens_nothing(standing: Standing) -> None:
    system = Who("stranger-system", ("PECS_PRISON",), "machine", caseloads=("LEI",), impersonated="STAFF")
    assert not sees(standing, system, a_move())


# Who sees a person


def test_a_person_is_seen_where_they_are_held(standing: Standing) -> None:
    assert sees_person(standing, WANDSWORTH)


def test_a_person_is_not_seen_elsewhere(standing: Standing) -> None:
    assert not sees_person(standing, LEEDS)


@pytest.mark.parametrize("status", [MoveStatus.REQUESTED, MoveStatus.BOOKED, MoveStatus.IN_TRANSIT])
def test_an_open_move_gives_sight_to_its_receiver(standing: Standing, status: MoveStatus) -> None:
    assert sees_person(standing, MOORLAND, a_move(status=status))


def test_a_proposal_gives_no_sight_to_its_receiver(standing: Standing) -> None:
    assert not sees_person(standing, MOORLAND, PROPOSAL)


@pytest.mark.parametrize(("days_ago", "seen"), [(0, True), (1, True), (2, False)])
def test_a_completed_move_gives_sight_until_the_day_after(standing: Standing, days_ago: int, *, seen: bool) -> None:
    done = a_move(status=MoveStatus.COMPLETED, date=TODAY - timedelta(days=days_ago))
    assert sees_person(standing, MOORLAND, done) is seen


@pytest.mark.parametrize(("days_ago", "seen"), [(28, True), (29, False)])
def test_an_open_move_lapses_after_28_days(standing: Standing, days_ago: int, *, seen: bool) -> None:
    assert sees_person(standing, MOORLAND, a_move(date=TODAY - timedelta(days=days_ago))) is seen


def test_sight_counts_from_the_last_day_of_a_move_that_lodges(standing: Standing) -> None:
    move = make_move(1, status=MoveStatus.COMPLETED, date=TODAY - timedelta(days=3))
    nights = (make_lodging(move, 1, "WYP1", TODAY - timedelta(days=3), nights=2),)
    assert sees_person(standing, MOORLAND, Planned(move, nights))
    assert not sees_person(standing, MOORLAND, Planned(move))


def test_a_cancelled_move_gives_no_sight(standing: Standing) -> None:
    withdrawn = a_move(status=MoveStatus.CANCELLED, cancellation=cancelled(CancellationReason.COURT_CLOSURE))
    assert not sees_person(standing, MOORLAND, withdrawn)


@pytest.mark.parametrize("place", ["OUT", "TRN", None])
def test_a_person_held_nowhere_is_seen_by_a_move_or_nationally_alone(standing: Standing, place: str | None) -> None:
    person = a_person(NUMBERS[0], place)
    assert not sees_person(standing, replace(LEEDS, caseloads=("LEI", "MDI")), person=person)
    assert sees_person(standing, MOORLAND, a_move(), person=person)
    assert sees_person(standing, UNIT, person=person)


def test_a_move_outlives_the_sight_of_its_person(standing: Standing) -> None:
    over = a_move(status=MoveStatus.COMPLETED, date=TODAY - timedelta(days=2))
    query = "{ moves { nodes { reference person { id } } } }"
    assert ask(standing, MOORLAND, query, over)["moves"]["nodes"] == [{"reference": "MAC0001A", "person": None}]


# Hidden and absent


BY_NAME: Final = {
    "person": f'{{ person(prisonNumber: "{NUMBERS[0]}") {{ lastName alerts {{ comment }} careNeeds {{ code }} }} }}',
    "people": f'{{ people(prisonNumbers: ["{NUMBERS[0]}", "{NUMBERS[1]}"]) {{ lastName }} }}',
    "person by id": f'{{ node(id: "{global_id("Person", NUMBERS[0])}") {{ id }} }}',
    "moves of a person": f'{{ moves(filter: {{prisonNumber: "{NUMBERS[0]}"}}) {{ totalCount nodes {{ id }} }} }}',
}


@pytest.mark.parametrize("query", BY_NAME.values(), ids=BY_NAME)
def test_a_hidden_person_is_answered_like_an_unknown_one_and_costs_the_same(standing: Standing, query: str) -> None:
    who = standing.newcomer(LEEDS)
    move = a_move(from_agency=AgencyId("WWI"))
    answers = []
    for world in (World((ELSEWHERE,), (move,)), World()):
        standing.load(world, who)
        standing.ask("{ viewer { username } }", who)
        answers.append(standing.ask_counting(query, who))
    assert answers[0] == answers[1]


def ids_of(move: MoveValue) -> list[str]:
    return [
        global_id("Move", move.id),
        global_id("Journey", move.id, make_leg(move, 1).id),
        global_id("Lodging", make_lodging(move, 1, "WYP1", TODAY).id),
        global_id("Event", make_event(move, 1, 1).id),
        global_id("PersonEscortRecord", make_record(move, HALF_DONE).id),
        global_id("Allocation", make_allocation(1).id),
    ]


def test_hidden_things_are_answered_by_id_like_things_that_are_not(standing: Standing) -> None:
    who = standing.newcomer(WANDSWORTH)
    move = make_move(1, allocation_id=make_allocation(1).id, prison_number=NUMBERS[1])
    hidden = Planned(
        move,
        (make_lodging(move, 1, "WYP1", TODAY),),
        make_record(move, HALF_DONE),
        (make_event(move, 1, 1, classification=EventClassification.INCIDENT),),
        legs=(make_leg(move, 1),),
    )
    given = ids_of(move)
    query = f"{{ nodes(ids: {orjson.dumps(given).decode()}) {{ id }} }}"
    answers = []
    for world in (World((ELSEWHERE,), (hidden,), (make_allocation(1),)), World()):
        standing.load(world, who)
        standing.ask("{ viewer { username } }", who)
        answers.append(standing.ask_counting(query, who))
    assert answers[0] == answers[1]
    assert orjson.loads(answers[0].body) == {"data": {"nodes": [None] * len(given)}}


def test_the_same_ids_are_answered_to_whoever_may_see_them(standing: Standing) -> None:
    move = make_move(1, allocation_id=make_allocation(1).id)
    shown = Planned(
        move,
        (make_lodging(move, 1, "WYP1", TODAY),),
        make_record(move, EscortRecordStatus.COMPLETED),
        (make_event(move, 1, 1),),
        legs=(make_leg(move, 1),),
    )
    query = f"{{ nodes(ids: {orjson.dumps(ids_of(move)).decode()}) {{ id }} }}"
    data = ask_of(standing, GEOAMEY, query, World((ELSEWHERE,), (shown,), (make_allocation(1),)))
    assert [node["id"] for node in data["nodes"]] == ids_of(move)


# Allocations, and what suppliers tell


@pytest.mark.parametrize(("role", "seen"), [("PECS_OCA", True), ("PECS_PRISON", False)])
def test_allocations_take_a_permission_besides_the_place(standing: Standing, role: str, *, seen: bool) -> None:
    allocation = make_allocation(1)
    given = global_id("Allocation", allocation.id)
    move = make_move(1, allocation_id=allocation.id)
    query = (
        f'{{ allocation(id: "{given}") {{ id }} allocations {{ totalCount nodes {{ id }} }} '
        "moves { nodes { allocation { id } } } }"
    )
    data = ask_of(standing, replace(LEEDS, roles=(role,)), query, World((), (Planned(move),), (allocation,)))
    one = {"id": given} if seen else None
    assert data == {
        "allocation": one,
        "allocations": {"totalCount": int(seen), "nodes": [one] if one else []},
        "moves": {"nodes": [{"allocation": one}]},
    }


def test_an_allocation_shows_those_of_its_moves_that_may_be_seen(standing: Standing) -> None:
    allocation = make_allocation(1, from_agency=AgencyId("LEI"), to_agency=AgencyId("MDI"))
    moves = (
        Planned(make_move(1, allocation_id=allocation.id)),
        Planned(make_move(2, allocation_id=allocation.id, status=MoveStatus.PROPOSED, authorised_at=None)),
    )
    query = "{ allocations { nodes { moves { totalCount nodes { reference } } } } }"
    receiver = replace(MOORLAND, roles=("PECS_OCA",))
    data = ask_of(standing, receiver, query, World((), moves, (allocation,)))
    shown = [{"moves": {"totalCount": 1, "nodes": [{"reference": "MAC0001A"}]}}]
    assert data["allocations"]["nodes"] == shown


def test_an_allocation_counts_no_proposal_as_filled(standing: Standing) -> None:
    """Its receiver must not learn of proposals, and so not by a count that is higher than what they see either."""
    allocation = make_allocation(1, from_agency=AgencyId("LEI"), to_agency=AgencyId("MDI"))
    proposal = Planned(
        make_move(2, allocation_id=allocation.id, status=MoveStatus.PROPOSED, authorised_at=None),
    )
    receiver = replace(MOORLAND, roles=("PECS_OCA",))
    worlds = [World((), moves, (allocation,)) for moves in ((proposal,), ())]
    query = "{ allocations { nodes { filledCount moves { totalCount } } } }"
    answers = [ask_of(standing, receiver, query, world) for world in worlds]
    assert answers[0] == answers[1]
    shown = {"filledCount": 0, "moves": {"totalCount": 0}}
    assert answers[0]["allocations"]["nodes"] == [shown]


@pytest.mark.parametrize("who", [LEEDS, GEOAMEY, UNIT])
def test_who_completed_a_dper_is_told_to_nobody(standing: Standing, who: Who) -> None:
    """It is recorded for audit, and no front end shows it: the event that tells of completion does not either."""
    move = make_move(1)
    given = (EventDetail("responded_by", "risk: A. Officer"), EventDetail("completed_at", "2026-11-24T09:00:00Z"))
    planned = Planned(move, events=(make_event(move, 1, 1, type="PerCompletion", details=given),))
    query = "{ moves { nodes { events { nodes { type details { name } } } } } }"
    events = ask(standing, who, query, planned)["moves"]["nodes"][0]["events"]["nodes"]
    assert events == [{"type": "PerCompletion", "details": [{"name": "completed_at"}]}]


def test_suppliers_are_not_asked_about_a_proposal(standing: Standing) -> None:
    who = standing.newcomer(LEEDS)
    standing.load(World((ELSEWHERE,), (replace(PROPOSAL, legs=(make_leg(PROPOSAL.move, 1),)),)), who)
    answer = standing.ask_counting("{ moves { nodes { journeys { id } tracking { latitude } } } }", who)
    assert orjson.loads(answer.body)["data"]["moves"]["nodes"] == [{"journeys": [], "tracking": None}]
    assert not [route for route in answer.calls if "geoamey" in route or "serco" in route]


def test_a_dashboard_of_any_place_counts_visible_moves_only(standing: Standing) -> None:
    place = global_id("Location", "MDI")
    query = (
        f'{{ dashboard(locationId: "{place}", from: "{TODAY}", to: "{TODAY}") '
        "{ days { incoming { total } outgoing { total } } } }"
    )
    moves = (
        Planned(make_move(1)),
        Planned(make_move(2, from_agency=AgencyId("WYP1"))),
        Planned(make_move(3, from_agency=AgencyId("MDI"), to_agency=AgencyId("LEI"))),
    )
    days = ask(standing, LEEDS, query, *moves)["dashboard"]["days"]
    assert days == [{"incoming": {"total": 1}, "outgoing": {"total": 1}}]


def test_numbers_that_nobody_has_are_nobody_to_national_roles_too(standing: Standing) -> None:
    assert ask(standing, UNIT, f'{{ person(prisonNumber: "{NOBODY[0]}") {{ id }} }}') == {"person": None}


def test_a_dper_about_somebody_else_shows_them_only_to_who_may_see_them(standing: Standing) -> None:
    move = make_move(1, prison_number=NUMBERS[1])
    planned = Planned(move, record=make_record(move, HALF_DONE, PrisonNumber(ELSEWHERE.prison_number)))
    query = "{ moves { nodes { personEscortRecord { status person { id } } } } }"
    record = ask(standing, LEEDS, query, planned)["moves"]["nodes"][0]["personEscortRecord"]
    assert record == {"status": "IN_PROGRESS", "person": None}


def test_a_record_is_its_senders_alone_until_it_was_complete(standing: Standing) -> None:
    move = make_move(1, status=MoveStatus.BOOKED)
    half, whole = (make_record(move, status) for status in (HALF_DONE, EscortRecordStatus.COMPLETED))
    query = (
        f"{{ move(id: {orjson.dumps(global_id('Move', move.id)).decode()}) {{ personEscortRecord {{ id }} }} "
        f"node(id: {orjson.dumps(global_id('PersonEscortRecord', half.id)).decode()}) {{ id }} "
        "moves(filter: {perStatuses: [IN_PROGRESS]}) { totalCount } }"
    )
    unfinished, finished = (World((ELSEWHERE,), (Planned(move, record=record),)) for record in (half, whole))
    hidden = {"move": {"personEscortRecord": None}, "node": None, "moves": {"totalCount": 0}}
    assert ask_of(standing, GEOAMEY, query, unfinished) == hidden
    assert ask_of(standing, GEOAMEY, query, finished)["node"] is not None
    assert ask_of(standing, LEEDS, query, unfinished)["node"] is not None
