"""Questions to other systems that requests share: asked together, kept for seconds, and shown by nobody's leave but
the viewer's own."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from gateway.domain.errors import Upstream, UpstreamError, UpstreamMalformed, UpstreamTimeout
from gateway.services import shared_questions
from gateway.services.shared_questions import Manner, SharedQuestions
from tests.federated.estates import FEDERATED, OFFICER, a_day_at_leeds, all_counts
from tests.support.estate_builders import a_person, an_alert
from tests.support.worlds import NOW, TODAY, Clock, token_for

pytestmark = pytest.mark.anyio

COLLEAGUE = token_for("LEEDS_COLLEAGUE", "PECS_PRISON", "PECS_OCA")
STRANGER = token_for("HULL_OFFICER", "PECS_PRISON")
VARIABLES = {"first": 6, "day": TODAY.isoformat()}
FOR_EVER = 3600.0


async def turns_until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - what it waits for has no event of its own
        await asyncio.sleep(0)


@dataclass
class System:
    """Another system: what it was asked, and what it tells once it is let."""

    asked: list[Sequence[str]] = field(default_factory=list)
    fails: Exception | None = None
    malformed: frozenset[str] = frozenset()
    lets: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, keys: Sequence[str]) -> Mapping[str, str | UpstreamError]:
        self.asked.append(keys)
        number = len(self.asked)
        await self.lets.wait()
        if self.fails is not None:
            raise self.fails
        spoilt = {key: UpstreamMalformed(Upstream.NOMIS, "things") for key in keys if key in self.malformed}
        return {key: f"{key}{number}" for key in keys if key != "nobody"} | spoilt

    async def until(self, count: int) -> None:
        """Wait until it was asked so often."""
        await turns_until(lambda: len(self.asked) >= count)


def shared(system: System, clock: Clock | None = None, **manner: object) -> SharedQuestions[str, str]:
    return SharedQuestions(system.ask, Manner(**manner), clock or Clock())  # type: ignore[arg-type]  # as the test says


async def test_what_is_asked_in_one_moment_is_one_question() -> None:
    system = System()
    system.lets.set()
    questions = shared(system, wait_seconds=FOR_EVER)
    answers = await asyncio.gather(questions.ask(["a", "b"]), questions.ask(["b", "c"]), questions.ask(["nobody"]))
    assert [set(keys) for keys in system.asked] == [{"a", "b", "c", "nobody"}]
    assert list(answers) == [{"a": "a1", "b": "b1"}, {"b": "b1", "c": "c1"}, {}]


async def test_while_one_is_under_way_all_others_wait_for_its_end_and_go_together() -> None:
    """Nobody who is alone waits: however long one may wait at most, the first question is asked at once."""
    system = System()
    questions = shared(system, wait_seconds=FOR_EVER)
    first = asyncio.create_task(questions.ask(["a"]))
    await system.until(1)
    later = [asyncio.create_task(questions.ask([key])) for key in ("b", "a", "c")]
    for _ in range(5):
        await asyncio.sleep(0)
    assert system.asked == [["a"]]
    system.lets.set()
    assert await asyncio.gather(first, *later) == [{"a": "a1"}, {"b": "b2"}, {"a": "a2"}, {"c": "c2"}]
    assert [set(keys) for keys in system.asked] == [{"a"}, {"a", "b", "c"}]


async def test_nobody_waits_longer_than_they_may() -> None:
    system = System()
    questions = shared(system, wait_seconds=0.01)
    first = asyncio.create_task(questions.ask(["a"]))
    await system.until(1)
    second = asyncio.create_task(questions.ask(["b"]))
    await system.until(2)
    assert not first.done()
    system.lets.set()
    assert [await first, await second] == [{"a": "a1"}, {"b": "b2"}]


async def test_a_full_question_waits_for_nothing() -> None:
    system = System()
    questions = shared(system, wait_seconds=FOR_EVER)
    first = asyncio.create_task(questions.ask(["a"]))
    await system.until(1)
    many = [f"key {number}" for number in range(2 * shared_questions.MOST_KEYS + 1)]
    second = asyncio.create_task(questions.ask(many))
    await system.until(3)
    system.lets.set()
    await first
    assert len(await second) == len(many)
    assert [len(keys) for keys in system.asked] == [1, shared_questions.MOST_KEYS, shared_questions.MOST_KEYS, 1]


@pytest.mark.parametrize("joins", [True, False])
async def test_a_key_that_is_being_asked_for_is_joined_only_where_one_may(*, joins: bool) -> None:
    system = System()
    questions = shared(system, wait_seconds=0.001, joins=joins)
    first = asyncio.create_task(questions.ask(["a"]))
    await system.until(1)
    second = asyncio.create_task(questions.ask(["a", "b"]))
    await system.until(2)
    system.lets.set()
    assert [await first, await second] == [{"a": "a1"}, {"a": "a1" if joins else "a2", "b": "b2"}]
    assert [set(keys) for keys in system.asked] == [{"a"}, {"b"} if joins else {"a", "b"}]


async def test_one_who_leaves_takes_nobody_along() -> None:
    system = System()
    questions = shared(system, wait_seconds=FOR_EVER)
    one, other = (asyncio.create_task(questions.ask(["a", "b"])) for _ in range(2))
    await system.until(1)
    one.cancel()
    system.lets.set()
    assert await other == {"a": "a1", "b": "b1"}
    assert one.cancelled() or await asyncio.gather(one, return_exceptions=True)
    assert system.asked == [["a", "b"]]


async def test_a_failure_is_told_to_everybody_and_not_kept() -> None:
    system = System(fails=UpstreamTimeout(Upstream.NOMIS, "things"))
    system.lets.set()
    questions = shared(system, wait_seconds=FOR_EVER, keep=timedelta(seconds=30))
    failed = await asyncio.gather(questions.find(["a"]), questions.find(["b"]), return_exceptions=True)
    assert [type(one) for one in failed] == [UpstreamTimeout, UpstreamTimeout]
    system.fails = None
    assert await questions.find(["a"]) == {"a": "a2"}


async def test_of_what_is_kept_nobody_asks_again_until_it_is_too_old() -> None:
    system, clock = System(malformed=frozenset({"spoilt"})), Clock()
    system.lets.set()
    questions = shared(system, clock, keep=timedelta(seconds=30))
    await questions.find(["a", "nobody", "spoilt"])
    clock.advance(timedelta(seconds=14))
    found = await questions.find(["a", "nobody", "spoilt"])
    assert found["a"] == "a1"
    assert isinstance(found["spoilt"], UpstreamMalformed)
    assert system.asked == [["a", "nobody", "spoilt"], ["nobody", "spoilt"]]
    clock.advance(timedelta(seconds=16))
    assert await questions.find(["a"]) == {"a": "a3"}


async def test_what_is_asked_for_all_the_time_is_asked_anew_behind_an_answer() -> None:
    system, clock = System(), Clock()
    system.lets.set()
    questions = shared(system, clock, keep=timedelta(seconds=30))
    await questions.find(["a"])
    clock.advance(timedelta(seconds=15))
    assert await questions.find(["a"]) == {"a": "a1"}
    assert await questions.find(["a"]) == {"a": "a1"}  # which is being asked for already
    await system.until(2)
    await turns_until(lambda: questions.kept(["a"]) == {"a": "a2"})
    clock.advance(timedelta(seconds=16))  # the first would be too old by now
    assert questions.kept(["a"]) == {"a": "a2"}
    assert system.asked == [["a"], ["a"]]


async def test_a_failure_behind_an_answer_spoils_none_and_what_is_too_old_is_never_shown() -> None:
    system, clock = System(), Clock()
    system.lets.set()
    questions = shared(system, clock, keep=timedelta(seconds=30))
    await questions.find(["a"])
    clock.advance(timedelta(seconds=20))
    system.fails = UpstreamTimeout(Upstream.NOMIS, "things")
    assert await questions.find(["a"]) == {"a": "a1"}
    await system.until(2)
    clock.advance(timedelta(seconds=10))
    with pytest.raises(UpstreamTimeout):
        await questions.find(["a"])


async def test_a_clock_that_was_set_back_makes_nothing_last_longer() -> None:
    system, clock = System(), Clock()
    system.lets.set()
    questions = shared(system, clock, keep=timedelta(seconds=30))
    await questions.find(["a"])
    clock.advance(timedelta(hours=-1))
    assert await questions.find(["a"]) == {"a": "a2"}


async def test_the_oldest_go_once_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_questions, "MOST_KEPT", 2)
    system = System()
    system.lets.set()
    questions = shared(system, keep=timedelta(seconds=30))
    await questions.find(["a", "b"])
    await questions.find(["c"])
    assert set(questions.kept(["a", "b", "c"])) == {"b", "c"}


async def test_what_is_under_way_ends_with_the_application() -> None:
    system = System()
    questions = shared(system, wait_seconds=FOR_EVER)
    asked = asyncio.create_task(questions.ask(["a"]))
    await system.until(1)
    await questions.aclose()
    assert isinstance((await asyncio.gather(asked, return_exceptions=True))[0], asyncio.CancelledError)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_a_crowd_of_different_viewers_asks_upstreams_together(backend: str) -> None:
    """Each query is answered by itself and in its viewer's scope; only what it asks of others is shared."""
    async with a_day_at_leeds(6, backend=backend, coalesce_ms=1000) as day:
        tokens = [OFFICER, COLLEAGUE, day.stranger, STRANGER] * 4
        alone = [await day.gateway.ask(FEDERATED, token, VARIABLES) for token in tokens[:4]]
        for door in (day.gateway.nomis, *day.gateway.suppliers.values()):
            await day.gateway.switch(door, {"latencyMs": 100})
        await all_counts(day.gateway)
        answers = await asyncio.gather(*(day.gateway.ask(FEDERATED, token, VARIABLES) for token in tokens))
        counts = await all_counts(day.gateway)
    assert answers == alone * 4
    assert [len(one["data"]["moves"]["nodes"]) for one in alone] == [6, 6, 6, 0]
    assert max(count for routes in counts.values() for count in routes.values()) < 6


