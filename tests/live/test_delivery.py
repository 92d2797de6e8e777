"""What is told to whom: all of it, in order, and nothing that is not theirs to see."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
import sqlalchemy as sa

from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.events import EventClassification
from gateway.store.tables import access_log
from tests.booking.bed import COURT, MOORLAND, OCA, OFFICER, PMU, READER, WANDSWORTH
from tests.booking.reporting import with_record
from tests.booking.test_changing_moves import APPROVE, IN_TWO_DAYS, REDIRECT, REJECT, booked
from tests.live.clients import Socket
from tests.live.serving import Served, a_served_bed
from tests.support.estate_builders import a_person, an_account
from tests.support.worlds import token_for

pytestmark = pytest.mark.anyio

PEOPLE: Final = """
subscription People($after: Cursor) {
  moveUpdates(after: $after) { cursor event { type } move { reference person { lastName } } }
}
"""
ALERTS: Final = "subscription($after: Cursor) { welfareAlerts(after: $after) { cursor event { type notes } } }"
CURSOR_OF: Final = "query($id: ID!) { move(id: $id) { events { nodes { cursor type } } } }"


async def told(socket: Socket, count: int) -> list[str]:
    """Give the types of the next updates; a move that is gone counts as one."""
    found = [await socket.next() for _ in range(count)]
    return ["gone" if one["goneId"] else one["event"]["type"] for one in found]


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
async def test_whoever_comes_back_misses_nothing_and_has_nothing_twice(backend: str) -> None:
    async with a_served_bed(backend) as here:
        async with here.socket() as socket:
            await socket.subscribe()
            move_id = await here.book()
            last = (await socket.next())["cursor"]
        for agency in ("WSTMC", "LEEDCC", "WSTMC"):
            await here.send_elsewhere(move_id, agency)
        for method in ("GET", "POST"):
            async with here.events(method=method, variables={"after": last}) as stream:
                got = [await stream.next() for _ in range(3)]
                assert [value["event"]["type"] for _, value in got] == ["MoveRedirect"] * 3
                assert [id_ for id_, _ in got] == [value["cursor"] for _, value in got]
        async with here.socket() as socket:
            await socket.subscribe(variables={"after": last})
            cursors = [(await socket.next())["cursor"] for _ in range(3)]
            assert cursors == [id_ for id_, _ in got], "and every one has its own cursor for good"
            await here.book("A1102AA")
            assert await told(socket, 1) == ["MoveRequested"]


async def test_only_what_is_theirs_to_see_is_told(here: Served) -> None:
    tokens = {"officer": OFFICER, "court": COURT, "moorland": MOORLAND, "pmu": PMU, "wandsworth": WANDSWORTH}
    expected: Mapping[str, list[str]] = {
        "officer": ["MoveProposed", "MoveRequested", "MoveApprove"],
        "pmu": ["MoveProposed", "MoveRequested", "MoveApprove"],
        "court": ["MoveRequested"],
        "moorland": ["MoveProposed", "MoveApprove"],
        "wandsworth": [],
    }
    start = await here.cursor()
    proposed = await booked(here.bed, OCA)
    await here.book()
    await here.bed.change(APPROVE, PMU, id=proposed["id"], date=IN_TWO_DAYS)
    for name, token in tokens.items():
        async with here.socket(token) as socket:
            await socket.subscribe(variables={"after": start})
            assert await told(socket, len(expected[name])) == expected[name]
            await here.until(
                lambda: all(group.position == here.streams.backend.log.head for group in here.streams.groups)
            )
            await socket.send(type="ping")
            assert (await socket.receive())["type"] == "pong", "and nothing else"


async def test_a_move_that_leaves_somebodys_sight_is_announced_by_its_id_alone(here: Served) -> None:
    async with here.socket(COURT) as court, here.socket() as officer:
        for socket in (court, officer):
            await socket.subscribe()
        move_id = await here.book()
        before = await court.next()
        await here.send_elsewhere(move_id)
        gone = await court.next()
        assert {**gone, "cursor": None} == {"cursor": None, "goneId": move_id, "event": None, "move": None}
        assert await told(officer, 2) == ["MoveRequested", "MoveRedirect"]
        # Once it has left, nothing more is told of it; and whoever was away hears the same.
        await here.tell(move_id)
        await here.book("A1102AA")
        assert await told(court, 1) == ["MoveRequested"]
        async with here.socket(COURT) as late:
            await late.subscribe(variables={"after": before["cursor"]})
            assert await told(late, 2) == ["gone", "MoveRequested"]


async def test_a_move_that_never_was_in_sight_is_not_announced_as_gone(here: Served) -> None:
    """A proposal is its sender's until it is approved, and where it would have gone never hears of it."""
    async with here.socket(MOORLAND) as moorland:
        await moorland.subscribe()
        move = await booked(here.bed, OCA)
        rejected = await here.bed.change(
            REJECT, PMU, id=move["id"], reason="NO_SPACE_AT_RECEIVING_PRISON", comment="Full until March."
        )
        assert rejected["problems"] == []
        second = await booked(here.bed, OCA, prisonNumber="A1002AA")
        await here.bed.change(APPROVE, PMU, id=second["id"], date=IN_TWO_DAYS)
        update = await moorland.next()
        assert update["move"]["id"] == second["id"]


