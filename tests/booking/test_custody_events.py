"""Events of dPERs, and what is kept of a dPER when its move sets off."""

import pytest
import sqlalchemy as sa

from gateway.domain.escort_records import EscortRecordStatus
from gateway.settings import BindingSettings
from gateway.store.tables import changes
from tests.booking.bed import COURT, GEOAMEY, PLACES, PMU, SERCO, SERGEANT, SOUTH, a_bed
from tests.booking.reporting import (
    START,
    an_event,
    at,
    faults,
    recorded,
    refused,
    requested,
    seen,
    types,
    with_record,
)
from tests.support.worlds import Stored, running_gateway, token_for

pytestmark = pytest.mark.anyio

STAKEHOLDER = token_for("LEEDS_OFFICER", "PECS_STAKEHOLDER_EVENT_AUTHOR")


async def test_a_supplier_tells_of_a_dper_and_the_event_is_classified_by_its_type() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        record_id = await with_record(bed, move_id, EscortRecordStatus.COMPLETED, completed_at=START)
        here = {"location": "LEEDCC", "supplier_personnel_number": "S1"}
        told = await recorded(
            bed,
            GEOAMEY,
            an_event("PerSuicideAndSelfHarm", record_id, observation_level="10 minutes", **here),
            an_event("PerMedicalAid", record_id, advised_by="A nurse", **here),
            an_event("PerSelfHarm", record_id, **here),
            an_event(
                "PerCourtHearing",
                record_id,
                location="LEEDCC",
                is_virtual="false",
                is_trial="true",
                court_listing_at=at(1),
                started_at=at(2),
                ended_at=at(3),
                court_outcome="Remanded.",
            ),
        )
        assert [one["classification"] for one in told] == ["SUICIDE_AND_SELF_HARM", "MEDICAL", "INCIDENT", "DEFAULT"]
        assert set(types(await seen(bed, move_id))) > {"PerSuicideAndSelfHarm", "PerCourtHearing"}


async def test_a_stakeholder_writes_a_note_and_nothing_else() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        record_id = await with_record(bed, move_id, EscortRecordStatus.COMPLETED, completed_at=START)
        (told,) = await recorded(
            bed, STAKEHOLDER, an_event("PerGeneric", record_id, stakeholder="Liaison", summary="Seen in the cells.")
        )
        assert told["supplier"] is None
        harm = an_event("PerSelfHarm", record_id, location="LEI", police_personnel_number="P1")
        assert await faults(bed, STAKEHOLDER, harm) == {0: "FORBIDDEN"}


async def test_a_hidden_dper_is_not_found() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        record_id = await with_record(bed, move_id, EscortRecordStatus.COMPLETED, completed_at=START)
        for token in (SERCO, SERGEANT):
            assert await refused(bed, token, an_event("PerGeneric", record_id)) == [("NOT_FOUND", ("subjectId",))]
        assert await refused(bed, COURT, an_event("PerGeneric", move_id)) == [("INVALID", ("subjectId",))]


@pytest.mark.parametrize("late", [False, True])
async def test_a_complete_dper_is_confirmed_when_its_move_leaves(late: bool) -> None:  # noqa: FBT001 - a parameter
    async with a_bed() as bed:
        move_id = await requested(bed)
        await with_record(bed, move_id, EscortRecordStatus.COMPLETED, completed_at=START)
        course = [an_event("MoveAccept", move_id, at(1)), an_event("MoveStart", move_id, at(2))]
        await recorded(bed, GEOAMEY, *(reversed(course) if late else course))
        move = await seen(bed, move_id)
        record = move["personEscortRecord"]
        left = at(1) if late else at(2)
        assert (record["status"], record["confirmedAt"], record["version"]) == ("CONFIRMED", left, 2)
        (told,) = [one for one in move["events"]["nodes"] if one["type"] == "PerConfirmation"]
        assert told["details"] == [{"name": "confirmed_at", "value": left}]
        async with bed.gateway.database.read() as conn:
            kinds = set(await conn.scalars(sa.select(changes.c.subject_type)))
        assert kinds == {"Move", "PersonEscortRecord"}


async def test_another_node_on_the_same_store_gives_the_first_result() -> None:
    async with a_bed() as bed:
        move_id = await requested(bed)
        event = an_event("MoveAccept", move_id, at(1), key="across nodes")
        first = await recorded(bed, GEOAMEY, event)
        url = bed.gateway.database.url.set(drivername="sqlite").render_as_string()
        async with running_gateway(
            url,
            nomis=bed.nomis,
            stored=Stored(),
            suppliers=bed.suppliers,
            served={"geoamey": [code for code in PLACES if code not in SOUTH], "serco": SOUTH},
            bindings={"geoamey-system": BindingSettings(supplier="geoamey")},
        ) as other:
            bed.gateway = other
            assert await recorded(bed, GEOAMEY, event) == first
            assert (await seen(bed, move_id, PMU))["status"] == "BOOKED"