async def test_whoever_changed_something_sees_it_though_others_ask_for_the_same() -> None:
    query = "{ moves { nodes { journeys { number } } } }"
    async with a_day_at_leeds(1, coalesce_ms=1000) as day:
        await day.gateway.ask(query, OFFICER)
        legs = day.suppliers["geoamey"].legs_by_reference
        for reference, known in legs.items():
            legs[reference] = known[:1]
        answers = await asyncio.gather(*(day.gateway.ask(query, OFFICER) for _ in range(3)))
    assert [[len(node["journeys"]) for node in one["data"]["moves"]["nodes"]] for one in answers] == [[1]] * 3


async def test_what_is_kept_is_shown_to_others_and_says_when_it_was_told() -> None:
    query = "{ moves { nodes { person { prisonNumber provenance { fetchedAt } alerts { code { code } } } } } }"
    async with a_day_at_leeds(2, cache_people_seconds=30, cache_alerts_seconds=30) as day:
        first = await day.gateway.ask(query, OFFICER)
        await day.gateway.ask("{ viewer { username } }", COLLEAGUE)
        await all_counts(day.gateway)
        people = {number: a_person(number, alerts=(an_alert("XA", number=number),)) for number in day.numbers}
        day.gateway.nomis_house.move_in(replace(day.nomis, people_by_number=people))
        day.gateway.clock.advance(timedelta(seconds=10))
        second = await day.gateway.ask(query, COLLEAGUE)
        assert await all_counts(day.gateway) == {"nomis": {}, "geoamey": {}, "serco": {}}
        day.gateway.clock.advance(timedelta(seconds=20))
        third = await day.gateway.ask(query, COLLEAGUE)
    assert second == first
    nodes = third["data"]["moves"]["nodes"]
    assert {node["person"]["provenance"]["fetchedAt"] for node in nodes} == {
        (NOW + timedelta(seconds=30)).isoformat().replace("+00:00", "Z")
    }
    assert [len(node["person"]["alerts"]) for node in nodes] == [1, 1]


async def test_of_somebody_hidden_nothing_is_taken_from_what_is_kept() -> None:
    """Whether others look at a hidden person must not show in what an answer costs."""
    query = "query Find($number: PrisonNumber!) { person(prisonNumber: $number) { prisonNumber } }"
    async with a_day_at_leeds(1, cache_people_seconds=30, coalesce_ms=1000) as day:
        known = day.numbers[0]
        assert (await day.gateway.ask(query, OFFICER, {"number": known}))["data"]["person"]
        costs = []
        for number in (known, "Z9999ZZ"):
            await all_counts(day.gateway)
            await day.gateway.ask("{ viewer { username } }", STRANGER)
            await all_counts(day.gateway)
            assert (await day.gateway.ask(query, STRANGER, {"number": number}))["data"]["person"] is None
            costs.append(await all_counts(day.gateway))
    assert costs[0] == costs[1]
    assert costs[0]["nomis"] == {"POST /prisoner-search/prisoner-numbers": 1}
