"""Booking from end to end: retries, people who book at the same moment, and NOMIS being down."""

import asyncio
from datetime import timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from estate.model import AgencyType
from gateway.store.tables import access_log, changes, escort_checks, moves, supplier_locations
from tests.booking.bed import (
    BOOK,
    COURT,
    GEOAMEY,
    MOORLAND,
    NURSE,
    OCA,
    OFFICER,
    PLACEMENTS,
    PMU,
    READER,
    SCH,
    SERCO,
    SERGEANT,
    STC,
    WANDSWORTH,
    Bed,
    a_bed,
    codes,
    place,
)
from tests.booking.test_book_move import TO_COURT, TOMORROW, TRANSFER
from tests.support.estate_builders import a_person, an_account, an_agency
from tests.support.stores import empty_store_url
from tests.support.worlds import NOW, TODAY, NomisSource, Stored, running_gateway, token_for

pytestmark = pytest.mark.anyio

COUNT: Final = "{moves {totalCount}}"
AN_HOUR_AGO: Final = (NOW - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
RECALL: Final = {
    "type": "PRISON_RECALL",
    "prisonNumber": "A9001AA",
    "fromLocationId": place("WYPLE"),
    "date": TOMORROW,
}


async def number_of_moves(bed: Bed) -> int:
    async with bed.gateway.database.read() as conn:
        return await conn.scalar(sa.select(sa.func.count()).select_from(moves)) or 0


def told(booked: dict[str, Any]) -> dict[str, dict[str, str | None]]:
    """Give the events of a booked move, each with its details."""
    return {
        event["type"]: {one["name"]: one["value"] for one in event["details"]}
        for event in booked["move"]["events"]["nodes"]
    }


# Retries


async def test_a_retry_gives_the_first_move_and_another_request_under_its_key_is_told() -> None:
    async with a_bed() as bed:
        asked = TO_COURT | {"idempotencyKey": "one"}
        first = await bed.change(BOOK, OFFICER, **asked)
        again = await bed.change(BOOK, OFFICER, **asked)
        assert again == first
        other = await bed.change(BOOK, OFFICER, **(asked | {"prisonNumber": "A1002AA"}))
        assert codes(other) == [("CONFLICT", ("idempotencyKey",))]
        assert await number_of_moves(bed) == 1


async def test_a_retry_gives_the_first_move_whatever_holds_by_then() -> None:
    async with a_bed() as bed:
        asked = TO_COURT | {"idempotencyKey": "one"}
        first = await bed.change(BOOK, OFFICER, **asked)
        await bed.down("prisoner-search", "alerts")
        assert await bed.change(BOOK, OFFICER, **asked) == first


async def test_a_key_is_of_one_account_and_what_failed_leaves_it_unused() -> None:
    async with a_bed() as bed:
        failed = await bed.change(BOOK, OFFICER, **(TO_COURT | {"idempotencyKey": "one", "date": None}))
        assert codes(failed) == [("REQUIRED", ("date",))]
        mine = await bed.change(BOOK, OFFICER, **(TO_COURT | {"idempotencyKey": "one"}))
        duplicate = TO_COURT | {"idempotencyKey": "two"}
        assert codes(await bed.change(BOOK, OFFICER, **duplicate)) == [("DUPLICATE", ("date",))]
        freed = await bed.change(BOOK, OFFICER, **(duplicate | {"prisonNumber": "A1002AA"}))
        theirs = await bed.change(BOOK, OCA, **(TRANSFER | {"idempotencyKey": "one"}))
        assert mine["problems"] == freed["problems"] == theirs["problems"] == []
        assert len({one["move"]["id"] for one in (mine, freed, theirs)}) == 3


@pytest.mark.parametrize("key", ["", "  ", "k" * 201, "a\0b"])
async def test_a_key_that_cannot_be_kept_is_bad_input(key: str) -> None:
    async with a_bed() as bed:
        assert await bed.refusal(BOOK, OFFICER, **(TO_COURT | {"idempotencyKey": key})) == "BAD_USER_INPUT"
        assert await number_of_moves(bed) == 0


async def test_a_retry_is_known_after_a_restart_and_on_another_node() -> None:
    nomis = NomisSource(
        agency_list=(an_agency("LEI"), an_agency("LEEDCC", "Leeds Crown Court", AgencyType.CRT)),
        account_list=(an_account("LEEDS_OFFICER", "PECS_PRISON", caseloads=("LEI",)),),
        people_by_number={"A1001AA": a_person("A1001AA", agency_id="LEI")},
    )
    found = []
    async with empty_store_url("sqlite") as url:
        for _ in range(2):
            async with running_gateway(url, nomis=nomis, stored=Stored()) as gateway:
                asked = {"input": TO_COURT | {"idempotencyKey": "one"}}
                found.append((await gateway.ask(BOOK, OFFICER, asked))["data"]["bookMove"])
    assert found[0]["problems"] == []
    assert found[1] == found[0]


# At the same moment


@pytest.mark.slow
async def test_twenty_who_book_the_same_at_once_make_one_move() -> None:
    async with a_bed(backend="postgresql", time_limit=30) as bed:
        answers = await asyncio.gather(*(bed.change(BOOK, OFFICER, **TO_COURT) for _ in range(20)))
        assert sorted(codes(one) == [] for one in answers) == [False] * 19 + [True]
        assert [codes(one) for one in answers if codes(one)] == [[("DUPLICATE", ("date",))]] * 19
        assert await number_of_moves(bed) == 1


@pytest.mark.slow
async def test_twenty_retries_at_once_give_the_one_move() -> None:
    async with a_bed(backend="postgresql", time_limit=30) as bed:
        asked = TO_COURT | {"idempotencyKey": "one"}
        answers = await asyncio.gather(*(bed.change(BOOK, OFFICER, **asked) for _ in range(20)))
        assert [one["problems"] for one in answers] == [[]] * 20
        assert len({one["move"]["id"] for one in answers}) == 1
        assert await number_of_moves(bed) == 1


@pytest.mark.slow
async def test_retries_for_different_people_at_once_keep_apart() -> None:
    async with a_bed(backend="postgresql", time_limit=30) as bed:
        asked = [
            TO_COURT | {"prisonNumber": f"A11{number:02}AA", "idempotencyKey": f"key {number}"}
            for number in range(10)
            for _ in range(3)
        ]
        answers = await asyncio.gather(*(bed.change(BOOK, OFFICER, **one) for one in asked))
        assert [one["problems"] for one in answers] == [[]] * 30
        assert len({one["move"]["reference"] for one in answers}) == 10


async def test_the_same_at_once_on_sqlite_makes_one_move_too() -> None:
    async with a_bed(time_limit=30) as bed:
        answers = await asyncio.gather(*(bed.change(BOOK, OFFICER, **TO_COURT) for _ in range(5)))
        assert sorted(len(codes(one)) for one in answers) == [0, 1, 1, 1, 1]
        assert await number_of_moves(bed) == 1


# Duplicates


async def test_rule_04_a_duplicate_names_the_move_that_is_there() -> None:
    async with a_bed() as bed:
        first = await bed.change(BOOK, OFFICER, **TO_COURT)
        second = await bed.change(BOOK, OFFICER, **(TO_COURT | {"type": "COURT_OTHER"}))
        assert codes(second) == [("DUPLICATE", ("date",))]
        assert first["move"]["reference"] in second["problems"][0]["message"]
        another_day = (TODAY + timedelta(days=2)).isoformat()
        assert codes(await bed.change(BOOK, OFFICER, **(TO_COURT | {"date": another_day}))) == []


async def test_rule_02_two_proposals_for_one_day_are_allowed() -> None:
    async with a_bed() as bed:
        for _ in range(2):
            booked = await bed.change(BOOK, OCA, **(TRANSFER | {"date": TOMORROW}))
            assert (codes(booked), booked["move"]["status"]) == ([], "PROPOSED")


async def test_rule_03_two_recalls_without_a_destination_are_bound_for_the_same_place() -> None:
    async with a_bed() as bed:
        assert codes(await bed.change(BOOK, SERGEANT, **RECALL)) == []
        assert codes(await bed.change(BOOK, SERGEANT, **RECALL)) == [("DUPLICATE", ("date",))]
        elsewhere = RECALL | {"toLocationId": place("LEI")}
        assert codes(await bed.change(BOOK, SERGEANT, **elsewhere)) == []


async def test_rule_05_people_without_a_number_are_no_duplicates_of_each_other() -> None:
    async with a_bed() as bed:
        asked = TO_COURT | {"fromLocationId": place("WYPLE"), "prisonNumber": None}
        for _ in range(2):
            booked = await bed.change(BOOK, SERGEANT, **asked)
            assert (codes(booked), booked["move"]["status"]) == ([], "REQUESTED")


# NOMIS down

PERSON: Final = "query($id: ID!) {move(id: $id) {person {prisonNumber}}}"


@pytest.mark.parametrize("service", ["prisoner-search", "alerts"])
async def test_while_nomis_is_down_a_move_is_proposed_and_checked_later(service: str) -> None:
    async with a_bed() as bed:
        await bed.down(service)
        booked = await bed.change(BOOK, OFFICER, **TO_COURT)
        assert codes(booked) == []
        assert booked["move"]["status"] == "PROPOSED"
        assert set(told(booked)) == {"MoveProposed", "MoveEscortCheckDeferred"}
        await bed.down()
        async with bed.gateway.database.read() as conn:
            assert await conn.scalar(sa.select(sa.func.count()).select_from(escort_checks)) == 1
            assert await conn.scalar(sa.select(moves.c.escort_check)) == "unchecked"
        for token in (COURT, GEOAMEY):
            assert await bed.ask("query($id: ID!) {move(id: $id) {id}}", token, booked["move"]) == {"move": None}


async def test_a_move_that_could_not_be_checked_gives_no_sight_of_its_person() -> None:
    async with a_bed() as bed:
        await bed.down("prisoner-search")
        booked = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A2001AA"}))
        assert booked["move"]["status"] == "PROPOSED"
        await bed.down()
        assert await bed.ask(PERSON, OFFICER, booked["move"]) == {"move": {"person": None}}
        assert await bed.ask('{person(prisonNumber: "A2001AA") {lastName}}', OFFICER) == {"person": None}
        again = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A2001AA"}))
        assert codes(again) == [("NOT_FOUND", ("prisonNumber",))]


async def test_who_is_not_carried_is_refused_though_alerts_are_down() -> None:
    async with a_bed() as bed:
        await bed.down("alerts")
        booked = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A1005AA"}))
        assert codes(booked) == [("NOT_ELIGIBLE", ("prisonNumber",))]


async def test_what_was_arranged_directly_is_requested_though_nomis_is_down() -> None:
    async with a_bed() as bed:
        await bed.down("prisoner-search", "alerts")
        booked = await bed.change(BOOK, OFFICER, **(TO_COURT | {"arrangedDirectlyAt": AN_HOUR_AGO}))
        assert codes(booked) == []
        move = booked["move"]
        assert (move["status"], move["recordedRetrospectively"]) == ("REQUESTED", True)
        events = {event["type"]: event["occurredAt"] for event in move["events"]["nodes"]}
        assert set(events) == {"MoveRequested", "MoveEscortCheckDeferred"}
        assert events["MoveRequested"] == AN_HOUR_AGO
        await bed.down()
        assert await bed.ask(PERSON, GEOAMEY, move) == {"move": {"person": None}}


# Risks and needs


async def test_an_unknown_category_is_held_for_a_person_to_decide() -> None:
    async with a_bed() as bed:
        booked = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A1007AA"}))
        assert booked["move"]["status"] == "PROPOSED"
        assert set(told(booked)) == {"MoveProposed", "MoveEscortCheckHeld"}
        async with bed.gateway.database.read() as conn:
            assert await conn.scalar(sa.select(moves.c.escort_check)) == "held"
            assert await conn.scalar(sa.select(sa.func.count()).select_from(escort_checks)) == 0


async def test_someone_without_a_category_yet_is_carried() -> None:
    async with a_bed() as bed:
        booked = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A1003AA"}))
        assert booked["move"]["status"] == "REQUESTED"


async def test_rule_24_the_supplier_is_told_of_the_escape_list_beforehand() -> None:
    async with a_bed() as bed:
        booked = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A1004AA"}))
        assert told(booked) == {"MoveRequested": {"escape_list": "XEL"}}
        seen = await bed.ask(
            "query($id: ID!) {move(id: $id) {events {nodes {details {name value}}}}}", GEOAMEY, booked["move"]
        )
        assert seen["move"]["events"]["nodes"] == [{"details": [{"name": "escape_list", "value": "XEL"}]}]


async def test_a_special_vehicle_is_told_with_its_reason() -> None:
    async with a_bed() as bed:
        asked = TO_COURT | {"vehicleKind": "SPECIAL", "specialVehicleReason": "  Uses a wheelchair "}
        booked = await bed.change(BOOK, OFFICER, **asked)
        assert booked["move"]["vehicleNeeds"] == {"kind": "SPECIAL", "reason": "Uses a wheelchair"}
        assert told(booked) == {"MoveRequested": {"special_vehicle_reason": "Uses a wheelchair"}}


# Who


@pytest.mark.parametrize(
    ("token", "asked"),
    [
        (OCA, TO_COURT),
        (OFFICER, TRANSFER),
        (NURSE, TO_COURT),
        (COURT, TO_COURT | {"fromLocationId": place("LEEDCC"), "toLocationId": place("WSTMC")}),
        (READER, TO_COURT),
        (PMU, TRANSFER),
        (PLACEMENTS, TRANSFER | {"fromLocationId": place("OAKHLL"), "prisonNumber": "A4001AA"}),
        (MOORLAND, TO_COURT),
        (WANDSWORTH, TRANSFER),
        (SERGEANT, RECALL | {"fromLocationId": place("WYPBR")}),
        (SERGEANT, TO_COURT),
        (GEOAMEY, TO_COURT),
        (SERCO, TO_COURT | {"type": "PRISON_REMAND", "fromLocationId": place("LEEDCC"), "toLocationId": place("LEI")}),
        (SCH, TRANSFER | {"fromLocationId": place("OAKHLL"), "prisonNumber": "A4001AA"}),
    ],
)
async def test_who_may_not_book_that_from_there_is_forbidden(token: str, asked: dict[str, object]) -> None:
    async with a_bed() as bed:
        assert await bed.refusal(BOOK, token, **asked) == "FORBIDDEN"
        assert await number_of_moves(bed) == 0


async def test_the_forbidden_learn_nothing_of_whether_a_person_or_a_key_exists() -> None:
    async with a_bed() as bed:
        await bed.change(BOOK, OFFICER, **(TO_COURT | {"idempotencyKey": "one"}))
        answers = {
            await bed.gateway.raw(BOOK, MOORLAND, {"input": TO_COURT | changed})
            for changed in ({}, {"prisonNumber": "Z9999ZZ"}, {"idempotencyKey": "one"}, {"date": None})
        }
        assert len(answers) == 1


async def test_the_police_book_someone_at_liberty_and_nobody_who_is_held_elsewhere() -> None:
    async with a_bed() as bed:
        booked = await bed.change(BOOK, SERGEANT, **RECALL)
        assert (codes(booked), booked["move"]["status"]) == ([], "REQUESTED")
        held = await bed.change(BOOK, SERGEANT, **(RECALL | {"prisonNumber": "A1001AA"}))
        assert codes(held) == [("NOT_FOUND", ("prisonNumber",))]
        prison = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "A9001AA"}))
        assert codes(prison) == [("NOT_FOUND", ("prisonNumber",))]


