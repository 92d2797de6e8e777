"""What NOMIS knows beside a dPER: asked for behind answers, up to date while it is open, and honest in an outage."""

import asyncio
import importlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
import structlog

from estate.model import CareNeed
from gateway.domain.escort_records import EscortRecordStatus, RecordKey
from gateway.domain.moves import EscortCheckStatus, MoveStatus, MoveType
from gateway.domain.questions import NomisCode, NomisKind, QuestionSetKind
from gateway.policies.scope import scope_of_the_gateway
from gateway.services.nomis_import_job import AGAIN_AFTER, LEASE, NomisImportJob
from gateway.services.nomis_records import NomisRecords, questions_with_records
from gateway.store.escort_record_tables import person_escort_records
from gateway.store.nomis_record_tables import per_nomis_refreshes, per_nomis_snapshots
from gateway.store.questions import load
from gateway.store.tables import moves
from tests.escort_records.nomis_bed import (
    KINDS,
    NUMBER,
    OFFICER,
    OTHER,
    SINCE,
    STRANGER,
    SYNC,
    Bed,
    a_bed,
    everything,
    known,
)
from tests.support.estate_builders import an_alert
from tests.support.worlds import NOW, TODAY

pytestmark = pytest.mark.anyio

NOW_SAID = "2026-11-24T09:30:00Z"
MINUTE = timedelta(minutes=1)
QUESTIONS = load().current(QuestionSetKind.ESCORT_RECORD)


async def codes(bed: Bed) -> list[tuple[str, str]]:
    """Give what is kept, whoever may see it."""
    found = await NomisRecords(bed.gateway.app.state.platform, scope_of_the_gateway()).by_records([bed.record.id])
    return [(record.kind.value, record.code) for one in found.values() for record in one.records]


async def queued(bed: Bed) -> list[Any]:
    async with bed.gateway.database.read() as connection:
        return list(await connection.execute(sa.select(per_nomis_refreshes)))


ALL_CODES = [
    ("alert", "XELH"),
    ("assessment", "CSRREV"),
    ("contact", "NEXTOFKIN"),
    ("personal_care_need", "ASTH"),
    ("reasonable_adjustment", "WHEELCHR_ACC"),
]


async def test_a_record_that_was_never_asked_for_says_so() -> None:
    async with a_bed() as bed:
        assert await bed.sync() == everything("NEVER", None)


async def test_a_started_record_is_asked_for_and_what_is_over_is_left_out() -> None:
    async with a_bed() as bed:
        await bed.start()
        assert await bed.round() == 1
        assert await bed.sync() == everything("SUCCEEDED", NOW_SAID)
        assert await codes(bed) == ALL_CODES


async def test_looking_at_a_record_asks_nothing_and_has_it_asked_for_behind_the_answer() -> None:
    async with a_bed() as bed:
        await bed.sync()
        await bed.gateway.counts(bed.gateway.nomis)
        await bed.sync()
        assert await bed.gateway.counts(bed.gateway.nomis) == {}
        assert await bed.round() == 1
        assert await bed.sync() == everything("SUCCEEDED", NOW_SAID)


async def test_it_is_asked_for_by_itself_in_a_running_gateway() -> None:
    async with a_bed(works_by_itself=True) as bed:
        kept = asyncio.Event()
        keep = NomisImportJob._keep  # noqa: SLF001 - the end of a transaction is nowhere else to be seen

        async def noting(job: NomisImportJob, *args: Any, **kwargs: Any) -> None:
            await keep(job, *args, **kwargs)
            kept.set()

        with patch.object(NomisImportJob, "_keep", noting):
            assert await bed.sync() == everything("NEVER", None)
            async with asyncio.timeout(20):
                await kept.wait()
        assert await codes(bed) == ALL_CODES


async def test_a_round_asks_about_many_at_once_and_by_booking_only_where_it_must() -> None:
    async with a_bed() as bed:
        await bed.start()
        await bed.gateway.counts(bed.gateway.nomis)
        await bed.round()
        assert await bed.gateway.counts(bed.gateway.nomis) == {
            "POST /prisoner-search/prisoner-numbers": 1,
            "POST /search/alerts/prison-numbers": 1,
            "POST /api/bookings/offenderNo/personal-care-needs": 1,
            "POST /api/offender-assessments/csra/list": 1,
            "GET /api/bookings/{booking_id}/reasonable-adjustments/all": 1,
            "GET /api/bookings/{booking_id}/contacts": 1,
        }