def send_the_officer_to_wandsworth(here: Served) -> None:
    """Take Leeds from its officer in NOMIS, and let a minute pass."""
    nomis = here.bed.nomis
    nomis.account_list = (
        an_account("LEEDS_OFFICER", "PECS_PRISON", caseloads=("WWI",)),
        *(one for one in nomis.account_list if one.username != "LEEDS_OFFICER"),
    )
    here.bed.gateway.nomis_house.move_in(nomis)
    here.bed.gateway.clock.advance(timedelta(seconds=61))


async def test_a_caseload_that_is_taken_away_stops_the_next_event(here: Served) -> None:
    async with here.socket() as socket, here.socket(PMU) as pmu:
        await socket.subscribe()
        await pmu.subscribe()
        move_id = await here.book()
        first = await socket.next()
        send_the_officer_to_wandsworth(here)
        await here.tell(move_id)
        gone = await socket.next()
        assert (gone["goneId"], gone["move"], gone["cursor"]) == (move_id, None, first["cursor"])
        assert len(await told(pmu, 2)) == 2
        # From now on it is Wandsworth's moves that they see, from the same place in the log.
        assert [group.viewer.agencies for group in here.streams.groups if group.viewer.username == "LEEDS_OFFICER"] == [
            frozenset({"WWI"})
        ]


@pytest.mark.parametrize("asked_meanwhile", [False, True])
async def test_what_was_lost_during_an_absence_is_announced_on_return(here: Served, *, asked_meanwhile: bool) -> None:
    """Whether the gateway comes to know of it by the return itself, or by something else that they ask before."""
    async with here.socket() as socket:
        await socket.subscribe()
        move_id = await here.book()
        first = await socket.next()
    send_the_officer_to_wandsworth(here)
    if asked_meanwhile:
        assert await here.bed.ask("query($id: ID!) {move(id: $id) {id}}", OFFICER, {"id": move_id}) == {"move": None}
        here.bed.gateway.clock.advance(timedelta(seconds=61))
    async with here.socket() as again:
        await again.subscribe(variables={"after": first["cursor"]})
        gone = await again.next()
        assert (gone["goneId"], gone["move"], gone["event"]) == (move_id, None, None)
    async with here.events(variables={"after": first["cursor"]}) as stream:
        assert (await stream.next())[1]["goneId"] == move_id


