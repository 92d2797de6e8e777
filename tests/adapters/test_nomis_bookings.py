"""What is told by booking: the latest booking itself, adjustments and contacts; and cell-sharing risk."""

import asyncio
from datetime import date

import httpx
import pytest

from gateway.adapters.batches import GIVE_UP_AFTER
from gateway.adapters.http import Addresses, UpstreamConfig
from gateway.adapters.nomis import Nomis, connect
from gateway.domain.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from gateway.domain.ids import BookingId, PrisonNumber
from gateway.domain.people import CellSharingAssessment, Contact, ReasonableAdjustment
from tests.adapters.harness import Door, answering, nomis_config, readable
from tests.adapters.nomis_world import CROWD

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_pause")]

JOHN, PETER, NEVER, NOBODY = (PrisonNumber(number) for number in ("A1001AA", "A1002AA", "A1006AA", "Z9999ZZ"))
BOOKING, PETERS = BookingId(71001), BookingId(1002)
NO_BOOKING = BookingId(99_999)


async def test_bookings_tell_who_was_never_booked_in_from_who_is_not_known(nomis: Nomis) -> None:
    assert await nomis.prisoner_search.bookings([JOHN, NEVER, NOBODY]) == {JOHN: BOOKING, NEVER: None}


async def test_bookings_are_asked_for_in_bulk_and_without_anything_else(nomis: Nomis, door: Door) -> None:
    numbers = [PrisonNumber(person.prison_number) for person in CROWD[:501]]
    asked: list[httpx.Request] = []

    assert len(await nomis.prisoner_search.bookings(numbers)) == 501
    await answering([], asked).prisoner_search.bookings(numbers[:1])

    assert (await door.counts())["POST /prisoner-search/prisoner-numbers"] == 2
    assert asked[0].url.params["responseFields"] == "prisonerNumber,bookingId"


@pytest.mark.parametrize(("given", "booking"), [("0071001", BOOKING), (71001, BOOKING), (None, None)])
async def test_a_booking_is_text_or_a_number_and_sometimes_padded(given: object, booking: BookingId | None) -> None:
    nomis = answering([{"prisonerNumber": "A1001AA", "bookingId": given}])

    assert await nomis.prisoner_search.bookings([JOHN]) == {JOHN: booking}


async def test_a_booking_that_cannot_be_read_spoils_that_of_its_person_alone() -> None:
    rows = [{"prisonerNumber": "A1001AA", "bookingId": "x/../y"}, {"prisonerNumber": "A1002AA", "bookingId": "2"}]

    found = await answering(rows).prisoner_search.bookings([JOHN, PETER])

    assert isinstance(found[JOHN], UpstreamMalformed)
    assert found[PETER] == 2


async def test_cell_sharing_risk_has_its_rating_and_its_review(nomis: Nomis) -> None:
    found = readable(await nomis.prison_api.cell_sharing_assessments([JOHN, PETER, NOBODY]))

    assert found == {
        JOHN: (
            CellSharingAssessment("CSRREV", "CSR Review", "High", "Single cell", date(2026, 1, 2), date(2026, 12, 1)),
        ),
        PETER: (),
        NOBODY: (),
    }


async def test_an_assessment_that_cannot_be_read_spoils_that_of_its_person_alone() -> None:
    rows = [{"offenderNo": "A1001AA"}, {"offenderNo": "A1002AA", "assessmentCode": "CSR"}]

    found = await answering(rows).prison_api.cell_sharing_assessments([JOHN, PETER])

    assert isinstance(found[JOHN], UpstreamMalformed)
    assert [one.code for one in readable({PETER: found[PETER]})[PETER]] == ["CSR"]


async def test_adjustments_come_with_those_that_ended(nomis: Nomis) -> None:
    found = await nomis.prison_api.reasonable_adjustments([BOOKING, PETERS])

    assert found == {
        BOOKING: (
            ReasonableAdjustment("LGE PRINT", "Large print", "On A4", date(2026, 1, 2), None),
            ReasonableAdjustment("A/B/M", "Audio, Braille or Moon", None, date(2026, 1, 2), date(2026, 2, 1)),
        ),
        PETERS: (),
    }


async def test_contacts_are_named_as_people_write_them(nomis: Nomis) -> None:
    found = await nomis.prison_api.contacts([BOOKING, PETERS])

    mother = Contact(
        "Anna O'Brien",
        "Mother",
        next_of_kin=True,
        active=True,
        comment="Call first",
        since=date(2026, 7, 1),
        ended_on=None,
    )
    solicitor = Contact(
        "Sol Icitor",
        "Solicitor",
        next_of_kin=False,
        active=False,
        comment=None,
        since=date(2026, 1, 2),
        ended_on=date(2026, 3, 1),
    )
    assert found == {BOOKING: (mother, solicitor), PETERS: ()}


