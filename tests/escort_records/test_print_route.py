"""Printing over HTTP: who may, what is hidden, and what is on record about it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from gateway.resolvers.global_ids import NodeType, encode
from gateway.store.tables import access_log
from tests.booking.bed import BOOK, COURT, GEOAMEY, MOORLAND, NURSE, OFFICER, PMU, SERCO, STC, Bed, a_bed, place
from tests.escort_records.making import booked
from tests.escort_records.pdfs import pages_of
from tests.support.records import CONFIRM, RECORD, RECORD_YRA, START, START_YRA, completed_record
from tests.support.worlds import TODAY

pytestmark = pytest.mark.anyio

ABSENT: Final = encode(NodeType.PERSON_ESCORT_RECORD, UUID(int=9))


@dataclass
class Printed:
    """A dPER at Leeds, and where it is printed."""

    bed: Bed
    record_id: str
    url: str

    async def get(self, token: str | None, url: str | None = None, **headers: str) -> httpx.Response:
        sent = {"X-Request-Id": "the-same-each-time", **headers}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        return await self.bed.gateway.client.get(url or self.url, headers=sent)

    async def log(self) -> list[tuple[str, str, str | None, str]]:
        """Give what the access log has about printing."""
        await self.bed.gateway.settle()
        async with self.bed.gateway.database.read() as conn:
            rows = await conn.execute(
                sa.select(access_log).where(access_log.c.action == "print").order_by(access_log.c.id)
            )
            return [(row.username, row.outcome, row.prison_number, row.operation) for row in rows]


@pytest.fixture
async def printed() -> AsyncIterator[Printed]:
    async with a_bed() as bed:
        booked = await bed.change(
            BOOK,
            OFFICER,
            type="COURT_APPEARANCE",
            prisonNumber="A1004AA",
            fromLocationId=place("LEI"),
            toLocationId=place("LEEDCC"),
            date=(TODAY + timedelta(days=1)).isoformat(),
        )
        move_id = booked["move"]["id"]
        record_id = await completed_record(bed.change, OFFICER, move_id)
        answer = await bed.ask(
            "query ($id: ID!) { personEscortRecord(id: $id) { printUrl } }", OFFICER, {"id": record_id}
        )
        yield Printed(bed, record_id, answer["personEscortRecord"]["printUrl"])


def url_of(record_id: str) -> str:
    return f"/person-escort-records/{record_id}/print"


def outcome(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


async def test_a_record_is_printed_as_a_page(printed: Printed) -> None:
    answer = await printed.get(OFFICER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"] == "the-same-each-time"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert f'<style nonce="{nonce}">' in answer.text
    for said in ("A1004AA", "Leeds", "NOT CONFIRMED", "XEL", "Theft."):
        assert said in answer.text


async def test_and_as_the_same_in_pdf(printed: Printed) -> None:
    answer = await printed.get(OFFICER, f"{printed.url}.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert 'inline; filename="person-escort-record-' in answer.headers["content-disposition"]
    said = " ".join(pages_of(answer.content))
    assert "A1004AA" in said
    assert "NOT CONFIRMED" in said
    assert "by LEEDS_OFFICER" in said


async def test_once_confirmed_it_says_so_on_paper(printed: Printed) -> None:
    confirmed = await printed.bed.change(CONFIRM, OFFICER, id=printed.record_id)
    assert confirmed["problems"] == []
    answer = await printed.get(OFFICER)
    assert "NOT CONFIRMED" not in answer.text
    assert "Confirmed 24 November 2026 at" in answer.text


async def test_whoever_may_read_and_print_it_does(printed: Printed) -> None:
    for token in (OFFICER, NURSE, PMU, GEOAMEY):
        answer = await printed.get(token)
        assert answer.status_code == 200


async def test_who_answered_is_not_printed(printed: Printed) -> None:
    changed = await printed.bed.change(
        RECORD,
        NURSE,
        id=printed.record_id,
        responses=[{"questionKey": "pregnant", "version": 1, "option": "yes", "details": "Twelve weeks"}],
    )
    assert changed["problems"] == []
    answer = await printed.get(OFFICER)
    assert "Twelve weeks" in answer.text
    assert "LEEDS_NURSE" not in answer.text


async def test_hidden_is_not_found_exactly_as_absent(printed: Printed) -> None:
    for token in (MOORLAND, SERCO):
        for suffix in ("", ".pdf"):
            hidden = await printed.get(token, printed.url + suffix)
            absent = await printed.get(token, url_of(ABSENT) + suffix)
            assert outcome(hidden) == (404, "NOT_FOUND")
            assert hidden.content == absent.content
            assert dict(hidden.headers) == dict(absent.headers)


@pytest.mark.parametrize(
    "record_id", ["x", "%00", "..%2F", "UGVyc29uOkExMDA0QUE", "A" * 500, encode(NodeType.MOVE, UUID(int=9))]
)
async def test_what_is_no_record_is_not_found(printed: Printed, record_id: str) -> None:
    answer = await printed.get(OFFICER, url_of(record_id))
    assert answer.status_code == 404


async def test_without_the_permission_nothing_is_said_of_any_record(printed: Printed) -> None:
    """A court reads the record, and does not print it."""
    for url in (printed.url, url_of(ABSENT), url_of("x")):
        answer = await printed.get(COURT, url)
        assert outcome(answer) == (403, "FORBIDDEN")
    assert await printed.log() == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}])
async def test_nobody_prints_without_signing_in(printed: Printed, headers: Mapping[str, str]) -> None:
    answer = await printed.get(None, **headers)
    assert outcome(answer) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_only_get_is_answered(printed: Printed) -> None:
    answer = await printed.bed.gateway.client.post(printed.url, headers={"Authorization": f"Bearer {OFFICER}"})
    assert answer.status_code == 405


async def test_each_printing_is_in_the_access_log(printed: Printed) -> None:
    await printed.get(OFFICER)
    await printed.get(NURSE, f"{printed.url}.pdf")
    await printed.get(MOORLAND)
    assert await printed.log() == [
        ("LEEDS_OFFICER", "allowed", "A1004AA", "PrintPersonEscortRecord"),
        ("LEEDS_NURSE", "allowed", "A1004AA", "PrintPersonEscortRecord"),
        ("MOORLAND_OFFICER", "refused", None, "PrintPersonEscortRecord"),
    ]


async def test_an_outage_of_nomis_stops_no_printing_and_is_told(printed: Printed) -> None:
    await printed.bed.down("prisoner-search", "alerts")
    answer = await printed.get(OFFICER)
    assert answer.status_code == 200
    assert "NOMIS could not tell who the person is" in answer.text
    assert "This does not mean that there are none." in answer.text
    assert "Theft." in answer.text


async def test_alerts_that_cannot_be_had_leave_the_person_on_the_page(printed: Printed) -> None:
    await printed.bed.down("alerts")
    answer = await printed.get(OFFICER)
    assert "A1004AA" in answer.text
    assert "This does not mean that there are none." in answer.text


async def test_an_unstarted_record_is_printed_as_well(printed: Printed) -> None:
    booked = await printed.bed.change(
        BOOK,
        OFFICER,
        type="COURT_APPEARANCE",
        prisonNumber="A1001AA",
        fromLocationId=place("LEI"),
        toLocationId=place("LEEDCC"),
        date=(TODAY + timedelta(days=1)).isoformat(),
    )
    started: dict[str, Any] = await printed.bed.change(START, OFFICER, moveId=booked["move"]["id"])
    answer = await printed.get(OFFICER, url_of(started["personEscortRecord"]["id"]))
    assert answer.status_code == 200
    assert "nothing is answered" in answer.text


async def test_a_young_persons_assessment_is_printed_with_the_record(printed: Printed) -> None:
    bed = printed.bed
    move_id = await booked(bed, STC, "A4001AA", fromLocationId=place("OAKHLL"), toLocationId=place("LEEDCC"))
    url = url_of(await completed_record(bed.change, STC, move_id))
    assert "Youth risk assessment" not in (await printed.get(STC, url)).text
    started = (await bed.change(START_YRA, STC, moveId=move_id))["youthRiskAssessment"]
    risky = {"questionKey": "risks-with-moving", "options": [{"option": "violent", "details": "Fights at school."}]}
    assert (await bed.change(RECORD_YRA, STC, id=started["id"], responses=[risky]))["problems"] == []
    said = (await printed.get(STC, url)).text
    assert "Youth risk assessment" in said
    assert "What risks are there in moving this young person?" in said
    assert "Fights at school." in said
    # Its flags stand with those of the record; what is missing from it is named.
    assert "Violent or dangerous</div>" in said
    assert "Earlier temporary release" in said
    assert (await printed.get(STC, f"{url}.pdf")).status_code == 200