async def test_a_supplier_books_the_remand_of_someone_who_came_to_court_and_of_nobody_else() -> None:
    async with a_bed() as bed:
        await bed.change(BOOK, OFFICER, **(TO_COURT | {"date": TODAY.isoformat()}))
        remand = {
            "type": "PRISON_REMAND",
            "prisonNumber": "A1001AA",
            "fromLocationId": place("LEEDCC"),
            "toLocationId": place("LEI"),
            "date": TODAY.isoformat(),
        }
        booked = await bed.change(BOOK, GEOAMEY, **remand)
        assert codes(booked) == []
        assert booked["move"]["supplier"] == {"key": "geoamey"}
        other = await bed.change(BOOK, GEOAMEY, **(remand | {"prisonNumber": "A1002AA"}))
        assert codes(other) == [("NOT_FOUND", ("prisonNumber",))]


async def test_a_training_centre_books_hospital_and_transfer_moves_of_its_own() -> None:
    async with a_bed() as bed:
        own = {"prisonNumber": "A4001AA", "fromLocationId": place("OAKHLL")}
        hospital = await bed.change(BOOK, STC, **(TO_COURT | own | {"type": "HOSPITAL", "toLocationId": place("LGI")}))
        transfer = await bed.change(BOOK, STC, **(TRANSFER | own | {"toLocationId": place("ALDINE")}))
        assert [one["move"]["status"] for one in (hospital, transfer)] == ["REQUESTED", "PROPOSED"]


