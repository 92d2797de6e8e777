"""What a viewer may see ends in time, and what they looked at is written down."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Final

import pytest
import sqlalchemy as sa

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.ids import AgencyId, MoveId
from gateway.domain.moves import MoveStatus
from gateway.store.tables import access_log
from tests.scope.estates import NOBODY, NOWHERE, NUMBERS, PLACES, REGIONS, make_move, make_record, uid
from tests.scope.fields import global_id
from tests.scope.viewers import Who
from tests.support.estate_builders import a_person
from tests.support.stores import empty_store_url
from tests.support.worlds import Gateway, NomisSource, Stored, running_gateway, token_for

pytestmark = pytest.mark.anyio

LEEDS: Final = Who("LEEDS", ("PECS_PRISON",), caseloads=("LEI",))
OURS: Final = make_move(1, prison_number=NUMBERS[0], status=MoveStatus.BOOKED)
THEIRS: Final = make_move(2, prison_number=NUMBERS[1], from_agency=AgencyId("WWI"))
RECORD: Final = make_record(OURS, EscortRecordStatus.COMPLETED)
UNKNOWN: Final = MoveId(uid("move", "unknown"))


def source(caseloads: tuple[str, ...] = ("LEI",)) -> NomisSource:
    people = (a_person(NUMBERS[0], "WWI"), a_person(NUMBERS[1], "WWI"), a_person(NUMBERS[2], "LEI"))
    account = Who("LEEDS", LEEDS.roles, caseloads=caseloads).account()
    return NomisSource({one.prison_number: one for one in people}, (*PLACES.values(), *NOWHERE), (account,))


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    stored = Stored(moves=[(OURS, ()), (THEIRS, ())], records=[RECORD])
    async with (
        empty_store_url("sqlite") as url,
        running_gateway(url, nomis=source(), stored=stored, regions=REGIONS) as running,
    ):
        yield running


async def _count_of_moves(gateway: Gateway) -> object:
    return (await gateway.ask("{ moves { totalCount } }", LEEDS.token()))["data"]["moves"]["totalCount"]


async def test_a_caseload_that_is_taken_away_opens_nothing_after_a_minute(gateway: Gateway) -> None:
    assert await _count_of_moves(gateway) == 1
    gateway.nomis_house.move_in(source(caseloads=()))
    gateway.clock.advance(timedelta(seconds=59))
    assert await _count_of_moves(gateway) == 1
    gateway.clock.advance(timedelta(seconds=1))
    assert await _count_of_moves(gateway) == 0


async def test_a_caseload_that_is_given_opens_its_place_within_a_minute(gateway: Gateway) -> None:
    assert await _count_of_moves(gateway) == 1
    gateway.nomis_house.move_in(source(caseloads=("LEI", "WWI")))
    gateway.clock.advance(timedelta(seconds=60))
    assert await _count_of_moves(gateway) == 2


async def test_the_active_caseload_narrows_nothing(gateway: Gateway) -> None:
    gateway.nomis_house.move_in(source(caseloads=("LEI", "WWI")))
    chosen = await gateway.ask(
        'mutation { setActiveCaseload(input: {agencyId: "WWI"}) { viewer { activeCaseload { agencyId } } } }',
        LEEDS.token(),
    )
    assert chosen["data"]["setActiveCaseload"]["viewer"] == {"activeCaseload": {"agencyId": "WWI"}}
    assert await _count_of_moves(gateway) == 2


async def test_a_caseload_of_somebody_else_cannot_be_chosen(gateway: Gateway) -> None:
    asked = 'mutation {{ setActiveCaseload(input: {{agencyId: "{0}"}}) {{ viewer {{ name }} problems {{ code }} }} }}'
    answers = [await gateway.ask(asked.format(place), LEEDS.token()) for place in ("WWI", "NOWHERE")]
    assert (
        answers[0]
        == answers[1]
        == {"data": {"setActiveCaseload": {"viewer": None, "problems": [{"code": "NOT_FOUND"}]}}}
    )


async def test_sight_of_a_person_ends_with_the_day_after_in_london(gateway: Gateway) -> None:
    """The move is over once its 28 days are: at midnight in London, which in November is midnight in UTC."""
    query = f'{{ person(prisonNumber: "{NUMBERS[0]}") {{ id }} }}'
    gateway.clock.advance(timedelta(days=28, hours=14, minutes=29))
    shown = [await gateway.ask(query, _still_signed_in(gateway))]
    gateway.clock.advance(timedelta(minutes=1))
    shown.append(await gateway.ask(query, _still_signed_in(gateway)))
    assert [one["data"]["person"] is not None for one in shown] == [True, False]


def _still_signed_in(gateway: Gateway) -> str:
    return token_for("LEEDS", *LEEDS.roles, expires_at=gateway.clock() + timedelta(minutes=20))


async def _written(gateway: Gateway) -> Sequence[tuple[str, str, str, str | None]]:
    await gateway.settle()
    columns = (access_log.c.outcome, access_log.c.subject_type, access_log.c.subject_id, access_log.c.prison_number)
    async with gateway.database.read() as connection:
        rows = await connection.execute(sa.select(*columns).order_by(*columns))
    return [tuple(row) for row in rows]


async def test_what_is_handed_out_is_written_down(gateway: Gateway) -> None:
    await gateway.ask("{ moves { nodes { person { id } personEscortRecord { id } } } }", LEEDS.token())
    assert await _written(gateway) == [
        ("allowed", "Move", str(OURS.id), NUMBERS[0]),
        ("allowed", "Person", NUMBERS[0], NUMBERS[0]),
        ("allowed", "PersonEscortRecord", str(RECORD.id), NUMBERS[0]),
    ]


async def test_what_is_asked_for_by_name_and_withheld_is_written_down_as_refused(gateway: Gateway) -> None:
    """Hidden or unknown makes no difference to the answer, and none to the log."""
    unknown_record = uid("record", "unknown")
    query = f"""{{
        hidden: person(prisonNumber: "{NUMBERS[1]}") {{ id }}
        unknown: people(prisonNumbers: ["{NOBODY[0]}"]) {{ id }}
        move(id: "{global_id("Move", THEIRS.id)}") {{ id }}
        node(id: "{global_id("Move", UNKNOWN)}") {{ id }}
        personEscortRecord(id: "{global_id("PersonEscortRecord", unknown_record)}") {{ id }}
    }}"""
    await gateway.ask(query, LEEDS.token())
    assert await _written(gateway) == sorted(
        [
            ("refused", "Move", str(THEIRS.id), None),
            ("refused", "Move", str(UNKNOWN), None),
            ("refused", "Person", NOBODY[0], NOBODY[0]),
            ("refused", "Person", NUMBERS[1], NUMBERS[1]),
            ("refused", "PersonEscortRecord", str(unknown_record), None),
        ]
    )


async def test_what_a_list_leaves_out_is_not_written_down(gateway: Gateway) -> None:
    await gateway.ask("{ moves { totalCount nodes { id } } }", LEEDS.token())
    assert await _written(gateway) == [("allowed", "Move", str(OURS.id), NUMBERS[0])]


async def test_the_log_names_who_looked_and_in_which_request(gateway: Gateway) -> None:
    await gateway.raw(f'query LookUp {{ person(prisonNumber: "{NUMBERS[2]}") {{ id }} }}', LEEDS.token())
    await gateway.settle()
    columns = (access_log.c.username, access_log.c.client_id, access_log.c.operation, access_log.c.request_id)
    async with gateway.database.read() as connection:
        rows = [tuple(row) for row in await connection.execute(sa.select(*columns))]
    assert rows == [("LEEDS", "front-end", "LookUp", "the-same-each-time")]


async def test_a_user_whom_a_system_names_is_in_the_log_by_that_name(gateway: Gateway) -> None:
    system = Who("stranger-system", ("PECS_PRISON",), "machine", impersonated="LEEDS")
    await gateway.ask(f'{{ person(prisonNumber: "{NUMBERS[2]}") {{ id }} }}', system.token())
    await gateway.settle()
    columns = (access_log.c.username, access_log.c.client_id, access_log.c.outcome)
    async with gateway.database.read() as connection:
        rows = [tuple(row) for row in await connection.execute(sa.select(*columns))]
    assert rows == [("LEEDS", "stranger-system", "refused")]
