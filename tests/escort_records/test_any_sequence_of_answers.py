"""Any sequence of answers, by several authors, one after the other or at once, ends where a plain recomputation ends.

Each author sends the versions that they saw when they last looked. No answer is lost: one that is overwritten was seen
by whoever did, and all else is a CONFLICT.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from copy import deepcopy
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from gateway.domain.questions import DetailsNeed, Question, QuestionType
from tests.booking.bed import NURSE, OCA, OFFICER, Bed, a_bed
from tests.escort_records.making import booked, shown
from tests.escort_records.plain_model import ASKED, REVIEWED, Given, Held, Record, Said
from tests.support.record_answers import whole
from tests.support.records import CONFIRM, RECORD, START
from tests.support.worlds import TODAY

NIGHTLY: Final = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"

WHO: Final = {"officer": OFFICER, "oca": OCA, "nurse": NURSE}
OFTEN: Final = (
    "held-separately",
    "risk-from-other-people",
    "risk-to-other-people",
    "indication-of-self-harm-or-suicide",
    "history-of-self-harm",
    "history-of-self-harm-recency",
    "history-of-self-harm-method",
    "health-issues",
    "physical-health-needs",
    "travelling-with-child",
    "child-full-name",
    "pregnant",
    "arsonist",
    "current-offences",
    "property-in-possession",
)
HEALTH: Final = tuple(key for key in OFTEN if ASKED[key].section.name == "HEALTH")
SECTIONS: Final = ("RISK", "OFFENCE", "HEALTH", "PROPERTY")


def _option(question: Question, number: int) -> dict[str, str]:
    option = question.options[number % len(question.options)]
    needs = option.details in {DetailsNeed.REQUIRED, DetailsNeed.REQUIRED_UNLESS_NOMIS}
    return {"option": option.value, **({"details": f"As told, {number}."} if needs else {})}


def said_of(key: str, number: int) -> Said:
    """Say one thing or another about a question."""
    question = ASKED[key]
    match question.type:
        case QuestionType.RADIO:
            return _option(question, number)
        case QuestionType.CHECKBOX:
            if not question.required and number % 3 == 0:
                return {"options": []}
            return {"options": [_option(question, number % 4)]}
        case _ if key == "child-date-of-birth":
            return {"text": f"2025-01-0{1 + number % 4}"}
        case _:
            return {"text": f"Said in words, {number % 4}."}


answers = st.lists(
    st.tuples(st.sampled_from(OFTEN), st.integers(0, 7), st.sampled_from(["seen", "seen", "seen", "none", "review"])),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one[0],
)
authors = st.sampled_from(sorted(WHO))


class AnySequence(RuleBasedStateMachine):
    backend = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.bed: Bed = self.wait(self.stack.enter_async_context(a_bed(backend=self.backend)))
        self.model = Record()
        self.views: dict[str, dict[str, int]] = {}
        self.record_id = ""

    def wait(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        try:
            if self.record_id:
                self.agrees()
        finally:
            self.wait(self.stack.aclose())
            self.wait(self.loop.shutdown_asyncgens())
            self.loop.close()

    @initialize(copied=st.booleans())
    def start(self, copied: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        if copied:
            self._confirmed_one()
        day = (TODAY + timedelta(days=2)).isoformat()
        payload = self.wait(self._start(day))
        self.record_id = payload["personEscortRecord"]["id"]
        record = self.wait(shown(self.bed, self.record_id))
        for section in record["sections"]:
            for one in section["responses"]:
                if one["needsReview"]:
                    self.model.held[one["question"]["key"]] = Held(_as_said(one["answer"]), one["version"])
        assert bool(record["prefilledFrom"]) is copied
        for who in WHO:
            self.views[who] = {key: held.version for key, held in self.model.held.items()}

    async def _start(self, day: str) -> dict[str, Any]:
        return await self.bed.change(START, OFFICER, moveId=await booked(self.bed, date=day))

    def _confirmed_one(self) -> None:
        payload = self.wait(self._start((TODAY + timedelta(days=1)).isoformat()))
        record_id = payload["personEscortRecord"]["id"]
        told = [
            {"questionKey": key, **said_of(key, 0)}
            for key in ("held-separately", "risk-from-other-people", "risk-to-other-people", "health-issues")
        ]
        told += [{"questionKey": key, **said_of(key, 1)} for key in ("physical-health-needs", "mental-health-needs")]
        keys = {one["questionKey"] for one in told}
        everything = [*told, *(one for one in whole() if one["questionKey"] not in keys)]
        for query, given in ((RECORD, {"responses": everything}), (CONFIRM, {})):
            assert self.wait(self.bed.change(query, OFFICER, id=record_id, **given))["problems"] == []

    @rule(who=authors)
    def look(self, who: str) -> None:
        record = self.wait(shown(self.bed, self.record_id, WHO[who]))
        self.views[who] = {
            one["question"]["key"]: one["version"] for section in record["sections"] for one in section["responses"]
        }

    @rule(who=authors, drawn=answers)
    def answer(self, who: str, drawn: list[tuple[str, int, str]]) -> None:
        given = self._given(who, drawn)
        found = self.wait(self._send(who, given))
        assert found == self.model.answer(given)

    @rule(first=authors, drawn=answers, second=authors, others=answers)
    def answer_at_once(
        self, first: str, drawn: list[tuple[str, int, str]], second: str, others: list[tuple[str, int, str]]
    ) -> None:
        """Two at the same moment end as one after the other, in one order or the other."""
        pair = ((first, self._given(first, drawn)), (second, self._given(second, others)))
        found = self.wait(_both(*(self._send(who, given) for who, given in pair)))
        possible = []
        for order in ((0, 1), (1, 0)):
            model = deepcopy(self.model)
            outcomes = {number: model.answer(pair[number][1]) for number in order}
            possible.append(([outcomes[0], outcomes[1]], model))
        fitting = [model for outcomes, model in possible if outcomes == found]
        assert fitting
        if len(fitting) > 1 and fitting[0].held != fitting[1].held:
            stands = self.wait(shown(self.bed, self.record_id))
            fitting = [model for model in fitting if _agrees(model, stands)]
        self.model = fitting[0]

    @rule(who=st.sampled_from(["officer", "oca"]))
    def answer_what_is_left(self, who: str) -> None:
        left = self.model.outstanding()
        if not left or self.model.confirmed:
            return
        easy = {one["questionKey"]: one for one in whole()}
        given = [
            Given(
                key,
                {name: part for name, part in easy[key].items() if name != "questionKey"}
                if key in easy
                else said_of(key, 1),
                self.model.held[key].version,
            )
            for key in left
            if not ASKED[key].item_questions
        ]
        assert self.wait(self._send(who, given)) == self.model.answer(given)

    @rule()
    def confirm(self) -> None:
        payload = self.wait(self.bed.change(CONFIRM, OFFICER, id=self.record_id))
        if self.model.confirmed:
            assert [one["code"] for one in payload["problems"]] == ["LOCKED"]
            return
        assert [one["field"][-1] for one in payload["problems"]] == self.model.outstanding()
        self.model.confirmed = not payload["problems"]

    def _given(self, who: str, drawn: list[tuple[str, int, str]]) -> list[Given]:
        allowed = [one for one in drawn if who != "nurse" or one[0] in HEALTH] or [("pregnant", drawn[0][1], "seen")]
        return [
            Given(key, REVIEWED if how == "review" else said_of(key, number), self._seen(who, key, how))
            for key, number, how in allowed
        ]

    def _seen(self, who: str, key: str, how: str) -> int | None:
        return None if how == "none" else self.views[who][key]

    async def _send(self, who: str, given: list[Given]) -> set[tuple[str, str]]:
        responses = [one.as_input() for one in given]
        payload = await self.bed.change(RECORD, WHO[who], id=self.record_id, responses=responses)
        return {
            (one["code"], one["field"][2] if one["field"][1] == "responses" else one["field"][1])
            for one in payload["problems"]
        } - _said_twice(payload)

    def agrees(self) -> None:
        record = self.wait(shown(self.bed, self.record_id))
        assert _agrees(self.model, record)
        assert record["status"] == self.model.status()
        for section, key in zip(record["sections"], SECTIONS, strict=True):
            told = (section["status"], section["answered"], section["outstanding"])
            assert told == self.model.progress(key)
        assert {(one["key"], one["question"]) for one in record["flags"]} == self.model.flags()


def _said_twice(payload: dict[str, Any]) -> set[tuple[str, str]]:
    """Leave out that an answer is needed where there was nothing to review: that is said as well."""
    return {("REQUIRED", one["field"][2]) for one in payload["problems"] if one["field"][-1] == "reviewed"}


async def _both(*work: Any) -> list[set[tuple[str, str]]]:
    return list(await asyncio.gather(*work))


def _agrees(model: Record, record: dict[str, Any]) -> bool:
    return all(
        (_as_said(one["answer"]), one["version"], one["respondedAt"] is not None, one["applies"])
        == (held.said, held.version, held.responded, model.applies(one["question"]["key"]))
        for section in record["sections"]
        for one in section["responses"]
        for held in [model.held[one["question"]["key"]]]
    )


def _as_said(answer: dict[str, Any] | None) -> Said | None:
    """Give an answer as it was sent."""
    if answer is None:
        return None
    if answer["option"] is not None:
        return _stripped(answer["option"])
    if answer["options"] is not None:
        return {"options": [_stripped(one) for one in answer["options"]]}
    return {"text": answer["text"]}


def _stripped(option: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in option.items() if part is not None}


class AnySequenceOnPostgreSQL(AnySequence):
    backend = "postgresql"


def _case(machine: type[AnySequence], examples: int) -> Callable[[], None]:
    machine.TestCase.settings = settings(
        max_examples=examples * (40 if NIGHTLY else 1), stateful_step_count=20, deadline=None
    )
    return machine.TestCase("runTest").runTest


def test_any_sequence_of_answers() -> None:
    _case(AnySequence, 10)()


@pytest.mark.slow
def test_any_sequence_of_answers_on_postgresql() -> None:
    _case(AnySequenceOnPostgreSQL, 6)()