@pytest.mark.parametrize("asked_meanwhile", [False, True])
async def test_what_came_about_after_the_loss_is_never_announced(here: Served, *, asked_meanwhile: bool) -> None:
    """An id alone tells that there is something: of what was booked or sent there since, nobody may hear."""
    async with here.socket() as socket:
        await socket.subscribe()
        old = await here.book()
        elsewhere = await booked(
            here.bed,
            MOORLAND,
            fromLocationId=here.place("MDI"),
            prisonNumber="A2001AA",
            toLocationId=here.place("WSTMC"),
        )
        first = await socket.next()
    send_the_officer_to_wandsworth(here)
    if asked_meanwhile:
        await here.bed.ask("{viewer {username}}", OFFICER)
    await booked(here.bed, OCA, prisonNumber="A1102AA")
    await here.bed.change(REDIRECT, PMU, id=elsewhere["id"], toLocationId=here.place("LEI"))
    here.bed.gateway.clock.advance(timedelta(seconds=61))
    async with here.socket() as again:
        await again.subscribe(variables={"after": first["cursor"]})
        await booked(here.bed, WANDSWORTH, fromLocationId=here.place("WWI"), prisonNumber="A3001AA")
        gone: list[str] = []
        while (update := await again.next())["goneId"]:
            gone.append(update["goneId"])
        assert gone == [old]


async def test_whoever_was_away_and_lost_nothing_is_told_nothing_of_the_kind(here: Served) -> None:
    move_id = await here.book()
    start = await here.cursor()
    here.bed.gateway.clock.advance(timedelta(seconds=61))
    async with here.socket() as again:
        await again.subscribe(variables={"after": start})
        await here.tell(move_id)
        assert await told(again, 1) == ["MoveCrossSupplierDropOff"]


async def test_a_filter_narrows_and_never_widens(here: Served) -> None:
    start = await here.cursor()
    to_court, to_other = await here.book(), await here.book("A1102AA", toLocationId=here.place("WSTMC"))
    await here.send_elsewhere(to_court)
    wanted: list[tuple[dict[str, object], list[str]]] = [
        ({}, ["MoveRequested", "MoveRequested", "MoveRedirect"]),
        ({"moveIds": [to_other]}, ["MoveRequested"]),
        ({"moveIds": ["no move's id"]}, []),
        ({"moveIds": []}, []),
        ({"eventTypes": ["MoveRedirect"]}, ["MoveRedirect"]),
        ({"locationIds": [here.place("WSTMC")]}, ["MoveRequested", "MoveRequested", "MoveRedirect"]),
        # It was one of those until then, and whoever watches that court should hear that it is not coming.
        ({"locationIds": [here.place("LEEDCC")]}, ["MoveRedirect"]),
        ({"locationIds": [here.place("LEI")], "direction": "OUTGOING"}, ["MoveRequested"] * 2 + ["MoveRedirect"]),
        ({"locationIds": [here.place("LEI")], "direction": "INCOMING"}, []),
        ({"direction": "INCOMING"}, []),
        ({"statuses": ["COMPLETED"]}, []),
        ({"statuses": ["REQUESTED"], "moveIds": [to_court]}, ["MoveRequested", "MoveRedirect"]),
    ]
    async with here.socket() as socket:
        for number, (given, expected) in enumerate(wanted):
            await socket.subscribe(variables={"after": start, "filter": given}, under=str(number))
            for kind in expected:
                assert (await socket.next(under=str(number)))["event"]["type"] == kind
        await here.until(lambda: all(group.position == here.streams.backend.log.head for group in here.streams.groups))
        await socket.send(type="ping")
        assert (await socket.receive())["type"] == "pong", "nobody was told more than was expected"


async def test_welfare_alerts_leave_out_the_course_of_a_move(here: Served) -> None:
    async with here.socket() as socket:
        await socket.subscribe(ALERTS)
        move_id = await here.book()
        await here.tell(move_id, "PerMedicalAid", EventClassification.MEDICAL, "Unwell")
        assert (await socket.next())["event"]["notes"] == "Unwell"