async def test_what_is_some_minutes_old_is_asked_for_again_when_somebody_looks_and_not_before() -> None:
    async with a_bed() as bed:
        await bed.start()
        await bed.round()
        bed.source.people_by_number[NUMBER] = known(alerts=(an_alert("HA"),), contacts=())
        bed.gateway.clock.advance(4 * MINUTE)
        await bed.sync()
        assert await bed.round() == 0
        bed.gateway.clock.advance(MINUTE)
        before = await bed.sync()
        assert before == everything("SUCCEEDED", NOW_SAID)
        assert await bed.round() == 1
        assert await bed.sync() == everything("SUCCEEDED", "2026-11-24T09:35:00Z")
        assert await codes(bed) == [("alert", "HA"), *ALL_CODES[1:2], *ALL_CODES[3:]]


NEWS = "{moves {nodes {events(first: 50) {nodes {type details {name value}}}}}}"


async def news(bed: Bed) -> list[str | None]:
    """Give the kinds of each change that was told, oldest first."""
    (node,) = (await bed.gateway.ask(NEWS, OFFICER))["data"]["moves"]["nodes"]
    told = [one for one in node["events"]["nodes"] if one["type"] == "PerNomisRecordsChanged"]
    assert all([detail["name"] for detail in one["details"]] == ["kinds"] for one in told)
    return [one["details"][0]["value"] for one in told]


async def test_news_is_an_event_that_names_the_kinds_and_nothing_of_what_is_in_them() -> None:
    async with a_bed() as bed:
        await bed.start()
        await bed.faults({"service": "alerts", "down": True})
        await bed.round()
        first = "assessments, contacts, personal_care_needs, reasonable_adjustments"
        assert await news(bed) == [first]
        await bed.faults()
        bed.gateway.clock.advance(MINUTE)
        await bed.round()
        assert sorted(map(str, await news(bed))) == ["alerts", first]
        # The same again in another order, and an outage, are none.
        bed.source.people_by_number[NUMBER] = known(care_needs=tuple(reversed(known().care_needs)))
        bed.gateway.clock.advance(AGAIN_AFTER)
        assert await bed.round() == 1
        await bed.faults({"down": True})
        bed.gateway.clock.advance(AGAIN_AFTER)
        await bed.round()
        await bed.faults()
        assert len(await news(bed)) == 2
        bed.source.people_by_number[NUMBER] = known(contacts=())
        bed.gateway.clock.advance(MINUTE)
        assert await bed.round() == 1
        assert sorted(map(str, await news(bed))) == ["alerts", first, "contacts"]


async def test_many_who_look_have_it_asked_for_once() -> None:
    async with a_bed() as bed:
        await asyncio.gather(*(bed.sync() for _ in range(10)))
        assert await bed.round() == 1
        await asyncio.gather(*(bed.sync() for _ in range(10)))
        assert await bed.round() == 0


async def test_what_nobody_looks_at_is_brought_up_to_date_every_hour() -> None:
    async with a_bed() as bed:
        await bed.start()
        await bed.round()
        bed.gateway.clock.advance(AGAIN_AFTER - MINUTE)
        assert await bed.round() == 0
        bed.gateway.clock.advance(MINUTE)
        assert await bed.round() == 1


@pytest.mark.parametrize("fault", [{"down": True}, {"status": 503}, {"status": 500, "html": True}, {"status": 404}])
async def test_an_outage_shows_what_is_known_with_its_age_and_says_so(fault: dict[str, object]) -> None:
    async with a_bed() as bed:
        await bed.start()
        await bed.round()
        await bed.faults(fault)
        bed.gateway.clock.advance(AGAIN_AFTER)
        assert await bed.round() == 0
        await bed.faults()
        assert await bed.sync() == everything("FAILED", NOW_SAID)
        assert await codes(bed) == ALL_CODES


async def test_an_outage_from_the_start_does_not_look_like_nothing_known() -> None:
    async with a_bed() as bed:
        await bed.faults({"down": True})
        await bed.start()
        await bed.round()
        assert await bed.sync() == everything("FAILED", None)
        assert await codes(bed) == []


