"""What is kept of changes to a record: who, what and when, for audit and for nobody else."""

import json

import pytest
import sqlalchemy as sa

from gateway.resolvers.global_ids import decode
from gateway.store.tables import access_log, changes
from tests.booking.bed import MOORLAND, NURSE, OFFICER, SERCO, a_bed, codes
from tests.escort_records.making import answered, booked, easy, no, started, yes
from tests.support.records import CONFIRM, RECORD, completed_record

pytestmark = pytest.mark.anyio


def _key(global_id: str) -> str:
    decoded = decode(global_id)
    assert decoded is not None
    return decoded[1][0]


async def test_the_history_holds_every_version_with_its_author_and_the_answers_before_and_after() -> None:
    async with a_bed() as bed:
        record_id = await started(bed)
        await answered(bed, record_id, no("pregnant"))
        await answered(bed, record_id, yes("pregnant", "Seven months.", version=1), token=NURSE)
        async with bed.gateway.database.read() as conn:
            rows = (
                await conn.execute(
                    sa.select(changes.c.version, changes.c.username, changes.c.fields)
                    .where(changes.c.subject_type == "PersonEscortRecord")
                    .order_by(changes.c.version)
                )
            ).all()
        assert [(row.version, row.username) for row in rows] == [
            (1, "LEEDS_OFFICER"),
            (2, "LEEDS_OFFICER"),
            (3, "LEEDS_NURSE"),
        ]
        (last,) = (one for one in rows[2].fields if one["name"] == "pregnant")
        assert json.loads(last["before"])["option"] == "no"
        assert json.loads(last["after"]) == {
            "option": "yes",
            "details": "Seven months.",
            "version": 2,
            "reviewed": True,
        }


async def test_the_access_log_tells_who_made_changed_confirmed_and_was_refused() -> None:
    async with a_bed() as bed:
        record_id = await completed_record(bed.change, OFFICER, await booked(bed))
        await bed.change(CONFIRM, OFFICER, id=record_id)
        assert await bed.refusal(CONFIRM, SERCO, id=record_id) == "FORBIDDEN"
        hidden = MOORLAND
        assert codes(await bed.change(RECORD, hidden, id=record_id, responses=[easy("pregnant")])) == [
            ("NOT_FOUND", ("id",))
        ]
        await bed.gateway.settle()
        async with bed.gateway.database.read() as conn:
            rows = (
                await conn.execute(
                    sa.select(access_log.c.username, access_log.c.action, access_log.c.outcome).where(
                        access_log.c.subject_id == _key(record_id)
                    )
                )
            ).all()
        noted = {tuple(row) for row in rows}
        assert {
            ("LEEDS_OFFICER", "create", "allowed"),
            ("LEEDS_OFFICER", "update", "allowed"),
            ("LEEDS_OFFICER", "confirm", "allowed"),
            ("MOORLAND_OFFICER", "view", "refused"),
        } <= noted
