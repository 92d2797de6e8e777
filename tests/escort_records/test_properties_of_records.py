"""Any sequence of answers ends where a plain recomputation from the last answers ends.

The plain version below is written from the forms alone: it knows of the rules' modules nothing but their results.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.answers import (
    Answer,
    FieldAnswer,
    Item,
    ItemField,
    ItemsAnswer,
    OptionAnswer,
    OptionsAnswer,
    TextAnswer,
)
from gateway.domain.escort_records import EscortRecordStatus, SectionStatus
from gateway.domain.questions import Question, QuestionSet, QuestionType
from gateway.policies.escort_records.applying import applicable
from gateway.policies.escort_records.flags import flags_of
from gateway.policies.escort_records.missing import missing
from gateway.policies.escort_records.progress import section_progress, status_of
from gateway.policies.escort_records.recording import Given, given_problems, record
from tests.escort_records.answering import PER, TODAY, YOUTH, chosen, field_answer

NIGHTLY: Final = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def some(examples: int) -> settings:
    """Try so many examples, and a hundred times as many each night."""
    return settings(max_examples=examples * (100 if NIGHTLY else 1))


@st.composite
def answers(draw: st.DrawFn, asked: Question) -> Answer:
    if asked.type is QuestionType.ITEMS:
        items = draw(st.integers(1, 3))
        return ItemsAnswer(
            tuple(
                Item(tuple(ItemField(field.key, draw(field_answers(field))) for field in asked.item_questions))
                for _ in range(items)
            )
        )
    return draw(field_answers(asked))


@st.composite
def field_answers(draw: st.DrawFn, asked: Question) -> FieldAnswer:
    if asked.type is QuestionType.RADIO:
        # The first option is the one that most often reveals something.
        return chosen(asked.options[0] if draw(st.booleans()) else draw(st.sampled_from(asked.options)))
    if asked.type is QuestionType.CHECKBOX:
        least = 1 if asked.required else 0
        return OptionsAnswer(
            tuple(
                chosen(option) for option in draw(st.lists(st.sampled_from(asked.options), min_size=least, unique=True))
            )
        )
    return field_answer(asked)


@st.composite
def steps(draw: st.DrawFn, asked: QuestionSet) -> list[tuple[str, Answer]]:
    """Draw answers in the order in which authors give them: most often to what reveals others."""
    questions = list(asked.questions())
    gates = [question for question in questions if any(option.follow_ups for option in question.options)]
    hanging = [question for question in questions if question.depends_on is not None]
    pool = questions + 4 * gates + 2 * hanging
    return [(question.key, draw(answers(question))) for question in draw(st.lists(st.sampled_from(pool), max_size=40))]


def plain_selects(answer: Answer | None, option: str) -> bool:
    if isinstance(answer, OptionAnswer):
        return answer.option == option
    return isinstance(answer, OptionsAnswer) and option in [one.option for one in answer.options]


def plain_clear(asked: QuestionSet, held: dict[str, Answer]) -> None:
    """Wipe, over and over, whatever hangs on an answer that is not there."""
    before = -1
    while before != len(held):
        before = len(held)
        for question in asked.questions():
            on = question.depends_on
            if on is not None and not plain_selects(held.get(on.question_key), on.option):
                held.pop(question.key, None)


def plain_counts(asked: QuestionSet, held: Mapping[str, Answer]) -> dict[Any, tuple[int, int]]:
    counts = {section.key: (0, 0) for section in asked.sections}
    for question in asked.questions():
        on = question.depends_on
        if on is None or plain_selects(held.get(on.question_key), on.option):
            answered, outstanding = counts[question.section]
            there = question.key in held
            counts[question.section] = (answered + there, outstanding + (not there))
    return counts


def plain_flags(asked: QuestionSet, held: Mapping[str, Answer]) -> set[tuple[str, str]]:
    found = set()
    for question in asked.questions():
        given = [(question, held.get(question.key))]
        answer = held.get(question.key)
        if isinstance(answer, ItemsAnswer):
            given = [(field, item.field(field.key)) for item in answer.items for field in question.item_questions]
        for one, value in given:
            for option in one.options:
                if plain_selects(value, option.value):
                    found |= {(one.key, flag.key) for flag in option.flags}
    return found


def check(asked: QuestionSet, sequence: Sequence[tuple[str, Answer]]) -> None:
    held: dict[str, Answer] = {}
    plain: dict[str, Answer] = {}
    responded: frozenset[str] = frozenset()
    for key, answer in sequence:
        step = [Given(key, answer)]
        if given_problems(asked, held, step, today=TODAY):
            # Nothing else is wrong with these answers than that their question is not asked at present.
            question = asked.question(key)
            assert question is not None
            assert question not in applicable(asked, held)
            continue
        made = record(asked, held, responded, step)
        plain[key] = answer
        there = set(plain)
        plain_clear(asked, plain)
        assert set(made.cleared) == there - set(plain)
        held, responded = dict(made.answers), made.responded
    assert responded == set(held) == set(plain)
    assert {key: options(answer) for key, answer in held.items()} == {
        key: options(answer) for key, answer in plain.items()
    }
    sections = section_progress(asked, held, responded)
    counts = plain_counts(asked, plain)
    assert {one.key: (one.answered, one.outstanding) for one in sections} == counts
    assert status_of(sections) is plain_status(counts)
    assert {(flag.question, flag.key) for flag in flags_of(asked, held, responded)} == plain_flags(asked, plain)
    assert len(missing(asked, held, responded)) == sum(outstanding for _, outstanding in counts.values())


def options(answer: Answer) -> object:
    """Forget the order of options, which recording settles."""
    return frozenset(answer.options) if isinstance(answer, OptionsAnswer) else type(answer)


def plain_status(counts: Mapping[Any, tuple[int, int]]) -> EscortRecordStatus:
    if not any(outstanding for _, outstanding in counts.values()):
        return EscortRecordStatus.COMPLETED
    return EscortRecordStatus.IN_PROGRESS if any(n for n, _ in counts.values()) else EscortRecordStatus.UNSTARTED


@some(100)
@given(steps(PER))
def test_any_sequence_of_answers_ends_where_the_last_answers_say(sequence: list[tuple[str, Answer]]) -> None:
    check(PER, sequence)


@some(30)
@given(steps(YOUTH))
def test_so_it_does_for_a_youth_risk_assessment(sequence: list[tuple[str, Answer]]) -> None:
    check(YOUTH, sequence)


@some(8)
@given(st.data())
def test_whoever_answers_what_is_missing_comes_to_the_end(data: st.DataObject) -> None:
    """However the answers are, nobody is led in a circle: each answer may reveal more, and there is an end."""
    asked = data.draw(st.sampled_from((PER, YOUTH)))
    held: dict[str, Answer] = {}
    responded: frozenset[str] = frozenset()
    for _ in range(len(list(asked.questions()))):
        open_ones = missing(asked, held, responded)
        if not open_ones:
            break
        one = data.draw(st.sampled_from(open_ones)).question
        step = [Given(one.key, data.draw(answers(one)))]
        assert given_problems(asked, held, step, today=TODAY) == []
        made = record(asked, held, responded, step)
        assert made.cleared == ()
        held, responded = dict(made.answers), made.responded
    sections = section_progress(asked, held, responded)
    assert {one.status for one in sections} == {SectionStatus.COMPLETED}
    assert status_of(sections) is EscortRecordStatus.COMPLETED


@some(50)
@given(steps(PER))
def test_in_whatever_order_answers_are_given_together(sequence: list[tuple[str, Answer]]) -> None:
    """All at once, an answer to each question: what stays is what applies under all of them, in any order."""
    together = {key: answer for key, answer in sequence if PER.question(key) in applicable(PER, dict(sequence))}
    given_all = [Given(key, answer) for key, answer in together.items()]
    assert given_problems(PER, {}, given_all, today=TODAY) == []
    made = record(PER, {}, (), given_all)
    assert made == record(PER, {}, (), given_all[::-1])
    assert made.responded == set(together)
    assert not any(isinstance(answer, TextAnswer) and not answer.text for answer in made.answers.values())