async def test_a_slow_nomis_holds_up_no_answer() -> None:
    async with a_bed(time_limit=0.3) as bed:
        await bed.sync()
        await bed.faults({"latencyMs": 60_000})
        assert await bed.sync() == everything("NEVER", None)
        await bed.round()
        assert await bed.sync() == everything("FAILED", None)


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        ({"service": "alerts", "down": True}, {"alerts"}),
        ({"path": "/api/bookings/offenderNo/personal-care-needs", "status": 500}, {"personal_care_needs"}),
        ({"path": "/api/offender-assessments/csra/list", "status": 403}, {"assessments"}),
        ({"service": "prisoner-search", "down": True}, {"contacts", "reasonable_adjustments"}),
        (
            {"service": "prison-api", "down": True},
            {"assessments", "contacts", "personal_care_needs", "reasonable_adjustments"},
        ),
    ],
)
async def test_one_kind_that_fails_stops_no_other(fault: dict[str, object], failed: set[str]) -> None:
    async with a_bed() as bed:
        await bed.faults(fault)
        await bed.start()
        assert await bed.round() == 1
        assert await bed.sync() == {
            kind: ("FAILED", None) if kind in failed else ("SUCCEEDED", NOW_SAID) for kind in KINDS
        }


async def test_it_is_tried_again_by_itself_after_longer_and_longer_pauses() -> None:
    async with a_bed() as bed:
        await bed.faults({"service": "alerts", "down": True})
        await bed.start()
        pauses = []
        for _ in range(7):
            assert await bed.round() == 1
            (row,) = await queued(bed)
            due_at = row.due_at.replace(tzinfo=NOW.tzinfo)
            pauses.append(int((due_at - bed.gateway.clock()).total_seconds() // 60))
            bed.gateway.clock.advance(due_at - bed.gateway.clock() - timedelta(seconds=1))
            assert await bed.round() == 0
            bed.gateway.clock.advance(timedelta(seconds=1))
        assert pauses == [1, 2, 4, 8, 15, 15, 15]
        await bed.faults()
        await bed.round()
        (row,) = await queued(bed)
        assert row.attempts == 0
        assert {status for status, _ in (await bed.sync()).values()} == {"SUCCEEDED"}


async def test_a_node_that_died_gives_up_what_it_had_taken() -> None:
    async with a_bed() as bed:
        await bed.start()
        async with bed.gateway.database.transaction() as connection:
            await connection.execute(sa.update(per_nomis_refreshes).values(leased_until=NOW + LEASE))
        assert await bed.round() == 0
        bed.gateway.clock.advance(LEASE)
        assert await bed.round() == 1


async def test_two_nodes_share_the_work() -> None:
    async with a_bed() as bed:
        await bed.start()
        assert sorted(await asyncio.gather(bed.job.once(), bed.job.once())) == [0, 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": EscortRecordStatus.CONFIRMED},
        {"move_status": MoveStatus.CANCELLED},
        {"move_status": MoveStatus.IN_TRANSIT},
        {"move_status": MoveStatus.COMPLETED},
        {"date": TODAY - timedelta(days=29)},
        {"prison_number": None},
    ],
)
async def test_a_record_that_is_closed_or_names_nobody_is_not_asked_for(changes: dict[str, Any]) -> None:
    told = {"status": EscortRecordStatus.COMPLETED, **changes}
    move_status = told.pop("move_status", MoveStatus.BOOKED)
    async with a_bed() as bed:
        async with bed.gateway.database.transaction() as connection:
            await connection.execute(
                sa.update(moves).values(
                    status=move_status.value,
                    day=told.get("date", TODAY),
                    arrives_on=told.get("date", TODAY),
                    prison_number=told.get("prison_number", NUMBER),
                )
            )
            await connection.execute(
                sa.update(person_escort_records).values(
                    status=told["status"].value, prison_number=told.get("prison_number", NUMBER)
                )
            )
        await bed.sync()
        assert await bed.round() == 0
        await bed.start()
        assert await bed.round() == 0
        assert await queued(bed) == []
        assert await bed.sync() == everything("NEVER", None)


async def test_what_is_confirmed_keeps_what_was_known_then() -> None:
    async with a_bed() as bed:
        await bed.start()
        await bed.round()
        async with bed.gateway.database.transaction() as connection:
            await connection.execute(sa.update(person_escort_records).values(status="confirmed"))
        bed.source.people_by_number[NUMBER] = known(alerts=())
        bed.gateway.clock.advance(timedelta(hours=12))
        assert await bed.sync() == everything("SUCCEEDED", NOW_SAID)
        assert await bed.round() == 0
        assert await codes(bed) == ALL_CODES


async def test_what_was_asked_before_a_confirmation_and_comes_after_it_is_not_kept() -> None:
    async with a_bed() as bed:
        await bed.start()
        asking, let_go = asyncio.Event(), asyncio.Event()
        ask = bed.gateway.app.state.platform.nomis.alerts.alerts

        async def slowly(*args: Any, **kwargs: Any) -> Any:
            found = await ask(*args, **kwargs)
            asking.set()
            await let_go.wait()
            return found

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bed.gateway.app.state.platform.nomis.alerts, "alerts", slowly)
            under_way = asyncio.create_task(bed.job.once())
            await asking.wait()
            async with bed.gateway.database.transaction() as connection:
                await connection.execute(sa.update(person_escort_records).values(status="confirmed"))
            let_go.set()
            await under_way
        assert await bed.sync() == everything("NEVER", None)


