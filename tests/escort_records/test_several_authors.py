"""Several authors of one record: nobody overwrites what they have not seen, and nobody is stopped by anything else."""

import asyncio
from typing import Any

import pytest

from tests.booking.bed import NURSE, OFFICER, SERGEANT, a_bed, codes
from tests.escort_records.making import answered, booked, by_question, easy, no, shown, started, yes
from tests.support.record_answers import whole
from tests.support.records import RECORD, START

pytestmark = pytest.mark.anyio


async def test_a_stale_version_is_a_conflict_on_that_question_alone_and_tells_the_answer() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await answered(bed, record_id, no("pregnant"), no("arsonist"))
        await answered(bed, record_id, yes("pregnant", "Seven months.", version=1), token=NURSE)
        stale = [no("wheelchair-user"), yes("arsonist", "A barn.", version=1), no("pregnant", version=1)]
        payload = await bed.change(RECORD, OFFICER, id=record_id, responses=stale)
        assert codes(payload) == [("CONFLICT", ("responses", "pregnant"))]
        assert "'Yes: Seven months.' (version 2)" in payload["problems"][0]["message"]
        assert by_question(await shown(bed, record_id))["arsonist"]["version"] == 1
        await answered(bed, record_id, *stale[:2], no("pregnant", version=2))


async def test_without_a_version_only_what_nobody_answered_is_answered() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await answered(bed, record_id, no("pregnant"))
        payload = await bed.change(RECORD, OFFICER, id=record_id, responses=[yes("pregnant", "Yes.")])
        assert codes(payload) == [("CONFLICT", ("responses", "pregnant"))]


@pytest.mark.parametrize("version", [{}, {"version": 0}, {"version": 1}])
async def test_to_say_what_stands_is_no_conflict_and_changes_nothing(version: dict[str, int]) -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        first = await answered(bed, record_id, yes("pregnant", "Seven months."))
        again = await answered(bed, record_id, yes("pregnant", " Seven months. ", **version), token=NURSE)
        assert again["version"] == first["version"]


async def test_an_answer_to_a_question_that_someone_hid_is_refused_and_not_lost_in_silence() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await answered(bed, record_id, yes("held-separately"))
        await answered(bed, record_id, no("held-separately", version=1))
        payload = await bed.change(RECORD, OFFICER, id=record_id, responses=[no("risk-from-other-people", version=0)])
        assert codes(payload) == [("INVALID", ("responses", "risk-from-other-people"))]
        assert "held-separately" in payload["problems"][0]["message"]


async def test_an_answer_that_went_is_a_conflict_for_who_saw_it() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await answered(bed, record_id, yes("held-separately"), no("risk-from-other-people"))
        await answered(bed, record_id, no("held-separately", version=1))
        seen_before = [yes("risk-from-other-people", "Debts.", version=1)]
        payload = await bed.change(RECORD, OFFICER, id=record_id, responses=seen_before)
        assert codes(payload) == [("CONFLICT", ("responses", "risk-from-other-people"))]


async def test_two_kinds_of_staff_fill_in_their_sections_at_once() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        answers = {one["questionKey"]: one for one in whole()}
        sections = {
            section["key"]: [one["question"]["key"] for one in section["responses"]]
            for section in (await shown(bed, record_id))["sections"]
        }
        health = [answers[key] for key in sections["HEALTH"] if key in answers]
        others = [one for one in whole() if one not in health]
        payloads = await asyncio.gather(
            *(bed.change(RECORD, NURSE, id=record_id, responses=[one]) for one in health),
            *(bed.change(RECORD, OFFICER, id=record_id, responses=[one]) for one in others),
        )
        assert all(one["problems"] == [] for one in payloads)
        record = await shown(bed, record_id)
        assert (record["status"], record["version"]) == ("COMPLETED", 1 + len(whole()))


@pytest.mark.slow
@pytest.mark.parametrize("clients", [2, 8])
async def test_starts_at_the_same_moment_make_one_record_on_postgresql(clients: int) -> None:
    async with a_bed(backend="postgresql") as bed:
        move_id = await booked(bed)
        payloads = await asyncio.gather(*(bed.change(START, OFFICER, moveId=move_id) for _ in range(clients)))
        made = [one["personEscortRecord"]["id"] for one in payloads if not one["problems"]]
        assert len(made) == 1
        told = [one["problems"][0] for one in payloads if one["problems"]]
        assert [(one["code"], one["existingId"]) for one in told] == [("DUPLICATE", made[0])] * (clients - 1)


@pytest.mark.slow
async def test_of_many_who_answer_one_question_at_once_one_wins_on_postgresql() -> None:
    async with a_bed(backend="postgresql") as bed:
        record_id = await started(bed)
        said = [f"Said by number {number}." for number in range(12)]
        payloads = await asyncio.gather(
            *(
                bed.change(RECORD, OFFICER, id=record_id, responses=[yes("pregnant", one, version=0), easy(key)])
                for one, key in zip(said, [one["questionKey"] for one in whole()[:12]], strict=True)
            )
        )
        won = [number for number, one in enumerate(payloads) if not one["problems"]]
        assert len(won) == 1
        lost = [one["problems"] for one in payloads if one["problems"]]
        assert all([one["code"] for one in problems] == ["CONFLICT"] for problems in lost)
        assert all(said[won[0]] in problems[0]["message"] for problems in lost)
        record = await shown(bed, record_id)
        assert by_question(record)["pregnant"]["answer"]["option"]["details"] == said[won[0]]
        assert sum(section["answered"] for section in record["sections"]) == 2
        assert record["version"] == 2


async def test_who_may_not_see_a_record_is_not_told_of_a_conflict() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await answered(bed, record_id, no("pregnant"))
        payload: dict[str, Any] = await bed.change(
            RECORD, SERGEANT, id=record_id, responses=[yes("pregnant", "Yes.", version=0)]
        )
        assert codes(payload) == [("NOT_FOUND", ("id",))]