async def test_a_booking_that_prison_api_does_not_know_costs_no_other(nomis: Nomis) -> None:
    """It is a failure and not an answer: Search, which named it, is behind or ahead."""
    contacts = await nomis.prison_api.contacts([NO_BOOKING, BOOKING])
    adjustments = await nomis.prison_api.reasonable_adjustments([NO_BOOKING, BOOKING])

    for found in (contacts, adjustments):
        assert isinstance(found[NO_BOOKING], UpstreamRejected)
        assert not isinstance(found[BOOKING], UpstreamError)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"bookingId": 71001},
        {"nextOfKin": None, "otherContacts": [], "reasonableAdjustments": None},
        {"nextOfKin": [{"lastName": "A"}], "otherContacts": [], "reasonableAdjustments": [{"commentText": "x"}]},
        b"<html>Good morning</html>",
    ],
)
async def test_what_was_not_agreed_never_looks_like_nothing(content: object) -> None:
    nomis = answering(content)

    for found in (
        await nomis.prison_api.contacts([BOOKING]),
        await nomis.prison_api.reasonable_adjustments([BOOKING]),
    ):
        assert isinstance(found[BOOKING], UpstreamMalformed)


async def test_a_contact_counts_unless_nomis_says_otherwise() -> None:
    row = {"lastName": "SMITH", "nextOfKin": False}
    nomis = answering({"nextOfKin": [], "otherContacts": [row, {**row, "activeFlag": False}]})

    contacts = (await nomis.prison_api.contacts([BOOKING]))[BOOKING]

    assert not isinstance(contacts, UpstreamError)
    assert [(one.name, one.active) for one in contacts] == [("Smith", True), ("Smith", False)]


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 500, "html": True}, {"down": True}])
async def test_an_outage_is_found_out_without_asking_for_everybody(
    nomis: Nomis, door: Door, fault: dict[str, object]
) -> None:
    bookings = [BookingId(int(person.prison_number[1:5])) for person in CROWD[:200]]
    await nomis.prison_api.contacts([BOOKING])
    await door.faults({"path": "/api/bookings", **fault})

    found = await nomis.prison_api.contacts(bookings)

    assert set(found) == set(bookings)
    assert all(isinstance(one, UpstreamUnavailable) for one in found.values())
    # Each of those under way when it is found out is tried twice.
    assert await asked(door, "contacts") <= 1 + 4 * GIVE_UP_AFTER


async def test_bookings_that_fail_among_others_are_no_outage(nomis: Nomis, door: Door) -> None:
    bookings = [BOOKING, *(BookingId(10_000 + n) for n in range(3 * GIVE_UP_AFTER)), PETERS]

    found = await nomis.prison_api.reasonable_adjustments(bookings)

    assert await asked(door, "reasonable-adjustments/all") == len(bookings)
    assert found[PETERS] == ()


async def test_no_more_than_six_bookings_are_asked_for_at_once() -> None:
    under_way = most = 0

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal under_way, most
            if request.url.path.endswith("/oauth/token"):
                return httpx.Response(200, json={"access_token": "t", "expires_in": 1200})
            under_way += 1
            most = max(most, under_way)
            for _ in range(20):
                await asyncio.sleep(0)
            under_way -= 1
            return httpx.Response(200, json={"nextOfKin": [], "otherContacts": []})

    nomis = connect(nomis_config(), transport=Slow())
    found = await nomis.prison_api.contacts([BookingId(n) for n in range(60)])

    assert len(found) == 60
    assert most == 6


async def test_a_slow_service_ends_at_its_time_limit(door: Door, nomis_transport: httpx.ASGITransport) -> None:
    hasty = connect(
        nomis_config(UpstreamConfig(base_url="http://nomis.test", time_limit_s=0.5)), transport=nomis_transport
    )
    await hasty.prison_api.contacts([BOOKING])
    await door.faults({"path": "/api/bookings", "latencyMs": 60_000})

    found = await hasty.prison_api.contacts([BookingId(n) for n in range(40)])

    assert all(isinstance(one, UpstreamTimeout) for one in found.values())


def test_addresses_of_bookings_do_not_pile_up() -> None:
    addresses = Addresses("http://nomis.test/", str)
    found = [addresses.of(f"/api/bookings/{number}/contacts", {"page": "1"}) for number in range(300)]
    assert found[299] == "http://nomis.test/api/bookings/299/contacts?page=1"
    assert addresses.of("/api/bookings/1/contacts", None) == "http://nomis.test/api/bookings/1/contacts"
    assert len(addresses) == 256


async def asked(door: Door, what: str) -> int:
    return sum(count for route, count in (await door.counts()).items() if route.endswith(f"/{what}"))
