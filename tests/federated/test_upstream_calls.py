"""How often upstreams are asked depends on a query's shape, never on its rows: counted at the mocks' doors."""

import asyncio
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)

from gateway.domain.ids import PrisonNumber
from gateway.domain.pages import PageRequest
from gateway.schema.build import build_schema as build_gateway_schema
from gateway.services import nomis_import
from gateway.store import move_pages
from tests.federated.estates import FEDERATED, OFFICER, a_day_at_leeds, all_counts
from tests.support.worlds import TODAY

pytestmark = pytest.mark.anyio

SCHEMA = build_schema(build_gateway_schema().as_str())


@pytest.mark.parametrize(
    ("size", "backend"),
    [
        (1, "sqlite"),
        (10, "sqlite"),
        (50, "sqlite"),
        (200, "sqlite"),
        pytest.param(50, "postgresql", marks=pytest.mark.slow),
    ],
)
async def test_the_federated_query_asks_each_resource_and_each_supplier_once(size: int, backend: str) -> None:
    async with a_day_at_leeds(size, backend=backend) as day:
        answer = await day.gateway.ask(FEDERATED, OFFICER, {"first": size, "day": TODAY.isoformat()})
        assert "errors" not in answer
        nodes = answer["data"]["moves"]["nodes"]
        assert len(nodes) == size
        assert all(len(node["person"]["alerts"]) == 2 and len(node["journeys"]) == 2 for node in nodes)
        counts = await all_counts(day.gateway)
    assert counts == {
        "nomis": {"POST /prisoner-search/prisoner-numbers": 1, "POST /search/alerts/prison-numbers": 1},
        "geoamey": {"POST /journeys/search": 1},
        "serco": {"POST /journeys/search": 1} if size > 1 else {},
    }


async def test_a_hundred_people_are_one_question_for_each_resource() -> None:
    async with a_day_at_leeds(100) as day:
        answer = await day.gateway.ask(
            "query ($n: [PrisonNumber!]!) {"
            " people(prisonNumbers: $n) { lastName alerts { code { code } } careNeeds { code } } }",
            OFFICER,
            {"n": day.numbers},
        )
        assert "errors" not in answer
        assert all(person["alerts"] for person in answer["data"]["people"])
        counts = await all_counts(day.gateway)
    assert counts["nomis"] == {
        "POST /prisoner-search/prisoner-numbers": 1,
        "POST /search/alerts/prison-numbers": 1,
        "POST /api/bookings/offenderNo/personal-care-needs": 1,
    }


async def test_what_nomis_knows_beside_many_dpers_is_read_without_asking_it() -> None:
    async with a_day_at_leeds(40) as day:
        answer = await day.gateway.ask(
            "{moves(first: 40) {nodes {personEscortRecord {nomisSync {status} "
            "sections {responses {nomisMappings {code}}}}}}}",
            OFFICER,
        )
        assert "errors" not in answer
        assert (await all_counts(day.gateway))["nomis"] == {}


async def test_asking_about_the_people_of_many_dpers_is_four_questions_and_two_for_each_booking() -> None:
    counts = {}
    for size in (1, 40):
        async with a_day_at_leeds(size + 1) as day:
            numbers = [PrisonNumber(number) for number in day.numbers[1:]]  # no booking is number 0
            told = await nomis_import.ask(day.gateway.app.state.platform.nomis, numbers, TODAY)
            assert all(None not in kinds.values() for kinds in told.values())
            counts[size] = (await all_counts(day.gateway))["nomis"]
    by_booking = {route: count for route, count in counts[40].items() if "{booking_id}" in route}
    assert sorted(by_booking.values()) == [40, 40]
    assert {route: count for route, count in counts[1].items() if route not in by_booking} == {
        route: count for route, count in counts[40].items() if route not in by_booking
    }
    assert len(counts[1]) == 6


async def test_how_long_a_read_of_the_store_takes_changes_no_count() -> None:
    """People are asked for once, though one list is there at once and another long after it.

    How long a list takes may depend on rows that are hidden: a second question to NOMIS would tell of them.
    """
    read = move_pages.page

    async def slow_from_the_end(connection: Any, request: PageRequest, **kwargs: Any) -> object:
        page = await read(connection, request, **kwargs)
        for _ in range(1000 if request.backwards else 0):
            await asyncio.sleep(0)
        return page

    async with a_day_at_leeds(4) as day:
        with patch.object(move_pages, "page", slow_from_the_end):
            answer = await day.gateway.ask(
                "{ first: moves(first: 1) { nodes { person { lastName alerts { comment } } journeys { number } } }"
                " last: moves(last: 1) { nodes { person { lastName alerts { comment } } journeys { number } } }"
                f' person(prisonNumber: "{day.numbers[1]}") {{ lastName alerts {{ comment }} }} }}',
                OFFICER,
            )
        assert "errors" not in answer
        assert answer["data"]["last"]["nodes"][0]["person"] is not None
        counts = await all_counts(day.gateway)
    assert counts == {
        "nomis": {"POST /prisoner-search/prisoner-numbers": 1, "POST /search/alerts/prison-numbers": 1},
        "geoamey": {"POST /journeys/search": 1},
        "serco": {"POST /journeys/search": 1},
    }


async def test_positions_match_what_was_asked_and_missing_ones_are_null() -> None:
    async with a_day_at_leeds(3) as day:
        answer = await day.gateway.ask(
            '{ people(prisonNumbers: ["a0002aa", "Z9999ZZ", " A0000AA ", "A0002AA"]) { prisonNumber } }', OFFICER
        )
    assert answer == {
        "data": {
            "people": [{"prisonNumber": "A0002AA"}, None, {"prisonNumber": "A0000AA"}, {"prisonNumber": "A0002AA"}]
        }
    }