@pytest.mark.parametrize("check", [EscortCheckStatus.UNCHECKED, EscortCheckStatus.NOBODY])
async def test_a_number_that_was_never_looked_up_opens_nobodys_file(check: EscortCheckStatus) -> None:
    async with a_bed(escort_check=check) as bed:
        await bed.sync()
        await bed.start()
        assert await bed.round() == 0
        assert await codes(bed) == []
        # Nor does what was kept while it looked like somebody's.
        async with bed.gateway.database.transaction() as connection:
            await connection.execute(sa.update(moves).values(escort_check="passed"))
        await bed.start()
        assert await bed.round() == 1
        async with bed.gateway.database.transaction() as connection:
            await connection.execute(sa.update(moves).values(escort_check=check.value))
        assert await codes(bed) == []
        assert await bed.sync() == everything("NEVER", None)


async def test_a_record_that_comes_to_be_about_somebody_else_shows_nothing_of_the_first() -> None:
    async with a_bed() as bed:
        await bed.start()
        await bed.round()
        async with bed.gateway.database.transaction() as connection:
            await connection.execute(sa.update(moves).values(prison_number=OTHER))
            await connection.execute(sa.update(person_escort_records).values(prison_number=OTHER))
        assert await bed.sync() == everything("NEVER", None)
        assert await codes(bed) == []
        await bed.faults({"service": "alerts", "down": True})
        await bed.start()
        await bed.round()
        assert (await bed.sync())["alerts"] == ("FAILED", None)
        assert await codes(bed) == [*ALL_CODES[1:2], *ALL_CODES[3:]]


async def test_somebody_whom_nomis_no_longer_knows_is_a_failure_and_not_nothing() -> None:
    async with a_bed() as bed:
        await bed.start()
        await bed.round()
        # As after two numbers of one person were merged.
        bed.source.people_by_number.clear()
        bed.gateway.clock.advance(AGAIN_AFTER)
        assert await bed.round() == 0
        assert await bed.sync() == everything("FAILED", NOW_SAID)
        assert await codes(bed) == ALL_CODES


async def test_somebody_who_was_never_booked_in_has_nothing_that_hangs_on_a_booking() -> None:
    never = known(booking_id=None, agency_id=None, in_out_status=None, active=False)
    async with a_bed(never) as bed:
        await bed.start()
        await bed.round()
        assert await bed.sync() == everything("SUCCEEDED", NOW_SAID)
        assert await codes(bed) == [("alert", "XELH")]


async def test_a_move_that_does_not_start_at_a_prison_has_its_record_asked_for_as_well() -> None:
    async with a_bed(type=MoveType.PRISON_RECALL) as bed:
        async with bed.gateway.database.transaction() as connection:
            await connection.execute(sa.text("update locations set type = 'police' where agency_id = 'LEI'"))
        await bed.start()
        assert await bed.round() == 1
        assert await codes(bed) == ALL_CODES


