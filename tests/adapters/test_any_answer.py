"""Whatever an upstream answers is either read or malformed: nothing else ever comes out of an adapter."""

import copy
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.adapters.nomis import Nomis
from gateway.adapters.supplier import SupplierClient
from gateway.domain.errors import UpstreamError, UpstreamMalformed
from gateway.domain.ids import BookingId, MoveReference, PrisonNumber
from tests.adapters.harness import answering, replaced
from tests.adapters.test_supplier import answering as supplier_answering

pytestmark = pytest.mark.anyio

NUMBERS: Final = [PrisonNumber("A1001AA")]
BOOKINGS: Final = [BookingId(1001)]
REFERENCES: Final = [MoveReference("ACE1234F")]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


async def raising(question: Awaitable[dict[BookingId, Any]]) -> object:
    """Give the one answer of several that is there, or raise the one error."""
    (answer,) = (await question).values()
    if isinstance(answer, UpstreamError):
        raise answer
    return answer


NOMIS_READS: Final[dict[str, tuple[object, Callable[[Nomis], Awaitable[object]]]]] = {
    "people": (
        [
            {
                "prisonerNumber": "A1001AA",
                "firstName": "A",
                "lastName": "B",
                "dateOfBirth": "1985-04-01",
                "category": "C",
            }
        ],
        lambda nomis: nomis.prisoner_search.people(NUMBERS),
    ),
    "alerts": (
        {
            "content": [
                {
                    "prisonNumber": "A1001AA",
                    "alertCode": {"alertTypeCode": "X", "code": "XEL", "description": "Escape List"},
                    "activeFrom": "2024-01-01",
                    "activeTo": None,
                    "isActive": True,
                }
            ]
        },
        lambda nomis: nomis.alerts.alerts(NUMBERS, include_inactive=False),
    ),
    "alert types": (
        [{"code": "X", "description": "Security", "alertCodes": [{"code": "XEL", "isActive": True}]}],
        lambda nomis: nomis.alerts.alert_types(),
    ),
    "caseloads": (
        [{"caseLoadId": "LEI", "description": "Leeds", "type": "INST", "caseloadFunction": "GENERAL"}],
        lambda nomis: nomis.prison_api.caseloads("token"),
    ),
    "care needs": (
        [
            {
                "offenderNo": "A1001AA",
                "personalCareNeeds": [{"problemType": "PHY", "problemCode": "BRK", "problemStatus": "ON"}],
            }
        ],
        lambda nomis: nomis.prison_api.care_needs(NUMBERS),
    ),
    "agencies": (
        [{"agencyId": "LEI", "description": "LEEDS (HMP)", "agencyType": "INST", "active": True}],
        lambda nomis: nomis.prison_api.agencies(),
    ),
    "bookings": (
        [{"prisonerNumber": "A1001AA", "bookingId": "0001001"}],
        lambda nomis: nomis.prisoner_search.bookings(NUMBERS),
    ),
    "assessments": (
        [
            {
                "offenderNo": "A1001AA",
                "assessmentCode": "CSR",
                "classification": "High",
                "assessmentDate": "2026-01-02",
                "nextReviewDate": "2026-12-01",
            }
        ],
        lambda nomis: nomis.prison_api.cell_sharing_assessments(NUMBERS),
    ),
    "adjustments": (
        {"reasonableAdjustments": [{"treatmentCode": "LGE PRINT", "startDate": "2026-01-02"}]},
        lambda nomis: raising(nomis.prison_api.reasonable_adjustments(BOOKINGS)),
    ),
    "contacts": (
        {
            "nextOfKin": [{"lastName": "A", "nextOfKin": True, "createDateTime": "2026-01-02T10:00:00"}],
            "otherContacts": [{"lastName": "B", "nextOfKin": False, "activeFlag": False}],
        },
        lambda nomis: raising(nomis.prison_api.contacts(BOOKINGS)),
    ),
    "groups": ([{"groupCode": "PECS_WALES"}], lambda nomis: nomis.manage_users.groups("token")),
    "user": ({"name": "Ann Officer"}, lambda nomis: nomis.manage_users.display_name("token")),
    "keys": ({"keys": [{"kid": "1"}]}, lambda nomis: nomis.sign_in.jwks()),
}
JOURNEY: Final = {
    "id": str(UUID(int=1)),
    "number": 1,
    "state": "proposed",
    "date": "2026-11-24",
    "fromAgency": "LEI",
    "toAgency": "LEEDCC",
    "billable": True,
    "vehicle": {"id": "1", "registration": "AB12 CDE"},
}
POSITION: Final = {
    "moveReference": "ACE1234F",
    "latitude": 53.8,
    "longitude": -1.5,
    "eta": "2026-11-24T10:00:00Z",
    "recordedAt": "2026-11-24T09:00:00+01:00",
}
SUPPLIER_READS: Final[dict[str, tuple[object, Callable[[SupplierClient], Awaitable[object]]]]] = {
    "legs": (
        {"content": [{"moveReference": "ACE1234F", "journeys": [JOURNEY]}]},
        lambda supplier: supplier.legs(REFERENCES),
    ),
    "positions": ({"content": [POSITION]}, lambda supplier: supplier.positions(REFERENCES)),
}


@st.composite
def disturbed(draw: st.DrawFn, good: object) -> object:
    """Replace one part of a good answer, however deep, by anything."""
    path = draw(st.sampled_from(list(paths(good))))
    if not path:
        return draw(JSON)
    content = copy.deepcopy(good)
    holder: Any = content
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = draw(JSON)
    return content


def paths(content: object, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Name every part of some JSON by the keys that lead to it."""
    yield above
    if isinstance(content, dict):
        for name, child in content.items():
            yield from paths(child, (*above, name))
    elif isinstance(content, list):
        for index, child in enumerate(content):
            yield from paths(child, (*above, index))


async def read_or_malformed(read: Callable[[], Awaitable[object]]) -> None:
    try:
        await read()
    except UpstreamMalformed as error:
        assert error.__context__ is None  # noqa: PT017 - one of two good ends


@pytest.mark.parametrize("resource", NOMIS_READS)
async def test_a_good_answer_of_nomis_is_read(resource: str) -> None:
    good, read = NOMIS_READS[resource]

    assert await read(answering(good))


@pytest.mark.parametrize("resource", NOMIS_READS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
async def test_any_answer_of_nomis_is_read_or_malformed(resource: str, data: st.DataObject) -> None:
    good, read = NOMIS_READS[resource]
    nomis = answering(data.draw(disturbed(good)))

    await read_or_malformed(lambda: read(nomis))


@settings(max_examples=60, deadline=None)
@given(content=disturbed({"access_token": "t", "expires_in": 1199}))
async def test_any_token_is_read_or_malformed(content: object) -> None:
    nomis = replaced(lambda _request: httpx.Response(200, content=json.dumps(content)))

    await read_or_malformed(lambda: nomis.sign_in.issue("name", "password"))


@pytest.mark.parametrize("resource", SUPPLIER_READS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
async def test_any_answer_of_a_supplier_is_read_or_malformed(resource: str, data: st.DataObject) -> None:
    good, read = SUPPLIER_READS[resource]
    supplier = supplier_answering(data.draw(disturbed(good)))

    await read_or_malformed(lambda: read(supplier))


@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=50))
async def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    nomis, supplier = answering(body), supplier_answering(body)

    await read_or_malformed(lambda: nomis.prisoner_search.people(NUMBERS))
    await read_or_malformed(lambda: supplier.legs(REFERENCES))