async def test_a_prison_books_no_hospital_move_of_its_own() -> None:
    async with a_bed() as bed:
        booked = await bed.change(BOOK, OFFICER, **(TO_COURT | {"type": "HOSPITAL", "toLocationId": place("LGI")}))
        assert codes(booked) == [("INVALID", ("fromLocationId",))]


@pytest.mark.parametrize("hidden", ["A2001AA", "A9001AA", "A4001AA"])
async def test_an_unknown_number_and_a_hidden_one_get_the_same_answer(hidden: str) -> None:
    async with a_bed() as bed:
        answers = {
            await bed.gateway.raw(BOOK, OFFICER, {"input": TO_COURT | {"prisonNumber": number}})
            for number in (hidden, "Z9999ZZ")
        }
        assert len(answers) == 1


# Where, and by which supplier


@pytest.mark.parametrize(
    ("token", "start", "number", "supplier"),
    [(OFFICER, "LEI", "A1001AA", "geoamey"), (WANDSWORTH, "WWI", "A3001AA", "serco")],
)
async def test_rule_27_the_supplier_is_that_of_the_sending_place(
    token: str, start: str, number: str, supplier: str
) -> None:
    async with a_bed() as bed:
        for court in ("LEEDCC", "WSTMC"):
            asked = {"fromLocationId": place(start), "prisonNumber": number, "toLocationId": place(court)}
            booked = await bed.change(BOOK, token, **(TO_COURT | asked))
            assert booked["move"]["supplier"] == {"key": supplier}