async def test_a_dper_is_followed_by_those_who_see_it(here: Served) -> None:
    move_id = await here.book()
    record_id = await with_record(here.bed, move_id, EscortRecordStatus.COMPLETED)
    query = """
    subscription($id: ID!) {
      personEscortRecordChanged(id: $id) { cursor section goneId personEscortRecord { status } }
    }
    """
    async with here.socket(COURT) as court, here.socket(OFFICER) as officer, here.socket(WANDSWORTH) as stranger:
        await stranger.send(id="1", type="subscribe", payload={"query": query, "variables": {"id": record_id}})
        assert (await stranger.receive())["payload"][0]["extensions"]["code"] == "NOT_FOUND"
        for socket in (court, officer):
            await socket.send(id="1", type="subscribe", payload={"query": query, "variables": {"id": record_id}})
        await here.until(lambda: len(here.streams) == 2)
        await here.tell(move_id, "PerUpdated", section="risk")
        for socket in (court, officer):
            update = await socket.next()
            assert (update["section"], update["personEscortRecord"]) == ("RISK", {"status": "COMPLETED"})
        await here.send_elsewhere(move_id)
        gone = await court.next()
        assert (gone["goneId"], gone["personEscortRecord"]) == (record_id, None)


async def test_each_event_asks_anew(here: Served) -> None:
    async with here.socket() as socket:
        await socket.subscribe(PEOPLE)
        move_id = await here.book("A1001AA")
        assert (await socket.next())["move"]["person"] == {"lastName": "Vale-Aa"}
        here.bed.nomis.people_by_number["A1001AA"] = replace(a_person("A1001AA"), last_name="NEWNAME")
        await here.send_elsewhere(move_id)
        assert (await socket.next())["move"]["person"] == {"lastName": "Newname"}


async def test_those_who_see_the_same_share_one_run(here: Served) -> None:
    other = token_for("LEEDS_COLLEAGUE", "PECS_PRISON")
    here.bed.nomis.account_list += (an_account("LEEDS_COLLEAGUE", "PECS_PRISON", caseloads=("LEI",)),)
    here.bed.gateway.nomis_house.move_in(here.bed.nomis)
    async with here.socket() as one, here.socket() as two, here.socket(other) as three, here.socket(READER) as reader:
        for socket in (one, two, three, reader):
            await socket.subscribe(PEOPLE)
        await here.until(lambda: len(here.streams) == 4)
        assert len(here.streams.groups) == 2
        await here.bed.gateway.counts(here.bed.gateway.nomis)
        await here.book()
        await here.bed.gateway.counts(here.bed.gateway.nomis)  # the booking's own look at the person
        for socket in (one, two, three, reader):
            await socket.next()
        await here.bed.gateway.settle()
        async with here.bed.gateway.database.read() as conn:
            rows = await conn.execute(
                sa.select(access_log.c.username, access_log.c.subject_type).where(access_log.c.operation == "People")
            )
        assert sorted(rows.all()) == sorted(
            (who, what) for who in ("LEEDS_COLLEAGUE", "LEEDS_OFFICER", "READER") for what in ("Move", "Person")
        ), "once for each account, however many sockets it has"


async def test_nomis_being_down_costs_the_person_and_no_event(here: Served) -> None:
    async with here.socket() as socket:
        await socket.subscribe(PEOPLE)
        await here.bed.down("prisoner-search")
        move_id = await here.book()
        message = await socket.receive()
        assert message["payload"]["data"]["moveUpdates"]["move"]["person"] is None
        assert [one["extensions"]["code"] for one in message["payload"]["errors"]] == ["UPSTREAM_UNAVAILABLE"]
        await here.bed.down()
        assert move_id


async def test_a_cursor_of_an_event_is_one_of_the_log_for_whoever_sees_it(here: Served) -> None:
    move_id = await here.book()
    (event,) = (await here.bed.ask(CURSOR_OF, OFFICER, {"id": move_id}))["move"]["events"]["nodes"]
    await here.send_elsewhere(move_id)
    async with here.socket() as socket:
        await socket.subscribe(variables={"after": event["cursor"]})
        assert await told(socket, 1) == ["MoveRedirect"]
    async with here.socket(WANDSWORTH) as stranger:
        await stranger.subscribe(variables={"after": event["cursor"]})
        assert (await stranger.receive())["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_the_same_place_looks_different_each_time_it_is_given(here: Served) -> None:
    """Or equal cursors would tell that nothing happened in between, and unequal ones that something hidden did."""
    async with here.socket() as one, here.socket() as other:
        assert one.ack["cursor"] != other.ack["cursor"]
