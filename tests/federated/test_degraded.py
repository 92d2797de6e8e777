"""What is answered while another system does not."""

import importlib
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.store.tables import moves
from tests.federated.estates import FEDERATED, OFFICER, a_day_at_leeds
from tests.support.worlds import TODAY, token_for

pytestmark = pytest.mark.anyio

COUNT = "{ moves { totalCount } }"

VARIABLES = {"first": 10, "day": TODAY.isoformat()}


@pytest.mark.parametrize(
    "fault", [{"down": True}, {"status": 503}, {"status": 500, "html": True}, {"latencyMs": 60_000}]
)
async def test_without_nomis_moves_journeys_and_records_are_still_answered(fault: dict[str, object]) -> None:
    async with a_day_at_leeds(10, time_limit=0.5) as day:
        await day.gateway.switch(day.gateway.nomis, fault)
        began = time.monotonic()
        answer = await day.gateway.ask(FEDERATED, OFFICER, VARIABLES)
        took = time.monotonic() - began
    nodes = answer["data"]["moves"]["nodes"]
    assert len(nodes) == 10
    assert all(node["person"] is None for node in nodes)
    assert all(len(node["journeys"]) == 2 for node in nodes)
    assert all(node["personEscortRecord"]["status"] == "COMPLETED" for node in nodes)
    errors = answer["errors"]
    assert [error["path"] for error in errors] == [["moves", "nodes", n, "person"] for n in range(10)]
    assert {error["extensions"]["code"] for error in errors} == {"UPSTREAM_UNAVAILABLE"}
    assert {error["extensions"]["upstream"] for error in errors} == {"NOMIS"}
    assert all("NOMIS" in error["message"] for error in errors)
    # The limit, and room for a slow machine: what is ruled out is waiting for the sixty seconds.
    assert took < 20


async def test_without_alerts_people_are_still_answered() -> None:
    async with a_day_at_leeds(3) as day:
        await day.gateway.switch(day.gateway.nomis, {"service": "alerts", "down": True})
        answer = await day.gateway.ask(FEDERATED, OFFICER, VARIABLES)
    assert [node["person"]["alerts"] for node in answer["data"]["moves"]["nodes"]] == [None, None, None]
    assert all(node["person"]["lastName"] for node in answer["data"]["moves"]["nodes"])
    assert {error["extensions"]["resource"] for error in answer["errors"]} == {"alerts"}


JOURNEYS = """{
  moves { nodes {
    supplier { key }
    journeys { number provenance { system stale fetchedAt } }
    tracking { latitude provenance { stale } }
  } }
}"""


async def test_a_supplier_that_is_down_is_served_as_last_known_and_says_so() -> None:
    async with a_day_at_leeds(4) as day:
        live = await day.gateway.ask(JOURNEYS, OFFICER)
        assert {
            journey["provenance"]["stale"] for node in live["data"]["moves"]["nodes"] for journey in node["journeys"]
        } == {False}
        await day.gateway.app.state.platform.last_known.flush()
        await day.gateway.switch(day.gateway.suppliers["serco"], {"down": True})
        answer = await day.gateway.ask(JOURNEYS, OFFICER)
    assert "errors" not in answer
    stale = {
        node["supplier"]["key"]: {one["provenance"]["stale"] for one in node["journeys"]}
        | {node["tracking"]["provenance"]["stale"]}
        for node in answer["data"]["moves"]["nodes"]
    }
    assert stale == {"geoamey": {False}, "serco": {True}}
    assert all(len(node["journeys"]) == 2 for node in answer["data"]["moves"]["nodes"])


async def test_a_supplier_that_never_answered_leaves_its_moves_alone_without_journeys() -> None:
    async with a_day_at_leeds(4) as day:
        await day.gateway.switch(day.gateway.suppliers["serco"], {"down": True})
        answer = await day.gateway.ask("{moves {nodes {supplier {key} journeys {number}}}}", OFFICER)
    by_supplier = {node["supplier"]["key"]: node["journeys"] for node in answer["data"]["moves"]["nodes"]}
    assert by_supplier["serco"] is None
    assert len(by_supplier["geoamey"]) == 2
    assert {error["extensions"]["upstream"] for error in answer["errors"]} == {"SUPPLIER"}
    assert all("Serco" in error["message"] for error in answer["errors"])


async def test_what_one_supplier_told_is_never_served_as_anothers() -> None:
    """A supplier sees its own journeys alone, also of a move that it took over from another one."""
    async with a_day_at_leeds(1) as day:
        first = (await day.gateway.ask(JOURNEYS, OFFICER))["data"]["moves"]["nodes"][0]
        assert first["supplier"]["key"] == "geoamey"
        assert len(first["journeys"]) == 2
        await day.gateway.settle()
        async with day.gateway.database.transaction() as connection:
            await connection.execute(sa.update(moves).values(supplier="serco"))
        unknown = await day.gateway.ask(JOURNEYS, OFFICER)
        await day.gateway.switch(day.gateway.suppliers["serco"], {"down": True})
        untold = await day.gateway.ask(JOURNEYS, OFFICER)
    assert unknown == {"data": {"moves": {"nodes": [{"supplier": {"key": "serco"}, "journeys": [], "tracking": None}]}}}
    assert untold["data"]["moves"]["nodes"] == [{"supplier": {"key": "serco"}, "journeys": None, "tracking": None}]
    assert {error["extensions"]["code"] for error in untold["errors"]} == {"UPSTREAM_UNAVAILABLE"}