async def test_rule_28_the_last_day_of_a_contract_counts_and_a_window_starts_on_its_first() -> None:
    async with a_bed() as bed:
        async with bed.gateway.database.transaction() as conn:
            await conn.execute(
                sa.update(supplier_locations)
                .where(supplier_locations.c.agency_id == "LEI")
                .values(effective_to=TODAY + timedelta(days=1))
            )
        late = (TODAY + timedelta(days=2)).isoformat()
        assert codes(await bed.change(BOOK, OFFICER, **TO_COURT)) == []
        assert codes(await bed.change(BOOK, OCA, **(TRANSFER | {"dateTo": late}))) == []
        assert codes(await bed.change(BOOK, OFFICER, **(TO_COURT | {"date": late}))) == [
            ("INVALID", ("fromLocationId",))
        ]
        assert codes(await bed.change(BOOK, OCA, **(TRANSFER | {"dateFrom": late}))) == [
            ("INVALID", ("fromLocationId",))
        ]


async def test_rule_20_extradition_goes_only_where_it_can() -> None:
    async with a_bed() as bed:
        asked = TO_COURT | {"type": "EXTRADITION"}
        assert codes(await bed.change(BOOK, OFFICER, **asked)) == [("INVALID", ("toLocationId",))]
        booked = await bed.change(BOOK, OFFICER, **(asked | {"toLocationId": place("WSTMC")}))
        assert booked["move"]["status"] == "REQUESTED"