LEAVES = 2
"""How many levels of further objects a walked field selects beneath itself."""


def _is_list(field: GraphQLField) -> bool:
    kind = field.type.of_type if is_non_null_type(field.type) else field.type
    return is_list_type(kind)


def _selection(kind: object, levels: int) -> str:
    """Select everything beneath a type that takes no required argument, down to so many levels."""
    if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        return ""
    parts = []
    for name, field in kind.fields.items():
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        below = get_named_type(field.type)
        if isinstance(below, GraphQLObjectType | GraphQLInterfaceType):
            if levels > 0:
                parts.append(f"{name}{_few(field)} {_selection(below, levels - 1)}")
        else:
            parts.append(name)
    return "{ " + " ".join(["__typename", *parts]) + " }"


def _few(field: GraphQLField) -> str:
    return "(first: 2)" if "first" in field.args else ""


def _list_fields() -> Iterator[tuple[str, str]]:
    for name, kind in SCHEMA.type_map.items():
        if name.startswith("__") or not isinstance(kind, GraphQLObjectType) or name in {"Query", "Mutation"}:
            continue
        for field_name, field in kind.fields.items():
            if _is_list(field) or "Connection" in str(field.type):
                yield name, field_name


FROM_MOVES = {
    "Move": "{moves(first: FIRST) {nodes %s}}",
    "MoveConnection": "{moves(first: FIRST) %s}",
    "ChangeConnection": "{moves(first: FIRST) {nodes {history(first: 2) %s}}}",
    "Change": "{moves(first: FIRST) {nodes {history(first: 2) {nodes %s}}}}",
    "Person": "{moves(first: FIRST) {nodes {person %s}}}",
    "PersonEscortRecord": "{moves(first: FIRST) {nodes {personEscortRecord %s}}}",
    "YouthRiskAssessment": "{moves(first: FIRST) {nodes {youthRiskAssessment %s}}}",
    "PerSection": "{moves(first: FIRST) {nodes {personEscortRecord {sections %s}}}}",
    "PerResponse": "{moves(first: FIRST) {nodes {personEscortRecord {sections {responses %s}}}}}",
    "PerAnswer": "{moves(first: FIRST) {nodes {personEscortRecord {sections {responses {answer %s}}}}}}",
    "PerItemAnswer": "{moves(first: FIRST) {nodes {personEscortRecord {sections {responses {answer {items %s}}}}}}}",
    "PerItemField": "{moves(first: FIRST) {nodes {personEscortRecord {sections {responses "
    "{answer {items {answers %s}}}}}}}}",
    "Journey": "{moves(first: FIRST) {nodes {journeys %s}}}",
    "Allocation": "{moves(first: FIRST) {nodes {allocation %s}}}",
    "EventConnection": "{moves(first: FIRST) {nodes {events(first: 2) %s}}}",
    "Event": "{moves(first: FIRST) {nodes {events(first: 2) {nodes %s}}}}",
    "AlertType": "{moves(first: FIRST) {nodes {person {alerts {type %s}}}}}",
    "EscortEligibility": "{moves(first: FIRST) {nodes {person {escortEligibility %s}}}}",
    "Location": "{moves(first: FIRST) {nodes {fromLocation %s}}}",
    "LocationConnection": "{locations(first: FIRST) %s}",
    "AllocationConnection": "{allocations(first: FIRST) %s}",
    "PerQuestionSet": "{moves(first: FIRST) {nodes {reference}} perQuestionSet %s}",
    "PerQuestion": "{moves(first: FIRST) {nodes {reference}} perQuestionSet {questions %s}}",
    "PerOption": "{moves(first: FIRST) {nodes {reference}} perQuestionSet {questions {options %s}}}",
    "Viewer": "{moves(first: FIRST) {nodes {reference}} viewer %s}",
    "Dashboard": '{dashboard(locationId: "TG9jYXRpb246TEVJ", from: "2026-11-24", to: "2026-11-24") %s}',
    "MoveCounts": '{dashboard(locationId: "TG9jYXRpb246TEVJ", from: "2026-11-24", to: "2026-11-24") '
    "{days {incoming %s}}}",
}
"""How to get to many of a type from the root."""

OF_MUTATIONS = {
    "SetActiveCaseloadPayload",
    "MovePayload",
    "AllocationPayload",
    "JourneyPayload",
    "PersonEscortRecordPayload",
    "YouthRiskAssessmentPayload",
    "RecordEventsPayload",
    "RecordedEvent",
    "Problem",
}


def test_every_list_field_is_walked() -> None:
    assert {owner for owner, _ in _list_fields()} == set(FROM_MOVES) | OF_MUTATIONS


async def test_no_list_field_asks_more_for_more_rows() -> None:
    asked: dict[int, dict[str, object]] = {}
    for size in (2, 40):
        asked[size] = {}
        async with a_day_at_leeds(size) as day:
            for owner, name in _list_fields():
                if owner in OF_MUTATIONS:
                    continue
                field = SCHEMA.type_map[owner].fields[name]  # type: ignore[attr-defined]
                selection = _selection(get_named_type(field.type), LEAVES)
                query = FROM_MOVES[owner] % f"{{{name}{_few(field)} {selection}}}"
                answer = await day.gateway.ask(query.replace("FIRST", str(size)), OFFICER)
                assert "errors" not in answer, (query, answer)
                asked[size][f"{owner}.{name}"] = await all_counts(day.gateway)
    assert asked[2] == asked[40]
