"""Every question of both forms: that it is reached, each of its options, and every rule about its answer."""

from dataclasses import replace
from typing import Final

import pytest

from gateway.domain.answers import Answer, FieldAnswer, ItemsAnswer, OptionAnswer, OptionsAnswer, TextAnswer
from gateway.domain.problems import Problem, ProblemCode
from gateway.domain.questions import DetailsNeed, Option, Question, QuestionSet, QuestionType
from gateway.policies.escort_records.applying import applicable
from gateway.policies.escort_records.checking import LONGEST, LONGEST_DETAILS, MOST_ITEMS, answer_problems
from gateway.policies.escort_records.recording import Given, given_problems, record
from tests.escort_records.answering import PER, TODAY, YOUTH, answer_of, chosen, every, revealing, with_field

Case = tuple[QuestionSet, Question, Question | None]

CASES: Final[list[Case]] = [(asked, one, parent) for asked in (PER, YOUTH) for one, parent in every(asked)]
OPTIONS: Final = [(*case, option) for case in CASES for option in case[1].options]
TEXTS: Final = [case for case in CASES if case[1].type in {QuestionType.TEXT, QuestionType.TEXTAREA}]
CHECKBOXES: Final = [case for case in CASES if case[1].type is QuestionType.CHECKBOX]
LISTS: Final = [case for case in CASES if case[1].type is QuestionType.ITEMS]
FIELDS: Final = [case for case in CASES if case[2] is not None]


def _name(value: object) -> str:
    match value:
        case QuestionSet(kind=kind):
            return kind.value[:5]
        case Question(key=key):
            return key
        case Option(value=option):
            return option
        case _:
            return ""