@pytest.mark.parametrize("field", ["fromLocationId", "toLocationId"])
async def test_a_place_that_is_not_there_is_told_beside_its_field(field: str) -> None:
    async with a_bed() as bed:
        booked = await bed.change(BOOK, OFFICER, **(TO_COURT | {field: place("NOWHER")}))
        assert codes(booked) == [("NOT_FOUND", (field,))]
        assert await bed.refusal(BOOK, OFFICER, **(TO_COURT | {field: "nonsense"})) == "BAD_USER_INPUT"


# What is typed


@pytest.mark.parametrize(
    "changes",
    [
        {"additionalInformation": "a\0b"},
        {"additionalInformation": "x" * 10_001},
        {"specialVehicleReason": "a\0b", "vehicleKind": "SPECIAL"},
        {"prisonTransferReason": "\0"},
        {"prisonNumber": "A1001AA:1"},
        {"prisonNumber": "1001"},
        {"timeDue": "2026-11-25T09:00:00"},
        {"date": "25/11/2026"},
    ],
)
async def test_what_cannot_be_read_or_kept_is_bad_input(changes: dict[str, object]) -> None:
    async with a_bed() as bed:
        assert await bed.refusal(BOOK, OFFICER, **(TO_COURT | changes)) == "BAD_USER_INPUT"
        assert await number_of_moves(bed) == 0


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"timeDue": "0001-01-02T00:00:00Z"}, [("INVALID", ("timeDue",))]),
        ({"timeDue": "9999-12-31T23:59:59Z"}, []),
        ({"date": "0001-01-01"}, []),
        ({"date": "9999-12-31"}, [("INVALID", ("date",))]),
        ({"arrangedDirectlyAt": "0001-01-02T00:00:00Z"}, []),
        ({"arrangedDirectlyAt": "9999-12-31T23:59:59Z"}, [("INVALID", ("arrangedDirectlyAt",))]),
    ],
)
async def test_the_first_and_last_days_of_the_calendar_get_an_answer(
    changes: dict[str, object], expected: list[tuple[str, tuple[str, ...]]], backend: str
) -> None:
    async with a_bed(backend=backend) as bed:
        booked = await bed.change(BOOK, OFFICER, **(TO_COURT | changes))
        assert codes(booked) == expected
        assert (await bed.ask(COUNT, OFFICER))["moves"]["totalCount"] == (0 if expected else 1)


