"""People from Prisoner Search."""

from datetime import date

import httpx
import pytest
from structlog.testing import capture_logs

from gateway.adapters.nomis import Nomis
from gateway.domain.errors import UpstreamMalformed
from gateway.domain.ids import AgencyId, PrisonNumber
from gateway.domain.people import Person, PrisonerCategory
from gateway.domain.provenance import Provenance, SourceSystem
from tests.adapters.harness import Door, answering
from tests.adapters.nomis_world import CROWD, NOW

pytestmark = pytest.mark.anyio

SEARCH = "POST /prisoner-search/prisoner-numbers"
JOHN = PrisonNumber("A1001AA")
LUKE = PrisonNumber("A1007AA")
NOBODY = PrisonNumber("Z9999ZZ")


async def test_a_person_has_readable_names_and_says_where_they_come_from(nomis: Nomis) -> None:
    people = await nomis.prisoner_search.people([JOHN])

    assert people[JOHN] == Person(
        prison_number=JOHN,
        first_names="John Paul Anne-Marie",
        last_name="Smith-Jones",
        date_of_birth=date(1985, 4, 1),
        gender="Male",
        ethnicity="White: Irish",
        nationality="Irish",
        pnc_number="14/120018R",
        cro_number="1234/85A",
        category=PrisonerCategory("C", "Category C"),
        agency_id=AgencyId("LEI"),
        provenance=Provenance(SourceSystem.NOMIS, NOW, stale=False),
    )


@pytest.mark.parametrize("number", ["A1004AA", "A1005AA", "A1006AA"])
async def test_people_outside_between_or_never_in_prison_are_at_no_establishment(nomis: Nomis, number: str) -> None:
    people = await nomis.prisoner_search.people([PrisonNumber(number)])

    assert people[PrisonNumber(number)].agency_id is None


async def test_unknown_people_are_absent_and_repeated_ones_are_there_once(nomis: Nomis) -> None:
    people = await nomis.prisoner_search.people([JOHN, NOBODY, LUKE, JOHN])

    assert set(people) == {JOHN, LUKE}
    assert people[LUKE].category is None


async def test_nobody_is_asked_for_without_a_call(nomis: Nomis, door: Door) -> None:
    assert await nomis.prisoner_search.people([]) == {}
    assert await door.counts() == {}


@pytest.mark.parametrize(("size", "calls"), [(50, 1), (500, 1), (501, 2), (1200, 3)])
async def test_five_hundred_people_cost_one_call(nomis: Nomis, door: Door, size: int, calls: int) -> None:
    numbers = [PrisonNumber(person.prison_number) for person in CROWD[:size]]

    people = await nomis.prisoner_search.people(numbers)

    assert set(people) == set(numbers)
    assert {number: person.prison_number for number, person in people.items()} == {each: each for each in numbers}
    assert (await door.counts())[SEARCH] == calls


async def test_search_is_asked_for_no_more_fields_than_are_shown() -> None:
    asked: list[httpx.Request] = []
    adapters = answering([], asked)

    await adapters.prisoner_search.people([JOHN])

    assert set(asked[0].url.params["responseFields"].split(",")) == {
        *("prisonerNumber", "firstName", "middleNames", "lastName", "dateOfBirth", "gender", "ethnicity"),
        *("nationality", "pncNumber", "croNumber", "category", "prisonId"),
    }


async def test_rows_that_cannot_be_read_are_left_out_and_counted() -> None:
    good = {"prisonerNumber": "A1001AA", "firstName": "JOHN", "lastName": "SMITH", "bookingId": "0001"}
    rows = [
        {"firstName": "MARKED", "lastName": "TEXT"},
        None,
        {**good, "prisonerNumber": "A1007AA", "dateOfBirth": "MARKED"},
        {**good, "someday": {"unknown": []}},
        {**good, "prisonerNumber": "B0001BB"},
    ]
    adapters = answering(rows)

    with capture_logs() as logs:
        people = await adapters.prisoner_search.people([JOHN, LUKE])

    assert set(people) == {JOHN}
    assert [(entry["event"], entry["count"]) for entry in logs] == [("upstream rows unreadable", 3)]
    assert "MARKED" not in repr(logs)


@pytest.mark.parametrize("content", [{}, {"content": []}, None, "text", 7, [1], [{"prisonerNumber": "A1001AA"}]])
async def test_a_list_without_a_readable_row_is_malformed(content: object) -> None:
    with pytest.raises(UpstreamMalformed):
        await answering(content).prisoner_search.people([JOHN])


async def test_numbers_pass_where_text_was_agreed() -> None:
    row = {"prisonerNumber": "a1001aa", "firstName": "JOHN", "lastName": "SMITH", "category": 7, "croNumber": 12}

    people = await answering([row]).prisoner_search.people([JOHN])

    assert people[JOHN].cro_number == "12"
    assert people[JOHN].category == PrisonerCategory("7", "7")


async def test_empty_text_is_no_value() -> None:
    row = {"prisonerNumber": "A1001AA", "firstName": "JOHN", "lastName": "SMITH", "category": " ", "pncNumber": ""}

    person = (await answering([row]).prisoner_search.people([JOHN]))[JOHN]

    assert (person.category, person.pnc_number, person.first_names) == (None, None, "John")