def each(names: str, cases: list[tuple[object, ...]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(names, cases, ids=_name)


def problems(case: Case, given: FieldAnswer | None, *, nomis: bool = False) -> list[Problem]:
    """Record an answer to a question, within an item where it is a field of one, once it applies."""
    asked, one, parent = case
    top = parent or one
    answer: Answer | None = given if parent is None else with_field(parent, one.key, given)
    return given_problems(
        asked,
        revealing(asked, top),
        [Given(top.key, answer)],
        "input",
        "responses",
        today=TODAY,
        with_nomis={top.key} if nomis else (),
    )


def place(case: Case) -> tuple[str, ...]:
    """Say where problems of a question stand."""
    _, one, parent = case
    path = ("input", "responses")
    return (*path, one.key) if parent is None else (*path, parent.key, "items", "0", one.key)


def assert_one(case: Case, found: list[Problem], code: ProblemCode, *below: str) -> None:
    """Expect one problem, at the place of the question, which names it in words and by its key."""
    (problem,) = found
    assert (problem.code, problem.field) == (code, (*place(case), *below))
    assert f"'{case[1].text}' ({case[1].key})" in problem.message


def selecting(case: Case, *given: OptionAnswer) -> FieldAnswer:
    return given[0] if case[1].type is QuestionType.RADIO else OptionsAnswer(given)


def details_at(case: Case, option: str) -> tuple[str, ...]:
    return ("details",) if case[1].type is QuestionType.RADIO else ("options", option, "details")


@each("asked, one, parent", [*CASES])
def test_it_is_asked_once_it_is_revealed_and_an_answer_is_taken(
    asked: QuestionSet, one: Question, parent: Question | None
) -> None:
    top = parent or one
    before = revealing(asked, top)
    assert top in applicable(asked, before)
    given = [Given(top.key, answer_of(top))]
    assert given_problems(asked, before, given, today=TODAY) == []
    assert top.key in record(asked, before, before.keys(), given).responded


@each("asked, one, parent", [case for case in CASES if case[1].depends_on is not None])
def test_it_is_not_asked_and_not_taken_under_any_other_answer(
    asked: QuestionSet, one: Question, parent: Question | None
) -> None:
    assert parent is None
    assert one.depends_on is not None
    above = asked.question(one.depends_on.question_key)
    assert above is not None
    assert one not in applicable(asked, {})
    others = [option.value for option in above.options if option.value != one.depends_on.option]
    assert others
    for other in others:
        before = {**revealing(asked, one), above.key: answer_of(above, other)}
        assert one not in applicable(asked, before)
        (problem,) = given_problems(asked, before, [Given(one.key, answer_of(one))], "responses", today=TODAY)
        assert (problem.code, problem.field) == (ProblemCode.INVALID, ("responses", one.key))
        assert one.text in problem.message
        assert above.text in problem.message


@each("asked, one, parent, option", [*OPTIONS])
def test_an_option_is_chosen_and_reveals_its_follow_ups(
    asked: QuestionSet, one: Question, parent: Question | None, option: Option
) -> None:
    case = (asked, one, parent)
    assert problems(case, selecting(case, chosen(option))) == []
    if parent is None:
        before = revealing(asked, one)
        revealed = {
            found.key
            for found in applicable(asked, {**before, one.key: answer_of(one, option.value)})
            if found not in applicable(asked, before)
        }
        assert revealed == set(option.follow_ups)
    else:
        assert option.follow_ups == ()


@each("asked, one, parent, option", [*OPTIONS])
def test_details_of_an_option_are_given_left_out_and_refused_as_it_says(
    asked: QuestionSet, one: Question, parent: Question | None, option: Option
) -> None:
    case = (asked, one, parent)
    bare = selecting(case, OptionAnswer(option.value))
    at = details_at(case, option.value)
    match option.details:
        case DetailsNeed.NONE:
            assert_one(
                case, problems(case, selecting(case, OptionAnswer(option.value, "why"))), ProblemCode.INVALID, *at
            )
        case DetailsNeed.OPTIONAL:
            assert problems(case, bare) == []
            assert problems(case, selecting(case, OptionAnswer(option.value, "why"))) == []
        case DetailsNeed.REQUIRED:
            assert_one(case, problems(case, bare), ProblemCode.REQUIRED, *at)
            assert_one(case, problems(case, bare, nomis=True), ProblemCode.REQUIRED, *at)
        case DetailsNeed.REQUIRED_UNLESS_NOMIS:
            assert_one(case, problems(case, bare), ProblemCode.REQUIRED, *at)
            assert problems(case, bare, nomis=True) == []
    if option.details is not DetailsNeed.NONE:
        blank = selecting(case, OptionAnswer(option.value, " \n "))
        assert problems(case, blank) == problems(case, bare)
        for spoilt in ("a" * (LONGEST_DETAILS + 1), "a\x00b", "a\ud800"):
            given = selecting(case, OptionAnswer(option.value, spoilt))
            assert_one(case, problems(case, given), ProblemCode.INVALID, *at)


@each("asked, one, parent", [case for case in CASES if case[1].options])
def test_an_option_that_does_not_exist_is_refused(asked: QuestionSet, one: Question, parent: Question | None) -> None:
    case = (asked, one, parent)
    found = problems(case, selecting(case, OptionAnswer("no-such-option")))
    assert_one(case, found, ProblemCode.INVALID, "option" if one.type is QuestionType.RADIO else "options")
    assert all(option.value in found[0].message for option in one.options)


@each("asked, one, parent", [*CASES])
def test_an_answer_of_another_shape_is_refused(asked: QuestionSet, one: Question, parent: Question | None) -> None:
    case = (asked, one, parent)
    shapes: dict[QuestionType, FieldAnswer] = {
        QuestionType.RADIO: OptionAnswer("yes"),
        QuestionType.CHECKBOX: OptionsAnswer((OptionAnswer("yes"),)),
        QuestionType.TEXT: TextAnswer("words"),
    }
    own = QuestionType.TEXT if one.type is QuestionType.TEXTAREA else one.type
    for shape, given in shapes.items():
        if shape is not own:
            assert_one(case, problems(case, given), ProblemCode.INVALID)
    if parent is None and one.type is not QuestionType.ITEMS:
        found = answer_problems(one, ItemsAnswer(()), "input", "responses", today=TODAY)
        assert_one(case, found, ProblemCode.INVALID)


@each("asked, one, parent", [*CASES])
def test_no_answer_at_all_is_none(asked: QuestionSet, one: Question, parent: Question | None) -> None:
    case = (asked, one, parent)
    assert_one(case, problems(case, None), ProblemCode.REQUIRED)


@each("asked, one, parent", [*TEXTS])
def test_a_text_is_not_blank_nor_too_long_and_can_be_kept(
    asked: QuestionSet, one: Question, parent: Question | None
) -> None:
    case = (asked, one, parent)
    below = ("text",) if parent is None else ()
    assert_one(case, problems(case, TextAnswer(" \t\n")), ProblemCode.REQUIRED, *below)
    for spoilt in ("a" * (LONGEST[one.type] + 1), "NUL \x00", "half \udc00", "bell \x07"):
        assert_one(case, problems(case, TextAnswer(spoilt)), ProblemCode.INVALID, "text")
    fitting = replace(one, format=type(one.format).WORDS)
    assert answer_problems(fitting, TextAnswer("é\n\t" * (LONGEST[one.type] // 3)), today=TODAY) == []


@each("asked, one, parent", [*CHECKBOXES])
def test_options_are_chosen_all_together_but_none_of_them_twice(
    asked: QuestionSet, one: Question, parent: Question | None
) -> None:
    case = (asked, one, parent)
    assert problems(case, OptionsAnswer(tuple(chosen(option) for option in one.options))) == []
    first = chosen(one.options[0])
    assert_one(
        case, problems(case, OptionsAnswer((first, first))), ProblemCode.INVALID, "options", one.options[0].value
    )


@each("asked, one, parent", [*CHECKBOXES])
def test_no_option_is_an_answer_only_where_none_is_required(
    asked: QuestionSet, one: Question, parent: Question | None
) -> None:
    case = (asked, one, parent)
    found = problems(case, OptionsAnswer(()))
    if one.required:
        assert_one(case, found, ProblemCode.REQUIRED, "options")
    else:
        assert found == []


@each("asked, one, parent", [*LISTS])
def test_a_list_holds_at_least_one_item_and_not_too_many(
    asked: QuestionSet, one: Question, parent: Question | None
) -> None:
    case = (asked, one, parent)
    answer = answer_of(one)
    assert isinstance(answer, ItemsAnswer)
    for items, code in (
        ((), ProblemCode.REQUIRED),
        (answer.items * MOST_ITEMS, None),
        (answer.items * (MOST_ITEMS + 1), ProblemCode.INVALID),
    ):
        found = answer_problems(one, ItemsAnswer(items), "input", "responses", today=TODAY)
        if code is None:
            assert found == []
        else:
            assert_one(case, found, code, "items")


@each("asked, one, parent", [*FIELDS])
def test_a_field_of_an_item_is_there_once_and_its_problems_say_which_item(
    asked: QuestionSet, one: Question, parent: Question | None
) -> None:
    assert parent is not None
    good, without = with_field(parent, "", None).items[0], with_field(parent, one.key, None).items[0]
    twice = replace(good, fields=(*good.fields, next(given for given in good.fields if given.question_key == one.key)))
    unknown = replace(good, fields=(*good.fields, replace(good.fields[0], question_key="no-such-field")))
    path = ("responses", parent.key, "items")
    for spoilt, code, below in (
        (without, ProblemCode.REQUIRED, ("1", one.key)),
        (twice, ProblemCode.INVALID, ("1", one.key)),
        (unknown, ProblemCode.INVALID, ("1",)),
    ):
        given = ItemsAnswer((good, spoilt))
        (problem,) = given_problems(
            asked, revealing(asked, parent), [Given(parent.key, given)], "responses", today=TODAY
        )
        assert (problem.code, problem.field) == (code, (*path, *below))
        assert f"{parent.item_name} 2" in problem.message
        assert parent.text in problem.message


def test_a_question_that_does_not_exist_is_refused_and_named() -> None:
    (problem,) = given_problems(PER, {}, [Given("shoe-size", TextAnswer("9"))], "responses", today=TODAY)
    assert (problem.code, problem.field) == (ProblemCode.INVALID, ("responses", "shoe-size"))
    assert "shoe-size" in problem.message


def test_a_question_that_is_answered_twice_is_refused() -> None:
    given = Given("held-separately", OptionAnswer("no"))
    (problem,) = given_problems(PER, {}, [given, given], "responses", today=TODAY)
    assert (problem.code, problem.field) == (ProblemCode.INVALID, ("responses", "held-separately"))


def test_a_question_and_what_it_reveals_are_answered_together_in_any_order() -> None:
    given = [
        Given("concealed-items", OptionsAnswer((OptionAnswer("drugs-hidden", "spice, in a shoe"),))),
        Given("has-concealed-items", OptionAnswer("yes")),
    ]
    assert given_problems(PER, {}, given, today=TODAY) == []
    kept = record(PER, {}, (), given)
    assert kept.responded == {"concealed-items", "has-concealed-items"}
    assert kept.cleared == ()