async def test_caseloads_outlive_an_outage_that_began_before_they_were_stale() -> None:
    async with a_day_at_leeds(2) as day:
        await day.gateway.switch(day.gateway.nomis, {"down": True})
        day.gateway.clock.advance(timedelta(minutes=5))
        answer = await day.gateway.ask("{moves {totalCount}}", OFFICER)
        assert answer == {"data": {"moves": {"totalCount": 2}}}


async def test_caseloads_that_nomis_refuses_to_tell_are_no_longer_served_as_last_known() -> None:
    """A refusal is an answer and no outage: what was known before opens nothing any more, in a later outage neither."""
    async with a_day_at_leeds(2) as day:
        assert (await day.gateway.ask(COUNT, OFFICER))["data"]["moves"]["totalCount"] == 2
        codes = []
        faults: list[dict[str, object]] = [{"status": 403}, {"down": True}]
        for fault in faults:
            day.gateway.clock.advance(timedelta(minutes=2))
            await day.gateway.switch(day.gateway.nomis, {"service": "prison-api", **fault})
            answer = await day.gateway.ask(COUNT, OFFICER)
            assert "data" not in answer
            codes.append(answer["errors"][0]["extensions"]["code"])
    assert codes == ["UPSTREAM_REJECTED", "UPSTREAM_UNAVAILABLE"]


async def test_someone_the_gateway_never_met_is_told_that_nomis_is_down() -> None:
    async with a_day_at_leeds(1) as day:
        await day.gateway.switch(day.gateway.nomis, {"down": True})
        response = await day.gateway.client.post(
            "/graphql",
            json={"query": "{moves {totalCount}}"},
            headers={"Authorization": f"Bearer {day.stranger}"},
        )
    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "UPSTREAM_UNAVAILABLE"
    assert "data" not in response.json()


async def test_an_outage_right_after_the_start_shuts_nobody_out_whose_caseloads_are_known() -> None:
    async with a_day_at_leeds(1) as day:
        asked = await day.gateway.counts(day.gateway.nomis)
        assert asked == {}
        await day.gateway.switch(day.gateway.nomis, {"service": "sign-in", "down": True})
        answer = await day.gateway.ask("{ moves { totalCount nodes { person { lastName } } } }", day.stranger)
    assert "errors" not in answer


async def test_one_person_who_cannot_be_read_costs_nobody_else_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_day_at_leeds(4) as day:
        bad = day.numbers[1]
        spoil(monkeypatch, "mocks.nomis.prisoner_search.search_payload", "prisonerNumber", bad, {"lastName": None})
        answer = await day.gateway.ask("{moves {nodes {person {prisonNumber lastName}}}}", OFFICER)
    shown = {node["person"]["prisonNumber"] for node in answer["data"]["moves"]["nodes"] if node["person"]}
    assert shown == set(day.numbers) - {bad}
    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"]["resource"]) == ("UPSTREAM_MALFORMED", "people")


async def test_whom_an_unreadable_person_is_hidden_from_learns_nothing_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_of_ours = token_for("WAKEFIELD_OFFICER", "PECS_PRISON")
    query = "query One($number: PrisonNumber!) {person(prisonNumber: $number) {prisonNumber}}"
    async with a_day_at_leeds(1) as day:
        (bad,) = day.numbers
        spoil(monkeypatch, "mocks.nomis.prisoner_search.search_payload", "prisonerNumber", bad, {"lastName": {}})
        seen = await day.gateway.ask(query, OFFICER, {"number": bad})
        hidden = await day.gateway.ask(query, nobody_of_ours, {"number": bad})
        unknown = await day.gateway.ask(query, nobody_of_ours, {"number": "Z9999ZZ"})
    assert seen["errors"][0]["extensions"]["code"] == "UPSTREAM_MALFORMED"
    assert hidden == unknown == {"data": {"person": None}}


async def test_alerts_of_one_person_that_cannot_be_read_cost_nobody_else_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with a_day_at_leeds(4) as day:
        bad = day.numbers[1]
        spoil(monkeypatch, "mocks.nomis.alerts.alert_payload", "prisonNumber", bad, {"isActive": True, "alertCode": {}})
        answer = await day.gateway.ask("{moves {nodes {person {prisonNumber alerts {comment}}}}}", OFFICER)
    people = [node["person"] for node in answer["data"]["moves"]["nodes"]]
    assert {person["prisonNumber"] for person in people if person["alerts"] is None} == {bad}
    assert [error["extensions"]["resource"] for error in answer["errors"]] == ["alerts"]


async def test_a_journey_that_cannot_be_read_leaves_what_was_last_known_of_its_move_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with a_day_at_leeds(4) as day:
        await day.gateway.ask(JOURNEYS, OFFICER)
        await day.gateway.app.state.platform.last_known.flush()
        bad = day.moves[0].reference
        spoil(monkeypatch, "mocks.supplier.tracking.journeys_payload", "moveReference", bad, {"journeys": [{}]})
        query = "{moves {nodes {reference journeys {number provenance {stale}}}}}"
        answer = await day.gateway.ask(query, OFFICER)
    assert "errors" not in answer
    stale = {
        node["reference"]: {one["provenance"]["stale"] for one in node["journeys"]}
        for node in answer["data"]["moves"]["nodes"]
    }
    assert stale == {move.reference: {move.reference == bad} for move in day.moves}


def spoil(monkeypatch: pytest.MonkeyPatch, payload: str, key: str, value: str, change: dict[str, object]) -> None:
    """Let a stand-in write one thing of its world as nobody agreed on."""
    module, _, name = payload.rpartition(".")
    written = getattr(importlib.import_module(module), name)

    def spoilt(*args: object) -> dict[str, object]:
        row: dict[str, object] = written(*args)
        return {**row, **change} if row[key] == value else row

    monkeypatch.setattr(payload, spoilt)