async def test_rule_56_a_number_in_small_letters_is_the_same_number() -> None:
    async with a_bed() as bed:
        booked = await bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": "a1001aa"}))
        assert await bed.ask(PERSON, OFFICER, booked["move"]) == {"move": {"person": {"prisonNumber": "A1001AA"}}}


async def test_several_rules_are_told_at_once_each_beside_its_field() -> None:
    async with a_bed() as bed:
        asked = TO_COURT | {"toLocationId": None, "date": None, "vehicleKind": "SPECIAL", "recallDate": TOMORROW}
        assert codes(await bed.change(BOOK, OFFICER, **asked)) == [
            ("REQUIRED", ("toLocationId",)),
            ("REQUIRED", ("date",)),
            ("INVALID", ("recallDate",)),
            ("REQUIRED", ("specialVehicleReason",)),
        ]


# What is kept of it


async def test_a_booking_is_in_the_history_and_in_the_access_log() -> None:
    async with a_bed() as bed:
        await bed.change(BOOK, OFFICER, **(TO_COURT | {"date": None}))
        booked = await bed.change(BOOK, OFFICER, **TO_COURT)
        await bed.change(BOOK, OFFICER, **TO_COURT)
        await bed.gateway.settle()
        async with bed.gateway.database.read() as conn:
            (change,) = (await conn.execute(sa.select(changes))).all()
            move_id = await conn.scalar(sa.select(moves.c.id))
            created = (await conn.execute(sa.select(access_log).where(access_log.c.action == "create"))).all()
        assert (change.subject_type, change.subject_id, change.version) == ("Move", move_id, 1)
        assert (change.username, change.client_id, change.at) == ("LEEDS_OFFICER", "front-end", NOW)
        assert change.request_id
        fields = {one["name"]: (one["before"], one["after"]) for one in change.fields}
        assert fields["reference"] == (None, booked["move"]["reference"])
        assert fields["status"] == (None, "requested")
        assert fields["date"] == (None, TOMORROW)
        assert [(one.username, one.subject_id, one.prison_number) for one in created] == [
            ("LEEDS_OFFICER", str(move_id), "A1001AA")
        ]


async def test_someone_whose_caseload_was_taken_away_books_nothing_more_there() -> None:
    async with a_bed() as bed:
        stranger = token_for("MOORLAND_OFFICER", "PECS_PRISON")
        assert await bed.refusal(BOOK, stranger, **TO_COURT) == "FORBIDDEN"
        no_role = token_for("LEEDS_OFFICER", "PECS_AUDITOR")
        assert await bed.refusal(BOOK, no_role, **TO_COURT) == "FORBIDDEN"