async def test_one_row_that_cannot_be_read_fails_its_person_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_bed() as bed:
        await bed.start()
        await bed.round()
        bed.source.people_by_number[NUMBER] = known(
            care_needs=(CareNeed(1, "PHY", "ASTH", "Asthmatic", "ON", None, SINCE, None),), contacts=()
        )
        spoil(monkeypatch, "mocks.nomis.prison_api.care_needs.need_payload", {"problemCode": {}})
        bed.gateway.clock.advance(AGAIN_AFTER)
        assert await bed.round() == 1
        later = "2026-11-24T10:30:00Z"
        assert await bed.sync() == everything("SUCCEEDED", later) | {"personal_care_needs": ("FAILED", NOW_SAID)}
        assert await codes(bed) == [*ALL_CODES[:2], *ALL_CODES[3:]]


async def test_whom_a_record_is_hidden_from_sees_nothing_of_it_and_has_nothing_asked_for() -> None:
    async with a_bed() as bed:
        await bed.gateway.ask(SYNC, STRANGER)
        await bed.gateway.settle()
        assert await queued(bed) == []
        answer = await bed.gateway.ask(SYNC, STRANGER)
        assert answer == {"data": {"moves": {"nodes": []}}}


async def test_an_outage_is_logged_and_answered_without_a_word_about_anybody() -> None:
    async with a_bed() as bed:
        await bed.faults({"status": 500, "html": True})
        await bed.start()
        with structlog.testing.capture_logs() as logs:
            await bed.round()
            answer = await bed.gateway.ask(SYNC, OFFICER)
        said = repr(logs) + repr(answer)
        assert any(entry["event"] == "nomis records" and entry["told"] == 0 for entry in logs)
        assert not any(word in said for word in (NUMBER, "1111", "VALE", "Asthmatic", "html", "Inhaler"))


async def test_questions_with_a_record_are_known_to_the_rule_that_lets_it_stand_for_words() -> None:
    async with a_bed() as bed:
        await bed.start()
        await bed.round()
        key = RecordKey(QuestionSetKind.ESCORT_RECORD, bed.record.id, QUESTIONS.version)
        youth = RecordKey(QuestionSetKind.YOUTH_RISK_ASSESSMENT, bed.record.id, "1.0.0")
        async with bed.gateway.database.transaction() as connection:
            assert not await questions_with_records(connection, youth, QUESTIONS, within=scope_of_the_gateway())
            found = await questions_with_records(connection, key, QUESTIONS, within=scope_of_the_gateway())
    asthma = NomisCode(NomisKind.PERSONAL_CARE_NEED, "ASTH")
    assert found == {"escape-risk", "held-separately", "next-of-kin", "wheelchair-user"} | {
        question.key for question in QUESTIONS.questions() if asthma in question.nomis
    }


@pytest.mark.slow
async def test_it_is_all_the_same_on_postgresql() -> None:
    async with a_bed(backend="postgresql") as bed:
        assert await bed.sync() == everything("NEVER", None)
        assert sorted([await bed.round(), *(await asyncio.gather(bed.job.once(), bed.job.once()))]) == [0, 0, 1]
        assert await codes(bed) == ALL_CODES
        bed.source.people_by_number[NUMBER] = replace(
            known(), alerts=(replace(an_alert("HA"), description="a\x00b" + "Ü" * 5000),)
        )
        bed.gateway.clock.advance(5 * MINUTE)
        await bed.faults({"path": "/api/bookings", "status": 503})
        await bed.sync()
        assert await bed.round() == 1
        later = "2026-11-24T09:35:00Z"
        assert await bed.sync() == {
            kind: ("SUCCEEDED", later) if kind in {"alerts", "assessments"} else ("FAILED", NOW_SAID) for kind in KINDS
        }
        assert await codes(bed) == [("alert", "HA"), *ALL_CODES[1:]]
        async with bed.gateway.database.transaction() as connection:
            await connection.execute(sa.update(person_escort_records).values(status="confirmed"))
        bed.gateway.clock.advance(AGAIN_AFTER)
        assert await bed.round() == 0
        async with bed.gateway.database.read() as connection:
            assert await connection.scalar(sa.select(sa.func.count()).select_from(per_nomis_refreshes)) == 0
            assert await connection.scalar(sa.select(sa.func.count()).select_from(per_nomis_snapshots)) == 5


def spoil(monkeypatch: pytest.MonkeyPatch, payload: str, change: dict[str, object]) -> None:
    """Let the stand-in write a row as nobody agreed on."""
    module, _, name = payload.rpartition(".")
    written = getattr(importlib.import_module(module), name)
    monkeypatch.setattr(payload, lambda *args: {**written(*args), **change})
