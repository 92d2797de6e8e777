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
from tests.adapters.harness import Door, answering, readable
from tests.adapters.nomis_world import CROWD, NOW

pytestmark = pytest.mark.anyio

SEARCH = "POST /prisoner-search/prisoner-numbers"
JOHN = PrisonNumber("A1001AA")
LUKE = PrisonNumber("A1007AA")
NOBODY = PrisonNumber("Z9999ZZ")


async def test_a_person_has_readable_names_and_says_where_they_come_from(nomis: Nomis) -> None:
    people = readable(await nomis.prisoner_search.people([JOHN]))

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
    people = readable(await nomis.prisoner_search.people([PrisonNumber(number)]))

    assert people[PrisonNumber(number)].agency_id is None


async def test_unknown_people_are_absent_and_repeated_ones_are_there_once(nomis: Nomis) -> None:
    people = readable(await nomis.prisoner_search.people([JOHN, NOBODY, LUKE, JOHN]))

    assert set(people) == {JOHN, LUKE}
    assert people[LUKE].category is None


async def test_nobody_is_asked_for_without_a_call(nomis: Nomis, door: Door) -> None:
    assert await nomis.prisoner_search.people([]) == {}
    assert await door.counts() == {}


@pytest.mark.parametrize(("size", "calls"), [(50, 1), (500, 1), (501, 2), (1200, 3)])
async def test_five_hundred_people_cost_one_call(nomis: Nomis, door: Door, size: int, calls: int) -> None:
    numbers = [PrisonNumber(person.prison_number) for person in CROWD[:size]]

    people = readable(await nomis.prisoner_search.people(numbers))

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


GOOD = {"prisonerNumber": "A1001AA", "firstName": "JOHN", "lastName": "SMITH", "bookingId": "0001"}


async def test_a_row_that_cannot_be_read_spoils_no_other_and_is_counted() -> None:
    rows = [
        {"firstName": "MARKED", "lastName": "TEXT"},
        None,
        {**GOOD, "prisonerNumber": "a1007aa", "dateOfBirth": "MARKED"},
        {**GOOD, "someday": {"unknown": []}},
        {**GOOD, "prisonerNumber": "B0001BB", "firstName": ["MARKED"]},
    ]
    adapters = answering(rows)

    with capture_logs() as logs:
        people = await adapters.prisoner_search.people([JOHN, LUKE, NOBODY])

    assert set(people) == {JOHN, LUKE}
    assert isinstance(people[JOHN], Person)
    with pytest.raises(UpstreamMalformed) as caught:
        readable(people)
    assert (caught.value.system, caught.value.resource) == ("Prisoner Search", "people")
    assert [(entry["event"], entry["count"]) for entry in logs] == [("upstream rows unreadable", 4)]
    assert "MARKED" not in f"{logs!r}{caught.value}{caught.value!r}{caught.value.__context__!r}"


async def test_a_list_whose_only_row_cannot_be_read_is_an_error_of_that_person_alone() -> None:
    people = await answering([{"prisonerNumber": "A1001AA"}]).prisoner_search.people([JOHN, LUKE])

    assert {number: type(person) for number, person in people.items()} == {JOHN: UpstreamMalformed}


@pytest.mark.parametrize("content", [{}, {"content": []}, None, "text", 7, [1], [{"lastName": "SMITH"}]])
async def test_a_list_without_a_readable_row_is_malformed(content: object) -> None:
    with pytest.raises(UpstreamMalformed):
        await answering(content).prisoner_search.people([JOHN])


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1985-04-01", date(1985, 4, 1)),
        ("1985-04-01T00:00:00", date(1985, 4, 1)),
        ("1985-04-01T13:45:10.123", date(1985, 4, 1)),
        ("1985-03-31T23:30:00Z", date(1985, 4, 1)),
        ("1985-04-01T00:30:00+01:00", date(1985, 4, 1)),
        (" ", None),
        ("", None),
        (None, None),
    ],
)
async def test_a_date_may_come_with_a_time_or_not_at_all(written: str | None, day: date | None) -> None:
    people = readable(await answering([{**GOOD, "dateOfBirth": written}]).prisoner_search.people([JOHN]))

    assert people[JOHN].date_of_birth == day


async def test_fields_may_be_null_or_absent() -> None:
    bare = {name: GOOD[name] for name in ("prisonerNumber", "firstName", "lastName")}
    nulls = dict.fromkeys(
        ("middleNames", "gender", "ethnicity", "nationality", "pncNumber", "croNumber", "category", "prisonId")
    )

    without = readable(await answering([bare]).prisoner_search.people([JOHN]))
    with_nulls = readable(await answering([{**bare, **nulls}]).prisoner_search.people([JOHN]))

    assert without == with_nulls
    assert (without[JOHN].agency_id, without[JOHN].category) == (None, None)


async def test_numbers_pass_where_text_was_agreed() -> None:
    row = {"prisonerNumber": "a1001aa", "firstName": "JOHN", "lastName": "SMITH", "category": 7, "croNumber": 12}

    people = readable(await answering([row]).prisoner_search.people([JOHN]))

    assert people[JOHN].cro_number == "12"
    assert people[JOHN].category == PrisonerCategory("7", "7")


async def test_empty_text_is_no_value() -> None:
    row = {"prisonerNumber": "A1001AA", "firstName": "JOHN", "lastName": "SMITH", "category": " ", "pncNumber": ""}

    person = readable(await answering([row]).prisoner_search.people([JOHN]))[JOHN]

    assert (person.category, person.pnc_number, person.first_names) == (None, None, "John")
